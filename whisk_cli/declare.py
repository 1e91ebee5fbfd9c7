"""The words in which a command says what it takes: ``Context``, ``Option``, ``Argument``, ``Exit``.

They are Typer's words, and Typer's own objects may be used in their place (a plug-in that has Typer
anyway). They stand here because importing Typer takes longer than everything else a plain command
does, and ``wsk`` takes command lines apart itself (``whisk_cli.argv``).

Imports nothing, so that a command costs nothing before it runs.
"""

from __future__ import annotations


class Context:
    """What a command is called with.

    Args:
        obj: The :class:`whisk_cli.invocation.Invocation`.
    """

    __slots__ = ("obj",)

    def __init__(self, obj: object) -> None:
        self.obj = obj


class Exit(Exception):
    """The command has said all there is to say, and ends with an exit code.

    Args:
        code: The exit code.
    """

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.exit_code = int(code)


class Option:
    """A flag, in ``Annotated[type, Option(...)]``.

    Args:
        spellings: ``--long`` and perhaps ``-s``.
        metavar: What the help page shows for the value.
        help: The line of the help page.
        hidden: Whether the help page leaves it out.
    """

    __slots__ = ("help", "hidden", "metavar", "param_decls")

    def __init__(
        self,
        *spellings: str,
        metavar: str | None = None,
        help: str = "",  # noqa: A002  # the word people know
        hidden: bool = False,
    ) -> None:
        self.param_decls = spellings
        self.metavar = metavar
        self.help = help
        self.hidden = hidden


class Argument:
    """The positional arguments, in ``Annotated[list[str] | None, Argument(...)]``.

    Args:
        metavar: What the help page shows.
        hidden: Whether the help page leaves it out.
    """

    __slots__ = ("help", "hidden", "metavar", "param_decls")

    def __init__(self, *, metavar: str | None = None, hidden: bool = False) -> None:
        self.param_decls = ()
        self.metavar = metavar
        self.help = ""
        self.hidden = hidden
