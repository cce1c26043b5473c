"""In-place methods as a family: which there are, and what each does to versions, listeners and memory."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from autograd_viz.ops.operators import INPLACE
from tests.oracle import get_torch

NOT_OPERATIONS = {"requires_grad_", "share_memory_", "resize_as_", "set_", "apply_", "map_", "map2_"}
PRESENT = [name for name in INPLACE if hasattr(ag.Tensor, name)]


@pytest.mark.torch
def test_every_operation_has_the_in_place_form_that_torch_has() -> None:
    """Look for methods of ours whose in-place form only torch has."""
    wanted = {name for name in dir(get_torch().Tensor) if name.endswith("_") and not name.startswith("_")}
    missing = {name for name in wanted if hasattr(ag.Tensor, name[:-1]) and not hasattr(ag.Tensor, name)}
    assert set() == missing - NOT_OPERATIONS


@pytest.mark.torch
def test_no_operation_has_an_in_place_form_that_torch_lacks() -> None:
    """Look for in-place methods that only we have."""
    torch = get_torch()
    ours = {name for name in dir(ag.Tensor) if name.endswith("_") and not name.startswith("_")}
    assert {name for name in ours if not hasattr(torch.Tensor, name)} <= {"sigmoid_"}


@pytest.mark.parametrize("name", ["exp", "add", "zero", "clamp", "t", "masked_fill", "index_put", "copy"])
def test_an_in_place_method_changes_the_memory_once(name: str) -> None:
    """Count versions, and look through a second tensor on the same memory."""
    arguments: dict[str, tuple[Any, ...]] = {
        "add": (1,),
        "clamp": (0, 1),
        "masked_fill": (ag.tensor([[True, False], [False, True]]), 7.0),
        "index_put": ((ag.tensor([0]),), ag.tensor(7.0)),
        "copy": (ag.ones(2, 2) * 3,),
    }
    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    other = x.detach()
    found = getattr(x, f"{name}_")(*arguments.get(name, ()))
    assert found is x
    assert x._version == other._version == 1
    if name != "t":
        assert x.tolist() == other.tolist()


class Heard(listeners.Listener):
    """Note the operations done and refused."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.refused: list[str] = []

    def operation(self, call: Any) -> None:
        """Note an operation."""
        self.done.append((call.name, call.mutated is not None, [name for name, _ in call.inputs]))

    def operation_failed(self, name: str, inputs: Any, error: BaseException) -> None:
        """Note a refusal."""
        self.refused.append(name)


def heard(run: Any) -> Heard:
    """Return what a listener hears while `run()` runs."""
    listener = Heard()
    listeners.add(listener)
    try:
        run()
    except RuntimeError:
        pass
    finally:
        listeners.remove(listener)
    return listener


def test_listeners_hear_operations_that_leave_no_node() -> None:
    """Cut, compare, change and index, with somebody listening."""
    x = ag.ones(3, requires_grad=True)

    def run() -> None:
        y = x * 2
        y.detach()
        y.gt(1)
        y.add_(1)
        y[0]
        y.clamp_(0, 1)
        y.unsqueeze_(0)

    names = [name for name, _, _ in heard(run).done]
    assert names == ["mul", "detach", "gt", "add_", "select", "clamp_", "unsqueeze_"]


def test_listeners_hear_assignments_as_the_operations_they_are() -> None:
    """Assign to a row and to indices."""
    x = ag.ones(3, 2)
    done = heard(lambda: (x.__setitem__(0, 5.0), x.__setitem__(ag.tensor([1]), 5.0))).done
    assert [(name, mutates) for name, mutates, _ in done] == [("select", False), ("fill_", True), ("index_put_", True)]


def test_listeners_hear_what_is_refused() -> None:
    """Change a leaf."""
    x = ag.ones(3, requires_grad=True)
    assert heard(lambda: x.add_(1)).refused == ["add_"]
    assert heard(lambda: x.clamp_(0, 1)).refused == ["clamp_"]
    assert heard(lambda: x.__setitem__(0, 1.0)).refused == ["copy_"]


@pytest.mark.parametrize("name", PRESENT)
def test_in_place_methods_are_documented(name: str) -> None:
    """Read the docstring that was made with the method."""
    assert len(getattr(ag.Tensor, f"{name}_").__doc__) > 10
