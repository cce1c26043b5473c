"""What PyTorch has and this package has not: asking for it raises one clear error that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["ABSENT", "absent"]

_COMPLEX = "complex numbers"
_SPARSE = "sparse tensors"
_GPU = "GPUs: every tensor is on the CPU"
_FORWARD = "forward-mode automatic differentiation (for Jacobian-vector products: autograd.functional.jvp)"
_VMAP = "vmap (a loop and stack do the same)"
_JIT = "compilation: Python runs as it is written"
_QUANTIZED = "quantized tensors"

ABSENT = {
    **dict.fromkeys(("complex", "complex32", "complex64", "complex128", "cfloat", "cdouble", "chalf"), _COMPLEX),
    **dict.fromkeys(("polar", "view_as_complex", "view_as_real", "real", "imag", "conj", "angle"), _COMPLEX),
    **dict.fromkeys(("sparse", "sparse_coo", "sparse_csr", "sparse_coo_tensor", "sparse_csr_tensor"), _SPARSE),
    **dict.fromkeys(("mps", "xpu", "accelerator", "amp", "autocast"), _GPU),
    **dict.fromkeys(("jvp", "jacfwd", "linearize"), _FORWARD),
    **dict.fromkeys(("vmap", "stack_module_state"), _VMAP),
    **dict.fromkeys(("jit", "compile", "export", "fx", "compiler"), _JIT),
    **dict.fromkeys(("quantize_per_tensor", "qint8", "quint8", "quantization"), _QUANTIZED),
}
FUNCTIONS = ("polar", "sparse_coo_tensor", "sparse_csr_tensor", "autocast", "jvp", "jacfwd", "linearize", "vmap",
             "stack_module_state", "compile", "quantize_per_tensor", "view_as_complex", "view_as_real")  # fmt: skip


class NotProvidedError(NotImplementedError, AttributeError):
    """Raised for what PyTorch has and this package has not; `hasattr` sees it as a missing attribute."""


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
    if name in FUNCTIONS:
        return _refusing(name)
    if name in ABSENT:
        raise NotProvidedError(_said(name))
    raise AttributeError(f"module '{module}' has no attribute '{name}'")


def _said(name: str) -> str:
    return f"{name} is not provided: autograd_viz has no {ABSENT[name]}"


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotProvidedError(_said(name))

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"Refuse: {_said(name)}."
    return refuse
