"""The golden traces are what the recorder and the replay give today."""

from dataclasses import replace

import pytest

from autograd_viz.trace import Trace
from autograd_viz.trace.event import BeginEvent, Event
from tests.trace import handmade
from tests.trace.golden import FOLDER, check_golden
from tests.trace.lessons import CELLS, run


def test_the_handmade_trace_is_told_as_its_golden_file_says(regenerate: bool) -> None:
    check_golden(handmade.trace(), "handmade", regenerate)


@pytest.mark.parametrize("name", CELLS)
def test_a_recorded_cell_is_as_its_golden_file_says(name: str, regenerate: bool) -> None:
    check_golden(renumbered(run(name)), name, regenerate)


def test_every_golden_file_belongs_to_a_cell() -> None:
    names = {path.name.split(".")[0] for path in FOLDER.glob("*.*.json")}
    assert {"handmade", *CELLS} == names


def renumbered(trace: Trace) -> Trace:
    """Count nodes from 0: sequence numbers go on from whatever the process did before."""
    first = min((node.id for node in trace.nodes if node.id >= 0), default=0)

    def moved(number: int | None) -> int | None:
        return number if number is None or number < 0 else number - first

    trace.tensors = [replace(each, node=moved(each.node)) for each in trace.tensors]
    trace.ops = [replace(each, node=moved(each.node)) for each in trace.ops]
    trace.nodes = [
        replace(each, id=moved(each.id), next=tuple(replace(edge, node=moved(edge.node)) for edge in each.next))
        for each in trace.nodes
    ]
    trace.events = [moved_event(each, moved) for each in trace.events]
    return trace


def moved_event(event: Event, moved) -> Event:  # type: ignore[no-untyped-def]
    """Renumber the nodes that an event names."""
    changes = {name: moved(getattr(event, name)) for name in ("node", "to") if hasattr(event, name)}
    if isinstance(event, BeginEvent):
        changes["roots"] = tuple(replace(root, node=moved(root.node)) for root in event.roots)
        changes["expected"] = {moved(node): count for node, count in event.expected.items()}
    return replace(event, **changes)
