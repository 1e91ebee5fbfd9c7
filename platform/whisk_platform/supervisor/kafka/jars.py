"""Kafka's jars, by their coordinates: found in a directory, or fetched into it with Maven.

Source: facts on the smallest broker; design.md §5 "No network".
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from whisk_platform.common.errors import WhiskError


class Coordinates(NamedTuple):
    """What a jar is fetched by."""

    group: str
    artifact: str
    version: str


BROKER = Coordinates("org.apache.kafka", "kafka_2.13", "4.4.0")
LOGGING = Coordinates("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5")
"""Without it the broker logs nothing."""

_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>whisk</groupId><artifactId>broker</artifactId><version>1</version>
<packaging>pom</packaging>
<dependencies>{dependencies}</dependencies>
</project>
"""
_DEPENDENCY = (
    "<dependency><groupId>{0.group}</groupId><artifactId>{0.artifact}</artifactId>"
    "<version>{0.version}</version></dependency>"
)
_PATIENCE_S = 600.0


class KafkaMissingError(WhiskError):
    """The jars are not there, or cannot be fetched."""


def cache(environment: Mapping[str, str]) -> Path:
    """Where the jars of this version are kept for this user.

    Args:
        environment: of the process.
    """
    home = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", "/"), ".cache")
    return Path(home) / "whisk" / f"kafka-{BROKER.version}"


def find(home: Path) -> Path:
    """The directory with the jars: a download of Kafka, or what :func:`fetch` has made.

    Raises:
        KafkaMissingError: they are not there; the sentence has the remedy.
    """
    for folder in (home / "libs", home):
        if any(folder.glob("kafka_2.*.jar")):
            return folder
    raise KafkaMissingError(
        f"There is no Kafka in {home}. Fetch it with 'wsk platform fetch kafka', name an existing"
        " one with --kafka-home, or a running broker with --kafka ADDRESS."
    )


def fetch(home: Path) -> Path:
    """Fetch the jars with Maven, unless they are there; returns where they are.

    The directory appears whole or not at all.

    Raises:
        KafkaMissingError: there is no Maven, or it could not get them.
    """
    if home.is_dir():
        return find(home)
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaMissingError(
            "Maven is needed to fetch Kafka: install it (apt-get install maven), or put a download"
            f" of Kafka {BROKER.version} somewhere and name it with --kafka-home."
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=f".{home.name}-") as scratch:
        folder = Path(scratch)
        project = folder / "pom.xml"
        wanted = "".join(map(_DEPENDENCY.format, (BROKER, LOGGING)))
        project.write_text(_PROJECT.format(dependencies=wanted), encoding="utf-8")
        _copy(maven, project, folder / "jars")
        find(folder / "jars")
        try:
            (folder / "jars").rename(home)
        except OSError:
            # Another process was faster.
            return find(home)
    return home


def _copy(maven: str, project: Path, target: Path) -> None:
    command = [maven, "--quiet", "--batch-mode", "--file", str(project)]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime"]
    command += [f"-DoutputDirectory={target}"]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise KafkaMissingError("Maven did not fetch Kafka within ten minutes.") from problem
    if ended.returncode:
        said = (ended.stdout + ended.stderr).strip().splitlines()
        first = next((line for line in said if "ERROR" in line), said[0] if said else "no reason")
        raise KafkaMissingError(f"Maven could not fetch Kafka {BROKER.version}: {first}")
