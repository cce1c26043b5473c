"""Normalisation, embedding, dropout, attention, resampling and folding."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values
from tests.ops.cases.nn_activation import functional


def batch_norm(training: bool, *, stats: bool = True, again: bool = False) -> Any:
    """Return a call of batch norm; with `again` it returns the running statistics too."""

    def call(T: Any, x: Any, *affine: Any) -> Any:
        count = x.shape[1]
        mean = T.arange(count).to(x.dtype) if stats else None
        variance = T.arange(count).to(x.dtype) + 1 if stats else None
        weight, bias = affine or (None, None)
        found = T.nn.functional.batch_norm(x, mean, variance, weight, bias, training, 0.3)
        return (found, mean, variance) if again else found

    return call


def instance_norm(T: Any, x: Any, w: Any, b: Any) -> Any:
    """Normalise with running statistics and return them."""
    mean, variance = T.zeros(x.shape[1], dtype=x.dtype), T.ones(x.shape[1], dtype=x.dtype)
    return T.nn.functional.instance_norm(x, mean, variance, w, b, momentum=0.2), mean, variance


CASES = [
    Case("layer_norm/last dim", functional("layer_norm", normalized_shape=(4,)), (normal(3, 4),), rtol=1e-6),
    Case("layer_norm/affine", lambda T, x, w, b: T.nn.functional.layer_norm(x, (4,), w, b),
         (normal(2, 3, 4), normal(4), normal(4)), rtol=1e-6),
    Case("layer_norm/two dims", lambda T, x, w, b: T.nn.functional.layer_norm(x, (3, 4), w, b, 0.1),
         (normal(2, 3, 4), normal(3, 4), normal(3, 4)), rtol=1e-6),
    Case("layer_norm/no bias", lambda T, x, w: T.nn.functional.layer_norm(x, (4,), w), (normal(3, 4), normal(4)),
         rtol=1e-6),
    Case("layer_norm/only the weight", lambda T, x, w, b: T.nn.functional.layer_norm(x, (4,), w, b),
         (Fixed(normal(3, 4)), normal(4), normal(4)), rtol=1e-6),
    Case("layer_norm/shape", functional("layer_norm", normalized_shape=(4,)), (normal(2, 3),),
         error="Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[2, 3]"),
    Case("layer_norm/weight's shape", lambda T, x, w: T.nn.functional.layer_norm(x, (3,), w), (normal(2, 3), normal(2)),
         error="Expected weight to be of same shape as normalized_shape, but got weight of shape [2] and"),
    Case("layer_norm/ints", functional("layer_norm", normalized_shape=(3,)), (ints(0, 9, 2, 3),),
         error='"LayerNormKernelImpl" not implemented for \'Long\''),
    Case("batch_norm/training", batch_norm(True, again=True), (normal(4, 3), normal(3), normal(3)), rtol=1e-6),
    Case("batch_norm/images", batch_norm(True), (normal(2, 3, 2, 2), normal(3), normal(3)), rtol=1e-6),
    Case("batch_norm/no statistics", batch_norm(True, stats=False), (normal(4, 3),), rtol=1e-6),
    Case("batch_norm/evaluation", batch_norm(False, again=True), (normal(4, 3), normal(3), normal(3)), rtol=1e-6),
    Case("batch_norm/evaluation plain", batch_norm(False), (normal(2, 3, 2),), rtol=1e-6),
    Case("batch_norm/one value", batch_norm(True), (normal(1, 3),),
         error="Expected more than 1 value per channel when training, got input size torch.Size([1, 3])"),
    Case("batch_norm/evaluation without statistics", batch_norm(False, stats=False), (normal(4, 3),),
         error="running_mean must be defined in evaluation mode"),
    Case("batch_norm/statistics' size",
         lambda T, x: T.nn.functional.batch_norm(x, T.zeros(2, dtype=x.dtype), T.zeros(2, dtype=x.dtype)),
         (normal(4, 3),), error="running_mean should contain 3 elements not 2"),
    Case("group_norm/plain", functional("group_norm", num_groups=2), (normal(2, 4, 3),), rtol=1e-6),
    Case("group_norm/affine", lambda T, x, w, b: T.nn.functional.group_norm(x, 2, w, b),
         (normal(2, 4, 2, 2), normal(4), normal(4)), rtol=1e-6),
    Case("group_norm/groups", functional("group_norm", num_groups=2), (normal(2, 3),),
         error="Expected number of channels in input to be divisible by num_groups, but got input of shape [2, 3]"),
    Case("instance_norm/affine", lambda T, x, w, b: T.nn.functional.instance_norm(x, weight=w, bias=b),
         (normal(2, 3, 2, 2), normal(3), normal(3)), rtol=1e-6),
    Case("instance_norm/statistics", instance_norm, (normal(2, 3, 4), normal(3), normal(3)), rtol=1e-6),
    Case("instance_norm/one element", functional("instance_norm"), (normal(2, 3, 1),),
         error="Expected more than 1 spatial element when training, got input size torch.Size([2, 3, 1])"),
    Case("rms_norm/plain", functional("rms_norm", normalized_shape=(4,)), (normal(3, 4),)),
    Case("rms_norm/weight", lambda T, x, w: T.nn.functional.rms_norm(x, (4,), w, 0.1), (normal(3, 4), normal(4))),
    Case("local_response_norm/3d", functional("local_response_norm", size=2), (normal(1, 4, 3),)),
    Case("local_response_norm/4d", functional("local_response_norm", size=3, alpha=0.5), (normal(1, 4, 2, 2),)),
]  # fmt: skip

CASES += [
    Case("embedding/rows", lambda T, w: T.nn.functional.embedding(T.tensor([[0, 1], [1, 2]]), w), (normal(3, 4),)),
    Case("embedding/padding", lambda T, w: T.nn.functional.embedding(T.tensor([0, 1, 1, 2]), w, padding_idx=1),
         (normal(3, 4),), numeric=False, second_numeric=False),
    Case("embedding/frequency",
         lambda T, w: T.nn.functional.embedding(T.tensor([0, 1, 1, 2]), w, scale_grad_by_freq=True), (normal(3, 4),),
         numeric=False, second_numeric=False),
    Case("embedding/0-dim", lambda T, w: T.nn.functional.embedding(T.tensor(2), w), (normal(3, 4),)),
    Case("embedding/none", lambda T, w: T.nn.functional.embedding(T.tensor([], dtype=T.int64), w), (normal(3, 4),),
         second=False),
    Case("embedding/no row", lambda T, w: T.nn.functional.embedding(T.tensor([5]), w), (normal(3, 2),),
         error="index out of range in self"),
    Case("embedding/floats", lambda T, w: T.nn.functional.embedding(T.tensor([1.0]), w), (normal(3, 2),),
         error="Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but"),
    Case("embedding/padding outside",
         lambda T, w: T.nn.functional.embedding(T.tensor([1]), w, padding_idx=7), (normal(3, 2),),
         error="Padding_idx must be within num_embeddings"),
    Case("one_hot/inferred", functional("one_hot"), (values([[0, 2], [1, 0]]),), grad=False),
    Case("one_hot/given", functional("one_hot", num_classes=5), (values([0, 2]),), grad=False),
    Case("one_hot/too large", functional("one_hot", num_classes=2), (values([3]),),
         error="Class values must be smaller than num_classes."),
    Case("one_hot/negative", functional("one_hot"), (values([-3]),), error="Class values must be non-negative."),
    Case("one_hot/floats", functional("one_hot"), (normal(2),),
         error="one_hot is only applicable to index tensor of type LongTensor."),
]  # fmt: skip


def seeded(name: str, **options: Any) -> Any:
    """Return a call with random numbers that are the same on both."""

    def call(T: Any, x: Any) -> Any:
        T.manual_seed(3)
        return getattr(T.nn.functional, name)(x, **options)

    return call


CASES += [
    *(Case(f"{name}/p 0.3", seeded(name, p=0.3, training=True), (normal(*shape),))
      for name, shape in (("dropout", (3, 4)), ("dropout1d", (2, 4, 3)), ("dropout2d", (2, 4, 2, 2)),
                          ("dropout3d", (1, 4, 2, 2, 2)))),
    *(Case(f"{name}/p 0.3", seeded(name, p=0.3, training=True), (normal(2, 4, 3),))
      for name in ("alpha_dropout", "feature_alpha_dropout")),
    Case("dropout/evaluation", functional("dropout", training=False), (normal(3),)),
    Case("dropout/p 0", functional("dropout", p=0.0), (normal(3),)),
    Case("dropout/p 1", functional("dropout", p=1.0), (normal(3),)),
    Case("dropout/in place", lambda T, x: (T.manual_seed(1), T.nn.functional.dropout(x * 1, 0.5, True, True))[1],
         (normal(3, 4),), formula=False),
    Case("dropout/p 2", functional("dropout", p=1.5), (normal(3),),
         error="dropout probability has to be between 0 and 1, but got 1.5"),
    Case("rrelu/training", seeded("rrelu", training=True), (normal(3, 4),), numeric=False, second_numeric=False),
    Case("gumbel_softmax/soft", seeded("gumbel_softmax", tau=0.7), (normal(3, 4),), dtypes=("float64",), numeric=False,
         second_numeric=False),
    Case("gumbel_softmax/hard", seeded("gumbel_softmax", hard=True), (normal(3, 4),), dtypes=("float64",),
         numeric=False, second_numeric=False),
]  # fmt: skip

ATTENTION = functional("scaled_dot_product_attention")
CASES += [
    Case("attention/4 dims", ATTENTION, (normal(2, 2, 3, 4), normal(2, 2, 5, 4), normal(2, 2, 5, 4)), second=False),
    Case("attention/causal", functional("scaled_dot_product_attention", is_causal=True, scale=0.3),
         (normal(1, 2, 3, 4), normal(1, 2, 3, 4), normal(1, 2, 3, 4)), second=False),
    Case("attention/bool mask",
         lambda T, q, k, v: T.nn.functional.scaled_dot_product_attention(
             q, k, v, T.tensor([[True, True, False], [True, False, True]])),
         (normal(1, 2, 2, 4), normal(1, 2, 3, 4), normal(1, 2, 3, 4)), second=False),
    Case("attention/nothing to see",
         lambda T, q, k, v: T.nn.functional.scaled_dot_product_attention(
             q, k, v, T.tensor([[True, True], [False, False]])),
         (normal(1, 1, 2, 4), normal(1, 1, 2, 4), normal(1, 1, 2, 4)), second=False, numeric=False),
    Case("attention/mask with gradient", ATTENTION,
         (normal(1, 2, 3, 4), normal(1, 2, 2, 4), normal(1, 2, 2, 4), normal(3, 2)), rtol=1e-4),
    Case("attention/3 dims", ATTENTION, (normal(2, 3, 4), normal(2, 2, 4), normal(2, 2, 4)), rtol=1e-4),
    Case("attention/2 dims", ATTENTION, (normal(3, 4), normal(2, 4), normal(2, 4)), rtol=1e-4),
    Case("attention/other value length", ATTENTION, (normal(1, 2, 3, 4), normal(1, 2, 2, 4), normal(1, 2, 2, 3)),
         rtol=1e-4),
    Case("attention/dropout",
         lambda T, q, k, v: (T.manual_seed(0), T.nn.functional.scaled_dot_product_attention(q, k, v, dropout_p=0.5))[1],
         (normal(1, 2, 3, 4), normal(1, 2, 2, 4), normal(1, 2, 2, 4)), rtol=1e-4),
    Case("attention/groups", functional("scaled_dot_product_attention", enable_gqa=True),
         (normal(1, 4, 3, 4), normal(1, 2, 2, 4), normal(1, 2, 2, 4)), second=False, graph=False),
    Case("attention/mask and causal",
         lambda T, q: T.nn.functional.scaled_dot_product_attention(q, q, q, q, is_causal=True), (normal(3, 3),),
         error="Explicit attn_mask should not be set when is_causal=True"),
    *(Case(f"interpolate/{mode} {options} of {len(shape)} dims",
           functional("interpolate", mode=mode, **options), (normal(*shape),), rtol=1e-5)
      for mode, shape in (("nearest", (1, 2, 3)), ("nearest", (1, 2, 3, 2)), ("nearest", (1, 1, 2, 3, 2)),
                          ("nearest-exact", (1, 2, 3, 2)), ("linear", (1, 2, 4)), ("bilinear", (1, 2, 3, 2)),
                          ("trilinear", (1, 1, 2, 3, 2)), ("bicubic", (1, 1, 4, 3)), ("area", (1, 2, 3, 4)))
      for options in ({"scale_factor": 2.0}, {"scale_factor": 1.4}, {"size": (2, 5, 3)[: len(shape) - 2]})
      if mode != "nearest" or options.get("scale_factor") != 1.4 or len(shape) == 4),  # else torch contradicts itself
    *(Case(f"interpolate/{mode} aligned", functional("interpolate", mode=mode, size=size, align_corners=True),
           (normal(*shape),), rtol=1e-5)
      for mode, shape, size in (("linear", (1, 2, 4), 7), ("bilinear", (1, 2, 3, 2), (5, 1)),
                                ("bicubic", (1, 1, 4, 3), (2, 5)))),
    Case("interpolate/recomputed", functional("interpolate", scale_factor=1.4, mode="bilinear",
                                              recompute_scale_factor=True), (normal(1, 1, 3, 4),), rtol=1e-5),
    Case("interpolate/neither", functional("interpolate"), (normal(1, 2, 3, 3),),
         error="either size or scale_factor should be defined"),
    Case("interpolate/both", functional("interpolate", size=4, scale_factor=2), (normal(1, 2, 3, 3),),
         error="only one of size or scale_factor should be defined"),
    Case("interpolate/dims", functional("interpolate", size=4, mode="bilinear"), (normal(2, 3, 3),),
         error="Got 3D input, but bilinear mode needs 4D input"),
    Case("interpolate/mode unknown", functional("interpolate", size=4, mode="x"), (normal(1, 2, 3, 3),),
         error="Input Error: Only 3D, 4D and 5D input Tensors supported (got 4D) for the modes: nearest | linear"),
    Case("interpolate/corners", functional("interpolate", size=4, align_corners=True), (normal(1, 2, 3, 3),),
         error="align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic"),
    Case("unfold/plain", functional("unfold", kernel_size=2), (normal(2, 2, 3, 3),)),
    Case("unfold/strided", functional("unfold", kernel_size=(2, 3), dilation=(2, 1), padding=1, stride=2),
         (normal(2, 4, 4),)),
    Case("unfold/no window", functional("unfold", kernel_size=2), (normal(1, 2, 1, 1),),
         error="Given input with spatial size (1, 1), kernel_size=(2, 2), dilation=(1, 1), padding=(0, 0), calculated"),
    Case("fold/plain", functional("fold", output_size=(3, 3), kernel_size=2), (normal(2, 8, 4),)),
    Case("fold/unbatched", functional("fold", output_size=(4, 4), kernel_size=2, stride=2), (normal(4, 4),)),
    Case("fold/rows", functional("fold", output_size=(4, 4), kernel_size=2), (normal(1, 7, 4),),
         error="Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got"),
    Case("fold/blocks", functional("fold", output_size=(4, 4), kernel_size=2), (normal(1, 8, 5),),
         error="expected size of input's dimension 2 to match the calculated number of sliding blocks 3 * 3 = 9"),
    Case("pixel_shuffle/2", functional("pixel_shuffle", upscale_factor=2), (normal(1, 4, 2, 3),)),
    Case("pixel_unshuffle/2", functional("pixel_unshuffle", downscale_factor=2), (normal(1, 1, 4, 2),)),
    Case("channel_shuffle/2", functional("channel_shuffle", groups=2), (normal(1, 4, 2, 2),)),
    Case("cosine_similarity/rows", functional("cosine_similarity"), (normal(3, 4), normal(3, 4))),
    Case("cosine_similarity/dim 0", functional("cosine_similarity", dim=0), (normal(3, 4), normal(3, 1))),
    Case("pairwise_distance/rows", functional("pairwise_distance"), (normal(3, 4), normal(3, 4))),
    Case("pairwise_distance/p 1", functional("pairwise_distance", p=1.0, keepdim=True), (normal(3, 4), normal(3, 4))),
    Case("pairwise_distance/p 3", functional("pairwise_distance", p=3.0), (normal(3, 4), normal(3, 4))),
    Case("normalize/rows", functional("normalize"), (normal(3, 4),)),
    Case("normalize/p 1", functional("normalize", p=1.0, dim=0), (normal(3, 4),)),
    Case("normalize/zeros", functional("normalize"), (values([[0.0, 0.0], [3.0, 4.0]]),), numeric=False,
         second_numeric=False, formula=False),
    Case("pdist/rows", functional("pdist"), (normal(4, 3),), graph=False, second=False),
    Case("triplet_margin_loss/plain", functional("triplet_margin_loss"), (normal(3, 4), normal(3, 4), normal(3, 4))),
    Case("triplet_margin_loss/swap", functional("triplet_margin_loss", swap=True, p=1),
         (normal(3, 4), normal(3, 4), normal(3, 4))),
    Case("triplet_margin_with_distance_loss/plain",
         functional("triplet_margin_with_distance_loss"), (normal(3, 4), normal(3, 4), normal(3, 4))),
    Case("triplet_margin_loss/margin", functional("triplet_margin_loss", margin=-1.0), (normal(3),) * 3,
         error="margin must be greater than 0, got -1.0"),
    *(Case(f"{name}/plain", lambda T, *x, name=name: getattr(T.nn.functional, name)(*x, T.tensor([1, -1, 1])),
           (normal(*shape),) * count)
      for name, shape, count in (("cosine_embedding_loss", (3, 4), 2), ("margin_ranking_loss", (3,), 2),
                                 ("hinge_embedding_loss", (3,), 1))),
    Case("cosine_embedding_loss/margin",
         lambda T, x, y: T.nn.functional.cosine_embedding_loss(x, y, T.tensor(-1), margin=-0.9, reduction="sum"),
         (normal(4), normal(4))),
    Case("margin_ranking_loss/dims",
         lambda T, x, y: T.nn.functional.margin_ranking_loss(x, y, T.tensor([1])), (normal(3, 2), normal(3)),
         error="margin_ranking_loss : All input tensors should have same dimension but got sizes: input1:"),
    *(Case(f"multi_margin_loss/p {p}",
           lambda T, x, p=p: T.nn.functional.multi_margin_loss(x, T.tensor([0, 2, 1]), p=p), (normal(3, 4),),
           graph=False, second=False, nan=False) for p in (1, 2)),  # torch multiplies what is met by 0, too
    Case("kl_div/mean of rows", functional("kl_div", reduction="batchmean"), (normal(3, 4), uniform(0.1, 1, 3, 4))),
]  # fmt: skip
