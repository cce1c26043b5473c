"""What PyTorch has and this package has not: asking for it raises one clear error that says so.

`missing.py` is the table of what that is.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from .foreign import refuse_torch

__all__ = [
    "NoDeviceError",
    "NotProvidedError",
    "absent",
    "no_device",
    "no_out",
    "refuse_imports",
    "refused_complex",
    "refused_out",
    "refused_subclass",
    "refusing",
    "without_out",
]

DEVICES = ("cuda", "xpu", "mps", "xla", "hip", "meta", "mtia", "ipu", "hpu", "vulkan", "privateuseone")
ON_CPU = "every tensor is on the CPU"
PACKAGE = __name__.partition(".")[0]


class NotProvidedError(NotImplementedError, AttributeError):
    """Raised for what PyTorch has and this package has not; `hasattr` sees it as a missing attribute."""


class NoDeviceError(NotImplementedError, AssertionError):
    """Raised when a GPU is asked for: an AssertionError, as in PyTorch without CUDA."""


def no_device(kind: str, name: str) -> Exception:
    """Return the error for a device that is not the CPU."""
    if kind not in DEVICES:
        return RuntimeError(f"Expected one of cpu, {', '.join(DEVICES)} device type at start of device string: {name}")
    return NoDeviceError(
        f"Torch not compiled with {kind.upper()} enabled: autograd_viz has no device '{name}', {ON_CPU}"
    )


def absent(module: str, name: str) -> Any:
    """Answer for an attribute that a module does not have.

    Returns
    -------
    callable
        For a function of PyTorch's: one that raises when called, so that importing it is no error yet.

    Raises
    ------
    NotProvidedError
        For another thing PyTorch has.
    AttributeError
        For anything else.
    """
    within = module.removeprefix(PACKAGE).lstrip(".")
    found = None if name.startswith("__") else _found(within, name)
    if found is None:
        raise AttributeError(f"module '{module}' has no attribute '{name}'")
    said, is_function = found
    if is_function:
        return _refusal(name, said)
    raise NotProvidedError(said)


def refusing(name: str) -> Callable[..., Any]:
    """Return a method of Tensor that says it is not provided."""
    found = _found("Tensor", name)
    assert found is not None, name
    return _refusal(name, found[0])


# functions written by hand that write into an `out=` of the caller's in PyTorch; here they say that they do not
WITH_OUT = frozenset((
    "all", "amax", "amin", "aminmax", "any", "bucketize", "cat", "cholesky", "cholesky_inverse", "cholesky_solve",
    "clamp", "clip", "column_stack", "concat", "concatenate", "conj_physical", "cross", "cummax", "cummin", "cumprod",
    "cumsum", "diag", "dstack", "eq", "float_power", "fmax", "fmin", "fmod", "frexp", "gather", "gcd", "ge", "ger",
    "greater", "greater_equal", "gt", "heaviside", "histc", "histogram", "hstack", "hypot", "index_select", "inner",
    "inverse", "kron", "kthvalue", "lcm", "ldexp", "le", "lerp", "less", "less_equal", "logaddexp", "logaddexp2",
    "logcumsumexp", "logit", "logsumexp", "lt", "lu_solve", "lu_unpack", "masked_select", "matmul", "matrix_power",
    "max", "maximum", "mean", "median", "min", "minimum", "mode", "multinomial", "mvlgamma", "nanmean", "nanmedian",
    "nanquantile", "narrow_copy", "ne", "nextafter", "nonzero", "normal", "not_equal", "outer", "polygamma",
    "quantile", "remainder", "renorm", "round", "row_stack", "searchsorted", "sort", "stack", "std", "std_mean",
    "svd", "take_along_dim", "topk", "tril", "triu", "var", "var_mean", "vstack", "where",
))  # fmt: skip


def without_out(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that says clearly that it has no `out=`: itself, if it asks `no_out` for that."""
    if getattr(function, "knows_out", False):
        return function

    @functools.wraps(function)
    def spoken(*args: Any, out: None = None, **kwargs: Any) -> Any:
        try:
            return function(*args, **no_out(name, {"out": out, **kwargs}))
        except AttributeError:
            for place, value in enumerate(args, 1):
                refuse_torch(name, value, position=place)
            raise

    return spoken


def no_out(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments without `out=None`, which is as good as nothing; refuse any other `out=`."""
    if kwargs.get("out") is not None:
        raise refused_out(name)
    return {key: value for key, value in kwargs.items() if key != "out"}


def refused_out(name: str) -> TypeError:
    """Return the error for an `out=`."""
    return NoOutError(f"{name}(): out= is not provided: use the returned tensor, or x.copy_({name}(...))")


def refused_complex() -> TypeError:
    """Return the error for a complex number among the operands."""
    return ComplexError("autograd_viz has no complex numbers: compute with real and imaginary parts")


def refused_subclass(name: str) -> TypeError:
    """Return the error for a class made from Tensor."""
    return SubclassError(
        f"class {name}: autograd_viz has no subclasses of Tensor: keep a tensor as an attribute of a class of your own"
    )


class ComplexError(TypeError, NotImplementedError):
    """Raised when a complex number is met."""


class NoOutError(TypeError, NotImplementedError):
    """Raised when an operation shall write into a given tensor."""


class SubclassError(TypeError, NotImplementedError):
    """Raised when a class shall be made from Tensor."""


class AbsentModuleError(NotImplementedError, ModuleNotFoundError):
    """Raised when a module is imported that PyTorch has and this package has not."""


class _Refuser:
    """Say of modules of PyTorch's that they are not there. Python asks the last of its finders only for what no other
    finds, so nothing else is slower for it.
    """

    @staticmethod
    def find_spec(fullname: str, path: Any = None, target: Any = None) -> None:
        """Raise for what the table names; return None, as a finder does for what it does not know."""
        module, _, name = fullname.rpartition(".")
        if module.partition(".")[0] != PACKAGE:
            return
        found = _found(module.removeprefix(PACKAGE).lstrip("."), name)
        if found is not None:
            raise AbsentModuleError(found[0])


def refuse_imports() -> None:
    """Have `import autograd_viz.jit` and `from autograd_viz import complex64` say what is missing."""
    if _Refuser not in sys.meta_path:
        sys.meta_path.append(_Refuser)


def _found(module: str, name: str) -> tuple[str, bool] | None:
    """Return the error's text for a name PyTorch has in a module and whether it is a function; None for others."""
    from .missing import TOPICS

    for asked in (f"{module}.{name}", name):
        for topic, (instead, functions, others) in TOPICS.items():
            if asked in functions or asked in others:
                return f"{name} is not provided: autograd_viz has no {topic} ({instead})", asked in functions
    return None


def _refusal(name: str, said: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotProvidedError(said)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"Refuse: {said}."
    return refuse
