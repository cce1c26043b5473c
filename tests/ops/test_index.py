"""The index of families says what the families say, and each can be the first that is imported."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from autograd_viz.ops import index
from autograd_viz.ops.op import op
from tests.ops.families import PARTS

HEAD = '''"""Which family registers which names; written by `pytest tests/ops/test_index.py --regen-golden`.

`BOTH` are public functions and Tensor methods, `FUNCTIONS` only the one, `METHODS` only the other, `RULES` neither.
See Note [Families on demand] in tables.py.
"""

from __future__ import annotations
'''


FIRST = """
import os, sys
from importlib import import_module
import autograd_viz.ops.tables as tables
for family in sorted(set(tables.FAMILY_OF.values())):
    child = os.fork()
    if child == 0:
        import_module(f"autograd_viz.ops.{family}")
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(family)
"""


def source(parts):
    """Return the text of index.py."""
    text = HEAD
    for part, families in parts.items():
        entries = [entry(family, " ".join(names)) for family, names in sorted(families.items())]
        text += "\n" + "\n".join([f"{part} = {{", *entries, "}"]) + "\n"
    return text


def entry(family, names):
    """Return an entry: one line where it fits, else several in parentheses."""
    if len(family) + len(names) < 108:
        return f'    "{family}": "{names}",'
    lines = textwrap.wrap(names, 108)
    quoted = "\n".join(f'        "{line}{" " if line is not lines[-1] else ""}"' for line in lines)
    return f'    "{family}": (\n{quoted}\n    ),'


def test_the_index_is_what_the_families_register(pytestconfig):
    command = [sys.executable, "-m", "tests.ops.families"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert "" == done.stderr
    parts = json.loads(done.stdout)
    if pytestconfig.getoption("--regen-golden"):
        Path(index.__file__).write_text(source(parts), encoding="utf-8")
        return
    listed = {part: {family: names.split() for family, names in getattr(index, part).items()} for part in PARTS}
    assert parts == listed, "operations have changed: run pytest tests/ops/test_index.py --regen-golden"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each family is tried in a fork")
def test_every_family_can_be_the_first_that_is_imported():
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True)
    assert ("", "") == (done.stdout, done.stderr)


def test_a_misspelt_need_is_refused_when_the_entry_is_made():
    with pytest.raises(TypeError, match=r"op Wrong: a rule needs 'othr', which is none of \('self',\)"):
        op("Wrong", lambda self: self, self=("grad", lambda grad, othr: grad))
    with pytest.raises(TypeError, match=r"op Wrong: a rule for 'slef', which is none of \('self',\)"):
        op("Wrong", lambda self: self, slef=("grad", lambda grad: grad))
