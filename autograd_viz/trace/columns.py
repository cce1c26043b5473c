"""A trace to JSON text in columns: how many records travel to a viewer.

Note [Columns]. A column is one field of all records of a table, of which a viewer makes the records again
(`labextension/src/model/columns.ts`): a trace of 20,000 nodes is 3 MB so, and 30 MB as records, of which most
were the fields' names. A column is one of

- a list: the entries;
- a text: whole numbers, a letter each: 0, -1, 1, -2, ... are `#`, `$`, `%`, `&`, ..., without the backslash;
- `{"up": column}`: whole numbers, each as what is added to the one before, which packs best;
- `{"once": [...], "at": column}`: each entry is one of a few; without `at` all are the same one;
- `{"sizes": column, "of": column}`: lists, whose entries follow each other in another column;
- `{"has": column, "of": column}`: null where `has` says 0, else the next entry of another column;
- `{"count": n, "fields": {...}}`: records, by the columns of their fields;
- `{"kinds": [column, ...], "order": column}`: entries of several columns, each of which says whose next it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np

from autograd_viz.trace import data, event
from autograd_viz.trace.checks import json_name
from autograd_viz.trace.document import TABLES, plain
from autograd_viz.trace.schema import OPTIONAL
from autograd_viz.trace.uncollected import uncollected

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False).encode
_RECORDS = {
    each.__name__: each
    for each in (data.Line, data.OpInput, data.NextEdge, data.SavedRecord, data.OutputRecord, event.Write, event.Root)
}
"""Records within records that are columns of their own; those that recur or are few are written as they are."""
_FORMS = ("data", "base64", "summary")
FIRST, BACKSLASH, LAST = 35, 92, 0xD7FF
"""The letters for 0 and for the largest number, beyond which are surrogates; and the one that is left out."""


def columns(trace: Any) -> str:
    """Return the tables of a trace that may be long as JSON text, by name: see Note [Columns]."""
    with uncollected():
        tables = {name: getattr(trace, name) for name in TABLES if name not in OPTIONAL}
        return _object({name: _TABLE.get(name, _any_table)(rows) for name, rows in tables.items()})


def _any_table(rows: list[Any]) -> str:
    return _records(type(rows[0]), rows) if rows else "[]"


def _values(rows: list[data.Value]) -> str:
    """Write values, those of each form by themselves."""
    groups: list[list[data.Value]] = [[], [], []]
    order = [0 if each.data is not None else 1 if each.base64 is not None else 2 for each in rows]
    for each, form in zip(rows, order, strict=True):
        groups[form].append(each)
    return _union(order, [_value_form(form, group) for form, group in zip(_FORMS, groups, strict=True)])


def _value_form(form: str, rows: list[data.Value]) -> str:
    held = [getattr(each, form) for each in rows]
    written = _lists(held, _plain_list) if form == "data" else _json(plain(held))
    shapes, dtypes = (_once([getattr(each, name) for each in rows]) for name in ("shape", "dtype"))
    return _table(len(rows), {"shape": shapes, "dtype": dtypes, form: written})


def _events(rows: list[Any]) -> str:
    """Write events, those of each kind by themselves."""
    places = {cls: place for place, cls in enumerate(dict.fromkeys(map(type, rows)))}
    groups: list[list[Any]] = [[] for _ in places]
    order = [places[type(each)] for each in rows]
    for each, place in zip(rows, order, strict=True):
        groups[place].append(each)
    return _union(order, [_records(cls, group) for cls, group in zip(places, groups, strict=True)])


_TABLE: dict[str, Callable[[list[Any]], str]] = {"values": _values, "events": _events}


def _records(cls: type, rows: list[Any]) -> str:
    made = {"kind": f'{{"once":["{cls.kind}"]}}'} if cls in event.KINDS.values() else {}  # type: ignore[attr-defined]
    for each in fields(cls):
        found = list(map(attrgetter(each.name), rows))
        made[json_name(each.name)] = _once(found) if each.name == "shape" else _column(found, str(each.type))
    return _table(len(rows), made)


def _column(found: list[Any], type_: str) -> str:
    """Write the entries of a field of this type."""
    if type_ == "int" or (type_ == "int | None" and None not in found):
        return _whole(found)
    if type_ in ("tuple[int, ...]", "tuple[int | None, ...]"):
        return _lists(found, lambda flat: _column(flat, "int | None"))
    if type_ == "int | None":
        return _has(found, _whole)
    inner = _RECORDS.get(type_.removeprefix("tuple[").removesuffix(", ...]").removesuffix(" | None"))
    if inner is None:
        return _once(found)
    write = partial(_records, inner)
    return _lists(found, write) if type_.startswith("tuple") else _has(found, write)


def _has(found: list[Any], of: Callable[[list[Any]], str]) -> str:
    """Write entries of which some, or all, are None."""
    given = [each for each in found if each is not None]
    if not given:
        return '{"once":[null]}'
    has = '{"once":[1]}' if len(given) == len(found) else _letters(np.array([each is not None for each in found], int))
    return f'{{"has":{has},"of":{of(given)}}}'


def _whole(found: list[int]) -> str:
    steps = np.diff(np.array(found, dtype=np.int64), prepend=0)
    if found and not steps[1:].any():
        return f'{{"once":[{found[0]}]}}'
    return f'{{"up":{_letters(steps)}}}'


def _letters(found: np.ndarray) -> str:
    """Write whole numbers, a letter each; as a list if one is beyond the letters that are one code unit."""
    codes = np.where(found < 0, -1 - 2 * found, 2 * found) + FIRST
    codes += codes >= BACKSLASH
    if codes.max(initial=0) > LAST:
        return _plain_list(found.tolist())
    return f'"{codes.astype("<u4").tobytes().decode("utf-32-le")}"'


def _once(found: list[Any]) -> str:
    """Write entries that recur; those that cannot be keys are told apart by their text."""
    if found and type(found[0]) in (str, int, bool) and found.count(found[0]) == len(found):
        return f'{{"once":[{_json(plain(found[0]))}]}}'
    try:
        places = {each: place for place, each in enumerate(dict.fromkeys(found))}
    except TypeError:
        return _once_by_text(found)
    return _shared([_json(plain(each)) for each in places], map(places.__getitem__, found))


def _once_by_text(found: list[Any]) -> str:
    known: dict[str, int] = {}
    texts: dict[str, int] = {}
    at: list[int] = []
    for each in found:
        key = repr(each) if each else ""  # which tells 1 from True and 1.0
        place = known.get(key)
        if place is None:
            place = known[key] = texts.setdefault(_json(plain(each)), len(texts))
        at.append(place)
    return _shared(list(texts), at)


def _shared(once: list[str], at: Iterable[int]) -> str:
    places = "" if len(once) == 1 else f',"at":{_letters(np.fromiter(at, np.int64))}'
    return f'{{"once":[{",".join(once)}]{places}}}'


def _lists(found: list[Any], of: Callable[[list[Any]], str]) -> str:
    return f'{{"sizes":{_whole(list(map(len, found)))},"of":{of(list(chain.from_iterable(found)))}}}'


def _union(order: list[int], kinds: list[str]) -> str:
    return f'{{"kinds":[{",".join(kinds)}],"order":{_letters(np.array(order, dtype=np.int64))}}}'


def _plain_list(found: list[Any]) -> str:
    """Write numbers and the texts that stand for NaN and infinities, in a third of the time of json."""
    return str(found).replace("'", '"').replace(" ", "")


def _table(count: int, made: dict[str, str]) -> str:
    return f'{{"count":{count},"fields":{_object(made)}}}'


def _object(made: dict[str, str]) -> str:
    return f'{{{",".join(f"{_json(name)}:{text}" for name, text in made.items())}}}'
