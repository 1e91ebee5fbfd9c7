"""``wskadmin user``: subjects, their namespaces and keys.

**Source**: contracts/cli.md §5.
"""

from __future__ import annotations

import secrets
import string
import uuid
from argparse import Namespace

from whisk_cli.client import subjects
from whisk_cli.client.api import Client
from whisk_cli.client.subjects import Subject
from whisk_cli.errors import CliError, ExitCode, ServerError
from whisk_cli.wskadmin.session import Session

_SHORTEST_SUBJECT = 5
_SHORTEST_KEY = 64
_NOT_FOUND = 404


def create(session: Session, options: Namespace) -> int:
    """Create a subject, or a namespace of one, and print its key.

    Raises:
        CliError: The name or the key is too short (exit 2), or the server refused.
    """
    name = options.subject.strip()
    if len(name) < _SHORTEST_SUBJECT:
        raise CliError(
            f"The subject '{name}' is too short: {_SHORTEST_SUBJECT} characters are the least.",
            ExitCode.MISUSE,
        )
    auth = _checked(options.auth) if options.auth else ""
    if options.genonly:
        session.console.line(auth or _made_up())
        return ExitCode.OK
    namespace = (options.namespace or name).strip()
    replaces = options.revoke or options.force
    client = session.client()
    if not replaces and namespace in _keys(client, name):
        session.console.line("Namespace already exists")
        return ExitCode.GENERAL
    made = subjects.create(client, name, namespace=namespace, auth=auth, overwrite=replaces)
    if not options.silent:
        session.console.line(made.keys[namespace])
    return ExitCode.OK


def delete(session: Session, options: Namespace) -> int:
    """Delete a subject, or one namespace of it."""
    namespace = options.namespace or ""
    subjects.delete(session.client(), options.subject, namespace=namespace)
    session.console.line("Namespace deleted" if namespace else "Subject deleted")
    return ExitCode.OK


def get(session: Session, options: Namespace) -> int:
    """Print the key of a subject, or all its namespaces and keys.

    Raises:
        CliError: There is no such subject or namespace.
    """
    subject = subjects.get(session.client(), options.subject)
    if options.all:
        for namespace, auth in subject.keys.items():
            session.console.line(f"{namespace}\t{auth}")
        return ExitCode.OK
    namespace = options.namespace or options.subject
    if namespace not in subject.keys:
        raise CliError(f"The subject '{options.subject}' has no namespace '{namespace}'.")
    session.console.line(subject.keys[namespace])
    return ExitCode.OK


def whois(session: Session, options: Namespace) -> int:
    """Tell whose a key is."""
    client = session.client()
    owner = options.authkey.partition(":")[0]
    for listed in subjects.list_all(client):
        # Lists show the first half of keys, so that hardly any subject has to be read.
        if not any(auth.partition(":")[0] == owner for auth in listed.keys.values()):
            continue
        subject = subjects.get(client, listed.name)
        for namespace, auth in subject.keys.items():
            if secrets.compare_digest(auth.encode(), options.authkey.encode()):
                session.console.line(f"subject: {subject.name}")
                session.console.line(f"namespace: {namespace}")
                return ExitCode.OK
    session.console.line("Subject id is not recognized")
    return ExitCode.GENERAL


def list_identities(session: Session, options: Namespace) -> int:
    """List the keys of a namespace and whose they are."""
    client = session.client()
    wanted = options.namespace
    rows: list[str] = []
    for listed in subjects.list_all(client):
        if wanted in listed.keys and (options.all or len(rows) < options.pick):
            auth = subjects.get(client, listed.name).keys[wanted]
            rows.append(auth if options.key else f"{auth}\t{listed.name}")
    for row in rows:
        session.console.line(row)
    if not rows:
        session.console.line(f'no identities found for namespace "{wanted}"')
        return ExitCode.GENERAL
    return ExitCode.OK


def block(session: Session, options: Namespace) -> int:
    """Block subjects; the exit code is the number of failures."""
    return _set_blocked(session, options.subjects, blocked=True)


def unblock(session: Session, options: Namespace) -> int:
    """Unblock subjects; the exit code is the number of failures."""
    return _set_blocked(session, options.subjects, blocked=False)


def _set_blocked(session: Session, names: list[str], *, blocked: bool) -> int:
    client = session.client()
    failures = 0
    for name in names:
        try:
            subjects.set_blocked(client, name, blocked)
        except ServerError as problem:
            session.console.error(problem.message)
            failures += 1
        else:
            done = "blocked" if blocked else "unblocked"
            session.console.line(f'"{name}" {done} successfully')
    return failures


def _keys(client: Client, name: str) -> dict[str, str]:
    """The namespaces of a subject; none if there is no such subject."""
    try:
        subject: Subject = subjects.get(client, name)
    except ServerError as problem:
        if problem.status == _NOT_FOUND:
            return {}
        raise
    if subject.blocked:
        raise CliError(f"The subject '{name}' is blocked. Unblock it first.")
    return subject.keys


def _checked(auth: str) -> str:
    owner, _, key = auth.partition(":")
    try:
        uuid.UUID(owner)
    except ValueError:
        raise CliError(
            "The key given with --auth is not 'uuid:key': it does not begin with a UUID.",
            ExitCode.MISUSE,
        ) from None
    if len(key) < _SHORTEST_KEY:
        raise CliError(
            f"The key given with --auth is too short: {_SHORTEST_KEY} characters are the least "
            "after the colon.",
            ExitCode.MISUSE,
        )
    return auth


def _made_up() -> str:
    letters = string.ascii_letters + string.digits
    return f"{uuid.uuid4()}:{''.join(secrets.choice(letters) for _ in range(_SHORTEST_KEY))}"
