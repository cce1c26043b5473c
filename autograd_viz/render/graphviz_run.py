"""Running Graphviz: in this process through pygraphviz, or a `dot` on PATH when that is missing.

Knows DOT in and bytes out. Every call is a fresh graph, drawn once and closed: reusing one after a JSON
draw crashes the process.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()  # Graphviz keeps global state


class GraphvizMissingError(RuntimeError):
    """Neither way of running Graphviz is there."""


def run(source: str, kind: str, engine: str = "dot") -> bytes:
    """Lay out DOT and return it as `kind` ("json0", "svg", "png", "pdf").

    Raises
    ------
    GraphvizMissingError
        If neither pygraphviz nor a `dot` command is installed.
    """
    if importlib.util.find_spec("pygraphviz") is not None:
        return _in_process(source, kind, engine)
    program = shutil.which(engine)
    if program is None:
        raise GraphvizMissingError(
            "Drawing needs Graphviz and found neither of its two forms: the Python package pygraphviz>=2, "
            "which carries Graphviz itself, nor a `dot` command on PATH. Install one: pip install 'pygraphviz>=2'."
        )
    done = subprocess.run([program, f"-T{kind}"], input=source.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{engine} could not draw the graph: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _in_process(source: str, kind: str, engine: str) -> bytes:
    import pygraphviz

    with _LOCK, _quiet():
        graph = pygraphviz.AGraph(string=source)
        try:
            drawn = graph.draw(format=kind, prog=engine)
        finally:
            graph.close()
    return drawn.encode() if isinstance(drawn, str) else drawn


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Fontconfig's and Graphviz's warnings, which C code writes to descriptor 2, out of the notebook."""
    try:
        kept = os.dup(2)
    except OSError:  # no such descriptor: nothing can be written to it either
        yield
        return
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(silent)
        os.close(kept)
