"""``wskadmin`` against a real platform: subjects, keys that work and stop working, limits, logs."""

from dataclasses import replace

from tests.machine import Machine


def test_an_operator_manages_subjects_and_limits(machine: Machine) -> None:
    machine.start()
    operator = replace(machine, program="whisk_cli.wskadmin")

    def wskadmin(*arguments: str, check: bool = True) -> tuple[int, str]:
        state = ("--state-dir", str(machine.state))
        outcome = operator.wsk(*state, *arguments, check=check)
        return outcome.code, outcome.out

    _, key = wskadmin("user", "create", "alice-liddell", "-ns", "wonderland")
    assert wskadmin("user", "get", "alice-liddell", "-ns", "wonderland") == (0, key)
    assert wskadmin("user", "get", "alice-liddell", "-a") == (0, f"wonderland\t{key}")
    owner = "subject: alice-liddell\nnamespace: wonderland\n"
    assert wskadmin("user", "whois", key.strip()) == (0, owner)
    assert wskadmin("user", "list", "wonderland") == (0, f"{key.strip()}\talice-liddell\n")
    again = wskadmin("user", "create", "alice-liddell", "-ns", "wonderland", check=False)
    assert again == (1, "Namespace already exists\n")

    def listed(auth: str) -> int:
        return machine.wsk("namespace", "list", "--auth", auth.strip(), check=False).code

    assert listed(key) == 0
    _, renewed = wskadmin("user", "create", "alice-liddell", "-ns", "wonderland", "--revoke")
    assert renewed != key
    assert (listed(key), listed(renewed)) == (145, 0)
    blocked = '"alice-liddell" blocked successfully\n'
    assert wskadmin("user", "block", "alice-liddell") == (0, blocked)
    assert listed(renewed) == 145
    wskadmin("user", "unblock", "alice-liddell")
    assert listed(renewed) == 0

    said = 'Limits successfully set for "wonderland"\n'
    assert wskadmin("limits", "set", "wonderland", "--firesPerMinute", "3") == (0, said)
    assert wskadmin("limits", "get", "wonderland") == (0, "firesPerMinute = 3\n")
    assert wskadmin("limits", "delete", "wonderland") == (0, "Limits deleted\n")
    none = "No limits found, default system limits apply\n"
    assert wskadmin("limits", "get", "wonderland") == (0, none)

    _, log = wskadmin("syslog", "get", "-g", "listening|ready|started")
    assert log
    assert (
        wskadmin("user", "delete", "alice-liddell", "-ns", "wonderland")[1] == "Namespace deleted\n"
    )
    assert wskadmin("user", "whois", renewed.strip(), check=False)[0] == 1
