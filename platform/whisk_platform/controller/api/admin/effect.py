"""Making a change of subjects, keys or limits act at once, here and in the invokers."""

from __future__ import annotations

from whisk_platform.controller.blocklist import publish_blocklist
from whisk_platform.controller.services import Services


async def take_effect(services: Services) -> None:
    """Forget what was cached of identities and tell the invokers whom to refuse.

    Raises:
        StoreError: the subjects cannot be read; the change itself has been made.
    """
    services.authenticator.forget()
    await publish_blocklist(services.subjects, services.operations.invokers)
