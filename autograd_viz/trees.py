"""Nested tuples, lists and dicts taken apart into their leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["flatten", "leaves", "structure", "tree_map"]


def leaves(tree: Any) -> list[Any]:
    """Return what is in the tree that is no tuple, list or dict, in order."""
    return list(_walk(tree))


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """Return the tree's leaves, and the function that puts as many other leaves into their places."""

    def rebuild(found: list[Any]) -> Any:
        remaining = iter(found)
        return tree_map(lambda leaf: next(remaining), tree)

    return leaves(tree), rebuild


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return the tree with the function applied to every leaf."""
    if isinstance(tree, dict):
        return type(tree)((key, tree_map(function, value)) for key, value in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(tree_map(function, value) for value in tree))
    if isinstance(tree, (list, tuple)) and type(tree).__name__ != "Size":
        return type(tree)(tree_map(function, value) for value in tree)
    return function(tree)


def structure(tree: Any) -> str:
    """Return the tree's form as text, every leaf a star."""
    return repr(tree_map(lambda leaf: _Star(), tree))


class _Star:
    def __repr__(self) -> str:
        return "*"


def _walk(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _walk(value)
    elif isinstance(tree, (list, tuple)) and type(tree).__name__ != "Size":
        for value in tree:
            yield from _walk(value)
    else:
        yield tree
