"""The configuration of a server that only this machine's own user can reach. Pure.

There is no TCP: who may open the socket's directory may ask, and the server asks the kernel who
that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROLE = "whisk"
"""Who owns the databases."""

DATABASE = "whisk"
SOCKET_PATH_MOST = 90
"""Bytes of the socket directory's path; the kernel takes 107 with the socket's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """One server."""

    directory: Path
    """Its data, configuration, log and, unless given, its sockets."""
    sockets: Path | None = None
    """Directory of the sockets, for a ``directory`` with a long path."""
    port: int = 5432
    """Only the name of its socket."""
    connections: int = 100
    fast: bool = False
    """Whether it never waits for the disk: for tests."""

    @property
    def data(self) -> Path:
        """The cluster's own directory."""
        return self.directory / "data"

    @property
    def socket_directory(self) -> Path:
        """What clients name as the host."""
        return self.directory / "run" if self.sockets is None else self.sockets

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.directory / "postgres.log"

    def dsn(self, database: str = DATABASE) -> str:
        """What clients connect with."""
        return f"host={self.socket_directory} port={self.port} user={ROLE} dbname={database}"


def properties(plan: ServerPlan) -> str:
    """The text of ``postgresql.conf``."""
    rows: dict[str, object] = {
        "listen_addresses": "",
        "port": plan.port,
        "unix_socket_directories": plan.socket_directory,
        "unix_socket_permissions": "0600",
        "max_connections": plan.connections,
        "shared_buffers": "128MB",
        "dynamic_shared_memory_type": "posix",
        "timezone": "UTC",
        "lc_messages": "C",
        "log_timezone": "UTC",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_line_prefix": "%m ",
        "password_encryption": "scram-sha-256",
    }
    if plan.fast:
        rows |= {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
    return "".join(f"{name} = '{_quoted(value)}'\n" for name, value in rows.items())


def rules(users: Sequence[str]) -> tuple[str, str]:
    """The texts of ``pg_hba.conf`` and ``pg_ident.conf``: peers with these names, nobody else.

    Args:
        users: of the operating system.
    """
    hba = f"local all {ROLE} peer map={ROLE}\n"
    return hba, "".join(f'{ROLE} "{user}" {ROLE}\n' for user in users)


def formatting(programs: Path, plan: ServerPlan) -> list[str]:
    """The command that makes the cluster's directory."""
    command = [str(programs / "initdb"), f"--pgdata={plan.data}", f"--username={ROLE}"]
    # The order of names must not depend on the machine; peers are asked for, not passwords.
    command += ["--encoding=UTF8", "--locale=C", "--auth=peer", "--data-checksums"]
    return [*command, "--no-sync"] if plan.fast else command


def serving(programs: Path, plan: ServerPlan, setpriv: str | None) -> list[str]:
    """The command that runs the server.

    Args:
        programs: directory of PostgreSQL's programs.
        plan: the server.
        setpriv: a program with which the server ends when the platform is killed; None = there is
            none.
    """
    command = [str(programs / "postgres"), "-D", str(plan.data)]
    # SIGINT: clients are disconnected, nothing waits for them.
    return command if setpriv is None else [setpriv, "--pdeathsig", "INT", "--", *command]


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """What the process inherits: nothing that changes where PostgreSQL looks."""
    return {name: outer[name] for name in ("PATH", "TMPDIR") if name in outer} | {"LC_ALL": "C"}


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")
