"""Functions made from functions: `grad`, `vjp`, `jacrev`, `hessian`; with `functional_call`, what `torch.func` has.

Mirrors `torch.func`, as plain compositions of `autograd.grad`: nothing is vectorised. What needs `vmap` or forward mode
is not provided.

Note [Levels]
In PyTorch each transformation differentiates on a level of its own. Here a transformation runs the function on fresh
tensors (views of those that require grad themselves), records what it does, and lets the result keep its history only
if that reaches further than these fresh tensors, so that transformations nest, and closures over parameters work.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import autograd
from .absent import absent
from .autograd.grad_mode import enable_grad
from .autograd.node import AccumulateGrad
from .autograd.state import local
from .functional_call import functional_call
from .ops.joining import stack
from .tensor import Tensor, make, resolve
from .trees import flatten, leaves, structure, tree_map

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacrev", "vjp"]

Argnums = int | tuple[int, ...]


def grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Return the function that computes the gradient of `func`.

    Mirrors `torch.func.grad`.

    Parameters
    ----------
    func : callable
        Returns a 0-dim Tensor, or with `has_aux` a pair of one and something else.
    argnums : int or tuple of int
        Which arguments it is differentiated with respect to; they may be nested tuples, lists and dicts of Tensors.
    has_aux : bool
        Whether the second value `func` returns is to be handed on: the result is then a pair.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> ag.func.grad(lambda x: x**3)(ag.tensor(2.0))
    tensor(12.)
    """

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, (_, *aux) = _grad_and_value(func, argnums, has_aux, args, kwargs)
        return (found, aux[0]) if has_aux else found

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Return the function that computes the gradient of `func` and its value. Mirrors `torch.func.grad_and_value`."""

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        found, (value, *aux) = _grad_and_value(func, argnums, has_aux, args, kwargs)
        return found, (value, aux[0]) if has_aux else value

    return both


def _grad_and_value(
    func: Callable[..., Any], argnums: Argnums, has_aux: bool, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, tuple[Any, ...]]:
    level = _Level(args, argnums)
    with enable_grad():
        output = func(*level.args, **kwargs)
        value, aux = _split(output, has_aux, "grad_and_value(f)(*args)")
        if not isinstance(value, Tensor):
            raise RuntimeError(
                f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(value)}"
            )
        if value._array.ndim:
            raise RuntimeError(
                "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                f"{value._array.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
            )
        found = level.gradients([value], None)
    results = level.rebuild([level.settle(each) for each in found])
    settled = tree_map(level.settle, aux)
    return results, (level.settle(value), *settled)


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return the function's output, and the function vector -> product of the vector with the Jacobian.

    Mirrors `torch.func.vjp`.

    Parameters
    ----------
    func : callable
        Returns Tensors, nested in tuples, lists and dicts.
    *primals
        Its arguments, Tensors nested in the same way.
    has_aux : bool
        Whether `func` returns a pair whose second value is handed on as a third result.

    Returns
    -------
    output, vjp_fn[, aux]
        `vjp_fn(*vectors)` returns a tuple, one part an argument.
    """
    output, product, aux = _vjp(func, primals, tuple(range(len(primals))), has_aux)
    return (output, product, *aux)


def _vjp(
    func: Callable[..., Any], args: tuple[Any, ...], argnums: Argnums, has_aux: bool
) -> tuple[Any, Callable[..., Any], tuple[Any, ...]]:
    level = _Level(args, argnums)
    with enable_grad():
        returned, aux = _split(func(*level.args), has_aux, "vjp(f, *primals)")
    flat = leaves(returned)
    for each in flat:
        if not isinstance(each, Tensor):
            raise RuntimeError(
                f"vjp(f, *primals): expected f(*primals) to return only tensors, got unsupported type {type(each)}"
            )
        if each._array.dtype.kind != "f":
            raise RuntimeError(
                "vjp(f, ...): All outputs of f must be floating-point or complex Tensors, got Tensor with dtype "
                f"{each.dtype}"
            )

    def product(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        if structure(cotangents) != structure(returned):
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                f"function. cotangents: {structure(cotangents)}, primal output: {structure(returned)}"
            )
        wanted = local.grad_enabled if create_graph is None else create_graph
        found = level.gradients(flat, leaves(cotangents), create_graph=wanted)
        return level.rebuild([level.settle(each) for each in found])

    return tree_map(level.settle, returned), product, tree_map(level.settle, aux)


def jacrev(
    func: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None
) -> Callable[..., Any]:
    """Return the function that computes the Jacobian of `func`, row by row with backward.

    Mirrors `torch.func.jacrev`; `chunk_size` is without effect here.
    """
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def jacobian(*args: Any) -> Any:
        output, product, aux = _vjp(func, args, argnums, has_aux)
        points, rebuild_points = flatten(_sliced(args, argnums))
        outputs, rebuild_outputs = flatten(output)
        parts = []
        for number, one in enumerate(outputs):
            rows = [leaves(product(rebuild_outputs(_basis(outputs, number, place)))) for place in range(one.numel())]
            columns = zip(*rows, strict=True) if rows else [() for _ in points]
            parts.append(rebuild_points([_stacked(c, one, p) for c, p in zip(columns, points, strict=True)]))
        result = rebuild_outputs(parts)
        return (result, *aux) if has_aux else result

    return jacobian


