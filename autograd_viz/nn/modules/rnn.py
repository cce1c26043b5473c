"""Recurrent networks over sequences, of several layers and in both directions. Mirrors `torch.nn.modules.rnn`."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ...ops.op import tensors
from ...tensor import Tensor
from .. import functional as F
from .. import init
from ..parameter import empty_parameter
from .module import Module
from .recurrence import GATES, STEPS

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]


class RNNBase(Module):
    """The layers of a recurrent network. Mirrors `torch.nn.RNNBase`.

    Parameters
    ----------
    mode : {"RNN_TANH", "RNN_RELU", "LSTM", "GRU"}
        What a step computes.
    input_size, hidden_size : int
        The lengths of an input and of a state.
    num_layers : int
        How many layers there are, each fed by the one before.
    bias : bool
        Whether there are biases.
    batch_first : bool
        Whether input and output are `(N, L, *)` rather than `(L, N, *)`.
    dropout : float
        The chance with which outputs are dropped between layers.
    bidirectional : bool
        Whether each layer also reads the sequence backward.
    proj_size : int
        To what length an LSTM's output is projected, if so.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        if mode not in GATES:
            raise ValueError("Unrecognized RNN mode: " + mode)
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        length, visible = GATES[mode] * hidden_size, proj_size or hidden_size
        for layer in range(num_layers):
            for suffix in self._suffixes(layer):
                read = input_size if layer == 0 else visible * (2 if bidirectional else 1)
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (length, read), "weight_hh": (length, visible)}
                if bias:
                    shapes.update(bias_ih=(length,), bias_hh=(length,))
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    setattr(self, f"{name}_{suffix}", empty_parameter(*shape, dtype=dtype))
        self.reset_parameters()

    def _suffixes(self, layer: int) -> list[str]:
        """Return the endings of a layer's parameter names, one a direction."""
        return [f"l{layer}", f"l{layer}_reverse"] if self.bidirectional else [f"l{layer}"]

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters, one list a layer and direction."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return [
            [getattr(self, f"{name}_{suffix}") for name in names if f"{name}_{suffix}" in self._parameters]
            for layer in range(self.num_layers)
            for suffix in self._suffixes(layer)
        ]

    def reset_parameters(self) -> None:
        """Draw the parameters evenly from ±1/√hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Do nothing: there is no GPU."""

    def extra_repr(self) -> str:
        """Return the sizes, and the options that are not the usual ones."""
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0,
                 "bidirectional": False}  # fmt: skip
        shown = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *shown])

    # the run over a sequence

    def _run(self, input: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """Return the outputs of the last layer and the last states, one a layer and direction."""
        x = input.transpose(0, 1) if self.batch_first else input
        lasts: list[Any] = []
        for layer in range(self.num_layers):
            outputs = []
            for direction, suffix in enumerate(self._suffixes(layer)):
                output, last = self._direction(x, states[len(lasts)], suffix, direction == 1)
                outputs.append(output)
                lasts.append(last)
            x = tensors.cat(outputs, outputs[0].ndim - 1) if len(outputs) > 1 else outputs[0]
            if self.dropout and self.training and layer < self.num_layers - 1:
                x = F.dropout(x, self.dropout, True)
        if self.batch_first:  # PyTorch turns in place what has one state, and makes a view of an LSTM's output
            x = x.transpose(0, 1) if self.mode == "LSTM" else x.transpose_(0, 1)
        return x, lasts

    def _direction(self, x: Any, state: Any, suffix: str, backward: bool) -> tuple[Any, Any]:
        """Read a sequence in one direction; return the outputs in the sequence's order, and the last state."""
        weights, held = self._parameters, self._parameters.get
        gates = F.linear(x, weights[f"weight_ih_{suffix}"], held(f"bias_ih_{suffix}"))  # type: ignore[arg-type]
        steps = gates.unbind(0)
        step, outputs = STEPS[self.mode], []
        for inputs in reversed(steps) if backward else steps:
            seen = state[0] if self.mode == "LSTM" else state
            hidden = F.linear(seen, weights[f"weight_hh_{suffix}"], held(f"bias_hh_{suffix}"))  # type: ignore[arg-type]
            state = step(inputs, hidden, state)
            if self.proj_size:
                state = (F.linear(state[0], weights[f"weight_hr_{suffix}"]), state[1])  # type: ignore[arg-type]
            outputs.append(state[0] if self.mode == "LSTM" else state)
        return tensors.stack(outputs[::-1] if backward else outputs, 0), state

    def _prepared(self, input: Any, hx: Any, lengths: tuple[int, ...]) -> tuple[Any, list[Any], bool]:
        """Return the input with a batch dim, the parts of the state, and whether it had one."""
        name = type(self).__name__
        if input.ndim not in (2, 3):
            instead = "instead" if self.mode in ("LSTM", "GRU") else "tensor instead"
            raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.ndim}D {instead}")
        batched = input.ndim == 3
        parts = [] if hx is None else list(hx) if len(lengths) > 1 else [hx]
        if not batched:
            input = input.unsqueeze(0 if self.batch_first else 1)
            _check_dims(parts, 2, "unbatched 2-D")
            parts = [part.unsqueeze(1) for part in parts]
        else:
            _check_dims(parts, 3, "batched 3-D")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )
        self._check_dtype(input)
        count = self.num_layers * (2 if self.bidirectional else 1)
        samples = input.shape[0 if self.batch_first else 1]
        if not parts:
            parts = [input.new_zeros((count, samples, length)) for length in lengths]
        for number, (part, length) in enumerate(zip(parts, lengths, strict=True)):
            if tuple(part.shape) != (count, samples, length):
                word = f"hidden[{number}] size" if len(lengths) > 1 else "hidden size"
                raise RuntimeError(f"Expected {word} {(count, samples, length)}, got {list(part.shape)}")
        return input, parts, batched

    def _check_dtype(self, input: Any) -> None:
        weight: Any = self._parameters["weight_ih_l0"]
        if input.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). Convert input: "
                f"input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )


