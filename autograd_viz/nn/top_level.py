"""The functions of neural networks that PyTorch also has at its top level, with the arguments they take there.

Most are those of `nn.functional`; a few have other arguments, or another order of them.
"""

from __future__ import annotations

from typing import Any

from . import functional as F
from .modules.recurrence import STEPS

SAME = (
    "adaptive_avg_pool1d", "adaptive_max_pool1d", "avg_pool1d", "bilinear", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "cosine_similarity", "max_pool1d", "max_pool2d",
    "max_pool3d", "pairwise_distance", "rms_norm", "rrelu",
)  # fmt: skip
REDUCTIONS = ("none", "mean", "sum")


def layer_norm(
    input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-05,
    cudnn_enable: bool = True,
) -> Any:
    """Return the input normalised over its last dims. Mirrors `torch.layer_norm`."""
    return F.layer_norm(input, normalized_shape, weight, bias, eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-05, cudnn_enabled: bool = True
) -> Any:
    """Return the input normalised in groups of channels. Mirrors `torch.group_norm`."""
    return F.group_norm(input, num_groups, weight, bias, eps)


def batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float,
    eps: float, cudnn_enabled: bool,
) -> Any:
    """Return the input with each channel normalised. Mirrors `torch.batch_norm`."""
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, use_input_stats: bool, momentum: float,
    eps: float, cudnn_enabled: bool,
) -> Any:
    """Return the input with each channel of each sample normalised. Mirrors `torch.instance_norm`."""
    return F.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def _dropout(name: str, drop: Any, what: str) -> Any:
    """Return the function PyTorch has at its top level for one of `nn.functional`: it takes `train` and no default."""

    def function(input: Any, p: float, train: bool) -> Any:
        if not 0 <= p <= 1:
            raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p}")
        return drop(input, p, train)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return the input with {what} when `train`. Mirrors `torch.{name}`."
    return function


dropout = _dropout("dropout", F.dropout, "elements zeroed at random")
alpha_dropout = _dropout("alpha_dropout", F.alpha_dropout, "elements set to what selu saturates at")
feature_dropout = _dropout("feature_dropout", F.dropout2d, "whole channels zeroed at random")
feature_alpha_dropout = _dropout(
    "feature_alpha_dropout", F.feature_alpha_dropout, "whole channels set to what selu saturates at"
)


# losses: their reduction is a number here


def _reduction(number: Any) -> str:
    return REDUCTIONS[number] if isinstance(number, int) else number


def kl_div(input: Any, target: Any, reduction: int = 1, *, log_target: bool = False) -> Any:
    """Return the Kullback-Leibler divergence. Mirrors `torch.kl_div`."""
    return F.kl_div(input, target, reduction=_reduction(reduction), log_target=log_target)


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: int = 1) -> Any:
    """Return the cosine embedding loss. Mirrors `torch.cosine_embedding_loss`."""
    return F.cosine_embedding_loss(input1, input2, target, margin, reduction=_reduction(reduction))


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: int = 1) -> Any:
    """Return the hinge embedding loss. Mirrors `torch.hinge_embedding_loss`."""
    return F.hinge_embedding_loss(input, target, margin, reduction=_reduction(reduction))


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: int = 1) -> Any:
    """Return the margin ranking loss. Mirrors `torch.margin_ranking_loss`."""
    return F.margin_ranking_loss(input1, input2, target, margin, reduction=_reduction(reduction))


def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0, p: float = 2, eps: float = 1e-06,
    swap: bool = False, reduction: int = 1,
) -> Any:
    """Return the triplet margin loss. Mirrors `torch.triplet_margin_loss`."""
    return F.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction=_reduction(reduction))


def poisson_nll_loss(input: Any, target: Any, log_input: bool, full: bool, eps: float, reduction: int) -> Any:
    """Return the negative log likelihood of Poisson counts. Mirrors `torch.poisson_nll_loss`."""
    return F.poisson_nll_loss(input, target, log_input, full, eps=eps, reduction=_reduction(reduction))


# one step of a recurrent network


def _step(mode: str, input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    hidden = hx[0] if mode == "LSTM" else hx
    return STEPS[mode](F.linear(input, w_ih, b_ih), F.linear(hidden, w_hh, b_hh), hx)


def rnn_tanh_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next state of a simple network with tanh. Mirrors `torch.rnn_tanh_cell`."""
    return _step("RNN_TANH", input, hx, w_ih, w_hh, b_ih, b_hh)


def rnn_relu_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next state of a simple network with relu. Mirrors `torch.rnn_relu_cell`."""
    return _step("RNN_RELU", input, hx, w_ih, w_hh, b_ih, b_hh)


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next state of a gated recurrent unit. Mirrors `torch.gru_cell`."""
    return _step("GRU", input, hx, w_ih, w_hh, b_ih, b_hh)


def lstm_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next state and cell of a long short-term memory. Mirrors `torch.lstm_cell`."""
    return _step("LSTM", input, hx, w_ih, w_hh, b_ih, b_hh)


globals().update({name: getattr(F, name) for name in SAME})
