"""Single steps of recurrent networks as modules. Mirrors the cells of `torch.nn.modules.rnn`."""

from __future__ import annotations

import math
from typing import Any

from ...tensor import Tensor
from .. import functional as F
from .. import init
from ..parameter import empty_parameter
from .module import Module
from .recurrence import GATES, STEPS

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class _Cell(Module):
    """Weights from input and state to the gates, and their biases."""

    def _set_up(self, mode: str, input_size: int, hidden_size: int, bias: bool, dtype: Any) -> None:
        self.mode, self.input_size, self.hidden_size, self.bias = mode, input_size, hidden_size, bias
        length = GATES[mode] * hidden_size
        self.weight_ih = empty_parameter(length, input_size, dtype=dtype)
        self.weight_hh = empty_parameter(length, hidden_size, dtype=dtype)
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, empty_parameter(length, dtype=dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters evenly from ±1/√hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, input: Any, state: Any, hidden: Any) -> Any:
        """Return the next state; `hidden` is the part of the state that the gates see."""
        from_hidden = F.linear(hidden, self.weight_hh, self.bias_hh)
        return STEPS[self.mode](F.linear(input, self.weight_ih, self.bias_ih), from_hidden, state)

    def _checked(self, input: Any, *states: Any) -> bool:
        """Return whether the input has a batch dim, after checking the dims."""
        name = type(self).__name__
        if input.ndim not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        for number, state in enumerate(states):
            if state is not None and state.ndim not in (1, 2):
                word = f"hx[{number}]" if len(states) > 1 else "hidden"
                raise ValueError(f"{name}: Expected {word} to be 1D or 2D, got {state.ndim}D instead")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[-1]} expected {self.input_size}")
        for state in states:
            if state is not None and state.shape[-1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden0 has inconsistent hidden_size: got {state.shape[-1]}, expected {self.hidden_size}"
                )
            if state is not None and input.ndim == 2 == state.ndim and len(state) != len(input):
                raise RuntimeError(f"Input batch size {len(input)} doesn't match hidden0 batch size {len(state)}")
        return input.ndim == 2

    def extra_repr(self) -> str:
        """Return the sizes, and the options that are not the usual ones."""
        kind = getattr(self, "nonlinearity", "tanh")
        shown = [f"{self.input_size}, {self.hidden_size}", "" if self.bias else "bias=False"]
        shown.append("" if kind == "tanh" else f"nonlinearity={kind}")
        return ", ".join(part for part in shown if part)

    def _zeros(self, input: Any) -> Any:
        return input.new_zeros((*input.shape[:-1], self.hidden_size))


class _SimpleCell(_Cell):
    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Return the next state `(N, hidden_size)` of an input `(N, input_size)`; N may be left out."""
        batched = self._checked(input, hx)
        state = self._zeros(input) if hx is None else hx
        if batched:
            return self._step(input, state, state)
        state = state.unsqueeze(0)
        return self._step(input.unsqueeze(0), state, state).squeeze(0)


class RNNCell(_SimpleCell):
    """tanh(W_ih x + b_ih + W_hh h + b_hh). Mirrors `torch.nn.RNNCell`.

    Parameters
    ----------
    input_size, hidden_size : int
        The lengths of input and state.
    bias : bool
        Whether there are biases.
    nonlinearity : {"tanh", "relu"}
        The activation.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {nonlinearity}")
        self.nonlinearity = nonlinearity
        self._set_up(f"RNN_{nonlinearity.upper()}", input_size, hidden_size, bias, dtype)


class GRUCell(_SimpleCell):
    """A gated recurrent unit. Mirrors `torch.nn.GRUCell`; the parameters are those of `LSTMCell`."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self._set_up("GRU", input_size, hidden_size, bias, dtype)


class LSTMCell(_Cell):
    """A long short-term memory cell. Mirrors `torch.nn.LSTMCell`.

    Parameters
    ----------
    input_size, hidden_size : int
        The lengths of input and state.
    bias : bool
        Whether there are biases.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self._set_up("LSTM", input_size, hidden_size, bias, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """Return the next state (h, c) of an input `(N, input_size)`; N may be left out."""
        if isinstance(hx, Tensor):
            raise TypeError("lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not Tensor")
        batched = self._checked(input, *(hx or ()))
        hidden, cell = (self._zeros(input),) * 2 if hx is None else hx
        if batched:
            return self._step(input, (hidden, cell), hidden)
        hidden, cell = hidden.unsqueeze(0), cell.unsqueeze(0)
        state = self._step(input.unsqueeze(0), (hidden, cell), hidden)
        return state[0].squeeze(0), state[1].squeeze(0)
