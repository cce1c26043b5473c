"""The records a trace is made of: tensors, operations, nodes, values, sources.

Owns the shape of the data and nothing else. Every record is frozen and plain: numbers, strings, tuples
and dicts of those. Records point at each other by number (see SCHEMA.md), never by reference, so a trace
can be saved, compared and ported without knowing the engine it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Plain = Any
"""None, a bool, a number, a string, or tuples of those."""


class TraceError(ValueError):
    """Say what is wrong with a trace: what was got, what was expected, what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One cell or file of the user's, as far as lines refer to it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A place in a source; `line` counts from 1."""

    source: int
    line: int
    end_line: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of an array too large to copy: figures over its finite elements, and counts of the rest."""

    min: float | str | None
    max: float | str | None
    mean: float | str | None
    norm: float | str | None
    nan: int
    inf: int


@dataclass(frozen=True, slots=True)
class Value:
    """An array at one moment; exactly one of `data`, `base64` and `summary` is set. NaN and infinities are strings."""

    shape: tuple[int, ...]
    dtype: str
    data: tuple[float | str, ...] | None = None
    base64: str | None = None
    summary: Summary | None = None


@dataclass(frozen=True, slots=True)
class TensorRecord:
    """A tensor object of the user's, as it was when the recording first met it."""

    id: int
    name: str | None
    shape: tuple[int, ...]
    dtype: str
    role: str
    requires_grad: bool
    storage: int
    base: int | None
    op: int | None
    node: int | None
    output_nr: int
    value: int
    version: int
    grad: int | None = None


@dataclass(frozen=True, slots=True)
class OpInput:
    """A tensor an operation read, under the name of the parameter it was given as."""

    param: str
    tensor: int


@dataclass(frozen=True, slots=True)
class OpRecord:
    """One forward operation, tracked (with a node) or not (with the reason).

    Operations with equal `call` were run by one call of the user's, to a function made of several.
    """

    id: int
    name: str
    inputs: tuple[OpInput, ...]
    options: dict[str, Plain]
    outputs: tuple[int, ...]
    node: int | None
    mutates: int | None
    layer: int
    reason: str | None
    line: Line | None
    scope: str
    call: int | None = None


@dataclass(frozen=True, slots=True)
class ModuleRecord:
    """From operation `op` on, a scope is a call of a module of this class; -1 is before the recording."""

    scope: str
    name: str
    op: int


@dataclass(frozen=True, slots=True)
class GradientRecord:
    """A tensor is, or shares memory with, the `.grad` of another."""

    tensor: int
    of: int


@dataclass(frozen=True, slots=True)
class NextEdge:
    """One entry of `next_functions`."""

    node: int | None
    index: int


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A tensor (or number) a node keeps for its backward, at the version it had when saved."""

    name: str
    tensor: int | None
    version: int
    value: int | None


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """Shape and dtype of one forward output of a node, and so of one gradient arriving at it."""

    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """One node of the backward graph; `id` is its sequence number, or negative for AccumulateGrad.

    `freed` says that its saved tensors had been dropped before the recording met it.
    """

    id: int
    name: str
    kind: str
    op: int | None
    next: tuple[NextEdge, ...]
    inputs: tuple[str, ...]
    input_tensors: tuple[int | None, ...]
    formulas: dict[str, str]
    constants: dict[str, Plain]
    saved: tuple[SavedRecord, ...]
    outputs: tuple[OutputRecord, ...]
    leaf: int | None
    layer: int
    line: Line | None
    scope: str
    freed: bool = False


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An exception: its class, its message, and the code by which explanations know it."""

    type: str
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Producer:
    """The program that wrote a trace."""

    name: str
    version: str
