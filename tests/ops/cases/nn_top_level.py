"""Functions of neural networks that PyTorch has at its top level, with arguments of their own."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, normal, uniform, values

X = normal(2, 3, 6)
W = normal(4, 3, 2)
CELL = (normal(2, 3), normal(2, 4))


def cell(name: str, gates: int) -> Case:
    """Return a case of one step of a recurrent network."""
    weights = (normal(gates * 4, 3), normal(gates * 4, 4), normal(gates * 4), normal(gates * 4))
    if name == "lstm_cell":
        return Case(name, lambda T, x, h, c, *w: T.lstm_cell(x, (h, c), *w), (*CELL, normal(2, 4), *weights),
                    formula=False)  # fmt: skip
    return Case(name, lambda T, x, h, *w: getattr(T, name)(x, h, *w), (*CELL, *weights), formula=False)


CASES = [
    Case("torch.conv1d", lambda T, x, w, b: T.conv1d(x, w, b, 2, 1), (X, W, normal(4)), formula=False),
    Case("torch.conv2d", lambda T, x, w: T.conv2d(x, w), (normal(1, 2, 4, 4), normal(2, 2, 2, 2)), formula=False),
    Case("torch.conv_transpose1d", lambda T, x, w: T.conv_transpose1d(x, w, stride=2), (X, normal(3, 2, 2)),
         formula=False),
    Case("torch.max_pool1d", lambda T, x: T.max_pool1d(x, 2), (X,), formula=False),
    Case("torch.avg_pool1d", lambda T, x: T.avg_pool1d(x, 2), (X,), formula=False),
    Case("torch.adaptive_avg_pool1d", lambda T, x: T.adaptive_avg_pool1d(x, 2), (X,), formula=False),
    Case("torch.bilinear", lambda T, x, y, w: T.bilinear(x, y, w), (normal(2, 3), normal(2, 4), normal(5, 3, 4)),
         formula=False),
    Case("torch.layer_norm", lambda T, x, w, b: T.layer_norm(x, (6,), w, b, 1e-3, False), (X, normal(6), normal(6)),
         formula=False),
    Case("torch.group_norm", lambda T, x, w: T.group_norm(x, 3, w, None, 1e-3), (X, normal(3)), formula=False),
    Case("torch.rms_norm", lambda T, x, w: T.rms_norm(x, (6,), w), (X, normal(6)), formula=False),
    Case("torch.batch_norm, training",
         lambda T, x, w, b: T.batch_norm(x, w, b, None, None, True, 0.1, 1e-3, False), (X, normal(3), normal(3)),
         formula=False),
    Case("torch.batch_norm, running",
         lambda T, x, m, v: T.batch_norm(x, None, None, m, v, False, 0.1, 1e-3, False),
         (X, Fixed(normal(3)), Fixed(uniform(0.5, 1, 3))), formula=False),
    Case("torch.instance_norm", lambda T, x: T.instance_norm(x, None, None, None, None, True, 0.1, 1e-3, False), (X,),
         formula=False),
    Case("torch.dropout, not training", lambda T, x: T.dropout(x, 0.5, False), (X,)),
    Case("torch.dropout of everything", lambda T, x: T.dropout(x, 1.0, True), (X,)),
    Case("torch.alpha_dropout, not training", lambda T, x: T.alpha_dropout(x, 0.5, False), (X,)),
    Case("torch.feature_dropout, not training", lambda T, x: T.feature_dropout(x, 0.5, train=False), (X,)),
    Case("torch.dropout/probability", lambda T, x: T.dropout(x, 1.5, True), (X,),
         error="dropout probability has to be between 0 and 1, but got 1.5"),
    Case("torch.cosine_similarity", lambda T, x, y: T.cosine_similarity(x, y), (normal(3, 4), normal(3, 4)),
         formula=False),
    Case("torch.pairwise_distance", lambda T, x, y: T.pairwise_distance(x, y), (normal(3, 4), normal(3, 4)),
         formula=False),
    *(Case(f"torch.kl_div, reduction {number}", lambda T, x, y, number=number: T.kl_div(x, y, number),
           (normal(3, 4), uniform(0.1, 1, 3, 4)), formula=False) for number in range(3)),
    Case("torch.cosine_embedding_loss", lambda T, x, y: T.cosine_embedding_loss(x, y, T.tensor([1, -1, 1]), 0.1, 2),
         (normal(3, 4), normal(3, 4)), formula=False),
    Case("torch.hinge_embedding_loss", lambda T, x: T.hinge_embedding_loss(x, T.tensor([1, -1, 1]), 1.0, 0),
         (normal(3),), formula=False),
    Case("torch.margin_ranking_loss", lambda T, x, y: T.margin_ranking_loss(x, y, T.tensor([1, -1, 1]), 0.1, 2),
         (normal(3), normal(3)), formula=False),
    Case("torch.triplet_margin_loss", lambda T, *x: T.triplet_margin_loss(*x, 2.0, swap=True, reduction=0),
         (normal(3, 4),) * 3, formula=False),
    Case("torch.poisson_nll_loss", lambda T, x: T.poisson_nll_loss(x, T.tensor([1.0, 2.0, 0.0]), True, False, 1e-8, 1),
         (normal(3),), formula=False, dtypes=("float32",)),
    cell("rnn_tanh_cell", 1), cell("rnn_relu_cell", 1), cell("gru_cell", 3), cell("lstm_cell", 4),
    Case("torch.layer_norm/shape", lambda T, x: T.layer_norm(x, (5,)), (X,),
         error="Given normalized_shape=[5], expected input with shape [*, 5]"),
    Case("torch.conv1d/channels", lambda T, x: T.conv1d(x, x[:, :2]), (X,), error="expected input[2, 3, 6] to have 2"),
    Case("torch.rrelu, not training", lambda T, x: T.rrelu(x), (values([1.0, -2.0]),), formula=False),
]  # fmt: skip
