"""The plots of a report: the only place that knows the plotting library."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.bench.findings import Curve

Draw = Callable[[Mapping[str, Sequence[Curve]], Path], None]

SIZE = (8.0, 4.5)
DOTS = 110
BESIDE = "floor"
"""Label of the curve that others are compared with."""


def _axes(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    _label(axes, title, x, y)
    return figure, axes


def _label(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, which="major", alpha=0.3)


def _lines(axes: Axes, curves: Sequence[Curve], marker: str = "") -> None:
    for curve in curves:
        [line] = axes.plot(curve.x, curve.y, label=curve.label, marker=marker)
        if curve.label == BESIDE:
            line.set(linestyle="--", color="0.4")


def _plain(axes: Axes) -> None:
    """Write the numbers of both axes as people write them, not as powers of ten."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}" if value < 1e6 else f"{value:,.0f}")


def latency(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw how many calls were answered within how long, the floor's too."""
    figure, axes = _axes(
        "Latency against the floor", "milliseconds at the client", "share of the calls"
    )
    _lines(axes, curves["latency"])
    axes.set_xscale("log")
    _plain(axes)
    figure.legend(fontsize="small", loc="outside right upper")
    figure.savefig(path, dpi=DOTS)


def throughput(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw calls per second against connections."""
    figure, axes = _axes("Throughput against concurrency", "connections", "calls per second")
    _lines(axes, curves["throughput"], "o")
    axes.set_xscale("log", base=2)
    axes.set_xticks([*curves["throughput"][0].x])
    axes.set_ylim(bottom=0)
    _plain(axes)
    axes.legend()
    figure.savefig(path, dpi=DOTS)


def burst(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw how many cold calls of a burst had been answered when."""
    figure, axes = _axes(
        "Burst of cold starts: all calls at once", "milliseconds since they were sent", "answered"
    )
    for curve in curves["burst"]:
        axes.step(curve.x, curve.y, label=curve.label, where="post")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=DOTS)


def growth(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw the rate of writing against what is stored already."""
    figure, axes = _axes(
        "Activation store: rate of writing", "records stored", "records per second"
    )
    _lines(axes, curves["growth"], "o")
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    _plain(axes)
    axes.legend()
    figure.savefig(path, dpi=DOTS)


def overload(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw an overload and what came after it: rates above, latencies below."""
    figure = Figure(figsize=(SIZE[0], 1.6 * SIZE[1]), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    _label(above, "Overload and recovery", "", "requests per second")
    _label(below, "", "seconds", "milliseconds since due")
    for curve in curves["overload"]:
        if any(curve.y):
            [line] = above.plot(curve.x, curve.y, label=curve.label)
            if curve.label == "due":
                line.set(linestyle="--", color="0.4")
    above.set_ylim(bottom=0)
    above.legend(fontsize="small")
    drawn = [curve for curve in curves["overload latency"] if curve.x]
    _lines(below, drawn, ".")
    if drawn:
        below.set_yscale("log")
        below.legend(fontsize="small")
    _plain(below)
    figure.savefig(path, dpi=DOTS)


def size(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw the median latency against the size of parameters and result."""
    figure, axes = _axes(
        "Cost against size: parameters returned as the result", "bytes each way", "p50, ms"
    )
    _lines(axes, curves["size"], "o")
    axes.set_xscale("log")
    axes.set_yscale("log")
    _plain(axes)
    axes.legend()
    figure.savefig(path, dpi=DOTS)


def steps(curves: Mapping[str, Sequence[Curve]], path: Path) -> None:
    """Draw what a call takes against its number of steps."""
    figure, axes = _axes("Sequences and compositions", "steps", "p50, ms")
    _lines(axes, curves["steps"], "o")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(path, dpi=DOTS)


PLOTS: dict[str, tuple[str, Draw]] = {
    "latency": ("Latency against the floor", latency),
    "throughput": ("Throughput against concurrency", throughput),
    "burst": ("Burst of cold starts", burst),
    "growth": ("Growth of the activation store", growth),
    "overload": ("Overload and recovery", overload),
    "size": ("Cost against size", size),
    "steps": ("Cost against steps", steps),
}
"""By the name of their curves: a heading, and who draws it."""


def draw(curves: Mapping[str, Sequence[Curve]], folder: Path) -> list[tuple[str, str]]:
    """Draw every plot there are curves for.

    Args:
        curves: By plot.
        folder: Gets a PNG file for each.

    Returns:
        The heading and the file name of each.
    """
    drawn = []
    for name, (heading, function) in PLOTS.items():
        if any(curve.x for curve in curves.get(name, ())):
            function(curves, folder / f"{name}.png")
            drawn.append((heading, f"{name}.png"))
    return drawn
