"""Short ways to say what tests of recordings say again and again."""

from collections.abc import Iterator
from typing import Any

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.trace.event import Event


def kinds(trace: Trace) -> list[str]:
    return [event.kind for event in trace.events]


def only(trace: Trace, kind: str) -> list[Event]:
    return [event for event in trace.events if event.kind == kind]


def leaf(*numbers: float) -> Any:
    return ag.tensor(list(numbers), requires_grad=True)


def places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to everything inside a document."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))
