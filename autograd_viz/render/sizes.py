"""How large each mark is drawn, from what it holds. The one place where sizes are decided.

The viewer and the static picture both fill the boxes worked out here. Widths of text are those of a
monospace font, which differ little between machines. All numbers are pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from autograd_viz.render.group import Group
from autograd_viz.render.picture import Mark
from autograd_viz.render.text import badge, clip, names, reason, shape_text, shown_tensor
from autograd_viz.trace.figures import FEW

TITLE, SMALL = 7.9, 6.7
PAD, GAP, STATE = 12.0, 8.0, 92.0
TITLE_ROW, SMALL_ROW, CHIP_ROW = 22.0, 15.0, 22.0
NUMBER_ROW, MAP_ROW = 22.0, 34.0
NUMBER = 7.3
SEED_ROOM = 64.0
COUNT = 110.0
"""Room for "1 of 3 arrived" at the right of an operation's title."""
VERSION = "@10"
"""Room is left for it where a tensor's version moves."""
WIDEST = 300.0
OPENER = 22.0
LONGEST_GROUP, WIDEST_GROUP = 20, 340.0
HEADING, LEAST_CLASS = 24, 8


def size(mark: Mark) -> tuple[float, float]:
    """Return the width and height of a mark."""
    width, height = _SIZES[mark.kind](mark)
    return ceil(min(max(width, 64.0), WIDEST_GROUP if mark.group else WIDEST)), ceil(height)


def looks(mark: Mark) -> tuple[Any, ...]:
    """Return all that the size of a mark is worked out from: those alike in it are of one size."""
    op, node, tensors = mark.op, mark.node, tuple([(each.name, each.shape) for each in mark.tensors])
    made = None if op is None else (op.name, op.reason, repr(op.options))
    named = None if node is None else node.name
    fate = (mark.is_written, mark.keeps_grad, mark.is_bare)
    rest = (*fate, mark.seed, mark.refused and mark.refused.op_name, mark.group)
    return (mark.kind, made, named, tensors, mark.saved, rest)


def _op(mark: Mark) -> tuple[float, float]:
    title = _badge_width(mark) + GAP + _title_width(mark) + COUNT
    name = len(mark.node.name if mark.node else "") * SMALL
    chips, rows = _chips(mark)
    kept = bin_height(mark)
    height = PAD / 2 + TITLE_ROW + SMALL_ROW + _value_row(mark) + kept + rows * CHIP_ROW + PAD / 2
    return max(_least_bin(mark) if kept else 160.0, title, name, chips) + 2 * PAD, height


def bin_height(mark: Mark) -> float:
    """Return the room for the gradient that `retain_grad` keeps on a result's card."""
    return SMALL_ROW + NUMBER_ROW if mark.keeps_grad else 0.0


def _least_bin(mark: Mark) -> float:
    """Return how wide the bin of a `.grad` is at least."""
    tensor = shown_tensor(mark)
    is_number = tensor is not None and not tensor.shape
    return 204.0 if is_number else 190.0  # "0.2368 + 0.2368 = 0.4736"; ".grad 1 of 12 arrived" and a small map


def _untracked(mark: Mark) -> tuple[float, float]:
    title = _badge_width(mark) + GAP + _title_width(mark)
    why = len(reason(mark.op.reason if mark.op else None)) * SMALL
    return max(96.0, title, why) + 2 * PAD, PAD / 2 + TITLE_ROW + SMALL_ROW + _value_row(mark) + PAD / 2


def _leaf(mark: Mark) -> tuple[float, float]:
    row = _value_row(mark)
    grad_bin = SMALL_ROW + row + PAD / 2
    width = max(_least_bin(mark), _title_width(mark) + 30)
    return width + 2 * PAD, PAD / 2 + TITLE_ROW + row + PAD / 2 + grad_bin


def _refused(mark: Mark) -> tuple[float, float]:
    return max(110.0, _badge_width(mark) + GAP + STATE) + PAD, PAD + TITLE_ROW


def _constant(mark: Mark) -> tuple[float, float]:
    tensor = shown_tensor(mark)
    vector = tensor.shape[0] if tensor is not None and len(tensor.shape) == 1 else 0
    numbers = 20.0 + 5.5 * NUMBER * vector if vector <= FEW else 0.0
    return max(72.0, _title_width(mark), numbers) + 2 * PAD, PAD / 2 + TITLE_ROW + _value_row(mark) + PAD / 2


def _root(mark: Mark) -> tuple[float, float]:
    return max(96.0, SEED_ROOM + len(mark.seed) * NUMBER), PAD + _value_row(mark)


def _group(mark: Mark) -> tuple[float, float]:
    group = mark.group
    if group is None:
        return 0.0, 0.0
    times = GAP + len(f"×{group.times}") * TITLE if group.times else 0.0
    name, module = group_title(group)
    title = OPENER + len(name) * TITLE + (len(module) + 1) * SMALL * bool(module) + times
    return max(190.0, title + STATE) + 2 * PAD, PAD / 2 + TITLE_ROW + SMALL_ROW + NUMBER_ROW + SMALL_ROW + PAD / 2


def group_title(group: Group) -> tuple[str, str]:
    """Return a group's name and its class, as there is room for them on its card."""
    name = clip(group.name, LONGEST_GROUP)
    return name, f"· {clip(group.module, max(HEADING - len(name), LEAST_CLASS))}" if group.module else ""


_SIZES: dict[str, Callable[[Mark], tuple[float, float]]] = {
    "op": _op,
    "untracked": _untracked,
    "leaf": _leaf,
    "constant": _constant,
    "refused": _refused,
    "root": _root,
    "group": _group,
}


def _badge_width(mark: Mark) -> float:
    return max(24.0, 14 + len(badge(mark)) * SMALL)


def _title_width(mark: Mark) -> float:
    shape = shape_text(shown_tensor(mark))
    name = len(names(mark)) * TITLE
    if not name and mark.kind in ("leaf", "constant"):
        name = len("constant") * SMALL
    version = len(VERSION) * SMALL + GAP if mark.is_written else 0
    return name + (GAP + len(shape) * SMALL if shape else 0) + version


def _value_row(mark: Mark) -> float:
    """A line for one number or a row of cells, more for a matrix."""
    if mark.is_bare:
        return 0.0
    tensor = shown_tensor(mark)
    return MAP_ROW if tensor is not None and len(tensor.shape) > 1 else NUMBER_ROW


def _chips(mark: Mark) -> tuple[float, int]:
    """Width of the widest row of saved tensors, and the rows they take when wrapped as the viewer does."""
    widest, row, rows = 0.0, 0.0, 1 if mark.saved else 0
    for each in mark.saved:
        chip = 18 + len(each) * SMALL
        if row and row + 6 + chip > WIDEST - 2 * PAD:
            row, rows = 0.0, rows + 1
        row += chip + (6 if row else 0)
        widest = max(widest, row)
    return widest, rows
