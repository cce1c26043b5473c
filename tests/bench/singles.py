"""Single operations on a tensor of 1,000 elements, forward only unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.row import Round

__all__ = ["SINGLES", "repeated"]

REPEATS = 200
Work = Callable[[Any, dict[str, Any]], Any]  # (torch or autograd_viz, tensors by name)

SINGLES: dict[str, Work] = {
    "x.sum()": lambda T, t: t["x"].sum(),
    "x.sum(0)": lambda T, t: t["x"].sum(0),
    "x.sum(-1)": lambda T, t: t["x"].sum(-1),
    "x.mean()": lambda T, t: t["x"].mean(),
    "x.max()": lambda T, t: t["x"].max(),
    "x.max(1)": lambda T, t: t["x"].max(1),
    "x.argmax(1)": lambda T, t: t["x"].argmax(1),
    "x[3]": lambda T, t: t["x"][3],
    "x[3, 4]": lambda T, t: t["x"][3, 4],
    "x[2:5]": lambda T, t: t["x"][2:5],
    "x[:, 1]": lambda T, t: t["x"][:, 1],
    "x[index]": lambda T, t: t["x"][t["index"]],
    "x[mask]": lambda T, t: t["x"][t["mask"]],
    "x.view(-1)": lambda T, t: t["x"].view(-1),
    "x.t()": lambda T, t: t["x"].t(),
    "where(mask, x, y)": lambda T, t: T.where(t["mask"], t["x"], t["y"]),
    "gather(x, 1, index)": lambda T, t: T.gather(t["x"], 1, t["places"]),
    "x > 0": lambda T, t: t["x"] > 0,
    "cat((x, y))": lambda T, t: T.cat((t["x"], t["y"])),
    "stack((x, y))": lambda T, t: T.stack((t["x"], t["y"])),
    "z.add_(y)": lambda T, t: t["z"].add_(t["y"]),
    "z.mul_(1.0)": lambda T, t: t["z"].mul_(1.0),
    "z.zero_()": lambda T, t: t["z"].zero_(),
    "x.clamp(-1, 1)": lambda T, t: t["x"].clamp(-1, 1),
    "x.softmax(1)": lambda T, t: t["x"].softmax(1),
    "x.detach()": lambda T, t: t["x"].detach(),
    "x.clone()": lambda T, t: t["x"].clone(),
    "x.var(1)": lambda T, t: t["x"].var(1),
    "x.cumsum(1)": lambda T, t: t["x"].cumsum(1),
    "x[2:5].sum(), backward": lambda T, t: t["x"][2:5].sum().backward(),
    "x[index].sum(), backward": lambda T, t: t["x"][t["index"]].sum().backward(),
    "x.max(1).values.sum(), backward": lambda T, t: t["x"].max(1).values.sum().backward(),
}


def tensors(T: Any) -> dict[str, Any]:
    """Return what the operations work on, of 20 × 50 elements; x requires grad."""
    random = np.random.default_rng(0)
    made = {name: T.from_numpy(random.normal(size=(20, 50)).astype(np.float32)) for name in "xyz"}
    made["x"].requires_grad_()
    made["mask"] = made["y"] > 0
    made["index"] = T.from_numpy(random.integers(0, 20, 10))
    made["places"] = T.from_numpy(random.integers(0, 50, (20, 5)))
    return made


def repeated(name: str) -> Callable[[Any], Round]:
    """Return the work: one operation, 200 times."""
    work = SINGLES[name]

    def make(T: Any) -> Round:
        given = tensors(T)

        def run() -> None:
            for _ in range(REPEATS):
                work(T, given)

        return run

    return make
