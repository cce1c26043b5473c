"""Tensors' names: the user's variables, found by identity in the frames that run.

Nothing here calls the user's code: modules are asked by this package's own `named_parameters`.

Note [Which name]
A tensor may be reached in several ways. A module's parameter is called as the module calls it, `model.0.weight`;
then comes a plain variable, then an attribute (`layer.scale`) or an element (`ws[0]`) of one. Variables of the frame
the recording began in come before those of the functions it calls: parameters of functions are called alike at
every call.

While a module is being made, or its parameters are looped over, nobody may know it by a name yet. So its parameters
get their names when it is first called: by then it is a variable (`model`), or inside one (`trainer.model`,
`models[0]`), or else known by its class.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import Any

from autograd_viz.autograd.scopes import class_name
from autograd_viz.trace.recording.places import user_frames

MOST_ELEMENTS = 256
"""Elements of one list, tuple or dict that are looked at."""
LONGEST_KEY = 64
"""Bits of a number that names an element."""


class Variables:
    """Look up names; remembers the parameters of the modules it has met.

    Parameters
    ----------
    home : FrameType or None
        The frame the recording began in: frames outside it are not searched.
    """

    def __init__(self, home: FrameType | None) -> None:
        self.home = home
        self._parameters: dict[int, str] = {}
        self._modules: dict[int, Any] = {}  # holds them, so that an id stays that module's
        self._called: dict[int, Any] = {}  # modules that were called, outermost of their calls

    def name(self, tensor: Any, frame: FrameType | None, deep: bool) -> str | None:
        """Return a tensor's name, seen from `frame`; `deep` also looks into modules, attributes and elements."""
        spaces = list(self._namespaces(frame))
        if deep:
            for space in spaces:
                self._meet_modules(space)
            if id(tensor) in self._parameters:
                return self._parameters[id(tensor)]
        for space in spaces:
            for name, found in _variables(space):
                if found is tensor:
                    return name
        return next((inner for space in spaces for inner in _inner_names(space, tensor)), None) if deep else None

    def all(self, frame: FrameType | None) -> Iterator[tuple[str, Any]]:
        """Yield every variable in sight with its value, the outermost first."""
        for space in self._namespaces(frame):
            yield from _variables(space)

    def of_called(self, module: Any, frame: FrameType | None) -> dict[int, str]:
        """Return by `id` the names of the parameters of a module that is called; none at its later calls."""
        if id(module) in self._called:
            return {}
        self._called[id(module)] = module
        spaces = list(self._meet_again(frame))
        way = (inner for space in spaces for inner in _inner_names(space, module))
        prefix = next(way, class_name(module))
        names = {}
        for inner, parameter in _named_parameters(module):
            names[id(parameter)] = self._parameters.setdefault(id(parameter), f"{prefix}.{inner}")
        return names

    def inner(self, frame: FrameType | None) -> dict[int, str]:
        """Return by `id` the names of what modules, attributes and elements in sight hold now."""
        spaces = list(self._meet_again(frame))
        found = dict(self._parameters)
        for name, each in (pair for space in spaces for pair in _variables(space)):
            for inside, value in _insides(each):
                found.setdefault(id(value), f"{name}{inside}")
        return found

    def _namespaces(self, frame: FrameType | None) -> Iterator[dict[str, Any]]:
        """Yield the variables of the frames from home to `frame`, of each its own before the global ones."""
        seen: list[dict[str, Any]] = []
        for each in reversed(list(user_frames(frame, self.home))):
            if each.f_locals is not each.f_globals:
                space: Any = each.f_locals  # of `exec`, any mapping
                yield dict(dict.items(space)) if isinstance(space, dict) else dict(space)
            if not any(space is each.f_globals for space in seen):
                seen.append(each.f_globals)
                yield each.f_globals

    def _meet_again(self, frame: FrameType | None) -> Iterator[dict[str, Any]]:
        """Yield the variables in sight, and note their modules' parameters as they are now."""
        self._parameters.clear()
        self._modules.clear()
        for space in self._namespaces(frame):
            self._meet_modules(space)
            yield space

    def _meet_modules(self, space: dict[str, Any]) -> None:
        """Note the names of the parameters of every module among the variables."""
        registry = _registry()
        if registry is None:
            return
        for name, found in _variables(space):
            if id(found) in self._modules or not issubclass(type(found), registry):
                continue
            self._modules[id(found)] = found
            for inner, parameter in _named_parameters(found):
                self._parameters.setdefault(id(parameter), f"{name}.{inner}")


def _named_parameters(module: Any) -> list[tuple[str, Any]]:
    """Return the parameters of a module with their names; none of one that is half made."""
    with contextlib.suppress(Exception):
        return list(_registry().named_parameters(module))
    return []


def _variables(space: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the user's variables, leaving out names that Python and IPython keep for themselves."""
    for name, found in list(dict.items(space)):  # past what a subclass makes of it
        if type(name) is str and not name.startswith("_") and name not in ("In", "Out"):
            yield name, found


def _inner_names(space: dict[str, Any], tensor: Any) -> Iterator[str]:
    """Yield the ways to a tensor one level inside a variable."""
    for name, found in _variables(space):
        for inner, each in _insides(found):
            if each is tensor:
                yield f"{name}{inner}"


def _insides(found: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is one level inside an object; asks its type, not the object, which might answer with user code."""
    kind = type(found)
    if kind is list or kind is tuple:  # `in` would ask a class of the user's whether it is equal
        for place, each in enumerate(found[:MOST_ELEMENTS]):
            yield f"[{place}]", each
    elif kind is dict:
        if len(found) <= MOST_ELEMENTS:
            yield from ((f"[{key!r}]", each) for key, each in list(found.items()) if _is_plain(key))
    elif not issubclass(kind, type | ModuleType):
        try:
            attributes = object.__getattribute__(found, "__dict__")
        except AttributeError:
            return
        yield from ((f".{key}", each) for key, each in list(attributes.items()) if type(key) is str)


def _is_plain(key: Any) -> bool:
    """Return whether a key is a text or a number that can be written in brackets."""
    return type(key) is str or (type(key) is int and key.bit_length() <= LONGEST_KEY)


def _registry() -> Any:
    """Return the base of modules, if any module has been made: without one there is nothing to import it for."""
    made = sys.modules.get("autograd_viz.nn.modules.registry")
    return None if made is None else made.Registry
