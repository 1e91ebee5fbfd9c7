"""A value leaves the platform as it came in, whichever way it took (design §5, payloads stay raw).

Compared as bytes: equal numbers and equal texts are not enough where a client reads them itself.
"""

from __future__ import annotations

from typing import Any

from tests.contract.programs import Workshop
from tests.contract.rest.caller import Reply
from tests.contract.web.client import Client
from tests.waiting import eventually
from whisk_platform.common.jsontext import RawJSON


def put_body(value: str, **more: str) -> bytes:
    """An action's body with the value as the parameter ``v``."""
    parts = [
        '"exec":{"kind":"python:3.11","code":"x"}',
        f'"parameters":[{{"key":"v","value":{value}}}]',
        *(f'"{name}":{text}' for name, text in more.items()),
    ]
    return ("{" + ",".join(parts) + "}").encode()


def holds(reply: Reply, value: str, status: int = 200) -> None:
    """The value stands in the reply as it was sent, after the key ``v``."""
    assert reply.status == status, reply.text
    expected = f'"v":{value}'
    assert expected in reply.text, reply.text[:400]


async def test_a_payload_comes_back_as_result_record_and_list(
    workshop: Workshop, value: str
) -> None:
    await workshop.action("echo")
    payload = f'{{"v":{value}}}'.encode()
    bare = await workshop.guest.post("actions/echo", payload, blocking=True, result=True)
    assert (bare.status, bare.body) == (200, payload)
    answer = await workshop.guest.post("actions/echo", payload, blocking=True)
    holds(answer, value)
    await workshop.record(answer.headers["x-openwhisk-activation-id"])
    activation = f"activations/{answer.headers['x-openwhisk-activation-id']}"
    holds(await workshop.guest.get(activation), value)
    holds(await workshop.guest.get(f"{activation}/result"), value)

    async def listed() -> bool:
        return f'"v":{value}' in (await workshop.guest.get("activations", docs=True)).text

    await eventually(listed, "the list with the value")


def shows(reply: Reply, value: str, locked: bool) -> None:
    """A stored parameter reads as it was sent, or as its seal."""
    assert reply.status == 200, reply.text
    expected = '"value":"aes-256-gcm:' if locked else f'"value":{value}'
    assert expected in reply.text, reply.text[:400]


async def test_a_default_parameter_is_shown_and_given_to_the_action(
    workshop: Workshop, value: str, locked: bool
) -> None:
    guest = workshop.guest
    assert (await guest.put("actions/a", put_body(value))).status == 200
    shows(await guest.get("actions/a"), value, locked)
    run = await guest.post("actions/a", {}, blocking=True, result=True)
    assert run.text == f'{{"v":{value}}}'
    changed = await guest.put("actions/a", {"limits": {"memory": 128}}, overwrite=True)
    shows(changed, value, locked)


async def test_parameters_of_packages_and_bindings_arrive(
    workshop: Workshop, value: str, locked: bool
) -> None:
    guest = workshop.guest
    pair = f'"parameters":[{{"key":"v","value":{value}}}]'
    assert (await guest.put("packages/p", f"{{{pair}}}".encode())).status == 200
    await workshop.action("p/a")
    await guest.put("packages/q", {})
    await workshop.action("q/a")
    binding = f'{{"binding":{{"namespace":"_","name":"q"}},{pair}}}'.encode()
    assert (await guest.put("packages/b", binding)).status == 200
    for path in ("p/a", "b/a"):
        run = await guest.post(f"actions/{path}", {}, blocking=True, result=True)
        assert run.text == f'{{"v":{value}}}'
    for path in ("packages/p", "packages/b"):
        shows(await guest.get(path), value, locked)


async def test_an_annotation_is_shown_as_it_was_set(workshop: Workshop, value: str) -> None:
    annotation = f'[{{"key":"note","value":{value}}}]'
    await workshop.guest.put("actions/a", put_body("1", annotations=annotation))
    expected = f'{{"key":"note","value":{value}}}'
    assert expected in (await workshop.guest.get("actions/a")).text
    assert expected in (await workshop.guest.get("actions")).text


