"""Activations: the records of what ran."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    LISTING,
    MILLISECONDS,
    NAMESPACE,
    PAIRS,
    VERSION,
    Operation,
    Parameter,
    Place,
    Reply,
    Schema,
    anything,
    array,
    boolean,
    either,
    integer,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Activations"
_ID = text(pattern="^[0-9a-f]{32}$")
_DURATION = integer("Milliseconds; absent for triggers.", minimum=0)
_CAUSE = text("Activation id of the sequence or composition that this is a step of.")

SCHEMAS: Mapping[str, Schema] = {
    "Response": record(
        {
            "status": text(
                enum=[
                    "success",
                    "application error",
                    "action developer error",
                    "whisk internal error",
                ]
            ),
            "success": boolean(),
            "result": anything("What the action returned."),
            "size": integer("Length of the answer of the action, in bytes.", minimum=0),
        },
        optional=("size",),
    ),
    "Activation": record(
        {
            "namespace": text("Of whom invoked it."),
            "name": text("Of the action or trigger, without its package."),
            "version": VERSION,
            "subject": text("Who invoked it."),
            "activationId": _ID,
            "cause": _CAUSE,
            "start": MILLISECONDS,
            "end": MILLISECONDS,
            "duration": _DURATION,
            "response": ref("Response"),
            "logs": array(text(), description="Lines; ids of the steps of sequences."),
            "annotations": PAIRS,
            "publish": boolean(),
        },
        optional=("cause", "end", "duration"),
    ),
    "ActivationSummary": record(
        {
            "namespace": text("Of whom invoked it."),
            "name": text("Of the action or trigger, without its package."),
            "version": VERSION,
            "publish": boolean(),
            "annotations": PAIRS,
            "activationId": _ID,
            "cause": _CAUSE,
            "start": MILLISECONDS,
            "end": MILLISECONDS,
            "duration": _DURATION,
            "statusCode": integer(
                "0 success, 1 application error, 2 developer error, 3 internal error.",
                minimum=0,
                maximum=3,
            ),
        },
        optional=("cause", "end", "duration"),
    ),
    "Logs": record({"logs": array(text("One line."))}),
}

_FILTERS = (
    Parameter(
        name="name",
        schema=text(),
        description="Only of this action or trigger: a name, or package/name.",
    ),
    Parameter(
        name="since",
        schema=integer(format="int64"),
        description="Only what started then or later, in milliseconds since the epoch.",
    ),
    Parameter(
        name="upto",
        schema=integer(format="int64"),
        description="Only what started then or earlier, in milliseconds since the epoch.",
    ),
    Parameter(
        name="docs",
        schema=boolean(default=False),
        description="Whole records instead of summaries; not together with count.",
    ),
)
_ACTIVATION = Parameter(
    name="name",
    place="path",
    schema=text(pattern="^[0-9A-Fa-f]{32}$"),
    description="Activation id.",
)
_COLLECTION = "/api/v1/namespaces/{namespace}/activations"


def _one(template: str, operation: Operation, *, slash_too: bool = False) -> Place:
    return Place(
        template=_COLLECTION + template,
        tag=_TAG,
        parameters=(NAMESPACE, _ACTIVATION),
        slash_too=slash_too,
        operations=(operation,),
    )


PLACES = (
    Place(
        template=_COLLECTION,
        tag=_TAG,
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listActivations",
                summary="List the activations of a namespace.",
                parameters=(*LISTING, *_FILTERS),
                replies={
                    200: Reply(
                        description="The newest first; with count=true how many they are.",
                        schema=either(
                            array(ref("ActivationSummary")), array(ref("Activation")), ref("Count")
                        ),
                    ),
                    **refusals(),
                },
            ),
        ),
    ),
    _one(
        "/{name}",
        Operation(
            method="get",
            id="getActivation",
            summary="Read a record.",
            replies={
                200: Reply(description="The record.", schema=ref("Activation")),
                **refusals(),
            },
        ),
        slash_too=True,
    ),
    _one(
        "/{name}/result",
        Operation(
            method="get",
            id="getActivationResult",
            summary="Read the outcome of an activation.",
            replies={
                200: Reply(description="The outcome.", schema=ref("Response")),
                **refusals(),
            },
        ),
    ),
    _one(
        "/{name}/logs",
        Operation(
            method="get",
            id="getActivationLogs",
            summary="Read the log lines of an activation.",
            replies={200: Reply(description="The lines.", schema=ref("Logs")), **refusals()},
        ),
    ),
)
