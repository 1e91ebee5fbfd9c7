"""``wskadmin db``: there is no database to look into; the sentence says what is there instead."""

from __future__ import annotations

from argparse import Namespace

from whisk_cli.errors import CliError
from whisk_cli.wskadmin.session import Session


def get(session: Session, options: Namespace) -> int:
    """Say what to use.

    Raises:
        CliError: Always.
    """
    raise CliError(
        "This platform keeps no CouchDB, so 'wskadmin db' has nothing to show: use "
        "'wskadmin user' and 'wskadmin limits' for subjects, 'wsk list' for entities, "
        "'wsk activation list' for activations, and 'wsk platform backup' for everything."
    )
