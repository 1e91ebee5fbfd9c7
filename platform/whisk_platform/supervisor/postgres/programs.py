"""PostgreSQL's programs, which distributions keep off the search path, and the user to run them as.

PostgreSQL refuses to run as root, so root runs it as another user.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from whisk_platform.common.errors import WhiskError

OLDEST = 14
"""Versions before it lack what the store is written with."""

PLACES = ("/usr/lib/postgresql", "/usr/pgsql-*", "/usr/local/pgsql", "/opt/homebrew/opt")
"""Where distributions keep the programs, one folder for each version."""

_USERS = ("postgres", "nobody")


class PostgresMissingError(WhiskError):
    """PostgreSQL's programs are not on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def find(home: Path | None = None, places: tuple[str, ...] = PLACES) -> Path:
    """The directory with ``initdb`` and ``postgres``, of the newest version there is.

    Args:
        home: where to look instead: a directory with the programs, or one with ``bin``.
        places: where distributions keep them.

    Raises:
        PostgresMissingError: they are not there; the sentence has the remedy.
    """
    if home is not None:
        for folder in (home, home / "bin"):
            if _holds_programs(folder):
                return folder
        raise PostgresMissingError(
            f"There is no PostgreSQL in {home}. Name the directory that holds its programs"
            " initdb and postgres."
        )
    found = [
        folder for place in places for folder in _below(Path(place)) if _holds_programs(folder)
    ]
    on_path = shutil.which("postgres")
    if on_path is not None and _holds_programs(Path(on_path).parent):
        found.append(Path(on_path).parent)
    if not found:
        raise PostgresMissingError(
            f"The server needs PostgreSQL {OLDEST} or later: apt-get install postgresql, or name a"
            " running one by its DSN."
        )
    return max(found, key=_version)


def account(uid: int | None = None) -> Account | None:
    """Whom to run the server as; None = who we are.

    Args:
        uid: of this process; None = ask.

    Raises:
        PostgresMissingError: this is root, and there is nobody else.
    """
    if (os.getuid() if uid is None else uid) != 0:
        return None
    for name in _USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise PostgresMissingError(
        "PostgreSQL does not run as root, and this machine has no user 'postgres' or 'nobody'."
        " Start the platform as another user."
    )


def _below(place: Path) -> list[Path]:
    roots = [place] if "*" not in place.name else list(place.parent.glob(place.name))
    return [folder for root in roots for folder in (root / "bin", *root.glob("*/bin"))]


def _holds_programs(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(folder: Path) -> int:
    """The first number in the name of the version's folder; 0 if that says none."""
    found = re.search(r"\d+", folder.parent.name)
    return int(found[0]) if found else 0
