"""Finding repeats in a row of things: the same few, again and again. Twin of `labextension/src/model/repeats.ts`."""

from __future__ import annotations

from collections.abc import Iterator

FEWEST = 3
TRIES = 4


def find_repeats(row: list[str]) -> Iterator[tuple[int, int, int]]:
    """Divide a row into stretches: (start, period, times), the times 1 where nothing repeats.

    From each place the few nearest periods are tried, so that the time is about linear in the row.

    Examples
    --------
    >>> list(find_repeats(list("xababab")))
    [(0, 1, 1), (1, 2, 3)]
    """
    following = _following(row)
    start, quiet = 0, 0
    while start < len(row):
        period, times = _best(row, following, start)
        if times < FEWEST:
            start += 1
            continue
        if quiet < start:
            yield quiet, start - quiet, 1
        yield start, period, times
        start += period * times
        quiet = start
    if quiet < len(row):
        yield quiet, len(row) - quiet, 1


def _following(row: list[str]) -> list[int]:
    """Return for each place the next one that holds the same; the row's length where there is none."""
    following, seen = [len(row)] * len(row), dict[str, int]()
    for place in range(len(row) - 1, -1, -1):
        following[place] = seen.get(row[place], len(row))
        seen[row[place]] = place
    return following


def _best(row: list[str], following: list[int], start: int) -> tuple[int, int]:
    """Return the period and times that cover most from `start` on; of those that cover as much, the shortest."""
    best = (1, 1)
    again = following[start]
    for _ in range(TRIES):
        period = again - start
        if start + period * FEWEST > len(row):
            break
        times = _times(row, start, period)
        if times >= FEWEST and times * period > best[0] * best[1]:
            best = (period, times)
        again = following[again]
    return best


def _times(row: list[str], start: int, period: int) -> int:
    place = start
    while place + period < len(row) and row[place] == row[place + period]:
        place += 1
    return (place - start) // period + 1
