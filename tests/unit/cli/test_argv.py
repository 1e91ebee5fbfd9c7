"""Taking arguments apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.argv import GLOBAL_FLAGS, Flag, Parsed, parse, split_command
from whisk_cli.errors import CliError
from whisk_cli.inputs import ANNOTATIONS, FEED_INPUTS, PARAMETERS, Given, Input

KIND = Flag(long="--kind")
LIMIT = Flag(long="--limit", short="-l")
SORT = Flag(long="--name-sort", short="-n", takes_value=False)
OWN_AUTH = Flag(long="--auth", takes_value=False)
INPUTS = PARAMETERS | ANNOTATIONS | FEED_INPUTS

anything = st.text(st.characters(codec="utf-8"), max_size=12)
plain = anything.filter(lambda text: not text.startswith("-"))


def _param(key: str, text: str) -> Given:
    return Given(flag=Input.PARAM, key=key, text=text)


@given(st.lists(plain))
def test_words_are_positionals_in_their_order(words: list[str]) -> None:
    assert parse(words, (KIND,), INPUTS) == Parsed(positionals=tuple(words))


@given(st.lists(anything))
def test_after_two_dashes_nothing_is_a_flag(words: list[str]) -> None:
    assert parse(["--", *words], (KIND, SORT), INPUTS) == Parsed(positionals=tuple(words))


@given(st.lists(st.tuples(anything, anything)))
def test_inputs_keep_their_order_and_any_two_tokens(pairs: list[tuple[str, str]]) -> None:
    tokens = [token for key, text in pairs for token in ("-p", key, text)]
    found = parse(tokens, (KIND,), INPUTS)
    assert found == Parsed(inputs=tuple(_param(key, text) for key, text in pairs))


@given(st.lists(plain, max_size=5), anything, st.integers(0, 5))
def test_global_flags_may_stand_anywhere(words: list[str], key: str, at: int) -> None:
    tokens = [*words[:at], "--auth", key, *words[at:]]
    assert parse(tokens) == Parsed(settings={"auth": key}, positionals=tuple(words))


@given(anything, st.sampled_from(["--limit {}", "--limit={}", "-l {}", "-l={}", "-l{}"]))
def test_a_value_may_be_attached_or_follow(value: str, form: str) -> None:
    if form == "-l{}" and (not value or value.startswith("=")):
        return
    flag, blank, rest = form.partition(" ")
    tokens = [flag, rest.format(value)] if blank else [form.format(value)]
    assert parse(tokens, (LIMIT,)) == Parsed(options=(("--limit", value),))


@given(st.lists(anything))
def test_any_tokens_are_either_taken_apart_or_refused_in_one_sentence(tokens: list[str]) -> None:
    refused: CliError | None = None
    try:
        parse(tokens, (KIND, LIMIT, SORT), INPUTS)
    except CliError as problem:
        refused = problem
    assert refused is None or (refused.exit_code == 1 and refused.message)


@given(st.lists(anything), st.lists(anything))
def test_nothing_is_lost(before: list[str], after: list[str]) -> None:
    tokens = [*before, "-p", "k", "v", *after]
    try:
        found = parse(tokens, (LIMIT, SORT), INPUTS)
    except CliError:
        return
    taken = len(found.positionals) + len(found.options) + len(found.inputs) + len(found.settings)
    assert taken or tokens == ["--"]


@pytest.mark.parametrize(
    ("tokens", "options"),
    [
        (["-n"], (("--name-sort", True),)),
        (["--name-sort=false"], (("--name-sort", False),)),
        (["-n=0"], (("--name-sort", False),)),
        (["-nl5"], (("--name-sort", True), ("--limit", "5"))),
        (["-nl", "5"], (("--name-sort", True), ("--limit", "5"))),
        (["--kind", "-v"], (("--kind", "-v"),)),
        (["--kind="], (("--kind", ""),)),
    ],
)
def test_clusters_and_spelled_out_switches(
    tokens: list[str], options: tuple[tuple[str, str | bool], ...]
) -> None:
    assert parse(tokens, (KIND, LIMIT, SORT)) == Parsed(options=options)


def test_clusters_may_mix_global_and_own_switches() -> None:
    assert parse(["-inv"], (SORT,)) == Parsed(
        settings={"insecure": True, "verbose": True}, options=(("--name-sort", True),)
    )


def test_a_flag_of_its_own_hides_the_global_one_with_its_short_spelling() -> None:
    assert parse(["--auth"], (OWN_AUTH,)) == Parsed(options=(("--auth", True),))
    with pytest.raises(CliError, match="unknown shorthand flag: 'u' in -u"):
        parse(["-u", "x"], (OWN_AUTH,))


def test_an_input_belongs_to_the_commands_that_declare_it() -> None:
    with pytest.raises(CliError, match="unknown flag: --param"):
        parse(["--param", "k", "v"])


def test_a_lone_dash_is_a_word() -> None:
    assert parse(["-"]) == Parsed(positionals=("-",))


def test_the_last_of_a_repeated_global_flag_wins() -> None:
    assert parse(["-u", "a", "--auth=b"]).settings == {"auth": "b"}


@given(st.lists(st.sampled_from(["-v", "-i", "--debug", "--apihost=h"])), st.lists(anything))
def test_the_first_word_is_the_command(flags: list[str], rest: list[str]) -> None:
    before, word, left = split_command([*flags, "action", *rest])
    assert word == "action"
    assert left == rest
    assert set(before.settings) <= set(GLOBAL_FLAGS)


def test_without_a_word_there_is_no_command() -> None:
    assert split_command(["-v"]) == (Parsed(settings={"verbose": True}), None, [])
    assert split_command([]) == (Parsed(), None, [])
