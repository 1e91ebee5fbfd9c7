"""What the verbs of ``wsk context`` share: the profile they work on, and how a context is shown."""

from __future__ import annotations

from pathlib import Path

from whisk_cli import config, profile
from whisk_cli.config import CONFIG_FILE_VARIABLE, CONTEXT_KEY, CONTEXT_VARIABLE, PLAIN
from whisk_cli.contexts import Context
from whisk_cli.errors import CliError
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject

CONTEXT_NAME = "A context name is required."
_HIDDEN = "(hidden)"


def profile_of(run: Invocation) -> Path:
    """Tell which profile the contexts belong to.

    Raises:
        CliError: ``WSK_CONFIG_FILE`` is set to nothing.
    """
    path = config.profile_path(run.environment)
    if path is None:
        raise CliError(
            f"There is no profile: {CONFIG_FILE_VARIABLE} is set to nothing, and contexts are kept "
            "beside it. Set it to a path, or unset it to use ~/.wskprops."
        )
    return path


def in_use(run: Invocation) -> str:
    """Name the context that commands without ``--context`` use."""
    path = config.profile_path(run.environment)
    kept = profile.read(path).get(CONTEXT_KEY, "") if path is not None else ""
    return run.environment.get(CONTEXT_VARIABLE, "") or kept or PLAIN


def document(run: Invocation, context: Context) -> JSONObject:
    """Write a context as a document; its key is hidden unless secrets are to be shown."""
    auth = context.properties.get("AUTH", "")
    shown: JSONObject = {"name": context.name, "current": context.name == in_use(run)}
    for key, member in (
        ("APIHOST", "apihost"),
        ("APIVERSION", "apiversion"),
        ("CERT", "cert"),
        ("KEY", "key"),
        ("CACERT", "cacert"),
    ):
        if key in context.properties:
            shown[member] = context.properties[key]
    if auth:
        shown["auth"] = auth if run.settings.show_secrets else _HIDDEN
    return {**shown, "file": str(context.path)}
