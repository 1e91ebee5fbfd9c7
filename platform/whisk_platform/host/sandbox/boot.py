"""The script that the platform starts: ``python -I -S -E boot.py zygote|janitor ARGUMENTS``.

It makes this folder importable as the package ``sandbox`` for the length of the import and takes
the path away again, so that nothing of ours is importable by an action.
"""

from __future__ import annotations

import importlib
import os
import sys


def main() -> None:
    """Import the named program and run it."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    program = importlib.import_module(f"sandbox.{sys.argv[1]}")
    del sys.path[0]
    program.main(sys.argv[2:])


if __name__ == "__main__":
    main()
