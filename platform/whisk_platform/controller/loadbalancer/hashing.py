"""Where an action is at home: a hash, and the order of invokers that are tried after it. Pure.

Source: contracts data-plane §2.2, §2.3; the absolute value of -2**31 is masked, as told there.
"""

from __future__ import annotations

import math
from functools import lru_cache

_SIGN = 0x7FFFFFFF
_WORD = 0xFFFFFFFF


def string_hash(text: str) -> int:
    """The 32-bit hash of a string: the sum of its UTF-16 units times powers of 31, signed.

    Args:
        text: any string; characters beyond the basic plane count as two units.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    value = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + (low | high << 8)) & _WORD
    return value - (1 << 32) if value > _SIGN else value


@lru_cache(maxsize=65_536)
def home_hash(namespace: str, action: str) -> int:
    """The hash of an action for one invoking namespace.

    Args:
        namespace: of who invokes.
        action: ``ns/[package/]name``, without a version.

    Returns:
        0 and up.
    """
    mixed = string_hash(namespace) ^ string_hash(action)
    return abs(mixed) & _SIGN


def step_sizes(count: int) -> tuple[int, ...]:
    """The steps by which invokers are gone through: pairwise coprime, and coprime to their number.

    These are 1 and the primes below the number that do not divide it: every other number that is
    coprime to it has such a prime as a factor.

    Args:
        count: how many invokers.

    Returns:
        In rising order; empty for none.
    """
    if count < 1:
        return ()
    return (1, *(prime for prime in _primes_below(count) if count % prime))


def _primes_below(limit: int) -> list[int]:
    sieve = bytearray([1]) * max(limit, 2)
    sieve[0:2] = b"\0\0"
    for number in range(2, math.isqrt(len(sieve)) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(
                len(range(number * number, len(sieve), number))
            )
    return [number for number in range(2, limit) if sieve[number]]


def partition(count: int, managed: float, blackbox: float) -> tuple[range, range]:
    """Which invokers run the platform's own images, and which run those of users.

    Args:
        count: how many invokers.
        managed: the share of the first; 0 to 1.
        blackbox: the share of the last; raised so that nobody is left out.

    Returns:
        Their indexes; the two overlap in small clusters.
    """
    share = min(1.0, max(0.0, managed))
    others = max(1.0 - share, min(1.0, blackbox))
    first = min(count, max(1, math.ceil(count * share)))
    last = min(count, max(1, math.floor(count * others)))
    return range(first), range(count - last, count)
