"""What a person asked for with ``-o``, ``--query``, ``--columns`` and ``--no-header``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from whisk_cli.errors import UsageError

Format = Literal["table", "json", "yaml", "jsonl", "name", "wide", "tsv"]
FORMATS: tuple[Format, ...] = get_args(Format)

FLAGS = ("output", "query", "columns", "no_header")
"""The global flags, by setting name, that ask for a format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How results are to be written.

    Attributes:
        format: The format.
        query: A JMESPath expression applied to the documents first; empty for none.
        columns: Only these columns, in this order; empty for those of the noun.
        header: Whether tables begin with the names of their columns.
        show_secrets: Whether keys and secret parameters are written in clear.
    """

    format: Format
    query: str = ""
    columns: tuple[str, ...] = ()
    header: bool = True
    show_secrets: bool = False


def choose(settings: Mapping[str, str | bool]) -> Choice | None:
    """Read the choice from global flags.

    Args:
        settings: Global flags by setting name, as in ``argv.GLOBAL_FLAGS``.

    Returns:
        The choice; ``None`` if no flag asks for anything else than the usual output.

    Raises:
        CliError: There is no such format, or a list of columns is empty: exit 1.
    """
    if not any(settings.get(flag) for flag in FLAGS):
        return None
    query, listed = str(settings.get("query", "")), str(settings.get("columns", ""))
    named = str(settings.get("output", "")) or ("json" if query else "table")
    columns = tuple(name.strip() for name in listed.split(",")) if listed else ()
    if "" in columns:
        raise UsageError(
            f"'{listed}' for --columns has an empty name. Write names such as name,kind."
        )
    return Choice(
        format=_format(named),
        query=query,
        columns=columns,
        header=not settings.get("no_header"),
        show_secrets=bool(settings.get("show_secrets")),
    )


def _format(named: str) -> Format:
    for known in FORMATS:
        if known == named:
            return known
    raise UsageError(
        f"'{named}' is not an output format. Use one of {', '.join(FORMATS)} with --output."
    )
