"""Einstein summation, composed of permutations and batched matrix products as in PyTorch's `native/Linear.cpp`."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from .matmul import bmm
from .op import register
from .shape import reshape, unsqueeze, view
from .transposition import movedim, permute
from .wrapping import check_tensor

__all__ = ["einsum"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ELLIPSIS = "."  # stands for "..." in a list of labels


def einsum(*args: Any) -> Tensor:
    """Sum products of elements over labelled dimensions. Mirrors `torch.einsum`.

    Parameters
    ----------
    *args
        An equation such as "ij,jk->ik" and the tensors; or tensors and lists of numbers in turn, which label their
        dimensions, and a list for the result.

    Raises
    ------
    RuntimeError
        When the equation does not fit the tensors.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> ag.einsum("i,j->ij", ag.tensor([1., 2.]), ag.tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    if args and not isinstance(args[0], (str, Tensor)):
        raise TypeError(f"einsum(): argument 'equation' (position 1) must be str, not {type(args[0]).__name__}")
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    equation, operands = _as_equation(args)
    for place, each in enumerate(operands, 2):
        check_tensor("einsum", each, "operands", place)
    left, arrow, right = equation.partition("->")
    labels = [_labels(term, place, equation) for place, term in enumerate(left.split(","))]
    if len(labels) > len(operands):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    if len(labels) < len(operands):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    spread = _ellipsis_dims(labels, operands)
    output = _output_labels(right, equation) if arrow else _implicit_output(labels)
    order = _order(labels, output, spread)
    _check_sizes(labels, operands)
    outer = len(output) - (ELLIPSIS in output) + (spread if ELLIPSIS in output else 0)
    aligned = [_aligned(tensor, found, order, spread) for tensor, found in zip(operands, labels, strict=True)]
    return _contract(aligned, outer)


def _as_equation(args: tuple[Any, ...]) -> tuple[str, list[Any]]:
    if isinstance(args[0], str):
        operands = args[1] if len(args) == 2 and isinstance(args[1], (list, tuple)) else args[1:]
        return args[0].replace(" ", ""), list(operands)
    terms = [_letters(each) for each in args[1::2]]
    operands = list(args[: 2 * (len(args) // 2) : 2])
    equation = ",".join(terms)
    return (f"{equation}->{_letters(args[-1])}" if len(args) % 2 else equation), operands


def _letters(numbers: Any) -> str:
    letters = ""
    for number in numbers:
        if number is Ellipsis:
            letters += "..."
        elif 0 <= number < len(LETTERS):
            letters += LETTERS[number]
        else:
            raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")
    return letters


def _labels(term: str, operand: int | None, equation: str) -> str:
    """Return a term's labels, "..." as one of them, checked."""
    where = f"for operand {operand}" if operand is not None else "in the output"
    labels = term.replace("...", ELLIPSIS, 1)
    if "..." in term and "." in term.replace("...", "", 1):
        raise RuntimeError(f"einsum(): found '.' {where} for which an ellipsis was already found")
    if "." in term and "..." not in term:
        raise RuntimeError(f"einsum(): found '.' {where} that is not part of any ellipsis")
    for label in labels:
        if label != ELLIPSIS and label not in LETTERS:
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {equation.index(label)} in the equation string, "
                "subscripts must be in [a-zA-Z]"
            )
    return labels


def _ellipsis_dims(labels: list[str], operands: list[Tensor]) -> int:
    """Return how many dimensions "..." stands for at most; check each term against its operand."""
    spread = 0
    for place, (found, tensor) in enumerate(zip(labels, operands, strict=True)):
        ndim, count = tensor._array.ndim, len(found)
        if ELLIPSIS in found:
            if count - 1 > ndim:
                raise RuntimeError(
                    f"einsum(): the number of subscripts in the equation ({count - 1}) is more than the number of "
                    f"dimensions ({ndim}) for operand {place}"
                )
            spread = max(spread, ndim - count + 1)
        elif count != ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({count}) does not match the number of dimensions "
                f"({ndim}) for operand {place} and no ellipsis was given"
            )
    return spread


def _output_labels(term: str, equation: str) -> str:
    labels = _labels(term, None, equation)
    for label in labels:
        if labels.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if label != ELLIPSIS and label not in equation.partition("->")[0]:
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
    return labels


def _implicit_output(labels: list[str]) -> str:
    """Return the labels that occur once, in the alphabet's order, behind the ellipsis."""
    joined = "".join(labels)
    once = [label for label in LETTERS if joined.count(label) == 1]
    return (ELLIPSIS if ELLIPSIS in joined else "") + "".join(once)


def _order(labels: list[str], output: str, spread: int) -> dict[str, int]:
    """Return each label's dimension: those of the output first, then those summed over."""
    order: dict[str, int] = {}
    place = 0
    for label in output:
        order[label] = place
        place += spread if label == ELLIPSIS else 1
    joined = "".join(labels)
    if ELLIPSIS in joined and ELLIPSIS not in order:
        order[ELLIPSIS] = place
        place += spread
    for label in LETTERS:
        if label in joined and label not in order:
            order[label] = place
            place += 1
    order[""] = place  # how many there are
    return order


def _check_sizes(labels: list[str], operands: list[Tensor]) -> None:
    known: dict[str, int] = {}
    for place, (found, tensor) in enumerate(zip(labels, operands, strict=True)):
        shape = tensor._array.shape
        lead, _, tail = found.partition(ELLIPSIS)
        sizes = [*zip(lead, shape, strict=False), *zip(tail, shape[len(shape) - len(tail) :], strict=True)]
        own: dict[str, int] = {}
        for label, size in sizes:
            if own.setdefault(label, size) != size:
                raise RuntimeError(
                    f"einsum(): subscript {label} is repeated for operand {place} but the sizes don't match, {size} "
                    f"!= {own[label]}"
                )
        for label, size in own.items():
            seen = known.get(label, 1)
            if seen != size and 1 not in (seen, size):
                raise RuntimeError(
                    f"einsum(): subscript {label} has size {size} for operand {place} which does not broadcast with "
                    f"previously seen size {seen}"
                )
            known[label] = max(seen, size) if size else size


def _aligned(tensor: Tensor, labels: str, order: dict[str, int], spread: int) -> Tensor:
    """Return an operand with all dimensions in the common order: repeated labels as diagonals, missing ones 1."""
    places = [-1] * order[""]
    dim = 0
    covered = tensor._array.ndim - (len(labels) - 1)
    for label in labels:
        if label == ELLIPSIS:
            for offset in range(spread - covered, spread):
                places[order[label] + offset] = dim
                dim += 1
        elif places[order[label]] == -1:
            places[order[label]] = dim
            dim += 1
        else:
            earlier = places[order[label]]
            tensor = movedim(tensor.diagonal(0, earlier, dim), -1, earlier)
    for place, found in enumerate(places):
        if found == -1:
            tensor = unsqueeze(tensor, dim)
            places[place] = dim
            dim += 1
    return permute(tensor, tuple(places))


def _contract(operands: list[Tensor], outer: int) -> Tensor:
    """Multiply the aligned operands from left to right, summing over a dimension as soon as no later one has it."""
    ndim = operands[0]._array.ndim
    counts = [sum(each._array.shape[dim] != 1 for each in operands) for dim in range(ndim)]
    result = operands[0]
    for other in operands[1:]:
        both: list[int] = []
        alone: tuple[list[int], list[int]] = ([], [])
        for dim in range(outer, ndim):
            one, two = result._array.shape[dim] != 1, other._array.shape[dim] != 1
            if one and two:
                counts[dim] -= 1
                if counts[dim] == 1:
                    both.append(dim)
                    counts[dim] = 0
            elif counts[dim] == 1 and (one or two):
                alone[0 if one else 1].append(dim)
                counts[dim] = 0
        if alone[0]:
            result = result.sum(tuple(alone[0]), True)
        if alone[1]:
            other = other.sum(tuple(alone[1]), True)
        result = _pair(result, other, tuple(both))
    if ndim == outer:
        return result
    if len(operands) == 1:
        return result.sum(tuple(range(outer, ndim)))
    return view(result, result._array.shape[:outer])


def _pair(left: Tensor, right: Tensor, summed: tuple[int, ...]) -> Tensor:
    """Multiply two operands of equal dimensions and sum over some, which stay with length 1, as one batched product."""
    if not summed:
        return left * right
    shared: list[int] = []
    only_left: list[int] = []
    only_right: list[int] = []
    one, two = left._array.shape, right._array.shape
    for dim in range(len(one)):
        if dim not in summed:
            (shared if one[dim] != 1 != two[dim] else only_left if one[dim] != 1 else only_right).append(dim)
    if only_left and only_right and only_right[-1] < only_left[0]:
        left, right, one, two, only_left, only_right = right, left, two, one, only_right, only_left
    batch, rows = [one[dim] for dim in shared], [one[dim] for dim in only_left]
    columns, inner = [two[dim] for dim in only_right], [one[dim] for dim in summed]
    sizes = [_product(each) for each in (batch, rows, columns, inner)]
    a = reshape(permute(left, (*shared, *only_left, *summed, *only_right)), (sizes[0], sizes[1], sizes[3]))
    b = reshape(permute(right, (*shared, *summed, *only_right, *only_left)), (sizes[0], sizes[3], sizes[2]))
    order = (*shared, *only_left, *summed, *only_right)
    product = view(bmm(a, b), (*batch, *rows, *(1,) * len(summed), *columns))
    return permute(product, tuple(sorted(range(len(order)), key=order.__getitem__)))


def _product(lengths: list[int]) -> int:
    product = 1
    for length in lengths:
        product *= length
    return product


register("einsum", einsum, method=False)
