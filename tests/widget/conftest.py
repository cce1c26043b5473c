"""What the widget's tests leave behind."""

from collections.abc import Iterator

import pytest

from autograd_viz.autograd import listeners


@pytest.fixture(autouse=True)
def _abandoned() -> Iterator[None]:
    """Let no live player of one test listen to the next: ipywidgets keeps every widget alive until it is closed."""
    yield
    for each in listeners.active():
        listeners.remove(each)
