"""The words on a mark: symbol, names, shape, saved tensors, the reason why nothing was tracked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_viz.trace.data import TensorRecord
from autograd_viz.trace.names import INFIX, operation_of

if TYPE_CHECKING:
    from autograd_viz.render.picture import Mark

SYMBOLS = INFIX | {
    "sub": "−", "rsub": "−", "mul": "×", "div": "÷", "neg": "−", "dot": "·", "sum": "Σ",
    "sqrt": "√", "exp": "eˣ", "log": "ln", "t": ".T",
    "binary_cross_entropy_with_logits": "BCE logits",
}  # fmt: skip
REASONS = {
    "no_grad": "under no_grad",
    "inference_mode": "in inference_mode",
    "detach": "detached",
    "no_input_requires_grad": "no input requires grad",
    "not_differentiable": "not differentiable",
}
LONGEST_NAME = 22


def printable(text: str) -> str:
    """Return a text with what cannot be printed, which Graphviz refuses, as the replacement character."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def operation(mark: Mark) -> str:
    """Return what the mark computes: the operation's name, or the node's where it was not recorded."""
    if mark.op is not None:
        return mark.op.name
    if mark.refused is not None:
        return mark.refused.op_name
    return operation_of(mark.node.name) if mark.node else ""


def badge(mark: Mark) -> str:
    """Return the symbol of the operation with its scalar operand: `×`, `+ 1`, `2 −`, `relu`; in place `+= 1`."""
    name = operation(mark)
    base = name.rstrip("_")
    symbol = SYMBOLS.get(base, base)
    if name != base:
        symbol = f"{symbol}=" if base in INFIX else name
    options = mark.op.options if mark.op else {}
    before, after = _operand(options, "self"), _operand(options, "other", "exponent")
    if base == "rsub":
        before, after = after, before
    return clip(" ".join(each for each in (before, symbol, after) if each), LONGEST_NAME)


def _operand(options: dict[str, Any], *keys: str) -> str:
    found = next((options[key] for key in keys if options.get(key) is not None), None)
    return f"{found:g}" if isinstance(found, int | float) and not isinstance(found, bool) else ""


def names(mark: Mark) -> str:
    """Return the user's names of the tensors the mark stands for."""
    named = [each.name for each in mark.tensors if each.name]
    return clip(", ".join(named), LONGEST_NAME)


def shown_tensor(mark: Mark) -> TensorRecord | None:
    """Return the tensor whose shape and value the mark shows: its first."""
    return mark.tensors[0] if mark.tensors else None


def shape_text(tensor: TensorRecord | None) -> str:
    """Return `[5, 3]`, or nothing for a scalar, whose number says it."""
    return f"[{', '.join(map(str, tensor.shape))}]" if tensor is not None and tensor.shape else ""


def reason(code: str | None) -> str:
    """Return in words why an operation was not tracked."""
    return REASONS.get(code or "", "not tracked")


def clip(text: str, longest: int) -> str:
    """Shorten text to `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
