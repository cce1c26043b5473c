"""The filter that keeps NumPy's RuntimeWarnings from users. See Note [Floating-point warnings] in ops/dispatch.py."""

from __future__ import annotations

import warnings

__all__ = ["keep_quiet"]

NUMPYS = r".* encountered|Mean of|Degrees of freedom|All-NaN"
"""How NumPy's begin. Our own, of a recording or a player that could not go on, are for users to see."""
_ours: object | None = None


def keep_quiet() -> None:
    """Put the filter before all others, unless it is the first: the first one that fits a warning decides.

    `warnings.catch_warnings` works on a copy of the list and throws it away: a filter set where this package happened
    to be imported may be gone later. `warnings.simplefilter("always")` puts one before ours. Called where tensors are
    made, on the general path and by backward.
    """
    global _ours
    if not warnings.filters or warnings.filters[0] is not _ours:
        warnings.filterwarnings("ignore", message=NUMPYS, category=RuntimeWarning, module=r"autograd_viz\.")
        _ours = warnings.filters[0]
