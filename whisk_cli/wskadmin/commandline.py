"""The command line of ``wskadmin``, in the spelling of the original (``-ns`` and the like).

**Source**: contracts/cli.md §5.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from whisk_cli.errors import CliError, ExitCode
from whisk_cli.wskadmin import database, limits, syslog, users
from whisk_cli.wskadmin.session import Session

Verb = Callable[[Session, argparse.Namespace], int]
"""Runs a command and gives its exit code."""


class Given:
    """A command line, taken apart.

    Attributes:
        verb: What runs.
        options: What it was given.
        page: A help page to show instead; empty if none was asked for.
    """

    __slots__ = ("options", "page", "verb")

    def __init__(self, verb: Verb, options: argparse.Namespace, page: str = "") -> None:
        self.verb = verb
        self.options = options
        self.page = page


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence, and whose help goes where we print."""

    def error(self, message: str) -> NoReturn:
        raise CliError(
            f"{message[:1].upper()}{message[1:]}. Run '{self.prog} --help' for usage.",
            ExitCode.MISUSE,
        )


class _Page(Exception):
    """Help was asked for; the message is the page."""


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise _Page(parser.format_help())


def parse(tokens: Sequence[str]) -> Given:
    """Take a command line apart.

    Args:
        tokens: Without the program's name.

    Raises:
        CliError: It is not one: exit 2.
    """
    parser = _root()
    try:
        options = parser.parse_args(tokens)
    except _Page as asked:
        return Given(_nothing, argparse.Namespace(), str(asked))
    verb: Verb | None = getattr(options, "verb", None)
    if verb is None:
        return Given(_nothing, options, parser.format_help())
    return Given(verb, options)


def _nothing(session: Session, options: argparse.Namespace) -> int:
    return ExitCode.OK


def _root() -> _Parser:
    common = _common()
    parser = _Parser(
        prog="wskadmin", description="Administer a platform.", parents=[common], add_help=False
    )
    _with_help(parser)
    nouns = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary, build in (
        ("user", "manage subjects and their keys", _user),
        ("limits", "manage the limits of namespaces", _limits),
        ("syslog", "look at logs", _syslog),
        ("db", "was for the database of the original", _db),
    ):
        noun = nouns.add_parser(name, help=summary, description=summary, add_help=False)
        _with_help(noun)
        build(_Verbs(noun, common))
    return parser


class _Verbs:
    """The verbs of a noun."""

    def __init__(self, noun: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
        self._below = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
        self._common = common

    def add(self, name: str, summary: str, verb: Verb) -> argparse.ArgumentParser:
        """Add a verb."""
        parser = self._below.add_parser(
            name, help=summary, description=summary, parents=[self._common], add_help=False
        )
        _with_help(parser)
        parser.set_defaults(verb=verb)
        return parser


def _with_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-h", "--help", action=_Help, nargs=0, help="show this page")


def _common() -> _Parser:
    """The flags that are accepted before and after the command."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what is sent, on stderr")
    parser.add_argument("--apihost", dest="api_host", metavar="HOST", help="whisk API HOST")
    parser.add_argument("--apiversion", dest="api_version", metavar="VERSION", help="API version")
    parser.add_argument("--cacert", metavar="FILE", help="certificate authority of the API host")
    parser.add_argument("-i", "--insecure", action="store_true", help="bypass certificate checking")
    parser.add_argument("--state-dir", metavar="DIR", help="state directory of the platform here")
    return parser


def _user(verbs: _Verbs) -> None:
    create = verbs.add(
        "create", "create a subject or a namespace of it, print its key", users.create
    )
    create.add_argument("subject")
    create.add_argument("-u", "--auth", metavar="UUID:KEY", help="the key; made up by default")
    _namespace(create)
    create.add_argument("-r", "--revoke", action="store_true", help="replace the key")
    create.add_argument("-g", "--genonly", action="store_true", help="only make a key up, print it")
    create.add_argument("-s", "--silent", action="store_true", help="do not print the key")
    create.add_argument("-f", "--force", action="store_true", help="the same as --revoke")
    delete = verbs.add("delete", "delete a subject or a namespace of it", users.delete)
    delete.add_argument("subject")
    _namespace(delete)
    get = verbs.add("get", "print the key of a subject", users.get)
    get.add_argument("subject")
    _namespace(get)
    get.add_argument("-a", "--all", action="store_true", help="all namespaces and keys")
    whois = verbs.add("whois", "tell whose a key is", users.whois)
    whois.add_argument("authkey", metavar="AUTHKEY")
    listed = verbs.add("list", "list the keys of a namespace", users.list_identities)
    listed.add_argument("namespace", metavar="NAMESPACE")
    listed.add_argument("-p", "--pick", type=int, default=1, metavar="N", help="show N at most")
    listed.add_argument("-a", "--all", action="store_true", help="show all")
    listed.add_argument("-k", "--key", action="store_true", help="show only the keys")
    for name, verb in (("block", users.block), ("unblock", users.unblock)):
        parser = verbs.add(name, f"{name} subjects", verb)
        parser.add_argument("subjects", nargs="+", metavar="SUBJECT")
    for parser in (create, delete, get, whois, listed):
        parser.add_argument("-w", "--view", help=argparse.SUPPRESS)


def _namespace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-ns", "--namespace", metavar="NS", help="namespace, called like the subject by default"
    )


def _limits(verbs: _Verbs) -> None:
    change = verbs.add("set", "set limits of a namespace; the others stay", limits.change)
    change.add_argument("namespace", metavar="NAMESPACE")
    for name in limits.INTEGERS:
        change.add_argument(f"--{name}", type=int, metavar="N")
    change.add_argument("--allowedKinds", nargs="+", metavar="KIND")
    change.add_argument("--storeActivations", choices=("true", "false"))
    for name in limits.SIZES:
        change.add_argument(f"--{name}", metavar="SIZE", help="such as '1 MB'")
    for name, summary, verb in (
        ("get", "print the limits of a namespace", limits.get),
        ("delete", "go back to the limits of the system", limits.delete),
    ):
        parser = verbs.add(name, summary, verb)
        parser.add_argument("namespace", metavar="NAMESPACE")


def _syslog(verbs: _Verbs) -> None:
    get = verbs.add("get", "print log lines", syslog.get)
    get.add_argument("components", nargs="*", metavar="COMPONENT")
    get.add_argument("-t", "--tid", metavar="ID", help="only of this transaction")
    get.add_argument("-g", "--grep", metavar="EXPR", help="only lines that match EXPR")


def _db(verbs: _Verbs) -> None:
    get = verbs.add("get", "is not needed here", database.get)
    get.add_argument("database", metavar="DATABASE", nargs="?")
    get.add_argument("-w", "--view", metavar="DESIGN/VIEW")
    get.add_argument("--docs", action="store_true")
