"""A standalone platform of its own process, with a warm action, whose costs can be read."""

from __future__ import annotations

import base64
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.bench.subject import Platform
from tests.waiting import wait_for
from whisk_platform.standalone.identities import SYSTEM
from whisk_platform.standalone.keys import read_keys

SILENT = "def main(args):\n    return args\n"
SETTINGS = {
    "WHISK_LIMITS__INVOCATIONS_PER_MINUTE": "1000000",
    "WHISK_LIMITS__CONCURRENT_INVOCATIONS": "1000",
}
_SAMPLE = re.compile(r"^whisk_(\w+?)_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Standalone:
    """A platform, and what it says about itself."""

    platform: Platform
    key: str
    """Of the operator."""

    def costs(self) -> dict[str, int]:
        """The counters of its process."""
        target = self.platform.target("")
        connection = http.client.HTTPConnection(target.host, target.port, timeout=30)
        token = base64.b64encode(self.key.encode()).decode()
        connection.request("GET", "/metrics", headers={"Authorization": f"Basic {token}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == 200, text
        return {name: int(float(value)) for name, value in _SAMPLE.findall(text)}

    def spent(self, before: dict[str, int]) -> dict[str, int]:
        """What was counted since."""
        return {name: value - before[name] for name, value in self.costs().items()}


@pytest.fixture(scope="module")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A platform whose action ``silent`` is warm, and which has done all it does on its own."""
    with Platform(tmp_path_factory.mktemp("platform"), SETTINGS) as platform:
        platform.deploy("silent", "python:3", SILENT)
        for _ in range(3):
            platform.invoke("silent")
        found = Standalone(platform, read_keys(platform.state_dir)[SYSTEM])
        seen = [found.costs()]

        def settled() -> bool:
            """Whether stem cells have been replaced and records written."""
            seen.append(found.costs())
            return seen[-1]["sandbox_operations"] == seen[-2]["sandbox_operations"]

        wait_for(settled, "the platform to be at rest")
        yield found
