"""Which activations leave a record.

Source: contracts rest-api §2.6.8, data-plane §6.5 (``storeAfterCheck``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

import msgspec

from whisk_platform.common.errors import SettingsError
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.limits import NamespaceLimits


class Level(StrEnum):
    """What is recorded of the activations of one sort."""

    ALWAYS = "STORE_ALWAYS"
    FAILURES = "STORE_FAILURES"
    FAILURES_NOT_APPLICATION_ERRORS = "STORE_FAILURES_NOT_APPLICATION_ERRORS"


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's choice."""

    blocking: Level = Level.ALWAYS
    """Of calls whose caller waits, and of the steps of sequences and compositions."""
    non_blocking: Level = Level.ALWAYS
    """Of all others, fired triggers included."""
    tell_unstored: bool = False
    """Whether those that leave no record leave a line in the log."""

    def keeps(
        self, status: StatusCode, limits: NamespaceLimits, *, blocking: bool, extra_logging: bool
    ) -> bool:
        """Whether an activation is recorded.

        Args:
            status: how it ended.
            limits: of its namespace, whose ``storeActivations`` has the last word.
            blocking: whether somebody waited for it.
            extra_logging: whether the request asked for more to be logged, which levels give in to.
        """
        if limits.store_activations is False:
            return False
        level = self.blocking if blocking else self.non_blocking
        if level is Level.ALWAYS or extra_logging:
            return True
        if level is Level.FAILURES:
            return status is not StatusCode.SUCCESS
        if level is Level.FAILURES_NOT_APPLICATION_ERRORS:
            return status not in (StatusCode.SUCCESS, StatusCode.APPLICATION_ERROR)
        assert_never(level)


RECORD_ALL = Recording()


def summary(activation: Activation) -> dict[str, object]:
    """What the log may tell of an activation that leaves no record: nothing of its content."""
    return {
        "activation_id": activation.activation_id,
        "namespace": activation.namespace,
        "action": activation.path,
        "status": activation.response.status_code.text,
        "start": activation.start,
        "duration_ms": activation.duration,
    }


def level(text: str, setting: str) -> Level:
    """Read a level as it stands in the settings.

    Args:
        text: its name.
        setting: where it stands, for the error.

    Raises:
        SettingsError: there is no such level.
    """
    try:
        return Level(text)
    except ValueError as error:
        known = ", ".join(f"'{each}'" for each in Level)
        raise SettingsError(
            f"'{text}' is no level of recording. Set {setting} to one of {known}."
        ) from error
