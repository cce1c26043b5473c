"""Attention and transformer layers with every option and mask: results, gradients and errors are those of torch."""

import numpy as np
import pytest

from tests.autograd.side_by_side import on_both, same


def filled(T, module):
    """Return a module in float64 whose parameters have numbers of their own, the same on both."""
    random = np.random.default_rng(0)
    module = module.double()
    with T.no_grad():
        for parameter in module.parameters():
            parameter.copy_(T.from_numpy(random.normal(size=tuple(parameter.shape)) / 2))
    return module


def values(T, *shape, seed=1):
    """Return a leaf of random numbers, the same on both."""
    return T.from_numpy(np.random.default_rng(seed).normal(size=shape)).requires_grad_()


def trained(note, module, *inputs, **options):
    """Note what a module answers, and the gradients of everything it learns and was given."""
    module.zero_grad()
    answer = module(*inputs, **options)
    note(answer)
    outputs = [each for each in (answer if isinstance(answer, tuple) else (answer,)) if each is not None]
    sum((each * each).sum() for each in outputs if each.requires_grad).backward()
    note([parameter.grad for parameter in module.parameters()], [each.grad for each in inputs])


ATTENTION = {
    "usual": {},
    "batch first": {"batch_first": True},
    "without bias": {"bias": False},
    "bias of keys and values": {"add_bias_kv": True},
    "a zero to attend to": {"add_zero_attn": True},
    "other keys and values": {"kdim": 3, "vdim": 5},
    "all at once": {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True, "kdim": 3, "vdim": 5},
}


@pytest.mark.torch
@pytest.mark.parametrize("options", ATTENTION.values(), ids=list(ATTENTION))
def test_attention_is_that_of_torch(options):
    first = options.get("batch_first", False)

    def program(T, note):
        module = filled(T, T.nn.MultiheadAttention(4, 2, **options))
        note(str(module), [name for name, _ in module.named_parameters()])
        count, length, keys = 2, 3, 5

        def sequences():
            sizes = ((length, 4, 1), (keys, options.get("kdim", 4), 2), (keys, options.get("vdim", 4), 3))
            return [values(T, *((count, n) if first else (n, count)), size, seed=seed) for n, size, seed in sizes]

        padding = T.zeros(count, keys, dtype=T.bool)
        padding[0, 3:] = True
        later = T.triu(T.ones(length, keys, dtype=T.bool), 2)
        per_head = later.expand(2 * count, length, keys).clone()
        added = T.linspace(-1, 1, length * keys, dtype=T.float64).view(length, keys)
        for how in (
            {}, {"need_weights": False}, {"average_attn_weights": False}, {"key_padding_mask": padding},
            {"attn_mask": later}, {"attn_mask": added, "need_weights": False},
            {"attn_mask": per_head, "key_padding_mask": padding}, {"key_padding_mask": padding.double() * -2.0},
        ):  # fmt: skip
            trained(note, module, *sequences(), **how)

    same(program)


@on_both
def test_attention_of_one_sequence_to_itself(T, note):
    module = filled(T, T.nn.MultiheadAttention(4, 2))
    x = values(T, 3, 4)
    causal = T.nn.Transformer.generate_square_subsequent_mask(3, dtype=T.float64)
    note(causal)
    trained(note, module, x, x, x)
    trained(note, module, x, x, x, attn_mask=causal, is_causal=True)


@on_both
def test_attention_drops_weights_in_training_only(T, note):
    module = filled(T, T.nn.MultiheadAttention(4, 2, dropout=0.5))
    x = values(T, 3, 2, 4)
    T.manual_seed(3)
    trained(note, module, x, x, x)
    trained(note, module.eval(), x, x, x)


