"""The commands below ``wsk platform``."""

from __future__ import annotations

from whisk_cli import tree
from whisk_cli.commands.platform.backup import backup
from whisk_cli.commands.platform.doctor import doctor
from whisk_cli.commands.platform.logs import logs
from whisk_cli.commands.platform.restore import restore
from whisk_cli.commands.platform.start import start
from whisk_cli.commands.platform.status import status
from whisk_cli.commands.platform.stop import stop


def build() -> tree.Group:
    """Build the noun."""
    application = tree.group("platform", "run the platform on this machine")
    tree.add(application, "start", start, "start the platform and wait until it answers")
    tree.add(application, "stop", stop, "let the platform end its work and stop it")
    tree.add(application, "status", status, "show the platform that runs on this machine")
    tree.add(application, "logs", logs, "print the log of the platform")
    tree.add(application, "doctor", doctor, "examine what this machine can and cannot do")
    tree.add(application, "backup", backup, "write everything that the platform knows to a file")
    tree.add(application, "restore", restore, "put a backup in the place of the platform's state")
    return application
