"""How ``--web`` and ``--web-secure`` change the annotations of an action. Pure.

**Source**: contracts/cli.md §1.4 and §10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whisk_cli.commands.action.artifact import misuse
from whisk_cli.commands.pairs import Pair
from whisk_cli.jsonvalue import JSONValue, Number

SECRET_ANNOTATION = "require-whisk-auth"
_WEB_ANNOTATIONS = ("web-export", "raw-http", "final")
_MODES = {
    "yes": (True, False, True),
    "true": (True, False, True),
    "raw": (True, True, True),
    "no": (False, False, False),
    "false": (False, False, False),
}
_LARGEST_SECRET = 2**53 - 1
"""Integers up to this survive in JavaScript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The annotations to send.

    Attributes:
        pairs: ``None`` to leave the stored ones alone.
        removed: Keys the server is to remove.
    """

    pairs: tuple[Pair, ...] | None = None
    removed: tuple[str, ...] = ()


def decide(
    given: Sequence[Pair] | None,
    stored: Sequence[Pair] | None,
    *,
    web: str | None,
    secure: str | None,
) -> Annotations:
    """Work out the annotations of an action.

    Args:
        given: Those of ``-a`` and ``-A``; ``None`` if there were none.
        stored: Those the server has; ``None`` if the action is new.
        web: The value of ``--web``.
        secure: The value of ``--web-secure``.

    Raises:
        CliError: A wrong mode, or a secret for what is no web action: exit 2.
    """
    pairs = list(given) if given is not None else None
    if web is not None:
        pairs = _with_mode(pairs, stored, web)
    if secure is None:
        return Annotations(pairs=None if pairs is None else tuple(pairs))
    return _with_secret(pairs, stored, web, secure)


def _with_mode(given: list[Pair] | None, stored: Sequence[Pair] | None, web: str) -> list[Pair]:
    if web.lower() not in _MODES:
        raise misuse(
            f"Invalid argument '{web}' for --web flag. "
            "Valid input consist of 'yes', 'true', 'raw', 'false', or 'no'."
        )
    kept = list(given) if given is not None else list(stored or ())
    kept = [pair for pair in kept if pair[0] not in _WEB_ANNOTATIONS]
    kept.extend(zip(_WEB_ANNOTATIONS, _MODES[web.lower()], strict=True))
    return _joined(kept, [pair for pair in stored or () if _is(pair, SECRET_ANNOTATION)])


def _with_secret(
    pairs: list[Pair] | None, stored: Sequence[Pair] | None, web: str | None, secure: str
) -> Annotations:
    unexported = web is not None and web.lower() in ("no", "false")
    if not _is_web(pairs or ()) and (unexported or not _is_web(stored or ())):
        raise misuse("The --web-secure option is only valid when the --web option is enabled.")
    wanted = list(pairs or ())
    carried = list(stored or ())
    if pairs is not None:
        names = (*_WEB_ANNOTATIONS, SECRET_ANNOTATION)
        carried = [pair for name in names for pair in carried if _is(pair, name)]
    wanted = _joined(wanted, carried)
    present = [value for key, value in wanted if key == SECRET_ANNOTATION]
    others = [pair for pair in wanted if pair[0] != SECRET_ANNOTATION]
    match secure.lower():
        case "false" if present:
            return Annotations(pairs=tuple(others), removed=(SECRET_ANNOTATION,))
        case "false":
            secret: JSONValue = False
        case "true" if present and isinstance(present[0], Number):
            return Annotations(pairs=tuple(wanted))
        case "true":
            secret = _made_up()
        case _:
            secret = secure
    if not present:
        return Annotations(pairs=(*others, (SECRET_ANNOTATION, secret)))
    replaced = ((key, secret if key == SECRET_ANNOTATION else value) for key, value in wanted)
    return Annotations(pairs=tuple(replaced))


def _made_up() -> Number:
    # Imported here because hardly any call needs it and every action command loads this module.
    import secrets

    return Number(str(secrets.randbelow(_LARGEST_SECRET) + 1))


def _joined(pairs: list[Pair], more: Sequence[Pair]) -> list[Pair]:
    joined = list(pairs)
    for pair in more:
        if not any(_is(present, pair[0]) for present in joined):
            joined.append(pair)
    return joined


def _is(pair: Pair, key: str) -> bool:
    return pair[0].lower() == key.lower()


def _is_web(pairs: Sequence[Pair]) -> bool:
    return any(key == "web-export" and value is True for key, value in pairs)
