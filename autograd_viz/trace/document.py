"""A trace as JSON: records to plain dicts and back, and files read; non-finite numbers are strings."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from autograd_viz.trace import schema
from autograd_viz.trace.checks import json_name
from autograd_viz.trace.data import TraceError, Value
from autograd_viz.trace.event import KINDS

TABLES = ("sources", "values", "tensors", "ops", "nodes", "events", "modules", "parameters", "gradients")
_FORMS: dict[type, tuple[str | None, tuple[tuple[str, str], ...]]] = {}
_SIMPLE = frozenset((int, float, bool, type(None)))
"""Types that JSON has: told apart before anything else, for most of a trace are such. Half the time of `plain`."""


def plain(item: object) -> Any:
    """Turn records, tuples and dicts into what the json module writes; other things stay as they are."""
    cls = type(item)
    if cls in _SIMPLE:
        return item
    form = _FORMS.get(cls)
    if form is not None:
        return _record(item, *form)
    if isinstance(item, str):
        return item if type(item) is str and item.isascii() else whole_text(item)
    if isinstance(item, (tuple, list)):
        return [each if type(each) in _SIMPLE else plain(each) for each in item]
    if isinstance(item, dict):
        return {str(key): plain(each) for key, each in item.items()}
    if not hasattr(cls, "__dataclass_fields__"):
        return item
    form = _FORMS[cls] = _form(cls)
    return _record(item, *form)


def tables_of(trace: Any) -> list[str]:
    """Return the names of the tables to write: all but optional ones that are empty."""
    return [name for name in TABLES if name not in schema.OPTIONAL or getattr(trace, name)]


def _record(item: object, kind: str | None, names: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    made: dict[str, Any] = {} if kind is None else {"kind": kind}
    for name, written in names:
        found = getattr(item, name)
        made[written] = found if type(found) in _SIMPLE else plain(found)
    return {name: found for name, found in made.items() if found is not None} if type(item) is Value else made


def _form(cls: type) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return the kind of a record that is an event, and the names of its fields here and in JSON."""
    names = tuple((each.name, json_name(each.name)) for each in fields(cls))
    return (cls.kind if cls in KINDS.values() else None), names  # type: ignore[attr-defined]


def whole_text(text: str) -> str:
    """Return a text with halves of surrogate pairs, which no file or message can hold, replaced by U+FFFD."""
    return str.encode(text, "utf-16", "surrogatepass").decode("utf-16", "replace")  # a subclass may do anything


def parse(text: str, name: str) -> Any:
    """Read JSON text, saying which file is broken and where."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        cut = "ends too early" if error.pos >= len(text.rstrip()) - 1 else "is not valid JSON"
        raise TraceError(
            f"{name} {cut} (line {error.lineno}, column {error.colno}: {error.msg}). "
            "Copy the whole file again, or record the trace again."
        ) from None
    except TraceError:
        raise
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise TraceError(f"{name} holds an integer of thousands of digits; no trace has one.") from None
    except RecursionError:
        raise TraceError(f"{name} is nested too deeply to be a trace.") from None


def _refuse_constant(name: str) -> None:
    raise TraceError(f'got the bare constant {name}, which is not JSON; expected it as a string: "{name}".')


def read(path: str | Path) -> Any:
    """Read the JSON of a file."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark first
    except UnicodeDecodeError as error:
        raise TraceError(f"{path.name} is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    return parse(text, path.name)


def tables(document: dict[str, object]) -> dict[str, Any]:
    """Check every field of a document against the schema and return the records."""
    checked = {}
    for name, check in schema.DOCUMENT.items():
        if name not in document:
            if name in schema.OPTIONAL:
                continue
            raise TraceError(f"the field {name!r} is missing; the file was cut or edited, record it again.")
        found = check(document[name], name)
        checked[name] = list(found) if name in TABLES else found
    return checked
