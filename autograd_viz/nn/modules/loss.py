"""Losses as modules. Mirrors `torch.nn.modules.loss`."""

from __future__ import annotations

from typing import Any

from ...tensor import Tensor
from .. import functional as F
from ..functional.reduction import legacy_reduction
from .optioned import Optioned
from .reshaping import PairwiseDistance

__all__ = ["BCELoss", "BCEWithLogitsLoss", "CosineEmbeddingLoss", "CrossEntropyLoss", "GaussianNLLLoss",
           "HingeEmbeddingLoss", "HuberLoss", "KLDivLoss", "L1Loss", "MSELoss", "MarginRankingLoss", "MultiMarginLoss",
           "NLLLoss", "PoissonNLLLoss", "SmoothL1Loss", "SoftMarginLoss", "TripletMarginLoss",
           "TripletMarginWithDistanceLoss"]  # fmt: skip

OLD = ("size_average", "reduce")
WEIGHTS = ("weight", "pos_weight")
FLAGS = {"size_average": None, "reduce": None}


class _Loss(Optioned):
    """A loss function with its options; weights are buffers, the two old flags become `reduction`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super(Optioned, self).__init__()
        options = self._bound(args, kwargs)
        old = [options.pop(flag, None) for flag in OLD]
        if any(flag is not None for flag in old):
            options["reduction"] = legacy_reduction(*old)
        for name, value in options.items():
            if name in WEIGHTS:
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def chosen(self) -> dict[str, Any]:
        """Return the options as they are now."""
        return {name: getattr(self, name) for name in self.options if name not in OLD}

    def extra_repr(self) -> str:
        """Return nothing, as PyTorch."""
        return ""


class _LossOfTarget(_Loss):
    """A loss of an input and what it ought to be."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return type(self).function(input, target, **self.chosen())


class _LossOfTwo(_Loss):
    """A loss of two inputs and how they ought to relate."""

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return type(self).function(input1, input2, target, **self.chosen())


class _TripletLoss(_Loss):
    """A loss of an anchor, something like it and something unlike it."""

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Return the loss."""
        return type(self).function(anchor, positive, negative, **self.chosen())


class L1Loss(_LossOfTarget, function=F.l1_loss, options={**FLAGS, "reduction": "mean"}):
    """The mean absolute difference. Mirrors `torch.nn.L1Loss`."""


class MSELoss(_LossOfTarget, function=F.mse_loss, options={**FLAGS, "reduction": "mean"}):
    """The mean squared difference. Mirrors `torch.nn.MSELoss`."""


class SmoothL1Loss(_LossOfTarget, function=F.smooth_l1_loss, options={**FLAGS, "reduction": "mean", "beta": 1.0}):
    """Quadratic within `beta`, linear beyond. Mirrors `torch.nn.SmoothL1Loss`."""


class HuberLoss(_LossOfTarget, function=F.huber_loss, options={"reduction": "mean", "delta": 1.0}):
    """Quadratic within `delta`, linear of slope `delta` beyond. Mirrors `torch.nn.HuberLoss`."""


class NLLLoss(
    _LossOfTarget,
    function=F.nll_loss,
    options={"weight": None, "size_average": None, "ignore_index": -100, "reduce": None, "reduction": "mean"},
):
    """Minus the log probability of the target class. Mirrors `torch.nn.NLLLoss`."""


class CrossEntropyLoss(
    _LossOfTarget,
    function=F.cross_entropy,
    options={
        "weight": None,
        "size_average": None,
        "ignore_index": -100,
        "reduce": None,
        "reduction": "mean",
        "label_smoothing": 0.0,
    },
):
    """The cross entropy between logits and a target. Mirrors `torch.nn.CrossEntropyLoss`."""


class BCELoss(_LossOfTarget, function=F.binary_cross_entropy, options={"weight": None, **FLAGS, "reduction": "mean"}):
    """The binary cross entropy of probabilities. Mirrors `torch.nn.BCELoss`."""


class BCEWithLogitsLoss(
    _LossOfTarget,
    function=F.binary_cross_entropy_with_logits,
    options={"weight": None, **FLAGS, "reduction": "mean", "pos_weight": None},
):
    """The binary cross entropy of logits. Mirrors `torch.nn.BCEWithLogitsLoss`."""


class PoissonNLLLoss(
    _Loss,
    function=F.poisson_nll_loss,
    options={"log_input": True, "full": False, "size_average": None, "eps": 1e-8, "reduce": None, "reduction": "mean"},
):
    """Minus the log likelihood of counts. Mirrors `torch.nn.PoissonNLLLoss`."""

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return F.poisson_nll_loss(log_input, target, **self.chosen())


class GaussianNLLLoss(
    _Loss, function=F.gaussian_nll_loss, options={"full": False, "eps": 1e-6, "reduction": "mean"}, keyword_only=True
):
    """Minus the log likelihood of normal values. Mirrors `torch.nn.GaussianNLLLoss`."""

    def forward(self, input: Tensor, target: Tensor, var: Any) -> Tensor:
        """Return the loss."""
        return F.gaussian_nll_loss(input, target, var, **self.chosen())


class KLDivLoss(_LossOfTarget, function=F.kl_div, options={**FLAGS, "reduction": "mean", "log_target": False}):
    """The Kullback-Leibler divergence. Mirrors `torch.nn.KLDivLoss`."""


class SoftMarginLoss(_LossOfTarget, function=F.soft_margin_loss, options={**FLAGS, "reduction": "mean"}):
    """log(1 + exp(-target · input)). Mirrors `torch.nn.SoftMarginLoss`."""


class HingeEmbeddingLoss(
    _LossOfTarget, function=F.hinge_embedding_loss, options={"margin": 1.0, **FLAGS, "reduction": "mean"}
):
    """The distance of similar pairs, and what others lack of a margin. Mirrors `torch.nn.HingeEmbeddingLoss`."""


class CosineEmbeddingLoss(
    _LossOfTwo, function=F.cosine_embedding_loss, options={"margin": 0.0, **FLAGS, "reduction": "mean"}
):
    """1 - cosine of similar pairs, cosine above a margin of others. Mirrors `torch.nn.CosineEmbeddingLoss`."""


class MarginRankingLoss(
    _LossOfTwo, function=F.margin_ranking_loss, options={"margin": 0.0, **FLAGS, "reduction": "mean"}
):
    """max(0, -target · (input1 - input2) + margin). Mirrors `torch.nn.MarginRankingLoss`."""


class MultiMarginLoss(
    _LossOfTarget,
    function=F.multi_margin_loss,
    options={"p": 1, "margin": 1.0, "weight": None, **FLAGS, "reduction": "mean"},
):
    """What the target class's score lacks of a margin over the others. Mirrors `torch.nn.MultiMarginLoss`."""


class TripletMarginLoss(
    _TripletLoss,
    function=F.triplet_margin_loss,
    options={"margin": 1.0, "p": 2.0, "eps": 1e-6, "swap": False, **FLAGS, "reduction": "mean"},
):
    """What the negative lacks of being a margin farther than the positive. Mirrors `torch.nn.TripletMarginLoss`."""


class TripletMarginWithDistanceLoss(
    _TripletLoss,
    function=F.triplet_margin_with_distance_loss,
    options={"distance_function": None, "margin": 1.0, "swap": False, "reduction": "mean"},
    keyword_only=True,
):
    """The triplet loss with any distance. Mirrors `torch.nn.TripletMarginWithDistanceLoss`."""

    distance_function: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.margin <= 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {self.margin} instead"
            )
        if self.distance_function is None:
            del self.distance_function
            self.distance_function = PairwiseDistance()
