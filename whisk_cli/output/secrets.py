"""Which parts of documents are secret, and what is written in their place.

Keys of namespaces, the secrets of web actions, and parameters whose name says that they are
secret. Results and logs of actions are data and stay as they are.
"""

from __future__ import annotations

import re

from whisk_cli.jsonvalue import JSONObject, JSONValue

HIDDEN = "(hidden)"

_SECRET_NAME = re.compile(
    r"passw(?:or)?d|passphrase|secret|token|credential|api_?key|auth_?key|access_?key|private_?key"
    r"|^auth$|^authorization$|^require-whisk-auth$",
    re.IGNORECASE | re.ASCII,
)
_PAIRS = ("parameters", "annotations")


def is_secret(name: str) -> bool:
    """Tell whether a member or parameter of that name holds a secret."""
    return _SECRET_NAME.search(name) is not None


def hidden(value: JSONValue) -> JSONValue:
    """Replace every secret of any document, wherever it stands, by :data:`HIDDEN`.

    Args:
        value: A body of a request or an answer, or one member of it.
    """
    if isinstance(value, list):
        return [hidden(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("key"), str) and "value" in value:
        return _pair(value)
    return {
        name: HIDDEN if _is_covered(name, member) or _is_key(value, name) else hidden(member)
        for name, member in value.items()
    }


def hidden_in_entity(value: JSONValue) -> JSONValue:
    """Replace the secrets of an entity: keys of its own, and its parameters and annotations.

    Args:
        value: An entity, or a list of them; what an action answered is left alone.
    """
    if isinstance(value, list):
        return [hidden_in_entity(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown: JSONObject = {}
    for name, member in value.items():
        if name in _PAIRS:
            shown[name] = hidden(member)
        elif name in ("actions", "feeds", "namespaces"):
            shown[name] = hidden_in_entity(member)
        elif _is_covered(name, member) or _is_key(value, name):
            shown[name] = HIDDEN
        else:
            shown[name] = member
    return shown


def _pair(pair: JSONObject) -> JSONObject:
    value = pair["value"]
    covered = _is_covered(str(pair["key"]), value)
    return {**pair, "value": HIDDEN if covered else hidden(value)}


def _is_key(document: JSONObject, name: str) -> bool:
    """Whether a member is the secret half of a namespace's key."""
    return name == "key" and "uuid" in document


def _is_covered(name: str, value: JSONValue) -> bool:
    # A switch or nothing at all gives nothing away, and says whether there is a secret.
    return is_secret(name) and value not in (None, "", True, False)
