"""Which groups of a player's picture are open: the trait, and the layout that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import traitlets

from autograd_viz.render.grouped import chosen
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.layout import place
from autograd_viz.render.picture import picture
from autograd_viz.trace import Trace
from autograd_viz.widget.traits import Fixed
from autograd_viz.widget.words import excuse


class Groups:
    """The groups of a trace as it is now, and where its marks stand with some of them open."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    @cached_property
    def grouping(self) -> Grouping:
        """The tree of groups."""
        return Grouping(picture(self.trace))

    def opened(self, rule: Any) -> list[str]:
        """Return the paths of the groups that a rule opens; see `grouped.chosen`."""
        return list(chosen(self.grouping, rule))

    def layout(self, expanded: Iterable[str]) -> dict[str, Any]:
        """Place the marks with these groups open: by Graphviz, or in our own plain rows should that fail."""
        opened = tuple(expanded)
        try:
            return place(self.grouping, opened)
        except Exception as error:
            excuse(error, "Graphviz could not lay the graph out, which stands in plain rows instead")
            return place(self.grouping, opened, plain=True)

    def first(self, layout: dict[str, Any] | None, rule: Any) -> tuple[dict[str, Any], list[str]]:
        """Return the layout a player opens with and what is open in it: a trace's own if that is what was asked for."""
        if layout is not None and rule is None:
            return layout, self.open_in(layout)
        expanded = self.opened(rule)
        if layout is None or self.open_in(layout) != expanded:
            layout = self.layout(expanded)
        return layout, expanded

    def open_in(self, layout: dict[str, Any]) -> list[str]:
        """Return which groups are open in a layout; one that does not say places every mark."""
        return list(layout.get("expanded", self.grouping.groups))


class Opened(traitlets.List):
    """Paths of groups, which may be set to any rule that says which are open."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, obj._groups().opened(value))


class Expansion(traitlets.HasTraits):
    """The trait `expanded` of a player, which may be set to a rule and holds the paths of the groups that are open."""

    expanded = Opened(traitlets.Unicode()).tag(sync=True)
    trace: Any = Fixed("ag.play(trace)")
    _trace: Any  # a Document

    def _groups(self) -> Groups:
        """Return the groups of the trace, found anew only if it has grown."""
        trace = self.trace
        sizes = (len(trace.ops), len(trace.nodes), len(trace.tensors), len(trace.events))
        known = self.__dict__.get("_found_groups")
        if known is None or known[0] != sizes:
            known = self.__dict__["_found_groups"] = (sizes, Groups(trace))
        found: Groups = known[1]
        return found

    def _placed(self) -> dict[str, Any]:
        """Return the layout of what is open now."""
        layout = self._trace.layout
        groups = self._groups()
        return layout if groups.open_in(layout) == self.expanded else groups.layout(self.expanded)
