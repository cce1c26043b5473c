"""Methods with a trailing underscore: each puts what the plain one returns into its first operand."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values

SMOOTH = (
    *("abs", "absolute", "neg", "negative", "exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "arcsin", "arccos", "arctan", "sinc", "square"),  # torch has no gradient of asinh_
    *("sigmoid", "relu", "erf", "erfc", "reciprocal", "deg2rad", "rad2deg", "nan_to_num", "sign", "sgn", "frac"),
    *("floor", "ceil", "round", "trunc", "fix", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "logit"),
    "erfinv",
)
OPERAND = (
    *("add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "pow", "remainder", "fmod"),
    *("atan2", "arctan2", "copysign", "hypot", "xlogy", "float_power", "logical_and", "logical_or"),
    *("logical_xor", "floor_divide"),
)
ROUND = {"sign", "sgn", "frac", "floor", "ceil", "round", "trunc", "fix", "floor_divide", "remainder", "fmod"}
X, Y = uniform(0.1, 0.9, 2, 3), uniform(1.1, 1.9, 3)


def changed(name, *args, **kwargs):
    """Return a call that changes twice its first tensor in place and returns the same tensor."""

    def call(T, x, *others):
        target = x * 2
        found = getattr(target, f"{name}_")(*others, *args, **kwargs)
        assert found is target
        return target

    return call


def half(name):
    """Return a call that keeps the doubled tensor within a function's domain."""

    def call(T, x, *others):
        target = x * 0.5
        getattr(target, f"{name}_")(*others)
        return target

    return call


def assigned(T, x, y):
    """Use every in-place operator in turn."""
    z = x * 2
    z += y
    z -= 1
    z *= y
    z /= 3
    z **= 2
    z %= 5
    return z


