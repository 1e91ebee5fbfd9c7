"""The columns of every noun, as data."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_cli.jsonvalue import JSONObject, JSONValue, integer_of, members, text_of
from whisk_cli.output.columns import Column, Noun, path_of
from whisk_cli.render.activationtable import status_of, took
from whisk_cli.render.durations import duration, local_time
from whisk_cli.render.lists import annotation, full_name


def _visibility(entity: JSONObject) -> JSONValue:
    return "shared" if entity.get("publish") is True else "private"


def _updated(entity: JSONObject) -> JSONValue:
    moment = integer_of(entity.get("updated"))
    return local_time(moment) if moment else None


def _web(action: JSONObject) -> JSONValue:
    if annotation(action, "web-export") is not True:
        return "no"
    return "raw" if annotation(action, "raw-http") is True else "yes"


def _kind(action: JSONObject) -> JSONValue:
    return text_of(annotation(action, "exec")) or members(action.get("exec")).get("kind")


def _reference(member: str) -> Column:
    def take(rule: JSONObject) -> JSONValue:
        target = members(rule.get(member))
        path, name = text_of(target.get("path")), text_of(target.get("name"))
        return f"/{path}/{name}" if name else None

    return Column(name=member, take=take)


def _binding(package: JSONObject) -> JSONValue:
    bound = members(package.get("binding"))
    name = text_of(bound.get("name"))
    return f"/{text_of(bound.get('namespace'))}/{name}" if name else None


def _temperature(activation: JSONObject) -> JSONValue:
    return "warm" if annotation(activation, "initTime") is None else "cold"


def _annotated(name: str, key: str) -> Column:
    return Column(name=name, take=lambda entity: annotation(entity, key), wide=True)


def _at(member: str) -> Column:
    def take(document: JSONObject) -> JSONValue:
        moment = integer_of(document.get(member))
        return local_time(moment) if moment else None

    return Column(name=member, take=take)


def _lasting(name: str, member: str) -> Column:
    # Whole seconds: nobody reads more from a list.
    return Column(
        name=name, take=lambda each: duration(integer_of(each.get(member)) // 1000 * 1000)
    )


def _member(name: str, *path: str, wide: bool = False) -> Column:
    return Column(name=name, take=path_of(*(path or (name,))), wide=wide)


_NAME = Column(name="name", take=full_name)
_VISIBILITY = Column(name="visibility", take=_visibility)
_VERSION = _member("version")
_UPDATED = Column(name="updated", take=_updated, wide=True)
_DESCRIPTION = _annotated("description", "description")


def _limit(name: str) -> Column:
    return _member(name, "limits", name, wide=True)


def _invoker_state(invoker: JSONObject) -> JSONValue:
    if invoker.get("enabled") is not False:
        return invoker.get("status")
    return "drained" if invoker.get("drained") is True else "draining"


def _blocked(document: JSONObject) -> JSONValue:
    return "blocked" if document.get("blocked") is True else "active"


def _names_in(member: str) -> Column:
    def take(document: JSONObject) -> JSONValue:
        value = document.get(member)
        if isinstance(value, list):
            return ", ".join(each if isinstance(each, str) else text_of(members(each).get("name"))
                             for each in value)  # fmt: skip
        return ", ".join(members(value))

    return Column(name=member, take=take)


NOUNS: Mapping[str, Noun] = {
    "actions": Noun(
        columns=(
            _NAME,
            Column(name="kind", take=_kind),
            _VISIBILITY,
            _VERSION,
            Column(name="web", take=_web, wide=True),
            *map(_limit, ("timeout", "memory", "logs", "concurrency")),
            _UPDATED,
            _DESCRIPTION,
        ),
        name=full_name,
    ),
    "packages": Noun(
        columns=(
            _NAME,
            _VISIBILITY,
            _VERSION,
            Column(name="binding", take=_binding, wide=True),
            _UPDATED,
            _DESCRIPTION,
        ),
        name=full_name,
    ),
    "triggers": Noun(
        columns=(_NAME, _VISIBILITY, _VERSION, _annotated("feed", "feed"), _UPDATED, _DESCRIPTION),
        name=full_name,
    ),
    "rules": Noun(
        columns=(
            _NAME,
            _member("status"),
            _reference("trigger"),
            _reference("action"),
            _VERSION,
            _UPDATED,
        ),
        name=full_name,
    ),
    "activations": Noun(
        columns=(
            _at("start"),
            _member("id", "activationId"),
            Column(name="kind", take=lambda each: annotation(each, "kind") or "unknown"),
            Column(name="temperature", take=_temperature),
            Column(name="duration", take=took),
            Column(name="status", take=status_of),
            Column(name="entity", take=full_name),
            _member("version", wide=True),
            _annotated("waitTime", "waitTime"),
            _annotated("initTime", "initTime"),
            _member("cause", wide=True),
            _annotated("path", "path"),
        ),
        name=path_of("activationId"),
    ),
    "statistics": Noun(
        columns=(
            _member("action", "name"),
            _member("activations"),
            _member("errors"),
            _member("p50"),
            _member("p95"),
            _member("cold"),
            _member("coldShare"),
            _member("max", wide=True),
            _member("errorShare", wide=True),
            _member("initP50", wide=True),
            _member("waitP95", wide=True),
        ),
        name=path_of("name"),
    ),
    "happenings": Noun(
        columns=(
            _at("time"),
            _member("event"),
            _member("id", "activationId"),
            _member("status"),
            _member("duration"),
            _member("temperature"),
            _member("initTime"),
            _member("waitTime"),
            _member("entity", "name"),
        ),
        name=path_of("activationId"),
    ),
    "loglines": Noun(
        columns=(
            _member("time"),
            _member("name"),
            _member("stream"),
            _member("line"),
            _member("id", "activationId", wide=True),
        ),
        name=path_of("activationId"),
    ),
    "entities": Noun(
        columns=(_member("type"), _NAME, _VISIBILITY, Column(name="kind", take=_kind), _VERSION),
        name=lambda each: f"{text_of(each.get('type'))}{full_name(each)}",
    ),
    "contexts": Noun(
        columns=(
            Column(name="current", take=lambda each: "*" if each.get("current") is True else ""),
            _member("name"),
            _member("apihost"),
            _member("auth"),
            _member("apiversion", wide=True),
            _member("cacert", wide=True),
            _member("file", wide=True),
        ),
        name=path_of("name"),
    ),
    "subjects": Noun(
        columns=(
            _member("subject"),
            Column(name="state", take=_blocked),
            _names_in("namespaces"),
        ),
        name=path_of("subject"),
    ),
    "operated-namespaces": Noun(
        columns=(
            _member("namespace", "name"),
            _member("subject"),
            Column(name="state", take=_blocked),
            _names_in("limits"),
        ),
        name=path_of("name"),
    ),
    "invokers": Noun(
        columns=(
            _member("invoker", "name"),
            Column(name="status", take=_invoker_state),
            _member("running", "activations"),
            _member("waiting"),
            _member("containers", "containers", "total"),
            _member("idle", "containers", "idle"),
            _member("stem cells", "containers", "stemCells"),
            _member("memory", "memory", "measuredMB"),
            _member("capacity", "memory", "capacityMB"),
        ),
        name=path_of("name"),
    ),
    "containers": Noun(
        columns=(
            _member("container", "id"),
            _member("invoker"),
            _member("kind"),
            _member("state"),
            _member("memory", "memoryMB"),
            _lasting("age", "ageMs"),
            _lasting("idle", "idleMs"),
            _member("namespace"),
            _member("action"),
        ),
        name=path_of("id"),
    ),
    "queues": Noun(
        columns=(
            _member("waiting"),
            _lasting("oldest", "oldestMs"),
            _member("invoker"),
            _member("kind"),
            _member("namespace"),
            _member("action"),
        ),
        name=path_of("action"),
    ),
    "namespaces": Noun(columns=(_member("name"),), name=path_of("name")),
    "properties": Noun(name=lambda _: None),
    "counts": Noun(name=lambda _: None),
    "versions": Noun(name=path_of("wsk")),
    "platform": Noun(name=path_of("address")),
    "limits": Noun(name=lambda _: None),
    "checks": Noun(
        columns=(
            _member("state"),
            _member("name"),
            _member("detail"),
            _member("remedy", wide=True),
        ),
        name=path_of("name"),
    ),
}
"""By the plural of the noun."""


def _own_name(document: JSONObject) -> JSONValue:
    if isinstance(document.get("activationId"), str):
        return document["activationId"]
    return document.get("name", document.get("id"))


FREE = Noun(name=_own_name)
"""Documents of any shape: their members are their columns."""