def _check_dims(parts: list[Any], ndim: int, word: str) -> None:
    for part in parts:
        if part.ndim != ndim:
            raise RuntimeError(f"For {word} input, hx should also be {ndim}-D but got {part.ndim}-D tensor")


def _check(
    input_size: Any, hidden_size: Any, num_layers: int, bias: Any, batch_first: Any, dropout: Any, proj_size: int
) -> None:
    if not isinstance(dropout, (int, float)) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
            f"greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            UserWarning,
            stacklevel=4,
        )
    for name, value, kind in (("bias", bias, bool), ("batch_first", batch_first, bool),
                              ("input_size", input_size, int), ("hidden_size", hidden_size, int)):  # fmt: skip
        if not isinstance(value, kind):
            raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(value).__name__}")
    for name, number in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
        if number <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if proj_size < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if proj_size >= hidden_size:
        raise ValueError("proj_size has to be smaller than hidden_size")


class _Simple(RNNBase):
    """A network whose state is one tensor."""

    def forward(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the outputs `(L, N, H)` and the last states `(layers · directions, N, H)`."""
        input, (states,), batched = self._prepared(input, hx, (self.hidden_size,))
        output, lasts = self._run(input, list(states.unbind(0)))
        hidden = tensors.stack(lasts, 0)
        if batched:
            return output, hidden
        return output.squeeze(0 if self.batch_first else 1), hidden.squeeze(1)


class RNN(_Simple):
    """A network of tanh or relu steps. Mirrors `torch.nn.RNN`; see `RNNBase` for the other parameters.

    Parameters
    ----------
    *args, **kwargs
        input_size, hidden_size, num_layers, nonlinearity ("tanh" or "relu"), and what `RNNBase` takes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            nonlinearity, args = args[3], (*args[:3], *args[4:])
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{nonlinearity.upper()}", *args, **kwargs)
        self.nonlinearity = nonlinearity


class GRU(_Simple):
    """A network of gated recurrent units. Mirrors `torch.nn.GRU`; see `RNNBase` for the parameters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class LSTM(RNNBase):
    """A network of long short-term memory cells. Mirrors `torch.nn.LSTM`; see `RNNBase` for the parameters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the outputs `(L, N, H)` and the last states (h, c), each `(layers · directions, N, H)`."""
        lengths = (self.proj_size or self.hidden_size, self.hidden_size)
        input, (hidden, cells), batched = self._prepared(input, hx, lengths)
        output, lasts = self._run(input, list(zip(hidden.unbind(0), cells.unbind(0), strict=True)))
        last = tuple(tensors.stack(list(part), 0) for part in zip(*lasts, strict=True))
        if batched:
            return output, last
        return output.squeeze(0 if self.batch_first else 1), tuple(part.squeeze(1) for part in last)
