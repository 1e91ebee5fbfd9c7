"""The identities of a new platform: generated keys, or the two public development ones."""

from __future__ import annotations

import ipaddress
import secrets
import string
import uuid

from whisk_platform.common.errors import SettingsError
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.spi.stores import SubjectStore

GUEST = "guest"
SYSTEM = "whisk.system"
_KEY_ALPHABET = string.ascii_letters + string.digits

# Published with the reference implementation and known to everybody (contract §6.1).
DEVELOPMENT_KEYS = {
    GUEST: AuthKey(
        uuid="23bc46b1-71f6-4ed5-8c54-816aa4f8c502",
        key="123zO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP",
    ),
    SYSTEM: AuthKey(
        uuid="789c46b1-71f6-4ed5-8c54-816aa4f8c502",
        key="abczO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP",
    ),
}


def generate_key() -> AuthKey:
    """Make a new ``uuid:key``."""
    key = "".join(secrets.choice(_KEY_ALPHABET) for _ in range(64))
    return AuthKey(uuid=str(uuid.uuid4()), key=key)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(host: str, *, development: bool, insecure_http: bool) -> None:
    """Verify that the bind address suits the keys and the transport.

    Args:
        host: address to bind to.
        development: whether the public keys are used.
        insecure_http: whether plain HTTP was asked for, or cannot be meant because of TLS.

    Raises:
        SettingsError: it would publish known keys, or send secrets in clear over a network.
    """
    if is_loopback(host):
        return
    if development:
        raise SettingsError(
            f"The development keys are known to everybody, so they cannot be used on {host}."
            " Bind to 127.0.0.1, or leave out --development-keys."
        )
    if not insecure_http:
        raise SettingsError(
            f"On {host} keys and payloads would cross the network in clear. Say --tls self-signed,"
            " give a certificate with --tls-cert and --tls-key, bind to 127.0.0.1, or say"
            " --insecure-http if something in front encrypts."
        )


async def ensure_identities(subjects: SubjectStore, *, development: bool) -> None:
    """Give ``guest`` and ``whisk.system`` their keys.

    Generated keys stay from start to start. Development keys replace them while asked for, and
    never outlive the flag: without it they are replaced by new ones.
    """
    for name, public in DEVELOPMENT_KEYS.items():
        current = await subjects.by_namespace(name)
        if development:
            wanted = public
        elif current is None or current.authkey == public:
            wanted = generate_key()
        else:
            continue
        if current is None or current.authkey != wanted:
            await subjects.put_identity(Identity(subject=name, namespace=name, authkey=wanted))
