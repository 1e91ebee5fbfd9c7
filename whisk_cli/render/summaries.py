"""The ``--summary`` of entities: what it is, and which parameters it takes.

**Source**: contracts/cli.md §3.7.
"""

from __future__ import annotations

from whisk_cli.jsonvalue import JSONObject, items, members, text_of
from whisk_cli.render.console import Console
from whisk_cli.render.lists import annotation


def action(console: Console, entity: JSONObject) -> None:
    """Write the summary of an action to stdout."""
    _summary(console, "action", _name(entity), entity)


def trigger(console: Console, entity: JSONObject) -> None:
    """Write the summary of a trigger to stdout."""
    _summary(console, "trigger", _name(entity), entity)


def package(console: Console, entity: JSONObject) -> None:
    """Write the summary of a package, its actions and its feeds to stdout."""
    name = _name(entity)
    _summary(console, "package", name, entity)
    for each in items(entity.get("actions")):
        inner = members(each)
        _summary(console, " action", f"{name}/{text_of(inner.get('name'))}", inner)
    for each in items(entity.get("feeds")):
        inner = members(each)
        _summary(console, " feed  ", f"{name}/{text_of(inner.get('name'))}", inner)


def rule(console: Console, entity: JSONObject) -> None:
    """Write the summary of a rule to stdout."""
    console.line(f"{console.bold('rule')} {_name(entity)}")
    console.line(f"   ({console.bold('status')}: {text_of(entity.get('status'))})")


def parameter_names(entity: JSONObject) -> list[str]:
    """List the parameters of an entity, declared or bound, sorted by name.

    Returns:
        A plain name if only declared in the annotation ``parameters``, ``*name`` if bound,
        ``**name`` if bound on an action annotated ``final``.
    """
    bound = {text_of(members(each).get("key")) for each in items(entity.get("parameters"))}
    declared = {
        text_of(members(each).get("name"))
        for each in items(annotation(entity, "parameters"))
        if isinstance(members(each).get("name"), str)
    }
    mark = "**" if annotation(entity, "final") is True else "*"
    return [f"{mark}{name}" if name in bound else name for name in sorted(bound | declared)]


def _summary(console: Console, kind: str, name: str, entity: JSONObject) -> None:
    names = parameter_names(entity)
    description = text_of(annotation(entity, "description")) or _described(names)
    ending = f": {description}" if description else ""
    console.line(f"{console.bold(kind)} {name}{ending}")
    console.line(f"   ({console.bold('parameters')}: {', '.join(names) or 'none defined'})")


def _described(names: list[str]) -> str:
    plain = [name.replace("*", "") for name in names]
    if not plain:
        return ""
    if len(plain) == 1:
        return f"Returns a result based on parameter {plain[0]}"
    return f"Returns a result based on parameters {', '.join(plain[:-1])} and {plain[-1]}"


def _name(entity: JSONObject) -> str:
    parts = (text_of(entity.get("namespace")), text_of(entity.get("name")))
    return "".join(f"/{part}" for part in parts if part)
