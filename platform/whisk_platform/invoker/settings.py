"""What an operator can set for an invoker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokerSettings:
    """Group ``invoker``."""

    capacity_mb: int = 0
    """Memory for containers. 0 = 75 % of the machine's."""
    overcommit: float = 8.0
    """The sum of the containers' limits may be so many times ``capacity_mb``, because few use
    what they may; measured use stays within ``capacity_mb`` all the same."""
    keep_alive: str = "histogram"
    """Policy for idle containers: ``histogram``, ``greedy_dual``, ``fixed`` (the reference's), or
    ``module:attribute``. They differ in how long a container stays that nobody needs the memory of,
    and in which one goes when memory is needed."""
    keep_alive_s: float = 600.0
    """An idle container stays so long, unless its memory is needed. Under ``fixed`` no longer."""
    keep_alive_most_s: float = 14_400.0
    """No policy keeps an idle container for longer, except ``fixed``."""
    pause_grace_s: float = 10.0
    """An idle container is suspended after so long. 0 = never."""
    parallel_starts: int = 8
    """Containers that may be in creation at once; more would only slow each other down."""
    container_concurrency: int = 1
    """Upper bound of an action's concurrency limit within one container."""
    max_queued: int = 100_000
    """Activations that may wait; more are refused."""
    max_queued_mb: int = 256
    """Memory of the arguments that may wait."""
    namespace_share: float = 0.75
    """No namespace may fill more than this share of the queue."""
    fair_wait_s: float = 0.1
    """Who has waited so long for memory gets the next container that would otherwise have gone on
    with its own action's queue."""
    reuse_after_logs: bool = False
    """Hold a container until its log has been collected, as the talk's platform did."""
    log_debt: int = 16
    """Activations of one container whose logs may still have to be read while it runs others."""
    code_cache_mb: int = 256
    """Memory for the code of actions."""
    actions_cached: int = 10_000
    """Actions whose metadata is remembered."""
    result_bytes: int = 1 << 20
    """Longest result; longer ones are cut and become application errors."""
    api_host: str = ""
    """``__OW_API_HOST`` of every container, with scheme and port; empty = not set."""
