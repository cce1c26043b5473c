"""Special functions under the names of `torch.special`."""

from __future__ import annotations

import functools
import math
from typing import Any

from .absent import absent, without_out
from .ops import FUNCTIONS
from .ops.nn.xlogy import entr, xlog1py, xlogy
from .tensor import Tensor

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]

digamma = psi = FUNCTIONS["digamma"]
erf, erfc, erfinv = FUNCTIONS["erf"], FUNCTIONS["erfc"], FUNCTIONS["erfinv"]
exp2, expm1, log1p = FUNCTIONS["exp2"], FUNCTIONS["expm1"], FUNCTIONS["log1p"]
expit, logit = FUNCTIONS["sigmoid"], FUNCTIONS["logit"]
gammaln, multigammaln, polygamma = FUNCTIONS["lgamma"], FUNCTIONS["mvlgamma"], FUNCTIONS["polygamma"]
logsumexp, round, sinc = FUNCTIONS["logsumexp"], FUNCTIONS["round"], FUNCTIONS["sinc"]
log_softmax, softmax = FUNCTIONS["log_softmax"], FUNCTIONS["softmax"]


def ndtr(input: Tensor) -> Tensor:
    """Return the area under the standard normal distribution's density up to each number.

    Mirrors `torch.special.ndtr`, and as there its digits end where the area is below 1e-16.
    """
    result: Any = (1 + erf(input * math.sqrt(0.5))) * 0.5
    return result


for _name in set(__all__) - {"log_softmax", "softmax"}:  # of which PyTorch's take no out=
    globals()[_name] = without_out(_name, globals()[_name])

__getattr__ = functools.partial(absent, __name__)
