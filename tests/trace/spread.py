"""Tables in columns to rows again, as the viewer does it: see Note [Columns] in trace/columns.py."""

from itertools import accumulate, islice
from typing import Any


def spread(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its tables as JSON files have them, should they come in columns."""
    if "columns" not in document:
        return document
    tables = {name: rows(column) for name, column in document["columns"].items()}
    return {name: found for name, found in document.items() if name != "columns"} | tables


def rows(column: Any) -> list[Any]:
    """Return the entries of a column that says how many there are."""
    if isinstance(column, list):
        return column
    if "kinds" in column:
        waiting = [iter(rows(each)) for each in column["kinds"]]
        return [next(waiting[kind]) for kind in numbers(column["order"])]
    return entries(column, column["count"])


def entries(column: Any, count: int) -> list[Any]:
    """Return so many entries of a column."""
    if isinstance(column, list | str):
        found = numbers(column)
    elif "up" in column:
        found = list(accumulate(numbers(column["up"])))
    elif "once" in column:
        at = entries(column["at"], count) if "at" in column else [0] * count
        found = [column["once"][place] for place in at]
    elif "sizes" in column:
        sizes = entries(column["sizes"], count)
        of = iter(entries(column["of"], sum(sizes)))
        found = [list(islice(of, size)) for size in sizes]
    elif "has" in column:
        has = entries(column["has"], count)
        given = iter(entries(column["of"], sum(has)))
        found = [next(given) if each else None for each in has]
    else:
        columns = [entries(each, count) for each in column["fields"].values()]
        found = [dict(zip(column["fields"], each, strict=True)) for each in zip(*columns, strict=True)]
    assert len(found) == count
    return found


def numbers(column: list[Any] | str) -> list[Any]:
    """Return the entries of a list, or the whole numbers that the letters of a text stand for."""
    if isinstance(column, list):
        return column
    folded = [ord(letter) - (36 if letter > "\\" else 35) for letter in column]
    return [~(each >> 1) if each & 1 else each >> 1 for each in folded]
