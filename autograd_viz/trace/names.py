"""What things are called in sentences: tensors, gradients, parameters of a rule.

The user's name where there is one; otherwise an expression from the operation and its operands (`x @ w`,
`inp + 1`), cut at three levels. Everything that speaks of a tensor asks here.
"""

from __future__ import annotations

import re
from functools import cached_property

from autograd_viz.trace.data import NodeRecord, OpRecord
from autograd_viz.trace.figures import plain_text, value_text
from autograd_viz.trace.trace import Trace

INFIX = {
    "pow": "**",
    "mul": "*", "div": "/", "remainder": "%", "floor_divide": "//",
    "matmul": "@", "mm": "@", "mv": "@", "bmm": "@", "dot": "@",
    "add": "+", "sub": "-",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
REVERSED = {"rsub": "sub"}
"""Operators whose operands are the other way round: rsub(w, 2) is 2 - w."""
STRENGTH = {"**": 4, "*": 3, "/": 3, "%": 3, "//": 3, "@": 3, "+": 2, "-": 2}
"""How strongly an operator binds; those not listed bind least."""
RESHAPING = ("squeeze", "unsqueeze", "view", "reshape", "expand")
"""Operations that go unsaid where they are only steps of a function: matmul of a vector is `x @ w` all the same."""
INDICES = ("indices", "(…)")  # a result beside others, all of which are called `max(…)`
FACTORS = ("alpha", "beta", "scale", "input_scale")
"""Factors that go unsaid when they are 1."""
UNSAID = ("other", "exponent", "value")
"""Parameters that are not named when an operation in place is written as a call."""
DEEPEST = 3
LONGEST = 40
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_\[\]]*\Z")


