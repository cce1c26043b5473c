"""Batch and instance norm as modules. Mirrors `torch.nn.modules.batchnorm` and `instancenorm`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...ops.creation import finished
from ...tensor import Tensor, make
from .. import functional as F
from ..parameter import empty_parameter
from .module import Module
from .normalization import add_affine, reset_affine

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"]


class _Normalized(Module):
    """What batch and instance norm share: affine parameters and running statistics."""

    _version = 2
    allowed: ClassVar[tuple[int, ...]]  # how many dims the input may have

    def __init_subclass__(cls, allowed: tuple[int, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.allowed = allowed

    def _set_up(
        self, num_features: int, eps: float, momentum: float | None, affine: bool, track: bool, dtype: Any, bias: bool
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track
        add_affine(self, (num_features,), affine, affine and bias, dtype)
        zeros: Any = empty_parameter(num_features, dtype=dtype)._array if track else None
        self.register_buffer("running_mean", make(zeros) if track else None)
        self.register_buffer("running_var", make(zeros.copy()) if track else None)
        self.register_buffer("num_batches_tracked", finished(np.zeros((), np.int64)) if track else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Set the running mean to 0 and the running variance to 1."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Set everything back."""
        self.reset_running_stats()
        reset_affine(self)

    def _check_input_dim(self, input: Any) -> None:
        if input.ndim not in self.allowed:
            words = " or ".join(f"{ndim}D" for ndim in self.allowed)
            raise ValueError(f"expected {words} input (got {input.ndim}D input)")

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: Any, *rest: Any) -> None:
        key, version = f"{prefix}num_batches_tracked", local_metadata.get("version")
        if (version is None or version < 2) and self.track_running_stats and key not in state_dict:
            state_dict[key] = self.num_batches_tracked
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def extra_repr(self) -> str:
        """Return the number of channels and the options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Normalized):
    """Batch norm.

    Parameters
    ----------
    num_features : int
        The number of channels.
    eps : float
        Added to the variance.
    momentum : float or None
        How far the running statistics move; None makes them the mean over all batches.
    affine : bool
        Whether there are a weight and a bias.
    track_running_stats : bool
        Whether there are running statistics, used in evaluation.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    bias : bool
        Whether there is a bias.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self._set_up(num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        """Return the input normalised, and in training take note of the batch's statistics."""
        self._check_input_dim(input)
        momentum = 0.0 if self.momentum is None else self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                momentum = 1.0 / float(self.num_batches_tracked)
        batch = self.training or (self.running_mean is None and self.running_var is None)
        used = not self.training or self.track_running_stats
        return F.batch_norm(
            input, self.running_mean if used else None, self.running_var if used else None, self.weight, self.bias,
            batch, momentum, self.eps,
        )  # fmt: skip


class BatchNorm1d(_BatchNorm, allowed=(2, 3)):
    """Normalise the channels of `(N, C)` or `(N, C, L)`. Mirrors `torch.nn.BatchNorm1d`."""


class BatchNorm2d(_BatchNorm, allowed=(4,)):
    """Normalise the channels of `(N, C, H, W)`. Mirrors `torch.nn.BatchNorm2d`."""


class BatchNorm3d(_BatchNorm, allowed=(5,)):
    """Normalise the channels of `(N, C, D, H, W)`. Mirrors `torch.nn.BatchNorm3d`."""


class _InstanceNorm(_Normalized):
    """Instance norm; its parameters are those of batch norm, with other defaults."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self._set_up(num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        """Return the input normalised; one without a batch dim is taken as a batch of one."""
        self._check_input_dim(input)
        channel = input.ndim - max(self.allowed) + 1
        if input.shape[channel] != self.num_features and self.affine:
            raise ValueError(
                f"expected input's size at dim={channel} to match num_features ({self.num_features}), but got: "
                f"{input.shape[channel]}."
            )
        whole = input if channel == 1 else input.unsqueeze(0)
        result = F.instance_norm(
            whole, self.running_mean, self.running_var, self.weight, self.bias,
            self.training or not self.track_running_stats, self.momentum or 0.0, self.eps,
        )  # fmt: skip
        return result if channel == 1 else result.squeeze(0)


class InstanceNorm1d(_InstanceNorm, allowed=(2, 3)):
    """Normalise each channel of each sample of `(N, C, L)`. Mirrors `torch.nn.InstanceNorm1d`."""


class InstanceNorm2d(_InstanceNorm, allowed=(3, 4)):
    """Normalise each channel of each sample of `(N, C, H, W)`. Mirrors `torch.nn.InstanceNorm2d`."""


class InstanceNorm3d(_InstanceNorm, allowed=(4, 5)):
    """Normalise each channel of each sample of `(N, C, D, H, W)`. Mirrors `torch.nn.InstanceNorm3d`."""
