"""`save`: write PyTorch's archive format. The pickle stream in it is put together here, instruction by instruction."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import dtypes
from ..copying import placed
from ..tensor import Size, Tensor, device
from .storages import NAMES

__all__ = ["save"]


def save(
    obj: Any,
    f: Any,
    pickle_module: Any = None,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write tensors, and dicts, lists, tuples and plain values with tensors in them, to a file.

    Mirrors `torch.save`: PyTorch reads the file. Tensors that share memory share it again when they are loaded.

    Parameters
    ----------
    obj : Any
        What is saved: typically a `state_dict`.
    f : path or binary file
        Where to.
    pickle_module, pickle_protocol, _use_new_zipfile_serialization : optional
        As in PyTorch, without effect.

    Raises
    ------
    TypeError
        When an object is of another kind: modules and classes of your own are code, and are not saved.
    RuntimeError
        When the file's folder does not exist.
    """
    folder = os.path.dirname(os.fspath(f)) if isinstance(f, (str, os.PathLike)) else ""
    if folder and not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    writer = _Writer()
    stream = writer.stream(obj)
    with zipfile.ZipFile(f, "w", zipfile.ZIP_STORED) as archive:
        name = _archive_name(f)
        archive.writestr(f"{name}/data.pkl", stream)
        archive.writestr(f"{name}/byteorder", "little")
        for number, storage in enumerate(writer.storages):
            archive.writestr(f"{name}/data/{number}", storage)
        archive.writestr(f"{name}/version", "3\n")


def _archive_name(f: Any) -> str:
    """Return the folder's name inside the archive: the file's, without its ending."""
    if isinstance(f, (str, os.PathLike)):
        stem = os.path.splitext(os.path.basename(os.fspath(f)))[0]
        return stem or "archive"
    return "archive"


