"""autograd-viz: automatic differentiation you can watch.

`import autograd_viz as ag` is an autograd engine on NumPy under PyTorch's names, and costs NumPy only. What draws or
records is imported when first used: `record`, `Trace`, `play`, `draw`, `Player`, `LivePlayer`.
"""

from __future__ import annotations

import importlib
from math import e, inf, nan, pi
from typing import Any

from . import autograd, dtypes, ops
from .absent import WITH_OUT, absent, refuse_imports, without_out
from .autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled
from .autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .dtypes import dtype, finfo, get_default_dtype, iinfo, set_default_dtype
from .layouts import channels_last, contiguous_format, layout, memory_format, preserve_format, strided
from .ops import FUNCTIONS, METHODS, PUBLIC_NAMES
from .ops.tables import named
from .tensor import Size, Tensor, device

__version__ = "0.1.0"
newaxis = None
refuse_imports()

LAZY = {
    "accelerator": "backends",
    "mps": "backends",
    "xpu": "backends",
    "set_printoptions": "printing",
    "save": "serialization",
    "load": "serialization",
    "record": "trace",
    "Trace": "trace",
    "TraceError": "trace",
    "frame": "trace",
    "explain": "trace",
    "scope": "trace",
    "questions": "trace.quiz",
    "Question": "trace.quiz",
    "Choice": "trace.quiz",
    "draw": "render",
    "play": "widget",
    "Player": "widget",
    "LivePlayer": "widget",
    "load_ipython_extension": "widget",
    "unload_ipython_extension": "widget",
}

# functions of neural networks that PyTorch has at its top level too
NETWORKS = (
    "adaptive_avg_pool1d", "adaptive_max_pool1d", "alpha_dropout", "avg_pool1d", "batch_norm", "bilinear", "conv1d",
    "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "cosine_embedding_loss",
    "cosine_similarity", "dropout", "feature_alpha_dropout", "feature_dropout", "group_norm", "gru_cell",
    "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm", "lstm_cell", "margin_ranking_loss",
    "max_pool1d", "max_pool2d", "max_pool3d", "pairwise_distance", "poisson_nll_loss", "rms_norm", "rnn_relu_cell",
    "rnn_tanh_cell", "rrelu", "triplet_margin_loss",
)  # fmt: skip
LAZY.update(dict.fromkeys(NETWORKS, "nn.top_level"))
SETTINGS = (
    "are_deterministic_algorithms_enabled", "get_default_device", "get_deterministic_debug_mode",
    "get_float32_matmul_precision", "get_num_interop_threads", "get_num_threads",
    "is_deterministic_algorithms_warn_only_enabled", "set_default_device", "set_deterministic_debug_mode",
    "set_float32_matmul_precision", "set_flush_denormal", "set_num_interop_threads", "set_num_threads",
    "use_deterministic_algorithms",
)  # fmt: skip
LAZY.update(dict.fromkeys(SETTINGS, "settings"))

# methods that change a tensor in place and that PyTorch has as functions too, but ours are in no family's table
IN_PLACE = (
    "acosh_", "arccosh_", "arcsinh_", "arctanh_", "as_strided_", "asinh_", "atanh_", "conj_physical_", "gcd_", "lcm_",
    "ldexp_", "resize_as_",
)  # fmt: skip

# imported when first used
SUBMODULES = ("backends", "cuda", "func", "linalg", "nn", "optim", "random", "return_types", "special", "utils")

DTYPES = (
    *("float16", "float32", "float64", "half", "float", "double", "uint8"),
    *("int8", "int16", "int32", "int64", "short", "int", "long", "bool"),
)
globals().update({name: getattr(dtypes, name) for name in DTYPES})
del globals()["tensor"]  # the module, which importing it put where the function belongs


def __getattr__(name: str) -> Any:
    if name in PUBLIC_NAMES:
        function = named(name, FUNCTIONS[name])
        return globals().setdefault(name, without_out(name, function) if name in WITH_OUT else function)
    if name in IN_PLACE:
        return METHODS[name]
    if name == "__all__":
        return sorted(name for name in {*globals(), *PUBLIC_NAMES} if not name.startswith("_"))
    if name in LAZY:
        return getattr(importlib.import_module(f".{LAZY[name]}", __name__), name)
    if name in SUBMODULES:
        return importlib.import_module(f".{name}", __name__)
    return absent(__name__, name)


def _layout(trace: Any) -> Any:
    """Lay a trace out for drawing, for `Trace.save`: the trace itself knows nothing of pictures."""
    from . import render

    return render.layout(trace)


def __dir__() -> list[str]:
    return sorted({*globals(), *PUBLIC_NAMES, *IN_PLACE, *LAZY, *SUBMODULES})
