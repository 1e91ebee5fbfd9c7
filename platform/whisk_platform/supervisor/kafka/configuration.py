"""The configuration of a broker that is also its own controller. Pure.

Source: facts on the smallest broker; contracts data-plane §3.2.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlan:
    """One broker."""

    directory: Path
    """Its data, configuration and log."""
    port: int
    """For clients, on loopback."""
    controller_port: int
    node: int = 1
    fast: bool = False
    """Whether it begins at once what it delays otherwise: for tests."""


def cluster_id() -> str:
    """A new id, as the storage tool wants it: 22 characters."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


def properties(plan: BrokerPlan) -> str:
    """The text of the configuration file."""
    rows: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": plan.node,
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{plan.port},"
        f"CONTROLLER://127.0.0.1:{plan.controller_port}",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{plan.controller_port}",
        "log.dirs": plan.directory / "data",
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 400,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "message.max.bytes": (1 << 20) + (64 << 10),
    }
    if plan.fast:
        rows["log.cleaner.enable"] = "false"
    return "".join(f"{name}={value}\n" for name, value in rows.items())


def logging(plan: BrokerPlan) -> str:
    """The text of the configuration of its logging: warnings, into one file of bounded size."""
    log = escape(str(plan.directory / "broker.log"))
    return (
        '<Configuration status="error"><Appenders>'
        f'<RollingFile name="F" fileName="{log}" filePattern="{log}.1">'
        '<PatternLayout pattern="%d %p %m (%c)%n"/>'
        '<Policies><SizeBasedTriggeringPolicy size="10 MB"/></Policies>'
        '<DefaultRolloverStrategy max="1"/></RollingFile></Appenders>'
        '<Loggers><Root level="warn"><AppenderRef ref="F"/></Root></Loggers></Configuration>'
    )


def arguments(plan: BrokerPlan, java: str, jars: Path, main: str, *rest: str) -> list[str]:
    """The command that runs one of Kafka's programs.

    Args:
        plan: the broker.
        java: the program.
        jars: directory of the jars.
        main: the class.
        rest: its arguments.
    """
    return [
        java,
        "-Xms64m",
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-Dlog4j2.configurationFile={plan.directory / 'log4j2.xml'}",
        "-cp",
        f"{jars}/*",
        main,
        *rest,
    ]


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """What the process inherits: nothing that changes how Java starts."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME")
    return {name: outer[name] for name in kept if name in outer}
