"""Triggers, and firing them."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    LISTING,
    MILLISECONDS,
    NAMESPACE,
    OVERWRITE,
    PAIRS,
    VERSION,
    Operation,
    Place,
    Reply,
    Schema,
    boolean,
    mapping,
    name_of,
    page_of,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Triggers"
_HEAD: Mapping[str, Schema] = {
    "namespace": text(example="guest"),
    "name": text(example="every-hour"),
    "version": VERSION,
    "publish": boolean(),
    "annotations": PAIRS,
}

SCHEMAS: Mapping[str, Schema] = {
    "RuleLink": record({"action": ref("Reference"), "status": text(enum=["active", "inactive"])}),
    "Trigger": record(
        {
            **_HEAD,
            "parameters": PAIRS,
            "limits": record({}),
            "rules": mapping(ref("RuleLink"), "By namespace/rule; absent until there was one."),
            "updated": MILLISECONDS,
        },
        optional=("rules",),
    ),
    "TriggerSummary": record({**_HEAD, "updated": MILLISECONDS}),
    "TriggerPut": record(
        {
            "parameters": PAIRS,
            "annotations": PAIRS,
            "version": VERSION,
            "publish": boolean(),
            "limits": record({}),
        },
        optional=("parameters", "annotations", "version", "publish", "limits"),
    ),
}

_SHOWN = Reply(description="The trigger.", schema=ref("Trigger"))
_COLLECTION = "/api/v1/namespaces/{namespace}/triggers"

PLACES = (
    Place(
        template=_COLLECTION,
        tag=_TAG,
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listTriggers",
                summary="List the triggers of a namespace.",
                parameters=LISTING,
                replies={200: page_of("TriggerSummary", "triggers"), **refusals()},
            ),
        ),
    ),
    Place(
        template=_COLLECTION + "/{name}",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("trigger")),
        operations=(
            Operation(
                method="get",
                id="getTrigger",
                summary="Read a trigger.",
                replies={200: _SHOWN, **refusals(409)},
            ),
            Operation(
                method="put",
                id="putTrigger",
                summary="Create a trigger, or change one.",
                parameters=(OVERWRITE,),
                body=ref("TriggerPut"),
                replies={200: _SHOWN, **refusals(409, 413, 415)},
            ),
            Operation(
                method="delete",
                id="deleteTrigger",
                summary="Delete a trigger; its rules become inactive.",
                replies={200: _SHOWN, **refusals(409)},
            ),
            Operation(
                method="post",
                id="fireTrigger",
                summary="Fire a trigger.",
                body=ref("Arguments"),
                body_required=False,
                replies={
                    202: Reply(
                        description="The actions of its active rules have been started.",
                        schema=ref("ActivationId"),
                        headers=("x-openwhisk-activation-id",),
                    ),
                    204: Reply(description="No rule is active; nothing was started."),
                    **refusals(409, 413, 415, 429, 503),
                },
            ),
        ),
    ),
)
