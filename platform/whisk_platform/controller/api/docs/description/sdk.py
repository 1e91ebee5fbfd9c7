"""The archives that ``wsk sdk install`` fetches."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    Operation,
    Place,
    Reply,
    Schema,
    text,
)

SCHEMAS: Mapping[str, Schema] = {}

PLACES = (
    Place(
        template="/blackbox.tar.gz",
        tag="Deployment",
        public=True,
        operations=(
            Operation(
                method="get",
                id="getDockerSkeleton",
                summary="Read the beginnings of an action that is a container image.",
                replies={
                    200: Reply(
                        description="A compressed tar archive.",
                        schema=text(format="binary"),
                        media_type="application/gzip",
                    )
                },
            ),
        ),
    ),
)
