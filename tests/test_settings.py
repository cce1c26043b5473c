"""Settings that programs make at their start, and special functions, are those of PyTorch."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import leaf, on_both, same


@on_both
def test_settings_are_given_back(T, note):
    note(T.are_deterministic_algorithms_enabled(), T.get_deterministic_debug_mode(), T.get_float32_matmul_precision())
    for mode in (0, "warn", 2, "default"):
        T.set_deterministic_debug_mode(mode)
        note(T.get_deterministic_debug_mode(), T.are_deterministic_algorithms_enabled())
        note(T.is_deterministic_algorithms_warn_only_enabled())
    T.use_deterministic_algorithms(True, warn_only=True)
    note(T.get_deterministic_debug_mode())
    T.use_deterministic_algorithms(False)
    T.set_float32_matmul_precision("high")
    note(T.get_float32_matmul_precision())
    T.set_float32_matmul_precision("highest")
    T.set_num_threads(1)
    note(T.get_num_threads(), str(T.get_default_device()))
    T.set_default_device("cpu")
    note(T.zeros(1))
    T.set_default_device(None)
    note.error("set_num_threads expects a positive integer", lambda: T.set_num_threads(0))
    note.error("expected one of `default`, `warn`, `error`", lambda: T.set_deterministic_debug_mode("never"))
    note.error("expected 0, 1, or 2", lambda: T.set_deterministic_debug_mode(3))


def test_a_default_device_that_is_not_there_is_refused():
    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        ag.set_default_device("cuda")


FLAGS = ("cpu", "cuda", "sparse", "sparse_csr", "nested", "quantized", "meta", "mkldnn", "mps", "xpu", "xla", "vulkan")


@on_both
def test_flags_of_tensors_that_are_not_there_are_false(T, note):
    x = T.ones(2)
    note([getattr(x, f"is_{flag}") for flag in FLAGS], x.is_conj(), x.is_neg(), x.is_distributed())
    note(T.is_conj(x), T.is_neg(x), T.is_distributed(x))
    note(isinstance(T.strided, T.layout), T.utils.data.get_worker_info())


SPECIAL = {
    "digamma": (), "entr": (), "erf": (), "erfc": (), "erfinv": (), "exp2": (), "expit": (), "expm1": (), "gammaln": (),
    "log1p": (), "log_softmax": (0,), "logit": (), "logsumexp": (0,), "ndtr": (), "psi": (), "round": (), "sinc": (),
    "softmax": (0,), "xlog1py": (0.5,), "xlogy": (0.5,),
}  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("name", SPECIAL)
def test_special_functions_and_their_first_and_second_gradients(name):
    def program(T, note):
        x = leaf(T, (0.1, 0.5, 0.9), "float64")
        y = getattr(T.special, name)(x, *SPECIAL[name])
        (grad,) = T.autograd.grad(y.sum(), x, create_graph=True)
        note(y.detach(), grad.detach())
        if grad.requires_grad:
            note(T.autograd.grad(grad.sum(), x))

    same(program)


@on_both
def test_entropies_at_0_and_below(T, note):
    x = T.tensor([-1.0, 0.0, 2.0, float("nan"), float("inf")], requires_grad=True)
    y = T.special.entr(x)
    note(y, T.autograd.grad(y.sum(), x), T.special.entr(T.tensor([1, 0, 2])))
    a, b = T.tensor([0.0, 0.0, 2.0, 1.0]), T.tensor([-1.0, float("nan"), -1.0, 0.5])
    for f in (T.special.xlog1py, T.special.xlogy):
        one, two = a.clone().requires_grad_(), b.clone().requires_grad_()
        out = f(one, two)
        note(out, T.autograd.grad(out.sum(), (one, two)), f(2, b), f(a, 3))


@on_both
def test_special_functions_of_two_arguments(T, note):
    x = T.tensor([4.5, 5.0])
    note(T.special.multigammaln(x, 2), T.special.polygamma(1, x), T.acosh_(x.clone()), T.ldexp_(x, T.tensor([1, 2])))
