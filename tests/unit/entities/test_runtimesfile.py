"""An operator's own manifest: what it means, and which sentence refuses it."""

import json
from pathlib import Path
from typing import Any

import pytest

from whisk_platform.common.errors import SettingsError
from whisk_platform.entities import runtimesfile
from whisk_platform.entities.runtimes import Reactive, Runtime, RuntimesManifest, StemCell

NODE: dict[str, Any] = {
    "kind": "nodejs:20",
    "default": True,
    "image": {"prefix": "openwhisk", "name": "action-nodejs-v20", "tag": "nightly"},
    "deprecated": False,
    "attached": {"attachmentName": "codefile", "attachmentType": "text/plain"},
    "stemCells": [
        {
            "initialCount": 2,
            "memory": "256 MB",
            "reactive": {
                "minCount": 1,
                "maxCount": 4,
                "ttl": "2 minutes",
                "threshold": 1,
                "increment": 1,
            },
        }
    ],
}
JAVA: dict[str, Any] = {
    "kind": "java:8",
    "requireMain": True,
    "sentinelledLogs": False,
    "image": {"registry": "own.example:5000", "prefix": "openwhisk", "name": "java8action"},
}


def test_a_document_in_upstreams_shape_is_understood_whole() -> None:
    document = {
        "description": ["what operators write"],
        "runtimes": {"nodejs": [NODE], "java": [JAVA]},
        "blackboxes": [{"prefix": "openwhisk", "name": "dockerskeleton", "tag": "nightly"}],
        "bypassPullForLocalImages": True,
        "localImagePrefix": "whisk",
        "defaultImageTag": "1.0",
    }
    cell = StemCell(
        memory_mb=256,
        initial_count=2,
        reactive=Reactive(min_count=1, max_count=4, ttl_s=120, threshold=1, increment=1),
    )
    assert runtimesfile.read(document) == RuntimesManifest(
        runtimes=(
            Runtime(
                kind="nodejs:20",
                image="openwhisk/action-nodejs-v20:nightly",
                default=True,
                stem_cells=(cell,),
            ),
            Runtime(
                kind="java:8",
                image="own.example:5000/openwhisk/java8action:1.0",
                attached=False,
                require_main=True,
            ),
        ),
        blackboxes=("openwhisk/dockerskeleton:nightly",),
    )


def test_the_older_name_of_the_count_and_the_default_prefix_work() -> None:
    runtime = {
        "kind": "go:1.20",
        "image": {"name": "go"},
        "stemCells": [{"count": 3, "memory": "128m"}],
    }
    manifest = runtimesfile.read({"runtimes": {"go": [runtime]}, "defaultImagePrefix": "own"})
    assert manifest.runtimes[0].image == "own/go:latest"
    assert manifest.stem_counts() == {"go": 0, "go:1.20": 3}


def _node(**members: Any) -> dict[str, Any]:
    return {"runtimes": {"nodejs": [{**NODE, **members}]}}


def _cell(**members: Any) -> dict[str, Any]:
    return _node(stemCells=[{"initialCount": 1, "memory": "256 MB", **members}])


REACTIVE = NODE["stemCells"][0]["reactive"]
WRONG: list[tuple[Any, str]] = [
    ([], "the document must be an object."),
    ({}, "runtimes is missing."),
    ({"runtimes": {}}, "runtimes has no family: list one kind at least."),
    ({"runtimes": {"go": []}}, "runtimes.go is empty"),
    ({"runtimes": {"go": {}}}, "runtimes.go must be an array."),
    ({"runtimes": {"go": [1]}}, "runtimes.go[0] must be an object."),
    ({"runtime": {}}, "the document has an unknown member 'runtime'."),
    (_node(kind="node:20"), "runtimes.nodejs[0].kind must be 'nodejs:VERSION'"),
    (_node(kind=7), "runtimes.nodejs[0].kind must be a string."),
    (_node(defualt=True), "runtimes.nodejs[0] has an unknown member 'defualt'."),
    (_node(default="yes"), "runtimes.nodejs[0].default must be true or false."),
    (_node(image=None), "runtimes.nodejs[0].image is missing."),
    (_node(image={"prefix": "x"}), "runtimes.nodejs[0].image.name is missing"),
    (_cell(initialCount=-1), "stemCells[0].initialCount must be a whole number from 0 to 100."),
    (_cell(initialCount=1.5), "stemCells[0].initialCount must be a whole number"),
    (_cell(memory="much"), "stemCells[0].memory must be a size like '256 MB': 'much'."),
    (_cell(reactive={**REACTIVE, "ttl": "soon"}), "reactive.ttl must be a duration like"),
    (_cell(reactive={**REACTIVE, "minCount": 9}), "minCount (9) must not exceed maxCount (4)."),
    (_cell(reactive={**REACTIVE, "threshold": 0}), "reactive.threshold must be a whole number"),
    ({"runtimes": {"nodejs": [NODE, NODE]}}, "runtimes.nodejs lists the kind 'nodejs:20' twice."),
    (
        {"runtimes": {"nodejs": [NODE, {**NODE, "kind": "nodejs:18"}]}},
        "runtimes.nodejs has more than one default: nodejs:20, nodejs:18.",
    ),
    (
        {"runtimes": {"java": [JAVA, {**JAVA, "kind": "java:17"}]}},
        "runtimes.java has no default",
    ),
]


@pytest.mark.parametrize(("document", "sentence"), WRONG)
def test_what_is_wrong_is_refused_with_its_place(document: Any, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        runtimesfile.read(document)
    assert sentence in refused.value.message


def test_a_file_that_is_no_manifest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runtimes.json"
    with pytest.raises(SettingsError, match=r"runtimes\.json' cannot be read"):
        runtimesfile.load(path)
    path.write_text("{")
    with pytest.raises(SettingsError, match=r"runtimes\.json' is no JSON"):
        runtimesfile.load(path)
    path.write_text(json.dumps({"runtimes": 1}))
    with pytest.raises(SettingsError, match=r"In the runtimes manifest '.*': runtimes must be"):
        runtimesfile.load(path)


def test_versions_come_from_the_toolchains_that_are_there() -> None:
    offered = runtimesfile.read({"runtimes": {"nodejs": [NODE], "java": [JAVA]}})
    found = RuntimesManifest(runtimes=(Runtime(kind="nodejs:20", image="x", version="20.1.0"),))
    versions = [one.version for one in offered.with_versions_of(found).runtimes]
    assert versions == ["20.1.0", ""]
