"""The profile file."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli import profile
from whisk_cli.errors import CliError

keys = st.sampled_from(["APIHOST", "AUTH", "CERT", "KEY", "APIVERSION", "NAMESPACE"])
words = st.text(st.characters(codec="utf-8", exclude_characters="\n\r=#")).map(str.strip)
lines = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("APIHOST=h\nAUTH=a:b\n", {"APIHOST": "h", "AUTH": "a:b"}),
        ("# APIHOST=h\nAUTH=k # mine\n", {"AUTH": "k"}),
        ("AUTH=a=b\nNOTHING\n\n", {}),
        ("APIHOST = h\n", {"APIHOST ": " h"}),
        ("  AUTH=k  \n", {"AUTH": "k"}),
        ("auth=k\n", {"auth": "k"}),
        ("AUTH=\n", {"AUTH": ""}),
        ("AUTH=one\nAUTH=two\n", {"AUTH": "two"}),
        ("AUTH=k\r\nKEY=f\r\n", {"AUTH": "k", "KEY": "f"}),
    ],
)
def test_lines_that_are_read_and_lines_that_are_not(text: str, properties: dict[str, str]) -> None:
    assert profile.parse(text) == properties


@given(lines, st.dictionaries(keys, words.filter(bool)))
def test_what_is_written_is_read_back(text: str, changes: dict[str, str | None]) -> None:
    found = profile.parse(profile.changed(text, changes))
    assert {key: found[key] for key in changes} == changes


@given(lines, keys)
def test_what_is_removed_is_gone(text: str, key: str) -> None:
    assert key not in profile.parse(profile.changed(text, {key: None}))


@given(lines, keys, words)
def test_other_lines_stay_as_they_are(text: str, key: str, value: str) -> None:
    ended = text if text.endswith("\n") or not text else f"{text}\n"
    before = [line for line in ended.split("\n") if key not in line]
    after = profile.changed(text, {key: value}).split("\n")
    assert [line for line in after if key not in line] == before


def test_a_written_profile_is_private_even_if_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "props"
    profile.update(path, {"AUTH": "k"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o666)
    profile.update(path, {"AUTH": None})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("AUTH=old\n")
    link.symlink_to(target)
    profile.update(link, {"AUTH": "new"})
    assert link.is_symlink()
    assert target.read_text() == "AUTH=new\n"


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    path = tmp_path / "props"
    path.write_bytes(b"#\xff\nAUTH=old\n")
    profile.update(path, {"AUTH": "new"})
    assert path.read_bytes() == b"#\xff\nAUTH=new\n"


@pytest.mark.parametrize("value", ["a=b", "a#b", "a\nb", "a\rb"])
def test_a_value_that_would_not_be_read_back_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(CliError, match="KEY cannot be saved"):
        profile.update(tmp_path / "props", {"KEY": value})
    assert not (tmp_path / "props").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CliError, match=r"Unable to write '.*/file/props'"):
        profile.update(tmp_path / "file" / "props", {"KEY": "v"})
