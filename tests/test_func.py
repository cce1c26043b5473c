"""`func`: functions made from functions."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import leaf, same
from tests.oracle import get_torch

pytestmark = pytest.mark.torch


def func(T):
    """Return the module of either library."""
    import importlib

    return importlib.import_module(f"{T.__name__}.func")


def point(T, *values):
    """Return a float64 tensor."""
    return T.tensor(values if len(values) > 1 else values[0], dtype=T.float64)


def test_gradients():
    def program(T, note):
        F, x = func(T), point(T, 0.1, 0.2, 0.3)
        note(F.grad(lambda x: (x**3).sum())(x), F.grad(F.grad(lambda x: x**3))(point(T, 2.0)))
        note(F.grad(lambda d: (d["a"] * d["b"]).sum())({"a": x, "b": x + 1}))
        note(F.grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(x, x + 1))
        note(F.grad(lambda x, y: (x * y).sum(), argnums=-1)(x, x + 1))
        note(F.grad(lambda x, *, k: (x * k).sum())(x, k=3.0), F.grad(lambda p: (p[0] * p[1][0]).sum())([x, (x,)]))
        note(F.grad(lambda x, y: ((x * y).sum(), x), argnums=1, has_aux=True)(x, x + 1))
        note(F.grad_and_value(lambda x: (x**2).sum())(x), F.grad(lambda x: T.ones((), dtype=T.float64))(x))
        note(F.grad_and_value(lambda x: ((x**2).sum(), {"aux": x * 2}), has_aux=True)(x))
        note(x.requires_grad, x.grad)

    same(program)


def test_results_keep_the_history_that_reaches_further():
    def program(T, note):
        F, x = func(T), point(T, 0.1, 0.2, 0.3)
        w = leaf(T, 2.0, "float64")
        by_closure = F.grad(lambda x: (w * x**2).sum())(x)
        note(by_closure.requires_grad)
        by_closure.sum().backward()
        note(w.grad)
        note(F.grad(lambda w: (w * w * x**2).sum())(w).requires_grad, F.grad(lambda w: (w * x).sum())(w).requires_grad)
        with T.no_grad():
            note(F.grad(lambda w: (w * w * x**2).sum())(w))
        changed = F.grad(lambda x: (x.clone().mul_(2) * x).sum())(x)
        note(changed)

    same(program)


def test_vector_jacobian_products():
    def program(T, note):
        F, x = func(T), point(T, 0.1, 0.2, 0.3)
        output, product = F.vjp(lambda x: x * x, x)
        note(output, product(x), product(x * 2))
        output, product = F.vjp(lambda x, y: (x * y, {"s": y.sin()}), x, x + 1)
        note(output, product((x, {"s": x})))
        note(F.vjp(lambda x: (x * x, x), x, has_aux=True)[2])

    same(program)


def test_jacobians_and_hessians():
    def program(T, note):
        F, x = func(T), point(T, 0.1, 0.2, 0.3)
        note(F.jacrev(lambda x: x * x)(x), F.jacrev(F.jacrev(lambda x: x**3))(x), F.hessian(lambda x: (x**3).sum())(x))
        note(F.jacrev(lambda x, y: (x * y, x.sum()), argnums=(0, 1))(x, x + 1), F.jacrev(lambda x: {"a": x.sin()})(x))
        note(F.jacrev(lambda x: (x * x, x.sum()), has_aux=True)(x), F.jacrev(lambda x: x.sum(), chunk_size=2)(x))

    same(program)


def test_what_enters_in_the_backward_pass_alone_is_differentiated():
    def program(T, note):
        F = func(T)

        def outer(w):
            def hooked(x):
                y = x * 1
                y.register_hook(lambda grad: grad * w)
                return y.sum()

            return F.grad(hooked)(T.ones(2)).sum()

        note(F.grad(outer)(T.tensor(2.0)))

    same(program)


def test_wrong_arguments():
    def program(T, note):
        F, ones = func(T), T.ones(2)
        note.error("return a scalar Tensor, got tensor with 1 dims", lambda: F.grad(lambda x: x * 2)(ones))
        note.error("to return a Tensor, got <class 'tuple'>", lambda: F.grad(lambda x: (x,))(T.ones(())))
        note.error("Got argnum=1, but only 1 positional inputs", lambda: F.grad(lambda x: x.sum(), 1)(ones))
        note.error("argnums elements must be unique", lambda: F.grad(lambda x: x.sum(), (0, 0))(ones))
        note.error("argnums must be int or Tuple", lambda: F.grad(lambda x: x.sum(), "x")(ones))
        note.error("Thing passed to transform API must be Tensor", lambda: F.grad(lambda x: x)(1.0))
        note.error("should be a tuple: (output, aux)", lambda: F.grad(lambda x: x.sum(), has_aux=True)(ones))
        note.error("Mismatch in shape: grad_output[0]", lambda: F.vjp(lambda x: x * 2, ones)[1](T.ones(3)))
        note.error("Expected pytree structure of cotangents", lambda: F.vjp(lambda x: x * 2, ones)[1]((ones,)))
        note.error("expected f(*primals) to return only tensors", lambda: F.vjp(lambda x: 2, ones))
        note.error("must be floating-point", lambda: F.vjp(lambda x: x > 0, ones))
        note.error("should be greater than 0", lambda: F.jacrev(T.sin, chunk_size=0))

    same(program)


class Tied:
    """Make the same small module for either library."""

    def __new__(cls, T):
        class Module(T.nn.Module):
            def __init__(self):
                super().__init__()
                self.first = T.nn.Linear(2, 2)
                self.second = T.nn.Linear(2, 2)
                self.second.weight = self.first.weight
                self.register_buffer("scale", T.ones(2))

            def forward(self, x, plus=0.0):
                return self.second(self.first(x)) * self.scale + plus

        return Module()


def test_calling_a_module_with_other_parameters():
    def program(T, note):
        F, x = func(T), T.ones(1, 2)
        module = Tied(T)
        given = {name: T.ones_like(each) for name, each in module.named_parameters()}
        given["scale"] = T.tensor([1.0, 2.0])
        own = module.first.weight
        note(F.functional_call(module, given, x), F.functional_call(module, given, (x,), {"plus": 1.0}, strict=True))
        note(module.first.weight is own, module.second.weight is own, list(module.scale.shape))
        note(F.grad(lambda given: F.functional_call(module, given, x).sum())(given))
        several = ({"first.weight": T.zeros(2, 2)}, {"first.bias": T.ones(2), "second.bias": T.ones(2)})
        note(F.functional_call(module, several, x))
        note.error("appeared in multiple dictionaries", lambda: F.functional_call(module, (given, given), x))
        note.error("Unexpected key(s): 'none'", lambda: F.functional_call(module, {**given, "none": x}, x, strict=True))
        note.error("Missing key(s)", lambda: F.functional_call(module, {"scale": T.ones(2)}, x, strict=True))
        note.error("got multiple values for keys ['first.weight', 'second.weight'], which are tied",
                   lambda: F.functional_call(module, {**given, "second.weight": T.zeros(2, 2)}, x))  # fmt: skip
        note(F.functional_call(module, {**given, "none": x, "first.none": x}, x))
        note.text(lambda: F.functional_call(module, {"none.weight": x}, x))
        note.text(lambda: F.functional_call(module, {"first.weight": x, "none": x}, x, strict=True))
        note.error("Expected parameter_and_buffer_dicts to be a dict", lambda: F.functional_call(module, 1, x))

    same(program)


@pytest.mark.parametrize("name", ["vmap", "jvp", "jacfwd", "linearize"])
def test_what_is_not_provided_says_so_when_it_is_called(name):
    assert callable(getattr(get_torch().func, name))
    with pytest.raises(NotImplementedError, match=f"{name} is not provided: autograd_viz has no "):
        getattr(ag.func, name)(ag.sin)
