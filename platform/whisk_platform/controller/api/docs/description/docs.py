"""The description itself, as it is served."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    ERROR,
    Operation,
    Parameter,
    Place,
    Reply,
    Schema,
    anything,
    mapping,
    text,
)

SCHEMAS: Mapping[str, Schema] = {}

_DOCUMENT = mapping(anything("See the format's own documentation."))


def _place(template: str, operation_id: str, summary: str, replies: Mapping[int, Reply]) -> Place:
    operation = Operation(method="get", id=operation_id, summary=summary, replies=replies)
    return Place(template=template, tag="Deployment", operations=(operation,), public=True)


_SWAGGER = {200: Reply(description="A Swagger 2.0 document.", schema=_DOCUMENT)}
_OPENAPI = {200: Reply(description="An OpenAPI 3 document.", schema=_DOCUMENT)}
_REDIRECT = {308: Reply(description="See the page.", headers=("location",))}
_FILE = Parameter(
    name="file",
    place="path",
    schema=text(example="index.html"),
    description="The page, or one of the files that it loads.",
)

PLACES = (
    _place("/api/v1/api-docs", "getSwagger", "Read the API as Swagger 2.0.", _SWAGGER),
    _place("/api-docs", "getSwaggerShort", "Read the API as Swagger 2.0.", _SWAGGER),
    _place("/api/v1/openapi.json", "getOpenApi", "Read the API as OpenAPI 3.", _OPENAPI),
    _place("/api/v1/docs", "findSwaggerUi", "Be sent to the Swagger UI page.", _REDIRECT),
    _place("/docs", "findSwaggerUiShort", "Be sent to the Swagger UI page.", _REDIRECT),
    Place(
        template="/api/v1/docs/{file}",
        tag="Deployment",
        public=True,
        parameters=(_FILE,),
        operations=(
            Operation(
                method="get",
                id="getSwaggerUi",
                summary="Read the Swagger UI page.",
                replies={
                    200: Reply(description="The file.", schema=text(), media_type="*/*"),
                    404: Reply(description="There is no such file.", schema=ERROR),
                },
            ),
        ),
    ),
)
