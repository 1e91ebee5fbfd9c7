"""Documents about the deployment, its health, and what runs in it."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    TEXT,
    Operation,
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

_TAG = "Deployment"
_OPERATOR = "Operators"

SCHEMAS: Mapping[str, Schema] = {
    "Runtime": record(
        {
            "kind": text(example="nodejs:20"),
            "image": text(),
            "deprecated": boolean(),
            "default": boolean("Whether it is the default of its family."),
            "attached": boolean(),
            "requireMain": boolean("Whether actions must name their function."),
        }
    ),
    "Deployment": record(
        {
            "description": text(example="OpenWhisk"),
            "support": record({"github": text(), "slack": text()}),
            "api_paths": array(text()),
            "limits": mapping(integer("Milliseconds, bytes or counts.")),
            "runtimes": mapping(array(ref("Runtime")), "By family."),
        }
    ),
    "Api": record(
        {
            "description": text(),
            "api_version": text(),
            "api_version_path": text(),
            "build": text("Build date."),
            "buildno": text("Build number."),
            "swagger_paths": record({"ui": text(), "api-docs": text()}),
        }
    ),
    "Live": record({"live": boolean()}),
    "Ready": record({"ready": boolean(), "reasons": array(text("What stands in the way."))}),
    "InvokerStates": mapping(
        text(enum=["up", "unhealthy", "unresponsive", "down"]), "By instance name."
    ),
}


def _document(
    template: str,
    operation_id: str,
    summary: str,
    replies: Mapping[int, Reply],
    *,
    slash_too: bool = False,
) -> Place:
    operation = Operation(method="get", id=operation_id, summary=summary, replies=replies)
    return Place(
        template=template, tag=_TAG, operations=(operation,), public=True, slash_too=slash_too
    )


def _look(
    template: str,
    operation_id: str,
    summary: str,
    replies: Mapping[int, Reply],
    *,
    slash_too: bool = False,
) -> Place:
    operation = Operation(
        method="get",
        id=operation_id,
        summary=summary,
        description="With the system key; on the platform's own machine mostly without any.",
        replies={**_REFUSED, **replies},
    )
    return Place(template=template, tag=_OPERATOR, operations=(operation,), slash_too=slash_too)


def _switch(name: str, summary: str) -> Place:
    done = Reply(description="Done.", schema=text(), media_type=TEXT)
    operation = Operation(
        method="post",
        id=f"{name}Controller",
        summary=summary,
        description="With the system key.",
        replies={200: done, **_REFUSED},
    )
    return Place(template=f"/{name}", tag=_OPERATOR, operations=(operation,))


def _share(word: str) -> Reply:
    return Reply(
        description="Invokers that take work, of all.",
        schema=record({word: text(pattern=r"^\d+/\d+$", example="1/1")}),
    )


_REFUSED = refusals()
_COUNT = Reply(description="The number.", schema=integer(minimum=0))

PLACES = (
    _document(
        "/",
        "getDeployment",
        "Read what this deployment offers.",
        {200: Reply(description="Limits and runtimes.", schema=ref("Deployment"))},
    ),
    _document(
        "/api/v1",
        "getApi",
        "Read version and build of the API.",
        {200: Reply(description="The API.", schema=ref("Api"))},
        slash_too=True,
    ),
    _document(
        "/ping",
        "ping",
        "Ask whether anybody is there.",
        {200: Reply(description="Somebody is.", schema=text(enum=["pong"]), media_type=TEXT)},
    ),
    _document(
        "/health/live",
        "getLiveness",
        "Ask whether the controller lives.",
        {200: Reply(description="It does.", schema=ref("Live"))},
    ),
    _document(
        "/health/ready",
        "getReadiness",
        "Ask whether requests may be sent here.",
        {
            200: Reply(description="They may.", schema=ref("Ready")),
            503: Reply(description="They may not; the reasons.", schema=ref("Ready")),
        },
    ),
    _look(
        "/invokers",
        "getInvokers",
        "Read the state of every invoker.",
        {200: Reply(description="The states.", schema=ref("InvokerStates"))},
        slash_too=True,
    ),
    _look(
        "/invokers/healthy/count",
        "countHealthyInvokers",
        "Count the invokers that take work.",
        {200: _COUNT},
    ),
    _look(
        "/invokers/ready",
        "getInvokersReady",
        "Ask whether all invokers take work.",
        {200: _share("healthy"), 500: _share("unhealthy")},
    ),
    _look(
        "/activation",
        "listInFlight",
        "List the activations under way.",
        {200: Reply(description="Their ids.", schema=array(text()))},
        slash_too=True,
    ),
    _look(
        "/activation/count",
        "countInFlight",
        "Count the activations under way.",
        {200: _COUNT},
    ),
    _look(
        "/metrics",
        "getMetrics",
        "Read what was counted, for Prometheus.",
        {
            200: Reply(
                description="The exposition format of Prometheus.",
                schema=text(),
                media_type="text/plain; version=0.0.4; charset=utf-8",
            )
        },
    ),
    _switch("disable", "Drain this controller: it takes no new work."),
    _switch("enable", "Let this controller take work again."),
)