class _Writer:
    """Write one object as a pickle stream, and collect the storages of its tensors."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.storages: list[bytes] = []
        self._numbers: dict[int, int] = {}  # memory already written -> its storage's number
        self._alive: list[Any] = []  # keeps what was written alive, so that its id stays its own
        self._memo: dict[int, int] = {}  # tensors and containers already written -> their place in the memo
        self._rules: tuple[tuple[type, Callable[[Any], None]], ...] = (
            (bool, lambda x: self._put(pickle.NEWTRUE if x else pickle.NEWFALSE)),
            (int, self._int),
            (float, lambda x: self._put(pickle.BINFLOAT, struct.pack(">d", x))),
            (str, self._str),
            (bytes, self._bytes),
            (bytearray, lambda x: self._call("builtins", "bytearray", (bytes(x),))),
            (Tensor, self._tensor),
            (Size, lambda x: self._call("torch", "Size", (tuple(x),))),
            (tuple, self._tuple),
            (list, self._list),
            (OrderedDict, lambda x: self._dict(x, "collections", "OrderedDict")),
            (Counter, self._counter),
            (dict, self._dict),
            (set, lambda x: self._call("builtins", "set", (list(x),))),
            (dtypes.dtype, lambda x: self._global("torch", x.name)),
            (device, lambda x: self._call("torch", "device", ("cpu",))),
            (np.generic, lambda x: self.write(x.item())),
        )

    def stream(self, obj: Any) -> bytes:
        """Return the pickle stream of an object."""
        self._put(pickle.PROTO, b"\x02")
        self.write(obj)
        self._put(pickle.STOP)
        return self.out.getvalue()

    def write(self, obj: Any) -> None:
        """Write what puts an object on the reader's stack."""
        if obj is None:
            return self._put(pickle.NONE)
        place = self._memo.get(id(obj))
        if place is not None:
            return self._put(pickle.LONG_BINGET, struct.pack("<I", place))
        for kind, rule in self._rules:
            if isinstance(obj, kind):
                return rule(obj)
        raise TypeError(
            f"save() writes tensors, dicts, lists, tuples, numbers and strings, not {type(obj).__name__}. "
            "Of a module or an optimizer save its state_dict(): code is not saved."
        )

    def _put(self, *parts: bytes) -> None:
        for part in parts:
            self.out.write(part)

    def _int(self, value: int) -> None:
        if -(2**31) <= value < 2**31:
            self._put(pickle.BININT, struct.pack("<i", value))
            return
        data = pickle.encode_long(value)
        if len(data) < 256:
            self._put(pickle.LONG1, bytes([len(data)]), data)
        else:
            self._put(pickle.LONG4, struct.pack("<i", len(data)), data)

    def _str(self, value: str) -> None:
        data = value.encode("utf-8", "surrogatepass")
        self._put(pickle.BINUNICODE, struct.pack("<I", len(data)), data)

    def _bytes(self, value: bytes) -> None:
        self._call("_codecs", "encode", (value.decode("latin1"), "latin1"))

    def _global(self, module: str, name: str) -> None:
        self._put(pickle.GLOBAL, f"{module}\n{name}\n".encode())

    def _call(self, module: str, name: str, args: tuple[Any, ...]) -> None:
        self._global(module, name)
        self._tuple(args)
        self._put(pickle.REDUCE)

    def _tuple(self, values: tuple[Any, ...]) -> None:
        self._put(pickle.MARK)
        for value in values:
            self.write(value)
        self._put(pickle.TUPLE)

    def _list(self, values: list[Any]) -> None:
        self._put(pickle.EMPTY_LIST)
        self._memorize(values)
        self._put(pickle.MARK)
        for value in values:
            self.write(value)
        self._put(pickle.APPENDS)

    def _items(self, values: Mapping[Any, Any]) -> None:
        self._put(pickle.MARK)
        for key, value in values.items():
            self.write(key)
            self.write(value)

    def _dict(self, values: Any, module: str = "", name: str = "") -> None:
        if module:
            self._call(module, name, ())
        else:
            self._put(pickle.EMPTY_DICT)
        self._memorize(values)
        self._items(values)
        self._put(pickle.SETITEMS)
        metadata = getattr(values, "_metadata", None)
        if metadata is not None:
            self.write({"_metadata": metadata})
            self._put(pickle.BUILD)

    def _counter(self, values: Any) -> None:
        self._call("collections", "Counter", (dict(values),))

    # tensors

    def _tensor(self, tensor: Any) -> None:
        parameter = type(tensor).__name__ == "Parameter"
        if parameter:
            self._global("torch._utils", "_rebuild_parameter")
            self._put(pickle.MARK)
        self._rebuilt(tensor._array, tensor.requires_grad and not parameter)
        if parameter:
            self.write(bool(tensor.requires_grad))
            self._call("collections", "OrderedDict", ())
            self._put(pickle.TUPLE, pickle.REDUCE)
        self._memorize(tensor)

    def _memorize(self, obj: Any) -> None:
        """Give what was just written a number, by which it is met again."""
        self._alive.append(obj)
        place = self._memo[id(obj)] = len(self._memo)
        self._put(pickle.LONG_BINPUT, struct.pack("<I", place))

    def _rebuilt(self, array: Any, requires_grad: bool) -> None:
        """Write the call that makes a tensor of its storage, offset, shape and strides."""
        whole, (offset, _, strides) = placed(array)
        number = self._added(whole)
        self._global("torch._utils", "_rebuild_tensor_v2")
        self._put(pickle.MARK)
        self._put(pickle.MARK)
        self._str("storage")
        self._global("torch", NAMES[array.dtype.newbyteorder("<")])
        for word in (str(number), "cpu"):
            self._str(word)
        self._int(whole.size)
        self._put(pickle.TUPLE, pickle.BINPERSID)
        self._int(offset)
        self._tuple(array.shape)
        self._tuple(tuple(step // array.itemsize for step in strides))
        self.write(requires_grad)
        self._call("collections", "OrderedDict", ())
        self._put(pickle.TUPLE, pickle.REDUCE)

    def _added(self, whole: Any) -> int:
        number = self._numbers.get(id(whole))
        if number is None:
            number = self._numbers[id(whole)] = len(self.storages)
            self._alive.append(whole)
            self.storages.append(whole.astype(whole.dtype.newbyteorder("<")).tobytes("A"))
        return number
