"""Questions about tensors and dtypes: `is_tensor`, `numel`, `result_type`, `broadcast_shapes`, memory and devices."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Size, Tensor
from .op import FUNCTIONS, METHODS
from .wrapping import check_tensor

__all__ = ["Storage"]

# kinds of tensors, and devices, that are not there
NEVER = (
    "is_cuda", "is_ipu", "is_maia", "is_meta", "is_mkldnn", "is_mps", "is_mtia", "is_nested", "is_quantized",
    "is_sparse", "is_sparse_csr", "is_vulkan", "is_xla", "is_xpu",
)  # fmt: skip


def is_tensor(obj: Any) -> bool:
    """Return whether an object is a Tensor."""
    return isinstance(obj, Tensor)


def numel(input: Tensor) -> int:
    """Return the number of elements."""
    check_tensor("numel", input)
    return input.numel()


def is_floating_point(input: Tensor) -> bool:
    """Return whether the element type is a floating-point one."""
    check_tensor("is_floating_point", input)
    return input.is_floating_point()


def is_complex(input: Tensor) -> bool:
    """Return False: complex tensors are not provided."""
    check_tensor("is_complex", input)
    return False


def is_signed(input: Tensor) -> bool:
    """Return whether the element type holds negative numbers."""
    check_tensor("is_signed", input)
    return input.dtype.is_signed


def is_inference(input: Tensor) -> bool:
    """Return whether a tensor was made in inference mode."""
    check_tensor("is_inference", input)
    return input.is_inference()


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape."""
    return bool(input._array.shape == other._array.shape)


def result_type(tensor1: Any, tensor2: Any) -> dtypes.dtype:
    """Return the dtype of an operation on two tensors or numbers. Mirrors `torch.result_type`."""
    operands = [each._array if isinstance(each, Tensor) else each for each in (tensor1, tensor2)]
    for each in operands:
        if not isinstance(each, (np.ndarray, bool, int, float, complex, np.generic)):
            raise TypeError(
                f"result_type() received an invalid combination of arguments - got {type(each).__name__}, but expected "
                "Tensors or Numbers"
            )
    return dtypes.BY_NUMPY[dtypes.result_type(*operands)]


def promote_types(type1: dtypes.dtype, type2: dtypes.dtype) -> dtypes.dtype:
    """Return the smallest dtype that both can become. Mirrors `torch.promote_types`."""
    operands = [np.empty(1, dtypes.to_numpy(each)) for each in (type1, type2)]
    return dtypes.BY_NUMPY[dtypes.result_type(*operands)]


def can_cast(from_: dtypes.dtype, to: dtypes.dtype) -> bool:
    """Return whether a result of one dtype may be written into a tensor of another. Mirrors `torch.can_cast`."""
    ranks = dtypes.KIND_RANK
    return ranks[dtypes.to_numpy(from_).kind] <= ranks[dtypes.to_numpy(to).kind]


def broadcast_shapes(*shapes: Any) -> Size:
    """Return the shape that shapes broadcast to. Mirrors `torch.broadcast_shapes`.

    Raises
    ------
    RuntimeError
        When they do not broadcast.
    """
    given = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    try:
        return Size(np.broadcast_shapes(*given))
    except ValueError:
        said = ", ".join(str(list(shape)) for shape in given)
        raise RuntimeError(
            f"Attempting to broadcast a dimension of another length: the shapes {said} do not fit together"
        ) from None


def typename(obj: Any) -> str:
    """Return the name of an object's type, "torch.FloatTensor" for tensors. Mirrors `torch.typename`."""
    if isinstance(obj, Tensor):
        return obj.dtype.tensor_type
    kind = type(obj)
    return kind.__name__ if kind.__module__ in ("builtins", "") else f"{kind.__module__}.{kind.__name__}"


# memory


class Storage:
    """The memory behind a tensor and its views. Mirrors what `torch.UntypedStorage` tells of it."""

    __slots__ = ("_owner",)

    def __init__(self, array: Any) -> None:
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        self._owner = owner

    def data_ptr(self) -> int:
        """Return the address of the first byte."""
        return int(self._owner.ctypes.data)

    def nbytes(self) -> int:
        """Return the number of bytes."""
        return int(self._owner.nbytes)

    def __len__(self) -> int:
        return self.nbytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Storage) and self._owner is other._owner

    def __hash__(self) -> int:
        return id(self._owner)


def untyped_storage(self: Tensor) -> Storage:
    """Return the memory that this tensor shares with its views. Mirrors `torch.Tensor.untyped_storage`."""
    return Storage(self._array)


def get_device(input: Tensor) -> int:
    """Return -1: every tensor is on the CPU."""
    return -1


def _is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Return whether two tensors show the same memory in the same way."""
    one, two = self._array, tensor._array
    return bool(one.ctypes.data == two.ctypes.data and one.shape == two.shape and one.strides == two.strides)


def _itself(self: Tensor, *args: Any) -> Tensor:
    """Return the tensor itself: it is in the CPU's memory already."""
    return self


def _never(self: Tensor) -> bool:
    """Return False: memory is neither pinned nor shared between processes."""
    return False


def is_conj(input: Tensor) -> bool:
    """Return False: complex tensors are not provided."""
    return False


def is_neg(input: Tensor) -> bool:
    """Return False: no tensor is kept as the negative of its memory."""
    return False


def is_distributed(input: Tensor) -> bool:
    """Return False: everything is in one process."""
    return False


for _function in (is_tensor, numel, is_floating_point, is_complex, is_signed, is_inference, is_same_size, result_type,
                  promote_types, can_cast, broadcast_shapes, typename, get_device):  # fmt: skip
    FUNCTIONS[_function.__name__] = _function
METHODS.update({"is_signed": is_signed, "is_same_size": is_same_size, "is_set_to": _is_set_to})
METHODS.update({"get_device": get_device, "untyped_storage": untyped_storage})
METHODS.update({"pin_memory": _itself, "share_memory_": _itself, "is_pinned": _never, "is_shared": _never})
FUNCTIONS.update({"is_conj": is_conj, "is_neg": is_neg, "is_distributed": is_distributed})
METHODS.update({"is_conj": is_conj, "is_neg": is_neg, "is_distributed": is_distributed})
METHODS.update({name: property(lambda self: False, doc="Always False.") for name in NEVER})
METHODS["nbytes"] = property(lambda self: int(self._array.nbytes), doc="The bytes of all elements.")
METHODS["itemsize"] = property(lambda self: int(self._array.itemsize), doc="The bytes of one element.")
METHODS["is_cpu"] = property(lambda self: True, doc="Always True.")
METHODS["name"] = property(lambda self: None, doc="Always None: PyTorch has no names for tensors.")
