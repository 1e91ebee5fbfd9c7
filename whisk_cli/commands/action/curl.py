"""``wsk action curl``: a command for the shell that calls an action without ``wsk``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.action.get import action_url
from whisk_cli.config import Settings
from whisk_cli.errors import explained
from whisk_cli.inputs import PAYLOAD, collect
from whisk_cli.jsonvalue import JSONObject, Number
from whisk_cli.names import qualified
from whisk_cli.render import jsontext
from whisk_cli.render.lists import annotation

if TYPE_CHECKING:
    import typer


_SECRET = "require-whisk-auth"
_SECRET_HEADER = "X-Require-Whisk-Auth"


def show_curl(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME")] = None,
) -> None:
    """Show a curl command; the key is asked from wsk when it runs, unless --show-secrets."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    payload = collect(run.inputs, PAYLOAD)
    with explained(f"Unable to get action '{name.path}'", show_usage_hint=True):
        action = entities.get(client, "actions", name, (("code", "false"),))
    url = action_url(run.settings, action, name)
    words = ["curl", *_trust(run.settings)]
    if annotation(action, "web-export") is True:
        words += _web_secret(action, show=run.settings.show_secrets)
        # The extension decides how the result becomes an answer; JSON takes any.
        url = url if annotation(action, "raw-http") is True else f"{url}.json"
        words += _body(payload) if payload else []
    else:
        words += ["-u", _key(run.settings), *_body(payload)]
        url = f"{url}?blocking=true&result=true"
    run.console.line(" ".join([*words, shlex.quote(url)]))
    if words.count(f'"{_SECRET_HEADER}: $SECRET"'):
        run.console.note(
            "The action wants a secret: put it into the variable SECRET, or use --show-secrets."
        )


def _trust(settings: Settings) -> list[str]:
    if settings.insecure:
        return ["-k"]
    return ["--cacert", shlex.quote(settings.cacert)] if settings.cacert else []


def _key(settings: Settings) -> str:
    if settings.show_secrets:
        return shlex.quote(settings.auth)
    chosen = "" if settings.context == "default" else f" --context {settings.context}"
    return f'"$(wsk property get --auth -o raw{chosen})"'


def _web_secret(action: JSONObject, *, show: bool) -> list[str]:
    secret = annotation(action, _SECRET)
    if secret in (None, False):
        return []
    written = secret.text if isinstance(secret, Number) else str(secret)
    header = shlex.quote(f"{_SECRET_HEADER}: {written}")
    return ["-H", header if show else f'"{_SECRET_HEADER}: $SECRET"']


def _body(payload: JSONObject) -> list[str]:
    return [
        "-X",
        "POST",
        "-H",
        "'Content-Type: application/json'",
        "-d",
        shlex.quote(jsontext.compact(payload)),
    ]
