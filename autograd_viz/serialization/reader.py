"""`load`: read PyTorch's archive format.

The pickle stream may name only what is listed here, and nothing of it runs.
"""

from __future__ import annotations

import codecs
import io
import pickle
import zipfile
from collections import Counter, OrderedDict, defaultdict
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .. import dtypes
from ..nn.parameter import Parameter
from ..tensor import Size, Tensor, device, make
from .storages import DTYPES

__all__ = ["load"]


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = True,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what `save`, here or in PyTorch, wrote.

    Mirrors `torch.load` with `weights_only=True`: tensors, containers, numbers and strings are read, and a file that
    asks for anything else is refused.

    Parameters
    ----------
    f : path or binary file
        Where from.
    map_location : optional
        Accepted: every tensor is on the CPU.
    pickle_module : optional
        Not provided.
    weights_only : bool
        Must not be False: code in files is never run.
    mmap : bool, optional
        Accepted, without effect.
    **pickle_load_args
        Accepted, without effect.

    Raises
    ------
    pickle.UnpicklingError
        When the file names what is not allowed.
    RuntimeError
        When it is no such archive.
    """
    if weights_only is False:
        raise RuntimeError(
            "load(weights_only=False) is not provided: it would run code from the file. Save a state_dict() instead."
        )
    try:
        archive = zipfile.ZipFile(f)
    except zipfile.BadZipFile:
        raise RuntimeError(
            "load() reads the zip archives that save() and torch.save() write; this file is none (files of PyTorch "
            "before version 1.6 must be saved anew)"
        ) from None
    with archive:
        stream = next((name for name in archive.namelist() if name.endswith("data.pkl")), None)
        if stream is None:
            raise RuntimeError("load(): the archive holds no data.pkl")
        return _Reader(archive, stream.removesuffix("data.pkl"), archive.read(stream)).load()


class _Storage:
    """A marker for one of PyTorch's storage types."""

    def __init__(self, name: str) -> None:
        self.name = name


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


ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "Counter"): Counter,
    ("collections", "defaultdict"): defaultdict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): Size,
    ("torch", "device"): device,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
    ("builtins", "dict"): dict,
    ("__builtin__", "dict"): dict,
    ("_codecs", "encode"): codecs.encode,
    **{("torch", name): _Storage(name) for name in (*DTYPES, "BFloat16Storage")},
    **{("torch", dtype.name): dtype for dtype in dtypes.ALL},
}


class _Reader(pickle.Unpickler):
    """Read the stream of an archive, finding only what `ALLOWED` names."""

    def __init__(self, archive: zipfile.ZipFile, folder: str, stream: bytes) -> None:
        super().__init__(io.BytesIO(stream), encoding="utf-8")
        self._archive, self._folder = archive, folder
        self._storages: dict[str, Any] = {}

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
            raise pickle.UnpicklingError(
                f"Weights only load failed. Unsupported global: GLOBAL {module}.{name} was not an allowed global. "
                "Files may hold tensors and plain containers of them: save a state_dict() instead."
            ) from None

    def persistent_load(self, pid: Any) -> Any:
        """Return the elements of a storage, read at the first call."""
        kind, storage, key = pid[:3]
        if kind != "storage" or not isinstance(storage, _Storage):
            raise pickle.UnpicklingError(f"unknown persistent id {kind!r}")
        if key not in self._storages:
            data = bytearray(self._archive.read(f"{self._folder}data/{key}"))
            self._storages[key] = _elements(data, storage.name, self._big_endian())
        return self._storages[key]

    def _big_endian(self) -> bool:
        name = f"{self._folder}byteorder"
        return name in self._archive.namelist() and self._archive.read(name) == b"big"


def _elements(data: bytearray, name: str, big_endian: bool) -> Any:
    """Return a storage's bytes as an array of its type; bfloat16, which is not provided, becomes float32."""
    if name == "BFloat16Storage":
        halves = np.frombuffer(data, ">u2" if big_endian else "<u2").astype(np.uint32)
        return (halves << 16).view(np.float32)
    dtype = DTYPES[name].newbyteorder(">" if big_endian else "<")
    found = np.frombuffer(data, dtype)
    native = found.dtype.newbyteorder("=")
    return found if found.dtype == native else found.astype(native)
