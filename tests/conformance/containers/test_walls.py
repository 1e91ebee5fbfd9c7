"""What an action can see and reach: as little as its isolation level promises."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.conformance.containers.actions import start
from tests.conformance.containers.conftest import SECRET
from tests.conformance.containers.levels import at, root_below_l1
from whisk_platform.containers.process.factory import ProcessFactory

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
HAS_CERTIFICATES = CERTIFICATES.exists()
PREFIX = Path(sys.base_prefix).resolve()
ENVIRONMENT = {
    "python": "import os\ndef main(args):\n"
    "    own = open('/proc/self/environ').read().split(chr(0))\n"
    "    return {'env': dict(os.environ), 'proc': own}\n",
    "nodejs": "function main(args) { return { env: process.env,"
    " proc: require('fs').readFileSync('/proc/self/environ', 'utf8').split('\\0') }; }",
}
TRY = (
    "import os, socket, ctypes, signal, tempfile\n"
    "def attempt(call):\n"
    "    try:\n        return ['ok', repr(call())]\n"
    "    except BaseException as error:\n        return [type(error).__name__, str(error)]\n"
    "def main(args):\n    return {'got': attempt(lambda: eval(args['what']))}\n"
)


async def _attempt(factory: ProcessFactory, what: str) -> list[str]:
    action = await start(factory, TRY)
    got: list[str] = (await action.run({"what": what})).result["got"]
    await action.container.destroy()
    return got


async def test_the_environment_holds_nothing_of_the_platform(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, ENVIRONMENT[kind], kind=kind)
    result = (await action.run()).result
    assert SECRET not in str(result)
    own = {"PATH", "LANG", "HOME", "TMPDIR", "__OW_ACTIVATION_ID", "LC_CTYPE"}
    assert set(result["env"]) <= own
    await action.container.destroy()


async def test_an_environment_of_its_own_reaches_the_action(
    factory: ProcessFactory, kind: str
) -> None:
    extra = {"__OW_API_HOST": "http://localhost:3233"}
    action = await start(factory, ENVIRONMENT[kind], kind=kind, environment=extra)
    assert (await action.run()).result["env"]["__OW_API_HOST"] == "http://localhost:3233"
    await action.container.destroy()


async def test_functions_never_run_as_root(factory: ProcessFactory) -> None:
    got = await _attempt(factory, "(os.getuid(), os.geteuid(), os.getgid(), os.getgroups())")
    assert got[0] == "ok"
    if os.geteuid() == 0:
        assert "0" not in got[1].strip("()").replace("[]", "").replace(" ", "").split(",")
    escaped = await _attempt(factory, "os.setuid(0)")
    assert escaped[0] == "PermissionError"


async def test_no_capability_is_left(factory: ProcessFactory) -> None:
    got = await _attempt(
        factory, "[l for l in open('/proc/self/status') if l.startswith(('CapEff', 'NoNewP'))]"
    )
    assert got == ["ok", "['CapEff:\\t0000000000000000\\n', 'NoNewPrivs:\\t1\\n']"]


async def test_the_state_directory_cannot_be_read(
    factory: ProcessFactory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root_below_l1(factory, "L0")
    secret = tmp_path_factory.getbasetemp() / "secret.txt"
    secret.write_text("secret")
    secret.chmod(0o600)
    got = await _attempt(factory, f"open({str(secret)!r}).read()")
    assert got[0] in ("FileNotFoundError", "PermissionError")


@at("L1")
async def test_the_root_is_an_allow_list(factory: ProcessFactory) -> None:
    got = await _attempt(factory, "sorted(os.listdir('/'))")
    seen = set(eval(got[1]))
    prefix = {PREFIX.parts[1]}
    top = {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "dev", "proc", "tmp"}
    assert seen <= top | {"var", "run", "opt", "nix", "gnu"} | prefix


@at("L1", "L0+")
async def test_the_root_is_read_only(factory: ProcessFactory) -> None:
    for place in ("/", "/usr", "/etc", "/usr/lib"):
        got = await _attempt(factory, f"open({place!r} + '/planted', 'w')")
        assert got[0] in ("OSError", "PermissionError"), got


async def test_two_sandboxes_do_not_share_their_tmp(factory: ProcessFactory) -> None:
    root_below_l1(factory, "L0")
    writer = await start(factory, TRY)
    place = "tempfile.gettempdir() + '/note'"
    wrote = await writer.run({"what": f"(open({place}, 'w').write('hidden'), {place})"})
    assert wrote.result["got"][0] == "ok"
    path = eval(wrote.result["got"][1])[1]
    reader = await start(factory, TRY)
    read = await reader.run({"what": f"open({path!r}).read()"})
    assert read.result["got"][0] in ("FileNotFoundError", "PermissionError")
    listed = await reader.run({"what": "os.listdir(tempfile.gettempdir())"})
    assert listed.result["got"] == ["ok", "[]"]
    await writer.container.destroy()
    await reader.container.destroy()


async def test_the_platform_cannot_be_signaled(factory: ProcessFactory) -> None:
    root_below_l1(factory, "L0", "L0+")
    got = await _attempt(factory, f"os.kill({os.getpid()}, {int(signal.SIGCONT)})")
    assert got[0] in ("ProcessLookupError", "PermissionError")


@at("L1")
async def test_other_processes_are_not_seen(factory: ProcessFactory) -> None:
    got = await _attempt(factory, "[n for n in os.listdir('/proc') if n.isdigit()]")
    assert got == ["ok", "['1', '2']"]


@at("L1", "L0+")
@pytest.mark.parametrize(
    "call",
    [
        "ctypes.CDLL(None, use_errno=True).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
        "ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0",
        "ctypes.CDLL(None, use_errno=True).ptrace(16, 1, 0, 0) == 0",
        "ctypes.CDLL(None, use_errno=True).keyctl(0, -3, 1) >= 0",
    ],
)
async def test_calls_that_reach_the_machine_are_refused(factory: ProcessFactory, call: str) -> None:
    got = await _attempt(factory, call)
    assert got in (["ok", "False"], ["AttributeError", got[1]])


@at("L1", "L0+")
@pytest.mark.parametrize("family", ["AF_PACKET", "AF_NETLINK", "AF_VSOCK"])
async def test_no_sockets_of_strange_families(factory: ProcessFactory, family: str) -> None:
    got = await _attempt(factory, f"socket.socket(socket.{family}, socket.SOCK_RAW)")
    assert got[0] in ("OSError", "PermissionError"), got


async def test_no_raw_sockets(factory: ProcessFactory) -> None:
    got = await _attempt(factory, "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)")
    assert got[0] == "PermissionError"


async def test_certificates_and_names_of_the_machine_are_there(factory: ProcessFactory) -> None:
    got = await _attempt(factory, "[socket.gethostbyname('localhost'), os.path.exists('/usr')]")
    assert got == ["ok", "['127.0.0.1', True]"]
    if HAS_CERTIFICATES:
        found = await _attempt(factory, f"len(open('{CERTIFICATES}').read()) > 0")
        assert found == ["ok", "True"]


@pytest.mark.parametrize(
    "name", ["urllib.parse", "urllib.request", "importlib.util", "os.path", "xml.dom.minidom"]
)
async def test_a_module_of_a_package_is_there_after_its_import(
    factory: ProcessFactory, name: str
) -> None:
    """What the zygote has imported beforehand is as whole as what is imported afresh."""
    code = f"import {name}\ndef main(args):\n    return {{'name': {name}.__name__}}\n"
    action = await start(factory, code)
    found = (await action.run()).result["name"]
    assert found == ("posixpath" if name == "os.path" else name)
    await action.container.destroy()


async def test_threads_subprocesses_and_shared_memory_work(factory: ProcessFactory) -> None:
    """Confinement must not break what ordinary functions do."""
    code = (
        "import asyncio, concurrent.futures, hashlib, sqlite3, subprocess, threading\n"
        "def main(args):\n"
        "    with concurrent.futures.ThreadPoolExecutor(4) as pool:\n"
        "        squares = list(pool.map(lambda n: n * n, range(4)))\n"
        "    text = subprocess.run(['/bin/sh', '-c', 'echo $((1+1))'], capture_output=True,\n"
        "        text=True, check=True).stdout.strip()\n"
        "    async def slow():\n        await asyncio.sleep(0)\n        return 1\n"
        "    base = sqlite3.connect(':memory:').execute('select 40 + 2').fetchone()[0]\n"
        "    return {'squares': squares, 'text': text, 'async': asyncio.run(slow()),\n"
        "        'sql': base, 'md': hashlib.md5(b'').hexdigest()[:4]}\n"
    )
    action = await start(factory, code)
    ran = await action.run()
    assert ran.result == {
        "squares": [0, 1, 4, 9],
        "text": "2",
        "async": 1,
        "sql": 42,
        "md": "d41d",
    }
    await action.container.destroy()
