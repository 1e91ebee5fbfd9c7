"""What was typed wrongly: counts, flags, commands, inputs. Nothing is sent then."""

from pathlib import Path

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import HINT, Outcome, Wsk, failed

ACTION = "An action name is required."
BOTH = "An action name and code artifact are required."
OPTIONAL = "An action name is required. A code artifact is optional."
ACTIVATION = "An activation ID is required."
NAMESPACE = "An optional namespace is the only valid argument."
NOTHING = "No arguments are required."
PACKAGE = "A package name is required."
BINDING = "A package name and binding name are required."
RULE = "A rule name is required."
THREE = "A rule, trigger and action name are required."
TRIGGER = "A trigger name is required."

COUNTS = (
    ("action create", 1, 2, BOTH),
    ("action update", 1, 2, OPTIONAL),
    ("action invoke", 1, 1, ACTION),
    ("action get", 1, 2, ACTION),
    ("action delete", 1, 1, ACTION),
    ("action list", 0, 1, NAMESPACE),
    ("activation list", 0, 1, NAMESPACE),
    ("activation get", 1, 2, ACTIVATION),
    ("activation logs", 1, 1, ACTIVATION),
    ("activation result", 1, 1, ACTIVATION),
    ("activation poll", 0, 1, NAMESPACE),
    ("namespace list", 0, 0, NOTHING),
    ("namespace get", 0, 0, NOTHING),
    ("list", 0, 0, NOTHING),
    ("package create", 1, 1, PACKAGE),
    ("package update", 1, 1, PACKAGE),
    ("package get", 1, 2, PACKAGE),
    ("package delete", 1, 1, PACKAGE),
    ("package bind", 2, 2, BINDING),
    ("package list", 0, 1, NAMESPACE),
    ("package refresh", 0, 1, NAMESPACE),
    ("rule create", 3, 3, THREE),
    ("rule update", 3, 3, THREE),
    ("rule enable", 1, 1, RULE),
    ("rule disable", 1, 1, RULE),
    ("rule status", 1, 1, RULE),
    ("rule get", 1, 2, RULE),
    ("rule delete", 1, 1, RULE),
    ("rule list", 0, 1, NAMESPACE),
    ("trigger create", 1, 1, TRIGGER),
    ("trigger update", 1, 1, TRIGGER),
    ("trigger fire", 1, 1, TRIGGER),
    ("trigger get", 1, 2, TRIGGER),
    ("trigger delete", 1, 1, TRIGGER),
    ("trigger list", 0, 1, NAMESPACE),
    ("property get", 0, 0, NOTHING),
    ("property set", 0, 0, NOTHING),
    ("property unset", 0, 0, NOTHING),
)
NEEDS_SOME = [case for case in COUNTS if case[1]]


@pytest.mark.parametrize(("command", "least", "most", "required"), NEEDS_SOME)
def test_too_few_arguments(
    wsk: Wsk, controller: Controller, command: str, least: int, most: int, required: str
) -> None:
    tokens = [*command.split(), *["x"] * (least - 1)]
    assert wsk(*tokens) == failed(f"Invalid argument(s). {required}", hint=True)
    assert controller.asked == []


@pytest.mark.parametrize(("command", "least", "most", "required"), COUNTS)
def test_too_many_arguments(
    wsk: Wsk, controller: Controller, command: str, least: int, most: int, required: str
) -> None:
    tokens = [*command.split(), *["x"] * most, "extra1", "extra2"]
    assert wsk(*tokens) == failed(f"Invalid argument(s): extra1, extra2. {required}", hint=True)
    assert controller.asked == []


TAKES_PARAMETERS = (
    "action create foo",
    "action update foo",
    "action invoke foo",
    "package create foo",
    "package update foo",
    "package bind foo bar",
    "trigger create foo",
    "trigger update foo",
    "trigger fire foo",
)
TAKES_ANNOTATIONS = [each for each in TAKES_PARAMETERS if each[-10:] != "invoke foo"][:-1]

FAILED = "Failed to parse arguments: "
PARAMETER = FAILED + "The parameter arguments are invalid: "
ANNOTATION = FAILED + "The annotation arguments are invalid: "


@pytest.mark.parametrize("command", TAKES_PARAMETERS)
@pytest.mark.parametrize("flag", ["-p", "--param"])
@pytest.mark.parametrize("tokens", [[], ["key"]])
def test_a_parameter_needs_key_and_value(
    wsk: Wsk, command: str, flag: str, tokens: list[str]
) -> None:
    assert wsk(*command.split(), flag, *tokens) == failed(
        f"{PARAMETER}Arguments for '{flag}' must be a key/value pair", hint=True
    )


