"""The settings of one run: flag over environment over profile over default, and where each is from.

Only ``whisk_cli.main`` reads the process environment; everything here takes it as an argument.

**Source**: contracts/cli.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from whisk_cli import profile

DEFAULT_API_VERSION = "v1"
"""The path segment after ``/api/``."""

CONFIG_FILE_VARIABLE = "WSK_CONFIG_FILE"
"""Names the profile; set at all, even to nothing, it means that the home file is not read."""

CONTEXT_VARIABLE = "WSK_CONTEXT"
"""Names a saved connection, see ``whisk_cli.contexts``."""

CONTEXT_KEY = "CONTEXT"
"""Names the saved connection in the profile; what ``wsk context use`` writes."""

PLAIN = "default"
"""The context that is no context: the profile itself."""

_ENVIRONMENT = {
    "api_host": "WHISK_APIHOST",
    "auth": "WHISK_AUTH",
    "api_version": "WHISK_APIVERSION",
}

PROFILE_KEYS: Mapping[str, str] = {
    "api_host": "APIHOST",
    "auth": "AUTH",
    "api_version": "APIVERSION",
    "cert": "CERT",
    "key": "KEY",
    "cacert": "CACERT",
}
"""Setting to its key in the profile."""


class Origin(Enum):
    """Where a setting came from."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    PROFILE = "profile"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """How requests leave this machine; an empty string means directly."""

    http: str = ""
    """``HTTP_PROXY``: address for ``http://`` hosts."""
    https: str = ""
    """``HTTPS_PROXY``: address for ``https://`` hosts."""
    excluded: str = ""
    """``NO_PROXY``: comma-separated hosts and domains that are reached directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What commands need to know about the connection and the terminal."""

    api_host: str = ""
    """Host or URL of the controller as given, without a trailing slash; empty if none is known."""
    auth: str = ""
    """``uuid:key``; empty if none is known."""
    api_version: str = DEFAULT_API_VERSION
    """The path segment after ``/api/``."""
    cert: str = ""
    """File of the client's TLS certificate (PEM); goes with :attr:`key`."""
    key: str = ""
    """File of the client's TLS key (PEM)."""
    cacert: str = ""
    """File of the certificate authorities that may vouch for the API host (PEM), in place of the
    system's; from the profile only for the profile's own API host."""
    insecure: bool = False
    """Skip the verification of the server's certificate."""
    verbose: bool = False
    """Narrate requests and answers on stderr, bodies cut, secrets hidden."""
    debug: bool = False
    """As verbose, with whole bodies, and a traceback for an unexpected failure."""
    show_secrets: bool = False
    """Do not hide keys in the narration."""
    profile_path: Path | None = None
    """The file that keeps the properties: the profile, or that of the context in use; ``None``
    when ``WSK_CONFIG_FILE`` is set to nothing."""
    context: str = PLAIN
    """The saved connection in use."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Setting to where its value came from; a setting that is not listed has its default."""
    proxies: Proxies = Proxies()
    """Proxies from the environment."""

    @property
    def base_url(self) -> str:
        """The API host with its scheme, ``https`` unless given; empty if there is no host."""
        if not self.api_host or "://" in self.api_host:
            return self.api_host
        return f"https://{self.api_host}"


def profile_path(environment: Mapping[str, str]) -> Path | None:
    """Tell where the profile is.

    Returns:
        ``$WSK_CONFIG_FILE`` if that is set (``None`` if set to nothing), else ``~/.wskprops``.
    """
    named = environment.get(CONFIG_FILE_VARIABLE)
    if named is not None:
        return Path(named) if named else None
    home = environment.get("HOME")
    try:
        return (Path(home) if home else Path.home()) / ".wskprops"
    except RuntimeError:
        # A user without an entry in the system's list, as in many containers.
        return None


def resolve(flags: Mapping[str, str | bool], environment: Mapping[str, str]) -> Settings:
    """Work out the settings of one run.

    Args:
        flags: Global flags by setting name (``api_host``, ``auth``, … as in ``argv.GLOBAL_FLAGS``).
        environment: The process environment.

    Raises:
        CliError: The profile exists but cannot be read, or there is no such context.
    """
    path = profile_path(environment)
    properties = profile.read(path) if path is not None else {}
    context = (
        str(flags.get("context", ""))
        or environment.get(CONTEXT_VARIABLE, "")
        or properties.get(CONTEXT_KEY, "")
        or PLAIN
    )
    if context != PLAIN:
        from whisk_cli import contexts

        path, properties = contexts.layered(path, properties, context)
    values: dict[str, str] = {}
    origins: dict[str, Origin] = {}
    for name, key in PROFILE_KEYS.items():
        candidates = (
            (Origin.FLAG, str(flags.get(name, ""))),
            (Origin.ENVIRONMENT, environment.get(_ENVIRONMENT.get(name, ""), "")),
            (Origin.PROFILE, properties.get(key, "")),
        )
        for origin, value in candidates:
            if value:
                values[name], origins[name] = value, origin
                break
    foreign = values.get("api_host") != properties.get("APIHOST")
    if origins.get("cacert") is Origin.PROFILE and foreign:
        del values["cacert"], origins["cacert"]
    debug = bool(flags.get("debug")) or "WSK_CLI_DEBUG" in environment
    return Settings(
        api_host=_trimmed(values.get("api_host", "")),
        auth=values.get("auth", ""),
        api_version=values.get("api_version", DEFAULT_API_VERSION),
        cert=values.get("cert", ""),
        key=values.get("key", ""),
        cacert=values.get("cacert", ""),
        insecure=bool(flags.get("insecure")),
        verbose=bool(flags.get("verbose")) or debug,
        debug=debug,
        show_secrets=bool(flags.get("show_secrets")),
        profile_path=path,
        context=context,
        origins=origins,
        proxies=_proxies(environment),
    )


def _trimmed(host: str) -> str:
    return host if host.endswith("://") else host.rstrip("/")


def _proxies(environment: Mapping[str, str]) -> Proxies:
    def either(name: str) -> str:
        return environment.get(name) or environment.get(name.lower(), "")

    return Proxies(
        http=either("HTTP_PROXY"), https=either("HTTPS_PROXY"), excluded=either("NO_PROXY")
    )
