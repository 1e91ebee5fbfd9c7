"""Actions: code, sequences, and invoking them."""

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
    Parameter,
    Place,
    Reply,
    Schema,
    anything,
    array,
    boolean,
    either,
    integer,
    mapping,
    name_of,
    page_of,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Actions"
_HEAD: Mapping[str, Schema] = {
    "namespace": text("Namespace, and package if any.", example="guest"),
    "name": text(example="hello"),
    "version": VERSION,
    "publish": boolean(),
}
_QUALIFIED = either(text("As in /namespace/package/name."), ref("Reference"))

SCHEMAS: Mapping[str, Schema] = {
    "ActionLimits": record(
        {
            "timeout": integer("Milliseconds.", minimum=0),
            "memory": integer("Megabytes.", minimum=0),
            "logs": integer("Megabytes.", minimum=0),
            "concurrency": integer("Activations in one container at once.", minimum=0),
            "instances": integer("Containers of this action at most.", minimum=0),
        },
        optional=("timeout", "memory", "logs", "concurrency", "instances"),
    ),
    "Exec": record(
        {
            "kind": text("Runtime, blackbox or sequence.", example="nodejs:20"),
            "code": text("Source text, or an archive in base64."),
            "binary": boolean("Whether the code is an archive; computed."),
            "main": text("Function to call."),
            "image": text("Container image, for blackbox."),
            "components": array(text("As in /namespace/package/name.")),
        },
        optional=("code", "binary", "main", "image", "components"),
    ),
    "ExecPut": record(
        {
            "kind": text("Runtime, blackbox or sequence.", example="nodejs:default"),
            "code": text("Source text, or an archive in base64."),
            "main": text("Function to call.", nullable=True),
            "image": text("Container image, for blackbox."),
            "components": array(_QUALIFIED),
        },
        optional=("code", "main", "image", "components"),
    ),
    "Action": record(
        {
            **_HEAD,
            "exec": ref("Exec"),
            "parameters": PAIRS,
            "annotations": PAIRS,
            "limits": ref("ActionLimits"),
            "updated": MILLISECONDS,
            "binding": text("With code=false, addressed through a binding: namespace/binding."),
        },
        optional=("binding",),
    ),
    "ActionSummary": record(
        {
            **_HEAD,
            "exec": record({"binary": boolean()}),
            "annotations": PAIRS,
            "limits": ref("ActionLimits"),
            "updated": MILLISECONDS,
        }
    ),
    "ActionPut": record(
        {
            "exec": ref("ExecPut"),
            "parameters": PAIRS,
            "annotations": PAIRS,
            "limits": ref("ActionLimits"),
            "version": VERSION,
            "publish": boolean(),
            "delAnnotations": array(text("Key of an annotation to remove.")),
        },
        optional=(
            "exec",
            "parameters",
            "annotations",
            "limits",
            "version",
            "publish",
            "delAnnotations",
        ),
    ),
    "Arguments": mapping(anything("Any JSON value."), "Arguments of the call, by name."),
    "ActivationId": record({"activationId": text(pattern="^[0-9a-f]{32}$")}),
}

_CODE = Parameter(
    name="code", schema=boolean(default=True), description="Whether the code is answered too."
)
_INVOKING = (
    Parameter(name="blocking", schema=boolean(default=False), description="Wait for the result."),
    Parameter(
        name="result",
        schema=boolean(default=False),
        description="With blocking: answer the result alone, without its record.",
    ),
    Parameter(
        name="timeout",
        schema=integer(minimum=1, maximum=60000, default=60000),
        description="How long the request waits at most, in milliseconds.",
    ),
)
_ACTIVATION_HEADER = ("x-openwhisk-activation-id",)
_OUTCOME = either(ref("Activation"), anything("The result alone."))

_INVOKED: Mapping[int, Reply] = {
    200: Reply(
        description="With blocking: the record, or the result alone; an array always alone.",
        schema=_OUTCOME,
        headers=_ACTIVATION_HEADER,
    ),
    202: Reply(
        description="It runs: not blocking, or not finished in time.",
        schema=ref("ActivationId"),
        headers=_ACTIVATION_HEADER,
    ),
    **refusals(409, 413, 415, 429, 503),
    500: Reply(
        description="The platform failed: the record of the activation, or an error.",
        schema=either(ref("Activation"), ref("Error"), anything("The result alone.")),
    ),
    502: Reply(
        description="With blocking: the action failed; the record, or the result alone.",
        schema=_OUTCOME,
        headers=_ACTIVATION_HEADER,
    ),
}


def _operations(suffix: str) -> tuple[Operation, ...]:
    shown = Reply(description="The action.", schema=ref("Action"))
    return (
        Operation(
            method="get",
            id="getAction" + suffix,
            summary="Read an action.",
            parameters=(_CODE,),
            replies={200: shown, **refusals(409)},
        ),
        Operation(
            method="put",
            id="putAction" + suffix,
            summary="Create an action, or change one.",
            description="On change, members that are absent stay as they are.",
            parameters=(OVERWRITE,),
            body=ref("ActionPut"),
            replies={200: shown, **refusals(409, 413, 415)},
        ),
        Operation(
            method="delete",
            id="deleteAction" + suffix,
            summary="Delete an action.",
            replies={
                200: Reply(description="Its last state.", schema=ref("Action")),
                **refusals(409),
            },
        ),
        Operation(
            method="post",
            id="invokeAction" + suffix,
            summary="Invoke an action.",
            parameters=_INVOKING,
            body=ref("Arguments"),
            body_required=False,
            replies=_INVOKED,
        ),
    )


_COLLECTION = "/api/v1/namespaces/{namespace}/actions"

PLACES = (
    Place(
        template=_COLLECTION,
        tag=_TAG,
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listActions",
                summary="List the actions of a namespace, those in packages included.",
                parameters=LISTING,
                replies={200: page_of("ActionSummary", "actions"), **refusals()},
            ),
        ),
    ),
    Place(
        template=_COLLECTION + "/{name}",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("action")),
        operations=_operations(""),
    ),
    Place(
        template=_COLLECTION + "/{package}/",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("package", "package")),
        operations=(
            Operation(
                method="get",
                id="listPackagedActions",
                summary="List the actions of a package; the slash at the end matters.",
                parameters=LISTING,
                replies={200: page_of("ActionSummary", "actions"), **refusals(409, 422)},
            ),
        ),
    ),
    Place(
        template=_COLLECTION + "/{package}/{name}",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("package", "package"), name_of("action")),
        operations=_operations("InPackage"),
    ),
)
