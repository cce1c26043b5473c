"""What one step of a recurrent network computes, of gates from the input and gates from the last state.

Composed of the same operations as PyTorch's (`aten/src/ATen/native/RNN.cpp`), so that the same nodes arise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...autograd.state import fast
from ...ops.nn.gates import unsafe_chunk
from ...ops.op import tensors

__all__ = ["STEPS", "Step"]

Step = Callable[[Any, Any, Any], Any]  # (gates of the input, gates of the state, state) -> new state


def _tanh(inputs: Any, hidden: Any, state: Any) -> Any:
    return tensors.tanh(hidden + inputs)


def _relu(inputs: Any, hidden: Any, state: Any) -> Any:
    return tensors.relu(hidden + inputs)


def _lstm(inputs: Any, hidden: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
    gates = unsafe_chunk(hidden + inputs, 4, 1)
    into, forget, out = gates[0].sigmoid(), gates[1].sigmoid(), gates[3].sigmoid()
    cell = forget * state[1] + into * gates[2].tanh()
    return out * cell.tanh(), cell


def _gru(inputs: Any, hidden: Any, state: Any) -> Any:
    parts_in, parts_hidden = unsafe_chunk(inputs, 3, 1), unsafe_chunk(hidden, 3, 1)
    reset = (parts_hidden[0] + parts_in[0]).sigmoid()
    update = (parts_hidden[1] + parts_in[1]).sigmoid()
    new = (parts_in[2] + _mul_(parts_hidden[2], reset)).tanh()
    return _mul_(state - new, update) + new


def _mul_(one: Any, other: Any) -> Any:
    """Return the product that PyTorch makes in place, so that second graphs have a clone of what it was before.

    Where nobody hears it the product has memory of its own, and the node is made to be that of a change in place:
    a GRU cell takes three quarters of the time.
    """
    if fast.special or one._array.shape != other._array.shape:
        return one.mul_(other)
    product = one * other
    node = product._grad_fn
    if node is not None and other._requires_grad:
        node.saved = tuple([one.clone() if each is one else each for each in node.saved])
    return product


STEPS: dict[str, Step] = {"RNN_TANH": _tanh, "RNN_RELU": _relu, "LSTM": _lstm, "GRU": _gru}
GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}
