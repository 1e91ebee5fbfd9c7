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
_STATUSES = "success, application error, action developer error, whisk internal error"
_OWN_FILTERS = (
    Parameter(
        name="status",
        schema=text(example="application error"),
        description=f"Only with one of these, with commas between: {_STATUSES}.",
    ),
    Parameter(
        name="kind",
        schema=text(example="nodejs:20"),
        description="Only of one of these kinds, with commas between.",
    ),
    Parameter(
        name="minDuration",
        schema=integer(minimum=0, format="int64"),
        description="Only what took at least so many milliseconds.",
    ),
)
_WATCHING = (
    Parameter(
        name="watch",
        schema=boolean(default=False),
        description="Answer what happens from now on, as server-sent events; not with count.",
    ),
    Parameter(
        name="events",
        schema=text(example="start,end"),
        description="With watch: only these events, of start, log and end.",
    ),
    Parameter(
        name="Last-Event-ID",
        place="header",
        schema=text(example="1700000000000000"),
        description="With watch: tell first what ended after this event.",
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
                summary="List the activations of a namespace, or watch them.",
                parameters=(*LISTING, *_FILTERS, *_OWN_FILTERS, *_WATCHING),
                replies={
                    200: Reply(
                        description="The newest first; with count=true how many they are.",
                        schema=either(
                            array(ref("ActivationSummary")), array(ref("Activation")), ref("Count")
                        ),
                        stream=True,
                    ),
                    **refusals(406, 429, 503),
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
