"""The profile that ``wsk platform start`` writes, and never over somebody else's.

A marker line says which state directory a profile belongs to. A profile without it is foreign:
the platform then keeps one of its own beside its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from whisk_cli import profile
from whisk_cli.errors import CliError
from whisk_cli.machine.statedir import StateDir

MARKER = "# Written by 'wsk platform start' for the platform in "


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the connection was noted down."""

    path: Path
    export_needed: bool
    """Whether the user has to point ``WSK_CONFIG_FILE`` there."""


def write(
    state: StateDir, user_profile: Path | None, *, address: str, auth: str, authority: str = ""
) -> Written:
    """Note address, key and authority where ``wsk`` finds them.

    Args:
        state: the platform's state directory.
        user_profile: what ``wsk`` reads now; None when it is told to read nothing.
        address: base URL of the platform.
        auth: ``uuid:key``.
        authority: File of the authority that vouches for the address, copied beside the profile so
            that it is there as long as the profile; empty if the system knows it.

    Raises:
        CliError: a file cannot be read or written.
    """
    mine = user_profile is not None and _may_write(profile.read_text(user_profile), state)
    path = user_profile if mine and user_profile is not None else state.own_profile
    text = profile.read_text(path)
    if _owner(text) != state.path:
        profile.mark(path, MARKER, f"{MARKER}{state.path}")
    cacert = _copied(authority, path) if authority else None
    profile.update(path, {"APIHOST": address, "AUTH": auth, "CACERT": cacert})
    return Written(path=path, export_needed=path != user_profile)


def _copied(authority: str, path: Path) -> str:
    copy = path.with_name(f"{path.name}.ca.pem").absolute()
    try:
        profile.replace(copy, Path(authority).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CliError(
            f"The certificate authority {authority} cannot be copied to {copy}: {problem}."
        ) from problem
    return str(copy)


def _may_write(text: str, state: StateDir) -> bool:
    owner = _owner(text)
    if owner is None:
        return not {"APIHOST", "AUTH"} & profile.parse(text).keys()
    return owner == state.path or not StateDir(owner).is_held()


def _owner(text: str) -> Path | None:
    for line in text.splitlines():
        if line.startswith(MARKER):
            return Path(line.removeprefix(MARKER).strip())
    return None
