"""Renders docs/wsk-reference.md and the manual pages in docs/man from the command tree.

``python -m tests.architecture.wsk_pages`` writes them; tests compare them with those in the tree.
"""

import re
from collections.abc import Iterator, Mapping

from tests.architecture.tree import ROOT
from whisk_cli import registry, tree
from whisk_cli.argv import GLOBAL_FLAGS
from whisk_cli.errors import ExitCode

REFERENCE = ROOT / "docs" / "wsk-reference.md"
MANUAL = ROOT / "docs" / "man"

HEAD = """# Reference of wsk

Every command with everything it takes. [wsk](wsk.md) tells how they are used,
[Coming from the Go wsk](coming-from-go-wsk.md) what differs. A flag of two values takes the
next two words of the command line.

This page and the manual pages are made from the command tree by
`python -m tests.architecture.wsk_pages`; a test keeps them the same.
"""

Row = tuple[str, str]


def verbs(command: tree.Group | tree.Verb, path: str) -> Iterator[tuple[str, tree.Verb]]:
    """Yield every verb below a command, with the words that lead to it."""
    if isinstance(command, tree.Verb):
        yield path, command
        return
    for name, child in sorted(tree.children(command).items()):
        yield from verbs(child, f"{path} {name}")


def nouns() -> Mapping[str, tree.Group | tree.Verb]:
    """Give every built-in noun with its command."""
    return {name: registry.load(name, "").command for name in sorted(registry.BUILT_IN)}


def usage(path: str, command: tree.Verb) -> str:
    """Write how a verb is called."""
    return " ".join((path, *(each for each in tree.positionals_of(command) if each), "[flags]"))


def flags(command: tree.Verb) -> list[Row]:
    """Give the flags of a verb: spellings with value, and meaning."""
    rows = [
        (f"{', '.join(each.spellings)} {each.metavar}", each.help)
        for each in sorted(command.inputs, key=lambda each: each.long)
    ]
    for parameter in command.params:
        if parameter.opts and not parameter.hidden:
            spelled = ", ".join(sorted(parameter.opts, key=len))
            value = "" if parameter.is_flag else f" {parameter.metavar or 'VALUE'}"
            rows.append((spelled + value, parameter.help))
    return sorted(rows, key=lambda row: row[0][row[0].index("--") :])


def global_flags() -> list[Row]:
    """Give the flags that every command takes."""
    rows = []
    for flag, value, summary in GLOBAL_FLAGS.values():
        spelled = ", ".join(each for each in (flag.short, flag.long) if each)
        rows.append((f"{spelled} {value}".strip(), summary))
    return sorted(rows, key=lambda row: row[0][row[0].index("--") :])


def reference() -> str:
    """Write docs/wsk-reference.md."""
    parts = [HEAD, "## Flags of every command\n", _table(global_flags())]
    for name, noun in nouns().items():
        parts.append(f"## wsk {name}\n\n{_sentence(noun.help)}\n")
        for path, verb in verbs(noun, f"wsk {name}"):
            if path != f"wsk {name}":
                parts.append(f"### {path}\n\n{_sentence(verb.help)}\n")
            parts.append(f"```\n{usage(path, verb)}\n```\n")
            parts.append(_table(flags(verb)))
    return "\n".join(part for part in parts if part)


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def _table(rows: list[Row]) -> str:
    if not rows:
        return ""
    lines = [f"| `{_cell(left)}` | {_cell(right)} |" for left, right in rows]
    return "\n".join(("| Flag | Meaning |", "|---|---|", *lines, ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def manual() -> dict[str, str]:
    """Write the manual pages: file name to text."""
    pages = {"wsk.1": _overview()}
    for name, noun in nouns().items():
        pages[f"wsk-{name}.1"] = _page(name, noun)
    return pages


def _overview() -> str:
    rows = [(f"wsk-{name}(1)", noun.help) for name, noun in nouns().items()]
    codes = [(str(int(code)), _first_line(code)) for code in ExitCode]
    return "".join(
        (
            _title("wsk", "the command line of the serverless platform"),
            ".SH SYNOPSIS\n.B wsk\n.RI [ flags ]\n.I command\n.RI [ arguments ]\n",
            ".SH COMMANDS\n",
            *map(_entry, rows),
            ".SH OPTIONS\nThey are taken before and after the command.\n",
            *map(_entry, global_flags()),
            ".SH FILES\n",
            _entry(("~/.wskprops", "the profile: lines KEY=value; WSK_CONFIG_FILE names another")),
            _entry(("~/.wskprops.contexts/", "saved connections, see wsk-context(1)")),
            ".SH ENVIRONMENT\n",
            *map(
                _entry,
                (
                    ("WHISK_APIHOST, WHISK_AUTH, WHISK_APIVERSION", "win over the profile"),
                    ("WSK_CONFIG_FILE", "the profile to read; nothing to read none"),
                    ("WSK_CONTEXT", "the saved connection to use"),
                    ("WSK_CLI_DEBUG", "set at all, as --debug"),
                    ("NO_COLOR", "not empty: no colors"),
                ),
            ),
            ".SH EXIT STATUS\n",
            *map(_entry, codes),
            "Any other HTTP error exits with its status minus 256, as one byte.\n",
        )
    )


def _page(name: str, noun: tree.Group | tree.Verb) -> str:
    listed = list(verbs(noun, f"wsk {name}"))
    parts = [_title(f"wsk-{name}", noun.help), ".SH SYNOPSIS\n"]
    parts.append(".br\n".join(f".B {_roff(usage(path, verb))}\n" for path, verb in listed))
    parts.append(".SH COMMANDS\n")
    for path, verb in listed:
        parts.append(f".SS {_roff(path)}\n{_roff(_sentence(verb.help))}\n")
        parts += map(_entry, flags(verb))
    parts.append(".SH SEE ALSO\n.BR wsk (1),\nfor the flags of every command and exit status\n")
    return "".join(parts)


def _title(name: str, summary: str) -> str:
    return f".TH {name.upper()} 1\n.SH NAME\n{_roff(name)} \\- {_roff(summary)}\n"


def _entry(row: Row) -> str:
    return f".TP\n.B {_roff(row[0])}\n{_roff(row[1])}\n"


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    # A line that begins so would be a request.
    return re.sub(r"^([.'])", r"\\&\1", escaped)


def _first_line(code: ExitCode) -> str:
    described = {
        ExitCode.OK: "success, and help that was asked for",
        ExitCode.GENERAL: "wrong arguments, unknown flag or command, bad JSON, no API host",
        ExitCode.MISUSE: "missing file, unsupported extension, no key",
        ExitCode.NETWORK: "the API host cannot be reached",
        ExitCode.INTERRUPTED: "interrupted",
        ExitCode.BROKEN_PIPE: "the reader of the output went away",
        ExitCode.NOT_ALLOWED: "flags that exclude each other",
        ExitCode.ACCEPTED: "the wait elapsed; the activation continues",
        ExitCode.APPLICATION: "the action ran and failed",
    }
    return described[code]


def write() -> None:
    """Write all pages into the tree."""
    REFERENCE.write_text(reference(), encoding="utf-8")
    MANUAL.mkdir(exist_ok=True)
    pages = manual()
    for old in MANUAL.glob("*.1"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (MANUAL / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
