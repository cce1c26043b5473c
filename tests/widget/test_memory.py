"""Many players in one kernel: what is closed is gone, without the collector of cycles."""

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets
import pytest

import autograd_viz as ag

MANY = 25
IS_OLD = ipywidgets.__version__.startswith("7.")  # whose widgets are in cycles
MOST_LEFT = 10 if IS_OLD else 1


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def loss() -> Any:
    w = ag.randn(20, 20, requires_grad=True)
    return (ag.randn(3, 20) @ w).tanh().sum()


def shown() -> Any:
    player = ag.play(loss())
    player.step = 3
    player._repr_mimebundle_()
    player.close()
    return player


def asked() -> Any:
    player = ag.play(loss(), quiz=True)
    player.close()
    return player


def stepped() -> Any:
    player = ag.play(loss(), live=True)
    player.advance()
    player.close()
    return player


def drawn() -> Any:
    drawing = ag.draw(loss())
    drawing._repr_mimebundle_()
    return drawing


@pytest.mark.parametrize("use", [shown, asked, stepped, drawn])
def test_what_is_closed_is_gone_and_leaves_nothing_behind(use: Callable[[], Any]) -> None:
    for _ in range(3):
        use()
    gc.collect()
    before = len(gc.get_objects())
    references = [weakref.ref(use()) for _ in range(MANY)]
    if IS_OLD:
        gc.collect()
    assert [None] * MANY == [reference() for reference in references]
    del references
    gc.collect()
    assert len(gc.get_objects()) - before < MANY * MOST_LEFT


def test_players_share_the_viewer_and_a_layout_of_the_users_stays_open() -> None:
    layout = ipywidgets.Layout(width="50%")
    with ag.record() as trace:
        loss().backward()
    one, other = ag.Player(trace, layout=layout), ag.Player(trace)
    assert one._esm is other._esm
    own = other.layout
    one.close()
    other.close()
    assert (True, False) == (layout.comm is not None, own.comm is not None)
