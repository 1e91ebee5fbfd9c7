"""What ``create`` and ``update`` send.

**Source**: contracts/cli.md §1.7.
"""

from __future__ import annotations

from whisk_cli.commands.pairs import as_json
from whisk_cli.errors import UsageError
from whisk_cli.inputs import ANNOTATIONS, PARAMETERS, collect
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import QualifiedName

_SHARED = {"yes": True, "no": False}


def body_of(run: Invocation, name: QualifiedName, shared: str | None) -> JSONObject:
    """Write the body that makes a package; only what was given.

    Args:
        run: The invocation.
        name: The package.
        shared: The value of ``--shared``.

    Raises:
        CliError: The value of ``--shared`` is neither ``yes`` nor ``no``.
    """
    body: JSONObject = {"namespace": name.namespace, "name": name.path}
    if shared:
        if shared.lower() not in _SHARED:
            raise UsageError(f"Cannot use value '{shared}' for shared.")
        body["publish"] = _SHARED[shared.lower()]
    body.update(given_pairs(run))
    return body


def given_pairs(run: Invocation) -> JSONObject:
    """Write the parameters and annotations that were given."""
    body: JSONObject = {}
    for member, flags in (("annotations", ANNOTATIONS), ("parameters", PARAMETERS)):
        pairs = collect(run.inputs, flags)
        if pairs:
            body[member] = as_json(pairs.items())
    return body
