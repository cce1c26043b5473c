"""Run one program on PyTorch and on this package, and compare what it notes down.

A program is a function of the namespace `T` and of a `Notes`, with which it notes values, tensors, nodes and errors.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import dtype_name, get_torch, is_tensor, name_of, to_array

Program = Callable[[Any, Any], None]
OBJECT_AT = re.compile(r" at 0x[0-9a-f]+")


class Notes:
    """What a program noted, in order, as plain data."""

    def __init__(self, T: Any) -> None:
        self.T = T
        self.found: list[Any] = []

    def __call__(self, *values: Any) -> None:
        """Note values; returns None, so that a hook may be nothing but a note."""
        self.found.extend(plain(each) for each in values)

    def error(self, phrase: str, run: Callable[[], Any]) -> None:
        """Note the type of the error that `run` must raise; its message must have the phrase."""
        with pytest.raises(Exception, match=re.escape(phrase)) as caught:
            run()
        self.found.append(("error", public_type(caught.value)))

    def text(self, run: Callable[[], Any]) -> None:
        """Note the type and the whole text of the error that `run` must raise."""
        with pytest.raises(Exception, match=r"(?s).*") as caught:
            run()
        self.found.append(("error", public_type(caught.value), words(str(caught.value))))

    def warning(self, phrase: str, run: Callable[[], Any]) -> Any:
        """Note the type of the warning that `run` must give; return what it returns."""
        with warnings.catch_warnings(record=True) as caught, always_warning(self.T):
            warnings.simplefilter("always")
            result = run()
        said = [each for each in caught if phrase in str(each.message)]
        assert said, f"no warning with {phrase!r} among {[str(each.message) for each in caught]}"
        self.found.append(("warning", said[0].category.__name__))
        return result


@contextmanager
def always_warning(T: Any) -> Iterator[None]:
    """Have PyTorch repeat the warnings that it otherwise gives once a process."""
    setting = getattr(T, "set_warn_always", lambda _: None)
    setting(True)
    try:
        yield
    finally:
        setting(False)


def same(program: Program) -> list[Any]:
    """Run a program on both, assert that it notes the same, and return what it notes."""
    torch = get_torch()
    theirs, ours = Notes(torch), Notes(ag)
    program(torch, theirs)
    program(ag, ours)
    assert_same_notes(ours.found, theirs.found)
    return ours.found


def on_both(program: Program) -> Callable[[], None]:
    """Make a test of a program: it must note the same on both."""

    def test() -> None:
        same(program)

    test.__name__, test.__qualname__, test.__doc__ = program.__name__, program.__qualname__, program.__doc__
    test.__module__ = program.__module__
    test.program = program  # type: ignore[attr-defined]
    return pytest.mark.torch(test)


def words(text: str) -> str:
    """Return a message with the package's name, and addresses, as they are on PyTorch."""
    return OBJECT_AT.sub("", text.replace("autograd_viz.", "torch."))


def assert_same_notes(ours: Any, theirs: Any, where: str = "note") -> None:
    """Assert that two notes are equal, numbers within what their dtype can tell apart."""
    assert type(ours) is type(theirs), f"{where}: {ours!r}, expected {theirs!r}"
    if isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs), f"{where}: {ours!r}, expected {theirs!r}"
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            assert_same_notes(one, other, f"{where}[{place}]")
    elif isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), where
        for key in theirs:
            assert_same_notes(ours[key], theirs[key], f"{where}[{key!r}]")
    elif isinstance(theirs, np.ndarray):
        tolerance = 1e-9 if theirs.dtype == np.float64 else 1e-5
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance, err_msg=where)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-6, nan_ok=True), where
    else:
        assert ours == theirs, f"{where}: {ours!r}, expected {theirs!r}"


def plain(value: Any) -> Any:
    """Return a value as plain data: tensors with dtype and flags, nodes by name."""
    if is_tensor(value):
        return [
            "tensor", dtype_name(value), list(value.shape), bool(value.requires_grad), np.array(to_array(value)),
            None if value.grad_fn is None else name_of(value.grad_fn),
        ]  # fmt: skip
    if hasattr(value, "next_functions"):
        return ["node", name_of(value)]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else OBJECT_AT.sub("", repr(value))


def public_type(error: BaseException) -> str:
    """Return the first of the error's types that Python itself has."""
    return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins")


def leaf(T: Any, values: Any = (1.0, 2.0, 3.0), dtype: str = "float32") -> Any:
    """Return a leaf that requires grad."""
    return T.tensor(values if isinstance(values, float) else list(values), dtype=getattr(T, dtype), requires_grad=True)


def edges(node: Any) -> list[Any]:
    """Return the names of a node's next nodes with the output each edge leads to."""
    return [(None if each is None else name_of(each), index) for each, index in node.next_functions]


def function(T: Any, forward: Callable[..., Any], backward: Callable[..., Any], name: str = "My") -> Any:
    """Return a new Function class with these static methods."""
    return type(name, (T.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


def names(nodes: Sequence[Any]) -> list[str]:
    """Return the names of nodes."""
    return [name_of(each) for each in nodes]


def notes_of(run: Callable[..., None], T: Any, code: Any) -> list[Any]:
    """Run a random program, without its warnings, and return its notes."""
    note = Notes(T)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(T, note, code)
    return note.found
