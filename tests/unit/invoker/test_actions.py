"""What the invoker remembers of actions."""

import msgspec

from tests.unit.invoker.samples import action
from tests.unit.invoker.world import World
from whisk_platform.invoker.actions import THREAD_BYTES, ActionCache
from whisk_platform.stores.memory import MemoryStores


async def cache(stores: MemoryStores, *, most: int = 10, code_bytes: int = 1 << 20) -> ActionCache:
    return ActionCache(stores.artifacts, most=most, code_bytes=code_bytes)


async def stored(stores: MemoryStores, *names: str, code: bytes = b"code") -> None:
    world = World(stores=stores)
    for name in names:
        await world.put(action(name), code)
    stores.artifacts.reads = 0


async def test_what_is_older_than_asked_for_is_not_known() -> None:
    stores = MemoryStores()
    await stored(stores, "other", "a")
    actions = await cache(stores)
    fqn = action("a").fqn
    assert actions.known(fqn, 2) is None
    prepared = await actions.fetch(fqn)
    revision = prepared.action.revision
    assert actions.known(fqn, revision) is prepared
    assert actions.known(fqn, revision - 1) is prepared
    assert actions.known(fqn, revision + 1) is None
    assert actions.known(fqn, 0) is None


async def test_the_least_recently_asked_for_is_forgotten_first() -> None:
    stores = MemoryStores()
    await stored(stores, "a", "b", "c")
    actions = await cache(stores, most=2)
    a, b, c = (action(name).fqn for name in "abc")
    await actions.fetch(a)
    await actions.fetch(b)
    assert actions.known(a, 1) is not None
    await actions.fetch(c)
    assert actions.known(a, 1) is not None
    assert actions.known(b, 1) is None


async def test_code_is_bounded_by_its_bytes() -> None:
    stores = MemoryStores()
    await stored(stores, "a", "b", code=b"x" * 600)
    actions = await cache(stores, code_bytes=1000)
    a = await actions.fetch(action("a").fqn)
    b = await actions.fetch(action("b").fqn)
    stores.artifacts.reads = 0
    for _ in range(3):
        await actions.load(a.action)
    assert stores.artifacts.reads == 1
    await actions.load(b.action)
    await actions.load(a.action)
    assert stores.artifacts.reads == 3


async def test_code_too_long_for_the_cache_is_read_all_the_same() -> None:
    stores = MemoryStores()
    await stored(stores, "a", code=b"x" * 200_000)
    actions = await cache(stores, code_bytes=1000)
    loaded = await actions.load((await actions.fetch(action("a").fqn)).action)
    assert loaded.code is not None
    assert bytes(loaded.code) == b'"' + b"x" * 200_000 + b'"'


async def test_an_action_that_is_met_comes_with_its_code_in_one_read() -> None:
    stores = MemoryStores()
    await stored(stores, "a")
    actions = await cache(stores)
    met = await actions.meet(action("a").fqn, 1)
    loaded = await actions.load(met.action)
    assert loaded.code is not None
    assert bytes(loaded.code) == b'"code"'
    assert stores.artifacts.reads == 1


async def test_asking_for_the_newest_of_a_known_action_does_not_read_its_code_again() -> None:
    stores = MemoryStores()
    await stored(stores, "a")
    actions = await cache(stores)
    met = await actions.meet(action("a").fqn, 0)
    assert (await actions.load(met.action)).code is not None
    await actions.meet(action("a").fqn, 0)
    assert stores.artifacts.reads == 2
    await actions.load(met.action)
    assert stores.artifacts.reads == 2


async def test_the_first_call_of_what_was_just_written_reads_nothing() -> None:
    stores = MemoryStores()
    await stored(stores, "a", code=b"def main(): pass")
    read = await (await cache(stores)).load(action("a"))
    actions = await cache(stores)
    stores.artifacts.reads = 0
    actions.foresee(read.prepared.action, "def main(): pass")
    assert actions.known(action("a").fqn, read.prepared.action.revision) == read.prepared
    assert await actions.load(read.prepared.action) == read
    assert stores.artifacts.reads == 0


async def test_an_older_revision_never_replaces_a_newer_one() -> None:
    stores = MemoryStores()
    await stored(stores, "a")
    actions = await cache(stores)
    newest = (await actions.fetch(action("a").fqn)).action
    older = msgspec.structs.replace(newest, revision=newest.revision, version="0.0.9")
    actions.foresee(older, "old")
    known = actions.known(newest.fqn, newest.revision)
    assert known is not None
    assert known.action == newest


async def test_long_code_is_read_by_who_needs_it() -> None:
    stores = MemoryStores()
    actions = await cache(stores)
    actions.foresee(msgspec.structs.replace(action("a"), revision=7), "x" * (THREAD_BYTES + 1))
    assert actions.known(action("a").fqn, 7) is None
