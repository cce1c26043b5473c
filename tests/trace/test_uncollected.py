"""The garbage collector is kept from looking at many new records, and nothing is lost to it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from autograd_viz.trace.uncollected import MANY, promote, uncollected


class Knot:
    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Leave the collector as it was, with nothing young."""
    gc.collect()
    frozen = gc.get_freeze_count()
    yield
    assert frozen == gc.get_freeze_count()


def test_many_new_objects_are_old_after_the_block() -> None:
    with uncollected():
        made: list[list[int]] = [[] for _ in range(MANY + 1)]
        assert gc.get_count()[0] > MANY
    assert gc.isenabled()
    assert gc.get_count()[0] < MANY
    assert not any(each is made[0] for each in gc.get_objects(generation=0))


def test_garbage_among_what_was_promoted_goes_with_a_full_collection() -> None:
    knot = Knot()
    lost = weakref.ref(knot)
    del knot
    promote(0)
    gc.collect(0)
    assert lost() is not None
    gc.collect()
    assert lost() is None


def test_few_objects_are_left_to_the_collector() -> None:
    with uncollected():
        knot = Knot()
    assert any(each is knot for each in gc.get_objects(generation=0))


def test_what_the_user_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        promote(0)
        assert frozen == gc.get_freeze_count()
    finally:
        gc.unfreeze()
