"""The units of systemd, whole, and as systemd itself reads them."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tests import parts
from whisk_cli.machine import units
from whisk_cli.machine.units import Service

USER = Service(
    python=PurePosixPath("/opt/whisk/bin/python"),
    state=PurePosixPath("/srv/ada/whisk"),
    flags=("--port", "3300"),
    environment={"PATH": "/usr/local/bin:/usr/bin", "WHISK_RETENTION__MEGABYTES": "500"},
)
PLATFORM = """\
[Unit]
Description=whisk, a serverless platform (/srv/ada/whisk)
Documentation=man:wsk(1)
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=exec
ExecStart=/opt/whisk/bin/python -m whisk_platform.standalone --state-dir /srv/ada/whisk --port 3300
Environment=PATH=/usr/local/bin:/usr/bin
Environment=WHISK_RETENTION__MEGABYTES=500
WorkingDirectory=/
UMask=0077
StandardOutput=append:/srv/ada/whisk/platform.log
StandardError=inherit
Restart=on-failure
RestartSec=2
KillMode=mixed
TimeoutStopSec=45
LimitNOFILE=65536
TasksMax=infinity
Delegate=yes
OOMPolicy=continue

[Install]
WantedBy=default.target
"""
ROTATION = """\
[Unit]
Description=Keep the log of whisk.service small

[Service]
Type=oneshot
ExecStart=/opt/whisk/bin/python -m whisk_cli.machine.rotation --file /srv/ada/whisk/platform.log \
--megabytes 64 --keep 5
WorkingDirectory=/
UMask=0077
Nice=10
"""
TIMER = """\
[Unit]
Description=Look after the log of whisk.service

[Timer]
OnActiveSec=5min
OnUnitActiveSec=5min

[Install]
WantedBy=timers.target
"""


def test_the_units_of_a_user() -> None:
    assert units.texts(USER) == {
        "whisk.service": PLATFORM,
        "whisk-log.service": ROTATION,
        "whisk-log.timer": TIMER,
    }


def test_a_service_of_the_machine_waits_for_the_network_and_starts_at_boot() -> None:
    service = Service(python=USER.python, state=USER.state, system=True)
    text = units.texts(service)["whisk.service"]
    assert "Wants=network-online.target\nAfter=network-online.target\n" in text
    assert text.endswith("WantedBy=multi-user.target\n")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("/usr/bin/python3.11", "/usr/bin/python3.11"),
        ("/a b/c", '"/a b/c"'),
        ("50%", "50%%"),
        ('say "hi"', '"say \\"hi\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("", '""'),
    ],
)
def test_nothing_in_a_word_is_special_to_systemd(word: str, expected: str) -> None:
    assert units.quoted(word) == expected


def test_a_dollar_in_a_command_is_no_variable() -> None:
    service = Service(python=USER.python, state=PurePosixPath("/srv/$HOME"))
    assert '--state-dir "/srv/$$HOME"\n' in units.texts(service)["whisk.service"]


@pytest.mark.parametrize("system", [False, True])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, system: bool) -> None:
    program = parts.program("systemd-analyze", "apt-get install systemd")
    state = tmp_path / "odd $name 100%"
    state.mkdir()
    service = Service(
        python=PurePosixPath("/bin/true"),
        state=PurePosixPath(state),
        environment={"PATH": "/a dir/bin:/usr/bin"},
        system=system,
    )
    written = []
    for name, text in units.texts(service).items():
        (tmp_path / name).write_text(text)
        written.append(tmp_path / name)
    scope = "--system" if system else "--user"
    answer = subprocess.run(
        [program, "verify", "--man=no", scope, *written],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    ours = [line for line in answer.stderr.splitlines() if "whisk" in line]
    assert ours == []
