"""Parameters and annotations: ordered key and value pairs whose values stay unparsed JSON.

Source: contracts rest-api §2.0, §3.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from whisk_platform.common.jsontext import NULL, TRUE, RawJSON, dumps, loads

AES_256_GCM = "aes-256-gcm"
"""Name of the cipher that values are stored under when encryption is on."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One pair."""

    key: str
    value: RawJSON
    init: bool = False
    """Delivered as an environment variable at init instead of an argument."""
    encryption: str | None = None
    """Name of the cipher when the value is stored sealed."""


class Parameters(msgspec.Struct, frozen=True, array_like=True):
    """An ordered set of pairs; one entry for each key."""

    entries: tuple[Parameter, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Parameter]) -> Parameters:
        """Keep one entry for each key: the last wins, at the place of the first."""
        return cls(tuple({entry.key: entry for entry in entries}.values()))

    @classmethod
    def from_members(cls, members: Mapping[str, RawJSON]) -> Parameters:
        """Plain pairs from the members of an object."""
        return cls(tuple(Parameter(key=key, value=value) for key, value in members.items()))

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, key: str) -> RawJSON | None:
        """The unparsed value of a key, or None."""
        for entry in self.entries:
            if entry.key == key:
                return entry.value
        return None

    def value(self, key: str) -> object:
        """The decoded value of a key, or None."""
        raw = self.get(key)
        return None if raw is None else loads(raw)

    def is_true(self, key: str) -> bool:
        """Whether the value is exactly JSON ``true`` (contract §3.6, ``final`` and friends)."""
        raw = self.get(key)
        return raw is not None and bytes(raw).strip() == bytes(TRUE)

    def over(self, lower: Parameters) -> Parameters:
        """These pairs laid over others: keys here win, values are replaced, never merged."""
        if not lower.entries:
            return self
        return Parameters.of((*lower.entries, *self.entries))

    def without(self, keys: Iterable[str]) -> Parameters:
        """All pairs but those named."""
        drop = frozenset(keys)
        return Parameters(tuple(e for e in self.entries if e.key not in drop))

    def with_value(self, key: str, value: object) -> Parameters:
        """Set one plain pair; a new key goes to the end."""
        entry = Parameter(key=key, value=RawJSON(dumps(value)))
        return Parameters((*self.without([key]).entries, entry))

    def members(self) -> dict[str, RawJSON]:
        """Arguments of a run: all pairs but the ``init`` ones."""
        return {e.key: e.value for e in self.entries if not e.init}

    def init_members(self) -> dict[str, RawJSON]:
        """Pairs that go into the environment at init."""
        return {e.key: e.value for e in self.entries if e.init}

    def locked_members(self) -> frozenset[str]:
        """Keys of ``members`` whose values are sealed."""
        return frozenset(e.key for e in self.entries if e.encryption is not None and not e.init)

    def locked_init(self) -> frozenset[str]:
        """Keys of ``init_members`` whose values are sealed."""
        return frozenset(e.key for e in self.entries if e.encryption is not None and e.init)

    def defined_keys(self) -> frozenset[str]:
        """Keys whose value is not null: those that ``final`` makes immutable."""
        return frozenset(e.key for e in self.entries if bytes(e.value).strip() != bytes(NULL))

    @property
    def size(self) -> int:
        """Bytes of all keys and compact values (contract §2.0, Sizes)."""
        return sum(len(e.key.encode("utf-8", "surrogatepass")) + len(bytes(e.value)) for e in self)


NO_PARAMETERS = Parameters()
