"""Where the sample actions and the tour are on this machine."""

from pathlib import Path


def folder() -> Path:
    """Return the directory that holds the sample actions and ``tour.sh``.

    Returns:
        The folder inside the installed package, or ``examples/`` of a checkout.
    """
    package = Path(__file__).resolve().parent
    packaged = package / "examples"
    return packaged if packaged.is_dir() else package.parent / "examples"
