"""Which part of the package may know which, and what `import autograd_viz` costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograd_viz"
RANK = {"trace": 1, "bridge": 1, "render": 2, "widget": 3}  # everything else is the engine, rank 0
HEAVY = ("IPython", "anywidget", "graphviz", "ipywidgets", "pygraphviz", "torch", "traitlets")
LIGHT = {"_heapq", "_weakrefset", "copy", "dataclasses", "heapq", "threading"}  # what more the standard library gives
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the full name of every module of the package that a file imports, at any depth of its code."""
    here = ("autograd_viz", *path.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: len(here) - node.level]) if node.level else ""
            parent = ".".join(filter(None, [base, node.module or ""]))
            yield parent
            yield from (f"{parent}.{alias.name}" for alias in node.names)


def rank_of(module: str) -> int:
    """Return how far to the right in the flow of data a module stands."""
    parts = module.split(".")
    return RANK.get(parts[1], 0) if len(parts) > 1 else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_only_to_the_left(path: Path) -> None:
    own = RANK.get(path.relative_to(PACKAGE).parts[0], 0)
    to_the_right = sorted(
        {name for name in imported_modules(path) if name.startswith("autograd_viz.") and rank_of(name) > own}
    )
    assert [] == to_the_right


def test_importing_the_package_loads_numpy_and_nothing_heavier() -> None:
    code = f"import sys, autograd_viz; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "" == done.stdout.strip()


def test_importing_the_package_loads_little_more_than_numpy_and_no_operation() -> None:
    code = "import sys, numpy; known = set(sys.modules); import autograd_viz; print(*set(sys.modules) - known)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("__")}
    assert set() == {name for name in loaded if not name.startswith("autograd_viz")} - LIGHT
    operations = {name for name in loaded if name.startswith("autograd_viz.ops.")}
    assert {"autograd_viz.ops.index", "autograd_viz.ops.tables"} == operations


def test_a_name_is_there_before_it_is_used() -> None:
    code = """if True:
        import sys, autograd_viz as ag
        from autograd_viz import exp, linalg, tensor
        assert {"exp", "tensor", "nn", "play"} <= set(dir(ag)), dir(ag)
        assert {"exp", "add_", "T", "__add__"} <= set(dir(ag.Tensor)), dir(ag.Tensor)
        assert "autograd_viz.ops.gamma" not in sys.modules
        assert ag.Tensor.lgamma is ag.Tensor.lgamma and isinstance(ag.Tensor.T, property)
        assert "autograd_viz.ops.gamma" in sys.modules
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "" == done.stderr
