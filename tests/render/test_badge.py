"""What a card says is computed."""

import pytest

import autograd_viz as ag
from autograd_viz.render.picture import picture
from autograd_viz.render.text import badge
from autograd_viz.trace.recording.snapshot import snapshot


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("y = x + 1", "+ 1"),
        ("y = 2 - x", "2 −"),
        ("y = 2 ** x", "2 **"),
        ("y = x ** 2", "** 2"),
        ("y = x > 0", "> 0"),
        ("y = x * 1; y += 3", "+= 3"),
        ("y = x * 1; y.exp_()", "exp_"),
    ],
)
def test_an_operation_is_said_as_python_writes_it(code: str, wanted: str) -> None:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        exec(code, {"x": x})
    assert wanted == badge(picture(trace).marks[-1])


def test_an_operation_known_by_its_node_alone_is_said_under_its_own_name() -> None:
    y = ag.nn.functional.log_softmax(ag.tensor([1.0, 2.0], requires_grad=True), dim=0)
    assert "log_softmax" in [badge(mark) for mark in picture(snapshot(y)).marks]
