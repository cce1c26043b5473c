"""What PyTorch has and this package has not: asking for it raises one clear error that says so.

`TOPICS` is the table: what is missing, what to do instead, and the names under which PyTorch has it. A row of the
README's table stands for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = [
    "METHODS",
    "TOPICS",
    "NoDeviceError",
    "NotProvidedError",
    "absent",
    "no_device",
    "refused_complex",
    "refusing",
]

# topic -> (what to do instead, names of functions, which raise when called, and names of everything else)
TOPICS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "complex numbers": (
        "compute with real and imaginary parts",
        (
            "polar", "view_as_complex", "view_as_real", "stft", "istft", "eig", "eigvals", "lobpcg",
        ),
        ("complex", "complex32", "complex64", "complex128", "cfloat", "cdouble", "chalf", "fft", "signal"),
    ),
    "sparse tensors": (
        "use dense ones",
        (
            "sparse_coo_tensor", "sparse_csr_tensor", "sparse_csc_tensor", "sparse_bsr_tensor", "sparse_bsc_tensor",
            "sparse_compressed_tensor", "to_sparse", "to_sparse_coo", "to_sparse_csr", "to_sparse_csc", "to_dense",
            "coalesce", "is_coalesced", "sparse_mask", "sparse_resize_", "smm", "spmm", "hspmm", "sspaddmm", "indices",
            "values", "crow_indices", "col_indices", "sparse_dim", "dense_dim",
        ),
        ("sparse", "sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc", "jagged", "nested", "masked"),
    ),
    "GPUs": (
        "every tensor is on the CPU",
        ("autocast", "xpu", "mtia", "ipu", "to_mkldnn", "record_stream", "pin_memory"),
        ("amp", "GradScaler", "Stream", "Event", "SyncBatchNorm", "DataParallel"),
    ),
    "bfloat16 or narrower numbers": (
        "NumPy has float16, float32 and float64",
        (),
        (
            "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "uint16", "uint32",
            "uint64", "BFloat16Tensor", "BFloat16Storage",
        ),
    ),
    "forward-mode automatic differentiation": (
        "for Jacobian-vector products use autograd.functional.jvp",
        ("jvp", "jacfwd", "linearize"),
        ("forward_ad",),
    ),
    "vmap": (
        "a loop and stack do the same",
        ("vmap", "stack_module_state", "functionalize", "chunk_vmap"),
        ("vectorize",),
    ),
    "compilation": (
        "Python runs as it is written",
        ("compile", "cond", "while_loop", "script", "trace_module"),
        ("jit", "export", "fx", "compiler", "onnx", "library", "package", "_dynamo", "ScriptModule"),
    ),
    "quantization": (
        "use floating-point numbers",
        (
            "quantize_per_tensor", "quantize_per_channel", "quantize_per_tensor_dynamic", "dequantize", "int_repr",
            "q_scale", "q_zero_point", "fake_quantize_per_tensor_affine", "fake_quantize_per_channel_affine",
        ),
        ("qint8", "quint8", "qint32", "quantization", "ao", "quantized", "quantizable", "qat", "intrinsic", "qscheme"),
    ),
    "distributed or shared computation": (
        "it runs in one process",
        ("share_memory_",),
        ("distributed", "multiprocessing", "parallel", "DistributedSampler", "futures"),
    ),
    "probability distributions": ("use rand, randn, bernoulli or multinomial", (), ("distributions",)),
    "profiler or benchmarks": ("Python's own cProfile and timeit do", (), ("profiler", "monitor", "bottleneck")),
    "hub, logging or C++ extensions": ("they have no part in autograd", (), ("hub", "tensorboard", "cpp_extension")),
}
DEVICES = ("cuda", "xpu", "mps", "xla", "hip", "meta", "mtia", "ipu", "hpu", "vulkan", "privateuseone")
METHODS = (
    "bfloat16", "cfloat", "cdouble", "chalf", "xpu", "mtia", "ipu", "to_mkldnn", "to_sparse", "to_sparse_coo",
    "to_sparse_csr", "to_sparse_csc", "to_dense", "coalesce", "sparse_mask", "stft", "istft", "dequantize", "int_repr",
    "record_stream",
)  # fmt: skip


class NotProvidedError(NotImplementedError, AttributeError):
    """Raised for what PyTorch has and this package has not; `hasattr` sees it as a missing attribute."""


class NoDeviceError(NotImplementedError, AssertionError):
    """Raised when a GPU is asked for: an AssertionError, as in PyTorch without CUDA."""


def no_device(kind: str, name: str) -> Exception:
    """Return the error for a device that is not the CPU."""
    if kind not in DEVICES:
        return RuntimeError(f"Expected one of cpu, {', '.join(DEVICES)} device type at start of device string: {name}")
    return NoDeviceError(
        f"Torch not compiled with {kind.upper()} enabled: autograd_viz has no device '{name}', {TOPICS['GPUs'][0]}"
    )


def absent(module: str, name: str) -> Any:
    """Answer for an attribute that a module does not have.

    Returns
    -------
    callable
        For a function of PyTorch's: one that raises when called, so that importing it is no error yet.

    Raises
    ------
    NotProvidedError
        For another thing PyTorch has.
    AttributeError
        For anything else.
    """
    for topic, (_, functions, others) in TOPICS.items():
        if name in functions:
            return refusing(name)
        if name in others:
            raise NotProvidedError(_said(name, topic))
    raise AttributeError(f"module '{module}' has no attribute '{name}'")


def refusing(name: str) -> Callable[..., Any]:
    """Return a function, or method, that says it is not provided."""
    said = _said(name, next(_topics_of(name)))

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotProvidedError(said)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"Refuse: {said}."
    return refuse


def refused_complex() -> TypeError:
    """Return the error for a complex number among the operands."""
    instead = TOPICS["complex numbers"][0]
    return ComplexError(f"autograd_viz has no complex numbers: {instead}")


class ComplexError(TypeError, NotImplementedError):
    """Raised when a complex number is met."""


def _topics_of(name: str) -> Iterator[str]:
    return (topic for topic, (_, functions, others) in TOPICS.items() if name in functions or name in others)


def _said(name: str, topic: str) -> str:
    return f"{name} is not provided: autograd_viz has no {topic} ({TOPICS[topic][0]})"
