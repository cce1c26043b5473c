"""Multi-head attention as a module. Mirrors `torch.nn.MultiheadAttention`."""

from __future__ import annotations

from typing import Any

from ...tensor import Tensor
from .. import functional as F
from .. import init
from ..functional.multi_head import added_mask
from ..parameter import empty_parameter
from .linear import Linear
from .module import Module

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """A linear layer, under the name PyTorch shows for the one inside attention."""


class MultiheadAttention(Module):
    """Attention of several heads. Mirrors `torch.nn.MultiheadAttention`.

    Parameters
    ----------
    embed_dim : int
        The length of queries and results, divided among the heads.
    num_heads : int
        How many heads there are.
    dropout : float
        The chance with which attention weights are dropped.
    bias : bool
        Whether the projections have biases.
    add_bias_kv, add_zero_attn : bool
        Whether a learned key and value, or ones of zeros, are added.
    kdim, vdim : int, optional
        The lengths of keys and values.
    batch_first : bool
        Whether inputs and result are `(N, L, E)` rather than `(L, N, E)`.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and "
                f"num_heads={num_heads} instead"
            )
        if embed_dim % num_heads:
            raise AssertionError("embed_dim must be divisible by num_heads")
        super().__init__()
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim == self.vdim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        separate = {"q_proj_weight": embed_dim, "k_proj_weight": self.kdim, "v_proj_weight": self.vdim}
        same = self._qkv_same_embed_dim
        if not same:
            for name, length in separate.items():
                self.register_parameter(name, empty_parameter(embed_dim, length, dtype=dtype))
        packed = empty_parameter(3 * embed_dim, embed_dim, dtype=dtype) if same else None
        self.register_parameter("in_proj_weight", packed)
        if same:
            for name in separate:
                self.register_parameter(name, None)
        self.register_parameter("in_proj_bias", empty_parameter(3 * embed_dim, dtype=dtype) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        self.bias_k = empty_parameter(1, 1, embed_dim, dtype=dtype) if add_bias_kv else None
        self.bias_v = empty_parameter(1, 1, embed_dim, dtype=dtype) if add_bias_kv else None
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            weight = self._parameters[name]
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return the attention and, if asked for, its weights.

        Parameters
        ----------
        query, key, value : Tensor
            `(L, N, E)`, `(S, N, kdim)` and `(S, N, vdim)`; with `batch_first` N comes first, and N may be left out.
        key_padding_mask : Tensor, optional
            `(N, S)`: True, or -inf, for keys that nobody may see.
        need_weights : bool
            Whether the weights are returned.
        attn_mask : Tensor, optional
            `(L, S)` or `(N · heads, L, S)`: True, or -inf, where a query may not see a key.
        average_attn_weights : bool
            Whether the weights are averaged over the heads.
        is_causal : bool
            Whether `attn_mask` is the causal one.
        """
        padding = added_mask(key_padding_mask, "key_padding_mask", query, attn_mask)
        mask = added_mask(attn_mask, "attn_mask", query)
        turned = self.batch_first and query.ndim == 3
        if turned:
            query, key, value = _lengths_first(query, key, value)
        output, weights = F.multi_head_attention_forward(
            query, key, value, self.embed_dim, self.num_heads, self.in_proj_weight, self.in_proj_bias, self.bias_k,
            self.bias_v, self.add_zero_attn, self.dropout, self.out_proj.weight, self.out_proj.bias,
            training=self.training, key_padding_mask=padding, need_weights=need_weights, attn_mask=mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim, q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight, v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights, is_causal=is_causal,
        )  # fmt: skip
        return (output.transpose(1, 0) if turned else output), weights


def _lengths_first(query: Any, key: Any, value: Any) -> tuple[Any, Any, Any]:
    """Return the inputs with their first two dims swapped; those that are one tensor stay one."""
    if key is value:
        turned = key.transpose(1, 0)
        return (turned if query is key else query.transpose(1, 0)), turned, turned
    return query.transpose(1, 0), key.transpose(1, 0), value.transpose(1, 0)
