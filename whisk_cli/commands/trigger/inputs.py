"""Which inputs go to the trigger and which to its feed.

**Source**: contracts/cli.md §1.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_cli.errors import CliError, ExitCode
from whisk_cli.inputs import ANNOTATIONS, PARAMETERS, Input, collect
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerInputs:
    """The inputs of one command.

    Attributes:
        annotations: Annotations of the trigger.
        common: ``-p`` and ``-P``: for the feed if there is one, otherwise for the trigger.
        feed: ``-F``: only for the feed.
        trigger: ``-T``: only for the trigger.
        separate: Whether ``-F`` or ``-T`` was used.
    """

    annotations: JSONObject
    common: JSONObject
    feed: JSONObject
    trigger: JSONObject
    separate: bool

    def for_trigger(self, *, has_feed: bool) -> JSONObject:
        """Give the parameters of the trigger itself."""
        if self.separate:
            return self.trigger
        return {} if has_feed else self.common

    def for_feed(self) -> JSONObject:
        """Give the parameters of the feed."""
        return self.feed if self.separate else self.common


def read(run: Invocation) -> TriggerInputs:
    """Read the inputs of a trigger command.

    Raises:
        CliError: ``-p`` is mixed with ``-F`` or ``-T``: exit 149.
    """
    separate = any(each.flag in (Input.FEED_PARAM, Input.TRIGGER_PARAM) for each in run.inputs)
    if separate and any(each.flag in PARAMETERS for each in run.inputs):
        raise CliError(
            "Incorrect usage. Cannot combine --feed-param or --trigger-param flag "
            "with neither --param nor --param-file flag",
            ExitCode.NOT_ALLOWED,
        )
    return TriggerInputs(
        annotations=collect(run.inputs, ANNOTATIONS),
        common=collect(run.inputs, PARAMETERS),
        feed=collect(run.inputs, frozenset({Input.FEED_PARAM})),
        trigger=collect(run.inputs, frozenset({Input.TRIGGER_PARAM})),
        separate=separate,
    )
