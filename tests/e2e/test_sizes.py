"""As much as the contract allows goes through the real thing (contract rest-api §3.5)."""

import base64
import io
import os
import urllib.error
import urllib.request
import zipfile
from typing import Any

from tests.machine import Machine
from tests.waiting import wait_for
from whisk_platform.common.jsontext import dumps, loads

CODE_LIMIT = 48 << 20
"""Of the code as it is sent, so of the base64 text."""
PAYLOAD_LIMIT = 1 << 20


def call(platform: Machine, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """One request as the guest, with room for answers of any size."""
    key = base64.b64encode(platform.auth.encode()).decode()
    request = urllib.request.Request(
        f"{platform.address}/api/v1/namespaces/_/{path}",
        data=body,
        method=method,
        headers={"Authorization": f"Basic {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def archive_of(size: int) -> str:
    """A zip whose base64 text has about this many characters and never more."""
    source = "import os\ndef main(args):\n    return {'size': os.path.getsize('ballast')}\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("__main__.py", source)
        archive.writestr("ballast", os.urandom(size // 4 * 3 - 1000))
    return base64.b64encode(buffer.getvalue()).decode()


def put_code(platform: Machine, code: str) -> tuple[int, Any]:
    body = {"exec": {"kind": "python:default", "code": code}, "limits": {"memory": 512}}
    status, answer = call(platform, "PUT", "actions/big?overwrite=true", dumps(body))
    return status, loads(answer)


def test_forty_eight_megabytes_of_code_are_stored_run_and_read_back(platform: Machine) -> None:
    code = archive_of(CODE_LIMIT)
    assert CODE_LIMIT - 4000 < len(code) <= CODE_LIMIT
    status, _ = put_code(platform, code)
    assert status == 200
    status, answer = call(platform, "POST", "actions/big?blocking=true&result=true", b"{}")
    assert (status, loads(answer)) == (200, {"size": CODE_LIMIT // 4 * 3 - 1000})
    status, answer = call(platform, "GET", "actions/big")
    assert status == 200
    assert loads(answer)["exec"]["code"] == code


def test_a_byte_more_of_code_is_refused_by_its_size(platform: Machine) -> None:
    status, answer = put_code(platform, "x" * (CODE_LIMIT + 1))
    assert status == 413
    assert answer["error"] == f"exec larger than allowed: {CODE_LIMIT + 1} > {CODE_LIMIT} bytes."


def test_a_megabyte_goes_in_and_comes_out(platform: Machine) -> None:
    source = "def main(args):\n    return args\n"
    platform.wsk("action", "update", "echo", platform.write("echo.py", source))
    payload = dumps({"text": "é" * ((PAYLOAD_LIMIT - 750) // 2 - 10)})
    assert len(payload) <= PAYLOAD_LIMIT - 750
    status, answer = call(platform, "POST", "actions/echo?blocking=true&result=true", payload)
    assert (status, answer) == (200, payload)


def test_an_array_of_a_megabyte_is_a_result(platform: Machine) -> None:
    source = "def main(args):\n    return [args['n']] * 100000\n"
    platform.wsk("action", "update", "list", platform.write("list.py", source))
    status, answer = call(platform, "POST", "actions/list?blocking=true", b'{"n":123456789}')
    assert (status, loads(answer)) == (200, [123456789] * 100_000)


def test_digits_without_end_go_through_a_real_action_and_its_record(platform: Machine) -> None:
    source = "def main(args):\n    return {'n': args['n'], 'd': args['d']}\n"
    platform.wsk("action", "update", "same", platform.write("same.py", source))
    digits = b'{"n":' + b"7" * 5000 + b',"d":1.5}'
    status, answer = call(platform, "POST", "actions/same?blocking=true", digits)
    assert status == 200
    assert digits in answer
    activation = answer.partition(b'"activationId":"')[2][:32].decode()

    def recorded() -> bool:
        return digits in call(platform, "GET", f"activations/{activation}")[1]

    assert wait_for(recorded, "the record")
