"""Pooling: overlapping windows, margins, ties, NaN, windows beyond the end, unbatched input and errors."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, ints, normal, uniform, values
from tests.ops.cases.nn_activation import functional


def pool(name: str, *shape: int, label: str = "", **options: Any) -> Case:
    """Return a case of a pooling of an input of some shape."""
    words = label + " " + ", ".join(f"{key} {value}" for key, value in options.items())
    return Case(f"{name}/{words.strip()}", functional(name, **options), (normal(*shape),))


CASES = [
    pool("max_pool1d", 2, 2, 6, kernel_size=2),
    pool("max_pool1d", 2, 7, label="unbatched", kernel_size=3, stride=2, padding=1),
    pool("max_pool2d", 2, 2, 4, 4, kernel_size=2),
    pool("max_pool2d", 2, 4, 5, label="unbatched", kernel_size=(2, 3), stride=1),
    pool("max_pool2d", 1, 2, 5, 5, label="overlapping", kernel_size=3, stride=2, padding=1),
    pool("max_pool2d", 1, 1, 5, 5, kernel_size=2, stride=2, ceil_mode=True),
    pool("max_pool2d", 1, 1, 5, 5, kernel_size=2, stride=1, dilation=2),
    pool("max_pool2d", 1, 1, 5, 4, label="ceil, padded", kernel_size=3, stride=2, padding=1, ceil_mode=True),
    pool("max_pool3d", 1, 2, 4, 4, 4, kernel_size=2),
    pool("max_pool3d", 2, 3, 3, 3, label="unbatched", kernel_size=2, stride=1),
    pool("avg_pool1d", 2, 2, 6, kernel_size=2),
    pool("avg_pool1d", 2, 7, label="unbatched", kernel_size=3, stride=2, padding=1),
    pool("avg_pool2d", 2, 2, 4, 4, kernel_size=2),
    pool("avg_pool2d", 2, 4, 5, label="unbatched", kernel_size=(2, 3), stride=1),
    pool("avg_pool2d", 1, 2, 5, 5, label="overlapping", kernel_size=3, stride=2, padding=1),
    pool("avg_pool2d", 1, 1, 5, 5, kernel_size=3, padding=1, count_include_pad=False),
    pool("avg_pool2d", 1, 1, 5, 5, kernel_size=2, ceil_mode=True),
    pool("avg_pool2d", 1, 1, 5, 4, label="ceil padded", kernel_size=3, stride=2, padding=1, ceil_mode=True),
    pool("avg_pool2d", 1, 1, 4, 4, kernel_size=2, divisor_override=3),
    pool("avg_pool3d", 1, 2, 4, 4, 4, kernel_size=2),
    pool("adaptive_avg_pool1d", 2, 2, 7, output_size=3),
    pool("adaptive_avg_pool2d", 1, 2, 5, 4, output_size=3),
    pool("adaptive_avg_pool2d", 1, 2, 4, 6, output_size=2),
    pool("adaptive_avg_pool2d", 1, 2, 4, 6, output_size=1),
    pool("adaptive_avg_pool2d", 2, 3, 4, output_size=(None, 6)),
    pool("adaptive_avg_pool3d", 1, 2, 3, 4, 5, output_size=2),
    pool("adaptive_max_pool1d", 2, 2, 7, output_size=3),
    pool("adaptive_max_pool2d", 1, 2, 5, 4, output_size=(3, 2)),
    Case("max_pool2d/indices", functional("max_pool2d", kernel_size=3, stride=1, padding=1, return_indices=True),
         (normal(2, 2, 4, 4),)),
    Case("adaptive_max_pool2d/indices", functional("adaptive_max_pool2d", output_size=3, return_indices=True),
         (normal(1, 2, 5, 4),)),
    Case("max_pool1d/indices", functional("max_pool1d", kernel_size=2, return_indices=True), (normal(2, 2, 5),)),
    Case("max_pool2d/ties", functional("max_pool2d", kernel_size=2), (values([[[1.0, 1.0], [1.0, 1.0]]]),),
         numeric=False, second_numeric=False),
    Case("max_pool2d/NaN", functional("max_pool2d", kernel_size=2, stride=1, return_indices=True),
         (values([[[1.0, float("nan"), 2.0], [float("nan"), 1.0, 3.0], [0.0, 0.5, float("-inf")]]]),), numeric=False,
         second=False),
    Case("max_pool2d/ints", functional("max_pool2d", kernel_size=2, padding=1), (ints(-9, 9, 1, 1, 4, 4),),
         grad=False),
    Case("max_pool2d/no batch", functional("max_pool2d", kernel_size=2), (normal(0, 2, 4, 4),), second=False),
    Case("lp_pool2d/2", functional("lp_pool2d", norm_type=2, kernel_size=2), (uniform(0.5, 1, 1, 1, 4, 4),)),
    Case("lp_pool1d/3", functional("lp_pool1d", norm_type=3, kernel_size=2), (uniform(0.5, 1, 1, 1, 4),)),
    Case("max_pool2d/dims", functional("max_pool2d", kernel_size=2), (normal(2, 2),),
         error="non-empty 3D or 4D (batch mode) tensor expected for input"),
    Case("max_pool2d/too small", functional("max_pool2d", kernel_size=2), (normal(1, 2, 1, 1),),
         error="Given input size: (2x1x1). Calculated output size: (2x0x0). Output size is too small"),
    Case("max_pool2d/padding", functional("max_pool2d", kernel_size=2, padding=2), (normal(1, 2, 4, 4),),
         error="pad should be at most half of effective kernel size, but got pad=2, kernel_size=2 and dilation=1"),
    Case("max_pool2d/kernel of three", functional("max_pool2d", kernel_size=(2, 2, 2)), (normal(1, 2, 4, 4),),
         error="max_pool2d: kernel_size must either be a single int, or a tuple of two ints"),
    Case("max_pool2d/stride 0", functional("max_pool2d", kernel_size=2, stride=0), (normal(1, 2, 4, 4),),
         error="stride should not be zero"),
    Case("max_pool1d/dims", functional("max_pool1d", kernel_size=2), (normal(4),),
         error="max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but"),
    Case("avg_pool2d/divisor 0", functional("avg_pool2d", kernel_size=2, divisor_override=0), (normal(1, 1, 4, 4),),
         error="divisor must be not zero"),
    Case("adaptive_avg_pool2d/dims", functional("adaptive_avg_pool2d", output_size=2), (normal(4),),
         error="adaptive_avg_pool2d(): Expected 3D or 4D tensor, but got [4]"),
]  # fmt: skip
