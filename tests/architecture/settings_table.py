"""Renders docs/settings.md from the settings model.

``python -m tests.architecture.settings_table`` prints it; a test compares it with the one in the
tree.
"""

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import PACKAGES, syntax

MODEL = PACKAGES["whisk_platform"] / "standalone" / "settings.py"
ROOT_CLASS = "StandaloneSettings"

HEAD = """# Settings

Every setting of the standalone platform. A flag wins over the environment, the environment over
the file `settings.toml` in the state directory, the file over the default. In the environment a
setting is called `WHISK_<GROUP>__<FIELD>`; in the file it stands as `field` under `[group]`. A name
that is not in this list is an error, wherever it stands.

This page is made from the settings model (`platform/whisk_platform/standalone/settings.py`) by
`python -m tests.architecture.settings_table`; a test keeps the two the same.
"""


def _classes(path: Path) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in syntax(path).body if isinstance(node, ast.ClassDef)}


def _fields(group: ast.ClassDef) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name, type, default and meaning of each field: an assignment and its string."""
    body = [*group.body, ast.Pass()]
    for node, after in itertools.pairwise(body):
        if not isinstance(node, ast.AnnAssign) or node.value is None:
            continue
        meaning = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            meaning = " ".join(str(after.value.value).replace("``", "`").split())
        yield ast.unparse(node.target), ast.unparse(node.annotation), _default(node.value), meaning


def _default(value: ast.expr) -> str:
    """Return a default as a person would write it in the file."""
    # Arithmetic on numbers only: nothing here runs code of the model.
    text = ast.unparse(value)
    if isinstance(value, ast.BinOp):
        shift = re.fullmatch(r"(\d+) << (\d+)", text)
        return str(int(shift[1]) << int(shift[2])) if shift else text
    plain = ast.literal_eval(value)
    if isinstance(plain, bool):
        return str(plain).lower()
    return f'"{plain}"' if isinstance(plain, str) else str(plain)


def document() -> str:
    """Return the whole page."""
    classes = _classes(MODEL)
    lines = [HEAD]
    for group, kind in _groups(classes[ROOT_CLASS]):
        charter = ast.get_docstring(classes[kind]) or ""
        lines += [f"## {group}", "", charter, "", "| Environment | Type | Default | Meaning |"]
        lines.append("|---|---|---|---|")
        for name, annotation, default, meaning in _fields(classes[kind]):
            variable = f"`WHISK_{group.upper()}__{name.upper()}`"
            lines.append(f"| {variable} | {annotation} | `{default}` | {meaning} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _groups(root: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in root.body:
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), ast.unparse(node.annotation)


if __name__ == "__main__":
    sys.stdout.write(document())
