"""What is to be run, what came of it, and the bodies that the sandbox gets. Pure.

**Source**: contracts rest-api §8.1 for the bodies.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common.jsontext import RawJSON, dumps, join_object

_EMPTY = msgspec.Raw(b"{}")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One action and its arguments."""

    kind: str
    """As a client would write it, ``blackbox`` for a program of its own."""
    code: str
    """The source, or an archive in base64."""
    binary: bool
    main: str = ""
    """The entry point; empty for the language's own."""
    name: str = "local"
    """Of the action."""
    value: msgspec.Raw = _EMPTY
    """The arguments, an object."""
    environment: dict[str, str] = msgspec.field(default_factory=dict)
    """Set before init."""
    timeout_ms: int = 60_000
    """For init and for run, each."""
    memory_mb: int = 256
    inspect_port: int = 0
    """Where a debugger is waited for; 0 = none."""
    runs: bool = True
    """False stops after init, to see whether the code loads."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended."""

    kind: str
    """The kind that ran it, in full."""
    status: str
    """As in an activation record: ``success``, ``application error`` …"""
    result: msgspec.Raw
    init_ms: int
    run_ms: int


def context(job: Job, activation_id: str, deadline_ms: int) -> dict[str, str]:
    """What an action is told about its activation."""
    return {
        "namespace": "_",
        "action_name": f"/_/{job.name}",
        "action_version": "0.0.1",
        "activation_id": activation_id,
        "transaction_id": activation_id,
        "deadline": str(deadline_ms),
    }


def init_body(job: Job, told: dict[str, str]) -> bytes:
    """The body of ``/init``.

    Args:
        job: what to run.
        told: what :func:`context` gives.
    """
    environment = job.environment | {f"__OW_{key.upper()}": text for key, text in told.items()}
    members = {
        "name": RawJSON(dumps(job.name)),
        "main": RawJSON(dumps(job.main or "main")),
        "binary": RawJSON(dumps(job.binary)),
        "env": RawJSON(dumps(environment)),
        "code": RawJSON(dumps(job.code)),
    }
    return b'{"value":' + join_object(members) + b"}"


def run_body(job: Job, told: dict[str, str]) -> bytes:
    """The body of ``/run``: the arguments as they came, and what the action is told."""
    members = {"value": RawJSON(bytes(job.value))}
    members |= {key: RawJSON(dumps(text)) for key, text in told.items()}
    return join_object(members)