@on_both
def test_what_attention_refuses(T, note):
    module, x = filled(T, T.nn.MultiheadAttention(4, 2)), values(T, 3, 4)
    other = values(T, 3, 2, 5)
    note.text(lambda: T.nn.MultiheadAttention(5, 2))
    note.text(lambda: T.nn.MultiheadAttention(0, 2))
    note.text(lambda: module(other, other, other))
    note.text(lambda: module(x, x, x, attn_mask=T.ones(2, 2)))
    note.text(lambda: module(x, x, x, key_padding_mask=T.ones(2, 2)))
    note.text(lambda: module(values(T, 1, 3, 2, 4), x, x))
    note.text(lambda: module(x, x, x, is_causal=True))


ENCODERS = {
    "usual": {},
    "norm first": {"norm_first": True},
    "gelu": {"activation": "gelu"},
    "batch first": {"batch_first": True},
    "without bias": {"bias": False},
    "several": {"norm_first": True, "batch_first": True, "layer_norm_eps": 0.1},
}


@pytest.mark.torch
@pytest.mark.parametrize("options", ENCODERS.values(), ids=list(ENCODERS))
def test_an_encoder_layer_is_that_of_torch(options):
    first = options.get("batch_first", False)

    def program(T, note):
        module = filled(T, T.nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, **options))
        note(str(module), list(module.state_dict()))
        count, length = 2, 3
        causal = T.nn.Transformer.generate_square_subsequent_mask(length, dtype=T.float64)
        padding = T.zeros(count, length, dtype=T.bool)
        padding[0, -1] = True
        for how in (
            {},
            {"src_mask": causal},
            {"src_key_padding_mask": padding},
            {"src_mask": causal, "is_causal": True},
        ):
            trained(note, module, values(T, *((count, length) if first else (length, count)), 4), **how)
        module.eval()
        note(module(values(T, length, count, 4)))

    same(program)


@on_both
def test_an_encoder_layer_takes_a_function_and_drops(T, note):
    trained(note, filled(T, T.nn.TransformerEncoderLayer(4, 2, 8, 0.0, T.nn.functional.silu)), values(T, 3, 2, 4))
    T.manual_seed(1)
    trained(note, filled(T, T.nn.TransformerEncoderLayer(4, 2, 8)), values(T, 3, 2, 4))


@on_both
def test_what_an_encoder_layer_refuses(T, note):
    note.text(lambda: T.nn.TransformerEncoderLayer(4, 2, 8, activation="tan"))
    note.text(lambda: T.nn.TransformerEncoderLayer(5, 2))
    note.text(lambda: T.nn.TransformerEncoderLayer(4, 2, 8).double()(values(T, 3, 2, 5)))


@on_both
def test_stacks_of_layers(T, note):
    layer = T.nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)
    stack = filled(T, T.nn.TransformerEncoder(layer, 2, norm=T.nn.LayerNorm(4), enable_nested_tensor=False))
    note(str(stack))
    trained(note, stack, values(T, 3, 2, 4))
    decoder = filled(T, T.nn.TransformerDecoderLayer(4, 2, 8, dropout=0.0))
    trained(note, decoder, values(T, 3, 2, 4), values(T, 5, 2, 4, seed=4))


@on_both
def test_scores_of_any_size_and_no_keys_at_all(T, note):
    attend = T.nn.functional.scaled_dot_product_attention
    for factor, keys, is_causal in ((1, 4, False), (40, 4, False), (400, 4, True), (-400, 4, False), (1, 0, False)):
        query, key, value = (values(T, 1, 2, n, 3, seed=n + 1) for n in (4, keys, keys))
        found = attend(query * factor, key, value, is_causal=is_causal)
        (found * found).sum().backward()
        note(found.detach(), query.grad, key.grad, value.grad)


@on_both
def test_softmax_of_numbers_in_and_out_of_range(T, note):
    for row in ([1.0, 2.0], [49.9, -49.9], [60.0, 50.0], [-1000.0, -1000.0], [200.0, -200.0], [1.0, -np.inf]):
        x = T.tensor([row, [0.5, 0.25]], requires_grad=True)
        found = x.softmax(1)
        (found * T.tensor([1.0, 3.0])).sum().backward()
        note(found, x.grad, x.softmax(0), x.log_softmax(1))
