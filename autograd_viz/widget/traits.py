"""Kinds of traits: numbers of whatever type, lists that can be saved, and what a player keeps for good."""

from __future__ import annotations

import json
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
import traitlets

from autograd_viz.trace.whole import is_whole


class Whole(traitlets.Int):
    """A whole number, of whatever type: NumPy's become Python's, which messages can hold."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, int(value) if is_whole(value) else value)


class Finite(traitlets.Float):
    """A finite number, of whatever type."""

    def validate(self, obj: Any, value: Any) -> Any:
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if is_number and not isfinite(value):
            raise traitlets.TraitError(f"The {self.name!r} trait of a {type(obj).__name__} is finite, got {value}")
        return super().validate(obj, float(value) if is_number else value)


class Flag(traitlets.Bool):
    """True or False, NumPy's too."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, bool(value) if isinstance(value, np.bool_) else value)


class PlainList(traitlets.List):
    """A list of plain data: what a saved page and a message can hold."""

    def validate(self, obj: Any, value: Any) -> Any:
        found = super().validate(obj, value)
        try:
            json.dumps(found, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise traitlets.TraitError(
                f"The {self.name!r} trait of a {type(obj).__name__} holds plain data, which can be saved as JSON; "
                f"got {value!r:.200} ({error})"
            ) from None
        return found


class Fixed:
    """An attribute that is set once, as its owner is made; `instead` is what to do about another value."""

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        try:
            return owner.__dict__[self.name]
        except KeyError:
            raise AttributeError(f"{type(owner).__name__} has no {self.name!r} yet") from None

    def __set__(self, owner: Any, value: Any) -> None:
        if self.name in owner.__dict__:
            raise AttributeError(
                f"a player keeps its {self.name}, got {value!r:.200}; make another player with `{self.instead}`"
            )
        owner.__dict__[self.name] = value


def public(widget: type[traitlets.HasTraits]) -> set[str]:
    """Return the names of a widget's traits that are its users' to set."""
    return {name for name in widget.class_trait_names() if not name.startswith("_")}
