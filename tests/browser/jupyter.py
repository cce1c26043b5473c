"""A JupyterLab server of the test's own, and what drives a page of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

START_TIMEOUT = 120.0
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',  # so that outputs out of sight are in the page too
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}


@contextmanager
def jupyter_server(root: Path, state: Path) -> Iterator[str]:
    """Serve `root` in JupyterLab, keeping all the server's own files under `state`; yield its address."""
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0",
        f"--ServerApp.root_dir={root}", "--IdentityProvider.token=", "--ServerApp.password=",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    state.mkdir(exist_ok=True)
    log = state / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=own_folders(state), stdout=out, stderr=out, cwd=root)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_up(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def own_folders(state: Path) -> dict[str, str]:
    """Return an environment in which Jupyter and IPython write nowhere else than under `state`."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython",
    }  # fmt: skip
    made = {name: str(state / folder) for name, folder in folders.items()}
    for folder in made.values():
        Path(folder).mkdir(parents=True, exist_ok=True)
    for name, settings in SETTINGS.items():
        file = state / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(settings)
    return {**os.environ, **made, "JUPYTER_PREFER_ENV_PATH": "1"}


def free_port() -> int:
    """Return a port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its log if it ends or takes too long."""
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")


def write_notebook(path: Path, *cells: str, failing: bool = False) -> None:
    """Write a notebook of code cells; the last may be expected to fail."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    if failing:
        notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)


class Lab:
    """JupyterLab in a page, driven through its own commands: clicks before a kernel connects are lost."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(f"{address}/lab?reset")
        page.wait_for_function("() => window.jupyterapp !== undefined")
        page.evaluate("() => window.jupyterapp.restored")

    def open(self, path: str) -> None:
        """Open a file with its default viewer and wait until its content is there."""
        self.execute("docmanager:open", path=path)
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.ready")

    def open_notebook(self, path: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.open(path)
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")

    def run_all(self) -> None:
        """Run all cells; return when the last is done."""
        self.execute("notebook:run-all-cells")

    def run_cell(self, number: int) -> None:
        """Run one cell of the current notebook; return when it is done."""
        self.page.evaluate(
            "number => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = number; }", number
        )
        self.execute("notebook:run-cell")

    def save(self) -> None:
        """Save the current document."""
        self.execute("docmanager:save")

    def execute(self, command: str, **arguments: object) -> None:
        """Run one of JupyterLab's commands and wait for it."""
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }", [command, arguments]
        )


def run_first(page: Page, lab: tuple[str, Path], name: str, *cells: str) -> tuple[Lab, Locator]:
    """Write a notebook and run its first cell; return the driver and the player that the cell shows."""
    address, root = lab
    write_notebook(root / f"{name}.ipynb", *cells)
    jupyter = Lab(page, address)
    jupyter.open_notebook(f"{name}.ipynb")
    jupyter.run_cell(0)
    return jupyter, page.locator("[data-autograd-viz-live]").first
