"""Namespaces, and the limits of one."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    NAMESPACE,
    Operation,
    Place,
    Reply,
    Schema,
    array,
    boolean,
    integer,
    name_of,
    record,
    ref,
    refusals,
    text,
)

_SIZE = text("Size with its unit.", example="1048576 B")
_OPTIONAL = (
    "allowedKinds",
    "storeActivations",
    "maxPayloadSize",
    "truncationSize",
    "warmedContainerKeepingCount",
    "warmedContainerKeepingTimeout",
)

LIMIT_MEMBERS: Mapping[str, Schema] = {
    "invocationsPerMinute": integer(minimum=0),
    "concurrentInvocations": integer(minimum=0),
    "firesPerMinute": integer(minimum=0),
    "maxActionMemory": integer("Megabytes."),
    "minActionMemory": integer("Megabytes."),
    "maxActionLogs": integer("Megabytes."),
    "minActionLogs": integer("Megabytes."),
    "maxActionTimeout": integer("Milliseconds."),
    "minActionTimeout": integer("Milliseconds."),
    "maxActionConcurrency": integer(),
    "minActionConcurrency": integer(),
    "maxActionInstances": integer(),
    "maxParameterSize": _SIZE,
    "allowedKinds": array(text()),
    "storeActivations": boolean(),
    "maxPayloadSize": _SIZE,
    "truncationSize": _SIZE,
    "warmedContainerKeepingCount": integer(),
    "warmedContainerKeepingTimeout": text(example="10 minutes"),
}

SCHEMAS: Mapping[str, Schema] = {"Limits": record(LIMIT_MEMBERS, optional=_OPTIONAL)}

_LIMITS = "/api/v1/namespaces/{namespace}/limits"

PLACES = (
    Place(
        template="/api/v1/namespaces",
        tag="Namespaces",
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listNamespaces",
                summary="List the namespaces of the key: exactly one.",
                replies={
                    200: Reply(
                        description="Its name.", schema=array(text(), minItems=1, maxItems=1)
                    ),
                    **refusals(),
                },
            ),
        ),
    ),
    Place(
        template=_LIMITS,
        tag="Namespaces",
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="getLimits",
                summary="Read what a namespace may use.",
                replies={
                    200: Reply(description="The limits.", schema=ref("Limits")),
                    **refusals(),
                },
            ),
        ),
    ),
    Place(
        template=_LIMITS + "/{name}",
        tag="Namespaces",
        parameters=(NAMESPACE, name_of("limit")),
        operations=(
            Operation(
                method="get",
                id="getLimit",
                summary="A single limit has no document: always 400.",
                replies=refusals(),
            ),
        ),
    ),
)
