"""``wsk admin``: the requests behind each command, and what a person or a script reads."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

SYSTEM = "789c46b1-71f6-4ed5-8c54-816aa4f8c502:" + "s" * 64
KEY = "k" * 64
INVOKER: dict[str, Any] = {
    "name": "invoker0/0",
    "status": "up",
    "enabled": True,
    "drained": False,
    "activations": 3,
    "waiting": 12,
    "containers": {"total": 5, "idle": 2, "stemCells": 1},
    "memory": {"capacityMB": 4096, "measuredMB": 310, "limitsMB": 1280},
}


@pytest.fixture
def admin(wsk: Wsk) -> Wsk:
    wsk.environment["WHISK_SYSTEM_AUTH"] = SYSTEM
    return wsk


def test_a_new_key_stands_alone_on_a_line(admin: Wsk, controller: Controller) -> None:
    document = {"subject": "guest", "name": "guest", "uuid": "u-1", "key": KEY}
    controller.answer("POST admin/namespaces/guest/key", document)
    assert admin("admin", "key", "rotate", "guest") == ok(f"u-1:{KEY}\n")
    assert admin("admin", "key", "rotate", "guest", "--new-uuid") == ok(f"u-1:{KEY}\n")
    assert [asked.json for asked in controller.asked] == [{"newUuid": False}, {"newUuid": True}]


def test_a_new_master_key_says_how_much_it_sealed(admin: Wsk, controller: Controller) -> None:
    controller.answer("POST admin/master-key", {"sealed": 7})
    outcome = admin("admin", "key", "rotate-master")
    assert (outcome.code, outcome.out) == (0, "ok: sealed 7 secrets with a new master key\n")
    assert "The former key is kept" in outcome.err


def test_namespaces_show_owner_state_and_which_limits_they_have(
    admin: Wsk, controller: Controller
) -> None:
    controller.answer(
        "GET admin/namespaces",
        [
            {"name": "guest", "subject": "g", "blocked": False, "limits": {}},
            {"name": "wonderland", "subject": "alice", "blocked": True,
             "limits": {"firesPerMinute": 1, "maxActionLogs": 2}},
        ],
    )  # fmt: skip
    assert admin("admin", "namespace", "list") == ok(
        "namespace   subject  state    own limits\n"
        "guest       g        active\n"
        "wonderland  alice    blocked  firesPerMinute, maxActionLogs\n"
    )


class TestLimits:
    def test_limits_are_printed_as_the_reference_prints_them(
        self, admin: Wsk, controller: Controller
    ) -> None:
        controller.answer(
            "GET admin/namespaces/guest/limits",
            {
                "invocationsPerMinute": 10,
                "allowedKinds": ["nodejs:20", "python:3.11"],
                "storeActivations": False,
                "maxPayloadSize": "1 MB",
            },
        )
        assert admin("admin", "namespace", "limits", "get", "guest") == ok(
            "invocationsPerMinute = 10\n"
            "allowedKinds = nodejs:20, python:3.11\n"
            "storeActivations = false\n"
            "maxPayloadSize = 1 MB\n"
        )

    def test_a_namespace_without_any_says_so(self, admin: Wsk, controller: Controller) -> None:
        controller.answer("GET admin/namespaces/a%20b/limits", {})
        assert admin("admin", "namespace", "limits", "get", "a b") == ok(
            "No limits found, default system limits apply\n"
        )

    def test_every_member_is_a_flag(self, admin: Wsk, controller: Controller) -> None:
        wanted: dict[str, Any] = {
            "allowedKinds": ["nodejs:20", "python:3.11", "go:1"],
            "invocationsPerMinute": 0,
            "concurrentInvocations": 1,
            "firesPerMinute": 2,
            "minActionMemory": 3,
            "maxActionMemory": 4,
            "minActionLogs": 5,
            "maxActionLogs": 6,
            "minActionTimeout": 7,
            "maxActionTimeout": 8,
            "minActionConcurrency": 9,
            "maxActionConcurrency": 10,
            "maxActionInstances": 11,
            "warmedContainerKeepingCount": 12,
            "maxParameterSize": "1 MB",
            "maxPayloadSize": "2 MB",
            "truncationSize": "3 MB",
            "warmedContainerKeepingTimeout": "10 minutes",
            "storeActivations": True,
        }
        flags = ["--allowedKinds", "nodejs:20,python:3.11", "--allowedKinds", "go:1"]
        for member, value in wanted.items():
            if member != "allowedKinds":
                flags += [f"--{member}", "true" if value is True else str(value)]
        controller.answer("PATCH admin/namespaces/guest/limits", wanted)
        assert admin("admin", "namespace", "limits", "set", "guest", *flags) == ok(
            'Limits successfully set for "guest"\n'
        )
        assert controller.asked[0].json == wanted

    @pytest.mark.parametrize(
        ("flags", "sentence"),
        [
            ([], "Invalid argument(s). Give at least one limit, by its flag."),
            (["--storeActivations", "yes"], "--storeActivations is true or false, not 'yes'."),
        ],
    )
    def test_nothing_is_sent_of_what_cannot_be_meant(
        self, admin: Wsk, controller: Controller, flags: list[str], sentence: str
    ) -> None:
        outcome = admin("admin", "namespace", "limits", "set", "guest", *flags)
        assert outcome == failed(sentence, hint=True)
        assert controller.asked == []

    def test_a_limit_that_is_no_number_is_refused(self, admin: Wsk, controller: Controller) -> None:
        flags = ("--firesPerMinute", "many")
        outcome = admin("admin", "namespace", "limits", "set", "guest", *flags)
        assert outcome.code == 1
        assert 'invalid argument "many" for "--firesPerMinute" flag' in outcome.err

    def test_the_servers_sentence_is_the_users(self, admin: Wsk, controller: Controller) -> None:
        sentence = "'minActionMemory' (1024) must not exceed the system's 512."
        controller.refuse("PATCH admin/namespaces/guest/limits", 400, sentence)
        flags = ("--minActionMemory", "1024")
        outcome = admin("admin", "namespace", "limits", "set", "guest", *flags)
        assert outcome == failed(f"{sentence} (code tid)", 144)

    def test_all_limits_or_some_are_deleted(self, admin: Wsk, controller: Controller) -> None:
        controller.answer("DELETE admin/namespaces/guest/limits", {"firesPerMinute": 1})
        controller.answer("PATCH admin/namespaces/guest/limits", {})
        delete = ("admin", "namespace", "limits", "delete", "guest")
        assert admin(*delete) == ok("Limits deleted\n")
        assert admin(*delete, "firesPerMinute", "maxActionLogs") == ok("Limits deleted\n")
        assert controller.asked[1].json == {"firesPerMinute": None, "maxActionLogs": None}


class TestInvokers:
    def test_invokers_are_listed_with_what_they_do(
        self, admin: Wsk, controller: Controller
    ) -> None:
        controller.answer(
            "GET admin/invokers",
            [
                INVOKER,
                {**INVOKER, "name": "invoker1/1", "status": "down", "enabled": False},
                {**INVOKER, "name": "invoker2/2", "enabled": False, "drained": True},
            ],
        )
        assert admin("admin", "invoker", "list") == ok(
            "invoker     status    running  waiting  containers  idle  stem cells  memory\n"
            "invoker0/0  up        3        12       5           2     1           310 of 4096 MB\n"
            "invoker1/1  draining  3        12       5           2     1           310 of 4096 MB\n"
            "invoker2/2  drained   3        12       5           2     1           310 of 4096 MB\n"
        )

    def test_draining_tells_what_is_left(self, admin: Wsk, controller: Controller) -> None:
        idle = {**INVOKER, "activations": 0, "waiting": 0}
        controller.answer("POST admin/invokers/invoker0", INVOKER)
        controller.answer("POST admin/invokers/invoker0", idle)
        drain = ("admin", "invoker", "drain", "invoker0")
        assert admin(*drain) == ok('"invoker0/0" draining: 3 running, 12 waiting\n')
        assert admin(*drain) == ok('"invoker0/0" drained\n')
        assert controller.asked[0].json == {"enabled": False}

    def test_an_invoker_can_be_enabled_by_its_whole_name(
        self, admin: Wsk, controller: Controller
    ) -> None:
        controller.answer("POST admin/invokers/invoker0%2F0", INVOKER)
        assert admin("admin", "invoker", "enable", "invoker0/0") == ok('"invoker0/0" enabled\n')
        assert controller.asked[0].json == {"enabled": True}

    @pytest.mark.parametrize("verb", ["drain", "enable"])
    def test_an_invoker_has_to_be_named(self, admin: Wsk, verb: str) -> None:
        sentence = "Invalid argument(s). An invoker is required, for example invoker0."
        assert admin("admin", "invoker", verb) == failed(sentence, hint=True)


def test_containers_are_listed_with_what_they_are_for(admin: Wsk, controller: Controller) -> None:
    common = {"invoker": "invoker0/0", "kind": "python:3.11", "memoryMB": 256}
    controller.answer(
        "GET admin/containers",
        [
            {**common, "id": "c1", "state": "Ready", "ageMs": 61_500, "idleMs": 1_999,
             "namespace": "guest", "action": "guest/p/a"},
            {**common, "id": "c2", "state": "Started", "ageMs": 400, "idleMs": 400,
             "namespace": "", "action": ""},
            {**common, "id": "", "state": "Starting", "ageMs": 0, "idleMs": 0,
             "namespace": "guest", "action": "guest/b"},
        ],
    )  # fmt: skip
    assert admin("admin", "container", "list") == ok(
        "container  invoker     kind         state     memory  age   idle  namespace  action\n"
        "c1         invoker0/0  python:3.11  Ready     256 MB  1m1s  1s    guest      guest/p/a\n"
        "c2         invoker0/0  python:3.11  Started   256 MB  0s    0s    -          -\n"
        "-          invoker0/0  python:3.11  Starting  256 MB  0s    0s    guest      guest/b\n"
    )


def test_queues_are_listed_under_their_totals(admin: Wsk, controller: Controller) -> None:
    entry = {
        "invoker": "invoker0/0",
        "namespace": "guest",
        "action": "guest/a",
        "kind": "python:3.11",
        "waiting": 12,
        "oldestMs": 1250,
    }
    document = {"inFlight": 15, "waiting": 12, "unwrittenRecords": 4, "actions": [entry]}
    controller.answer("GET admin/queues", document)
    assert admin("admin", "queue", "list") == ok(
        "in flight: 15, waiting: 12, unwritten records: 4\n"
        "waiting  oldest  invoker     kind         namespace  action\n"
        "12       1.25s   invoker0/0  python:3.11  guest      guest/a\n"
    )


@pytest.mark.parametrize(
    "tokens",
    [
        ("namespace", "list"),
        ("namespace", "limits", "get", "guest"),
        ("key", "rotate", "guest"),
        ("key", "rotate-master"),
        ("invoker", "list"),
        ("container", "list"),
        ("queue", "list"),
    ],
)
def test_the_system_key_is_sent_and_without_one_nothing_is(
    wsk: Wsk, controller: Controller, tokens: tuple[str, ...]
) -> None:
    outcome = wsk("admin", *tokens)
    assert outcome.code == 2
    assert outcome.err.startswith("error: The system key is not known.")
    assert controller.asked == []
    wsk.environment["WHISK_SYSTEM_AUTH"] = SYSTEM
    assert wsk("admin", *tokens).code != 0
    assert "authorization" in controller.asked[0].headers


def test_an_empty_list_is_its_header(admin: Wsk, controller: Controller) -> None:
    controller.answer("GET admin/containers", [])
    header = "container  invoker  kind  state  memory  age  idle  namespace  action\n"
    assert admin("admin", "container", "list") == Outcome(code=0, out=header)
