"""Puts the noun ``platform`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.platform.backup import backup
from whisk_cli.commands.platform.doctor import doctor
from whisk_cli.commands.platform.logs import logs
from whisk_cli.commands.platform.restore import restore
from whisk_cli.commands.platform.service.install import install
from whisk_cli.commands.platform.service.status import status as service_status
from whisk_cli.commands.platform.service.uninstall import uninstall
from whisk_cli.commands.platform.start import start
from whisk_cli.commands.platform.status import status
from whisk_cli.commands.platform.stop import stop

application = typer.Typer(name="platform", help="run the platform on this machine")
application.command("start", help="start the platform and wait until it answers")(start)
application.command("stop", help="let the platform end its work and stop it")(stop)
application.command("status", help="show the platform that runs on this machine")(status)
application.command("logs", help="print the log of the platform")(logs)
application.command("doctor", help="examine what this machine can and cannot do")(doctor)
application.command("backup", help="write everything that the platform knows to a file")(backup)
application.command("restore", help="put a backup in the place of the platform's state")(restore)

service = typer.Typer(name="service", help="let systemd run the platform")
service.command("install", help="install the service and start it")(install)
service.command("uninstall", help="stop the service and remove it")(uninstall)
service.command("status", help="show the service")(service_status)
application.add_typer(service)
