"""The operator API: the system key only."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.namespaces import LIMIT_MEMBERS
from whisk_platform.controller.api.docs.description.vocabulary import (
    NAMESPACE_PATTERN,
    OVERWRITE,
    Operation,
    Parameter,
    Place,
    Reply,
    Schema,
    array,
    boolean,
    integer,
    mapping,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Operators"
_ADMIN = "/api/v1/admin"
_MEMBERS = tuple(LIMIT_MEMBERS)

SCHEMAS: Mapping[str, Schema] = {
    "OwnedKey": record(
        {"name": text("Namespace."), "uuid": text(), "key": text("Absent in lists.")},
        optional=("key",),
    ),
    "Subject": record(
        {
            "subject": text(),
            "blocked": boolean("Whether its keys are refused."),
            "namespaces": array(ref("OwnedKey")),
        }
    ),
    "SubjectPut": record(
        {
            "namespace": text("The subject's name by default."),
            "auth": text("uuid:key; made up by default."),
        },
        optional=("namespace", "auth"),
    ),
    "Blocking": record({"blocked": boolean()}),
    "OwnLimits": {
        **record(LIMIT_MEMBERS, optional=_MEMBERS),
        "description": "Where it has no member, the system's value holds.",
    },
    "OwnLimitsPatch": record(
        {name: {**schema, "nullable": True} for name, schema in LIMIT_MEMBERS.items()},
        optional=_MEMBERS,
    ),
    "OwnedNamespace": record(
        {
            "name": text(),
            "uuid": text(),
            "subject": text("Whose it is."),
            "blocked": boolean("Whether the subject is."),
            "limits": ref("OwnLimits"),
        }
    ),
    "KeyRotation": record(
        {"newUuid": boolean("Whether the uuid changes too.", default=False)},
        optional=("newUuid",),
    ),
    "Sealed": record({"sealed": integer("Secrets that were sealed anew.", minimum=0)}),
    "NewKey": record({"subject": text(), "name": text(), "uuid": text(), "key": text()}),
    "Invoker": record(
        {
            "name": text(example="invoker0/0"),
            "status": text(enum=["up", "unhealthy", "unresponsive", "down"]),
            "enabled": boolean("False once it was told to take no new work."),
            "drained": boolean("Whether it takes nothing and has nothing left to do."),
            "activations": integer("Under way.", minimum=0),
            "waiting": integer("For a container.", minimum=0),
            "containers": record(
                {
                    **{
                        name: integer(minimum=0)
                        for name in ("total", "busy", "starting", "idle", "stemCells", "paused")
                    },
                    "byKind": mapping(integer(minimum=0)),
                }
            ),
            "memory": record(
                {name: integer() for name in ("capacityMB", "measuredMB", "limitsMB")}
            ),
        }
    ),
    "Enabling": record({"enabled": boolean()}),
    "Container": record(
        {
            "id": text(),
            "invoker": text(),
            "kind": text(),
            "state": text(example="Running"),
            "namespace": text("Empty for a stem cell."),
            "action": text("Empty for a stem cell."),
            "activations": integer("Under way in it.", minimum=0),
            "memoryMB": integer("Its limit."),
            "ageMs": integer(),
            "idleMs": integer(),
        }
    ),
    "Queue": record(
        {
            "invoker": text(),
            "namespace": text(),
            "action": text(),
            "kind": text(),
            "memoryMB": integer(),
            "waiting": integer(minimum=0),
            "oldestMs": integer("How long the first has waited."),
        }
    ),
    "Queues": record(
        {
            "inFlight": integer(minimum=0),
            "waiting": integer(minimum=0),
            "unwrittenRecords": integer(minimum=0),
            "actions": array(ref("Queue")),
        }
    ),
}


def _path(name: str, description: str, schema: Schema) -> Parameter:
    return Parameter(name=name, place="path", schema=schema, description=description)


_SUBJECT = _path("subject", "A subject.", text(minLength=5, maxLength=256))
_NAMESPACE = _path("namespace", "A namespace.", text(pattern=NAMESPACE_PATTERN))
_INVOKER = _path("invoker", "An instance, such as invoker0/0, or its first half.", text())
_OF_NAMESPACE = Parameter(
    name="namespace",
    schema=text(),
    description="Delete this namespace of the subject only.",
)


def _answer(schema: str, description: str) -> dict[int, Reply]:
    return {200: Reply(description=description, schema=ref(schema)), **refusals(409, 413, 415)}


def _list(name: str, schema: Schema, operation_id: str, summary: str) -> Place:
    reply = Reply(description="All of them.", schema=schema)
    operation = Operation(
        method="get", id=operation_id, summary=summary, replies={200: reply, **refusals()}
    )
    return Place(template=f"{_ADMIN}/{name}", tag=_TAG, operations=(operation,), slash_too=True)


_SUBJECTS = (
    Operation(
        method="get",
        id="getSubject",
        summary="Read a subject, keys included.",
        replies=_answer("Subject", "The subject."),
    ),
    Operation(
        method="put",
        id="putSubject",
        summary="Create a subject, or a further namespace of one.",
        parameters=(OVERWRITE,),
        body=ref("SubjectPut"),
        body_required=False,
        replies=_answer("Subject", "The subject with its keys."),
    ),
    Operation(
        method="delete",
        id="deleteSubject",
        summary="Delete a subject, or one namespace of it; what is stored there stays.",
        parameters=(_OF_NAMESPACE,),
        replies=_answer("Subject", "What was deleted."),
    ),
    Operation(
        method="post",
        id="blockSubject",
        summary="Refuse the keys of a subject, or accept them again.",
        body=ref("Blocking"),
        replies=_answer("Subject", "The subject."),
    ),
)
_LIMITS = (
    Operation(
        method="get",
        id="getOwnLimits",
        summary="Read the limits that a namespace has of its own.",
        replies=_answer("OwnLimits", "The limits."),
    ),
    Operation(
        method="put",
        id="setOwnLimits",
        summary="Replace the limits of a namespace.",
        body=ref("OwnLimits"),
        body_required=False,
        replies=_answer("OwnLimits", "The limits."),
    ),
    Operation(
        method="patch",
        id="changeOwnLimits",
        summary="Change some limits of a namespace; null takes one away.",
        body=ref("OwnLimitsPatch"),
        body_required=False,
        replies=_answer("OwnLimits", "The limits."),
    ),
    Operation(
        method="delete",
        id="deleteOwnLimits",
        summary="Go back to the system's limits.",
        replies=_answer("OwnLimits", "What was deleted."),
    ),
)
_INVOKERS = (
    Operation(
        method="get",
        id="getInvoker",
        summary="Read an invoker.",
        replies=_answer("Invoker", "The invoker."),
    ),
    Operation(
        method="post",
        id="enableInvoker",
        summary="Drain an invoker, or let it take work again.",
        body=ref("Enabling"),
        replies=_answer("Invoker", "The invoker."),
    ),
)

PLACES = (
    _list("subjects", array(ref("Subject")), "listSubjects", "List the subjects, without keys."),
    Place(
        template=_ADMIN + "/subjects/{subject}",
        tag=_TAG,
        parameters=(_SUBJECT,),
        operations=_SUBJECTS,
    ),
    _list(
        "namespaces", array(ref("OwnedNamespace")), "listOwnedNamespaces", "List the namespaces."
    ),
    Place(
        template=_ADMIN + "/namespaces/{namespace}",
        tag=_TAG,
        parameters=(_NAMESPACE,),
        operations=(
            Operation(
                method="get",
                id="getOwnedNamespace",
                summary="Read a namespace, without its key.",
                replies=_answer("OwnedNamespace", "The namespace."),
            ),
        ),
    ),
    Place(
        template=_ADMIN + "/namespaces/{namespace}/limits",
        tag=_TAG,
        parameters=(_NAMESPACE,),
        operations=_LIMITS,
    ),
    Place(
        template=_ADMIN + "/namespaces/{namespace}/key",
        tag=_TAG,
        parameters=(_NAMESPACE,),
        operations=(
            Operation(
                method="post",
                id="rotateKey",
                summary="Replace the key of a namespace; the old one is refused at once.",
                body=ref("KeyRotation"),
                body_required=False,
                replies=_answer("NewKey", "The new key."),
            ),
        ),
    ),
    Place(
        template=_ADMIN + "/master-key",
        tag=_TAG,
        operations=(
            Operation(
                method="post",
                id="rotateMasterKey",
                summary="Seal every secret with a new master key, while everything goes on.",
                replies=_answer("Sealed", "It is done."),
            ),
        ),
    ),
    _list("invokers", array(ref("Invoker")), "listInvokers", "List the invokers."),
    _list("containers", array(ref("Container")), "listContainers", "List the containers."),
    _list("queues", ref("Queues"), "listQueues", "Read what waits."),
    Place(
        template=_ADMIN + "/invokers/{invoker}",
        tag=_TAG,
        parameters=(_INVOKER,),
        operations=_INVOKERS,
    ),
)
