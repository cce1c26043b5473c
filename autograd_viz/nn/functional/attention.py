"""Attention. Mirrors `torch.nn.functional.scaled_dot_product_attention`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...ops.half import HALF
from ...ops.nn.attention import attention, scale_of
from ...ops.nn.scalar import mul_number
from ...ops.nn.softmax import safe_softmax
from ...tensor import Tensor, make
from .dropping import dropout

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Return softmax(query @ keyᵀ · scale + mask) @ value.

    Mirrors `torch.nn.functional.scaled_dot_product_attention`: four-dimensional inputs are one node, others are
    composed.

    Parameters
    ----------
    query : Tensor
        `(*, L, E)`.
    key, value : Tensor
        `(*, S, E)` and `(*, S, Ev)`.
    attn_mask : Tensor, optional
        Broadcasts to `(*, L, S)`: False, or -inf, where a query may not see a key.
    dropout_p : float
        The chance with which attention weights are dropped.
    is_causal : bool
        Whether a query sees only the keys up to its own place.
    scale : float, optional
        By default 1 / √E.
    enable_gqa : bool
        Whether query has several times as many heads as key and value.

    Raises
    ------
    RuntimeError
        When shapes do not fit, or a mask is given with `is_causal`.
    """
    if is_causal and attn_mask is not None:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    for name, given in (("query", query), ("key", key), ("value", value)):
        if given.ndim < 2:
            raise RuntimeError(
                "scaled_dot_product_attention: Expected query, key, and value to all be  at least 2 dimensional, but "
                f"got {name} with {given.ndim}."
            )
    mask = None if attn_mask is None else _added(attn_mask, query)
    if _fused(query, key, value, mask, dropout_p, enable_gqa):
        if enable_gqa and key.shape[1] != query.shape[1]:
            key, value = (_repeated(each, query.shape[1]) for each in (key, value))
        return attention(query, key, value, dropout_p, is_causal, mask, scale)
    if query._array.dtype == HALF:  # whose products may overflow
        q, k, v, added = (None if each is None else each.float() for each in (query, key, value, mask))
        return _composed(q, k, v, added, dropout_p, is_causal, scale, enable_gqa).to(query.dtype)
    return _composed(query, key, value, mask, dropout_p, is_causal, scale, enable_gqa)


def _added(mask: Any, query: Any) -> Any:
    """Return a mask that is added to the scores: a bool one as 0 and -inf."""
    if mask._array.dtype.kind != "b":
        return mask
    return make(np.where(mask._array, query._array.dtype.type(0), query._array.dtype.type(-math.inf)))


def _fused(query: Any, key: Any, value: Any, mask: Any, dropout_p: float, enable_gqa: bool) -> bool:
    """Whether PyTorch's CPU kernel would do it in one node."""
    return (
        query.ndim == key.ndim == value.ndim == 4
        and dropout_p == 0
        and query.shape[3] == key.shape[3] == value.shape[3]
        and (enable_gqa or query.shape[1] == key.shape[1] == value.shape[1])
        and query.shape[0] == key.shape[0] == value.shape[0]
        and key.shape[2] == value.shape[2]
        and 0 not in (*query.shape, *key.shape)
        and (mask is None or not mask.requires_grad)
    )


def _repeated(tensor: Any, heads: int) -> Any:
    return tensor.repeat_interleave(heads // tensor.shape[-3], -3)


def _composed(
    query: Any, key: Any, value: Any, mask: Any, dropout_p: float, is_causal: bool, scale: float | None,
    enable_gqa: bool,
) -> Any:  # fmt: skip
    """Do it step by step, as PyTorch's reference implementation."""
    factor = scale_of(query, scale)
    root = math.sqrt(abs(factor))
    if is_causal:
        visible = np.tril(np.ones((query.shape[-2], key.shape[-2]), bool))
        mask = _added(make(visible), query)
    if enable_gqa and key.shape[-3] != query.shape[-3]:
        key, value = (_repeated(each, query.shape[-3]) for each in (key, value))
    scores = mul_number(query, math.copysign(root, factor)).matmul(mul_number(key.transpose(-2, -1), root))
    if mask is not None:
        scores = scores + mask
    weights = safe_softmax(scores, scores.ndim - 1)
    if dropout_p > 0:
        weights = dropout(weights, dropout_p, True)
    return weights.matmul(value)
