"""Views and rearrangements. Results are squared, so that second gradients go through each rule twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.cases import Case, Fixed, Input, ints, normal


def squared(result: Any) -> Any:
    """Return each tensor of a result times itself."""
    return tuple(squared(each) for each in result) if isinstance(result, (tuple, list)) else result * result


def row(name: str, call: Callable[..., Any], *inputs: Input, second: bool = True) -> Case:
    """Return a case of a linear operation."""
    return Case(name, lambda T, *tensors: squared(call(T, *tensors)), inputs, second=second)


def refusal(name: str, call: Callable[..., Any], error: str, *inputs: Input) -> Case:
    """Return a case of an error."""
    return Case(name, call, inputs or (normal(2, 3),), error=error)


CASES = [
    row("view/tuple", lambda T, a: a.view((6, 4)), normal(2, 3, 4)),
    row("view/varargs with -1", lambda T, a: a.view(3, -1), normal(2, 3)),
    row("view/of a transposed tensor", lambda T, a: a.transpose(0, 1).view(3, 2, 2, 2), normal(2, 3, 4)),
    row("view/0-dim", lambda T, a: a.view(1, 1), normal()),
    row("view/to 0-dim", lambda T, a: a.view(()), normal(1)),
    row("view/zero-size", lambda T, a: a.view(-1), normal(0, 3)),
    Case("view/same dtype", lambda T, a: a.view(T.int64), (ints(0, 5, 2, 3),)),
    Case("view/dtype", lambda T, a, b: (a.view(T.int32), b.view(T.float64), b.view(T.uint8)), (
        Fixed(normal(2, 3)), ints(0, 5, 2, 4, dtype="int32")), dtypes=("float32",)),
    row("view_as", lambda T, a: a.view_as(T.zeros(3, 2)), normal(2, 3)),
    row("reshape/view", lambda T, a: T.reshape(a, (6, 4)), normal(2, 3, 4)),
    row("reshape/alias", lambda T, a: a.transpose(0, 1).reshape(3, 2, 2, 2), normal(2, 3, 4)),
    row("reshape/copy", lambda T, a: a.transpose(0, 1).reshape(6, 4), normal(2, 3, 4)),
    row("reshape/expanded", lambda T, a: a.expand(3, 4).reshape(-1), normal(3, 1)),
    row("reshape_as", lambda T, a, b: a.reshape_as(b) + b, normal(2, 3), normal(6)),
    row("flatten/all", lambda T, a: T.flatten(a), normal(2, 3, 2)),
    row("flatten/dims", lambda T, a: a.flatten(1, -1), normal(2, 3, 2)),
    row("flatten/0-dim", lambda T, a: a.flatten(), normal()),
    row("flatten/one dim", lambda T, a: (a * 1).flatten(), normal(3)),
    row("unflatten", lambda T, a: a.unflatten(-1, (2, -1)), normal(2, 6)),
    row("ravel/contiguous", lambda T, a: a.ravel(), normal(2, 3)),
    row("ravel/copy", lambda T, a: T.ravel(a.t()), normal(2, 3)),
    row("squeeze/all", lambda T, a: a.squeeze(), normal(1, 3, 1)),
    row("squeeze/dim", lambda T, a: T.squeeze(a, -1), normal(1, 3, 1)),
    row("squeeze/dims", lambda T, a: a.squeeze((0, 1, 2)), normal(1, 3, 1)),
    row("squeeze/dim of another length", lambda T, a: a.squeeze(1), normal(1, 3, 1)),
    row("squeeze/0-dim", lambda T, a: a.squeeze(0), normal()),
    row("unsqueeze", lambda T, a: (a.unsqueeze(0), T.unsqueeze(a, -1), a.unsqueeze(1)), normal(2, 3)),
    row("transpose", lambda T, a: (T.transpose(a, 0, -1), a.swapaxes(0, 1), a.swapdims(1, 2)), normal(2, 3, 2)),
    row("transpose/0-dim", lambda T, a: a.transpose(0, -1), normal()),
    row("t", lambda T, a, b, c: (T.t(a), b.t(), c.t()), normal(2, 3), normal(3), normal()),
    row("T", lambda T, a, b, c: (a.T, b.T, c.T), normal(2, 3), normal(2, 3, 2), normal()),
    row("mT", lambda T, a: (a.mT, a.mH, a.adjoint()), normal(2, 3, 2)),
    row("H", lambda T, a, b: (a.H, (b * 1).H), normal(2, 3), normal()),
    row("permute", lambda T, a: (a.permute(2, 0, 1), T.permute(a, (0, -1, 1))), normal(2, 3, 2)),
    row("movedim", lambda T, a: (a.movedim(0, 2), T.moveaxis(a, (0, 1), (-1, 0))), normal(2, 3, 2)),
    row("movedim/0-dim", lambda T, a: a.movedim(0, 0), normal()),
    row("expand", lambda T, a: a.expand(2, -1, 4), normal(3, 1)),
    row("expand/same", lambda T, a: a.expand(2, 3), normal(2, 3)),
    row("expand/0-dim", lambda T, a: a.expand(2, 3), normal()),
    row("expand/zero-size", lambda T, a: a.expand(0, 3), normal(3)),
    row("expand_as", lambda T, a: a.expand_as(T.zeros(2, 3)), normal(2, 1)),
    row("broadcast_to", lambda T, a: T.broadcast_to(a, (2, 3)), normal(3)),
    row("broadcast_tensors", lambda T, a, b: T.broadcast_tensors(a, b), normal(2, 1), normal(3)),
    row("broadcast_tensors/same", lambda T, a, b: T.broadcast_tensors(a * 1, b * 1), normal(3), normal(3)),
    row("repeat", lambda T, a: a.repeat(2, 3, 1), normal(2, 3)),
    row("repeat/ones", lambda T, a: a.repeat((1, 1)), normal(2, 3)),
    row("repeat/zero times", lambda T, a: a.repeat(2, 0), normal(3), second=False),
    row("repeat/0-dim", lambda T, a: a.repeat(3), normal()),
    row("tile", lambda T, a: (T.tile(a, (2,)), a.tile(2, 1, 2)), normal(2, 3)),
    row("tril", lambda T, a: (a.tril(), T.tril(a, -1)), normal(2, 3, 4)),
    row("triu", lambda T, a: (T.triu(a), a.triu(diagonal=1)), normal(3, 3)),
    row("flip", lambda T, a: (a.flip(0, -1), T.flip(a, (1,))), normal(2, 3)),
    row("flip/0-dim", lambda T, a: a.flip(0), normal()),
    row("fliplr, flipud", lambda T, a: (a.fliplr(), T.flipud(a)), normal(2, 3)),
    row("roll", lambda T, a: (a.roll(1, 0), T.roll(a, (1, -2), (0, 1)), a.roll(2)), normal(2, 3)),
    row("rot90", lambda T, a: [a.rot90(k) for k in range(-1, 4)], normal(2, 3)),
    row("rot90/dims", lambda T, a: T.rot90(a, 1, (1, 2)), normal(2, 3, 2)),
    row("narrow", lambda T, a: (a.narrow(1, 1, 2), T.narrow(a, -1, -2, 1)), normal(2, 3)),
    row("narrow_copy", lambda T, a: T.narrow_copy(a, 1, 1, 2), normal(2, 3)),
    row("select", lambda T, a: (a.select(0, -1), T.select(a, -1, 1)), normal(2, 3)),
    row("diagonal", lambda T, a: (a.diagonal(), T.diagonal(a, 1, 0, 2), a.diagonal(-1, 1, 0)), normal(2, 3, 4)),
    row("diagonal/outside", lambda T, a: a.diagonal(5), normal(2, 3)),
    row("diag/matrix", lambda T, a: (a.diag(), T.diag(a, -1)), normal(3, 3)),
    row("diag/vector", lambda T, a: (a.diag(), T.diag(a, 1)), normal(3)),
    row("diag_embed", lambda T, a: (a.diag_embed(), T.diag_embed(a, -1, 0, 2)), normal(2, 3)),
    row("diagflat", lambda T, a: T.diagflat(a, 1), normal(2, 2)),
    row("trace", lambda T, a: a.trace(), normal(3, 4)),
    Case("trace/ints", lambda T, a: T.trace(a), (ints(0, 5, 3, 3, dtype="int32"),)),
    row("unfold", lambda T, a: (a.unfold(0, 2, 1), a.unfold(1, 2, 2), a.unfold(-1, 1, 3)), normal(4, 5)),
    row("unfold/0-dim", lambda T, a: a.unfold(0, 1, 1), normal()),
    row("as_strided", lambda T, a: (a.as_strided((2, 2), (1, 2)), T.as_strided(a, (3,), (2,), 1)), normal(2, 3)),
    row("as_strided/of a part", lambda T, a: a[1:].as_strided((2,), (2,)), normal(3, 3)),
    row("as_strided/of a transposed tensor", lambda T, a: a.t().as_strided((2, 3), (3, 1)), normal(2, 3)),
    row("as_strided/of an expanded tensor", lambda T, a: a.expand(2, 3).as_strided((2, 2), (0, 1)), normal(3)),
    row("by name/sizes", lambda T, a: (
        T.flip(a, dims=(0,)), T.reshape(a, shape=(3, 2)), a.permute(dims=(1, 0)), a.view(size=(6,)),
        a.expand(size=(2, 2, 3)), a.repeat(repeats=(1, 2)), T.tile(a, dims=(2,))), normal(2, 3)),
    row("by name/dims", lambda T, a: (
        T.unsqueeze(input=a, axis=0), T.squeeze(a, dim=0), T.transpose(a, dim0=0, dim1=1), a.narrow(dim=1, start=0,
        length=2), T.movedim(a, source=0, destination=1), T.roll(a, shifts=1, dims=0)), normal(2, 3)),
    refusal("by name/no tensor", lambda T, a: T.flatten(3), "flatten(): argument 'input' (position 1) must be Tensor,"),
    refusal("by name/no sizes", lambda T, a: a.reshape(), 'reshape() missing 1 required positional arguments: "shape"'),
    refusal("unsqueeze/float", lambda T, a: a.unsqueeze(1.0), "must be int, not float"),
    refusal("view/wrong size", lambda T, a: a.view(4, 2), "shape '[4, 2]' is invalid for input of size 6"),
    refusal("view/two unknown", lambda T, a: a.view(-1, -1), "only one dimension can be inferred"),
    refusal("view/negative", lambda T, a: a.view(-2, 3), "invalid shape dimension -2 at index 0 of shape [-2, 3]"),
    refusal("view/strides", lambda T, a: a.t().view(6), "view size is not compatible with input tensor's size and"),
    refusal("view/dtype of another width", lambda T, a: a.float().view(T.float64), "must be divisible by 2 to view"),
    refusal("view/floats", lambda T, a: a.view(2.0, 3), "view() received an invalid combination of arguments"),
    refusal("view/ambiguous", lambda T, a: a.view(-1, 0), "cannot reshape tensor of 0 elements into shape", normal(0)),
    refusal("reshape/wrong size", lambda T, a: a.reshape(4), "shape '[4]' is invalid for input of size 6"),
    refusal("flatten/order", lambda T, a: a.flatten(1, 0), "start_dim cannot come after end_dim"),
    refusal("flatten/dim", lambda T, a: a.flatten(5), "Dimension out of range (expected to be in range of [-2, 1]"),
    refusal("unflatten/sizes", lambda T, a: a.unflatten(1, (2, 2)), "Provided sizes [2, 2] don't multiply up to"),
    refusal("squeeze/no such dim", lambda T, a: a.squeeze(5), "Dimension out of range (expected to be in range of [-2"),
    refusal("squeeze/dim twice", lambda T, a: a.squeeze((0, 0)), "dim 0 appears multiple times in the list of dims"),
    refusal("unsqueeze/dim", lambda T, a: a.unsqueeze(5), "expected to be in range of [-3, 2], but got 5)"),
    refusal("transpose/dim", lambda T, a: a.transpose(0, 3), "Dimension out of range"),
    refusal("t/3-dim", lambda T, a: a.t(), "t() expects a tensor with <= 2 dimensions, but self is", normal(2, 2, 2)),
    refusal("mT/vector", lambda T, a: a.mT, "tensor.mT is only supported on matrices or batches", normal(2)),
    refusal("permute/number", lambda T, a: a.permute(0), "number of dimensions in the tensor input does not match"),
    refusal("permute/twice", lambda T, a: a.permute(0, 0), "permute(): duplicate dims are not allowed."),
    refusal("movedim/number", lambda T, a: a.movedim((0, 1), (0,)), "movedim: Invalid source or destination dims"),
    refusal("expand/size", lambda T, a: a.expand(4, 4), "The expanded size of the tensor (4) must match the existing"),
    refusal("expand/fewer", lambda T, a: a.expand(3), "the number of sizes provided (1) must be greater or equal"),
    refusal("expand/leading -1", lambda T, a: a.expand(-1, 2, 3), "isn't allowed in a leading, non-existing"),
    refusal("broadcast_tensors/shapes", lambda T, a: T.broadcast_tensors(a, T.zeros(4)), "must match the size of"),
    refusal("repeat/fewer", lambda T, a: a.repeat(2), "Number of dimensions of repeat dims can not be smaller"),
    refusal("tril/vector", lambda T, a: a.tril(), "tril: input tensor must have at least 2 dimensions", normal(3)),
    refusal("flip/twice", lambda T, a: a.flip(0, 0), "dim 0 appears multiple times in the list of dims"),
    refusal("roll/align", lambda T, a: a.roll((1, 2), 0), "shifts and dimensions must align. shifts: 2, dims:1"),
    refusal("rot90/vector", lambda T, a: a.rot90(), "expected total dims >= 2, but got total dims = 1", normal(3)),
    refusal("rot90/same dims", lambda T, a: a.rot90(1, (0, 0)), "expected rotation dims to be different"),
    refusal("narrow/length", lambda T, a: a.narrow(0, 1, 5), "start (1) + length (5) exceeds dimension size (2)."),
    refusal("narrow/start", lambda T, a: a.narrow(0, 3, 1), "start out of range (expected to be in range of [-2, 2]"),
    refusal("narrow/negative", lambda T, a: a.narrow(0, 0, -1), "narrow(): length must be non-negative."),
    refusal("select/index", lambda T, a: a.select(0, 4), "index 4 out of range for tensor of size [2, 3]"),
    refusal("select/0-dim", lambda T, a: a.select(0, 0), "select() cannot be applied to a 0-dim tensor.", normal()),
    refusal("diag/3-dim", lambda T, a: a.diag(), "diag(): Supports 1D or 2D tensors. Got 3D", normal(2, 2, 2)),
    refusal("diagonal/same dims", lambda T, a: a.diagonal(0, 0, 0), "diagonal dimensions cannot be identical 0, 0"),
    refusal("trace/vector", lambda T, a: a.trace(), "trace: expected a matrix, but got tensor with dim 1", normal(3)),
    refusal("unfold/size", lambda T, a: a.unfold(0, 3, 1), "maximum size for tensor at dimension 0 is 2 but size is 3"),
    refusal("unfold/step", lambda T, a: a.unfold(0, 1, 0), "step is 0 but must be > 0"),
    refusal("as_strided/bounds", lambda T, a: a.as_strided((4, 4), (3, 1)), "are out of bounds for storage of size"),
]
