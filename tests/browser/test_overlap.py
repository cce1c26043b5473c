"""Nothing on a card is cut off or overlaps, whatever the trace and the step."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

import autograd_viz as ag
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.autograd.json"))
STOPS = 8
FAULTS = """() => {
  const box = (element) => element.getBoundingClientRect();
  const seen = (element) => getComputedStyle(element).visibility !== 'hidden' && box(element).width > 0;
  const common = (from, to, a, b) => Math.min(a[to], b[to]) - Math.max(a[from], b[from]);
  const meet = (a, b, by) => common('left', 'right', a, b) > by && common('top', 'bottom', a, b) > by;
  const faults = [];
  const cards = [...document.querySelectorAll('.av-card')].filter(seen);
  const boxes = cards.map((card) => box(card.querySelector('.av-face')));
  cards.forEach((card, i) => {
    const name = card.getAttribute('data-item');
    const face = boxes[i];
    boxes.slice(i + 1).forEach((other, j) => {
      if (meet(face, other, 1)) faults.push(`${name} overlaps ${cards[i + 1 + j].getAttribute('data-item')}`);
    });
    const texts = [...card.querySelectorAll('text:not(.av-fault text), .av-map-frame')].filter(seen);
    const rects = texts.map(box);
    const said = (k) => texts[k].textContent || 'a map';
    rects.forEach((rect, k) => {
      const over = [face.left - rect.left, rect.right - face.right, face.top - rect.top, rect.bottom - face.bottom];
      if (Math.max(...over) > 1) faults.push(`${name}: "${said(k)}" leaves the card`);
      rects.slice(k + 1).forEach((other, l) => {
        if (meet(rect, other, 1.5)) faults.push(`${name}: "${said(k)}" overlaps "${said(k + 1 + l)}"`);
      });
    });
  });
  for (const note of [...document.querySelectorAll('.av-note, .av-cut-words')].filter(seen)) {
    const words = [...document.querySelectorAll('.av-card text')].filter(seen);
    const hit = words.find((text) => meet(box(note), box(text), 2));
    if (hit) faults.push(`the mark "${note.textContent}" covers "${hit.textContent}"`);
  }
  const panel = document.querySelector('.av-panel');
  if (panel.scrollWidth > panel.clientWidth + 1) faults.push('the panel is too wide');
  return faults;
}"""


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name.split(".")[0])
def test_no_text_leaves_its_card_or_overlaps_another(page: Page, tmp_path: Path, path: Path) -> None:
    trace = ag.Trace.load(path)
    last = len(trace.events)
    steps = sorted({round(last * each / STOPS) for each in range(STOPS + 1)})
    open_page(page, ag.play(trace).save(tmp_path / "page.html"))
    slider = page.get_by_role("slider", name="Step", exact=True)
    found = {}
    for step in steps:
        slider.fill(str(step))
        faults = page.evaluate(FAULTS)
        if faults:
            found[step] = faults
    assert {} == found


def test_the_measure_finds_what_is_cut_off_and_what_overlaps(page: Page, tmp_path: Path) -> None:
    open_page(page, ag.play(ag.Trace.load(GOLDEN[0]), step=5).save(tmp_path / "page.html"))
    assert [] == page.evaluate(FAULTS)
    page.evaluate("() => { document.querySelector('.av-name').textContent = 'much_too_long_'.repeat(9) }")
    found = " ".join(page.evaluate(FAULTS))
    assert "leaves the card" in found and "overlaps" in found
