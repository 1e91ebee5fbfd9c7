"""``GET /``: what this deployment offers; clients read limits and runtimes from it.

Source: contracts rest-api §1.3.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.limits import Bounds, SystemLimits
from whisk_platform.entities.runtimes import Runtime

_MEGABYTE = 1 << 20


async def deployment(services: Services, request: Request) -> Answer:
    """Describe the deployment."""
    families = services.manifest.families()
    return json_answer(
        {
            "description": "OpenWhisk",
            "support": {
                "github": "https://github.com/apache/openwhisk/issues",
                "slack": "http://slack.openwhisk.org",
            },
            "api_paths": ["/api/v1"],
            "limits": _limits(services.limits),
            "runtimes": {
                family: [_runtime(runtime, alone=len(members) == 1) for runtime in members]
                for family, members in families.items()
            },
        }
    )


def _limits(limits: SystemLimits) -> dict[str, int]:
    ranges = {
        **_range("duration", limits.timeout, 1),
        **_range("memory", limits.memory, _MEGABYTE),
        **_range("logs", limits.logs, _MEGABYTE),
    }
    return {
        "actions_per_minute": limits.invocations_per_minute,
        "triggers_per_minute": limits.fires_per_minute,
        "concurrent_actions": limits.concurrent_invocations,
        "sequence_length": limits.sequence_length,
        **{f"default_{name}": value for name, value in ranges.items()},
        **ranges,
    }


def _range(what: str, bounds: Bounds, unit: int) -> dict[str, int]:
    return {f"min_action_{what}": bounds.min * unit, f"max_action_{what}": bounds.max * unit}


def _runtime(runtime: Runtime, *, alone: bool) -> dict[str, object]:
    return {
        "kind": runtime.kind,
        "image": runtime.image,
        "deprecated": runtime.deprecated,
        "default": runtime.default or alone,
        "attached": runtime.attached,
        "requireMain": runtime.require_main,
    }
