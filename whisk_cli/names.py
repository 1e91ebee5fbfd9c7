"""Names of entities as people type them: ``foo``, ``pkg/foo``, ``/ns/foo``, ``/ns/pkg/foo``.

**Source**: contracts/cli.md §1.3 and §10.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_cli.errors import UsageError

OWN_NAMESPACE = "_"
"""Stands for the namespace of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifiedName:
    """A name taken apart.

    Attributes:
        namespace: Without slashes; ``_`` unless given.
        path: The rest, package and entity; empty for a bare ``/ns``.
    """

    namespace: str = OWN_NAMESPACE
    path: str = ""

    @property
    def package(self) -> str:
        """The package, or the empty string."""
        return self.path.rpartition("/")[0] if self.path.count("/") == 1 else ""

    @property
    def entity(self) -> str:
        """The last part."""
        return self.path.rpartition("/")[2] if self.path else self.namespace

    @property
    def full(self) -> str:
        """The name with namespace and leading slash."""
        return f"/{self.namespace}/{self.path}"


def qualified(text: str) -> QualifiedName:
    """Take a name apart.

    Args:
        text: As typed.

    Raises:
        CliError: It is empty, has empty parts or more than three: exit 1, with the usage hint.
    """
    text = _with_slash(text)
    if not text.startswith("/"):
        if text in ("", "."):
            raise _invalid(text)
        return QualifiedName(path=text)
    parts = text.split("/")[1:]
    if len(parts) > 3 or any(part in ("", ".") for part in parts):
        raise _invalid(text)
    return QualifiedName(namespace=parts[0], path="/".join(parts[1:]))


def reference(text: str) -> str:
    """Complete a name for use in a body, where it must carry a namespace and a leading slash."""
    text = _with_slash(text.strip())
    return text if text.startswith("/") else f"/{OWN_NAMESPACE}/{text}"


def namespace_only(text: str) -> str:
    """Read an argument that must be a namespace.

    Args:
        text: As typed, ``/ns``.

    Raises:
        CliError: It names an entity: exit 1, with the usage hint.
    """
    name = qualified(text)
    if name.path:
        raise UsageError(
            f"An entity name, '{name.path}', was provided instead of a namespace. "
            "Valid namespaces are of the following format: /NAMESPACE."
        )
    return name.namespace


def shown_namespace(namespace: str = OWN_NAMESPACE) -> str:
    """Give the word for a namespace in headers and errors: the own one is ``default``."""
    return "default" if namespace == OWN_NAMESPACE else namespace


def _with_slash(text: str) -> str:
    parts = text.split("/")
    return f"/{text}" if len(parts) == 3 and parts[0] else text


def _invalid(text: str) -> UsageError:
    return UsageError(
        f"'{text}' is not a valid qualified name: A valid qualified name must be specified."
    )
