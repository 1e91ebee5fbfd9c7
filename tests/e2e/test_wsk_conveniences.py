"""What ``wsk`` offers beyond the original, against a real platform."""

import json
from pathlib import Path

from tests.machine import Machine

ENV = "import os\ndef main(args):\n    return {'mode': os.environ.get('MODE'), **args}\n"
FAILING = "def main(args):\n    return {'error': 'no'}\n"


def _action(platform: Machine, name: str, code: str, *flags: str) -> None:
    path = platform.home / f"{Path(name).name}.py"
    path.write_text(code)
    platform.wsk("action", "update", name, str(path), *flags)


def test_variables_and_merged_parameters_reach_the_action(platform: Machine) -> None:
    flags = ("--env", "MODE", "fast", "-p", "a", "1", "-p", "b", "2")
    _action(platform, "conv-env", ENV, *flags)
    platform.wsk("action", "update", "conv-env", "-p", "b", "3", "--merge-params")
    platform.wsk("action", "update", "conv-env", "--del-param", "a")
    answer = platform.wsk("action", "invoke", "conv-env", "-r", "--data", "-", stdin='{"c": 4}')
    assert answer.json() == {"mode": "fast", "b": 3, "c": 4}


def test_activations_are_chosen_and_counted(platform: Machine) -> None:
    _action(platform, "conv-failing", FAILING)
    failed = platform.wsk("action", "invoke", "conv-failing", "-b", "-o", "json", check=False)
    assert failed.code == 246
    identifier = json.loads(failed.out)["activationId"]
    chosen = platform.wsk(
        "activation", "list", "conv-failing", "--status", "error", "--kind", "python",
        "--since", "1h", "-o", "name",
    )  # fmt: skip
    assert chosen.out == f"{identifier}\n"
    success = ("activation", "list", "conv-failing", "--status", "success", "--count")
    assert platform.wsk(*success).out == "0\n"


def test_lists_are_whole_and_counted(platform: Machine) -> None:
    platform.wsk("package", "update", "conv-pkg")
    for number in range(3):
        _action(platform, f"conv-pkg/a{number}", FAILING)
    assert platform.wsk("action", "list", "conv-pkg", "--count").out == "3\n"
    names = platform.wsk("action", "list", "--all", "--name", "conv-pkg/*", "-o", "name").out
    assert sorted(names.split()) == [f"/guest/conv-pkg/a{number}" for number in range(3)]
    table = platform.wsk("action", "list", "conv-pkg", "--query", "[].limits.memory", "-o", "jsonl")
    assert table.out.split() == ["256"] * 3
    platform.wsk("package", "delete", "conv-pkg", "--recursive", "--yes")
    assert platform.wsk("package", "get", "conv-pkg", check=False).code == 148


def test_a_context_leads_to_the_platform(platform: Machine) -> None:
    platform.wsk("context", "create", "here")
    shown = json.loads(platform.wsk("context", "show", "here", "-o", "json").out)
    assert shown["apihost"] == platform.address
    answer = platform.wsk("--context", "here", "namespace", "list", "-o", "name")
    assert answer.out == "guest\n"


def test_names_are_completed(platform: Machine) -> None:
    _action(platform, "conv-complete", FAILING)
    assert platform.wsk("__complete", "action", "get", "conv-comp").out == "conv-complete\n"


def test_documents_of_a_platform_are_whole(platform: Machine) -> None:
    _action(platform, "conv-doc", FAILING, "-p", "password", "hunter2", "-p", "n", "1.50")
    text = platform.wsk("action", "get", "conv-doc", "-o", "json").out
    assert "hunter2" not in text
    assert '"value": 1.50' in text
    assert {"namespace", "name", "version", "exec", "limits", "updated"} <= json.loads(text).keys()
    state = ("--state-dir", str(platform.state))
    status = json.loads(platform.wsk("platform", "status", *state, "-o", "json").out)
    assert status["address"] == platform.address
    users = platform.wsk("admin", "user", "list", *state, "-o", "json")
    assert "(hidden)" in users.out


def test_a_curl_command_is_ready_to_run(platform: Machine) -> None:
    _action(platform, "conv-web", ENV, "--web", "true")
    url = platform.wsk("action", "open", "conv-web").out.strip()
    assert url == f"{platform.address}/api/v1/web/guest/default/conv-web"
    assert platform.wsk("action", "curl", "conv-web").out == f"curl {url}.json\n"
