"""The floor rig answers what an invocation answers, and the generator counts what it sees."""

import dataclasses
import http.client
import json
from base64 import b64encode
from collections.abc import Iterator

import pytest

from tests.bench.generator import Generator, Target
from tests.bench.rig import Floor
from tests.bench.subject import free_port


@pytest.fixture
def floor() -> Iterator[Target]:
    with Floor(processes=2) as rig:
        yield rig.target


@pytest.fixture
def generator() -> Iterator[Generator]:
    with Generator() as running:
        yield running


def test_the_floor_answers_with_an_activation_record_around_the_actions_result(
    floor: Target,
) -> None:
    connection = http.client.HTTPConnection(floor.host, floor.port, timeout=10)
    token = b64encode(floor.key.encode()).decode()
    body = json.dumps({"text": "é" * 100_000})
    headers = {"Authorization": f"Basic {token}"}
    connection.request("POST", floor.path + "?blocking=true", body, headers)
    response = connection.getresponse()
    record = json.loads(response.read())
    connection.close()
    assert response.status == 200
    assert record["response"] == {
        "status": "success",
        "statusCode": 0,
        "success": True,
        "result": {"text": "é" * 100_000},
    }
    assert len(record["activationId"]) == 32


@pytest.mark.parametrize("connections", [1, 5])
def test_every_measured_request_gives_one_sample(
    floor: Target, generator: Generator, connections: int
) -> None:
    outcome = generator.perform(floor.job(200, warmup=20, connections=connections))
    assert (len(outcome.samples_ns), outcome.errors) == (200, 0)
    assert min(outcome.samples_ns) > 0
    assert outcome.elapsed_ns >= max(outcome.samples_ns)


def test_refused_requests_are_errors_with_the_servers_words(
    floor: Target, generator: Generator
) -> None:
    wrong = dataclasses.replace(floor, key="nobody:nothing")
    outcome = generator.perform(wrong.job(3))
    assert (outcome.errors, outcome.samples_ns) == (3, [])
    assert outcome.first_error == '401: {"error":"wrong key"}'


def test_a_server_that_is_not_there_is_an_error_and_not_the_end(generator: Generator) -> None:
    absent = Target(host="127.0.0.1", port=free_port(), path="/", key="a:b")
    assert generator.perform(absent.job(2)).errors == 2
    assert generator.perform(absent.job(4)).errors == 4


def test_several_paths_are_called_in_turn(floor: Target, generator: Generator) -> None:
    job = dataclasses.replace(floor.job(10), more_paths=("/nowhere",))
    outcome = generator.perform(job)
    assert (len(outcome.samples_ns), outcome.errors) == (5, 5)
    assert outcome.first_error == '404: {"error":"no such action"}'


def test_a_job_can_end_by_time(floor: Target, generator: Generator) -> None:
    outcome = generator.perform(floor.job(10_000_000, seconds=0.2))
    assert 0 < len(outcome.samples_ns) < 10_000_000
    assert outcome.errors == 0
    assert outcome.cpu_s > 0
