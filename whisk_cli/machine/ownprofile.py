"""Where ``wsk platform start`` notes its connection down, and never over somebody else's.

A marker line says which state directory a file belongs to. A profile that has no connection yet, or
one of ours, is written. A profile of somebody else stays as it is but for the line that says which
context is in use: the platform becomes a context of its own beside it. Where even that cannot be
written, the platform keeps a profile beside its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from whisk_cli import contexts, profile
from whisk_cli.config import CONTEXT_KEY, PLAIN
from whisk_cli.errors import CliError
from whisk_cli.machine.statedir import StateDir

MARKER = "# Written by 'wsk platform start' for the platform in "

CONTEXT = "local"
"""The context of a platform; that of another one is called ``local-2``, and so on."""
_MOST_CONTEXTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the connection was noted down."""

    path: Path
    context: str = PLAIN
    """The context that is in use now; the profile itself if it could be written."""
    before: str = PLAIN
    """The context that was in use until now."""
    host_before: str = ""
    """The API host that the profile names and that is not in use any more."""
    export_needed: bool = False
    """Whether the user has to point ``WSK_CONFIG_FILE`` there."""
    reason: str = ""
    """Why, if it could have been otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What has to be noted down."""

    address: str
    """Base URL of the platform."""
    auth: str
    """``uuid:key``."""
    authority: str = ""
    """File of the authority that vouches for the address; empty if the system knows it."""


def write(state: StateDir, user_profile: Path | None, connection: Connection) -> Written:
    """Note address, key and authority where ``wsk`` finds them.

    Args:
        state: the platform's state directory.
        user_profile: what ``wsk`` reads now; None when it is told to read nothing.
        connection: what to note down; the file of the authority is copied beside the profile so
            that it is there as long as the profile.

    Raises:
        CliError: no file can be read or written.
    """
    reason = ""
    if user_profile is not None:
        try:
            if _may_write(profile.read_text(user_profile), state):
                return _into_profile(state, user_profile, connection)
            return _into_context(state, user_profile, connection)
        except CliError as problem:
            reason = problem.message
    _note(state, state.own_profile, connection)
    return Written(path=state.own_profile, export_needed=True, reason=reason)


def _into_profile(state: StateDir, path: Path, connection: Connection) -> Written:
    _note(state, path, connection)
    before = _in_use(path)
    if before != PLAIN:
        contexts.use(path, PLAIN)
    return Written(path=path, before=before)


def _into_context(state: StateDir, base: Path, connection: Connection) -> Written:
    name = _free_name(state, base)
    path = contexts.save(base, name, {})
    _note(state, path, connection, authority=base.with_name(f"{base.name}.{name}.ca.pem"))
    before = _in_use(base)
    contexts.use(base, name)
    host = profile.read(base).get("APIHOST", "")
    return Written(path=path, context=name, before=before, host_before=host)


def _free_name(state: StateDir, base: Path) -> str:
    """The context of this platform, or a name that nobody has, or whose platform is gone."""
    numbered = [CONTEXT, *(f"{CONTEXT}-{n}" for n in range(2, _MOST_CONTEXTS))]
    owners = {name: _owner_of(contexts.file_of(base, name)) for name in numbered}
    own = [name for name, owner in owners.items() if owner == state.path]
    free = [
        name
        for name, owner in owners.items()
        if not contexts.file_of(base, name).exists()
        or (owner is not None and not StateDir(owner).is_held())
    ]
    if not own + free:
        raise CliError(
            f"All contexts from {CONTEXT} to {numbered[-1]} are taken. Delete one with"
            " 'wsk context delete'."
        )
    return (own + free)[0]


def _in_use(base: Path) -> str:
    return profile.read(base).get(CONTEXT_KEY, "") or PLAIN


def _note(
    state: StateDir, path: Path, connection: Connection, *, authority: Path | None = None
) -> None:
    if _owner_of(path) != state.path:
        profile.mark(path, MARKER, f"{MARKER}{state.path}")
    cacert = None
    if connection.authority:
        copy = authority or path.with_name(f"{path.name}.ca.pem")
        cacert = _copied(connection.authority, copy.absolute())
    profile.update(path, {"APIHOST": connection.address, "AUTH": connection.auth, "CACERT": cacert})


def _copied(authority: str, copy: Path) -> str:
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


def _owner_of(path: Path) -> Path | None:
    return _owner(profile.read_text(path))


def _owner(text: str) -> Path | None:
    for line in text.splitlines():
        if line.startswith(MARKER):
            return Path(line.removeprefix(MARKER).strip())
    return None