def _basis(outputs: Sequence[Tensor], number: int, element: int) -> list[Tensor]:
    """Return zeros like the outputs, but for a 1 at one element of one of them."""
    vectors = [make(np.zeros_like(each._array)) for each in outputs]
    vectors[number]._array.reshape(-1)[element] = 1
    return vectors


def _stacked(rows: Sequence[Tensor], output: Tensor, point: Tensor) -> Tensor:
    shape = (*output._array.shape, *point._array.shape)
    if not rows:
        return make(np.zeros(shape, point._array.dtype))
    return stack(list(rows), 0).view(shape)


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return the function that computes the Hessian of `func`: the Jacobian of its Jacobian.

    Mirrors `torch.func.hessian`, with backward twice.
    """
    return jacrev(jacrev(func, argnums), argnums)


def __getattr__(name: str) -> Any:
    return absent(__name__, name)


# levels


class _Level:
    """One transformation's fresh tensors, in place of those it differentiates with respect to."""

    def __init__(self, args: tuple[Any, ...], argnums: Argnums) -> None:
        places = _places(argnums, len(args))
        self.recorded = local.grad_enabled
        with enable_grad():
            fresh = {place: tree_map(_fresh, args[place]) for place in places}
        self.args = tuple(fresh.get(place, each) for place, each in enumerate(args))
        chosen = tuple(fresh[place] for place in places)
        self.points, self.rebuild = flatten(chosen[0] if isinstance(argnums, int) else chosen)
        self.own = {id(each) for each in self.points}

    def gradients(self, outputs: Sequence[Tensor], vectors: Any, *, create_graph: bool = True) -> list[Tensor]:
        """Return the gradients of the outputs with respect to the fresh tensors, zeros where they do not depend."""
        seeds = [None] * len(outputs) if vectors is None else vectors
        pairs = [(one, v) for one, v in zip(outputs, seeds, strict=True) if one._requires_grad]
        found: Sequence[Tensor | None] = [None] * len(self.points)
        if pairs:
            roots, starts = zip(*pairs, strict=True)
            found = autograd.grad(roots, self.points, starts, True, create_graph, allow_unused=True)
        return [make(np.zeros_like(p._array)) if g is None else g for g, p in zip(found, self.points, strict=True)]

    def settle(self, result: Any) -> Any:
        """Return a result without its history if that does not reach beyond this level. See Note [Levels]."""
        if not isinstance(result, Tensor) or not result._requires_grad:
            return result
        if self.recorded and self._reaches_further(result):
            return result
        return result.detach()

    def _reaches_further(self, result: Tensor) -> bool:
        start = result._grad_fn or resolve(result)
        seen = {start}
        stack = [start]
        while stack:
            node = stack.pop()
            if isinstance(node, AccumulateGrad) and id(node.variable) not in self.own:
                return True
            for below in () if node is None else node.next_nodes:
                if below is not None and below not in seen:
                    seen.add(below)
                    stack.append(below)
        return False


def _fresh(leaf: Any) -> Tensor:
    if not isinstance(leaf, Tensor):
        raise ValueError(f"Thing passed to transform API must be Tensor, got {type(leaf)}")
    if leaf._requires_grad:
        return leaf.view_as(leaf)
    return leaf.detach().requires_grad_()


def _places(argnums: Any, count: int) -> tuple[int, ...]:
    if not isinstance(argnums, (int, tuple)):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    places = []
    for argnum in (argnums,) if isinstance(argnums, int) else argnums:
        if not isinstance(argnum, int):
            raise RuntimeError(f"argnum must be int, got: {type(argnum)}")
        if not -count <= argnum < count:
            raise RuntimeError(f"Got argnum={argnum}, but only {count} positional inputs")
        places.append(argnum % count)
    if not places:
        raise RuntimeError(f"argnums must be non-empty, got {argnums}")
    if len(set(places)) != len(places):
        raise RuntimeError(f"argnums elements must be unique, got {argnums}")
    return tuple(places)


def _sliced(args: tuple[Any, ...], argnums: Argnums) -> Any:
    places = _places(argnums, len(args))
    return args[places[0]] if isinstance(argnums, int) else tuple(args[place] for place in places)


def _split(output: Any, has_aux: bool, who: str) -> tuple[Any, tuple[Any, ...]]:
    if not has_aux:
        return output, ()
    if not (isinstance(output, tuple) and len(output) == 2):
        raise RuntimeError(f"{who}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return output[0], (output[1],)
