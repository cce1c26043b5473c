"""What a backward run will come to: counted before it begins. Mirrors the engine's `compute_dependencies` and
`init_to_execute`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .node import Node

__all__ = ["count_dependencies", "find_parents", "nodes_above"]


def count_dependencies(roots: Iterable[Node]) -> tuple[dict[Node, int], list[Node]]:
    """Return for each node reachable from the roots how many contributions it will receive, seeds not counted; and
    the nodes that send no gradients on.
    """
    dependencies: dict[Node, int] = dict.fromkeys(roots, 0)
    ends: list[Node] = []
    stack: list[Node | None] = [None, *dependencies]
    push, pop = stack.append, stack.pop
    node = pop()
    while node is not None:  # which lies at the bottom
        following: Node | None = None  # found last, and so looked at next
        for next_node in node.next_nodes:
            if next_node in dependencies:
                dependencies[next_node] += 1
            elif next_node is not None:
                dependencies[next_node] = 1
                if following is not None:
                    push(following)
                following = next_node
        if following is None:
            if not any(node.next_nodes):
                ends.append(node)
            node = pop()
        else:
            node = following
    return dependencies, ends


def find_parents(roots: Iterable[Node]) -> dict[Node, list[Node]]:
    """Return for each node reachable from the roots the node that each contribution will come from."""
    parents: dict[Node, list[Node]] = {root: [] for root in roots}
    stack = list(parents)
    while stack:
        node = stack.pop()
        for next_node in node.next_nodes:
            if next_node is None:
                continue
            if next_node in parents:
                parents[next_node].append(node)
            else:
                parents[next_node] = [node]
                stack.append(next_node)
    return parents


def nodes_above(parents: dict[Node, list[Node]], targets: Iterable[Node]) -> set[Node]:
    """Return the nodes from which gradients flow on to a target, itself only if it is above another."""
    above: set[Node] = set()
    stack = list(targets)
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent not in above:
                above.add(parent)
                stack.append(parent)
    return above
