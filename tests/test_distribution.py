"""What is shipped: the sdist, the wheel built from it, and a front end built from the sources as they are."""

import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import autograd_viz

hatch_build = pytest.importorskip("hatch_build", reason="building needs hatchling (the 'dev' extra)")
ROOT = Path(__file__).parents[1]
SHARED = "share/jupyter/labextensions/autograd-viz"


def build(target: str, folder: Path, source: Path) -> Path:
    """Build an sdist or a wheel of `source` into `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    [made] = folder.glob("*.tar.gz" if target == "sdist" else "*.whl")
    return made


def test_the_built_front_end_is_of_the_sources_as_they_are() -> None:
    assert hatch_build.is_current(ROOT), "the front end is stale: run `python hatch_build.py`"


def test_a_wheel_built_from_the_sdist_ships_the_viewer_and_the_labextension(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path / "sdist", ROOT)) as sdist:
        sdist.extractall(tmp_path / "unpacked")
    [unpacked] = (tmp_path / "unpacked").iterdir()
    assert hatch_build.is_current(unpacked)  # so that installing from an sdist needs neither npm nor its network
    with zipfile.ZipFile(build("wheel", tmp_path / "wheel", unpacked)) as wheel:
        names = wheel.namelist()
    assert {"autograd_viz/widget/static/player.js", "autograd_viz/widget/static/standalone.js"} <= set(names)
    assert any(name.endswith(f"{SHARED}/package.json") for name in names)
    assert any(name.endswith(f"{SHARED}/install.json") for name in names)
    assert not [name for name in names if name.startswith(("autograd_viz/labextension", "tests", "labextension"))]


def test_one_version_everywhere() -> None:
    package = (ROOT / "labextension" / "package.json").read_text()
    assert autograd_viz.__version__ == version("autograd-viz")
    assert f'"version": "{autograd_viz.__version__}"' in package
