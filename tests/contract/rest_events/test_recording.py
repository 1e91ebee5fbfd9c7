"""Contract §2.6.8: which activations leave a record, by how they were asked for and ended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.assembly import GUEST, Assembly, assembled
from tests.contract.rest.caller import Caller
from tests.waiting import eventually
from whisk_platform.common.errors import SettingsError
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits
from whisk_platform.entities.recording import Level, Recording, level

FINE: dict[str, object] = {"result": {"ok": True}}
FAILED: dict[str, object] = {"result": {"error": "mine"}}
BROKEN: dict[str, object] = {"status": 502, "result": "no object"}


@pytest.fixture
def recording() -> Recording:
    return Recording(blocking=Level.FAILURES, non_blocking=Level.FAILURES_NOT_APPLICATION_ERRORS)


@pytest.fixture
async def platform(
    tmp_path: Path, limits: SystemLimits, recording: Recording
) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits, recording=recording) as assembly:
        yield assembly


async def _recorded(platform: Assembly, guest: Caller, *names: str) -> None:
    """Wait until exactly these have left records and nothing that was accepted is under way."""

    async def settled() -> bool:
        await platform.stores.activations.flush()
        if await platform.stores.activations.pending():
            return False
        found = (await guest.get("activations")).json
        return sorted(each["name"] for each in found) == sorted(names)

    await eventually(settled, f"records of {names}")


async def _invoke(guest: Caller, name: str, **query: Any) -> Any:
    return await guest.post(f"actions/{name}", **query)


async def test_each_way_of_asking_has_its_own_level_and_the_answer_is_the_same(
    platform: Assembly, guest: Caller
) -> None:
    for name, script in (("fine", FINE), ("failed", FAILED), ("broken", BROKEN)):
        for way in ("waited", "sent"):
            await platform.action(f"guest/{name}-{way}", script=script)
        reply = await _invoke(guest, f"{name}-waited", blocking=True)
        assert reply.status == {"fine": 200}.get(name, 502)
        assert (await _invoke(guest, f"{name}-sent")).status == 202
    await _recorded(platform, guest, "failed-waited", "broken-waited", "broken-sent")


async def test_more_logging_overrides_a_level_but_not_the_namespace(
    platform: Assembly, guest: Caller
) -> None:
    more = replace(guest, headers={"x-ow-extra-logging": "on"})
    await platform.action("guest/a", script=FINE)
    assert (await _invoke(guest, "a", blocking=True)).status == 200
    await _recorded(platform, guest)
    assert (await _invoke(more, "a", blocking=True)).status == 200
    await _recorded(platform, guest, "a")
    await platform.action("guest/b", script=FINE)
    own = NamespaceLimits(store_activations=False)
    await platform.stores.subjects.set_limits(GUEST.namespace, own)
    platform.services.authenticator.forget()
    assert (await _invoke(more, "b", blocking=True)).status == 200
    await _recorded(platform, guest, "a")


async def test_sequences_follow_how_they_were_asked_for_and_their_steps_are_waited_for(
    platform: Assembly, guest: Caller
) -> None:
    await platform.action("guest/fine", script=FINE)
    await platform.action("guest/failed", script=FAILED)
    await platform.sequence("guest/good", "guest/fine")
    await platform.sequence("guest/bad", "guest/failed")
    assert (await _invoke(guest, "good", blocking=True)).status == 200
    assert (await _invoke(guest, "bad", blocking=True)).status == 502
    await _recorded(platform, guest, "bad", "failed")
    assert (await _invoke(guest, "bad")).status == 202
    # That one was sent and forgotten: only its step, which the sequence waited for, is recorded.
    await _recorded(platform, guest, "bad", "failed", "failed")


async def test_a_fired_trigger_is_nobodys_blocking_call(platform: Assembly, guest: Caller) -> None:
    await guest.put("triggers/t", {})
    await platform.action("guest/a", script=BROKEN)
    await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/a"})
    assert (await guest.post("triggers/t")).status == 202
    await _recorded(platform, guest, "a")
    more = replace(guest, headers={"x-ow-extra-logging": "on"})
    assert (await more.post("triggers/t")).status == 202
    await _recorded(platform, guest, "a", "a", "t")


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (Level.ALWAYS, {0, 1, 2, 3}),
        (Level.FAILURES, {1, 2, 3}),
        (Level.FAILURES_NOT_APPLICATION_ERRORS, {2, 3}),
    ],
)
def test_a_level_decides_by_how_it_ended(chosen: Level, kept: set[int]) -> None:
    for blocking in (True, False):
        other = Level.ALWAYS
        recording = Recording(
            blocking=chosen if blocking else other, non_blocking=other if blocking else chosen
        )
        limits = NamespaceLimits()
        found = {
            int(status)
            for status in StatusCode
            if recording.keeps(status, limits, blocking=blocking, extra_logging=False)
        }
        assert found == kept
        assert all(
            recording.keeps(status, limits, blocking=blocking, extra_logging=True)
            for status in StatusCode
        )


def test_an_unknown_level_is_told_with_those_that_there_are() -> None:
    assert level("STORE_FAILURES", "x") is Level.FAILURES
    with pytest.raises(SettingsError) as caught:
        level("SOME", "records.blocking_level")
    assert caught.value.message == (
        "'SOME' is no level of recording. Set records.blocking_level to one of 'STORE_ALWAYS',"
        " 'STORE_FAILURES', 'STORE_FAILURES_NOT_APPLICATION_ERRORS'."
    )


class TestTold:
    """What leaves no record may leave a line in the log."""

    @pytest.fixture
    def recording(self) -> Recording:
        return Recording(blocking=Level.FAILURES, tell_unstored=True)

    async def test_the_line_names_the_activation_and_nothing_of_its_content(
        self, platform: Assembly, guest: Caller, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await platform.action("guest/a", script={"result": {"private": "matter"}})
        reply = await _invoke(guest, "a", blocking=True)
        await _recorded(platform, guest)
        captured = capsys.readouterr()
        (line,) = [
            each
            for each in (captured.out + captured.err).splitlines()
            if "activation_not_stored" in each
        ]
        assert reply.json["activationId"] in line
        assert "matter" not in line
