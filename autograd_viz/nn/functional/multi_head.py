"""Multi-head attention, step by step. Mirrors `torch.nn.functional.multi_head_attention_forward`."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ...ops.op import FUNCTIONS, tensors
from ...tensor import Tensor, make
from .attention import scaled_dot_product_attention
from .dropping import dropout
from .linear import linear
from .padding import pad

__all__ = ["multi_head_attention_forward"]

NEEDS_MASK = (
    "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
    "`generate_square_subsequent_mask` to create this mask."
)


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Return the attention of several heads `(L, N, E)`, and its weights if asked for.

    The parameters are those of PyTorch's function; see `nn.MultiheadAttention` for what they mean.
    """
    if static_k is not None or static_v is not None:
        raise NotImplementedError("static_k and static_v are not provided")
    batched = _checked(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = (each.unsqueeze(1) for each in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    length, samples, width = query.shape
    head = _head_width(width, embed_dim_to_check, num_heads)
    if is_causal and attn_mask is None:
        raise RuntimeError(NEEDS_MASK)
    hidden = added_mask(key_padding_mask, "key_padding_mask", query, attn_mask)
    heads = samples * num_heads
    mask: Any = None
    if not is_causal or hidden is not None or need_weights:
        mask = _shaped_mask(added_mask(attn_mask, "attn_mask", query), length, key.shape[0], heads)
        is_causal = is_causal and hidden is None
    if use_separate_proj_weight:
        q, k, v = _separately(query, key, value, (q_proj_weight, k_proj_weight, v_proj_weight), in_proj_bias)
    else:
        q, k, v = _packed(query, key, value, in_proj_weight, in_proj_bias)
    q, k, v, more = _by_head(q, k, v, (bias_k, bias_v), add_zero_attn, (heads, head))
    mask = _merged(_longer(mask, more), _longer(hidden, more), samples, num_heads, k.shape[1])
    attend = _with_weights if need_weights else _without_weights
    sizes = (length, samples, width, num_heads, head)
    output, attention = attend(q, k, v, mask, dropout_p if training else 0.0, sizes, is_causal)
    output = linear(output, out_proj_weight, out_proj_bias)
    output = output.view(length, samples, output.shape[1])
    if attention is not None and average_attn_weights:
        attention = attention.mean(1)
    if batched:
        return output, attention
    return output.squeeze(1), None if attention is None else attention.squeeze(0)


# the steps


def _with_weights(q: Any, k: Any, v: Any, mask: Any, drop: float, sizes: Any, is_causal: bool) -> tuple[Any, Any]:
    length, samples, width, num_heads, head = sizes
    scaled = q * math.sqrt(1.0 / float(head))
    keys = k.transpose(-2, -1)
    scores = tensors.bmm(scaled, keys) if mask is None else FUNCTIONS["baddbmm"](mask, scaled, keys)
    weights = tensors.softmax(scores, -1)
    if drop > 0.0:
        weights = dropout(weights, drop)
    output = tensors.bmm(weights, v).transpose(0, 1).reshape(length * samples, width)
    return output, weights.view(samples, num_heads, length, k.shape[1])


def _without_weights(q: Any, k: Any, v: Any, mask: Any, drop: float, sizes: Any, is_causal: bool) -> tuple[Any, None]:
    length, samples, width, num_heads, head = sizes
    if mask is not None:
        alone = mask.shape[0] == 1 and mask.ndim == 3
        mask = mask.unsqueeze(0) if alone else mask.view(samples, num_heads, -1, k.shape[1])
    q = q.view(samples, num_heads, length, head)
    k, v = (each.view(samples, num_heads, each.shape[1], head) for each in (k, v))
    output = scaled_dot_product_attention(q, k, v, mask, drop, is_causal)
    return output.permute(2, 0, 1, 3).reshape(samples * length, width), None


def _by_head(q: Any, k: Any, v: Any, extra: Any, add_zero: bool, sizes: tuple[int, int]) -> tuple[Any, Any, Any, int]:
    """Return queries, keys and values of each head `(N · heads, L, E / heads)`, and how many keys that gave them."""
    heads, head = sizes
    length = k.shape[0]
    if extra[0] is not None and extra[1] is not None:
        k, v = (tensors.cat([x, one.repeat(1, x.shape[1], 1)], 0) for x, one in zip((k, v), extra, strict=True))
    q, k, v = (each.view(each.shape[0], heads, head).transpose(0, 1) for each in (q, k, v))
    if add_zero:
        k, v = (tensors.cat([each, each.new_zeros((heads, 1, head))], 1) for each in (k, v))
    return q, k, v, k.shape[1] - length


def _packed(q: Any, k: Any, v: Any, weight: Any, bias: Any) -> Any:
    """Project queries, keys and values by one weight; where they are one tensor, in one product."""
    width = q.shape[-1]
    if k is v and q is k:
        return _unpacked(linear(q, weight, bias), 3, width)
    if k is v:
        parts = weight.split([width, 2 * width])
        biases = (None, None) if bias is None else bias.split([width, 2 * width])
        return linear(q, parts[0], biases[0]), *_unpacked(linear(k, parts[1], biases[1]), 2, width)
    weights, biases = weight.chunk(3), (None,) * 3 if bias is None else bias.chunk(3)
    return tuple(linear(x, w, b) for x, w, b in zip((q, k, v), weights, biases, strict=True))


def _unpacked(projected: Any, count: int, width: int) -> Any:
    parts = projected.unflatten(-1, (count, width)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
    return tuple(parts[place] for place in range(count))


def _separately(q: Any, k: Any, v: Any, weights: Any, bias: Any) -> Any:
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    return tuple(linear(x, w, b) for x, w, b in zip((q, k, v), weights, biases, strict=True))


# masks


def added_mask(mask: Any, name: str, like: Any, other: Any = None) -> Any:
    """Return a mask that is added to the scores: a bool one as 0 and -inf.

    Raises
    ------
    AssertionError
        When the mask is neither bool nor floating point.
    """
    if mask is None:
        return None
    if mask._array.dtype.kind not in "bf":
        raise AssertionError(f"only bool and floating types of {name} are supported")
    if other is not None and other.dtype != mask.dtype:
        warnings.warn(
            f"Support for mismatched {name} and attn_mask is deprecated. Use same type for both instead.",
            UserWarning,
            stacklevel=3,
        )
    if mask._array.dtype.kind == "f":
        return mask
    of = like._array.dtype.type
    return make(np.where(mask._array, of(-math.inf), of(0)))


def _shaped_mask(mask: Any, length: int, keys: int, heads: int) -> Any:
    if mask is None:
        return None
    expected = {2: (length, keys), 3: (heads, length, keys)}.get(mask.ndim)
    if expected is None:
        raise RuntimeError(f"attn_mask's dimension {mask.ndim} is not supported")
    if tuple(mask.shape) != expected:
        raise RuntimeError(f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {expected}.")
    return mask.unsqueeze(0) if mask.ndim == 2 else mask


def _longer(mask: Any, more: int) -> Any:
    return pad(mask, (0, more)) if more and mask is not None else mask


def _merged(mask: Any, hidden: Any, samples: int, num_heads: int, keys: int) -> Any:
    """Return the attention mask and that of padded keys as one."""
    if hidden is None:
        return mask
    for place, (word, size) in enumerate((("0", samples), ("1", keys))):
        if hidden.shape[place] != size:
            raise AssertionError(f"Expected key_padded_mask.shape[{word}] to be {size}, but got {hidden.shape[place]}")
    spread = hidden.view(samples, 1, 1, keys).expand(-1, num_heads, -1, -1).reshape(samples * num_heads, 1, keys)
    return spread if mask is None else mask + spread


# checks


def _head_width(width: int, expected: int, num_heads: int) -> int:
    if width != expected:
        raise AssertionError(f"was expecting embedding dimension of {expected}, but got {width}")
    if width % num_heads:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    return width // num_heads


def _checked(query: Any, key: Any, value: Any, hidden: Any, mask: Any, num_heads: int) -> bool:
    """Return whether there is a batch dim, after checking the dims."""
    if query.ndim not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {query.ndim}-D query tensor"
        )
    batched = query.ndim == 3
    word = "batched (3-D)" if batched else "unbatched (2-D)"
    if not key.ndim == value.ndim == query.ndim:
        raise AssertionError(
            f"For {word} `query`, expected `key` and `value` to be {query.ndim}-D but found {key.ndim}-D and "
            f"{value.ndim}-D tensors respectively"
        )
    if hidden is not None and hidden.ndim != query.ndim - 1:
        raise AssertionError(
            f"For {word} `query`, expected `key_padding_mask` to be `None` or {query.ndim - 1}-D but found "
            f"{hidden.ndim}-D tensor instead"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(
            f"For {word} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {mask.ndim}-D tensor instead"
        )
    if not batched and mask is not None and mask.ndim == 3:
        expected = (num_heads, query.shape[0], key.shape[0])
        if tuple(mask.shape) != expected:
            raise AssertionError(f"Expected `attn_mask` shape to be {expected} but got {mask.shape}")
    return batched
