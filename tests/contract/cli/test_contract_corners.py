"""Sentences of contracts/cli.md that no larger story tells."""

from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

ID = "44794bd6aab74415b4e42a308d880e5b"
TRIGGERS = "GET namespaces/_/triggers?limit=30&skip=0"


def test_the_order_in_which_the_original_is_tested(wsk: Wsk, controller: Controller) -> None:
    """§1.1: ``-i --apihost H --apiversion V`` before the noun, ``--auth K`` after the verb."""
    controller.answer("GET /api/v2/namespaces/_/triggers?limit=30&skip=0", [])
    host, wsk.host, wsk.auth = wsk.host, "", ""
    before = ("-i", "--apihost", host, "--apiversion", "v2")
    assert wsk(*before, "trigger", "list", "--auth", KEY) == ok("triggers\n")
    assert wsk(*before, "-u", KEY, "trigger", "list") == ok("triggers\n")


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("property", "get", "-u"), "unknown shorthand flag: 'u' in -u\n"),
        (("property", "set", "--namespace", "n"), "unknown flag: --namespace\n"),
        (("trigger", "update", "t", "--feed", "f"), "unknown flag: --feed\n"),
        (("action", "create", "a", "--del-annotation", "x"), "unknown flag: --del-annotation\n"),
        (("action", "invoke", "a", "--save"), "unknown flag: --save\n"),
    ],
)
def test_flags_that_a_verb_does_not_have(wsk: Wsk, tokens: tuple[str, ...], said: str) -> None:
    outcome = wsk(*tokens)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(said.rstrip())
    assert not outcome.err.startswith("error:")


def test_a_close_flag_is_suggested(wsk: Wsk) -> None:
    assert wsk("trigger", "list", "--limt", "3") == Outcome(
        code=1, err="unknown flag: --limt\n\nDid you mean this?\n\t--limit\n"
    )
    assert "\t--parm" not in wsk("trigger", "fire", "t", "--parm", "a").err
    assert "\t--param\n" in wsk("trigger", "fire", "t", "--parm", "a").err


def test_a_trigger_has_no_payload_argument(wsk: Wsk) -> None:
    """§1.9: the usage of the original shows one, and rejects it."""
    sentence = "Invalid argument(s): payload. A trigger name is required."
    assert wsk("trigger", "fire", "t", "payload") == failed(sentence, hint=True)


def test_what_the_reader_of_a_profile_does_not_take(wsk: Wsk, controller: Controller) -> None:
    """§2.1: blanks around ``=`` belong to key and value, two ``=`` spoil a line, case counts."""
    profile = Path(wsk.home / ".wskprops")
    profile.write_text(
        f"  APIHOST={controller.address}/  # mine\n#AUTH=x\nAUTH = y\nauth=z\nAUTH=a=b\n"
        f"NAMESPACE=other\nINSECURE_SSL=true\nAUTH={KEY}#\n"
    )
    wsk.host = wsk.auth = ""
    controller.answer(TRIGGERS, [])
    assert wsk("trigger", "list") == ok("triggers\n")
    assert wsk("property", "get", "--apihost", "-o", "raw") == ok(f"{controller.address}\n")
    assert wsk("property", "get", "--auth", "-o", "raw") == ok(f"{KEY}\n")


@pytest.mark.parametrize("named", ["", "missing"])
def test_a_named_profile_hides_the_one_at_home(wsk: Wsk, named: str) -> None:
    """§2.2: even an empty name, or one of a file that is not there."""
    (wsk.home / ".wskprops").write_text("APIHOST=http://h\n")
    wsk.host = ""
    wsk.environment["WSK_CONFIG_FILE"] = named and str(wsk.home / named)
    assert wsk("property", "get", "--apihost", "-o", "raw") == ok("\n")


def test_the_environment_can_ask_for_a_trace(wsk: Wsk, controller: Controller) -> None:
    """§2.2: ``WSK_CLI_DEBUG`` with any value is ``--debug``."""
    controller.answer(TRIGGERS, [])
    wsk.environment["WSK_CLI_DEBUG"] = "0"
    outcome = wsk("trigger", "list")
    assert outcome.out == "triggers\n"
    assert outcome.err.startswith("REQUEST:\n[GET]\t")


