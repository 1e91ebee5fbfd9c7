"""Secrets at rest."""

import os
import stat
from pathlib import Path

import pytest

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.masterkeys import (
    MASTER_KEY_FILE,
    create_master_key,
    read_master_key,
)
from whisk_platform.stores.sealing import KEY_BYTES, Sealer, SealError

KEY = bytes(range(KEY_BYTES))


def test_what_was_sealed_opens_again() -> None:
    assert Sealer(KEY).open(Sealer(KEY).seal(b"secret", "here"), "here") == b"secret"


def test_nothing_of_the_secret_is_visible_and_no_two_seals_are_alike() -> None:
    first, second = (Sealer(KEY).seal(b"secret", "here") for _ in range(2))
    assert b"secret" not in first
    assert first != second


def test_a_seal_opens_only_where_it_belongs() -> None:
    with pytest.raises(SealError):
        Sealer(KEY).open(Sealer(KEY).seal(b"secret", "here"), "there")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError):
        Sealer(bytes(KEY_BYTES)).open(Sealer(KEY).seal(b"secret", "here"), "here")


def test_a_changed_byte_is_noticed_wherever_it_is() -> None:
    sealed = Sealer(KEY).seal(b"secret", "here")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealError):
            Sealer(KEY).open(bytes(changed), "here")


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_a_seal_that_was_cut_off_is_noticed(length: int) -> None:
    with pytest.raises(SealError):
        Sealer(KEY).open(Sealer(KEY).seal(b"secret", "here")[:length], "here")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(StateDirectoryError, match=rf"The master key has {length} bytes"):
        Sealer(bytes(length))


def test_a_directory_without_a_key_has_none(tmp_path: Path) -> None:
    assert read_master_key(tmp_path) is None


def test_a_new_key_is_random_and_its_owners_alone(tmp_path: Path) -> None:
    key = create_master_key(tmp_path)
    assert read_master_key(tmp_path) == key
    assert len(set(key)) > 8
    assert os.listdir(tmp_path) == [MASTER_KEY_FILE]
    assert stat.S_IMODE((tmp_path / MASTER_KEY_FILE).stat().st_mode) == 0o600


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    key = create_master_key(tmp_path)
    assert create_master_key(tmp_path) == key


def test_a_damaged_key_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / MASTER_KEY_FILE).write_bytes(b"short")
    with pytest.raises(StateDirectoryError) as caught:
        read_master_key(tmp_path)
    assert caught.value.message == (
        f"{tmp_path / MASTER_KEY_FILE} holds 5 bytes instead of a key of 32."
        " Restore it from a backup."
    )


def test_an_unreadable_key_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / MASTER_KEY_FILE).mkdir()
    with pytest.raises(StateDirectoryError, match=r"cannot be read: Is a directory\. Make it"):
        read_master_key(tmp_path)


def test_a_key_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StateDirectoryError, match=r"cannot be written: No such file"):
        create_master_key(tmp_path / "nowhere")
