"""Media types: which are text, which are binary, and whether a client accepts one.

Source: contracts rest-api §4.3, §4.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
_PARAMETER = re.compile(rf';\s*({_TOKEN})\s*=\s*({_TOKEN}|"(?:[^"\\]|\\.)*")\s*')
_STRAY_SEMICOLONS = re.compile(r"[;\s]*")
_QUALITY = re.compile(r"[01](?:\.\d*)?")

_TEXT_APPLICATIONS = frozenset(
    ("json", "javascript", "xml", "xhtml+xml", "xml-dtd", "x-www-form-urlencoded")
)
_BINARY_FAMILIES = frozenset(("image", "audio", "video", "font", "multipart"))
_BINARY_APPLICATIONS = frozenset(
    (
        "gzip",
        "java-archive",
        "msword",
        "octet-stream",
        "ogg",
        "pdf",
        "vnd.ms-excel",
        "vnd.ms-powerpoint",
        "x-7z-compressed",
        "x-gzip",
        "x-tar",
        "zip",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """``main/sub`` in lower case, with its parameters."""

    main: str
    sub: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def essence(self) -> str:
        """``main/sub``."""
        return f"{self.main}/{self.sub}"

    @property
    def is_json(self) -> bool:
        """``application/json`` and every ``+json``."""
        return self.essence == "application/json" or self.sub.endswith("+json")

    @property
    def is_form(self) -> bool:
        """Fields of an HTML form, percent-encoded."""
        return self.essence == "application/x-www-form-urlencoded"

    @property
    def is_text(self) -> bool:
        """Whether a body of this type is characters and not bytes.

        Images and their like are bytes whatever they claim; an unknown type is text only if it
        names a charset.
        """
        if self.main in _BINARY_FAMILIES:
            return False
        if self.main == "text" or self.sub.endswith(("+json", "+xml")):
            return True
        if self.main == "application" and self.sub in _TEXT_APPLICATIONS:
            return True
        known_binary = self.main == "application" and self.sub in _BINARY_APPLICATIONS
        return not known_binary and any(name == "charset" for name, _ in self.parameters)

    def in_utf8(self) -> str:
        """The header's value for a body that we encode: JSON has no charset, other text has."""
        kept = [f"{name}={value}" for name, value in self.parameters if name != "charset"]
        if self.is_text and not self.is_json:
            kept.append("charset=UTF-8")
        return "; ".join((self.essence, *kept))


def parse(text: str) -> MediaType | None:
    """Read the value of a ``Content-Type`` header; None when it is none."""
    match = _TYPE.match(text)
    if match is None or "*" in (match[1], match[2]):
        return None
    parameters: list[tuple[str, str]] = []
    position = match.end()
    while (found := _PARAMETER.match(text, position)) is not None:
        parameters.append((found[1].lower(), found[2]))
        position = found.end()
    if _STRAY_SEMICOLONS.fullmatch(text, position) is None:
        return None
    return MediaType(main=match[1].lower(), sub=match[2].lower(), parameters=tuple(parameters))


def accepts(accept: str, produced: MediaType) -> bool:
    """Whether a client's ``Accept`` admits a type; the most specific range decides.

    Args:
        accept: the header's value; when there is nothing readable in it, everything will do.
        produced: what there is to offer.
    """
    best: tuple[int, bool] | None = None
    readable = False
    for part in accept.split(","):
        media_range, _, parameters = part.partition(";")
        main, slash, sub = media_range.strip().lower().partition("/")
        if not slash or not main or not sub:
            continue
        readable = True
        specificity = _specificity(main, sub, produced)
        if specificity and (best is None or specificity > best[0]):
            best = (specificity, _quality(parameters) > 0)
    return best[1] if best is not None else not readable


def _specificity(main: str, sub: str, produced: MediaType) -> int:
    """3 for the type itself, 2 for its family, 1 for everything, 0 for another type."""
    if (main, sub) == ("*", "*"):
        return 1
    if main != produced.main:
        return 0
    if sub == "*":
        return 2
    return 3 if sub == produced.sub else 0


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _QUALITY.fullmatch(value.strip()):
            return float(value)
    return 1.0
