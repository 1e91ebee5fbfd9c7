"""Running ``wsk`` inside the test process, with streams and environment of its own."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.cli.controller import KEY
from whisk_cli.program import run
from whisk_cli.render.console import Console

HINT = "Run 'wsk --help' for usage.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left: exit code and streams."""

    code: int
    out: str = ""
    err: str = ""


@dataclass(slots=True, kw_only=True)
class Wsk:
    """A person at a terminal: an API host, a key, a home directory."""

    home: Path
    host: str
    auth: str = KEY
    color: bool = False
    watched: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *tokens: str) -> Outcome:
        out, err = io.BytesIO(), io.BytesIO()
        console = Console(out, err, color=self.color)
        console.is_watched = self.watched
        code = run(tokens, self.variables(), console)
        console.flush()
        return Outcome(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())

    def variables(self) -> Mapping[str, str]:
        given = {"HOME": str(self.home), "WHISK_APIHOST": self.host, "WHISK_AUTH": self.auth}
        return {name: value for name, value in given.items() if value} | self.environment


def ok(text: str) -> Outcome:
    """A success with this on stdout."""
    return Outcome(code=0, out=text)


def failed(text: str, code: int = 1, *, hint: bool = False) -> Outcome:
    """A failure with this sentence on stderr."""
    return Outcome(code=code, err=f"error: {text}\n" + (HINT if hint else ""))
