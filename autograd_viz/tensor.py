"""`Tensor`: an array with what autograd needs beside it, and the properties that are not operations.

Methods that are operations (`x.exp()`, `x + y`, `x.sum()`) are bound from the op tables by `ops/__init__.py`; this
module must not import them.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes
from .absent import refused_subclass
from .autograd import listeners
from .autograd.hooks import Hooks, RemovableHandle
from .autograd.node import AccumulateGrad, Node
from .autograd.state import fast, local
from .device import device
from .foreign import kind_of
from .meta import Meta
from .size import Size
from .values import Values

__all__ = ["Size", "Tensor", "device"]


STALE: Any = False  # _grad_fn of a view whose base was changed in place: made anew when next asked for


class Tensor(Values):
    """A multi-dimensional array that autograd can follow. Mirrors `torch.Tensor`.

    Make one with `tensor`, `zeros`, `randn` and the like; `Tensor(data)` is PyTorch's legacy constructor and makes a
    float tensor of `data`, or an uninitialised one of the sizes given.
    """

    __slots__ = (
        "__dict__",  # for what users keep with a tensor: made at the first attribute
        "__weakref__",
        "_array",
        "_counter",
        "_grad",
        "_grad_fn",
        "_meta",
        "_output_nr",
        "_requires_grad",
    )

    _array: Any  # numpy.ndarray, 0-dim included
    _grad_fn: Any  # Node, None, or STALE
    _output_nr: int
    _requires_grad: bool  # also True whenever _grad_fn is set
    _grad: Tensor | None
    # Version, shared with views and detached tensors; None: version 0, not shared. The bases of views that share it
    # stand behind it, as weak references.
    _counter: list[Any] | None
    _meta: Meta | None

    __array_priority__ = 1000  # ndarray + Tensor is ours

    if TYPE_CHECKING:  # operations and operators are bound from the tables when `ops` is imported

        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, key: Any) -> Tensor: ...
        def __setitem__(self, key: Any, value: Any) -> None: ...
        def __neg__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...

    def __init_subclass__(cls, *, parameter: bool = False) -> None:
        if not parameter:
            raise refused_subclass(cls.__name__)

    def __new__(cls, *data: Any, **kwargs: Any) -> Tensor:
        if len(data) == 1 and not isinstance(data[0], int):
            source = data[0]._array if isinstance(data[0], Tensor) else data[0]
            array = dtypes.with_usual_dtype(np.array(source, dtype=dtypes.default_float()))
        else:
            array = np.empty(data if data else (0,), dtype=dtypes.default_float())
        made = object.__new__(cls)
        fill(made, array)
        return made

    # what it is

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor was made by the user, not by a recorded operation."""
        return self.grad_fn is None

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through this tensor; settable on leaves."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise RuntimeError(f"requires_grad must be a bool, got {type(value).__name__}")
        if not has_no_history(self):
            if value:
                return
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
                "in a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if value and self._array.dtype.kind != "f":
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if value and self.is_inference() and not local.inference:
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        self._requires_grad = value
        meta = self._meta
        if meta is not None and (meta.base is not None or meta.views is not None):
            from .autograd.views import note_requires_grad

            note_requires_grad(self)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set `requires_grad` and return self."""
        if not isinstance(requires_grad, (bool, np.bool_)):
            kind = type(requires_grad).__name__
            raise TypeError(f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {kind}")
        self.requires_grad = bool(requires_grad)
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The node that computes this tensor's gradient onward; None for leaves."""
        if self._grad_fn is STALE:
            resolve(self)
        return self._grad_fn

    @property
    def output_nr(self) -> int:
        """Which output of `grad_fn` this tensor is."""
        return self._output_nr

    # gradients

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient, or None. Only leaves and tensors with `retain_grad()` keep theirs."""
        if self._grad is None and self._grad_fn is not None and not self.retains_grad:
            warnings.warn(NON_LEAF_GRAD, UserWarning, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, new: Tensor | None) -> None:
        if new is not None:
            self._check_new_grad(new)
        if fast.special:
            for listener in listeners.active():
                listener.grad_assigned(self, self._grad, new)
        self._grad = new

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    def _check_new_grad(self, new: Any) -> None:
        if not isinstance(new, Tensor):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {kind_of(new)}")
        if new is self:
            raise RuntimeError("can't assign Variable as its own grad")
        if new._array.shape != self._array.shape:
            raise RuntimeError(
                f"attempting to assign a gradient of size '{list(new.shape)}' to a tensor of size "
                f"'{list(self.shape)}'. Please ensure that the gradient and the tensor are the same size"
            )
        if new._array.dtype != self._array.dtype:
            raise RuntimeError(
                f"attempting to assign a gradient with dtype '{new.dtype}' to a tensor with grad_dtype "
                f"'{self.dtype}'. The gradient must match the tensor's dtype: cast it, as with .to({self.dtype})."
            )

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad()` was called on this non-leaf tensor."""
        return self._meta is not None and self._meta.retains_grad

    def retain_grad(self) -> None:
        """Keep this non-leaf tensor's gradient in `.grad` at backward; nothing to do for a leaf.

        Raises
        ------
        RuntimeError
            When the tensor does not require grad.
        """
        if not self._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if has_no_history(self):
            return
        node = self.grad_fn
        if node is None or self.retains_grad:
            return
        self.meta().retains_grad = True
        extra = node.extras()
        if extra.retains_grad is None:
            extra.retains_grad = {}
        extra.retains_grad[self._output_nr] = weakref.ref(self)

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call `hook(grad)` whenever this tensor's gradient is computed; a returned tensor replaces it.

        Returns
        -------
        RemovableHandle
            Whose `remove()` takes the hook away again.

        Raises
        ------
        RuntimeError
            When the tensor does not require grad.
        """
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        node = self.grad_fn
        if node is None:
            meta = self.meta()
            if meta.hooks is None:
                meta.hooks = Hooks()
            return RemovableHandle(meta.hooks, hook)
        extra = node.extras()
        if extra.tensor_hooks is None:
            extra.tensor_hooks = Hooks()
        return RemovableHandle(extra.tensor_hooks, (self._output_nr, hook))

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call `hook(tensor)` after a gradient was accumulated into this leaf's `.grad`."""
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self.grad_fn is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        meta = self.meta()
        if meta.post_accumulate_hooks is None:
            meta.post_accumulate_hooks = Hooks()
        return RemovableHandle(meta.post_accumulate_hooks, hook)

    # versions, views, memory

    @property
    def _version(self) -> int:
        if self.is_inference():
            raise RuntimeError("Inference tensors do not track version counter.")
        return 0 if self._counter is None else self._counter[0]

    @property
    def _base(self) -> Tensor | None:
        return None if self._meta is None else self._meta.base

    def _is_view(self) -> bool:
        return self._base is not None

    def is_inference(self) -> bool:
        """Return whether the tensor was made in inference mode."""
        return self._meta is not None and self._meta.inference

    def shared_counter(self) -> list[Any]:
        """Return the version counter, made now if there was none, to be shared with another tensor."""
        if self._counter is None:
            self._counter = [0]
        return self._counter

    def bump_version(self) -> None:
        """Note that the tensor's memory was changed: views of it must look at their base anew."""
        counter = self.shared_counter()
        counter[0] += 1
        if len(counter) > 1:
            from .autograd.views import note_change

            note_change(self)

    def meta(self) -> Meta:
        """Return the tensor's `Meta`, made at the first call."""
        if self._meta is None:
            self._meta = Meta()
        return self._meta

    @property
    def data(self) -> Tensor:
        """The same memory as a tensor that autograd does not follow and whose version is its own."""
        made = make(self._array)
        if self.is_inference():
            made.meta().inference = True
        return made

    @data.setter
    def data(self, new: Tensor) -> None:
        if not isinstance(new, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {kind_of(new)}")
        if self._requires_grad and new._array.dtype.kind != "f":
            raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
        if self._meta is not None and new._array.dtype != self._array.dtype:
            self._meta.accumulator = None  # it was made for gradients of the former dtype
        self._array = new._array

    @data.deleter
    def data(self) -> None:
        raise RuntimeError("Deleting tensor data is not allowed. Delete tensor instead!")

    def saved_alias(self, node: Node) -> Tensor:
        """Return this saved result as a tensor that remembers its node. See Note [Saved tensors]."""
        maker = None if self._meta is None or self._meta.maker is None else self._meta.maker()
        alias = make(self._array, node, self._output_nr) if maker is None else make(self._array, maker)
        alias._counter = self._counter
        return alias

    def unpacked(self) -> Tensor:
        """Return this saved input as a tensor: itself."""
        return self


NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, "
    "use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access "
    "the leaf Tensor instead."
)

