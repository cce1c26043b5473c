"""The engine's queue of nodes that may run, in PyTorch's order to the last tie.

Note [Order]
Among ready nodes the one made last (largest `sequence_nr`) runs first, and AccumulateGrad, whose number is the largest
there is, before any other. Several AccumulateGrads tie, and PyTorch runs them in the order its binary heap
(libstdc++'s `push_heap` and `pop_heap`) happens to give, which depends on how many other nodes are waiting. That order
is reproduced here: leaves never move past each other while they rise, and lie at the top of the heap, so it is enough
to know their places and the heap's size. Other nodes do not tie, and are kept in a heap of Python's.

The best ready node is held beside the heap: in a chain the heap stays empty.
"""

from __future__ import annotations

import heapq

from .node import AccumulateGrad, Node

__all__ = ["ReadyQueue"]


class ReadyQueue:
    """Ready nodes, the next to run first. See Note [Order]."""

    __slots__ = ("best", "heap", "leaf", "leaves")

    def __init__(self) -> None:
        self.best: Node | None = None
        self.heap: list[tuple[int, Node]] = []
        self.leaf: Node | None = None  # the only leaf, if there is one alone
        self.leaves: dict[int, Node] = {}  # several leaves, by their places in PyTorch's heap

    def push(self, node: Node) -> None:
        """Add a node."""
        best = self.best
        if node.__class__ is AccumulateGrad:
            self._push_leaf(node)
        elif best is None:
            self.best = node
        elif node.sequence_nr > best.sequence_nr:
            heapq.heappush(self.heap, (-best.sequence_nr, best))
            self.best = node
        else:
            heapq.heappush(self.heap, (-node.sequence_nr, node))

    def pop(self) -> Node | None:
        """Take out the node that runs next; None when there is none."""
        node = self.leaf
        if node is not None:
            self.leaf = None
            return node
        if self.leaves:
            return self._pop_leaf()
        node = self.best
        self.best = heapq.heappop(self.heap)[1] if self.heap else None
        return node

    def is_empty(self) -> bool:
        """Return whether no node is ready."""
        return self.best is None and self.leaf is None and not self.leaves

    def _size(self) -> int:
        return len(self.heap) + (self.best is not None) + len(self.leaves)

    def _push_leaf(self, node: Node) -> None:
        leaves = self.leaves
        if self.leaf is None and not leaves:
            self.leaf = node
            return
        if self.leaf is not None:
            leaves[0], self.leaf = self.leaf, None
        place = self._size()
        while place > 0 and (place - 1) // 2 not in leaves:
            place = (place - 1) // 2
        leaves[place] = node

    def _pop_leaf(self) -> Node:
        """Take out the topmost leaf, let the leaves below rise, and put the heap's last entry where they stopped."""
        leaves = self.leaves
        node = leaves.pop(0)
        last = self._size()  # the place of the heap's last entry, counted without `node`
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
