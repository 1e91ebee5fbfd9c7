"""``wskadmin``: the lines, streams and exit codes of contracts/cli.md §5, and what it asks."""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, failed, ok
from whisk_cli.render.console import Console
from whisk_cli.wskadmin.main import run

SYSTEM = "789c46b1-71f6-4ed5-8c54-816aa4f8c502:" + "s" * 64
UUID = "23bc46b1-71f6-4ed5-8c54-816aa4f8c502"
KEY = f"{UUID}:{'k' * 64}"
OTHER = f"33bc46b1-71f6-4ed5-8c54-816aa4f8c502:{'o' * 64}"


@dataclass(slots=True)
class WskAdmin:
    """An operator at a terminal."""

    host: str
    home: Path
    key: str = SYSTEM
    more: dict[str, str] = field(default_factory=dict)

    def __call__(self, *tokens: str) -> Outcome:
        out, err = io.BytesIO(), io.BytesIO()
        console = Console(out, err)
        environment = {
            "HOME": str(self.home),
            "WHISK_APIHOST": self.host,
            "WHISK_SYSTEM_AUTH": self.key,
        }
        code = run(tokens, environment | self.more, console)
        console.flush()
        return Outcome(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())


@pytest.fixture
def wskadmin(controller: Controller, tmp_path: Path) -> WskAdmin:
    return WskAdmin(controller.address, tmp_path)


def _subject(name: str, *, blocked: bool = False, **keys: str) -> dict[str, Any]:
    """A subject as the operator API shows it, with namespaces and their keys."""
    spaces = []
    for space, auth in keys.items():
        uuid, _, key = auth.partition(":")
        spaces.append({"name": space, "uuid": uuid, "key": key})
    return {"subject": name, "blocked": blocked, "namespaces": spaces}


def _listed(*subjects: dict[str, Any]) -> list[dict[str, Any]]:
    """Subjects as lists show them: without the second half of keys."""
    return [
        {**each, "namespaces": [{"name": s["name"], "uuid": s["uuid"]} for s in each["namespaces"]]}
        for each in subjects
    ]


