"""What a user's module has of its own, names above all, does not end the recording of its call."""

from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz import nn
from autograd_viz.trace.recording.snapshot import snapshot


class _Named(type):
    """A metaclass that says nothing of names."""

    @property
    def __name__(cls) -> str:
        raise RuntimeError("no name")


class _Odd(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scope_name = "encoder"
        self.inner = nn.Linear(2, 2)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        return self.inner(x)


class _Raising(_Odd):
    def named_modules(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("not these")


class _Numbered(_Odd):
    def named_modules(self, *args: Any, **kwargs: Any) -> Any:
        return [(7, self.inner)]


class _Watched(_Odd):
    def __getattribute__(self, name: str) -> Any:
        if name in ("scope_name", "named_modules", "named_parameters"):
            raise RuntimeError("not this")
        return super().__getattribute__(name)


class _Nameless(_Odd, metaclass=_Named):
    pass


@pytest.mark.parametrize(
    "kind",
    [_Odd, _Raising, _Numbered, _Watched, _Nameless],
    ids=["attribute", "raising", "numbered", "watched", "nameless"],
)
@pytest.mark.parametrize("is_recorded", [True, False])
def test_what_a_users_module_has_of_its_own_does_not_end_a_recording(kind: Any, is_recorded: bool) -> None:
    module, x = kind(), ag.ones(1, 2)
    if is_recorded:
        with ag.record() as trace:
            module(x).sum().backward()
    else:
        trace = snapshot(module(x).sum())
    own = type.__dict__["__name__"].__get__(kind)
    inner = "inner" if kind in (_Odd, _Nameless) else "Linear"
    assert [(own, own), (f"{own}/{inner}", "Linear")] == [(each.scope, each.name) for each in trace.modules]
    assert ag.draw(trace).source
