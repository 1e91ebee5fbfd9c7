"""How entities and activations look to a client: the JSON of the REST API.

Every function returns the members of one JSON object in the contract's order, values unparsed, so
that callers can splice them without a second encoding. Source: contracts rest-api §2.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from whisk_platform.common.jsontext import FALSE, JSONObject, RawJSON, dumps, join_object
from whisk_platform.entities.action import Action, Entity, Package, Rule, RuleLink, Trigger
from whisk_platform.entities.activation import Activation, Response
from whisk_platform.entities.exec import BlackBoxExec, CodeExec, Exec
from whisk_platform.entities.limits import ActionLimits
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import Parameter, Parameters

EMPTY_ARRAY = RawJSON(b"[]")
_encoder = msgspec.json.Encoder()


def raw(value: object) -> RawJSON:
    """One value of ours as unparsed JSON."""
    return RawJSON(dumps(value))


def obj(members: JSONObject) -> RawJSON:
    """An object as unparsed JSON."""
    return RawJSON(join_object(members))


def array(items: Iterable[RawJSON]) -> RawJSON:
    """An array as unparsed JSON."""
    return RawJSON(b"[" + b",".join(map(bytes, items)) + b"]")


def pairs(parameters: Parameters) -> RawJSON:
    """``[{"key": …, "value": …}, …]``."""
    return array(map(_pair, parameters)) if parameters.entries else EMPTY_ARRAY


def _pair(parameter: Parameter) -> RawJSON:
    members = {"key": raw(parameter.key), "value": parameter.value}
    if parameter.init:
        members["init"] = raw(True)
    if parameter.encryption is not None:
        members["encryption"] = raw(parameter.encryption)
    return obj(members)


def reference(fqn: FullyQualifiedEntityName) -> RawJSON:
    """``{"path": "ns[/pkg]", "name": "a"}``."""
    return raw({"path": fqn.path, "name": fqn.name})


def limits(value: ActionLimits) -> RawJSON:
    """An action's limits; ``instances`` only when set."""
    return raw(value)


def exec_of(value: Exec, code: str | None) -> RawJSON:
    """The ``exec`` of an action; ``code`` None leaves it out."""
    members: dict[str, object] = {"kind": value.kind}
    if isinstance(value, CodeExec | BlackBoxExec):
        if isinstance(value, BlackBoxExec):
            members["image"] = value.image
        if code is not None:
            members["code"] = code
        members["binary"] = value.binary
        if value.main is not None:
            members["main"] = value.main
    else:
        members["components"] = [component.with_slash for component in value.components]
    return raw(members)


def action(value: Action, code: str | None) -> JSONObject:
    """An action in full."""
    return {
        **_head(value),
        "exec": exec_of(value.exec, code),
        "parameters": pairs(value.parameters),
        "annotations": pairs(value.annotations),
        "limits": limits(value.limits),
        "updated": raw(value.updated),
    }


def action_summary(value: Action) -> JSONObject:
    """An element of a list of actions."""
    binary = isinstance(value.exec, CodeExec | BlackBoxExec) and value.exec.binary
    return {
        **_head(value),
        "exec": raw({"binary": binary}),
        "annotations": pairs(value.annotations),
        "limits": limits(value.limits),
        "updated": raw(value.updated),
    }


def package(value: Package) -> JSONObject:
    """A package or binding, without its contents."""
    return {
        **_head(value),
        "parameters": pairs(value.parameters),
        "annotations": pairs(value.annotations),
        "binding": _binding(value),
        "updated": raw(value.updated),
    }


def package_summary(value: Package) -> JSONObject:
    """An element of a list of packages; ``binding`` is false for plain packages."""
    return {
        **_head(value),
        "annotations": pairs(value.annotations),
        "binding": FALSE if value.binding is None else _binding(value),
        "updated": raw(value.updated),
    }


