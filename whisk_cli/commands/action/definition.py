"""What ``create`` and ``update`` send: only what was given.

**Source**: contracts/cli.md §1.4 and §10.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.commands.action import web
from whisk_cli.commands.action.artifact import code_exec, misuse, sequence_exec
from whisk_cli.commands.action.wanted import Wanted
from whisk_cli.commands.pairs import as_json, pairs_of
from whisk_cli.commands.parameters import given_entries, merged
from whisk_cli.errors import CliError, ExitCode, ServerError, explained
from whisk_cli.inputs import ANNOTATIONS, collect
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, JSONValue, items
from whisk_cli.names import QualifiedName, qualified

_NOT_FOUND = 404


def put_action(run: Invocation, client: Client, wanted: Wanted, *, overwrite: bool) -> str:
    """Create or update an action.

    Args:
        run: The invocation.
        client: The client.
        wanted: What was asked for.
        overwrite: Whether the action may exist.

    Returns:
        Its name without the namespace.

    Raises:
        CliError: What was asked for is not possible, or the server refused.
    """
    with _invalid_arguments():
        name = qualified(wanted.name)
        body = _body(run, client, wanted, name, overwrite=overwrite)
    # A failing update says "create" too, as the reference does.
    with explained(f"Unable to create action '{name.path}'", show_usage_hint=True):
        made = entities.put(client, "actions", name, body, overwrite=overwrite)
    run.console.document("actions", made)
    return name.path


def _body(
    run: Invocation, client: Client, wanted: Wanted, name: QualifiedName, *, overwrite: bool
) -> JSONObject:
    if wanted.kind and wanted.docker:
        raise CliError(
            "Cannot specify both --kind and --docker at the same time.", ExitCode.NOT_ALLOWED
        )
    parameters = given_entries(run.inputs)
    given = list(collect(run.inputs, ANNOTATIONS).items())
    code: JSONObject = {}
    if wanted.copy:
        original = _original(client, wanted.artifact)
        code = {"exec": original.get("exec")}
        parameters += items(original.get("parameters"))
        given += pairs_of(original, "annotations")
    else:
        code = _code(run, wanted, overwrite=overwrite)
    stored = _stored(client, name) if overwrite else None
    annotations = web.decide(
        given or None,
        None if stored is None else pairs_of(stored, "annotations"),
        web=wanted.web,
        secure=wanted.web_secure,
    )
    if wanted.merge.is_wanted:
        parameters = _merged(run, stored or {}, parameters, wanted)
    removed = [*wanted.removed_annotations, *annotations.removed]
    body: JSONObject = {"namespace": name.namespace, "name": name.path, **code}
    if annotations.pairs:
        body["annotations"] = as_json(annotations.pairs)
    if removed:
        body["delAnnotations"] = [*removed]
    if parameters or wanted.merge.is_wanted:
        body["parameters"] = parameters
    if wanted.limits:
        body["limits"] = {**wanted.limits}
    return body


def _code(run: Invocation, wanted: Wanted, *, overwrite: bool) -> JSONObject:
    if wanted.sequence:
        return {"exec": sequence_exec(_required(wanted.artifact))}
    if wanted.artifact is not None or wanted.docker:
        return {"exec": code_exec(wanted)}
    if not overwrite:
        _required(wanted.artifact)
    ignored = {
        "--kind": bool(wanted.kind),
        "--main": bool(wanted.main),
        "--native": wanted.native,
    }
    for flag, is_given in ignored.items():
        if is_given:
            run.console.note(f"warning: {flag} has no effect without a code artifact")
    return {}


def _original(client: Client, artifact: str | None) -> JSONObject:
    source = qualified(_required(artifact))
    with explained(f"Unable to get action '{source.path}'"):
        return entities.get(client, "actions", source, (("code", "true"),))


def _stored(client: Client, name: QualifiedName) -> JSONObject | None:
    try:
        with explained(f"Unable to get action '{name.path}'"):
            return entities.get(client, "actions", name, (("code", "false"),))
    except ServerError as problem:
        if problem.status == _NOT_FOUND:
            return None
        raise


def _merged(
    run: Invocation, stored: JSONObject, given: list[JSONValue], wanted: Wanted
) -> list[JSONValue]:
    parameters, missing = merged(stored, given, wanted.merge)
    for key in missing:
        run.console.note(f"warning: the action has no parameter '{key}' to remove")
    return parameters


def _required(artifact: str | None) -> str:
    if artifact is None:
        raise misuse("An action name and code artifact are required.")
    return artifact


@contextmanager
def _invalid_arguments() -> Iterator[None]:
    try:
        yield
    except CliError as problem:
        problem.message = f"Invalid argument(s). {problem.message}"
        problem.show_usage_hint = True
        raise
