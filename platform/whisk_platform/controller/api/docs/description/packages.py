"""Packages and bindings."""

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
    array,
    boolean,
    either,
    name_of,
    page_of,
    record,
    ref,
    refusals,
    text,
)

_TAG = "Packages"
_HEAD: Mapping[str, Schema] = {
    "namespace": text(example="guest"),
    "name": text(example="utils"),
    "version": VERSION,
    "publish": boolean("Whether everybody may use it."),
    "annotations": PAIRS,
}

SCHEMAS: Mapping[str, Schema] = {
    "Binding": {
        **record({"namespace": text(), "name": text()}, optional=("namespace", "name")),
        "description": "The provider of a binding; empty for a plain package.",
    },
    "PackagedAction": record({"name": text(), "version": VERSION, "annotations": PAIRS}),
    "Package": record(
        {
            **_HEAD,
            "parameters": PAIRS,
            "binding": ref("Binding"),
            "actions": array(ref("PackagedAction"), description="Only when read."),
            "feeds": array(ref("PackagedAction"), description="Only when read."),
            "updated": MILLISECONDS,
        },
        optional=("actions", "feeds"),
    ),
    "PackageSummary": record(
        {
            **_HEAD,
            "binding": either(ref("Binding"), boolean("False for a plain package.")),
            "updated": MILLISECONDS,
        }
    ),
    "PackagePut": record(
        {
            "binding": ref("Binding"),
            "parameters": PAIRS,
            "annotations": PAIRS,
            "version": VERSION,
            "publish": boolean(),
        },
        optional=("binding", "parameters", "annotations", "version", "publish"),
    ),
}

_SHOWN = Reply(description="The package.", schema=ref("Package"))
_FORCE = Parameter(
    name="force",
    schema=boolean(default=False),
    description="Whether the actions in it are deleted too; otherwise it must be empty.",
)
_COLLECTION = "/api/v1/namespaces/{namespace}/packages"

PLACES = (
    Place(
        template=_COLLECTION,
        tag=_TAG,
        parameters=(NAMESPACE,),
        slash_too=True,
        operations=(
            Operation(
                method="get",
                id="listPackages",
                summary="List all packages of one's own, or the public ones of somebody else.",
                parameters=LISTING,
                replies={200: page_of("PackageSummary", "packages"), **refusals()},
            ),
        ),
    ),
    Place(
        template=_COLLECTION + "/{name}",
        tag=_TAG,
        parameters=(NAMESPACE, name_of("package")),
        operations=(
            Operation(
                method="get",
                id="getPackage",
                summary="Read a package or binding, with what is in it.",
                replies={200: _SHOWN, **refusals(409, 422)},
            ),
            Operation(
                method="put",
                id="putPackage",
                summary="Create a package or binding, or change one.",
                parameters=(OVERWRITE,),
                body=ref("PackagePut"),
                replies={200: _SHOWN, **refusals(409, 413, 415)},
            ),
            Operation(
                method="delete",
                id="deletePackage",
                summary="Delete a package or binding.",
                parameters=(_FORCE,),
                replies={200: _SHOWN, **refusals(409)},
            ),
        ),
    ),
)