_new = object.__new__


def fill(tensor: Tensor, array: Any) -> None:
    """Set every slot of a bare tensor to that of an untracked leaf holding `array`."""
    tensor._array = array
    tensor._grad_fn = None
    tensor._output_nr = 0
    tensor._requires_grad = False
    tensor._grad = None
    tensor._counter = None
    tensor._meta = None


def make(array: Any, node: Node | None = None, output_nr: int = 0) -> Tensor:
    """Return a Tensor that holds `array` (not copied), made by output `output_nr` of `node`."""
    tensor = _new(Tensor)
    tensor._array = array
    tensor._grad_fn = node
    tensor._output_nr = output_nr
    tensor._requires_grad = node is not None
    tensor._grad = None
    tensor._counter = None
    tensor._meta = None
    return tensor


def has_no_history(tensor: Tensor) -> bool:
    """Return whether a tensor is a leaf, or a stale view that was one: PyTorch asks some questions before it renews."""
    node = tensor._grad_fn
    return node is None or (node is STALE and tensor._meta is not None and tensor._meta.former is None)


def resolve(tensor: Tensor) -> Node | None:
    """Return the node a gradient of `tensor` goes to: its grad_fn, a leaf's AccumulateGrad, or None.

    Called as `tensor._grad_fn or resolve(tensor)`: only leaves and stale views come here.
    """
    if tensor._grad_fn is STALE:
        from .autograd.views import regenerate

        return regenerate(tensor)
    if not tensor._requires_grad:
        return None
    meta = tensor._meta or tensor.meta()
    if meta.inherits:
        return None
    node = meta.accumulator() if meta.accumulator is not None else None
    if node is None:
        node = AccumulateGrad(tensor)
        meta.accumulator = weakref.ref(node)
    return node
