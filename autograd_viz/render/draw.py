"""`draw`: the graph behind a loss, a tensor or a trace as one still picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_viz.render.dot import dot
from autograd_viz.render.palette import PALETTES
from autograd_viz.trace.trace import Trace

if TYPE_CHECKING:
    from autograd_viz.render.drawing import Drawing

THEMES = ("auto", *PALETTES)


def draw(subject: Any, expanded: Any = None, theme: str = "auto") -> Drawing:
    """Draw the graph of a trace, of a tensor, or of several tensors.

    Parameters
    ----------
    subject : Trace, Tensor, or a list or tuple of Tensors
        For tensors, the graph that `backward` would walk from their `grad_fn`.
    expanded : int, list of str or callable, optional
        Which groups are open, as `play` takes it. Those of a large graph are closed by default, so that Graphviz
        has little to do; `expanded=99` opens all, over which it may take minutes.
    theme : str
        "light", "dark" or "auto": that of the notebook it is shown in (JupyterLab, Colab, VS Code), light in files.

    Returns
    -------
    Drawing
        A `graphviz.Digraph`: shows itself in a notebook, renders to svg, png and pdf, needs no system `dot`.
        `save("graph.png")` writes the picture (.svg, .png, .pdf), `save("graph.gv")` the DOT source.

    Raises
    ------
    TypeError
        If `subject` or `expanded` is none of these.
    ValueError
        If `expanded` names a group that is not there, or is a function that raises, or `theme` is no theme.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> w = ag.tensor(3.0, requires_grad=True)
    >>> loss = w * w
    >>> "MulBackward0" in ag.draw(loss).source
    True
    >>> path = ag.draw(loss).save("graph.png")  # doctest: +SKIP
    """
    if theme not in THEMES:
        raise ValueError(f"theme is one of {', '.join(map(repr, THEMES))}, got {theme!r}")
    if isinstance(subject, Trace):
        return dot(subject, expanded, theme)
    tensors = tuple(subject) if isinstance(subject, list | tuple) else (subject,)
    if not tensors or not all(hasattr(each, "grad_fn") for each in tensors):
        raise TypeError(f"draw() takes a trace or tensors, got {type(subject).__name__}.")
    from autograd_viz.trace.recording.snapshot import snapshot

    return dot(snapshot(*tensors), expanded, theme)
