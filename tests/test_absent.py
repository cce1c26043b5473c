"""Asking for what is not there says so, in one clear error."""

import pytest

import autograd_viz as ag


@pytest.mark.parametrize(
    ("phrase", "ask"),
    [
        ("complex64 is not provided: autograd_viz has no complex numbers", lambda: ag.complex64),
        ("jit is not provided: autograd_viz has no compilation", lambda: ag.jit.script),
        ("compile is not provided: autograd_viz has no compilation", lambda: ag.compile(lambda x: x)),
        ("vmap is not provided: autograd_viz has no vmap", lambda: ag.vmap(ag.sin)),
        ("sparse_coo_tensor is not provided: autograd_viz has no sparse tensors", lambda: ag.sparse_coo_tensor(1, 2)),
        ("cuda.Stream is not provided: autograd_viz has no GPUs", lambda: ag.cuda.Stream()),
        ("autograd.forward_ad.dual_level is not provided", lambda: ag.autograd.forward_ad.dual_level()),
        ("is_grads_batched is not provided", lambda: ag.autograd.grad(1, 2, is_grads_batched=True)),
    ],
)
def test_what_pytorch_has_and_this_has_not(phrase, ask):
    with pytest.raises(NotImplementedError, match=phrase):
        ask()


def test_a_name_that_nobody_has_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'autograd_viz' has no attribute 'nothing_of_this_name'"):
        ag.nothing_of_this_name  # noqa: B018


def test_what_is_not_provided_counts_as_missing():
    assert not hasattr(ag, "complex64")
    assert not hasattr(ag.cuda, "Stream")


def test_there_is_no_gpu():
    assert ag.cuda.is_available() is False
    assert ag.cuda.device_count() == 0
    ag.cuda.manual_seed_all(1)