class TestUser:
    def test_create_prints_the_key(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.refuse("GET admin/subjects/alice", 404, "no")
        controller.answer("PUT admin/subjects/alice", _subject("alice", alice=KEY))
        assert wskadmin("user", "create", "alice") == ok(f"{KEY}\n")
        assert controller.asked[-1].json == {"namespace": "alice"}

    def test_create_takes_a_key_and_a_namespace(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        controller.answer("GET admin/subjects/alice", _subject("alice", alice=OTHER))
        controller.answer("PUT admin/subjects/alice", _subject("alice", alice=OTHER, space=KEY))
        assert wskadmin("user", "create", "alice", "-u", KEY, "-ns", "space") == ok(f"{KEY}\n")
        assert controller.asked[-1].json == {"namespace": "space", "auth": KEY}

    def test_create_refuses_a_namespace_that_is_there(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        controller.answer("GET admin/subjects/alice", _subject("alice", alice=KEY))
        outcome = wskadmin("user", "create", "alice")
        assert outcome == Outcome(code=1, out="Namespace already exists\n")
        assert controller.lines == ["GET admin/subjects/alice"]

    def test_create_refuses_a_blocked_subject(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        controller.answer("GET admin/subjects/alice", _subject("alice", blocked=True, alice=KEY))
        sentence = "The subject 'alice' is blocked. Unblock it first."
        assert wskadmin("user", "create", "alice", "-ns", "new") == failed(sentence)

    @pytest.mark.parametrize("flag", ["-r", "--revoke", "-f", "--force"])
    def test_revoking_replaces_the_key(
        self, wskadmin: WskAdmin, controller: Controller, flag: str
    ) -> None:
        controller.answer("PUT admin/subjects/alice?overwrite=true", _subject("alice", alice=OTHER))
        assert wskadmin("user", "create", "alice", flag) == ok(f"{OTHER}\n")

    def test_silence_prints_no_key(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.refuse("GET admin/subjects/alice", 404, "no")
        controller.answer("PUT admin/subjects/alice", _subject("alice", alice=KEY))
        assert wskadmin("user", "create", "alice", "-s") == ok("")

    def test_a_key_can_be_made_up_alone(self, wskadmin: WskAdmin, controller: Controller) -> None:
        outcome = wskadmin("user", "create", "alice", "-g")
        assert (outcome.code, outcome.err) == (0, "")
        assert re.fullmatch(r"[0-9a-f-]{36}:[A-Za-z0-9]{64}\n", outcome.out)
        assert controller.asked == []

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            (["bob"], "The subject 'bob' is too short: 5 characters are the least."),
            (
                ["alice", "-u", "x:y"],
                "The key given with --auth is not 'uuid:key': it does not begin with a UUID.",
            ),
            (
                ["alice", "-u", f"{UUID}:{'k' * 63}"],
                "The key given with --auth is too short: "
                "64 characters are the least after the colon.",
            ),
        ],
    )
    def test_create_refuses_what_is_too_short(
        self, wskadmin: WskAdmin, controller: Controller, given: list[str], sentence: str
    ) -> None:
        assert wskadmin("user", "create", *given) == failed(sentence, 2)
        assert controller.asked == []

    def test_delete_says_what_is_gone(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.answer("DELETE admin/subjects/alice", {})
        controller.answer("DELETE admin/subjects/alice?namespace=space", {})
        assert wskadmin("user", "delete", "alice") == ok("Subject deleted\n")
        assert wskadmin("user", "delete", "alice", "-ns", "space") == ok("Namespace deleted\n")

    def test_get_prints_one_key_or_all(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.answer("GET admin/subjects/alice", _subject("alice", alice=KEY, space=OTHER))
        assert wskadmin("user", "get", "alice") == ok(f"{KEY}\n")
        assert wskadmin("user", "get", "alice", "-ns", "space") == ok(f"{OTHER}\n")
        assert wskadmin("user", "get", "alice", "-a") == ok(f"alice\t{KEY}\nspace\t{OTHER}\n")
        assert wskadmin("user", "get", "alice", "--namespace", "no") == failed(
            "The subject 'alice' has no namespace 'no'."
        )

    def test_whois_finds_the_owner_of_a_key(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        alice = _subject("alice", alice=OTHER, space=KEY)
        controller.answer("GET admin/subjects", _listed(_subject("bobby", bobby=OTHER), alice))
        controller.answer("GET admin/subjects/alice", alice)
        assert wskadmin("user", "whois", KEY) == ok("subject: alice\nnamespace: space\n")
        assert controller.lines == ["GET admin/subjects", "GET admin/subjects/alice"]
        unknown = wskadmin("user", "whois", f"{UUID}:{'x' * 64}")
        assert unknown == Outcome(code=1, out="Subject id is not recognized\n")

    def test_list_shows_the_keys_of_a_namespace(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        alice, bobby = _subject("alice", space=KEY), _subject("bobby", space=OTHER)
        controller.answer("GET admin/subjects", _listed(alice, bobby))
        controller.answer("GET admin/subjects/alice", alice)
        controller.answer("GET admin/subjects/bobby", bobby)
        both = f"{KEY}\talice\n{OTHER}\tbobby\n"
        assert wskadmin("user", "list", "space") == ok(f"{KEY}\talice\n")
        assert wskadmin("user", "list", "space", "-p", "2") == ok(both)
        assert wskadmin("user", "list", "space", "--all") == ok(both)
        assert wskadmin("user", "list", "space", "-a", "-k") == ok(f"{KEY}\n{OTHER}\n")
        nobody = wskadmin("user", "list", "none")
        assert nobody == Outcome(code=1, out='no identities found for namespace "none"\n')

    @pytest.mark.parametrize("verb", ["block", "unblock"])
    def test_the_exit_code_of_blocking_is_the_number_of_failures(
        self, wskadmin: WskAdmin, controller: Controller, verb: str
    ) -> None:
        controller.answer("POST admin/subjects/alice", {})
        controller.refuse("POST admin/subjects/bobby", 404, "There is no bobby.")
        controller.refuse("POST admin/subjects/carol", 409, "Not carol.")
        assert wskadmin("user", verb, "alice") == ok(f'"alice" {verb}ed successfully\n')
        assert wskadmin("user", verb, "bobby", "alice", "carol") == Outcome(
            code=2,
            out=f'"alice" {verb}ed successfully\n',
            err="error: There is no bobby. (code tid)\nerror: Not carol. (code tid)\n",
        )
        assert controller.asked[0].json == {"blocked": verb == "block"}

    def test_a_refusal_exits_1_whatever_its_status(
        self, wskadmin: WskAdmin, controller: Controller
    ) -> None:
        controller.refuse("GET admin/subjects/alice", 404, "There is no alice.")
        assert wskadmin("user", "get", "alice") == failed("There is no alice. (code tid)", 1)


class TestLimits:
    def test_setting_sends_what_was_given(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.answer("PATCH admin/namespaces/guest/limits", {})
        flags = ["--invocationsPerMinute", "1", "--firesPerMinute", "2", "--minActionLogs", "0"]
        flags += ["--allowedKinds", "nodejs:20", "python:3.11", "--storeActivations", "false"]
        flags += ["--maxPayloadSize", "1 MB"]
        outcome = wskadmin("limits", "set", "guest", *flags)
        assert outcome == ok('Limits successfully set for "guest"\n')
        assert controller.asked[0].json == {
            "invocationsPerMinute": 1,
            "firesPerMinute": 2,
            "minActionLogs": 0,
            "allowedKinds": ["nodejs:20", "python:3.11"],
            "storeActivations": False,
            "maxPayloadSize": "1 MB",
        }

    def test_getting_prints_pairs(self, wskadmin: WskAdmin, controller: Controller) -> None:
        found = {"firesPerMinute": 2, "allowedKinds": ["a:1", "b:2"], "storeActivations": True}
        controller.answer("GET admin/namespaces/guest/limits", found)
        assert wskadmin("limits", "get", "guest") == ok(
            "firesPerMinute = 2\nallowedKinds = a:1, b:2\nstoreActivations = true\n"
        )

    def test_without_limits_it_says_so(self, wskadmin: WskAdmin, controller: Controller) -> None:
        sentence = "No limits found, default system limits apply\n"
        controller.answer("GET admin/namespaces/guest/limits", {})
        controller.refuse("GET admin/namespaces/nobody/limits", 404, "There is no nobody.")
        assert wskadmin("limits", "get", "guest") == ok(sentence)
        assert wskadmin("limits", "get", "nobody") == Outcome(
            code=0, out=sentence, err="warning: There is no nobody. (code tid)\n"
        )

    def test_deleting_says_so(self, wskadmin: WskAdmin, controller: Controller) -> None:
        controller.answer("DELETE admin/namespaces/guest/limits", {})
        assert wskadmin("limits", "delete", "guest") == ok("Limits deleted\n")


class TestSyslog:
    def test_lines_of_the_platform_here(self, wskadmin: WskAdmin) -> None:
        state = wskadmin.home / "state"
        state.mkdir()
        (state / "platform.log").write_text('{"transid":"a1"}\n{"transid":"b2","x":"odd"}\n')
        command = ("syslog", "get", "--state-dir", str(state))
        assert wskadmin(*command) == ok('{"transid":"a1"}\n{"transid":"b2","x":"odd"}\n')
        assert wskadmin(*command, "-t", "a1") == ok('{"transid":"a1"}\n')
        assert wskadmin(*command, "-g", "o.d") == ok('{"transid":"b2","x":"odd"}\n')
        assert wskadmin(*command, "-t", "a1", "-g", "odd") == ok("")

    def test_files_of_components(self, wskadmin: WskAdmin, tmp_path: Path) -> None:
        logs = tmp_path / "logs"
        (logs / "invoker0").mkdir(parents=True)
        (logs / "controller0.log").write_text("of the controller\n")
        (logs / "invoker0" / "invoker0_logs.log").write_text("of the invoker\n")
        (logs / "invoker7.log").write_text("of another one\n")
        wskadmin.more["WHISK_LOGS_DIR"] = str(logs)
        assert wskadmin("syslog", "get") == ok("of the controller\nof the invoker\n")
        assert wskadmin("syslog", "get", "invoker7") == ok("of another one\n")
        assert wskadmin("syslog", "get", "x") == failed(f"There is no log of 'x' in '{logs}'.")

    def test_no_log_is_told_with_the_remedy(self, wskadmin: WskAdmin, tmp_path: Path) -> None:
        assert wskadmin("syslog", "get", "--state-dir", str(tmp_path)) == failed(
            f"There is no log {tmp_path}/platform.log: name the platform's --state-dir, or a "
            "directory of logs in WHISK_LOGS_DIR."
        )

    def test_a_bad_expression_is_misuse(self, wskadmin: WskAdmin) -> None:
        outcome = wskadmin("syslog", "get", "-g", "(")
        assert (outcome.code, outcome.err.splitlines()[1:]) == (2, [])
        assert outcome.err.startswith("error: '(' is no expression: ")


def test_the_database_is_answered_with_one_sentence(wskadmin: WskAdmin) -> None:
    outcome = wskadmin("db", "get", "subjects", "--docs", "-w", "a/b")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("error: This platform keeps no CouchDB, so 'wskadmin db' ")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        (["user", "create"], "The following arguments are required: subject. Run 'wskadmin user"),
        (["user"], "The following arguments are required: COMMAND. Run 'wskadmin user --help'"),
        (["limits", "set", "guest"], "Give at least one limit, by its flag."),
        (["limits", "set", "g", "--firesPerMinute", "x"], "Argument --firesPerMinute: invalid int"),
        (["limits", "set", "g", "--storeActivations", "x"], "Argument --storeActivations: invalid"),
        (["bogus"], "Argument COMMAND: invalid choice: 'bogus'"),
        (["user", "get", "alice", "--bogus"], "Unrecognized arguments: --bogus. Run 'wskadmin"),
    ],
)
def test_misuse_is_one_line_and_exits_2(
    wskadmin: WskAdmin, tokens: list[str], sentence: str
) -> None:
    outcome = wskadmin(*tokens)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith(f"error: {sentence}")


def test_a_missing_key_or_host_is_misuse(wskadmin: WskAdmin) -> None:
    wskadmin.key = ""
    outcome = wskadmin("user", "get", "alice")
    assert outcome.code == 2
    assert outcome.err.startswith("error: The system key is not known. Give it in WHISK_SYSTEM_")
    wskadmin.host = ""
    outcome = wskadmin("user", "get", "alice")
    assert outcome.code == 2
    assert outcome.err.startswith("error: The API host is not known. Give it with --apihost or in")


@pytest.mark.parametrize("tokens", [(), ("-h",), ("user", "--help"), ("user", "create", "-h")])
def test_help_is_printed_on_stdout(wskadmin: WskAdmin, tokens: tuple[str, ...]) -> None:
    outcome = wskadmin(*tokens)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("usage: wskadmin")


def test_verbose_narrates_without_the_key(wskadmin: WskAdmin, controller: Controller) -> None:
    controller.answer("GET admin/subjects/alice", _subject("alice", alice=KEY))
    for tokens in (("-v", "user", "get", "alice"), ("user", "get", "alice", "-v")):
        outcome = wskadmin(*tokens)
        assert (outcome.code, outcome.out) == (0, f"{KEY}\n")
        assert outcome.err.startswith("REQUEST:\n[GET]\t")
        assert SYSTEM not in outcome.err
        assert "k" * 64 not in outcome.err


def test_a_host_that_cannot_be_reached_exits_1(wskadmin: WskAdmin) -> None:
    wskadmin.host = "http://127.0.0.1:1"
    outcome = wskadmin("user", "get", "alice")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert "connection refused" in outcome.err
