"""What a newcomer does first: create, invoke, look at logs, chain, trigger, serve a page."""

import base64
import io
import json
import urllib.request
import zipfile

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

HELLO_PY = 'def main(args):\n    print("greeting")\n    return {"hello": args.get("name", "you")}\n'
HELLO_JS = "function main({name}) { console.log('greeting'); return {hello: name || 'you'} }\n"


def test_a_python_action_is_created_invoked_and_leaves_a_record_with_its_log(
    platform: Machine,
) -> None:
    file = platform.write("hello.py", HELLO_PY)
    assert platform.wsk("action", "create", "hello", file).out == "ok: created action hello\n"
    result = platform.wsk("action", "invoke", "hello", "-r", "-p", "name", "Ada")
    assert result.json() == {"hello": "Ada"}
    logs = wait_for(
        lambda: platform.wsk("activation", "logs", "--last", "--strip", check=False).out.strip(),
        "the log of the activation",
    )
    assert logs == "greeting"
    record = platform.wsk("activation", "get", "--last").json()
    assert record["response"]["result"] == {"hello": "Ada"}
    kinds = [a["value"] for a in record["annotations"] if a["key"] == "kind"]
    assert kinds[0].startswith("python:3.")


def test_a_javascript_action_answers_too(platform: Machine) -> None:
    parts.node()
    file = platform.write("hello.js", HELLO_JS)
    platform.wsk("action", "create", "hellojs", file)
    result = platform.wsk("action", "invoke", "hellojs", "-r", "-p", "name", "Ada")
    assert result.json() == {"hello": "Ada"}


def test_a_sequence_passes_the_result_of_one_on_to_the_next(platform: Machine) -> None:
    split = platform.write("split.py", "def main(a):\n    return {'words': a['text'].split()}\n")
    count = platform.write("count.py", "def main(a):\n    return {'count': len(a['words'])}\n")
    platform.wsk("action", "create", "split", split)
    platform.wsk("action", "create", "count", count)
    platform.wsk("action", "create", "words", "--sequence", "split,count")
    result = platform.wsk("action", "invoke", "words", "-r", "-p", "text", "to be or not")
    assert result.json() == {"count": 4}


def test_a_fired_trigger_runs_the_action_of_its_rule(platform: Machine) -> None:
    file = platform.write("heard.py", "def main(a):\n    print(a['what'])\n    return a\n")
    platform.wsk("action", "create", "heard", file)
    platform.wsk("trigger", "create", "news")
    platform.wsk("rule", "create", "onNews", "news", "heard")
    platform.wsk("trigger", "fire", "news", "-p", "what", "rain")

    def record() -> bool:
        rows = platform.wsk("activation", "list", "heard").out.splitlines()
        return len([row for row in rows if "heard:" in row]) == 1

    wait_for(record, "the record of the rule's action")


def test_a_web_action_serves_a_page_to_anybody(platform: Machine) -> None:
    code = 'def main(args):\n    return {"body": "<h1>Hello</h1>"}\n'
    platform.wsk("action", "create", "page", platform.write("page.py", code), "--web", "true")
    url = platform.wsk("action", "get", "page", "--url").out.splitlines()[1]
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"<h1>Hello</h1>"
        assert answer.headers["content-type"].startswith("text/html")


def test_a_zip_with_a_module_of_its_own_runs(platform: Machine) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "import own\n\ndef main(a):\n    return {'v': own.VALUE}\n")
        file.writestr("own.py", "VALUE = 42\n")
    path = platform.home / "own.zip"
    path.write_bytes(archive.getvalue())
    platform.wsk("action", "create", "own", str(path), "--kind", "python:3")
    assert platform.wsk("action", "invoke", "own", "-r").json() == {"v": 42}
    kind = platform.wsk("action", "get", "own", "exec").out
    assert '"kind": "python:3.' in kind


def test_errors_of_an_action_exit_246_on_stderr(platform: Machine) -> None:
    file = platform.write("bad.py", "def main(a):\n    return {'error': 'no'}\n")
    platform.wsk("action", "create", "bad", file)
    outcome = platform.wsk("action", "invoke", "bad", "-r", check=False)
    assert (outcome.code, json.loads(outcome.err), outcome.out) == (246, {"error": "no"}, "")


def test_everything_is_listed_and_deleted(platform: Machine) -> None:
    file = platform.write("gone.py", HELLO_PY)
    platform.wsk("action", "create", "gone", file)
    assert "/guest/gone" in platform.wsk("action", "list").out
    assert "/guest/gone" in platform.wsk("list").out
    assert platform.wsk("namespace", "list").out.splitlines()[-1] == "guest"
    assert platform.wsk("action", "delete", "gone").out == "ok: deleted action gone\n"
    assert platform.wsk("action", "get", "gone", check=False).code == 148


def test_the_same_name_twice_is_a_conflict(platform: Machine) -> None:
    file = platform.write("twice.py", HELLO_PY)
    platform.wsk("action", "create", "twice", file)
    outcome = platform.wsk("action", "create", "twice", file, check=False)
    assert outcome.code == 153
    assert "resource already exists" in outcome.err


def test_an_unknown_kind_names_the_known_ones(platform: Machine) -> None:
    file = platform.write("odd.py", HELLO_PY)
    outcome = platform.wsk("action", "create", "odd", file, "--kind", "cobol:85", check=False)
    assert outcome.code == 144
    assert "The specified runtime 'cobol:85' is not supported by this platform." in outcome.err
    assert "'python:3." in outcome.err


def test_a_corrupt_zip_is_the_developers_error_with_a_reason(platform: Machine) -> None:
    path = platform.home / "corrupt.zip"
    path.write_bytes(base64.b64decode("UEsDBBQAAAAIAA=="))
    platform.wsk("action", "create", "corrupt", str(path), "--kind", "python:default")
    outcome = platform.wsk("action", "invoke", "corrupt", "-b", check=False)
    assert outcome.code == 246
    assert "action developer error" in outcome.err


def test_a_syntax_error_shows_in_the_log(platform: Machine) -> None:
    file = platform.write("syntax.py", "def main(args:\n")
    platform.wsk("action", "create", "syntax", file)
    assert platform.wsk("action", "invoke", "syntax", "-b", check=False).code == 246
    log = wait_for(
        lambda: platform.wsk("activation", "logs", "--last", check=False).out,
        "the log of the failed init",
    )
    assert "SyntaxError" in log


def test_the_packages_of_the_system_are_there_for_everybody(platform: Machine) -> None:
    def there() -> bool:
        return "/whisk.system/utils/split" in platform.wsk("package", "get", "--summary",
                                                           "/whisk.system/utils").out  # fmt: skip

    wait_for(there, "the package utils")
    echoed = platform.wsk("action", "invoke", "/whisk.system/utils/echo", "-r", "-p", "a", "1")
    assert echoed.json() == {"a": 1}
    greeted = platform.wsk("action", "invoke", "/whisk.system/samples/greeting", "-r")
    assert greeted.json() == {"payload": "Hello, stranger from somewhere!"}
    platform.wsk("package", "bind", "/whisk.system/utils", "tools", "-p", "separator", " ")
    split = platform.wsk("action", "invoke", "tools/split", "-r", "-p", "payload", "a b")
    assert split.json() == {"lines": ["a", "b"], "payload": "a b"}
