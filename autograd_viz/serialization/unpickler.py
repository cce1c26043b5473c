"""Read the pickle stream of an archive. It may build containers, numbers and tensors; nothing else can happen.

Python's own unpickler runs what a stream names, and sets what it says on any object. This one knows few instructions,
calls only what `CALLABLE` lists, and sets attributes on nothing but an `OrderedDict`.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from numpy.lib.stride_tricks import as_strided

from .. import dtypes
from ..nn.parameter import Parameter
from ..tensor import Size, Tensor, device, make
from .storages import DTYPES, StorageType

__all__ = ["Unpickler"]


def _tensor(storage: Any, offset: int, size: Any, stride: Any, requires_grad: bool = False, *rest: Any) -> Tensor:
    """Return a tensor on its storage; shapes that reach beyond it are refused."""
    length = len(storage)
    reach = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True)) + 1
    if any(n == 0 for n in size):
        reach = offset = 0
    if offset < 0 or any(n < 0 for n in size) or any(step < 0 for step in stride) or reach > length:
        raise pickle.UnpicklingError(f"a tensor of size {tuple(size)} reaches beyond its storage of {length} elements")
    array = as_strided(storage[offset:], size, [step * storage.itemsize for step in stride])
    tensor = make(array)
    return tensor.requires_grad_() if requires_grad else tensor


def _parameter(data: Tensor, requires_grad: bool, *rest: Any) -> Parameter:
    return Parameter(data, requires_grad)


def _bytes(text: str, encoding: str = "latin1") -> bytes:
    """Return bytes, which the protocol writes as text."""
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


def _bytearray(data: bytes = b"") -> bytearray:
    if not isinstance(data, bytes):
        raise TypeError(f"a bytearray is made of bytes, got {data!r}")
    return bytearray(data)


CALLABLE: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "Counter"): Counter,
    ("collections", "defaultdict"): defaultdict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    ("torch", "Size"): Size,
    ("torch", "device"): device,
    ("_codecs", "encode"): _bytes,
    **{(module, "set"): set for module in ("builtins", "__builtin__")},
    **{(module, "dict"): dict for module in ("builtins", "__builtin__")},
    **{(module, "list"): list for module in ("builtins", "__builtin__")},
    **{(module, "bytes"): _no_bytes for module in ("builtins", "__builtin__")},
    **{(module, "bytearray"): _bytearray for module in ("builtins", "__builtin__")},
}
ALLOWED: dict[tuple[str, str], Any] = {
    **CALLABLE,
    **{("torch", name): StorageType(name) for name in (*DTYPES, "BFloat16Storage")},
    **{("torch", dtype.name): dtype for dtype in dtypes.ALL},
}
INSTRUCTIONS = (
    pickle.PROTO, pickle.STOP, pickle.MARK, pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE, pickle.BINFLOAT,
    pickle.BININT, pickle.BININT1, pickle.BININT2, pickle.LONG1, pickle.LONG4, pickle.BINUNICODE,
    pickle.TUPLE, pickle.EMPTY_TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.EMPTY_LIST, pickle.APPEND,
    pickle.APPENDS, pickle.EMPTY_DICT, pickle.SETITEM, pickle.SETITEMS, pickle.EMPTY_SET, pickle.BINPUT,
    pickle.LONG_BINPUT, pickle.BINGET, pickle.LONG_BINGET, pickle.GLOBAL, pickle.REDUCE, pickle.BUILD, pickle.BINPERSID,
)  # fmt: skip
CONTAINERS = (list, dict, OrderedDict, defaultdict, Counter)
DAMAGED = (KeyError, IndexError, AttributeError, TypeError, ValueError, struct.error, OverflowError)


class Unpickler(pickle._Unpickler):
    """Read one stream; `read_storage(type name, key)` returns the elements of a tensor's storage."""

    stack: list[Any]
    pop_mark: Callable[[], list[Any]]
    dispatch: ClassVar[dict[int, Any]] = {code[0]: pickle._Unpickler.dispatch[code[0]] for code in INSTRUCTIONS}

    def __init__(self, stream: bytes, read_storage: Callable[[str, str], Any]) -> None:
        super().__init__(io.BytesIO(stream), encoding="utf-8")
        self._read_storage = read_storage

    def load(self) -> Any:
        """Return what the stream holds.

        Raises
        ------
        pickle.UnpicklingError
            When it asks for what is not allowed, or is damaged.
        EOFError
            When it ends too early.
        """
        try:
            return super().load()
        except EOFError:
            raise EOFError("Ran out of input: the stream in the file ends too early") from None
        except DAMAGED as error:
            raise _refusal(f"the stream is damaged, or holds what is not provided ({error!r})") from error

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name of the stream stands for.

        Raises
        ------
        pickle.UnpicklingError
            When it is not allowed.
        """
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise _refusal(f"Unsupported global: GLOBAL {module}.{name} was not an allowed global by default") from None

    def persistent_load(self, pid: Any) -> Any:
        """Return the elements of a storage."""
        kind, storage, key = pid[:3]
        if kind != "storage" or not isinstance(storage, StorageType):
            raise _refusal(f"unknown persistent id {kind!r}")
        return self._read_storage(storage.name, key)

    def load_reduce(self) -> None:
        """Call what the stream names, if that is allowed."""
        args = self.stack.pop()
        function = self.stack[-1]
        if not any(function is each for each in CALLABLE.values()):
            raise _refusal(f"Trying to call reduce for unrecognized function {function!r}")
        self.stack[-1] = function(*args)

    def load_build(self) -> None:
        """Set attributes: of an `OrderedDict`, which is where a state dict keeps its versions."""
        state = self.stack.pop()
        if type(self.stack[-1]) is not OrderedDict:
            raise _refusal(f"Can only build OrderedDict, but got {type(self.stack[-1])}")
        self.stack[-1].__dict__.update(state)

    def load_appends(self) -> None:
        """Extend a list."""
        items = self.pop_mark()
        self._container(list).extend(items)

    def load_append(self) -> None:
        """Append to a list."""
        item = self.stack.pop()
        self._container(list).append(item)

    def load_setitem(self) -> None:
        """Set one item of a dict."""
        value, key = self.stack.pop(), self.stack.pop()
        self._container(*CONTAINERS[1:])[key] = value

    def load_setitems(self) -> None:
        """Set items of a dict."""
        items = self.pop_mark()
        self._container(*CONTAINERS[1:]).update(zip(items[::2], items[1::2], strict=True))

    def _container(self, *kinds: type) -> Any:
        if type(self.stack[-1]) not in kinds:
            raise _refusal(f"Can only fill {' and '.join(kind.__name__ for kind in kinds)}, got {self.stack[-1]!r}")
        return self.stack[-1]

    dispatch.update({
        pickle.REDUCE[0]: load_reduce, pickle.BUILD[0]: load_build, pickle.APPENDS[0]: load_appends,
        pickle.APPEND[0]: load_append, pickle.SETITEM[0]: load_setitem, pickle.SETITEMS[0]: load_setitems,
    })  # fmt: skip


def _refusal(why: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(
        f"Weights only load failed. {why}. Files may hold tensors and plain containers of them: save a state_dict() "
        "instead."
    )
