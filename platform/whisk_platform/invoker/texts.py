"""The sentences of activations that clients match on.

Source: contracts rest-api §3.5, §6.2, §6.3, §8.2, §8.3.
"""

from __future__ import annotations

INIT_EXITED = "The action did not initialize and exited unexpectedly."
RUN_EXITED = "The action did not produce a valid response and exited unexpectedly."
OUT_OF_MEMORY = "The action exhausted its memory and was aborted."
NOT_PROVISIONED = "Failed to provision resources to run the action."
ACTION_GONE = "Action could not be found or may have been deleted."
ACTION_INCOMPATIBLE = "Action version is not compatible and cannot be invoked."
ACTION_NOT_FETCHED = "Action could not be fetched."
LOST = "The activation was lost: the platform stopped while it was running."
NAMESPACE_REFUSED = "The action was not invoked due to a blacklisted namespace."
NO_CONTAINER_ALLOWED = "The namespace limit is less than or equal to 0."
INTERNAL = "There was an internal error while the action was invoked."

LOGS_INCOMPLETE = "There was an issue while collecting your logs. Data might be missing."
LOGS_OF_FAILURE = "The action did not initialize or run as expected. Log data might be missing."


def init_failed(body: str) -> str:
    """Init answered something other than 200 without an ``error``."""
    return _with_body("The action failed during initialization", body)


def invalid_response(body: str) -> str:
    """Run answered something that is no object, no array, or no JSON."""
    return _with_body("The action did not produce a valid JSON or JSON Array response", body)


def init_timed_out(timeout_ms: int) -> str:
    """Init took too long."""
    return (
        f"The action exceeded its time limits of {timeout_ms} milliseconds during initialization."
    )


def run_timed_out(timeout_ms: int) -> str:
    """Run took too long."""
    return f"The action exceeded its time limits of {timeout_ms} milliseconds."


def too_long(size: int, limit: int, text: str) -> str:
    """The answer was longer than allowed."""
    return (
        f"The action produced a response that exceeded the allowed length: {size} > {limit} bytes."
        f" The truncated response was: {text}"
    )


def image_not_pulled(image: str) -> str:
    """The image of a black box cannot be had."""
    return f"Failed to pull container image '{image}'."


def logs_truncated(limit_bytes: int) -> str:
    """The log limit cut something off."""
    return (
        "Logs were truncated because the total bytes size exceeds the limit of"
        f" {limit_bytes} bytes."
    )


def _with_body(sentence: str, body: str) -> str:
    return f"{sentence}: {body}" if body else f"{sentence}."
