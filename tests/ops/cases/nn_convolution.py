"""Convolutions, linear maps and padding: strides, paddings, dilations, groups, transposed, unbatched, and errors."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, Fixed, ints, normal
from tests.ops.cases.nn_activation import functional


def conv(dims: int, x: Any, w: Any, b: Any = None, name: str = "", **options: Any) -> Case:
    """Return a case of a convolution: shapes of input, weight and bias, and options."""
    inputs = [normal(*shape) for shape in (x, w, b) if shape is not None]
    function = "conv_transpose" if name.startswith("transposed") else "conv"
    label = name + " " + ", ".join(f"{key} {value}" for key, value in options.items())
    return Case(f"{function}{dims}d/{label.strip() or 'plain'}", functional(f"{function}{dims}d", **options),
                tuple(inputs), rtol=1e-4)  # fmt: skip


CASES = [
    conv(1, (2, 2, 6), (3, 2, 3), (3,)),
    conv(1, (2, 5), (3, 2, 3), (3,), name="unbatched"),
    conv(1, (1, 2, 6), (3, 2, 2), None, stride=2, padding=1, dilation=2),
    conv(2, (2, 2, 4, 4), (3, 2, 3, 3), (3,)),
    conv(2, (2, 4, 4), (2, 2, 2, 3), None, name="unbatched"),
    conv(2, (1, 2, 5, 5), (2, 2, 3, 3), (2,), stride=2, padding=1),
    conv(2, (1, 2, 5, 5), (2, 2, 2, 2), (2,), stride=(2, 1), padding=(0, 1), dilation=(1, 2)),
    conv(2, (1, 4, 4, 4), (4, 2, 2, 2), (4,), groups=2),
    conv(2, (1, 3, 3, 3), (3, 1, 2, 2), (3,), name="depthwise", groups=3),
    conv(2, (1, 2, 3, 3), (3, 2, 1, 1), (3,), name="1x1"),
    conv(2, (1, 2, 4, 4), (2, 2, 3, 3), (2,), padding="same"),
    conv(2, (1, 2, 4, 4), (2, 2, 2, 3), (2,), name="even kernel", padding="same"),
    conv(2, (1, 2, 4, 4), (2, 2, 3, 3), (2,), padding="valid"),
    conv(3, (1, 2, 3, 3, 3), (2, 2, 2, 2, 2), (2,), padding=1, stride=2),
    conv(1, (2, 2, 4), (2, 3, 3), (3,), name="transposed", stride=2, padding=1, output_padding=1),
    conv(2, (1, 2, 3, 3), (2, 2, 3, 3), (2,), name="transposed"),
    conv(2, (2, 3, 3), (2, 2, 2, 2), None, name="transposed unbatched", stride=2),
    conv(2, (1, 2, 3, 3), (2, 2, 2, 2), (2,), name="transposed", stride=2, padding=1, dilation=2, output_padding=1),
    conv(2, (1, 4, 2, 2), (4, 1, 2, 2), (2,), name="transposed", groups=2),
    conv(3, (1, 1, 2, 2, 2), (1, 2, 2, 2, 2), None, name="transposed", stride=2),
    Case("conv2d/no batch", functional("conv2d"), (normal(0, 2, 4, 4), normal(3, 2, 3, 3)), second=False),
    Case("conv2d/only the weight", functional("conv2d"), (Fixed(normal(1, 2, 4, 4)), normal(3, 2, 3, 3), normal(3))),
    Case("conv2d/only the input", functional("conv2d"), (normal(1, 2, 4, 4), Fixed(normal(3, 2, 3, 3)))),
    Case("conv2d/not contiguous", lambda T, x, w: T.nn.functional.conv2d(x.transpose(2, 3), w.permute(1, 0, 3, 2)),
         (normal(1, 2, 4, 5), normal(2, 3, 2, 3))),
    Case("conv2d/channels", functional("conv2d"), (normal(2, 3, 8, 8), normal(6, 4, 3, 3)),
         error="Given groups=1, weight of size [6, 4, 3, 3], expected input[2, 3, 8, 8] to have 4 channels, but got"),
    Case("conv2d/kernel too large", functional("conv2d"), (normal(2, 3, 2, 2), normal(6, 3, 3, 3)),
         error="Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater"),
    Case("conv2d/dims", functional("conv2d"), (normal(3), normal(3, 3, 3, 3)),
         error="Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [3]"),
    Case("conv1d/weight dims", functional("conv1d"), (normal(2, 3, 8), normal(6, 3, 3, 3)),
         error="-dimensional input for 4-dimensional weight [6, 3, 3, 3], but got 3-dimensional input of size"),
    Case("conv2d/bias", functional("conv2d"), (normal(2, 3, 8, 8), normal(6, 3, 3, 3), normal(5)),
         error="expected bias to be 1-dimensional with 6 elements, but got bias of size [5] instead"),
    Case("conv2d/stride of three", functional("conv2d", stride=(1, 1, 1)), (normal(2, 3, 8, 8), normal(6, 3, 3, 3)),
         error="expected stride to be a single integer value or a list of 2 values to match the convolution"),
    Case("conv2d/stride 0", functional("conv2d", stride=0), (normal(2, 3, 8, 8), normal(6, 3, 3, 3)),
         error="non-positive stride is not supported"),
    Case("conv2d/padding negative", functional("conv2d", padding=-1), (normal(2, 3, 8, 8), normal(6, 3, 3, 3)),
         error="negative padding is not supported"),
    Case("conv2d/padding unknown", functional("conv2d", padding="x"), (normal(2, 3, 8, 8), normal(6, 3, 3, 3)),
         error="Invalid padding string: 'x'"),
    Case("conv2d/same with stride", functional("conv2d", padding="same", stride=2),
         (normal(2, 3, 8, 8), normal(6, 3, 3, 3)), error="padding='same' is not supported for strided convolutions"),
    Case("conv_transpose2d/output padding", functional("conv_transpose2d", output_padding=1),
         (normal(2, 3, 4, 4), normal(3, 3, 3, 3)), error="output padding must be smaller than either stride or"),
]  # fmt: skip

CASES += [
    Case("linear/matrix", functional("linear"), (normal(3, 4), normal(2, 4), normal(2))),
    Case("linear/no bias", functional("linear"), (normal(3, 4), normal(2, 4))),
    Case("linear/batch", functional("linear"), (normal(2, 3, 4), normal(2, 4), normal(2))),
    Case("linear/batch no bias", functional("linear"), (normal(2, 3, 4), normal(2, 4))),
    Case("linear/vector", functional("linear"), (normal(4), normal(2, 4), normal(2))),
    Case("linear/vector no bias", functional("linear"), (normal(4), normal(2, 4))),
    Case("linear/vector weight", functional("linear"), (normal(3, 4), normal(4))),
    Case("linear/transposed batch", lambda T, x, w, b: T.nn.functional.linear(x.transpose(0, 1), w, b),
         (normal(2, 3, 4), normal(2, 4), normal(2))),
    Case("linear/no rows", functional("linear"), (normal(0, 4), normal(2, 4), normal(2)), second=False),
    Case("linear/shapes", functional("linear"), (normal(3, 4), normal(2, 5), normal(2)),
         error="mat1 and mat2 shapes cannot be multiplied (3x4 and 5x2)"),
    Case("linear/0-dim", functional("linear"), (normal(), normal(2, 5)),
         error="both arguments to linear need to be at least 1D, but they are 0D and 2D"),
    Case("bilinear/rows", functional("bilinear"), (normal(3, 2), normal(3, 4), normal(2, 2, 4), normal(2)),
         rtol=1e-4),
    Case("bilinear/batch", functional("bilinear"), (normal(2, 2, 2), normal(2, 2, 3), normal(2, 2, 3)), rtol=1e-4),
    Case("bilinear/sizes", functional("bilinear"), (normal(3, 2), normal(3, 4), normal(2, 2, 5)),
         error="bilinear(): input2 size does not match weight size: got 4 but expected 5"),
    Case("pad/constant", functional("pad", pad=(1, 2), value=3.0), (normal(2, 3),)),
    Case("pad/two dims", functional("pad", pad=(1, 0, 2, 1)), (normal(2, 3),)),
    Case("pad/crop", functional("pad", pad=(-1, 2, 1, -1)), (normal(3, 4),)),
    Case("pad/nothing", functional("pad", pad=(0, 0)), (normal(3, 4),)),
    Case("pad/ints", functional("pad", pad=(1, 1)), (ints(0, 9, 3),), grad=False),
    *(Case(f"pad/{mode} {dims}d of {len(shape)} dims",
           functional("pad", pad=tuple(size for _ in range(dims) for size in (1, 2)), mode=mode),
           (normal(*shape),), graph=mode != "circular", formula=mode != "circular")
      for mode in ("reflect", "replicate", "circular")
      for dims, shape in ((1, (2, 4)), (1, (1, 2, 4)), (2, (1, 3, 4)), (2, (1, 1, 3, 3)), (3, (1, 3, 3, 3)))
      if len(shape) == dims + 2 or mode == "reflect" or dims != 3
      for _ in [None] if not (dims == 1 and len(shape) == 2 and mode == "circular")),
    Case("pad/reflect crop", functional("pad", pad=(-1, 1), mode="reflect"), (normal(1, 2, 4),)),
    Case("pad/odd", functional("pad", pad=(1,)), (normal(3, 4),), error="Padding length must be divisible by 2"),
    Case("pad/too many", functional("pad", pad=(1, 1, 1, 1)), (normal(3),),
         error="Padding length should be less than or equal to two times the input dimension"),
    Case("pad/reflect too far", functional("pad", pad=(5, 5), mode="reflect"), (normal(1, 1, 4),),
         error="Padding size should be less than the corresponding input dimension, but got: padding (5, 5) at"),
    Case("pad/reflect with a value", functional("pad", pad=(1, 1), mode="reflect", value=1.0), (normal(1, 1, 4),),
         error='Padding mode "reflect" doesn\'t take in value argument'),
    Case("pad/reflect dims", functional("pad", pad=(1, 1), mode="reflect"), (normal(4),),
         error="Padding size 2 is not supported for 1D input tensor."),
    Case("pad/circular too far", functional("pad", pad=(5, 1), mode="circular"), (normal(2, 2, 4),),
         error="Padding value causes wrapping around more than once."),
    Case("pad/mode unknown", functional("pad", pad=(1, 1), mode="x"), (normal(2, 4),),
         error="Unrecognised padding mode x"),
]  # fmt: skip