def trigger(value: Trigger) -> JSONObject:
    """A trigger in full; ``rules`` only once a rule was attached."""
    members = {
        **_head(value),
        "parameters": pairs(value.parameters),
        "annotations": pairs(value.annotations),
        "limits": raw({}),
        "updated": raw(value.updated),
    }
    if value.rules is not None:
        members["rules"] = obj({name: _link(link) for name, link in value.rules.items()})
    return members


def summary(value: Entity) -> JSONObject:
    """An element of a list of triggers."""
    return {
        **_head(value),
        "annotations": pairs(value.annotations),
        "updated": raw(value.updated),
    }


def rule(value: Rule, active: bool) -> JSONObject:
    """A rule in full, with the status its trigger knows."""
    return {**rule_summary(value), "status": raw("active" if active else "inactive")}


def rule_summary(value: Rule) -> JSONObject:
    """An element of a list of rules."""
    return {
        **_head(value),
        "annotations": pairs(value.annotations),
        "trigger": reference(value.trigger),
        "action": reference(value.action),
        "updated": raw(value.updated),
    }


def response(value: Response) -> RawJSON:
    """An activation's outcome; the numeric code stays inside."""
    members = {
        "status": raw(value.status_code.text),
        "success": raw(value.success),
        "result": value.result,
    }
    if value.size is not None:
        members["size"] = raw(value.size)
    return obj(members)


def activation(value: Activation) -> JSONObject:
    """An activation record in full."""
    members = _activation_head(value)
    members["response"] = response(value.response)
    members["logs"] = raw(tuple(value.logs))
    members["annotations"] = pairs(value.annotations)
    members["publish"] = raw(value.publish)
    return members


def activation_text(value: Activation) -> bytes:
    """The text of ``activation``, encoded in one go: every blocking call is answered with it."""
    answer = value.response
    outcome = {
        "status": answer.status_code.text,
        "success": answer.success,
        "result": answer.result,
    }
    if answer.size is not None:
        outcome["size"] = answer.size
    members: dict[str, object] = {
        "namespace": value.namespace,
        "name": value.name,
        "version": value.version,
        "subject": value.subject,
        "activationId": value.activation_id,
    }
    for key, optional in (
        ("cause", value.cause),
        ("start", value.start),
        ("end", value.end),
        ("duration", value.duration),
    ):
        if optional is not None:
            members[key] = optional
    members["response"] = outcome
    members["logs"] = tuple(value.logs)
    members["annotations"] = value.annotations.entries
    members["publish"] = value.publish
    try:
        return _encoder.encode(members)
    except UnicodeEncodeError:
        return join_object(activation(value))


def activation_summary(value: Activation) -> JSONObject:
    """An element of a list of activations (contract §2.6.2, appendix D 11)."""
    members = _activation_head(value)
    del members["subject"]
    members["publish"] = raw(value.publish)
    members["annotations"] = pairs(value.annotations)
    members["statusCode"] = raw(int(value.response.status_code))
    return members


def _activation_head(value: Activation) -> JSONObject:
    members = {
        "namespace": raw(value.namespace),
        "name": raw(value.name),
        "version": raw(value.version),
        "subject": raw(value.subject),
        "activationId": raw(value.activation_id),
    }
    if value.cause is not None:
        members["cause"] = raw(value.cause)
    members["start"] = raw(value.start)
    if value.end is not None:
        members["end"] = raw(value.end)
    if value.duration is not None:
        members["duration"] = raw(value.duration)
    return members


def _head(value: Entity) -> JSONObject:
    return {
        "namespace": raw(value.fqn.path),
        "name": raw(value.fqn.name),
        "version": raw(value.version),
        "publish": raw(value.publish),
    }


def _binding(value: Package) -> RawJSON:
    if value.binding is None:
        return raw({})
    return raw({"namespace": value.binding.namespace, "name": value.binding.name})


def _link(link: RuleLink) -> RawJSON:
    status = "active" if link.active else "inactive"
    return obj({"action": reference(link.action), "status": raw(status)})