async def test_a_trigger_hands_its_parameters_and_payload_on(
    workshop: Workshop, value: str
) -> None:
    guest = workshop.guest
    trigger = f'{{"parameters":[{{"key":"v","value":{value}}}]}}'.encode()
    assert (await guest.put("triggers/t", trigger)).status == 200
    await workshop.action("a")
    rule = {"trigger": "/_/t", "action": "/_/a"}
    assert (await guest.put("rules/r", rule)).status == 200
    fired = await guest.post("triggers/t", f'{{"w":{value}}}'.encode())
    assert fired.status == 202, fired.text
    record = await workshop.record(fired.json["activationId"])
    (line,) = record["logs"]
    started = await _text_of(workshop, _activation_in(line))
    assert f'"v":{value}' in started
    assert f'"w":{value}' in started
    assert f'"w":{value}' in await _text_of(workshop, fired.json["activationId"])


async def test_a_sequence_passes_it_from_step_to_step(workshop: Workshop, value: str) -> None:
    await workshop.actions("one", "two", "three")
    await workshop.sequence("all", "one", "two", "three")
    payload = f'{{"v":{value}}}'.encode()
    answer = await workshop.guest.post("actions/all", payload, blocking=True, result=True)
    assert (answer.status, answer.body) == (200, payload)
    assert [each.text for each in workshop.programs.received] == [payload.decode()] * 3


async def test_a_conductor_keeps_it_in_its_state_and_hands_it_to_components(
    workshop: Workshop, value: str
) -> None:
    await workshop.action("step")
    said = iter(
        [
            f'{{"action":"/_/step","params":{{"v":{value}}},"state":{{"kept":{value}}}}}',
            f'{{"params":{{"v":{value}}}}}',
        ]
    )

    def program(_: Any) -> object:
        return RawJSON(next(said).encode())

    await workshop.conductor("c", program)
    answer = await workshop.guest.post("actions/c", {}, blocking=True, result=True)
    assert (answer.status, answer.text) == (200, f'{{"v":{value}}}')
    first, component, second = workshop.programs.received
    assert first.text == "{}"
    assert component.text == f'{{"v":{value}}}'
    assert f'"kept":{value}' in second.text
    assert f'"v":{value}' in second.text


async def test_a_web_action_gets_it_in_its_body(
    workshop: Workshop, web: Client, value: str
) -> None:
    await workshop.action("w", annotations=[{"key": "web-export", "value": True}])
    answer = await web.call(
        "guest/default/w.json",
        method="POST",
        headers=(("content-type", "application/json"),),
        body=f'{{"v":{value}}}'.encode(),
    )
    assert answer.status == 200, answer.text
    (received,) = workshop.programs.received
    assert f'"v":{value}' in received.text


async def test_an_application_error_keeps_it(workshop: Workshop, value: str) -> None:
    await workshop.action("fails")
    payload = f'{{"error":{{"v":{value}}}}}'.encode()
    answer = await workshop.guest.post("actions/fails", payload, blocking=True, result=True)
    assert (answer.status, answer.body) == (502, payload)


async def test_an_array_result_keeps_it(workshop: Workshop, value: str) -> None:
    await workshop.action("list", lambda _: RawJSON(f"[{value},1]".encode()))
    answer = await workshop.guest.post("actions/list", {}, blocking=True, result=True)
    assert (answer.status, answer.text) == (200, f"[{value},1]")
    record = await workshop.record(answer.headers["x-openwhisk-activation-id"])
    assert record["response"]["success"] is True


def _activation_in(line: str) -> str:
    """The activation that a line of a trigger's log names."""
    identifier = line.partition('"activationId":"')[2].partition('"')[0]
    assert len(identifier) == 32, line
    return identifier


async def _text_of(workshop: Workshop, activation_id: str) -> str:
    await workshop.record(activation_id)
    return (await workshop.guest.get(f"activations/{activation_id}")).text
