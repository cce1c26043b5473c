"""Import every family of operations and note which registers what; run in an interpreter of its own."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections import defaultdict
from types import FrameType
from typing import Any

from autograd_viz import ops
from autograd_viz.ops import tables

__all__ = ["PARTS", "registered"]

PARTS = ("BOTH", "FUNCTIONS", "METHODS", "RULES")
PREFIX = f"{ops.__name__}."


def registered() -> dict[str, dict[str, list[str]]]:
    """Return the parts of the index: family -> names, in order."""
    owners: dict[str, dict[str, str]] = {"functions": {}, "methods": {}, "rules": {}}
    listen(owners)
    for module in pkgutil.walk_packages(ops.__path__, PREFIX):
        importlib.import_module(module.name)
    functions, methods, rules = owners.values()
    derive(functions, methods)
    parts: dict[str, dict[str, list[str]]] = {part: defaultdict(list) for part in PARTS}
    for name in sorted({**functions, **methods, **rules}):
        function, method = functions.get(name), methods.get(name)
        if function is not None and method is not None and function != method:
            raise AssertionError(f"{name} is a function of {function} and a method of {method}")
        both, family = function is not None and method is not None, function or method or rules[name]
        part = "BOTH" if both else "FUNCTIONS" if function else "METHODS" if method else "RULES"
        parts[part][family].append(name)
    return parts


def listen(owners: dict[str, dict[str, str]]) -> None:
    """Let the tables note the family of what is registered from now on."""

    def note(kind: str, name: str) -> None:
        family = family_of(sys._getframe(2))
        if owners[kind].setdefault(name, family) != family:
            raise AssertionError(f"{name} is registered by {owners[kind][name]} and by {family}")

    def set_item(table: Any, name: str, value: Any) -> None:
        note("functions" if table is tables.FUNCTIONS else "methods", name)
        dict.__setitem__(table, name, value)

    def update(table: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            note("functions" if table is tables.FUNCTIONS else "methods", name)
            dict.__setitem__(table, name, value)

    def set_attribute(table: Any, name: str, value: Any) -> None:
        note("rules", name)
        object.__setattr__(table, name, value)

    table, functions = type(tables.FUNCTIONS), type(tables.arrays)
    table.__setitem__, table.update = set_item, update  # type: ignore[method-assign]
    functions.__setattr__ = set_attribute  # type: ignore[method-assign, assignment]


def family_of(frame: FrameType | None) -> str:
    """Return the family whose import is going on."""
    while frame is not None:
        name = frame.f_globals["__name__"]
        if frame.f_code.co_name == "<module>" and name.startswith(PREFIX):
            return name.removeprefix(PREFIX)
        frame = frame.f_back
    raise AssertionError("something was registered, but not while a family was imported")


def derive(functions: dict[str, str], methods: dict[str, str]) -> None:
    """Add what `operators` makes of the others: operators, and in-place forms of the methods there are."""
    from autograd_viz.ops import operators

    for name in operators.MAKERS:
        if name not in methods and (name.startswith("_") or name.removesuffix("_") in methods):
            methods[name] = "operators"
            if name.removesuffix("_") in operators.AS_FUNCTIONS:
                functions[name] = "operators"


if __name__ == "__main__":
    print(json.dumps(registered()))
