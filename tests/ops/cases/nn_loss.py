"""Losses: each reduction, weights, ignored targets, extra dims, and their second derivatives."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values
from tests.ops.cases.nn_activation import functional

REDUCTIONS = ("none", "mean", "sum")
PAIRS = {"mse_loss": {}, "l1_loss": {}, "smooth_l1_loss": {"beta": 0.5}, "huber_loss": {"delta": 0.7}}
ONE = Fixed(values(1.0))


def with_classes(name: str, target: Any, **options: Any) -> Any:
    """Return a call whose target is a constant of class numbers, and whose second input, if any, is the weight."""

    def call(T: Any, x: Any, *weight: Any) -> Any:
        return getattr(T.nn.functional, name)(x, T.tensor(target), *weight, **options)

    return call


def scores(T: Any, x: Any) -> Any:
    """Return the logarithms of the chances."""
    return T.nn.functional.log_softmax(x, dim=0 if x.ndim == 1 else 1)


CASES = [
    *(Case(f"{name}/{reduction}", functional(name, reduction=reduction, **options), (normal(3, 4), normal(3, 4)))
      for name, options in PAIRS.items() for reduction in REDUCTIONS),
    *(Case(f"{name}/broadcast", functional(name, **options), (normal(3, 4), normal(4)),
           numeric=False, second_numeric=False) for name, options in PAIRS.items()),
    *(Case(f"{name}/constant target", functional(name, **options), (normal(3), Fixed(normal(3))))
      for name, options in PAIRS.items()),
    *(Case(f"{name}/0-dim", functional(name, **options), (normal(), normal())) for name, options in PAIRS.items()),
    *(Case(f"{name}/empty", functional(name, **options), (normal(0), normal(0)), second=False)
      for name, options in PAIRS.items()),
    *(Case(f"{name}/weight", functional(name, reduction=reduction, weight=None), (normal(3, 4), normal(3, 4)))
      for name in ("mse_loss", "l1_loss", "huber_loss") for reduction in ("mean",)),
    *(Case(f"{name}/weighted {reduction}",
           lambda T, x, y, w, name=name, reduction=reduction: getattr(T.nn.functional, name)(
               x, y, weight=w, reduction=reduction),
           (normal(3, 4), normal(3, 4), Fixed(uniform(0.5, 1, 3, 4))))
      for name in ("mse_loss", "l1_loss", "huber_loss") for reduction in REDUCTIONS),
    Case("smooth_l1_loss/beta 0", functional("smooth_l1_loss", beta=0.0), (normal(3), normal(3))),
    Case("smooth_l1_loss/kinks", functional("smooth_l1_loss"), (values([-1.0, 0.0, 1.0]), Fixed(values([0.0] * 3))),
         numeric=False, second_numeric=False, formula=False),
    Case("huber_loss/kinks", functional("huber_loss"), (values([-1.0, 0.0, 1.0]), Fixed(values([0.0] * 3))),
         numeric=False, second_numeric=False, formula=False),
    Case("l1_loss/ties", functional("l1_loss"), (values([1.0, 2.0]), values([1.0, 3.0])), numeric=False,
         second_numeric=False),
    Case("huber_loss/delta negative", functional("huber_loss", delta=-1.0), (normal(3), normal(3)),
         error="huber_loss does not support non-positive values for delta."),
    Case("mse_loss/reduction unknown", functional("mse_loss", reduction="avg"), (normal(3), normal(3)),
         error="avg is not a valid value for reduction"),
    Case("mse_loss/size_average", functional("mse_loss", size_average=False), (normal(3), normal(3))),
    *(Case(f"soft_margin_loss/{reduction}",
           lambda T, x, reduction=reduction: T.nn.functional.soft_margin_loss(
               x, T.tensor([1.0, -1.0, 1.0], dtype=x.dtype), reduction=reduction), (normal(3),))
      for reduction in REDUCTIONS),
]  # fmt: skip

CASES += [
    *(Case(f"bce/{reduction}", functional("binary_cross_entropy", reduction=reduction),
           (uniform(0.1, 0.9, 3, 4), uniform(0.1, 0.9, 3, 4))) for reduction in REDUCTIONS),
    Case("bce/weight", lambda T, x, y, w: T.nn.functional.binary_cross_entropy(x, y, w),
         (uniform(0.1, 0.9, 3, 4), uniform(0.1, 0.9, 3, 4), Fixed(uniform(0.5, 1, 4)))),
    Case("bce/certain", functional("binary_cross_entropy", reduction="none"),
         (values([0.0, 1.0, 0.0, 1.0]), Fixed(values([0.0, 1.0, 1.0, 0.0]))), numeric=False, second=False,
         formula=False),
    Case("bce/outside", functional("binary_cross_entropy"), (values([1.5]), Fixed(values([1.0]))),
         error="all elements of input should be between 0 and 1"),
    Case("bce/sizes", functional("binary_cross_entropy"), (uniform(0, 1, 3), uniform(0, 1, 2)),
         error="Using a target size (torch.Size([2])) that is different to the input size (torch.Size([3]))"),
    *(Case(f"bce_with_logits/{reduction}", functional("binary_cross_entropy_with_logits", reduction=reduction),
           (normal(3, 4), uniform(0, 1, 3, 4))) for reduction in REDUCTIONS),
    *(Case(f"bce_with_logits/weights {reduction}",
           lambda T, x, y, w, p, reduction=reduction: T.nn.functional.binary_cross_entropy_with_logits(
               x, y, weight=w, pos_weight=p, reduction=reduction),
           (normal(3, 4), uniform(0, 1, 3, 4), Fixed(uniform(0.5, 1, 4)), Fixed(uniform(0.5, 2, 4))))
      for reduction in REDUCTIONS),
    Case("bce_with_logits/large", functional("binary_cross_entropy_with_logits"),
         (values([1000.0, -1000.0, 0.0]), Fixed(values([1.0, 1.0, 0.5])))),
    Case("bce_with_logits/sizes", functional("binary_cross_entropy_with_logits"), (normal(3), normal(2)),
         error="Target size (torch.Size([2])) must be the same as input size (torch.Size([3]))"),
    Case("bce_with_logits/torch", lambda T, x, y: T.binary_cross_entropy_with_logits(x, y), (normal(3), normal(3)),
        ),
]  # fmt: skip

CASES += [
    *(Case(f"nll_loss/{reduction}", with_classes("nll_loss", [0, 3, 1], reduction=reduction), (normal(3, 4),))
      for reduction in REDUCTIONS),
    *(Case(f"nll_loss/weight {reduction}", with_classes("nll_loss", [0, 3, -100], reduction=reduction),
           (normal(3, 4), Fixed(uniform(0.5, 2, 4)))) for reduction in REDUCTIONS),
    *(Case(f"nll_loss/ignored {reduction}", with_classes("nll_loss", [0, 1, 1], reduction=reduction, ignore_index=1),
           (normal(3, 4),)) for reduction in REDUCTIONS),
    *(Case(f"nll_loss/one row {reduction}", with_classes("nll_loss", 2, reduction=reduction), (normal(4),))
      for reduction in REDUCTIONS),
    *(Case(f"nll_loss/{len(shape)} dims {reduction}",
           with_classes("nll_loss", targets, reduction=reduction), (normal(*shape), Fixed(uniform(0.5, 2, 3))))
      for reduction in REDUCTIONS
      for shape, targets in (((2, 3, 2), [[0, 2], [1, 1]]), ((1, 3, 2, 2), [[[0, 2], [1, 1]]]),
                             ((1, 3, 1, 2, 1), [[[[0], [2]]]]))),
    Case("nll_loss/all ignored", with_classes("nll_loss", [-100, -100]), (normal(2, 3),), numeric=False, second=False,
         formula=False),
    Case("nll_loss/not a class", with_classes("nll_loss", [0, 7]), (normal(2, 3),), error="Target 7 is out of bounds."),
    Case("nll_loss/float targets", with_classes("nll_loss", [0.0, 1.0]), (normal(2, 3),),
         error="expected target dtype to be Long or Byte, but got Float"),
    Case("nll_loss/batch sizes", with_classes("nll_loss", [0, 1, 1]), (normal(2, 3),),
         error="Expected input batch_size (2) to match target batch_size (3)."),
    Case("nll_loss/weights do not fit", with_classes("nll_loss", [0, 1]), (normal(2, 3), Fixed(normal(2))),
         error="weight tensor should be defined either for all 3 classes or no classes"),
    Case("nll_loss/multi-target", with_classes("nll_loss", [[0], [1]]), (normal(2, 3),),
         error="0D or 1D target tensor expected, multi-target not supported"),
    *(Case(f"cross_entropy/{reduction}", with_classes("cross_entropy", [0, 3, 1], reduction=reduction),
           (normal(3, 4),)) for reduction in REDUCTIONS),
    Case("cross_entropy/one row", with_classes("cross_entropy", 1), (normal(4),)),
    Case("cross_entropy/3 dims", with_classes("cross_entropy", [[0, 2], [1, 1]]), (normal(2, 3, 2),)),
    Case("cross_entropy/4 dims", with_classes("cross_entropy", [[[0, 2], [1, 1]]]), (normal(1, 3, 2, 2),)),
    *(Case(f"cross_entropy/smoothing {reduction}",
           with_classes("cross_entropy", [0, 3, -100], reduction=reduction, label_smoothing=0.2), (normal(3, 4),))
      for reduction in REDUCTIONS),
    *(Case(f"cross_entropy/smoothing weights {reduction}",
           with_classes("cross_entropy", [0, 3, -100], reduction=reduction, label_smoothing=0.2),
           (normal(3, 4), Fixed(uniform(0.5, 2, 4)))) for reduction in REDUCTIONS),
    *(Case(f"cross_entropy/probabilities {reduction}", functional("cross_entropy", reduction=reduction),
           (normal(3, 4), uniform(0, 1, 3, 4))) for reduction in REDUCTIONS),
    *(Case(f"cross_entropy/probabilities smoothing weights {reduction}",
           functional("cross_entropy", reduction=reduction, label_smoothing=0.2),
           (normal(3, 4), uniform(0, 1, 3, 4), Fixed(uniform(0.5, 2, 4)))) for reduction in REDUCTIONS),
    Case("cross_entropy/smoothing out of range", with_classes("cross_entropy", [0], label_smoothing=2.0),
         (normal(1, 3),), error="label_smoothing must be between 0.0 and 1.0. Got: 2"),
    Case("cross_entropy/ints as probabilities", functional("cross_entropy"), (normal(2, 2), ints(0, 2, 2, 2)),
         error="Expected floating point type for target with class probabilities, got Long"),
    *(Case(f"kl_div/{reduction} {log}", functional("kl_div", reduction=reduction, log_target=log),
           (normal(3, 4), uniform(0.1, 1, 3, 4))) for reduction in (*REDUCTIONS, "batchmean") for log in (False, True)),
    Case("kl_div/zeros", functional("kl_div", reduction="sum"), (normal(2), Fixed(values([0.0, 1.0])))),
    *(Case(f"poisson_nll_loss/{reduction}", functional("poisson_nll_loss", reduction=reduction),
           (normal(3), uniform(0.1, 3, 3))) for reduction in REDUCTIONS),
    Case("poisson_nll_loss/full", functional("poisson_nll_loss", full=True, log_input=False),
         (uniform(0.5, 1, 3), Fixed(values([0.0, 1.5, 3.0])))),
    *(Case(f"gaussian_nll_loss/{reduction}", functional("gaussian_nll_loss", reduction=reduction, full=True),
           (normal(3), normal(3), uniform(0.5, 1, 3))) for reduction in REDUCTIONS),
    Case("gaussian_nll_loss/plain", functional("gaussian_nll_loss"), (normal(2, 3), normal(2, 3), uniform(0.5, 1, 2)),
        ),
]  # fmt: skip

KINDS = ("float64", "float32", "float16")
LOGITS = values([0.3, -1.2, 2.0])
HALVES = values([0.2, 0.5, 0.9])


def of_two_dtypes(name: str, one: str, other: str, weighted: str | None = None) -> Any:
    """Return a call with input, target and weight of dtypes of their own."""

    def call(T: Any, x: Any, y: Any) -> Any:
        options = {} if weighted is None else {"weight": T.tensor([1.0, 2.0, 0.5], dtype=getattr(T, weighted))}
        function = getattr(T.nn.functional, name)
        return function(x.to(getattr(T, one)), y.to(getattr(T, other)), reduction="none", **options)

    return call


CASES += [
    *(Case(f"{name}/{one} and {other}", of_two_dtypes(name, one, other), (LOGITS, Fixed(HALVES)), grad=False,
           rtol=1e-6 if (one, other) == ("float32", "float64") else None)
      for name in ("huber_loss", "soft_margin_loss", "binary_cross_entropy_with_logits")
      for one in KINDS for other in KINDS if one != other),
    *(Case(f"{name}/weight {kind}", of_two_dtypes(name, "float32", "float32", kind), (HALVES, Fixed(HALVES)),
           dtypes=("float32",), grad=False)
      for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits") for kind in ("float64", "float16")),
    Case("huber_loss/gradients of two dtypes",
         lambda T, x, y: T.nn.functional.huber_loss(x, y.float()).backward(), (normal(3), normal(3)),
         error="Found dtype Float but expected Double"),
    Case("huber_loss/target's gradient of two dtypes",
         lambda T, x, y: T.nn.functional.huber_loss(x.float(), y).backward(), (Fixed(normal(3)), normal(3)),
         error="Found dtype Float but expected Double"),
    Case("soft_margin_loss/int target", lambda T, x: T.nn.functional.soft_margin_loss(x, T.tensor([1, -1, 0])),
         (normal(3),)),
    Case("soft_margin_loss/bool target", lambda T, x: T.nn.functional.soft_margin_loss(x, x > 0).backward(),
         (normal(3),), error="Negation, the `-` operator, on a bool tensor is not supported"),
    Case("soft_margin_loss/target's gradient", functional("soft_margin_loss"), (normal(3), normal(3)),
         error="not differentiable with respect to argument 'target'"),
    Case("soft_margin_loss/int input", functional("soft_margin_loss"), (ints(1, 3, 3), Fixed(normal(3))),
         error="can't be cast to the desired output type Long"),
    Case("soft_margin_loss/wide target", functional("soft_margin_loss"), (normal(3), Fixed(normal(2, 3))),
         error="output with shape [3] doesn't match the broadcast shape [2, 3]"),
    Case("bce_with_logits/int target", lambda T, x, y: T.binary_cross_entropy_with_logits(x, y),
         (normal(3), ints(0, 2, 3)), error="can't be cast to the desired output type Long"),
]  # fmt: skip
