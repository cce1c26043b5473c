"""`record`: the `with` block that records."""

from __future__ import annotations

from types import TracebackType

import autograd_viz
from autograd_viz.autograd import listeners
from autograd_viz.trace.data import Producer
from autograd_viz.trace.recording.places import user_frame
from autograd_viz.trace.recording.recorder import Recorder
from autograd_viz.trace.recording.values import CAP
from autograd_viz.trace.trace import Trace
from autograd_viz.trace.uncollected import seldom_collected
from autograd_viz.trace.whole import is_whole


class record:
    """Record the autograd code of a `with` block.

    Parameters
    ----------
    cap : int
        Copy arrays of up to this many elements; of larger ones keep shape, min, max, mean, norm and counts of NaN
        and infinities.
    title : str, optional
        What the trace is called.
    budget : int, optional
        Bytes that all copies together may take when saved, roughly; by default about 1.2 MB. As it runs out,
        large arrays turn into summaries.

    Returns
    -------
    Trace
        From `with record() as trace`: filled while the block runs, and whole after it, also if the block raised.
        The error is then the trace's last event, and is raised all the same.

    Notes
    -----
    Only the thread that records is heard. Modules made in the block (`nn.Linear(2, 3)`) draw their parameters unheard;
    what is asked for (`nn.init.zeros_(layer.bias)`, `layer.reset_parameters()`) is recorded like any operation.

    Raises
    ------
    ValueError, TypeError
        If `cap` or `budget` is no whole number from 0, or `title` no text.
    RuntimeError
        If the same `record()` is entered again before it was left.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> with ag.record() as trace:
    ...     w = ag.tensor(3.0, requires_grad=True)
    ...     loss = w * w
    ...     loss.backward()
    >>> ag.explain(trace, len(trace.events) - 2)
    'w.grad was None; 6 arrives and becomes w.grad.'
    """

    def __init__(self, cap: int = CAP, title: str | None = None, *, budget: int | None = None) -> None:
        for name, found in (("cap", cap), ("budget", 0 if budget is None else budget)):
            if not is_whole(found) or found < 0:
                raise ValueError(f"record() got {name}={found!r}, expected a whole number that is not negative")
        if title is not None and not isinstance(title, str):
            raise TypeError(f"record() got title={title!r}, expected text")
        self._settings = cap, budget
        self._title = title or ""
        self._recorder: Recorder | None = None

    def __enter__(self) -> Trace:
        if self._recorder is not None:
            raise RuntimeError("this record() is recording already; use a new one for another block")
        trace = Trace(title=self._title, producer=Producer("autograd-viz", autograd_viz.__version__))
        self._recorder = Recorder(trace, *self._settings, user_frame())
        self._collect = seldom_collected()
        listeners.add(self._recorder)
        return trace

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            try:
                recorder.finish(error)
            finally:
                listeners.remove(recorder)
                self._collect()
