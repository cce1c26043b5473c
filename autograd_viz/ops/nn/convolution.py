"""Convolutions of any number of spatial dims, and transposed ones, as one matrix product over columns of windows.

The product of input and weight is linear in both; `correlate`, `spread` and `weigh` are it and its two adjoints, and
every gradient, first and second, is one of them. A transposed convolution is `spread` in the place of `correlate`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from .windows import Geometry, columns, from_columns

__all__ = ["convolution"]

Sizes = tuple[int, ...]


def correlate(x: Any, weight: Any, geometry: Geometry, groups: int) -> Any:
    """Return the windows of x weighted by each kernel: `(N, O, *output)`."""
    output = geometry.output(x.shape[2:])
    kernels = weight.reshape(groups, weight.shape[0] // groups, -1)
    cols = columns(x, geometry)
    if groups == 1:
        product = kernels[0] @ cols
    else:
        product = np.matmul(kernels, cols.reshape(groups, kernels.shape[2], cols.shape[-1]))
    found = product.reshape(weight.shape[0], x.shape[0], *output)
    return np.ascontiguousarray(found.swapaxes(0, 1))


def spread(y: Any, weight: Any, shape: Sizes, geometry: Geometry, groups: int) -> Any:
    """Spread each element of y over its window by the kernels: the adjoint of `correlate` with respect to x."""
    kernels = weight.reshape(groups, weight.shape[0] // groups, -1)
    rows = _channels_first(y)
    if groups == 1:
        cols = kernels[0].T @ rows
    else:
        cols = np.matmul(kernels.swapaxes(1, 2), rows.reshape(groups, kernels.shape[1], rows.shape[-1]))
    return from_columns(cols, shape, geometry)


def weigh(x: Any, y: Any, shape: Sizes, geometry: Geometry, groups: int) -> Any:
    """Weight the windows of x by y: the adjoint of `correlate` with respect to the weight."""
    rows, cols = _channels_first(y), columns(x, geometry)
    if groups == 1:
        return (rows @ cols.T).reshape(shape)
    parts = rows.reshape(groups, shape[0] // groups, rows.shape[-1])
    return np.matmul(parts, cols.reshape(groups, cols.shape[0] // groups, cols.shape[1]).swapaxes(1, 2)).reshape(shape)


def _channels_first(y: Any) -> Any:
    """Return `(N, C, *spatial)` as a matrix `(C, N · elements)`."""
    return y.swapaxes(0, 1).reshape(y.shape[1], y.size // y.shape[1] if y.shape[1] else 0)


# the operation


def _geometry(weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes) -> Geometry:
    return Geometry(weight.shape[2:], stride, padding, dilation)


def _convolution(
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> Any:
    geometry = _geometry(weight, stride, padding, dilation)
    if transposed:
        spatial = transposed_size(input.shape[2:], geometry, output_padding)
        shape = (input.shape[0], weight.shape[1] * groups, *spatial)
        found = spread(input, weight, shape, geometry, groups)
    else:
        found = correlate(input, weight, geometry, groups)
    if bias is not None:
        found += bias.reshape(-1, *(1,) * len(stride))
    return found


def transposed_size(spatial: Sizes, geometry: Geometry, output_padding: Sizes) -> Sizes:
    """Return the spatial size of a transposed convolution's result."""
    return tuple(
        (size - 1) * stride - 2 * pad + step * (length - 1) + extra + 1
        for size, length, stride, pad, step, extra in zip(spatial, *geometry, output_padding, strict=True)
    )


def _backward(
    grad_output: Any,
    input: Any,
    weight: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
    output_mask: tuple[bool, ...],
) -> Any:
    geometry = _geometry(weight, stride, padding, dilation)
    found: list[Any] = [None, None, None]
    if output_mask[0]:
        if transposed:
            found[0] = correlate(grad_output, weight, geometry, groups)
        else:
            found[0] = spread(grad_output, weight, input.shape, geometry, groups)
    if output_mask[1]:
        x, y = (grad_output, input) if transposed else (input, grad_output)
        found[1] = weigh(x, y, weight.shape, geometry, groups)
    if output_mask[2]:
        found[2] = grad_output.sum(axis=(0, *range(2, grad_output.ndim)))
    return found


def _convolution_rule(
    xp: Any, grad: Any, input: Any, weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes, transposed: bool,
    output_padding: Sizes, groups: int, needs: Any,
) -> Any:  # fmt: skip
    return xp.convolution_backward(
        grad, input, weight, stride, padding, dilation, transposed, output_padding, groups, tuple(needs)
    )


def _backward_rule(
    xp: Any, grads: Any, grad_output: Any, input: Any, weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes,
    transposed: bool, output_padding: Sizes, groups: int, needs: Any,
) -> Any:  # fmt: skip
    """Return the gradients of the backward's results: the product is linear in input and weight."""
    to_input, to_weight, to_bias = grads
    settings = (stride, padding, dilation, transposed, output_padding, groups)
    found: list[Any] = [None, None, None]
    if needs[0]:
        parts = []
        if to_input is not None:
            parts.append(xp.convolution(to_input, weight, None, *settings))
        if to_weight is not None:
            parts.append(xp.convolution(input, to_weight, None, *settings))
        if to_bias is not None:
            parts.append(xp.zeros_like(grad_output) + xp.reshape(to_bias, (-1, *(1,) * len(stride))))
        found[0] = functools.reduce(lambda one, two: one + two, parts)
    if needs[1]:
        found[1] = xp.zeros_like(input)
        if to_weight is not None:
            found[1] = xp.convolution_backward(grad_output, input, to_weight, *settings, (True, False, False))[0]
    if needs[2]:
        found[2] = xp.zeros_like(weight)
        if to_input is not None:
            found[2] = xp.convolution_backward(grad_output, to_input, weight, *settings, (False, True, False))[1]
    return found


def _entry(transposed: bool, plain: bool) -> Callable[..., Any]:
    """Return the operation with the formulas of a convolution or a transposed one; a plain one names no more."""
    settings = "step=stride, pad=padding" + ("" if plain else ", spacing=dilation, in_groups=groups")
    pair = "grad, input" if transposed else "input, grad"
    return op(
        "Convolution",
        _convolution,
        wide=True,
        backward=(
            {
                "input": f"conv(grad, weight, {settings})"
                if transposed
                else f"conv_transpose(grad, weight, into=input.shape, {settings})",
                "weight": f"correlate({pair}, into=weight.shape, {settings})",
                "bias": "channel_sums(grad)",
            },
            _convolution_rule,
        ),
    )


_ENTRIES = {key: _entry(*key) for key in itertools.product((False, True), (False, True))}


def convolution(
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> Any:
    """Return a convolution, or a transposed one, of sizes that are checked."""
    entry = _ENTRIES[bool(transposed), groups == 1 and all(step == 1 for step in dilation)]
    return entry(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


convolution_backward = op(
    "ConvolutionBackward",
    _backward,
    wide=True,
    name="convolution_backward",
    returns=("grad_input", "grad_weight", "grad_bias"),
    visible=3,
    differentiable=3,
    backward=(
        {
            "grad_output": "conv(grads[0], weight) + conv(input, grads[1]) + grads[2]",
            "input": "conv_transpose(grad_output, grads[1])",
            "weight": "correlate(grads[0], grad_output)",
        },
        _backward_rule,
    ),
)
register("convolution_backward", convolution_backward, method=False, public=False)
register("convolution", convolution, forward=_convolution, method=False)