class Names:
    """Names of a trace's tensors and gradients; holds the lookups they need."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.nodes = {node.id: node for node in trace.nodes}

    @cached_property
    def outputs(self) -> dict[tuple[int, int], int]:
        """The tensor that is each forward output of a node: what made it says so, or else what uses it."""
        found = {(each.node, each.output_nr): each.id for each in self.trace.tensors if each.node is not None}
        for node in self.trace.nodes:
            for edge, tensor in zip(node.next, node.input_tensors, strict=True):
                if edge.node is not None and tensor is not None:
                    found.setdefault((edge.node, edge.index), tensor)
        return found

    def tensor(self, number: int) -> str:
        """Name a tensor."""
        return self._tensor(number, DEEPEST)

    def output(self, node: int, index: int) -> str:
        """Name a forward output of a node: for AccumulateGrad, its leaf."""
        found = self.output_tensor(node, index)
        record = self.nodes[node]
        if found is not None:
            return self.tensor(found)
        return f"{record.name}'s output" if len(record.outputs) == 1 else f"{record.name}'s output {index}"

    def output_tensor(self, node: int, index: int) -> int | None:
        """Return the id of the tensor that is a forward output of a node, where known."""
        record = self.nodes[node]
        if record.leaf is not None:
            return record.leaf
        found = self.outputs.get((node, index))
        if found is None and record.op is not None and index < len(self.trace.ops[record.op].outputs):
            return self.trace.ops[record.op].outputs[index]
        return found

    def gradient(self, node: int, index: int) -> str:
        """Name the gradient that arrives for an output of a node."""
        return gradient_of(self.output(node, index))

    def input(self, node: int, position: int) -> str:
        """Name the tensor behind an entry of a node's `next`."""
        record = self.nodes[node]
        found = record.input_tensors[position]
        if found is not None:
            name = self.tensor(found)
            op = None if record.op is None else self.trace.ops[record.op]
            of_base = position == 0 and record.name == "CopySlices"  # the operation changed a view of it
            return f"{name} before {op.name}" if op is not None and (of_base or op.mutates == found) else name
        edge = record.next[position]
        if edge.node is not None:
            return self.output(edge.node, edge.index)
        return record.inputs[position]

    def expression(self, op: OpRecord) -> str:
        """Write an operation with its operands: `x @ w`, `sum(z, dim=0)`."""
        return self._expression(op, DEEPEST)

    def change(self, op: OpRecord) -> str:
        """Write an operation in place as a call: `b.add_(1)`."""
        said = [self.tensor(each.tensor) for each in op.inputs[1:]]
        for param, value in op.options.items():
            if _worth_saying(param, value):
                said.append(plain_text(value) if param in UNSAID else f"{param}={plain_text(value)}")
        text = f"{receiver(self.tensor(op.mutates or 0))}.{op.name}({', '.join(said)})"
        return text if len(text) <= LONGEST else f"{receiver(self.tensor(op.mutates or 0))}.{op.name}(…)"

    def params(self, node: NodeRecord) -> dict[str, str]:
        """Return what the words of a node's formulas stand for, as text."""
        found: dict[str, str] = {}
        if node.op is not None:
            op = self.trace.ops[node.op]
            found.update((each, plain_text(value)) for each, value in op.options.items())
            found.update((each.param, self.tensor(each.tensor)) for each in op.inputs)
        for each, value in node.constants.items():
            found.setdefault(each, plain_text(value))
        for position, param in enumerate(node.inputs):
            found.setdefault(param, self.input(node.id, position))
        for saved in node.saved:
            if saved.tensor is not None:
                name = self.tensor(saved.tensor)
                found.setdefault(saved.name, f"{name}.indices" if (saved.name, name[-3:]) == INDICES else name)
        found["result"] = self.output(node.id, 0)
        found["grad"] = self.gradient(node.id, 0)
        return found

    def _tensor(self, number: int, depth: int) -> str:
        record = self.trace.tensors[number]
        if record.name is not None:
            return record.name
        op = None if record.op is None else self.trace.ops[record.op]
        if op is not None and op.call is not None and op.name in RESHAPING and op.inputs:
            source = op.inputs[0].tensor
            if source < number:  # as in every honest trace: what is read was met before what is made
                return self._tensor(source, depth)
        if op is not None:
            return self._expression(op, depth) if depth and len(op.outputs) == 1 else f"{op.name}(…)"
        if record.node in self.nodes and record.role == "result":
            return f"{operation_of(self.nodes[record.node].name)}(…)"
        text = value_text(self.trace.values[record.value])
        return text if text is not None and not record.requires_grad else f"t{number}"

    def _expression(self, op: OpRecord, depth: int) -> str:
        name = op.name.rstrip("_")
        operands = [(each.param, self._tensor(each.tensor, depth - 1)) for each in op.inputs]
        scalars = [(param, plain_text(value)) for param, value in op.options.items() if _worth_saying(param, value)]
        if name == "neg" and operands:
            return f"-{grouped(operands[0][1])}"
        if name in REVERSED:
            name, operands, scalars = REVERSED[name], (operands + scalars)[::-1], []
        if name in INFIX and len(operands) + len(scalars) == 2:
            both = operands + scalars if not scalars or scalars[0][0] != "self" else scalars + operands
            sign = INFIX[name]
            text = f"{grouped(both[0][1], _strength(sign))} {sign} {grouped(both[1][1], _strength(sign) + 1)}"
        else:
            said = [text for _, text in operands]
            text = f"{name}({', '.join(said + [f'{param}={each}' for param, each in scalars])})"
            if len(text) > LONGEST:
                text = f"{name}({', '.join(said)})"
        return text if len(text) <= LONGEST else f"{name}(…)"


def operation_of(node: str) -> str:
    """Name the operation that left a node behind: `log_softmax` for LogSoftmaxBackward0."""
    return _CAPITALS.sub("_", re.sub(r"Backward\d*$", "", node)).lower()


def gradient_of(name: str) -> str:
    """Name the gradient with respect to something: `dL/dw`, `dL/d(x @ w)`, `dL/d(net.0.weight)`."""
    return f"dL/d{name}" if _SIMPLE.match(name) else f"dL/d({name})"


def grouped(text: str, strength: int = 9) -> str:
    """Put brackets around an expression if one of its operators binds less than `strength`."""
    depth = start = 0
    for place, letter in enumerate(f"{text} "):
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and not depth:
            sign = text[start:place]
            if sign in INFIX.values() and _strength(sign) < strength:
                return f"({text})"
            start = place + 1
    return text


def receiver(text: str) -> str:
    """Write what a method is called on: `(w * 2)`, `(-w)`, `tensor([1, 2])`; a name as it is."""
    if re.match(r"-?[\d\[]", text) and grouped(text) == text:
        return f"tensor({text})"
    return f"({text})" if text.startswith("-") else grouped(text)


def _strength(sign: str) -> int:
    return STRENGTH.get(sign, 1)


def _worth_saying(param: str, value: object) -> bool:
    return value is not None and value is not False and not (param in FACTORS and value == 1)
