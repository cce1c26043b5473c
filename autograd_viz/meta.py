"""`Meta`: what few tensors have, kept apart so that the others stay small."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .autograd.hooks import Hooks
    from .autograd.node import AccumulateGrad, Node
    from .tensor import Tensor

__all__ = ["Meta"]


class Meta:
    """Hold what few tensors have: view relations, hooks, flags. Made when first needed."""

    __slots__ = (
        "accumulator",
        "base",
        "creation",
        "detached",
        "former",
        "hooks",
        "inference",
        "inherits",
        "maker",
        "name",
        "post_accumulate_hooks",
        "replay",
        "retains_grad",
        "version",
        "views",
    )

    def __init__(
        self,
        base: Tensor | None = None,
        replay: Callable[[Any], Any] | None = None,
        creation: str | None = None,
        version: int = 0,
    ) -> None:
        self.accumulator: weakref.ref[AccumulateGrad] | None = None
        self.base = base  # of a view: the tensor whose memory it shows
        self.replay = replay  # of a view: base -> this view, as operations
        self.creation = creation  # of a view: why it may not be changed in place, if so
        self.detached = -1  # of what `detach_` made a leaf: the sequence number at that time
        self.version = version  # of a view: that of the base when the view's grad_fn was made
        self.former: Node | None = None  # of a stale view: the grad_fn it had
        self.maker: weakref.ref[Node] | None = None  # of a saved result of a change of a view: the view's grad_fn
        self.inherits = False  # of a view: whether it requires grad only because its base does
        self.views: list[weakref.ref[Tensor]] | None = None  # of a base: its differentiable views
        self.hooks: Hooks | None = None  # of a leaf: register_hook
        self.post_accumulate_hooks: Hooks | None = None
        self.retains_grad = False
        self.inference = False
        self.name: str | None = None
