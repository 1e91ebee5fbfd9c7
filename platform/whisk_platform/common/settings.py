"""Settings: one typed model per program, filled from flags, environment, file and defaults.

Flag beats environment beats file beats default. A name that the model does not know is an error
that says so: a misspelled setting must never be silently without effect.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from whisk_platform.common.errors import SettingsError

PREFIX = "WHISK_"
CLIENT_NAMES = frozenset(("WHISK_AUTH", "WHISK_APIHOST", "WHISK_APIVERSION", "WHISK_SYSTEM_AUTH"))
"""Variables of the command line; the platform neither reads nor refuses them."""

Groups = dict[str, dict[str, Any]]
ModelT = TypeVar("ModelT", bound=msgspec.Struct)


def load(
    model: type[ModelT],
    *,
    flags: Mapping[str, Mapping[str, object]],
    environment: Mapping[str, str],
    file: Path | None = None,
) -> ModelT:
    """Fill a model.

    Args:
        model: a struct of groups, each a struct of fields with defaults.
        flags: group to field to value; values of None count as not given.
        environment: variables; only those that begin with ``WHISK_`` are looked at.
        file: TOML with one table for each group; None = no file.

    Returns:
        The settings.

    Raises:
        SettingsError: an unknown name or an unusable value; the sentence names it.
    """
    merged: Groups = {}
    _merge(merged, _from_file(file) if file is not None else {})
    _merge(merged, _from_environment(environment))
    _merge(merged, flags)
    _refuse_unknown(model, merged)
    try:
        return msgspec.convert(merged, model, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error))) from error


def state_directory(configured: str, environment: Mapping[str, str]) -> Path:
    """The state directory: as configured, else the user's own (XDG).

    Args:
        configured: a path; empty = ``$XDG_STATE_HOME/whisk`` or ``~/.local/state/whisk``.
        environment: where ``XDG_STATE_HOME`` may stand.
    """
    if configured:
        return Path(configured).expanduser().absolute()
    base = environment.get("XDG_STATE_HOME")
    root = Path(base) if base else Path.home() / ".local" / "state"
    return root / "whisk"


def _merge(into: Groups, groups: Mapping[str, Mapping[str, object]]) -> None:
    for group, values in groups.items():
        given = {field: value for field, value in values.items() if value is not None}
        into.setdefault(group, {}).update(given)


def _from_file(path: Path) -> Groups:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from error
    for group, values in data.items():
        if not isinstance(values, dict):
            raise SettingsError(
                f"The settings file {path} has '{group}' outside a table. Write it under [group]."
            )
    return data


def _from_environment(environment: Mapping[str, str]) -> Groups:
    groups: Groups = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in CLIENT_NAMES:
            continue
        group, separator, field = name.removeprefix(PREFIX).lower().partition("__")
        if not separator:
            raise SettingsError(
                f"The environment variable {name} is no setting. Settings are spelled"
                f" {PREFIX}<GROUP>__<FIELD>."
            )
        groups.setdefault(group, {})[field] = value
    return groups


def _refuse_unknown(model: type[msgspec.Struct], groups: Groups) -> None:
    known_groups = {field.name: field.type for field in msgspec.structs.fields(model)}
    for group, values in groups.items():
        if group not in known_groups:
            names = ", ".join(sorted(known_groups))
            raise SettingsError(f"There is no settings group '{group}'. Groups are: {names}.")
        known = {field.name for field in msgspec.structs.fields(known_groups[group])}
        for name in values:
            if name not in known:
                names = ", ".join(sorted(known))
                raise SettingsError(
                    f"There is no setting '{group}.{name}'. Settings of {group} are: {names}."
                )


def _sentence(detail: str) -> str:
    what, _, path = detail.partition(" - at `$.")
    name = path.removesuffix("`")
    return f"The setting '{name}' cannot be used: {what}." if name else f"Settings: {detail}."
