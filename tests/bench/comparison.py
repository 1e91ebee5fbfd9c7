"""Two servers side by side: interleaved, so that the machine's noise meets both alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

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


@dataclass(slots=True, kw_only=True)
class Pair:
    """What the subject and the floor showed."""

    subject: Outcome
    floor: Outcome
    subject_spent_s: float = 0.0
    """Processor time while the subject was called, the warm-up included."""
    floor_spent_s: float = 0.0
    """The same while the floor was called."""
    calls: int = 0
    """Of each side, the warm-up included."""
    ratios: list[float] = field(default_factory=list)
    """Of each round: the subject's median over the floor's."""

    def ratio(self) -> float | None:
        """Return the subject's median over the floor's, or ``None`` if one has no sample.

        It is the median of the rounds' ratios: what else happens on the machine comes and goes, but
        hardly within a round.
        """
        if self.ratios:
            return median(self.ratios)
        if not self.subject.samples_ns or not self.floor.samples_ns:
            return None
        return quantile(sorted(self.subject.samples_ns), 0.5) / quantile(
            sorted(self.floor.samples_ns), 0.5
        )

    def per_core(self) -> float | None:
        """Return the subject's calls for each second of its processor time, if that is known."""
        return self.calls / self.subject_spent_s if self.subject_spent_s else None


def rate(outcome: Outcome) -> float:
    """Return the answers per second of wall time."""
    return len(outcome.samples_ns) / (outcome.elapsed_ns or 1) * 1e9


def interleave(
    generator: Generator,
    subject: Target,
    floor: Target,
    plan: Plan,
    clock: Callable[[], float] = lambda: 0.0,
) -> Pair:
    """Measure both in the order A B B A, round after round.

    Args:
        generator: Sends.
        subject: What is measured.
        floor: What it is compared with.
        plan: How much.
        clock: Returns the processor time of what is measured, so far.
    """
    seen = Pair(subject=Outcome(), floor=Outcome())
    extend(seen, generator, subject, floor, plan, clock)
    return seen


def extend(
    seen: Pair,
    generator: Generator,
    subject: Target,
    floor: Target,
    plan: Plan,
    clock: Callable[[], float] = lambda: 0.0,
) -> None:
    """Measure on, as :func:`interleave` does, and add it to what was seen."""
    for _ in range(plan.rounds):
        turn = Pair(subject=Outcome(), floor=Outcome())
        for ours in (True, False, False, True):
            target, outcome = (subject, turn.subject) if ours else (floor, turn.floor)
            job = target.job(plan.requests, warmup=plan.warmup, connections=plan.connections)
            before = clock()
            block = generator.perform(job)
            spent = clock() - before
            if ours:
                seen.subject_spent_s += spent
                seen.calls += plan.requests + plan.warmup
            else:
                seen.floor_spent_s += spent
            _add(outcome, block)
        ratio = turn.ratio()
        if ratio is not None:
            seen.ratios.append(ratio)
        _add(seen.subject, turn.subject)
        _add(seen.floor, turn.floor)


def _add(outcome: Outcome, block: Outcome) -> None:
    outcome.samples_ns.extend(block.samples_ns)
    outcome.elapsed_ns += block.elapsed_ns
    outcome.cold += block.cold
    outcome.cpu_s += block.cpu_s
    if block.errors:
        outcome.fail(block.first_error, block.errors)


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
