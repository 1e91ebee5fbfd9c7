"""What ``action create`` and ``action update`` send: only what was given."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

CREATE = "PUT namespaces/_/actions/foo?overwrite=false"
UPDATE = "PUT namespaces/_/actions/foo?overwrite=true"
LOOK = "GET namespaces/_/actions/foo?code=false"

CODE = "function main() { return {'ü': 1}; }\n"


def _write(name: str, content: str | bytes = CODE) -> str:
    data = content.encode() if isinstance(content, str) else content
    Path(name).write_bytes(data)
    return name


def _created(wsk: Wsk, controller: Controller, *tokens: str) -> dict[str, Any]:
    controller.answer(CREATE, {})
    assert wsk("action", "create", "foo", *tokens) == ok("ok: created action foo\n")
    body: dict[str, Any] = controller.asked[-1].json
    assert body.pop("namespace") == "_"
    assert body.pop("name") == "foo"
    return body


def _updated(
    wsk: Wsk, controller: Controller, stored: list[dict[str, Any]] | None, *tokens: str
) -> dict[str, Any]:
    if stored is None:
        controller.refuse(LOOK, 404, "The requested resource does not exist.")
    else:
        controller.answer(LOOK, {"name": "foo", "annotations": stored})
    controller.answer(UPDATE, {})
    assert wsk("action", "update", "foo", *tokens) == ok("ok: updated action foo\n")
    assert controller.lines == [LOOK, UPDATE]
    body: dict[str, Any] = controller.asked[-1].json
    assert body.pop("namespace") == "_"
    assert body.pop("name") == "foo"
    return body


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("js", "nodejs:default"),
        ("py", "python:default"),
        ("swift", "swift:default"),
        ("php", "php:default"),
        ("rb", "ruby:default"),
        ("rs", "rust:default"),
        ("go", "go:default"),
    ],
)
def test_the_extension_of_a_source_file_gives_the_kind(
    wsk: Wsk, controller: Controller, extension: str, kind: str
) -> None:
    file = _write(f"a.{extension}")
    assert _created(wsk, controller, file) == {"exec": {"kind": kind, "code": CODE}}


@pytest.mark.parametrize(
    ("extension", "kind"), [("jar", "java:default"), ("balx", "ballerina:default")]
)
def test_archives_are_sent_as_base64(
    wsk: Wsk, controller: Controller, extension: str, kind: str
) -> None:
    file = _write(f"a.{extension}", b"PK\x03\xff")
    assert _created(wsk, controller, file, "--main", "M") == {
        "exec": {"kind": kind, "code": "UEsD/w==", "main": "M"}
    }


def test_a_zip_is_sent_as_it_is_with_the_kind_given(wsk: Wsk, controller: Controller) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", "exports.main = () => ({})")
    file = _write("a.zip", buffer.getvalue())
    code = _created(wsk, controller, "--kind", "nodejs:20", file)["exec"]
    assert code["kind"] == "nodejs:20"
    assert code["code"].startswith("UEsD")


def test_an_explicit_kind_wins_over_any_extension(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.weird")
    assert _created(wsk, controller, file, "--kind=python:3") == {
        "exec": {"kind": "python:3", "code": CODE}
    }


def test_an_empty_file_is_accepted(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.js", "")
    assert _created(wsk, controller, file) == {"exec": {"kind": "nodejs:default", "code": ""}}


@pytest.mark.parametrize(
    ("tokens", "code"),
    [
        (["--docker", "me/img"], {"kind": "blackbox", "image": "me/img"}),
        (
            ["a.js", "--docker", "me/img"],
            {"kind": "blackbox", "image": "me/img", "code": CODE},
        ),
        (
            ["a.sh", "--native"],
            {"kind": "blackbox", "image": "openwhisk/dockerskeleton", "code": CODE},
        ),
    ],
)
def test_images_and_native_executables_are_black_boxes(
    wsk: Wsk, controller: Controller, tokens: list[str], code: dict[str, Any]
) -> None:
    _write("a.js")
    _write("a.sh")
    assert _created(wsk, controller, *tokens) == {"exec": code}


def test_limits_are_sent_only_if_given(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.js")
    body = _created(wsk, controller, file, "-t", "1000", "-l", "0", "-m128", "--concurrency=3")
    assert body["limits"] == {"timeout": 1000, "memory": 128, "logs": 0, "concurrency": 3}


def test_parameters_and_annotations_merge_left_to_right_across_files(
    wsk: Wsk, controller: Controller
) -> None:
    file = _write("a.js")
    _write("p.json", '{"b": [1.50, null], "a": "from file"}')
    tokens = ["-p", "a", "1", "-P", "p.json", "-p", "c", "-5", "-p", "d", "--foo", "-p", "e", ""]
    tokens += ["-p", "f", 'say "x"', "-a", "k", '{"x": true}', "--param", "b", "last"]
    body = _created(wsk, controller, file, *tokens)
    assert {each["key"]: each["value"] for each in body["parameters"]} == {
        "a": "from file",
        "b": "last",
        "c": -5,
        "d": "--foo",
        "e": "",
        "f": 'say "x"',
    }
    assert body["annotations"] == [{"key": "k", "value": {"x": True}}]


def test_numbers_are_sent_as_they_were_typed(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.js")
    _created(wsk, controller, file, "-p", "n", "1.50", "-p", "m", "12345678901234567890123e400")
    sent = controller.asked[-1].body
    assert b'{"key":"n","value":1.50},{"key":"m","value":12345678901234567890123e400}' in sent


def test_a_copy_takes_code_parameters_and_annotations(wsk: Wsk, controller: Controller) -> None:
    original = {
        "exec": {"kind": "nodejs:20", "code": "x", "binary": False},
        "parameters": [{"key": "p", "value": 1}],
        "annotations": [{"key": "a", "value": 2}],
        "limits": {"timeout": 1},
    }
    controller.answer("GET namespaces/ns/actions/pkg/other?code=true", original)
    body = _created(wsk, controller, "/ns/pkg/other", "--copy", "-p", "q", "3")
    assert body == {
        "exec": original["exec"],
        "annotations": [{"key": "a", "value": 2}],
        "parameters": [{"key": "q", "value": 3}, {"key": "p", "value": 1}],
    }


def test_an_update_sends_only_what_was_given(wsk: Wsk, controller: Controller) -> None:
    assert _updated(wsk, controller, [], "-m", "512") == {"limits": {"memory": 512}}


def test_an_update_of_nothing_creates(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.js")
    assert _updated(wsk, controller, None, file) == {
        "exec": {"kind": "nodejs:default", "code": CODE}
    }


def test_annotations_can_be_removed(wsk: Wsk, controller: Controller) -> None:
    body = _updated(wsk, controller, [], "--del-annotation", "a", "--del-annotation", "b")
    assert body == {"delAnnotations": ["a", "b"]}


WEB_ON = [
    {"key": "web-export", "value": True},
    {"key": "raw-http", "value": False},
    {"key": "final", "value": True},
]
WEB_OFF = [{"key": pair["key"], "value": False} for pair in WEB_ON]
WEB_RAW = [{"key": pair["key"], "value": True} for pair in WEB_ON]
SECRET = {"key": "require-whisk-auth", "value": "s3cret"}
NUMBER = {"key": "require-whisk-auth", "value": 77}
OTHER = {"key": "other", "value": 1}


@pytest.mark.parametrize(
    ("mode", "annotations"),
    [
        ("yes", WEB_ON),
        ("TRUE", WEB_ON),
        ("raw", WEB_RAW),
        ("no", WEB_OFF),
        ("False", WEB_OFF),
    ],
)
def test_web_modes_are_three_annotations(
    wsk: Wsk, controller: Controller, mode: str, annotations: list[dict[str, Any]]
) -> None:
    file = _write("a.js")
    assert _created(wsk, controller, file, "--web", mode)["annotations"] == annotations


@pytest.mark.parametrize(
    ("stored", "tokens", "annotations", "removed"),
    [
        ([OTHER, SECRET], ["--web", "true"], [OTHER, SECRET, *WEB_ON], None),
        (
            [OTHER, SECRET],
            ["--web", "true", "-a", "new", "2"],
            [{"key": "new", "value": 2}, *WEB_ON, SECRET],
            None,
        ),
        (WEB_ON, ["--web-secure", "mine"], [*WEB_ON, {**SECRET, "value": "mine"}], None),
        ([*WEB_ON, NUMBER], ["--web-secure", "true"], [*WEB_ON, NUMBER], None),
        ([*WEB_ON, SECRET], ["--web-secure", "false"], WEB_ON, ["require-whisk-auth"]),
        (
            [*WEB_ON, OTHER],
            ["--web-secure", "x", "-a", "new", "2"],
            [{"key": "new", "value": 2}, *WEB_ON, {**SECRET, "value": "x"}],
            None,
        ),
    ],
)
def test_web_flags_keep_what_the_contract_keeps(
    wsk: Wsk,
    controller: Controller,
    stored: list[dict[str, Any]],
    tokens: list[str],
    annotations: list[dict[str, Any]],
    removed: list[str] | None,
) -> None:
    body = _updated(wsk, controller, stored, *tokens)
    assert body["annotations"] == annotations
    assert body.get("delAnnotations") == removed


def test_a_made_up_secret_is_a_positive_integer_that_javascript_can_hold(
    wsk: Wsk, controller: Controller
) -> None:
    file = _write("a.js")
    body = _created(wsk, controller, file, "--web", "true", "--web-secure", "true")
    secret = body["annotations"][-1]
    assert secret["key"] == "require-whisk-auth"
    assert 0 < secret["value"] < 2**53


def test_no_secret_for_a_new_action_is_sent_as_false(wsk: Wsk, controller: Controller) -> None:
    file = _write("a.js")
    body = _created(wsk, controller, file, "--web", "true", "--web-secure", "false")
    assert body["annotations"] == [*WEB_ON, {"key": "require-whisk-auth", "value": False}]


PREFIX = "Invalid argument(s). "


@pytest.mark.parametrize(
    ("tokens", "text", "code"),
    [
        (["foo"], "An action name and code artifact are required.", 2),
        (["foo", "--native"], "An action name and code artifact are required.", 2),
        (["foo", "--copy"], "An action name and code artifact are required.", 2),
        (["foo", "no.js"], "File 'no.js' is not a valid file or it does not exist", 2),
        (["foo", "a.xyz"], "'.xyz' is not a supported action runtime", 2),
        (["foo", "noext"], "'' is not a supported action runtime", 2),
        (
            ["foo", "a.zip"],
            "creating an action from a .zip artifact "
            "requires specifying the action kind explicitly",
            2,
        ),
        (
            ["foo", "a.js", "--kind", "java"],
            "Java actions require --main to specify the fully-qualified name of the main class",
            2,
        ),
        (
            ["foo", "a.js", "--kind", "nodejs:20", "--docker", "i"],
            "Cannot specify both --kind and --docker at the same time.",
            149,
        ),
        (
            ["foo", "a.js", "--web", "maybe"],
            "Invalid argument 'maybe' for --web flag. "
            "Valid input consist of 'yes', 'true', 'raw', 'false', or 'no'.",
            2,
        ),
        (
            ["foo", "a.js", "--web-secure", "x"],
            "The --web-secure option is only valid when the --web option is enabled.",
            2,
        ),
        (
            ["foo", "a.js", "--web", "false", "--web-secure", "x"],
            "The --web-secure option is only valid when the --web option is enabled.",
            2,
        ),
        (
            ["/ns/", "a.js"],
            "'/ns/' is not a valid qualified name: A valid qualified name must be specified.",
            1,
        ),
        (
            ["foo", "latin.js"],
            "Unable to read the file 'latin.js': it is not text in UTF-8 (byte 0); "
            "pack it as a .zip archive",
            1,
        ),
    ],
)
def test_what_cannot_be_created_is_refused_before_any_request(
    wsk: Wsk, controller: Controller, tokens: list[str], text: str, code: int
) -> None:
    for name in ("a.js", "a.xyz", "noext", "a.zip"):
        _write(name)
    _write("latin.js", b"\xe9")
    assert wsk("action", "create", *tokens) == failed(PREFIX + text, code, hint=True)
    assert controller.asked == []


def test_a_server_that_refuses_an_update_is_quoted_as_in_create(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(LOOK, {"name": "foo"})
    controller.refuse(UPDATE, 409, "Concurrent modification to resource detected.")
    assert wsk("action", "update", "foo") == failed(
        "Unable to create action 'foo': Concurrent modification to resource detected. (code tid)",
        153,
        hint=True,
    )


def test_an_update_that_may_not_look_first_fails(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(LOOK, 401, "The supplied authentication is invalid")
    assert wsk("action", "update", "foo") == failed(
        "Invalid argument(s). Unable to get action 'foo': "
        "The supplied authentication is invalid (code tid)",
        145,
        hint=True,
    )


def test_flags_without_effect_on_an_update_are_named(wsk: Wsk, controller: Controller) -> None:
    controller.answer(LOOK, {"name": "foo"})
    controller.answer(UPDATE, {})
    assert wsk("action", "update", "foo", "--kind", "nodejs:20") == Outcome(
        code=0,
        out="ok: updated action foo\n",
        err="warning: --kind has no effect without a code artifact\n",
    )
