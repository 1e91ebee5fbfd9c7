"""The files that hold the deployment's master key, and its successor and predecessors meanwhile.

``master.key`` seals. While it is replaced, ``master.key.next`` seals already and both open;
``master.key.retired`` holds former keys, for work that was under way, up to the next start. Every
step is a file that is there whole or not at all, so that the process may be killed between any two.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.sealing import KEY_BYTES, Sealer

MASTER_KEY_FILE = "master.key"
NEXT_KEY_FILE = "master.key.next"
RETIRED_KEYS_FILE = "master.key.retired"
KEY_FILES = (NEXT_KEY_FILE, MASTER_KEY_FILE, RETIRED_KEYS_FILE)
"""In the order in which they have to be read while somebody may be replacing the key."""


def read_master_key(directory: Path) -> bytes | None:
    """The deployment's master key, or None if the directory has none.

    Raises:
        StateDirectoryError: the file cannot be read or does not hold a key.
    """
    path = directory / MASTER_KEY_FILE
    key = _read(path)
    if key is not None and len(key) != KEY_BYTES:
        raise StateDirectoryError(
            f"{path} holds {len(key)} bytes instead of a key of {KEY_BYTES}. Restore it from a"
            " backup."
        )
    return key


def read_all_keys(directory: Path) -> tuple[bytes, ...]:
    """Every key that may be needed, the one that seals first; empty if the directory has none.

    Raises:
        StateDirectoryError: a file cannot be read or does not hold a key.
    """
    successor = _read(directory / NEXT_KEY_FILE) or b""
    current = read_master_key(directory)
    if current is None:
        return ()
    retired = _read(directory / RETIRED_KEYS_FILE) or b""
    held = successor + current + retired
    keys = [held[start : start + KEY_BYTES] for start in range(0, len(held), KEY_BYTES)]
    return tuple(dict.fromkeys(key for key in keys if len(key) == KEY_BYTES))


def read_sealer(directory: Path) -> Sealer | None:
    """What seals and opens the secrets of a directory; None if it has no key.

    Raises:
        StateDirectoryError: see ``read_all_keys``.
    """
    keys = read_all_keys(directory)
    return Sealer(*keys) if keys else None


def create_master_key(directory: Path) -> bytes:
    """Make a random master key and write it, readable for its owner alone.

    Returns:
        The key that is in the file when this returns, ours or a faster process's.

    Raises:
        StateDirectoryError: the file cannot be written.
    """
    _create(directory, MASTER_KEY_FILE)
    key = read_master_key(directory)
    assert key is not None, "the file was linked above"
    return key


def create_next_key(directory: Path) -> bytes:
    """Make the successor of the master key, or go on with one that was made before.

    Raises:
        StateDirectoryError: the file cannot be written.
    """
    _create(directory, NEXT_KEY_FILE)
    key = _read(directory / NEXT_KEY_FILE)
    assert key is not None, "the file was linked above"
    return key


def is_being_replaced(directory: Path) -> bool:
    """Whether a successor or a predecessor lies beside the master key."""
    return any((directory / name).exists() for name in (NEXT_KEY_FILE, RETIRED_KEYS_FILE))


def retire(directory: Path) -> None:
    """Keep the master key among the former ones, before its successor, which exists, succeeds.

    Raises:
        StateDirectoryError: the file cannot be written.
    """
    _, *former = read_all_keys(directory)
    path = directory / RETIRED_KEYS_FILE
    draft = directory / f".{RETIRED_KEYS_FILE}.{os.getpid()}"
    try:
        _write(draft, b"".join(former))
        os.replace(draft, path)
        _sync(directory)
    except OSError as error:
        raise _unwritable(path, error) from error


def succeed(directory: Path) -> None:
    """Put the successor, if there is one, in the master key's place.

    Raises:
        StateDirectoryError: the directory cannot be written.
    """
    try:
        os.replace(directory / NEXT_KEY_FILE, directory / MASTER_KEY_FILE)
        _sync(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(directory / MASTER_KEY_FILE, error) from error


def forget_retired(directory: Path) -> None:
    """Remove the former keys: nothing is sealed with them any more.

    Raises:
        StateDirectoryError: the file cannot be removed.
    """
    path = directory / RETIRED_KEYS_FILE
    try:
        path.unlink(missing_ok=True)
        _sync(directory)
    except OSError as error:
        raise _unwritable(path, error) from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateDirectoryError(
            f"The master key {path} cannot be read: {error.strerror}. Make it readable for the"
            " user who runs the platform."
        ) from error


def _create(directory: Path, name: str) -> None:
    path = directory / name
    draft = directory / f".{name}.{os.getpid()}"
    try:
        _write(draft, secrets.token_bytes(KEY_BYTES))
        try:
            # A link appears whole or not at all and never replaces a key that is already there.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync(directory)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> StateDirectoryError:
    return StateDirectoryError(f"The master key {path} cannot be written: {error.strerror}.")
