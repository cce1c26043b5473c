"""The tutorial: it runs, its plain cells print what PyTorch prints, and nothing of a run is kept in it."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
TUTORIAL = Path(__file__).parents[2] / "notebooks" / "tutorial.ipynb"
PLAIN = ("forward", "grad-fn-code", "backward", "no-grad", "detach-code", "jacobian-code")
TRACE_MIME_TYPE = "application/vnd.autograd-viz.trace+json"


def cells_by_id(path: Path) -> dict[str, Any]:
    """Return a notebook's cells by their ids."""
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def printed(cells: list[str]) -> str:
    """Run cells one after the other and return what they print, addresses and random numbers masked."""
    out = io.StringIO()
    namespace: dict[str, Any] = {}
    with contextlib.redirect_stdout(out):
        for cell in cells:
            exec(cell, namespace)
    return masked(out.getvalue())


def masked(text: str) -> str:
    """Replace addresses and numbers with four decimals, whose width may differ too."""
    return re.sub(r" *-?\d\.\d{4}\b", " #", re.sub(r"0x[0-9a-f]+", "0x", text))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        assert [] == cell.get("outputs", [])
        assert None is cell.get("execution_count")


def test_the_tutorial_runs_and_shows_its_players(monkeypatch: Any, tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    notebook = nbformat.read(TUTORIAL, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    players = [
        name for name, shown in outputs.items() if any(TRACE_MIME_TYPE in each.get("data", {}) for each in shown)
    ]
    assert ["play", "disabling-play", "jacobian-play", "retain-error", "quiz-play", "groups-play", "training-play", "live-play"] == players
    failures = {name: each.ename for name, shown in outputs.items() for each in shown if each.output_type == "error"}
    assert {"retain-error": "RuntimeError"} == failures


def test_its_plain_cells_print_what_torch_prints() -> None:
    pytest.importorskip("torch")
    cells = [cells_by_id(TUTORIAL)[name].source for name in PLAIN]
    assert cells[0].startswith("import autograd_viz as torch\n")
    with_torch = [cells[0].replace("import autograd_viz as torch", "import torch"), *cells[1:]]
    assert printed(with_torch) == printed(cells)
