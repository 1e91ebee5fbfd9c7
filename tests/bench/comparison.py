"""Two servers side by side: interleaved, so that the machine's noise meets both alike."""

from dataclasses import dataclass

from tests.bench.generator import Generator, Target
from tests.bench.load import Outcome
from tests.bench.samples import quantile

TOLERANCE = 0.05
"""Two identical servers may differ by this share of the median; more is the machine's noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    rounds: int
    """Each round measures subject, floor, floor, subject."""
    requests: int
    """Measured requests of each of the four blocks of a round."""
    warmup: int
    """Requests before each block that are not measured."""
    connections: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What the subject and the floor showed."""

    subject: Outcome
    floor: Outcome

    def ratio(self) -> float | None:
        """Return the subject's median over the floor's, or ``None`` if one has no sample."""
        if not self.subject.samples_ns or not self.floor.samples_ns:
            return None
        return quantile(sorted(self.subject.samples_ns), 0.5) / quantile(
            sorted(self.floor.samples_ns), 0.5
        )


def interleave(generator: Generator, subject: Target, floor: Target, plan: Plan) -> Pair:
    """Measure both in the order A B B A, round after round."""
    seen = Pair(subject=Outcome(), floor=Outcome())
    for _ in range(plan.rounds):
        for target, outcome in (
            (subject, seen.subject),
            (floor, seen.floor),
            (floor, seen.floor),
            (subject, seen.subject),
        ):
            job = target.job(plan.requests, warmup=plan.warmup, connections=plan.connections)
            block = generator.perform(job)
            outcome.samples_ns.extend(block.samples_ns)
            outcome.elapsed_ns += block.elapsed_ns
            if block.errors:
                outcome.fail(block.first_error, block.errors)
    return seen


def difference(pair: Pair) -> str | None:
    """Judge a comparison of two identical servers.

    Returns:
        Why nothing measured in this run can be believed, or ``None`` if they show no difference.
    """
    errors = pair.subject.errors + pair.floor.errors
    if errors:
        reason = pair.subject.first_error or pair.floor.first_error
        return f"{errors} requests to the floor rig failed: {reason}"
    ratio = pair.ratio()
    if ratio is None:
        return "the floor rig answered nothing"
    if abs(ratio - 1) > TOLERANCE:
        return (
            f"two identical servers differ by {abs(ratio - 1):.0%} at the median"
            f" (at most {TOLERANCE:.0%} may be noise)"
        )
    return None
