"""`autograd.functional`: jacobian, hessian and products with them."""

import pytest

from tests.autograd.side_by_side import leaf, same

pytestmark = pytest.mark.torch


def point(T, *values):
    """Return float64 tensors that do not require grad."""
    return tuple(T.tensor(list(each), dtype=T.float64) for each in values)


def one(x):
    """Return a function of one tensor, of another shape."""
    return (x.unsqueeze(0) * x.exp().unsqueeze(1)).sum(0)


def two(x, y):
    """Return two functions of two tensors."""
    return x * y.sum(), (x**2).sum() * y


def scalar(x, y):
    """Return a scalar function of two tensors."""
    return (x**3 * y.exp().sum()).sum() + (y**3).sum()


X, Y = (0.5, 1.5, -0.5), (0.2, -0.3)


def test_jacobians():
    def program(T, note):
        F = T.autograd.functional
        x, y = point(T, X, Y)
        note(F.jacobian(one, x), F.jacobian(two, (x, y)), F.jacobian(lambda x, y: x.sum() * y, (x, y)))
        note(F.jacobian(lambda x: x.sum(), x), F.jacobian(lambda x: x * 0 + 1, x), F.jacobian(lambda x: (x, 2 * x), x))
        note(F.jacobian(lambda x: T.ones(2, dtype=T.float64), x), F.jacobian(two, (x, y), vectorize=True))

    same(program)


def test_hessians():
    def program(T, note):
        F = T.autograd.functional
        x, y = point(T, X, Y)
        note(F.hessian(lambda x: (x**3).sum(), x), F.hessian(scalar, (x, y)), F.hessian(lambda x: x.sum(), x))
        note(F.hessian(lambda x: (x * x).sum().unsqueeze(0), x))

    same(program)


def test_products():
    def program(T, note):
        F = T.autograd.functional
        x, y, v, w = point(T, X, Y, (1.0, 2.0, 3.0), (-1.0, 0.5))
        note(F.vjp(one, x, v), F.vjp(two, (x, y), (v, w)), F.vjp(lambda x: x.sum(), x))
        note(F.jvp(one, x, v), F.jvp(two, (x, y), (v, w)), F.jvp(lambda x: x * v, x[0]))
        note(F.vhp(scalar, (x, y), (v, w)), F.hvp(scalar, (x, y), (v, w)))
        note(F.vhp(lambda x: (x**3).sum(), x, v), F.hvp(lambda x: (x**3).sum(), x, v))
        note(F.jvp(lambda x: T.ones(2, dtype=T.float64), x, v), F.vjp(lambda x: T.ones(1, dtype=T.float64), x))
        with T.no_grad():
            note(F.vjp(one, x, v), F.jvp(one, x, v), F.jacobian(one, x))

    same(program)


@pytest.mark.parametrize("name", ["vjp", "jvp", "vhp", "hvp", "jacobian", "hessian"])
def test_results_can_be_differentiated_where_asked_for(name):
    def program(T, note):
        call = getattr(T.autograd.functional, name)
        x = leaf(T, X, "float64")
        (v,) = point(T, (1.0, 2.0, 3.0))
        scalar = name in ("vhp", "hvp", "hessian")
        func = (lambda x: (x**4).sum()) if scalar else (lambda x: x**3)
        args = (func, x) if name in ("jacobian", "hessian") else (func, x, v)
        note(call(*args))
        result = call(*args, create_graph=True)
        last = result[-1] if isinstance(result, tuple) else result
        note(last.detach(), last.requires_grad)
        last.sum().backward()
        note(x.grad)

    same(program)


def test_a_function_that_also_uses_the_tensor_it_is_differentiated_at():
    def program(T, note):
        x = leaf(T, X, "float64")
        note(T.autograd.functional.jacobian(lambda point: point * x, x))
        note(T.autograd.functional.jacobian(lambda point: point * x, x, create_graph=True).requires_grad)

    same(program)


