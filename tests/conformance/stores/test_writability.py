"""A store says whether it can write, by writing something that leaves no trace."""

from tests.conformance.stores.samples import entry
from whisk_platform.spi.stores import Stores


async def test_a_store_that_can_write_keeps_nothing_of_the_trial(stores: Stores) -> None:
    accepted = entry()
    await stores.activations.accept(accepted)
    await stores.check_writable()
    await stores.check_writable()
    assert list(await stores.activations.pending()) == [accepted]
    assert stores.activations.unwritten() == 0
