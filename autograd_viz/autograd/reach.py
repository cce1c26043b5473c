"""What a backward run will come to: counted before it begins. Mirrors the engine's `compute_dependencies` and
`init_to_execute`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .node import Node

__all__ = ["count_and_split", "count_dependencies", "find_parents", "nodes_above"]


def count_dependencies(roots: Iterable[Node]) -> dict[Node, int]:
    """Return for each node reachable from the roots how many contributions it will receive, seeds not counted."""
    dependencies: dict[Node, int] = dict.fromkeys(roots, 0)
    stack = list(dependencies)
    push, pop = stack.append, stack.pop
    while stack:
        for next_node in pop().next_nodes:
            if next_node is None:
                continue
            if next_node in dependencies:
                dependencies[next_node] += 1
            else:
                dependencies[next_node] = 1
                push(next_node)
    return dependencies


def count_and_split(roots: Iterable[Node]) -> tuple[dict[Node, int], set[Node], set[Node]]:
    """Return what `count_dependencies` does, which is faster, and the nodes that send gradients on and those that do
    not.
    """
    dependencies: dict[Node, int] = dict.fromkeys(roots, 0)
    sending: set[Node] = set()
    ends: set[Node] = set()
    stack = list(dependencies)
    while stack:
        node = stack.pop()
        kept = ends
        for next_node in node.next_nodes:
            if next_node is None:
                continue
            kept = sending
            if next_node in dependencies:
                dependencies[next_node] += 1
            else:
                dependencies[next_node] = 1
                stack.append(next_node)
        kept.add(node)
    return dependencies, sending, ends


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


def nodes_above(parents: dict[Node, list[Node]], targets: set[Node]) -> set[Node]:
    """Return the nodes from which gradients flow on to a target, itself only if it is above another."""
    above: set[Node] = set()
    stack = list(targets)
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent not in above:
                above.add(parent)
                stack.append(parent)
    return above