@pytest.mark.parametrize("command", TAKES_ANNOTATIONS)
@pytest.mark.parametrize("flag", ["-a", "--annotation"])
def test_an_annotation_needs_key_and_value(wsk: Wsk, command: str, flag: str) -> None:
    assert wsk(*command.split(), flag, "key") == failed(
        f"{ANNOTATION}Arguments for '{flag}' must be a key/value pair", hint=True
    )


@pytest.mark.parametrize("flag", ["-F", "--feed-param", "-T", "--trigger-param"])
def test_a_feed_input_needs_key_and_value(wsk: Wsk, flag: str) -> None:
    assert wsk("trigger", "create", "t", flag, "key") == failed(
        f"{FAILED}Arguments for '{flag}' must be a key/value pair", hint=True
    )


@pytest.mark.parametrize("command", TAKES_PARAMETERS)
@pytest.mark.parametrize("flag", ["-P", "--param-file"])
def test_a_parameter_file_needs_a_name(wsk: Wsk, command: str, flag: str) -> None:
    assert wsk(*command.split(), flag) == failed(
        f"{PARAMETER}An argument must be provided for '{flag}'", hint=True
    )


@pytest.mark.parametrize("command", TAKES_ANNOTATIONS)
@pytest.mark.parametrize("flag", ["-A", "--annotation-file"])
def test_an_annotation_file_needs_a_name(wsk: Wsk, command: str, flag: str) -> None:
    assert wsk(*command.split(), flag) == failed(
        f"{ANNOTATION}An argument must be provided for '{flag}'", hint=True
    )


@pytest.mark.parametrize("flag", ["-P", "--param-file", "-A", "--annotation-file"])
def test_a_missing_file_exits_2(wsk: Wsk, flag: str) -> None:
    assert wsk("package", "create", "p", flag, "none.json") == failed(
        f"{FAILED}File 'none.json' is not a valid file or it does not exist", 2, hint=True
    )


@pytest.mark.parametrize("content", ["", "nonsense", "[1]", '{"a": }', '{"a": NaN}', "5"])
@pytest.mark.parametrize(("flag", "noun"), [("-P", "parameter"), ("-A", "annotation")])
def test_a_file_that_holds_no_json_object_is_refused(
    wsk: Wsk, controller: Controller, content: str, flag: str, noun: str
) -> None:
    Path("in.json").write_text(content)
    outcome = wsk("package", "create", "p", flag, "in.json")
    assert outcome.code == 1
    assert outcome.err.startswith(f"error: Invalid {noun} argument in the file 'in.json': ")
    assert outcome.err.endswith(HINT)
    assert controller.asked == []


def test_a_file_that_is_not_text_is_refused(wsk: Wsk) -> None:
    Path("in.json").write_bytes(b'{"a": "\xff"}')
    assert wsk("package", "create", "p", "-P", "in.json") == failed(
        f"{FAILED}File 'in.json' is not text in UTF-8 (byte 7)", hint=True
    )


def test_a_parameter_with_equals_is_refused_with_a_hint(wsk: Wsk) -> None:
    assert wsk("action", "invoke", "foo", "--param=a=b") == failed(
        f"{PARAMETER}Arguments for '--param' must be a key/value pair, "
        "separated by a space: --param KEY VALUE",
        hint=True,
    )


@pytest.mark.parametrize("tokens", [["--param-file=in.json"], ["-Pin.json"]])
def test_a_parameter_file_may_be_attached(
    wsk: Wsk, controller: Controller, tokens: list[str]
) -> None:
    Path("in.json").write_text('{"a": 1}')
    controller.answer("POST namespaces/_/triggers/t", status=204)
    assert wsk("trigger", "fire", "t", *tokens).code == 0
    assert controller.asked[0].json == {"a": 1}


