"""Actions for simulated containers: Python functions, and a workshop that puts and runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller, Reply
from tests.waiting import eventually
from whisk_platform.common.jsontext import RawJSON, dumps, loads, split_object
from whisk_platform.containers.simulated import Step

Program: TypeAlias = Callable[[Any], object]
"""From decoded arguments to a result: any JSON, ``RawJSON`` as it is, or a whole ``Step``."""

KIND = "python:3.11"
Pairs: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one activation got."""

    action: str
    """``/ns/[pkg/]name``."""
    namespace: str
    """Of who invoked it."""
    text: str
    """The arguments, as they came."""

    @property
    def arguments(self) -> Any:
        """The arguments, decoded."""
        return loads(self.text.encode())


@dataclass(slots=True)
class Programs:
    """What the actions do, by their names; those without a program answer their arguments."""

    known: dict[str, Program] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    """Every run, in order."""

    def __call__(self, phase: str, body: bytes) -> Step:
        """Run the program of the action that the body names."""
        if phase == "init":
            return Step()
        members = split_object(body)
        text = bytes(members["value"])
        action = str(loads(members["action_name"]))
        namespace = str(loads(members["namespace"]))
        self.received.append(Received(action=action, namespace=namespace, text=text.decode()))
        program = self.known.get(action)
        result = RawJSON(text) if program is None else program(loads(text))
        if isinstance(result, Step):
            return result
        return Step(body=bytes(result) if isinstance(result, msgspec.Raw) else dumps(result))

    def arguments(self, name: str) -> list[Any]:
        """What the runs of ``/ns/[pkg/]name`` got."""
        return [each.arguments for each in self.received if each.action == name]

    @property
    def order(self) -> list[str]:
        """The names of the actions that ran, without their path."""
        return [each.action.rpartition("/")[2] for each in self.received]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A platform, the programs of its actions, and who calls it."""

    platform: Assembly
    programs: Programs
    guest: Caller

    async def package(self, name: str, **body: object) -> None:
        """Put ``pkg``, or a binding to one."""
        await self._put(f"packages/{name}", body)

    async def action(self, name: str, program: Program | None = None, **body: object) -> None:
        """Put ``[pkg/]name``; without a program it answers its arguments."""
        code = {"kind": KIND, "code": "def main(args): return args"}
        await self._put(f"actions/{name}", {"exec": code, **body})
        if program is not None:
            self.programs.known[f"/{self.guest.name}/{name}"] = program

    async def actions(self, *names: str) -> None:
        """Put several that answer their arguments."""
        for name in names:
            await self.action(name)

    async def conductor(self, name: str, program: Program, **body: Any) -> None:
        """Put a conductor action."""
        annotations = pairs({"conductor": True}) + body.pop("annotations", [])
        await self.action(name, program, annotations=annotations, **body)

    async def sequence(self, name: str, *components: str, **body: object) -> None:
        """Put a sequence; components without a leading slash are the guest's."""
        paths = [c if c.startswith("/") else f"/_/{c}" for c in components]
        await self._put(
            f"actions/{name}", {"exec": {"kind": "sequence", "components": paths}, **body}
        )

    async def _put(self, path: str, body: object) -> None:
        reply = await self.guest.put(path, body, overwrite=True)
        assert reply.status == 200, reply.text

    async def run(self, name: str, payload: object = None, **query: object) -> Reply:
        """Invoke ``[pkg/]name`` and wait."""
        return await self.guest.post(f"actions/{name}", payload, blocking=True, **query)

    async def result(self, name: str, payload: object = None) -> Any:
        """The result of a blocking call that succeeds."""
        reply = await self.run(name, payload, result=True)
        assert reply.status == 200, reply.text
        return reply.json

    async def record(self, activation_id: str, caller: Caller | None = None) -> dict[str, Any]:
        """A record of the guest's, as soon as there is one."""
        replies: list[Reply] = []

        async def found() -> bool:
            replies.append(await (caller or self.guest).get(f"activations/{activation_id}"))
            return replies[-1].status == 200

        await eventually(found, f"the record {activation_id}")
        document: dict[str, Any] = replies[-1].json
        return document

    async def records(self, of: dict[str, Any]) -> list[dict[str, Any]]:
        """The records of the components of a record, in order."""
        return [await self.record(activation_id) for activation_id in of["logs"]]


def pairs(values: Pairs) -> list[dict[str, object]]:
    """Parameters or annotations as the API takes them."""
    return [{"key": key, "value": value} for key, value in values.items()]


def annotated(record: dict[str, Any]) -> dict[str, Any]:
    """The annotations of a record, by key."""
    return {pair["key"]: pair["value"] for pair in record["annotations"]}


def outcome(reply: Reply) -> tuple[int, str, Any]:
    """HTTP status, status and result of a blocking call."""
    response = reply.json["response"]
    return reply.status, response["status"], response["result"]