def test_wrong_arguments():
    def program(T, note):
        F = T.autograd.functional
        x, y, v = point(T, X, Y, (1.0, 2.0))
        note.error("The inputs given to jacobian must be either a Tensor or a tuple of Tensors but the given inputs",
                   lambda: F.jacobian(one, 1.0))  # fmt: skip
        note.error("the value at index 1 has type", lambda: F.vjp(two, (x, 1.0)))
        note.error("The outputs of the user-provided function given to vjp must be", lambda: F.vjp(lambda x: 1.0, x))
        note.error("The vector v can only be None if the user-provided function returns", lambda: F.vjp(one, x))
        note.error("The vector v can only be None if the input to the user-provided", lambda: F.jvp(one, x))
        note.error("v has invalid size: should be torch.Size([3]) but got torch.Size([2])", lambda: F.vjp(one, x, v))
        note.error("Entry 0 in v has invalid size", lambda: F.vjp(two, (x, y), (v, v)))
        note.error("v is a tuple of invalid length: should be 2 but got 1", lambda: F.vjp(two, (x, y), v))
        note.error("The given v should contain a single Tensor", lambda: F.vjp(one, x, (x, x)))
        for call in (F.vhp, F.hvp):
            note.error("should return a single Tensor", lambda call=call: call(lambda x: (x.sum(), x.sum()), x, x))
            note.error("should contain a single element", lambda call=call: call(one, x, x))
        note.error("should return a single Tensor", lambda: F.hessian(lambda x: (x.sum(),), x))
        note.error("should contain a single element", lambda: F.hessian(one, x))
        note.error('Expected strategy to be either "forward-mode" or "reverse-mode"',
                   lambda: F.jacobian(one, x, strategy="sideways"))  # fmt: skip

    same(program)


def test_strict_mode_refuses_what_does_not_depend_on_the_inputs():
    def program(T, note):
        F = T.autograd.functional
        x, y = point(T, X, Y)

        def constant(x):
            return T.ones(3, dtype=T.float64)

        def first(x, y):
            return x * 2

        def linear(x):
            return (x * 2).sum()

        v = T.ones(3, dtype=T.float64)
        requires = "Output 0 of the user-provided function does not require gradients"
        note.error(requires, lambda: F.jacobian(constant, x, strict=True))
        note.error(requires, lambda: F.vjp(constant, x, v, strict=True))
        note.error(requires, lambda: F.jvp(constant, x, v, strict=True))
        independent = "The output of the user-provided function is independent of input 1"
        note.error("Output 0 of the user-provided function is independent of input 1",
                   lambda: F.jacobian(first, (x, y), strict=True))  # fmt: skip
        note.error(independent, lambda: F.vjp(first, (x, y), v, strict=True))
        note.error(independent, lambda: F.jvp(first, (x, y), (v, y), strict=True))
        hessian = "While computing the hessian, found that the jacobian"
        note.error(hessian, lambda: F.hessian(linear, x, strict=True))
        note.error(hessian, lambda: F.vhp(linear, x, v, strict=True))
        note.error(hessian, lambda: F.hvp(linear, x, v, strict=True))
        create = "The jacobian of the user-provided function is independent of input 0. This is not allowed in strict"
        leaf_x = x.clone().requires_grad_()
        note.error(create, lambda: F.vjp(linear, leaf_x, strict=True, create_graph=True))
        note.error(create, lambda: F.jacobian(linear, leaf_x, strict=True, create_graph=True))
        note.error("`strict=True` and `vectorized=True` are not supported together",
                   lambda: F.jacobian(one, x, strict=True, vectorize=True))  # fmt: skip
        note(F.jacobian(one, x, strict=True), F.vjp(one, x, v, strict=True))
        note(F.hvp(lambda x: (x**3).sum(), x, v, strict=True))

    same(program)


def test_forward_mode_is_refused_clearly():
    import autograd_viz as ag

    with pytest.raises(NotImplementedError, match="no forward-mode automatic differentiation"):
        ag.autograd.functional.jacobian(one, ag.ones(2), strategy="forward-mode")
    with pytest.raises(NotImplementedError, match="no forward-mode automatic differentiation"):
        ag.autograd.forward_ad.dual_level()
