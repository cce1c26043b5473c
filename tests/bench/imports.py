"""What importing costs: processor time of the `import` statement alone, in a new interpreter each time."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.bench.row import Contenders, Round

__all__ = ["imports", "seconds_in_children"]

_spent = [0.0]


def seconds_in_children() -> float:
    """Return the processor time that the import statements run so far have taken: a timer."""
    return _spent[0]


def imports() -> Contenders:
    """Return the contenders; the first, untimed rounds leave compiled bytecode behind."""
    return {"ours": importing("autograd_viz"), "numpy": importing("numpy")}


def importing(module: str) -> Round:
    """Return the work: import one module in a process of its own, user and system time."""
    code = f"import time; began = time.process_time(); import {module}; print(time.process_time() - began)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
        _spent[0] += float(done.stdout)

    return run
