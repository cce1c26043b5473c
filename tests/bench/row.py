"""A row of the speed table: one piece of work, who does it, and how fast this package must be beside whom."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd_viz as ag

__all__ = ["Contenders", "Note", "Round", "Row", "both"]

Round = Callable[[], Any]
Contenders = dict[str, Round]
Note = Callable[[str, str, str, float, float], None]  # name, ours, other, ratio, target: a line of the table


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    name : str
        What is done.
    against : str
        The contender that the target is about: "torch", "numpy" or another that `make` returns beside "ours".
    target : float
        How many times its time "ours" may take.
    make : callable
        () -> dict contender -> function of one round; everything that is built once is built here.
    rounds : int
        How many rounds of each contender are timed.
    per : int
        How many operations a round is, to show a cost per operation; 1 for the whole.
    timer : callable
        () -> seconds. Processor time by default, so that other work on the machine disturbs less.
    """

    name: str
    against: str
    target: float
    make: Callable[[], Contenders]
    rounds: int = 30
    per: int = 1
    timer: Callable[[], float] = time.process_time


def both(make: Callable[[Any], Round]) -> Callable[[], Contenders]:
    """Return a `Row.make` for work that is written alike for PyTorch, where there is one, and for this package."""

    def contenders() -> Contenders:
        try:
            import torch
        except ModuleNotFoundError:
            return {"ours": make(ag)}
        torch.set_num_threads(1)
        return {"ours": make(ag), "torch": make(torch)}

    return contenders
