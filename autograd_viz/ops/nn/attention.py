"""Scaled dot-product attention as one node; the attention weights are computed again in backward, not kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...tensor import make
from ..half import wide_forward, widened
from ..op import arrays, op, register
from ..rows import in_range, largest, row_sums

__all__ = ["attention", "scale_of"]

SMALL = 10.0  # exponentials of scores within ± this may meet the values before they are divided by their sum


def scale_of(query: Any, scale: float | None) -> float:
    """Return by what the scores are multiplied: 1 / √(length of a query) unless given."""
    return 1 / math.sqrt(query.shape[-1]) if scale is None else scale


def _hidden(query: Any, key: Any) -> Any:
    """Return the mask of the keys that come after each query."""
    return np.triu(np.ones((query.shape[-2], key.shape[-2]), bool), 1)


def _weights(xp: Any, query: Any, key: Any, attn_mask: Any, is_causal: bool, scale: float | None) -> Any:
    """Return the attention weights, as Tensors: the softmax of the scaled and masked products."""
    scores = xp.matmul(query, xp.transpose(key, -2, -1)) * scale_of(query, scale)
    if is_causal:
        scores = xp.masked_fill(scores, make(_hidden(query, key)), -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    return xp.softmax(scores, -1)


def _attention(
    query: Any,
    key: Any,
    value: Any,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    attn_mask: Any = None,
    scale: float | None = None,
) -> tuple[Any, Any]:
    dtype, query, key, value, attn_mask = query.dtype, *map(widened, (query, key, value, attn_mask))
    scores = np.matmul(query * query.dtype.type(scale_of(query, scale)), key.swapaxes(-2, -1))
    if is_causal:
        scores[..., _hidden(query, key)] = -np.inf
    elif attn_mask is not None:
        scores += attn_mask
    highest = _highest(scores)
    if highest is not None:
        scores -= highest
    np.exp(scores, out=scores)
    total = row_sums(scores, -1)
    if highest is not None:
        total[total == 0] = 1
    result = np.empty_like(query)  # in the memory layout of the queries, as in PyTorch
    np.matmul(scores, value, out=result)
    result /= total
    logsumexp = np.log(total)
    if highest is not None:
        logsumexp += highest
    return result.astype(dtype, copy=False), logsumexp[..., 0]


def _highest(scores: Any) -> Any:
    """Return the highest score of each query; None where no exponential needs it to stay in range."""
    if not scores.size:  # no keys at all
        return np.zeros((*scores.shape[:-1], 1), scores.dtype)
    if in_range(scores, SMALL):
        return None
    highest = largest(scores, -1)
    highest[highest == -np.inf] = 0  # a query that may see nothing gives zeros
    return highest


def _attention_rule(
    xp: Any,
    grad: Any,
    query: Any,
    key: Any,
    value: Any,
    output: Any,
    logsumexp: Any,
    attn_mask: Any,
    is_causal: bool,
    scale: float | None,
) -> list[Any]:
    if xp is arrays:
        return _in_float32(grad, query, key, value, output, logsumexp, attn_mask, is_causal, scale)
    weights = _weights(xp, query, key, attn_mask, is_causal, scale)
    to_scores = xp.softmax_backward(xp.matmul(grad, xp.transpose(value, -2, -1)), weights, -1) * scale_of(query, scale)
    return [
        xp.matmul(to_scores, key),
        xp.matmul(xp.transpose(to_scores, -2, -1), query),
        xp.matmul(xp.transpose(weights, -2, -1), grad),
    ]


def _backward(
    grad: Any, query: Any, key: Any, value: Any, output: Any, logsumexp: Any, attn_mask: Any, is_causal: bool,
    scale: float | None = None,
) -> list[Any]:  # fmt: skip
    """Compute the gradients on arrays: the weights come back from the scores and the saved logsumexp."""
    factor = query.dtype.type(scale_of(query, scale))
    weights = _products_less(query * factor, key, logsumexp)
    if is_causal:
        weights[..., _hidden(query, key)] = -np.inf
    elif attn_mask is not None:
        weights += attn_mask
    np.exp(weights, out=weights)
    to_value = np.matmul(weights.swapaxes(-2, -1), grad)
    to_scores = _products_less(grad, value, np.einsum("...i,...i->...", grad, output))
    to_scores *= weights
    return [np.matmul(to_scores, key) * factor, np.matmul(to_scores.swapaxes(-2, -1), query) * factor, to_value]


def _products_less(one: Any, two: Any, less: Any) -> Any:
    """Return one @ twoᵀ - less[..., None]: the subtraction as another term of the products, not as another pass."""
    length = one.shape[-1]
    left = np.empty((*one.shape[:-1], length + 1), one.dtype)
    right = np.empty((*two.shape[:-2], length + 1, two.shape[-2]), two.dtype)
    left[..., :length], right[..., :length, :] = one, two.swapaxes(-2, -1)
    np.negative(less, out=left[..., length])
    right[..., length, :] = 1
    return np.matmul(left, right)


_in_float32 = wide_forward(_backward)
SAVED = "grad, query, key, value, output, logsumexp, attn_mask, is_causal, scale"

attention = op(
    "ScaledDotProductFlashAttentionForCpu",
    _attention,
    name="scaled_dot_product_attention",
    returns=("output", "logsumexp"),
    tensors=("attn_mask",),
    backward=(
        {
            "query": f"attention_backward({SAVED})[0]",
            "key": f"attention_backward({SAVED})[1]",
            "value": f"attention_backward({SAVED})[2]",
        },
        _attention_rule,
    ),
)
register("attention_backward", _backward, forward=_backward, method=False, public=False)
