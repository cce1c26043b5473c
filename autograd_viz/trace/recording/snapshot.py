"""`snapshot`: the graph behind tensors as it stands, as a trace in which nothing happens."""

from __future__ import annotations

import autograd_viz
from autograd_viz.tensor import Tensor
from autograd_viz.trace.data import Producer
from autograd_viz.trace.recording.places import user_frame
from autograd_viz.trace.recording.recorder import Recorder
from autograd_viz.trace.recording.values import CAP
from autograd_viz.trace.trace import Trace


def snapshot(*tensors: Tensor, title: str = "") -> Trace:
    """Walk `grad_fn` and `next_functions` from tensors and return what is found as a trace without events.

    Parameters
    ----------
    *tensors : Tensor
        Where to begin: usually the loss.
    title : str
        What the trace is called.
    """
    trace = Trace(title=title, producer=Producer("autograd-viz", autograd_viz.__version__))
    frame = user_frame()
    recorder = Recorder(trace, CAP, None, frame)
    recorder.tensors.frame = frame
    for each in tensors:
        recorder.tensors.meet(each)
    recorder.nodes.settle()
    recorder.tensors.adopt(frame)
    return trace