def test_strip_takes_what_looks_like_a_prefix(wsk: Wsk, controller: Controller) -> None:
    """§1.5 and §10: only with fractional seconds and a message, and anywhere in the line."""
    lines = [
        "2024-02-01T10:11:12.123456789Z stdout: hello",
        "2024-02-01T10:11:12.5Z        stderr: oh no",
        "2024-02-01T10:11:12Z stdout: kept",
        "2024-02-01T10:11:12.5Z stdout: ",
        "x 2024-02-01T10:11:12.5Z stdout: found",
    ]
    controller.answer(f"GET namespaces/_/activations/{ID}/logs", {"logs": lines})
    shown = wsk("activation", "logs", ID, "--strip").out.splitlines()
    assert shown[:2] == ["hello", "oh no"]
    assert shown[2] == lines[2]
    assert wsk("activation", "logs", ID).out.splitlines() == lines


def test_too_large_an_action_exits_157(wsk: Wsk, controller: Controller) -> None:
    Path("a.js").write_text("x")
    controller.refuse("PUT namespaces/_/actions/a?overwrite=false", 413, "Too large.")
    sentence = "Unable to create action 'a': Too large. (code tid)"
    assert wsk("action", "create", "a", "a.js") == failed(sentence, 157, hint=True)


def test_an_explicit_kind_is_for_anything(wsk: Wsk, controller: Controller) -> None:
    """§4.1: it overrides the extension, known or not, and says nothing about the content."""
    for name in ("a.ts", "a.xyz", "a.js", "noextension"):
        Path(name).write_text("x")
        controller.answer("PUT namespaces/_/actions/a?overwrite=false", {})
        assert wsk("action", "create", "a", name, "--kind", "k:1").code == 0
        assert controller.asked[-1].json["exec"] == {"kind": "k:1", "code": "x"}
    for name in ("a.ts", "a.sh", "a.java", "noextension"):
        Path(name).write_text("x")
        outcome = wsk("action", "create", "a", name)
        assert outcome.code == 2
        assert f"'{Path(name).suffix}' is not a supported action runtime" in outcome.err


def test_line_separators_are_escaped_and_other_text_is_not(
    wsk: Wsk, controller: Controller
) -> None:
    """§3.4 and §10."""
    controller.answer(f"GET namespaces/_/activations/{ID}/result", {"result": {"é<&>": "a\u2028b"}})
    expected = '{\n    "é<&>": "a\\u2028b"\n}\n'
    assert wsk("activation", "result", ID) == ok(expected)


def test_nothing_asks_for_confirmation(wsk: Wsk, controller: Controller) -> None:
    """§3.1: deleting is silent and immediate, one request without a look before."""
    for noun in ("action", "package", "rule"):
        controller.answer(f"DELETE namespaces/_/{noun}s/n", {})
        assert wsk(noun, "delete", "n") == ok(f"ok: deleted {noun} n\n")
    assert len(controller.asked) == 3


def test_a_package_that_is_not_empty_is_refused_by_the_server(
    wsk: Wsk, controller: Controller
) -> None:
    """§1.7: no force, no recursion."""
    controller.refuse("DELETE namespaces/_/packages/p", 409, "Package not empty.")
    sentence = "Unable to delete package 'p': Package not empty. (code tid)"
    assert wsk("package", "delete", "p") == failed(sentence, 153)


def test_an_activation_name_with_a_package_is_a_filter(wsk: Wsk, controller: Controller) -> None:
    """§1.5: the namespace is always the key's own; ``pkg/action`` is sent encoded."""
    controller.answer("GET namespaces/_/activations?limit=30&name=p%2Fa&skip=0", [])
    for name in ("p/a", "/other/p/a"):
        assert wsk("activation", "list", name) == ok("\n")


def test_quotes_inside_a_plain_value_are_text(wsk: Wsk, controller: Controller) -> None:
    """§9.3 and §10: the original refuses them, or lets them add parameters."""
    controller.answer("POST namespaces/_/triggers/t", {"activationId": ID})
    odd = 'x", "y": "z'
    assert wsk("trigger", "fire", "t", "-p", "k", odd, "-p", 'a"b', 'say "x"').code == 0
    assert controller.asked[0].json == {"k": odd, 'a"b': 'say "x"'}
