"""One run: the self-test first, then scenario after scenario."""

import sys
import time
from http.client import HTTPException

from tests.bench.catalog import chosen
from tests.bench.comparison import Pair, difference, extend
from tests.bench.findings import Findings
from tests.bench.load import Outcome
from tests.bench.rig import Floor
from tests.bench.subject import SubjectError
from tests.bench.workbench import Workbench

ATTEMPTS = 5
"""Self-tests before the machine counts as too noisy; all of them together are judged."""


AS_IT_IS = (
    "The server's settings were left as they are: rows 6, 7, 8 and 24 assume so many containers,"
    " stem cells that are ready, and no throttles."
)


def self_test(bench: Workbench) -> tuple[Pair, str | None]:
    """Compare two identical floor servers.

    Returns:
        What both showed, and why nothing can be believed (``None`` if they show no difference).
    """
    pair = Pair(subject=Outcome(), floor=Outcome())
    with Floor(1, bench.cores.platform) as twin:
        for _ in range(ATTEMPTS):
            extend(pair, bench.generator, bench.floor.target, twin.target, bench.size.plan)
            verdict = difference(pair)
            if verdict is None:
                break
    return pair, verdict


def series(bench: Workbench, rows: frozenset[int], found: Findings) -> bool:
    """Measure every scenario that speaks to these rows.

    Args:
        bench: What they work with.
        rows: Of the goals.
        found: Gets what they find.

    Returns:
        Whether any could not be measured; the reason stands in ``found.missing``.
    """
    failed = False
    if bench.foreign is not None:
        found.missing.append(AS_IT_IS)
    for scenario in chosen(rows):
        numbers = ", ".join(map(str, sorted(scenario.rows)))
        if bench.foreign is not None and not scenario.anywhere:
            found.missing.append(
                f"Row {numbers}, {scenario.name}: left out, because it needs a platform that the"
                " benchmark itself starts."
            )
            continue
        began = time.monotonic()
        try:
            found.take(scenario.measure(bench))
        except (SubjectError, AssertionError, OSError, HTTPException) as error:
            failed = True
            found.missing.append(f"Row {numbers}, {scenario.name}: not measured: {error}")
        took_s = time.monotonic() - began
        sys.stderr.write(f"bench: {scenario.name} ({numbers}): {took_s:.1f} s\n")
    return failed
