"""Asking for what is not there says so, in one clear error."""

import re
from pathlib import Path

import pytest

import autograd_viz as ag
from autograd_viz.absent import absent
from autograd_viz.missing import TOPICS
from tests.oracle import get_torch


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


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ROWS = README.split("## What is not there")[1].split("## ")[0].split("|---|---|---|\n")[1].split("\n\n")[0].splitlines()
EXAMPLES = [example for row in ROWS for example in re.findall("`(.*?)`", row.split("|")[3])]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_readme_says_that_it_is_not_there(example):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    names = {"torch": ag, "x": x, "y": x * 2, "m": ag.eye(2), "i": ag.tensor([[0, 1]]), "f": ag.sin}
    with pytest.raises(NotImplementedError, match=r"autograd_viz has no|not provided|does not provide"):
        eval(example, names)


def test_the_readme_has_examples_of_every_topic():
    assert len(EXAMPLES) > 40
    assert all(len(re.findall("`", row.split("|")[3])) for row in ROWS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_name_of_every_topic_is_refused(topic):
    _, functions, others = TOPICS[topic]
    said = f"is not provided: autograd_viz has no {re.escape(topic)}"
    for full in (*functions, *others):
        module, _, name = full.rpartition(".")
        with pytest.raises(NotImplementedError, match=f"{name} {said}"):
            absent(f"autograd_viz.{module}", name)()


@pytest.mark.parametrize("make", [
    lambda: ag.full((2,), 1j), lambda: ag.tensor(1j), lambda: ag.ones(2) + 1j, lambda: 1j * ag.ones(2),
    lambda: ag.ones(2) ** 1j, lambda: ag.add(ag.ones(2), 1j), lambda: ag.ones(2).fill_(1j),
    lambda: ag.ones(2).__setitem__(0, 1j), lambda: ag.where(ag.ones(2) > 0, 1j, 0.0), lambda: ag.ones(2).mul_(2j),
])  # fmt: skip
def test_a_complex_number_is_refused_wherever_it_is_met(make):
    with pytest.raises(TypeError, match=r"autograd_viz has no complex numbers|complex"):
        make()


@pytest.mark.torch
@pytest.mark.parametrize("ask", [
    lambda T: T.ones(2).cuda(), lambda T: T.ones(2).to("cuda:0"), lambda T: T.zeros(2, device="cuda"),
    lambda T: T.nn.Linear(2, 2).cuda(), lambda T: T.zeros(2, device="xpu"),
])  # fmt: skip
def test_a_device_that_is_not_there_is_refused_as_by_torch_without_it(ask):
    with pytest.raises(AssertionError, match=r"Torch not compiled with (CUDA|XPU) enabled") as theirs:
        ask(get_torch())
    with pytest.raises(AssertionError, match=str(theirs.value)):
        ask(ag)


@pytest.mark.torch
@pytest.mark.parametrize("ask", [
    lambda T: T.cuda.is_available(), lambda T: T.backends.mps.is_available(), lambda T: T.accelerator.is_available(),
    lambda T: T.accelerator.current_accelerator(), lambda T: T.xpu.is_available(), lambda T: T.mps.is_available(),
    lambda T: T.cuda.empty_cache(), lambda T: T.cuda.memory_allocated(), lambda T: T.backends.cuda.is_built(),
    lambda T: setattr(T.backends.cudnn, "benchmark", False),
])  # fmt: skip
def test_questions_before_a_device_is_chosen_are_answered_as_by_torch_without_any(ask):
    assert ask(ag) == ask(get_torch())


def test_a_device_that_nobody_knows_is_a_runtime_error():
    with pytest.raises(RuntimeError, match="device type at start of device string: nonsense"):
        ag.device("nonsense")


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
