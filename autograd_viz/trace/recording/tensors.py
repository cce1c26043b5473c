"""The tensors a recording has met: one record an object, held until the recording ends.

Holding them is what makes `id()` safe to know them by.

Note [Who is told of a change]
A change in place shows in every tensor that shares the memory. Told are those that can still be seen: the changed
one, those that a node has saved, and the last to bear a name. The views that a loop over `x[i]` leaves behind are
not, or a loop would cost its square.
"""

from __future__ import annotations

from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any

from autograd_viz.tensor import STALE, Tensor
from autograd_viz.trace.data import GradientRecord, TensorRecord
from autograd_viz.trace.event import Write
from autograd_viz.trace.recording.values import ValueTable, dtype_name
from autograd_viz.trace.recording.variables import Variables
from autograd_viz.trace.trace import Trace

if TYPE_CHECKING:
    from autograd_viz.trace.recording.nodes import NodeTable


class TensorTable:
    """The tensors of a trace that is being recorded.

    `nodes` is set by whoever builds both tables, for the `grad_fn` of tensors made before the recording.
    """

    nodes: NodeTable

    def __init__(self, trace: Trace, values: ValueTable, variables: Variables) -> None:
        self.records = trace.tensors
        self.parameters = trace.parameters
        self.gradients = trace.gradients
        self.values = values
        self.variables = variables
        self.held: list[Tensor] = []  # by record id
        self.frame: FrameType | None = None  # where names are looked up
        self._ids: dict[int, int] = {}
        self._storages: dict[int, int] = {}  # id of the array that owns the memory -> storage number
        self._owners: list[Any] = []  # those arrays, held
        self._sharing: dict[int, dict[int, None]] = {}  # storage number -> tensors that are told of changes
        self._bearers: dict[tuple[int, str], int] = {}  # storage number and name -> the tensor that bears it last
        self._saved: set[int] = set()  # tensors that some node keeps
        self._searched: set[int] = set()  # tensors whose name was looked for everywhere
        self._grads: dict[int, int] = {}  # storage number of a .grad -> the tensor it belongs to
        self.grad_values: dict[int, int | None] = {}  # tensor -> its .grad as last heard of
        self.versions: dict[int, tuple[int, int]] = {}  # tensor -> version and value as last heard of

    def known(self, tensor: Any) -> int | None:
        """Return the id of a tensor that was met before."""
        return self._ids.get(id(tensor))

    def shares_memory(self, tensor: Tensor) -> bool:
        """Return whether a tensor shows memory of one that was met, or of its `.grad`."""
        return id(_owner(tensor._array)) in self._storages

    def meet(self, tensor: Tensor) -> int:
        """Return the id of a tensor, recorded now if it is new, with its name if one can be found."""
        number = self._ids.get(id(tensor))
        if number is None:
            number = self._first_met(tensor)
        elif tensor._requires_grad and tensor._grad_fn is None and self.records[number].role != "leaf":
            # A constant or untracked result that was made to require grad since.
            self.records[number] = replace(self.records[number], role="leaf", requires_grad=True)
        self.find_name(number)
        return number

    def made(self, tensor: Tensor, op: int, node: int | None, output_nr: int, name: str | None) -> int:
        """Record an operation's result and return its id; one that is known already stays as it is."""
        number = self._ids.get(id(tensor))
        if number is None:
            role = "untracked" if node is None else "result"
            return self._add(tensor, role, op=op, node=node, output_nr=output_nr, name=name)
        return number

    def call(self, number: int, name: str | None) -> None:
        """Give a tensor a name, or take it away."""
        self.records[number] = replace(self.records[number], name=name)
        self._follow(number)

    def saved(self, number: int) -> None:
        """Take note that a node keeps a tensor."""
        self._saved.add(number)
        self._sharing.setdefault(self.records[number].storage, {})[number] = None

    def find_name(self, number: int) -> None:
        """Look for the name of a tensor that has none: everywhere once, later among plain variables only."""
        record = self.records[number]
        if record.name is None and self.frame is not None:
            deep = number not in self._searched
            self._searched.add(number)
            name = self.variables.name(self.held[number], self.frame, deep)
            if name is None and record.role == "constant":
                name = self._data_name(self.held[number])
            if name is not None:
                self.call(number, name)

    def name_parameters(self, module: Any) -> None:
        """Name the parameters of a module that is called as whoever calls it knows them."""
        for identity, name in self.variables.of_called(module, self.frame).items():
            number = self._ids.get(identity)
            if number is not None and self.records[number].name != name:
                self.call(number, name)

    def adopt(self, frame: FrameType | None) -> None:
        """Meet the tensors among the variables in sight whose node is known but that were made before."""
        for name, found in self.variables.all(frame):
            if not issubclass(type(found), Tensor):
                continue
            number = self.known(found)
            if number is None and self.nodes.known(found._grad_fn):
                number = self.meet(found)
            if number is not None and self.records[number].name is None:
                self.call(number, name)
        self._adopt_leaves(frame)

    def _adopt_leaves(self, frame: FrameType | None) -> None:
        """Name leaves as the modules and containers in sight call them, which may not have been there at first."""
        late = [each.id for each in self.records if each.role == "leaf" and (each.name or "self.").startswith("self.")]
        names = self.variables.inner(frame) if late else {}
        for number in late:
            name = names.get(id(self.held[number]))
            if name is not None:
                self.call(number, name)

    def owner_of_grad(self, tensor: Tensor) -> int | None:
        """Return the tensor whose `.grad` this is, or shares memory with."""
        storage = self._storages.get(id(_owner(tensor._array)))
        return None if storage is None else self._grads.get(storage)

    def note_grad(self, number: int, grad: Tensor | None, value: int | None) -> None:
        """Take note of what a tensor's `.grad` is now."""
        self.grad_values[number] = value
        if grad is not None:
            self._grads[self._storage(grad._array)] = number

    def writes(self, tensor: Tensor) -> tuple[Write, ...]:
        """Return what every tensor that shares memory with a changed one is now."""
        told = dict(self._sharing.get(self._storage(tensor._array), ()))
        number = self.known(tensor)
        if number is not None:
            told[number] = None
        return tuple(self._write(each) for each in told)

    def unheard(self, number: int) -> tuple[Write, ...]:
        """Return what a tensor is now if it was changed in a way the recording did not hear of."""
        if version_of(self.held[number]) == self.versions[number][0]:
            return ()
        return self.writes(self.held[number])

    def _write(self, number: int) -> Write:
        tensor = self.held[number]
        now = version_of(tensor), self.values.add(tensor._array)
        self.versions[number] = now
        return Write(number, *now)

    def _first_met(self, tensor: Tensor) -> int:
        node = tensor._grad_fn
        if node is not None and node is not STALE:
            known = self.nodes.reserve(node)
            return self._add(tensor, "result", node=known, output_nr=tensor._output_nr)
        owner = self.owner_of_grad(tensor)
        if owner is not None and not tensor._requires_grad:
            name = self.records[owner].name
            number = self._add(tensor, "gradient", name=f"{name}.grad" if name else None)
            self.gradients.append(GradientRecord(number, owner))
            return number
        return self._add(tensor, "leaf" if tensor._requires_grad else "constant")

    def _data_name(self, tensor: Tensor) -> str | None:
        """Name a tensor that is another's `.data`: it holds the very same array."""
        for number in self._sharing.get(self._storage(tensor._array), ()):
            name = self.records[number].name
            if name is not None and self.held[number]._array is tensor._array:
                return f"{name}.data"
        return None

    def _follow(self, number: int) -> None:
        """Tell a tensor of changes as long as it is the last to bear its name. See Note [Who is told of a change]."""
        record = self.records[number]
        if record.name is None:
            return
        sharing = self._sharing.setdefault(record.storage, {})
        before = self._bearers.get((record.storage, record.name))
        if before is not None and before not in self._saved:
            sharing.pop(before, None)
        self._bearers[record.storage, record.name] = number
        sharing[number] = None

    def _add(
        self,
        tensor: Tensor,
        role: str,
        op: int | None = None,
        node: int | None = None,
        output_nr: int = 0,
        name: str | None = None,
    ) -> int:
        base = tensor._base
        base_id = None if base is None or base is tensor else self.meet(base)
        number, array, grad = len(self.records), tensor._array, tensor._grad
        version, value = version_of(tensor), self.values.add(array)
        known = TensorRecord(
            id=number,
            name=name,
            shape=array.shape,
            dtype=dtype_name(array.dtype),
            role=role,
            requires_grad=tensor._requires_grad,
            storage=self._storage(array),
            base=base_id,
            op=op,
            node=node,
            output_nr=output_nr,
            value=value,
            version=version,
            grad=None if grad is None else self.values.add(grad._array),
        )
        self.records.append(known)
        if type(tensor) is not Tensor and _is_parameter(tensor):
            self.parameters.append(number)
        self.held.append(tensor)
        self._ids[id(tensor)] = number
        self.versions[number] = version, value
        self._follow(number)
        self.note_grad(number, grad, known.grad)
        return number

    def _storage(self, array: Any) -> int:
        owner = _owner(array)
        found = self._storages.get(id(owner))
        if found is None:
            found = self._storages[id(owner)] = len(self._owners)
            self._owners.append(owner)
        return found


def version_of(tensor: Tensor) -> int:
    """Return a tensor's version; 0 for those that count none, as inference tensors."""
    return 0 if tensor._counter is None else tensor._counter[0]


def _is_parameter(tensor: Tensor) -> bool:
    from autograd_viz.nn.parameter import Parameter  # late: a recording alone needs no nn

    return isinstance(tensor, Parameter)


def _owner(array: Any) -> Any:
    """Return the array that owns the memory an array shows."""
    while getattr(array, "base", None) is not None and hasattr(array.base, "dtype"):
        array = array.base
    return array
