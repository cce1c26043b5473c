"""Forward mode: not provided. Every name of `torch.autograd.forward_ad` that is asked for says so."""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotImplementedError(
        f"autograd.forward_ad.{name} is not provided: autograd_viz has no forward-mode automatic differentiation. "
        "For Jacobian-vector products use autograd.functional.jvp."
    )
