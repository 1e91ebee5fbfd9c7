"""Rules: which trigger starts which action."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    LISTING,
    MILLISECONDS,
    NAMESPACE,
    OVERWRITE,
    PAIRS,
    TEXT,
    VERSION,
    Operation,
    Place,
    Reply,
    Schema,
    boolean,
    either,
    name_of,
    page_of,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Rules"
_HEAD: Mapping[str, Schema] = {
    "namespace": text(example="guest"),
    "name": text(example="on-upload"),
    "version": VERSION,
    "publish": boolean(),
    "annotations": PAIRS,
    "trigger": ref("Reference"),
    "action": ref("Reference"),
    "updated": MILLISECONDS,
}
_STATUS = text(enum=["active", "inactive"])
_QUALIFIED = either(text("As in /namespace/package/name."), ref("Reference"))

SCHEMAS: Mapping[str, Schema] = {
    "Rule": record({**_HEAD, "status": _STATUS}),
    "RuleSummary": record(_HEAD),
    "RulePut": record(
        {
            "trigger": _QUALIFIED,
            "action": _QUALIFIED,
            "annotations": PAIRS,
            "version": VERSION,
            "publish": boolean(),
            "status": text("Ignored; a new rule is active."),
        },
        optional=("trigger", "action", "annotations", "version", "publish", "status"),
    ),
    "RuleStatus": record({"status": _STATUS}),
}

_SHOWN = Reply(description="The rule.", schema=ref("Rule"))
_COLLECTION = "/api/v1/namespaces/{namespace}/rules"

PLACES = (
    Place(
        template=_COLLECTION,
        tag=_TAG,
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listRules",
                summary="List the rules of a namespace.",
                parameters=LISTING,
                replies={200: page_of("RuleSummary", "rules"), **refusals()},
            ),
        ),
    ),
    Place(
        template=_COLLECTION + "/{name}",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("rule")),
        operations=(
            Operation(
                method="get",
                id="getRule",
                summary="Read a rule.",
                replies={200: _SHOWN, **refusals(409)},
            ),
            Operation(
                method="put",
                id="putRule",
                summary="Create a rule, or change one.",
                description="A change keeps the status.",
                parameters=(OVERWRITE,),
                body=ref("RulePut"),
                replies={200: _SHOWN, **refusals(409, 413, 415)},
            ),
            Operation(
                method="delete",
                id="deleteRule",
                summary="Delete a rule.",
                replies={200: _SHOWN, **refusals(409)},
            ),
            Operation(
                method="post",
                id="setRuleStatus",
                summary="Enable or disable a rule.",
                body=ref("RuleStatus"),
                replies={
                    200: Reply(
                        description="It is so now.", schema=text(enum=["OK"]), media_type=TEXT
                    ),
                    **refusals(409, 413, 415),
                },
            ),
        ),
    ),
)
