"""What can happen while a trace is recorded: one frozen record for each kind of event.

The engine's events are its stages of a node (see SCHEMA.md for the order); the others are the user's doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from autograd_viz.trace.data import ErrorInfo, Line


@dataclass(frozen=True, slots=True)
class Write:
    """A tensor as it is after an in-place operation changed its memory."""

    tensor: int
    version: int
    value: int


@dataclass(frozen=True, slots=True)
class OpEvent:
    """A forward operation ran."""

    kind: ClassVar[str] = "op"
    op: int
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """A forward operation raised."""

    kind: ClassVar[str] = "refused"
    op_name: str
    inputs: tuple[int, ...]
    error: ErrorInfo
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class GradChangeEvent:
    """The user changed a tensor's `.grad`: `how` is "assign", "none" or the in-place operation's name."""

    kind: ClassVar[str] = "grad_change"
    tensor: int
    how: str
    old: int | None
    new: int | None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """Where a backward pass starts: output `index` of `node`, which is `tensor`."""

    node: int
    index: int
    tensor: int | None


@dataclass(frozen=True, slots=True)
class BeginEvent:
    """A backward pass begins; `expected` counts what each node that takes part waits for, seeds included."""

    kind: ClassVar[str] = "begin"
    pass_: int
    call: str
    retain_graph: bool
    create_graph: bool
    roots: tuple[Root, ...]
    inputs: tuple[int, ...] | None
    expected: dict[int, int]
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class SeedEvent:
    """A root's input buffer receives its seed `value` and then holds `buffer`."""

    kind: ClassVar[str] = "seed"
    node: int
    index: int
    value: int
    buffer: int


@dataclass(frozen=True, slots=True)
class RunEvent:
    """A node is taken from the ready queue."""

    kind: ClassVar[str] = "run"
    node: int


@dataclass(frozen=True, slots=True)
class HookEvent:
    """A hook ran; `tensor` is the one whose `.grad` it wrote, for `retain_grad` alone."""

    kind: ClassVar[str] = "hook"
    node: int
    index: int | None
    where: str
    name: str
    before: int | None
    after: int | None
    tensor: int | None = None


@dataclass(frozen=True, slots=True)
class UnpackEvent:
    """A node takes out saved tensor number `saved`, whose version is now `version`."""

    kind: ClassVar[str] = "unpack"
    node: int
    saved: int
    version: int


@dataclass(frozen=True, slots=True)
class VjpEvent:
    """A node worked out the gradient for one of its inputs (null: undefined, hence zero)."""

    kind: ClassVar[str] = "vjp"
    node: int
    input: int
    value: int | None


@dataclass(frozen=True, slots=True)
class SumToEvent:
    """Broadcasting undone: the gradient summed to the input's shape."""

    kind: ClassVar[str] = "sum_to"
    node: int
    input: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """A node has run; `freed` says whether its saved tensors were dropped."""

    kind: ClassVar[str] = "release"
    node: int
    freed: bool


@dataclass(frozen=True, slots=True)
class SendEvent:
    """A gradient goes along edge `input` and is added to the receiver's input buffer."""

    kind: ClassVar[str] = "send"
    node: int
    input: int
    to: int
    index: int
    value: int | None
    buffer: int | None
    arrived: int
    expected: int


@dataclass(frozen=True, slots=True)
class AccumulateEvent:
    """old + incoming = new in a leaf's `.grad`."""

    kind: ClassVar[str] = "accumulate"
    node: int
    tensor: int
    old: int | None
    incoming: int
    new: int


@dataclass(frozen=True, slots=True)
class CaptureEvent:
    """`autograd.grad` keeps a gradient to return it."""

    kind: ClassVar[str] = "capture"
    node: int
    index: int
    tensor: int | None
    value: int


@dataclass(frozen=True, slots=True)
class EndEvent:
    """A backward pass ends."""

    kind: ClassVar[str] = "end"
    pass_: int


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An exception, at the node, saved tensor or tensor that caused it."""

    kind: ClassVar[str] = "error"
    error: ErrorInfo
    node: int | None = None
    saved: int | None = None
    tensor: int | None = None
    line: Line | None = None


Event = (
    OpEvent | RefusedEvent | GradChangeEvent | BeginEvent | SeedEvent | RunEvent | HookEvent | UnpackEvent
    | VjpEvent | SumToEvent | ReleaseEvent | SendEvent | AccumulateEvent | CaptureEvent | EndEvent | ErrorEvent
)  # fmt: skip
KINDS: dict[str, type[Event]] = {each.kind: each for each in Event.__args__}
