"""`load`: read PyTorch's archive format."""

from __future__ import annotations

import pickle
import zipfile
from typing import Any

from ..tensor import device
from .storages import elements
from .unpickler import Unpickler

__all__ = ["load"]

NEWEST_VERSION = 10  # of the archive format, that PyTorch reads


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
    asks for anything else is refused. Tensors that were saved on a GPU are loaded on the CPU.

    Parameters
    ----------
    f : path or binary file
        Where from.
    map_location : optional
        Where tensors go; must be the CPU. A function or a dict is accepted, without effect.
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
        When the file names what is not allowed, or is no archive at all.
    RuntimeError
        When the archive is damaged, or of a version to come.
    EOFError
        When the file is empty.
    """
    if weights_only is False or pickle_module is not None:
        raise RuntimeError(
            "load(weights_only=False) is not provided: it would run code from the file. Save a state_dict() instead."
        )
    if map_location is not None and not callable(map_location) and not isinstance(map_location, dict):
        device(map_location)
    try:
        with _opened(f) as archive:
            return _Archive(archive).load()
    except zipfile.BadZipFile as error:
        raise _damaged(str(error)) from None


def _opened(f: Any) -> zipfile.ZipFile:
    """Return a file as the zip archive it must be."""
    try:
        return zipfile.ZipFile(f)
    except zipfile.BadZipFile:
        start = _start(f)
    if not start:
        raise EOFError("Ran out of input: load() was given an empty file")
    if start == b"PK":
        raise _damaged("failed finding central directory")
    raise pickle.UnpicklingError(
        "Weights only load failed. load() reads the zip archives that save() and torch.save() write; this file is "
        "none. Files of PyTorch before version 1.6, and plain pickles, must be saved anew."
    )


def _damaged(why: str) -> RuntimeError:
    return RuntimeError(
        f"PytorchStreamReader failed reading zip archive: {why}. The file is damaged or cut short: save it, or copy "
        "it, again."
    )


def _start(f: Any) -> bytes:
    """Return the first two bytes of a file."""
    if hasattr(f, "read"):
        f.seek(0)
        return bytes(f.read(2))
    with open(f, "rb") as file:
        return file.read(2)


class _Archive:
    """An archive's records: the stream, storages, byte order and version."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        stream = next((name for name in archive.namelist() if name.endswith("data.pkl")), None)
        if stream is None:
            raise _damaged("the archive holds no data.pkl")
        self._folder = stream.removesuffix("data.pkl")
        self._storages: dict[str, Any] = {}

    def load(self) -> Any:
        """Return the object that was saved."""
        self._check_version()
        self._big_endian = self._read("byteorder", b"little") == b"big"
        return Unpickler(self._read("data.pkl"), self._elements).load()

    def _read(self, record: str, default: bytes | None = None) -> bytes:
        name = self._folder + record
        if name not in self._names:
            if default is None:
                raise _damaged(f"file not found: {name}")
            return default
        return self._archive.read(name)

    def _check_version(self) -> None:
        found = self._read("version", b"3").strip()
        if not found.isdigit() or int(found) > NEWEST_VERSION:
            raise RuntimeError(
                f"Attempted to read a PyTorch file with version {found.decode(errors='replace')}, but the maximum "
                f"supported version for reading is {NEWEST_VERSION}. Save it with an earlier PyTorch."
            )

    def _elements(self, type_name: str, key: str) -> Any:
        """Return the elements of a storage, read at the first call."""
        if key not in self._storages:
            self._storages[key] = elements(bytearray(self._read(f"data/{key}")), type_name, self._big_endian)
        return self._storages[key]
