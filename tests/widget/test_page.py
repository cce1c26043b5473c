"""The player saved as one HTML file."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograd_viz.trace import Trace
from autograd_viz.widget.assets import unpacked
from autograd_viz.widget.player import Player

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"
HOSTILE = "</script><script>window.hacked = 1</script><!-- <img src=x onerror=alert(1)> \u2028 '\" &amp;"


class Blocks(HTMLParser):
    """Collects the script blocks of a page as a browser delimits them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[dict[str, str | None], str]] = []
        self.outside = ""
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        if self.inside:
            self.blocks.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.inside:
            attributes, text = self.blocks[-1]
            self.blocks[-1] = attributes, text + data
        else:
            self.outside += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def saved(folder: Path, trace: Trace, **state: object) -> str:
    """Save a player of the trace and return the page's text."""
    return Player(trace, **state).save(folder / "page.html").read_text(encoding="utf-8")


def test_a_page_holds_the_trace_and_the_present_state(tmp_path: Path) -> None:
    trace = Trace.load(GOLDEN)
    page = Blocks(saved(tmp_path, trace, step=7, theme="dark"))
    blocks = {attributes.get("id"): text for attributes, text in page.blocks}
    assert trace.to_json()["events"] == json.loads(blocks["trace"])["events"]
    state = json.loads(blocks["state"])
    assert (7, "dark", False) == (state["step"], state["theme"], state["playing"])


def test_a_page_fetches_nothing(tmp_path: Path) -> None:
    text = saved(tmp_path, Trace.load(GOLDEN))
    assert "default-src 'none'" in text
    assert not re.search(r"<(link|img|iframe)\b|<script[^>]*\bsrc=", text)


def test_a_hostile_name_stays_data(tmp_path: Path) -> None:
    trace = Trace.load(GOLDEN)
    trace.title = HOSTILE
    trace.tensors[:] = [replace(tensor, name=HOSTILE) for tensor in trace.tensors]
    page = Blocks(saved(tmp_path, trace))
    assert 3 == len(page.blocks)
    assert HOSTILE == json.loads(page.blocks[0][1])["tensors"][0]["name"]
    assert HOSTILE in page.outside  # the title, as text


def test_only_the_viewer_may_run(tmp_path: Path) -> None:
    text = saved(tmp_path, Trace.load(GOLDEN))
    loader = Blocks(text).blocks[-1][1]
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (loader, unpacked(loader))]
    assert f"script-src 'sha256-{digests[0]}' 'sha256-{digests[1]}';" in text


def test_a_page_is_small_but_for_its_trace(tmp_path: Path) -> None:
    text = saved(tmp_path, Trace.load(GOLDEN))
    trace = next(block for attributes, block in Blocks(text).blocks if attributes.get("id") == "trace")
    assert len(text.encode()) - len(trace.encode()) < 120_000


@pytest.mark.parametrize("name", ["page.txt", "page", "t.autograd.json"])
def test_other_formats_are_refused_naming_what_is_possible(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(".html")):
        Player(Trace.load(GOLDEN)).save(tmp_path / name)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Player(Trace.load(GOLDEN)).save(tmp_path / "nowhere" / "page.html")
