"""From settings to an endpoint: the address, TLS with a client certificate, and the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from whisk_cli.client.http import Address, Connection
from whisk_cli.config import Proxies, Settings
from whisk_cli.errors import CliError, UsageError

if TYPE_CHECKING:
    import ssl


def address_of(settings: Settings) -> Address:
    """Take the API host apart.

    Raises:
        CliError: There is none, or it is not a host or an ``http``/``https`` URL.
    """
    if not settings.api_host:
        raise UsageError(
            f"The API host is not valid: An API host must be provided.{_unused(settings)}\n"
        )
    try:
        return parse_address(settings.base_url)
    except ValueError as problem:
        raise UsageError(
            f"The API host is not valid: '{settings.api_host}' {problem}. "
            "Use a form such as https://host or http://host:3233."
        ) from problem


def _unused(settings: Settings) -> str:
    """Name a profile that is there and does not help, perhaps because it is no profile."""
    path = settings.profile_path
    try:
        if path is None or not path.stat().st_size:
            return ""
    except OSError:
        return ""
    return f" The file '{path}' has no line APIHOST=HOST."


def parse_address(url: str) -> Address:
    """Take a URL apart.

    Args:
        url: With a scheme.

    Raises:
        ValueError: The scheme, host or port is not usable; the message says which.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"has the scheme '{parts.scheme}', not http or https")
    if not parts.hostname or any(character.isspace() for character in parts.netloc):
        raise ValueError("names no host")
    if parts.query or parts.fragment:
        raise ValueError("has a query or a fragment")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is not a number from 1 to 65535") from None
    secure = parts.scheme == "https"
    return Address(
        secure=secure,
        host=parts.hostname,
        port=port or (443 if secure else 80),
        prefix=parts.path.rstrip("/"),
    )


def open_connection(settings: Settings) -> Connection:
    """Prepare a connection; nothing is sent yet.

    Raises:
        CliError: No usable API host, or a client certificate that cannot be used.
    """
    address = address_of(settings)
    tls = _tls(settings) if address.secure or settings.cert or settings.key else None
    proxy_url = proxy_for(address, settings.proxies)
    if not proxy_url:
        return Connection(address, tls=tls)
    try:
        proxy = parse_address(proxy_url if "://" in proxy_url else f"http://{proxy_url}")
    except ValueError as problem:
        raise CliError(f"The proxy '{proxy_url}' from the environment {problem}.") from problem
    return Connection(address, tls=tls, proxy=proxy, proxy_headers=_proxy_authorization(proxy_url))


def check_certificate(cert: str, key: str) -> None:
    """Check that a client certificate and its key can be read and belong together.

    Raises:
        CliError: They cannot be used; the sentence names the files.
    """
    import ssl

    try:
        ssl.create_default_context().load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as problem:
        reason = problem.strerror if isinstance(problem, FileNotFoundError) else str(problem)
        raise UsageError(
            "Unable to initialize server connection: "
            f"Unable to load the X509 key pair '{cert}', '{key}': {reason}"
        ) from problem


def _trusting(authorities: str) -> ssl.SSLContext:
    """A context that trusts the authorities of a file and nobody else.

    Raises:
        CliError: The file cannot be used; the sentence names it.
    """
    import ssl

    try:
        return ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as problem:
        reason = problem.strerror if isinstance(problem, FileNotFoundError) else str(problem)
        raise UsageError(
            "Unable to initialize server connection: "
            f"Unable to load the certificate authority '{authorities}': {reason}. "
            "Give the right file with --cacert, or 'wsk property unset --cacert'."
        ) from problem


def check_authority(authorities: str) -> None:
    """Check that a file of certificate authorities can be used.

    Raises:
        CliError: It cannot; the sentence names it.
    """
    _trusting(authorities)


def missing_half(half: str) -> UsageError:
    """Say that a client certificate lacks its other file.

    Args:
        half: ``Key`` or ``Cert``.
    """
    return UsageError(
        "Unable to initialize server connection: "
        f"The {half} file is not configured. Please configure the missing {half} file.\n"
    )


def proxy_for(address: Address, proxies: Proxies) -> str:
    """Choose the proxy for an address; none for this machine and for excluded hosts."""
    url = proxies.https if address.secure else proxies.http
    host = address.host.lower()
    if not url or host == "localhost" or host.startswith("127.") or host == "::1":
        return ""
    for entry in proxies.excluded.split(","):
        excluded = entry.strip().lower()
        if excluded == "*":
            return ""
        name, _, port = excluded.partition(":") if excluded.count(":") == 1 else (excluded, "", "")
        if port and port != str(address.port):
            continue
        bare = name.removeprefix("*").lstrip(".")
        if bare and (host == bare or host.endswith(f".{bare}")):
            return ""
    return url


def _tls(settings: Settings) -> ssl.SSLContext:
    import ssl

    pinned = settings.cacert and not settings.insecure
    context = _trusting(settings.cacert) if pinned else ssl.create_default_context()
    if settings.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.cert and settings.key:
        check_certificate(settings.cert, settings.key)
        context.load_cert_chain(settings.cert, settings.key)
    elif (settings.cert or settings.key) and not settings.insecure:
        raise missing_half("Key" if settings.cert else "Cert")
    return context


def _proxy_authorization(url: str) -> dict[str, str]:
    from base64 import b64encode

    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.username is None:
        return {}
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": "Basic " + b64encode(credentials.encode()).decode("ascii")}