def test_the_first_of_two_mistakes_is_in_the_inputs(wsk: Wsk) -> None:
    """As in the reference, inputs are looked at before the arguments are counted."""
    outcome = wsk("action", "invoke", "-P", "none.json")
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["action", "list", "--bogus"], "unknown flag: --bogus"),
        (["action", "list", "--bogus=1"], "unknown flag: --bogus"),
        (["action", "list", "-x"], "unknown shorthand flag: 'x' in -x"),
        (["action", "list", "-nx"], "unknown shorthand flag: 'x' in -nx"),
        (["action", "list", "--limit"], "flag needs an argument: --limit"),
        (["action", "list", "-l"], "flag needs an argument: 'l' in -l"),
        (["action", "list", "-p", "a", "b"], "unknown shorthand flag: 'p' in -p"),
        (["property", "get", "-u"], "unknown shorthand flag: 'u' in -u"),
        (
            ["action", "invoke", "f", "--blocking=maybe"],
            'invalid argument "maybe" for "--blocking" flag: use true or false',
        ),
    ],
)
def test_a_mistake_in_a_flag_is_told_without_prefix(
    wsk: Wsk, controller: Controller, tokens: list[str], text: str
) -> None:
    assert wsk(*tokens) == Outcome(code=1, err=f"{text}\n")
    assert controller.asked == []


@pytest.mark.parametrize("value", ["abc", "1.5", "", "1_0", "٣"])
def test_a_number_is_needed_where_one_is_declared(
    wsk: Wsk, controller: Controller, value: str
) -> None:
    assert wsk("action", "list", f"--limit={value}") == Outcome(
        code=1,
        err=f'invalid argument "{value}" for "-l, --limit" flag: a whole number is needed\n',
    )
    assert controller.asked == []


def test_a_mistake_in_a_flag_of_the_root_is_told_twice(wsk: Wsk) -> None:
    assert wsk("--bogus") == Outcome(
        code=1, err="Error: unknown flag: --bogus\nunknown flag: --bogus\n"
    )


def test_an_unknown_root_command_is_told_twice_with_close_names(wsk: Wsk) -> None:
    text = 'unknown command "actoin" for "wsk"\n\nDid you mean this?\n\taction\n\n'
    assert wsk("actoin", "list") == Outcome(code=1, err=f"Error: {text}{HINT}{text}")
    text = 'unknown command "xyzzy" for "wsk"\n'
    assert wsk("xyzzy") == Outcome(code=1, err=f"Error: {text}{HINT}{text}")


def test_an_unknown_subcommand_fails_with_close_names(wsk: Wsk) -> None:
    assert wsk("action", "invoice") == Outcome(
        code=1,
        err='Error: unknown command "invoice" for "wsk action"\n\n'
        f"Did you mean this?\n\tinvoke\n\n{HINT}",
    )
    assert wsk("admin", "user", "crate").err.startswith(
        'Error: unknown command "crate" for "wsk admin user"\n\nDid you mean this?\n\tcreate\n'
    )


@pytest.mark.parametrize(
    "tokens",
    [
        ["--apihost", "HOST", "--auth", "K", "namespace", "list"],
        ["namespace", "--apihost", "HOST", "list", "--auth=K"],
        ["namespace", "list", "-uK", "--apihost=HOST", "--apiversion", "v1"],
        ["-i", "--apihost", "HOST", "--apiversion", "v1", "namespace", "list", "--auth", "K"],
        ["namespace", "list", "-iu", "K", "--apihost", "HOST"],
    ],
)
def test_global_flags_are_accepted_anywhere(
    wsk: Wsk, controller: Controller, tokens: list[str]
) -> None:
    controller.answer("GET namespaces", ["guest"])
    wsk.host = wsk.auth = ""
    outcome = wsk(*[token.replace("HOST", controller.address) for token in tokens])
    assert outcome == Outcome(code=0, out="namespaces\nguest\n")
    assert controller.asked[0].headers["authorization"] == "Basic Sw=="


def test_a_value_may_look_like_a_flag(wsk: Wsk, controller: Controller) -> None:
    controller.answer("POST namespaces/_/actions/--odd?blocking=true&result=true", {})
    outcome = wsk("action", "invoke", "-r", "-p", "k", "--auth", "--", "--odd")
    assert outcome.code == 0
    assert controller.asked[0].json == {"k": "--auth"}


@pytest.mark.parametrize(
    "tokens", [["-br"], ["--result=true"], ["--result", "--blocking=false"], ["-r=true"]]
)
def test_switches_may_be_clustered_or_spelled_out(
    wsk: Wsk, controller: Controller, tokens: list[str]
) -> None:
    controller.answer("POST namespaces/_/actions/f?blocking=true&result=true", {})
    assert wsk("action", "invoke", "f", *tokens) == Outcome(code=0, out="{}\n")
