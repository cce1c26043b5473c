"""Check gradients against finite differences: `gradcheck`, `gradgradcheck`. Mirrors `torch.autograd.gradcheck`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..tensor import Tensor, make
from . import grad
from .jacobians import analytical_jacobians, as_tuple, difference, numerical_jacobian
from .undefined_grad import without_grad

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

Tensors = Any  # a Tensor or a tuple of Tensors and other values


class GradcheckError(RuntimeError):
    """Raised by `gradcheck` and `gradgradcheck` where gradients are wrong."""


@dataclass(frozen=True)
class _Settings:
    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    check_undefined_grad: bool
    check_grad_dtypes: bool
    fast_mode: bool


def gradcheck(
    func: Callable[..., Tensors],
    inputs: Tensors,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Check the gradients of a function against small finite differences.

    Mirrors `torch.autograd.gradcheck`.

    Parameters
    ----------
    func : callable
        Tensors -> a Tensor or a tuple of Tensors.
    inputs : Tensor or tuple of Tensor
        Where it is checked; those that require grad should be float64, which the default tolerances are for.
    eps : float
        Half the step of the differences.
    atol, rtol : float
        Absolute and relative tolerance.
    raise_exception : bool
        Whether to raise on a failure, or to return False.
    nondet_tol : float
        How far two backward runs may differ.
    check_undefined_grad : bool
        Whether outputs without a gradient must count as outputs with gradient zero.
    check_grad_dtypes : bool
        Whether gradients must have the dtypes of the inputs.
    fast_mode : bool
        Check one random projection of each Jacobian instead of every element.
    check_batched_grad, check_batched_forward_grad, check_forward_ad
        Not provided.
    check_backward_ad, masked
        Accepted as PyTorch does.

    Returns
    -------
    bool
        Whether the gradients are right.

    Raises
    ------
    GradcheckError
        Where they are not, with both Jacobians.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> x = ag.tensor([1.0, 2.0], dtype=ag.float64, requires_grad=True)
    >>> ag.autograd.gradcheck(lambda x: x * x, x)
    True
    """
    if check_forward_ad or check_batched_grad or check_batched_forward_grad:
        raise NotImplementedError("autograd_viz has no forward mode and no vmap: only backward mode can be checked")
    if not check_backward_ad:
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    settings = _Settings(eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes, fast_mode)
    try:
        _check(func, as_tuple(inputs), settings)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Tensors],
    inputs: Tensors,
    grad_outputs: Tensors = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Check the second gradients of a function: those of its gradient, also with respect to what it starts with.

    Mirrors `torch.autograd.gradgradcheck`; its parameters are those of `gradcheck`, and two more: `grad_outputs`, what
    backward starts with (by default random numbers in [-1, 1] that require grad), and `gen_non_contig_grad_outputs`,
    whether these are made with gaps in memory.
    """
    if check_fwd_over_rev:
        raise NotImplementedError("autograd_viz has no forward mode: only backward over backward can be checked")
    given = as_tuple(inputs)
    if grad_outputs is None:
        seeds = tuple(_random_like(each, gen_non_contig_grad_outputs) for each in _differentiable(func(*given)))
    else:
        seeds = as_tuple(grad_outputs)
    wanted = {place for place, each in enumerate(given) if _requires_grad(each)}
    wanted_seeds = {place for place, each in enumerate(seeds) if each._requires_grad}

    def gradient(*args: Any) -> tuple[Tensor, ...]:
        points = [each.requires_grad_() if i in wanted else each for i, each in enumerate(args[: -len(seeds)])]
        outputs = _differentiable(func(*points))
        starts = [each.requires_grad_() if i in wanted_seeds else each for i, each in enumerate(args[-len(seeds) :])]
        sources = [each for i, each in enumerate(points) if i in wanted]
        found = grad(outputs, sources, starts, create_graph=True, allow_unused=True)
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradient,
        (*given, *seeds),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        fast_mode=fast_mode,
        masked=masked,
    )


def _random_like(output: Tensor, with_gaps: bool) -> Tensor:
    shape, dtype = output._array.shape, output._array.dtype
    random = np.random.default_rng(0)
    values = np.asarray(random.uniform(-1, 1, shape)).astype(dtype)
    if with_gaps and values.size > 1:
        spread = np.empty((*shape, 2), dtype)
        spread[..., 0] = values
        values = spread[..., 0]
    return make(values).requires_grad_()


def _check(func: Callable[..., Tensors], inputs: tuple[Any, ...], settings: _Settings) -> None:
    _check_inputs(inputs)
    returned = func(*inputs)
    outputs = _differentiable(returned)
    if not outputs:
        _check_is_constant(func, inputs, settings)
        return
    (_check_fast if settings.fast_mode else _check_slowly)(func, inputs, as_tuple(returned), outputs, settings)
    _check_multiplied_by_grad_output(outputs, inputs)
    if settings.check_undefined_grad:
        _check_undefined_grad(func, inputs)


def _check_inputs(inputs: tuple[Any, ...]) -> None:
    if not any(map(_requires_grad, inputs)):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for place, each in enumerate(inputs):
        if not _requires_grad(each):
            continue
        array = each._array
        if array.dtype != np.float64:
            warnings.warn(
                f"Input #{place} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )
        if any(step == 0 and length > 1 for step, length in zip(array.strides, array.shape, strict=True)):
            raise RuntimeError(
                f"The {place}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous "
                "on the input before passing it to gradcheck."
            )


# every element


def _check_slowly(
    func: Callable[..., Tensors],
    inputs: tuple[Any, ...],
    returned: tuple[Any, ...],
    outputs: tuple[Tensor, ...],
    settings: _Settings,
) -> None:
    differentiable = [place for place, each in enumerate(returned) if each._requires_grad]
    numerical = [numerical_jacobian(func, inputs, place, settings.eps) for place in _wanted(inputs)]
    for number, (place, output) in enumerate(zip(differentiable, outputs, strict=True)):
        for which, one in enumerate(_backward_jacobians(inputs, output, None, settings)):
            other = numerical[which][place]
            if not _close(one, other, settings.atol, settings.rtol):
                raise GradcheckError(_mismatch(one, other, number, which))


def _backward_jacobians(
    inputs: tuple[Any, ...], output: Tensor, v: Any, settings: _Settings
) -> list[Any]:
    """Return the Jacobian of an output with respect to each input, or only its product with `v`, by backward."""
    sources = [inputs[place] for place in _wanted(inputs)]
    found, problems = analytical_jacobians(sources, output, v)
    again, _ = analytical_jacobians(sources, output, v)
    if "dtype" in problems and settings.check_grad_dtypes:
        raise GradcheckError("Gradient has dtype mismatch")
    if "size" in problems:
        raise GradcheckError("Analytical gradient has incorrect size")
    for one, other in zip(found, again, strict=True):
        if one.size and np.abs(one - other).max() > settings.nondet_tol:
            raise GradcheckError(
                "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                "gives different values, although analytical gradient matches numerical gradient. The tolerance for "
                f"nondeterminism was {settings.nondet_tol}."
            )
    return found


# a projection


def _check_fast(
    func: Callable[..., Tensors],
    inputs: tuple[Any, ...],
    returned: tuple[Any, ...],
    outputs: tuple[Tensor, ...],
    settings: _Settings,
) -> None:
    random = np.random.default_rng(0)
    differentiable = [place for place, each in enumerate(returned) if each._requires_grad]
    vs = [_direction(random, each) for each in outputs]
    us = [_direction(random, inputs[place]) for place in _wanted(inputs)]
    analytical = [_backward_jacobians(inputs, o, v, settings) for o, v in zip(outputs, vs, strict=True)]
    for which, (place, u) in enumerate(zip(_wanted(inputs), us, strict=True)):
        step = (u * settings.eps).reshape(inputs[place]._array.shape)
        moved = difference(func, inputs, place, step, settings.eps)
        for number, v in enumerate(vs):
            numerical = np.asarray(v @ moved[differentiable[number]])
            one = np.asarray(analytical[number][which][:, 0] @ u)
            if not _close(one, numerical, settings.atol * float(u.sum()) * float(v.sum()), settings.rtol):
                report = _slow_report(func, inputs, place, differentiable[number], outputs[number])
                raise GradcheckError(_mismatch(one, numerical, number, which) + report)


def _direction(random: np.random.Generator, tensor: Tensor) -> Any:
    """Return a random vector of length 1 with positive elements."""
    vector = random.uniform(size=tensor._array.size)
    return (vector / max(float(np.linalg.norm(vector)), 1e-300)).astype(tensor._array.dtype)


def _slow_report(
    func: Callable[..., Tensors], inputs: tuple[Any, ...], place: int, number: int, output: Tensor
) -> str:
    numerical = numerical_jacobian(func, inputs, place, 1e-6)[number]
    analytical = analytical_jacobians([inputs[place]], output, None)[0][0]
    largest = np.abs(numerical - analytical).max()
    return (
        "\nThe above quantities relating the numerical and analytical jacobians are computed in fast mode. Below, we "
        f"recompute numerical and analytical jacobians in slow mode:\n\nNumerical:\n {make(numerical)}\nAnalytical:\n"
        f"{make(analytical)}\n\nThe max per-element difference (slow mode) is: {largest}.\n"
    )


# further checks


def _check_is_constant(func: Callable[..., Tensors], inputs: tuple[Any, ...], settings: _Settings) -> None:
    for which in _wanted(inputs):
        for jacobian in numerical_jacobian(func, inputs, which, settings.eps):
            if jacobian.any():
                raise GradcheckError("Numerical gradient for function expected to be zero")


def _check_multiplied_by_grad_output(outputs: Sequence[Tensor], inputs: tuple[Any, ...]) -> None:
    """Check that gradients that start with zeros end as zeros."""
    sources = [inputs[place] for place in _wanted(inputs)]
    found = grad(outputs, sources, [make(np.zeros_like(each._array)) for each in outputs], allow_unused=True)
    for value, source in zip(found, sources, strict=True):
        if value is None:
            continue
        if (value._array != 0).any():
            raise GradcheckError("backward not multiplied by grad_output")
        if value._array.dtype != source._array.dtype:
            raise GradcheckError("grad is incorrect type")
        if value._array.shape != source._array.shape:
            raise GradcheckError("grad is incorrect size")


def _check_undefined_grad(func: Callable[..., Tensors], inputs: tuple[Any, ...]) -> None:
    """Check that outputs whose gradient is missing count as outputs whose gradient is zero."""
    count = len(_differentiable(func(*inputs)))
    sources = [inputs[place] for place in _wanted(inputs)]
    for missing in [set(range(count)), *([{each} for each in range(count)] if count > 1 else [])]:
        outputs = [
            without_grad(each) if place in missing else each
            for place, each in enumerate(_differentiable(func(*inputs)))
        ]
        zeros = [make(np.zeros_like(each._array)) for each in outputs]
        try:
            found = grad(outputs, sources, zeros, allow_unused=True)
        except RuntimeError as error:
            raise GradcheckError(
                "Expected backward function to handle undefined output grads. Please look at \"Notes about undefined "
                'output gradients" in "tools/autograd/derivatives.yaml"'
            ) from error
        if any(value is not None and (value._array != 0).any() for value in found):
            raise GradcheckError(
                "Expected all input grads to be undefined or zero when all output grads are undefined or zero. Please "
                'look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
            )


def _requires_grad(given: Any) -> bool:
    return isinstance(given, Tensor) and given._requires_grad


def _wanted(inputs: tuple[Any, ...]) -> list[int]:
    return [place for place, each in enumerate(inputs) if _requires_grad(each)]


def _differentiable(returned: Tensors) -> tuple[Tensor, ...]:
    return tuple(_iterate(returned))


def _iterate(returned: Tensors) -> Iterator[Tensor]:
    for each in as_tuple(returned):
        if each._requires_grad:
            yield each


def _close(one: Any, other: Any, atol: float, rtol: float) -> bool:
    return bool(np.allclose(one, other, rtol, atol))


def _mismatch(analytical: Any, numerical: Any, output: int, which: int) -> str:
    return (
        f"Jacobian mismatch for output {output} with respect to input {which},\nnumerical:{make(np.asarray(numerical))}"
        f"\nanalytical:{make(np.asarray(analytical))}\n"
    )
