"""The order in which selection algorithms leave equal elements: PyTorch's indices of ties are theirs.

`topk` is C++'s `nth_element` and `sort`, or `partial_sort`, as libstdc++ has them, `mode` looks through what `sort`
gives, and `kthvalue` is a quickselect of PyTorch's own. Which of several equal elements they choose follows from their
exchanges alone, which are repeated here on ranks: numbers that compare as the elements do. This is Python, a
microsecond a step: callers ask only where there are ties.
"""

from __future__ import annotations

__all__ = ["first_of_order", "kth_of_order", "whole_order"]

Items = list[tuple[int, int]]  # (rank, index), the smallest rank first in order
SHORT = 16


def first_of_order(ranks: list[int], k: int, in_order: bool) -> list[int]:
    """Return the indices of the `k` smallest ranks as PyTorch's `topk` finds them. Mirrors `topk_impl_loop`."""
    items = [(rank, index) for index, rank in enumerate(ranks)]
    if not k:
        return []
    if k * 64 <= len(items):
        _partial_sort(items, 0, k, len(items))
    else:
        _nth_element(items, k - 1)
        if in_order:
            _sort(items, 0, k - 1)
    return [index for _, index in items[:k]]


def whole_order(ranks: list[int]) -> list[int]:
    """Return the indices that sort the ranks as C++'s `sort` does, which PyTorch's `mode` begins with."""
    items = [(rank, index) for index, rank in enumerate(ranks)]
    _sort(items, 0, len(items))
    return [index for _, index in items]


def kth_of_order(ranks: list[int], k: int) -> int:
    """Return the index of the rank at place `k` in order, as PyTorch's `kthvalue` finds it.

    Mirrors `quick_select_template`.
    """
    items = [(rank, index) for index, rank in enumerate(ranks)]

    def exchange(one: int, two: int) -> None:
        items[one], items[two] = items[two], items[one]

    left, right = 0, len(items) - 1
    while right > left + 1:
        exchange(left + (right - left) // 2, left + 1)
        for one, two in ((left + 1, right), (left, right), (left + 1, left)):
            if items[one][0] > items[two][0]:
                exchange(one, two)
        up, down, pivot = left + 1, right, items[left][0]
        while True:
            up += 1
            while pivot > items[up][0]:
                up += 1
            down -= 1
            while items[down][0] > pivot:
                down -= 1
            if down < up:
                break
            exchange(up, down)
        exchange(left, down)
        if down <= k:
            left = up
        if down >= k:
            right = down - 1
    if right == left + 1 and items[left][0] > items[right][0]:
        exchange(left, right)
    return items[k][1]


# libstdc++, bits/stl_algo.h and bits/stl_heap.h


def _nth_element(items: Items, nth: int) -> None:
    first, last, depth = 0, len(items), 2 * (len(items).bit_length() - 1)
    while last - first > 3:
        if not depth:
            _heap_select(items, first, nth + 1, last)
            items[first], items[nth] = items[nth], items[first]
            return
        depth -= 1
        cut = _partition(items, first, last)
        first, last = (cut, last) if cut <= nth else (first, cut)
    _insertion_sort(items, first, last)


def _sort(items: Items, first: int, last: int) -> None:
    if first == last:
        return
    _introsort(items, first, last, 2 * ((last - first).bit_length() - 1))
    if last - first <= SHORT:
        _insertion_sort(items, first, last)
        return
    _insertion_sort(items, first, first + SHORT)
    for place in range(first + SHORT, last):
        _insert(items, place)


def _introsort(items: Items, first: int, last: int, depth: int) -> None:
    while last - first > SHORT:
        if not depth:
            _partial_sort(items, first, last, last)
            return
        depth -= 1
        cut = _partition(items, first, last)
        _introsort(items, cut, last, depth)
        last = cut


def _partition(items: Items, first: int, last: int) -> int:
    """Move the median of three to the front and return where what is not before it begins."""
    a, b, c = first + 1, first + (last - first) // 2, last - 1
    x, y, z = items[a][0], items[b][0], items[c][0]
    middle = (b if y < z else c if x < z else a) if x < y else (a if x < z else c if y < z else b)
    items[first], items[middle] = items[middle], items[first]
    pivot, up, down = items[first][0], first + 1, last
    while True:
        while items[up][0] < pivot:
            up += 1
        down -= 1
        while pivot < items[down][0]:
            down -= 1
        if up >= down:
            return up
        items[up], items[down] = items[down], items[up]
        up += 1


def _insertion_sort(items: Items, first: int, last: int) -> None:
    for place in range(first + 1, last):
        if items[place][0] < items[first][0]:
            items.insert(first, items.pop(place))
        else:
            _insert(items, place)


def _insert(items: Items, place: int) -> None:
    """Move an element down past those that it comes before."""
    item = items[place]
    while item[0] < items[place - 1][0]:
        items[place] = items[place - 1]
        place -= 1
    items[place] = item


def _partial_sort(items: Items, first: int, middle: int, last: int) -> None:
    _heap_select(items, first, middle, last)
    while middle - first > 1:
        middle -= 1
        _pop_heap(items, first, middle, middle)


def _heap_select(items: Items, first: int, middle: int, last: int) -> None:
    length = middle - first
    for parent in range((length - 2) // 2, -1, -1) if length > 1 else ():
        _sift(items, first, parent, length, items[first + parent])
    for place in range(middle, last):
        if items[place][0] < items[first][0]:
            _pop_heap(items, first, middle, place)


def _pop_heap(items: Items, first: int, last: int, result: int) -> None:
    item = items[result]
    items[result] = items[first]
    _sift(items, first, 0, last - first, item)


def _sift(items: Items, first: int, hole: int, length: int, item: tuple[int, int]) -> None:
    """Let a hole sink to the bottom of a heap, and the item rise from there (`__adjust_heap`)."""
    top, child = hole, hole
    while child < (length - 1) // 2:
        child = 2 * (child + 1)
        if items[first + child][0] < items[first + child - 1][0]:
            child -= 1
        items[first + hole] = items[first + child]
        hole = child
    if not length & 1 and child == (length - 2) // 2:
        child = 2 * (child + 1)
        items[first + hole] = items[first + child - 1]
        hole = child - 1
    parent = (hole - 1) // 2
    while hole > top and items[first + parent][0] < item[0]:
        items[first + hole] = items[first + parent]
        hole, parent = parent, (parent - 1) // 2
    items[first + hole] = item
