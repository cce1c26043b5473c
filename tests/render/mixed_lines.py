"""A recording of one long function, whose lines make one operation or two."""

import linecache
import random
from typing import Any

import autograd_viz as ag
from autograd_viz.trace import Trace


def mixed() -> Trace:
    """Record lines of one operation and of two in no order: parts of them begin or end with either."""
    chance = random.Random(1)
    acts = [chance.choice(("ag.sin(a)", "ag.exp(a * 0.1)", "a + 1", "ag.tanh(a) * 2")) for _ in range(125)]
    text = "def run(a):\n" + "".join(f"    a = {act}\n" for act in acts) + "    return a\n"
    linecache.cache["mixed.py"] = (len(text), None, text.splitlines(keepends=True), "mixed.py")
    space: dict[str, Any] = {"ag": ag}
    exec(compile(text, "mixed.py", "exec"), space)
    with ag.record() as trace:
        space["run"](ag.tensor(0.5, requires_grad=True)).backward()
    return trace
