"""Saved connections: made, chosen, layered over the profile, private."""

import json
import stat

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

LIST = "GET namespaces/_/triggers?limit=30&skip=0"
OTHER = "other-uuid:other-key"


@pytest.fixture
def person(wsk: Wsk) -> Wsk:
    """Somebody whose profile, not environment, says where the platform is."""
    (wsk.home / ".wskprops").write_text(f"# mine\nAPIHOST={wsk.host}\nAUTH={KEY}\n")
    wsk.host = wsk.auth = ""
    return wsk


def _created(person: Wsk, controller: Controller, *more: str) -> Outcome:
    host = controller.address
    return person("context", "create", "prod", "--apihost", host, "--auth", OTHER, *more)


def _key_sent(controller: Controller) -> str:
    from base64 import b64decode

    return b64decode(controller.asked[-1].headers["authorization"].split()[1]).decode()


def test_a_context_is_a_private_profile_beside_the_profile(
    person: Wsk, controller: Controller
) -> None:
    path = person.home / ".wskprops.contexts" / "prod"
    assert _created(person, controller) == Outcome(
        code=0, out="ok: created context prod\n", err=f"It is kept in {path}.\n"
    )
    assert path.read_text() == f"APIHOST={controller.address}\nAUTH={OTHER}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("way", ["use", "flag", "variable"])
def test_a_context_is_chosen_in_three_ways(person: Wsk, controller: Controller, way: str) -> None:
    _created(person, controller)
    controller.answer(LIST, [])
    tokens = ["trigger", "list"]
    if way == "use":
        assert person("context", "use", "prod") == ok(
            f"ok: using context prod ({controller.address})\n"
        )
        assert "# mine\n" in (person.home / ".wskprops").read_text()
    elif way == "flag":
        tokens += ["--context", "prod"]
    else:
        person.environment["WSK_CONTEXT"] = "prod"
    assert person(*tokens).code == 0
    assert _key_sent(controller) == OTHER


def test_flags_and_environment_win_over_a_context(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    controller.answer(LIST, [])
    person("trigger", "list", "-u", "a:flag")
    assert _key_sent(controller) == "a:flag"
    person.environment["WHISK_AUTH"] = "an:environment"
    person("trigger", "list")
    assert _key_sent(controller) == "an:environment"


def test_the_plain_profile_is_a_context_too(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    controller.answer(LIST, [])
    person("trigger", "list", "--context", "default")
    assert _key_sent(controller) == KEY
    person("context", "use", "default")
    person("trigger", "list")
    assert _key_sent(controller) == KEY


def test_a_key_of_the_profile_does_not_reach_the_host_of_a_context(
    person: Wsk, controller: Controller
) -> None:
    person("context", "create", "else", "--apihost", "http://127.0.0.1:1")
    outcome = person("trigger", "list", "--context", "else")
    assert outcome.code == 2
    assert "--auth is required" in outcome.err


def test_a_context_with_a_key_alone_is_for_the_host_in_use(
    person: Wsk, controller: Controller
) -> None:
    person("context", "create", "colleague", "--auth", OTHER)
    text = (person.home / ".wskprops.contexts" / "colleague").read_text()
    assert f"AUTH={OTHER}\n" in text
    assert f"APIHOST={controller.address}\n" in text


def test_the_list_marks_the_one_in_use_and_hides_keys(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    outcome = person("context", "list")
    assert OTHER not in outcome.out
    assert KEY not in outcome.out
    assert [line.split()[:2] for line in outcome.out.splitlines()[1:]] == [
        ["default", controller.address],
        ["*", "prod"],
    ]
    shown = json.loads(person("context", "list", "-o", "json").out)
    assert [(each["name"], each["current"], each["auth"]) for each in shown] == [
        ("default", False, "(hidden)"),
        ("prod", True, "(hidden)"),
    ]
    assert person("context", "list", "-o", "name") == ok("default\nprod\n")


def test_showing_one_reveals_its_key_only_when_asked(person: Wsk, controller: Controller) -> None:
    _created(person, controller)
    assert OTHER not in person("context", "show", "prod").out
    assert f"auth:       {OTHER}\n" in person("context", "show", "prod", "--show-secrets").out


def test_properties_are_those_of_the_context_in_use(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    assert person("property", "get", "--auth", "-o", "raw") == ok(f"{OTHER}\n")
    assert person("property", "set", "--auth", "new:key").code == 0
    assert "AUTH=new:key" in (person.home / ".wskprops.contexts" / "prod").read_text()
    assert f"AUTH={KEY}" in (person.home / ".wskprops").read_text()


def test_a_deleted_context_is_out_of_use(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    assert person("context", "delete", "prod") == Outcome(
        code=0,
        out="ok: deleted context prod\n",
        err="It was in use; the profile itself is used from now on.\n",
    )
    controller.answer(LIST, [])
    assert person("trigger", "list").code == 0


def test_a_context_whose_file_is_gone_can_be_left(person: Wsk, controller: Controller) -> None:
    _created(person, controller, "--use")
    (person.home / ".wskprops.contexts" / "prod").unlink()
    assert person("trigger", "list") == failed(
        "There is no context 'prod'; there is default. Make it with "
        "'wsk context create prod', or choose another with 'wsk context use'."
    )
    assert person("context", "use", "default").code == 0


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["context", "create", "a/b"], "'a/b' cannot be the name of a context."),
        (["context", "create", "default"], "'default' is the profile itself."),
        (["context", "delete", "default"], "'default' is the profile itself"),
        (["context", "use", "nope"], "There is no context 'nope'; there is default."),
        (["trigger", "list", "--context", "nope"], "There is no context 'nope'"),
        (["trigger", "list", "--context", "../x"], "'../x' cannot be the name of a context."),
        (["context", "create", "x", "--apihost", "ftp://h"], "The API host is not valid"),
        (["context", "use"], "Invalid argument(s). A context name is required."),
    ],
)
def test_mistakes_are_one_sentence(person: Wsk, tokens: list[str], text: str) -> None:
    outcome = person(*tokens)
    assert outcome.code == 1
    assert outcome.err.startswith(f"error: {text}")


def test_an_existing_context_is_replaced_only_on_request(
    person: Wsk, controller: Controller
) -> None:
    _created(person, controller)
    assert _created(person, controller) == failed(
        "The context 'prod' exists. Replace it with --overwrite."
    )
    assert _created(person, controller, "--overwrite").code == 0


def test_without_a_profile_there_are_no_contexts(wsk: Wsk) -> None:
    wsk.environment["WSK_CONFIG_FILE"] = ""
    assert "There is no profile" in wsk("context", "list").err
    assert "kept beside the profile" in wsk("trigger", "list", "--context", "x").err
