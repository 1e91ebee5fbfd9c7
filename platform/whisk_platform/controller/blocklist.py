"""The blocklist: namespaces whose work invokers end without running it.

Source: contracts rest-api §6.3; unlike there, a change reaches the invokers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.spi.operations import InvokerOperations
from whisk_platform.spi.stores import Subject, SubjectStore


async def publish_blocklist(
    subjects: SubjectStore, invokers: Mapping[str, InvokerOperations]
) -> None:
    """Tell every invoker which namespaces are refused now.

    Raises:
        StoreError: the subjects cannot be read.
    """
    refused = refused_namespaces(await subjects.list())
    for invoker in invokers.values():
        await invoker.refuse(refused)


def refused_namespaces(subjects: Iterable[Subject]) -> frozenset[str]:
    """The namespaces of blocked subjects, and those that may run nothing."""
    return frozenset(
        identity.namespace
        for subject in subjects
        for identity in subject.identities
        if subject.blocked or _runs_nothing(identity.limits)
    )


def _runs_nothing(limits: NamespaceLimits) -> bool:
    return limits.invocations_per_minute == 0 or limits.concurrent_invocations == 0