CASES = [
    *(
        Case(f"{name}_/in place", half(name), (X,), numeric=name not in ROUND, graph=name != "sinc")
        for name in SMOOTH
    ),
    *(
        Case(f"{name}_/with a tensor", changed(name), (X, Y), numeric=name not in ROUND, graph=name != "floor_divide",
             dtypes=("float64",), grad=name != "floor_divide" and "logical" not in name)
        for name in OPERAND
    ),
    *(
        Case(f"{name}_/with a number", changed(name, 1.5), (X,))
        for name in ("add", "sub", "mul", "div", "pow", "remainder", "fmod")
    ),
    Case("add_/alpha", changed("add", alpha=2), (X, Y)),
    Case("sub_/alpha", changed("sub", alpha=0.5), (X, Y)),
    Case("div_/rounding", changed("div", rounding_mode="floor"), (X, Y), numeric=False),
    Case("round_/decimals", changed("round", decimals=1), (X,), numeric=False),
    Case("clamp_/numbers", changed("clamp", 0.5, 1.5), (X,)),
    Case("clamp_/tensors", lambda T, x, y: (x * 2).clamp_(min=y, max=y + 1), (X, Fixed(Y))),
    Case("clamp_/one-sided", lambda T, x: [(x * 2).clamp_min_(1), (x * 2).clamp_max_(1), (x * 2).clip_(max=1)], (X,)),
    Case("lerp_/number", changed("lerp", 0.25), (X, Y)),
    Case("lerp_/tensor", lambda T, x, y, w: (x * 2).lerp_(y, w), (X, Y, uniform(0, 1, 3))),
    Case("addcmul_/plain", lambda T, x, y: (x * 2).addcmul_(x, y, value=2), (X, Y)),
    Case("addcdiv_/plain", lambda T, x, y: (x * 2).addcdiv_(x, y), (X, Y)),
    Case("cumsum_/plain", changed("cumsum", 1), (X,)),
    Case("cumprod_/plain", changed("cumprod", 1), (X,)),
    Case("tril_/plain", changed("tril"), (X,)),
    Case("triu_/diagonal", changed("triu", 1), (X,)),
    Case("addmm_/plain", lambda T, x, a, b: (x * 2).addmm_(a, b, beta=2), (X, normal(2, 4), normal(4, 3))),
    Case("baddbmm_/plain", lambda T, x, a, b: (x[None] * 2).baddbmm_(a, b), (X, normal(1, 2, 4), normal(1, 4, 3))),
    Case("in place/operators", assigned, (X, Y), numeric=False),
    Case("in place/result is saved", lambda T, x: (x * 2).exp_() * x, (X,)),
    Case("in place/twice", lambda T, x, y: (x * 2).add_(y).mul_(y).sub_(x), (X, Y)),
    Case("in place/added to itself", lambda T, x: doubled(x * 2), (X,)),
    Case("in place/changed after it was saved", lambda T, x: T.autograd.grad((x * 2).exp_().mul_(x).sum(), x), (X,),
         error="is at version 2; expected version 1 instead"),
    Case("in place/multiplied by itself", lambda T, x: T.autograd.grad(squared(x * 2).sum(), x), (X,),
         error="is at version 1; expected version 0 instead"),
    Case("in place/float32 += float64", lambda T, x, y: narrow_sum(T, x.float(), y), (X, Y), numeric=False),
    Case("in place/int32 += int64", lambda T, a: a.int().add_(a), (ints(0, 9, 3),)),
    Case("in place/float16 += 0-dim", lambda T: T.ones(2, dtype=T.float16).add_(T.tensor(2.0, dtype=T.float64))),
    Case("in place/a view", lambda T, x, y: view_changed(x * 2, y), (X, Y)),
    Case("in place/transposed", lambda T, x, y: (x.t() * 2).mul_(y[:, None]), (X, Y)),
    Case("in place/&= and <<=", lambda T, a, m: bits(a.clone(), m.clone()), (ints(0, 9, 3), values([True, False]))),
    Case("in place/int += float", lambda T, a: a.add_(1.5), (ints(0, 9, 3),),
         error="result type Float can't be cast to the desired output type Long"),
    Case("in place/int /= int", lambda T, a: a.div_(2), (ints(0, 9, 3),),
         error="result type Float can't be cast to the desired output type Long"),
    Case("in place/bool += int", lambda T, m: m.add_(1), (values([True, False]),),
         error="result type Long can't be cast to the desired output type Bool"),
    Case("in place/sqrt of ints", lambda T, a: a.sqrt_(), (ints(0, 9, 3),),
         error="result type Float can't be cast to the desired output type Long"),
    Case("in place/grows", lambda T, x: T.ones(3).add_(T.ones(2, 3)), (X,),
         error="output with shape [3] doesn't match the broadcast shape [2, 3]"),
    Case("in place/0-dim grows", lambda T: T.tensor(1.0).add_(T.ones(2)),
         error="output with shape [] doesn't match the broadcast shape [2]"),
    Case("in place/leaf", lambda T, x: x.add_(1), (X,),
         error="a leaf Variable that requires grad is being used in an in-place operation"),
    Case("in place/leaf by an operator", lambda T, x: x.__iadd__(1), (X,),
         error="a leaf Variable that requires grad is being used in an in-place operation"),
    Case("in place/expanded", lambda T, x: x.detach()[0].expand(2, 3).add_(1), (X,),
         error="more than one element of the written-to tensor refers to a single memory location"),
    Case("in place/string", lambda T, x: (x * 2).__iadd__("a"), (X,), grad=False),
    # views in place
    Case("t_/plain", changed("t"), (X,)),
    Case("t_/then changed", lambda T, x, y: (x * 2).t_().mul_(y[:, None]), (X, Y)),
    Case("transpose_/plain", changed("transpose", 0, 1), (X,)),
    Case("swapaxes_/plain", lambda T, x: [(x * 2).swapaxes_(0, 1), (x * 2).swapdims_(-1, 0)], (X,)),
    Case("squeeze_/plain", lambda T, x: [(x[:1] * 2).squeeze_(), (x * 2).squeeze_((0, 1))], (X,)),
    Case("unsqueeze_/plain", changed("unsqueeze", 1), (X,)),
    Case("as_strided_/plain", changed("as_strided", (2, 2), (1, 1)), (X,)),
    Case("unsqueeze_/of a view", lambda T, x, y: view_turned(x * 2, y), (X, Y)),
    Case("transpose_/of a base", lambda T, x, y: base_turned(x * 2, y), (X, Y)),
    Case("unsqueeze_/leaf", lambda T, x: x.unsqueeze_(0), (X,), error="a leaf Variable that requires grad"),
]  # fmt: skip


def squared(z):
    """Multiply a tensor by itself in place."""
    z *= z
    return z


def doubled(z):
    """Add a tensor to itself in place."""
    z += z
    return z


def narrow_sum(T, x, y):
    """Add doubles to floats in place: they stay floats."""
    x = x * 2
    x += y
    return x


def view_changed(z, y):
    """Change a row; the other views and the base see it."""
    row, column = z[0], z[:, 1]
    row.mul_(y)
    column.add_(1)
    return z, row, column


def bits(a, m):
    """Use the in-place operators on bits."""
    a &= 5
    a |= 2
    a ^= 1
    a <<= 2
    a >>= 1
    m &= True
    return a, m


def view_turned(z, y):
    """Give a view a dimension, then change it."""
    row = z[0]
    row.unsqueeze_(0)
    row.mul_(y)
    return z, row


def base_turned(z, y):
    """Transpose a base; its view still shows the same row."""
    row = z[0]
    z.transpose_(0, 1)
    row.mul_(y)
    return z, row
