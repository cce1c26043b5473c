"""The engine's queue of nodes that may run, in PyTorch's order to the last tie.

Note [Order]
Among ready nodes the one made last (largest `sequence_nr`) runs first, and AccumulateGrad, whose number is the largest
there is, before any other. Several AccumulateGrads tie, and PyTorch runs them in the order its binary heap
(libstdc++'s `push_heap` and `pop_heap`) happens to give, which depends on how many other nodes are waiting. That order
is reproduced here: leaves never move past each other while they rise, and lie at the top of the heap, so it is enough
to know their places and the heap's size. Other nodes do not tie, and are kept in a heap of Python's.
"""

from __future__ import annotations

import heapq

from .node import AccumulateGrad, Node

__all__ = ["ReadyQueue"]


class ReadyQueue:
    """Ready nodes, the next to run first. See Note [Order]."""

    __slots__ = ("heap", "leaves")

    def __init__(self) -> None:
        self.heap: list[tuple[int, Node]] = []
        self.leaves: dict[int, Node] = {}  # by their places in PyTorch's heap

    def push(self, node: Node) -> None:
        """Add a node."""
        if node.__class__ is AccumulateGrad:
            self._push_leaf(node)
        else:
            heapq.heappush(self.heap, (-node.sequence_nr, node))

    def pop(self) -> Node | None:
        """Take out the node that runs next; None when there is none."""
        if self.leaves:
            return self._pop_leaf()
        return heapq.heappop(self.heap)[1] if self.heap else None

    def exchange(self, node: Node) -> Node | None:
        """Add a node and take out the one that runs next, which may be the same."""
        if self.leaves:
            self.push(node)
            return self._pop_leaf()
        if node.__class__ is AccumulateGrad:
            return node
        return heapq.heappushpop(self.heap, (-node.sequence_nr, node))[1]

    def _push_leaf(self, node: Node) -> None:
        leaves = self.leaves
        if not leaves:
            leaves[0] = node
            return
        place = len(self.heap) + len(leaves)
        while place > 0 and (place - 1) // 2 not in leaves:
            place = (place - 1) // 2
        leaves[place] = node

    def _pop_leaf(self) -> Node:
        """Take out the topmost leaf, let the leaves below rise, and put the heap's last entry where they stopped."""
        leaves = self.leaves
        node = leaves.pop(0)
        if not leaves:
            return node
        last = len(self.heap) + len(leaves)  # the place of the heap's last entry, counted without `node`
        hole = 0
        while True:
            left, right = 2 * hole + 1, 2 * hole + 2
            if right < last and right in leaves:
                child = right
            elif left < last and left in leaves:
                child = left
            else:
                break
            leaves[hole] = leaves.pop(child)
            hole = child
        moved = leaves.pop(last, None)
        if moved is not None:
            leaves[hole] = moved
        return node
