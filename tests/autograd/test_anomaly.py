"""Anomaly detection names the node that fails and the line of the forward call that made it."""

import warnings

import pytest

from tests.autograd.side_by_side import function, leaf, same

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")]


def broken(T):
    """Return a function whose backward raises."""

    def backward(ctx, grad):
        raise ValueError("some error in backward")

    return function(T, lambda ctx, a: a * 1, backward, "Broken")


def warned(run, *phrases):
    """Assert that `run` raises and warns with all phrases; return the warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises((ValueError, RuntimeError)):
            run()
    found = [str(each.message) for each in caught if all(phrase in str(each.message) for phrase in phrases)]
    assert found, [str(each.message) for each in caught]
    return found[0]


def test_an_error_in_backward_shows_where_forward_was_called():
    def program(T, note):
        with T.autograd.detect_anomaly():
            y = broken(T).apply(leaf(T) * 2)
            said = warned(
                y.sum().backward, "Error detected in BrokenBackward. Traceback of forward call that caused the error:"
            )
            assert "y = broken(T).apply(leaf(T) * 2)" in said
            assert "test_anomaly.py" in said

    same(program)


def test_an_error_without_forward_information_says_so():
    def program(T, note):
        y = broken(T).apply(leaf(T))
        with T.autograd.detect_anomaly():
            warned(y.sum().backward, "Error detected in BrokenBackward. No forward pass information available.")

    same(program)


def test_nan_names_the_function_and_which_gradient():
    def program(T, note):
        x = leaf(T, (0.0, 4.0))
        with T.autograd.detect_anomaly():
            y = T.where(x > 0, x.sqrt(), T.zeros(2)).sum() * 0 + (x.sqrt() * 0).sum()
            note.error("Function 'SqrtBackward0' returned nan values in its 0th output.", y.backward)
        with T.autograd.detect_anomaly(check_nan=False):
            (x.sqrt() * 0).sum().backward()
        note(x.grad)

    same(program)


def test_an_error_in_a_graph_made_by_backward_names_what_induced_it():
    def program(T, note):
        with T.autograd.detect_anomaly():
            x = leaf(T)
            y = (x * x * x).sum()
            (gradient,) = T.autograd.grad(y, x, create_graph=True)
            z = broken(T).apply(gradient * 2)
            warned(z.sum().backward, "Error detected in BrokenBackward")

            def backward(ctx, grad):
                return broken(T).apply(grad * 1)

            outer = function(T, lambda ctx, a: a * 1, backward, "Outer")
            (gradient,) = T.autograd.grad(outer.apply(x).sum() ** 2, x, create_graph=True)
            said = warned(
                gradient.sum().backward, "Previous calculation was induced by OuterBackward. Traceback of forward call"
            )
            assert "outer.apply(x)" in said

    same(program)


def test_the_mode_is_set_and_left():
    def program(T, note):
        anomaly = T.autograd.anomaly_mode
        note(T.is_anomaly_enabled(), T.is_anomaly_check_nan_enabled())
        with anomaly.set_detect_anomaly(True, check_nan=False):
            note(T.is_anomaly_enabled(), T.is_anomaly_check_nan_enabled())
            with T.autograd.set_detect_anomaly(False):
                note(T.is_anomaly_enabled(), T.is_anomaly_check_nan_enabled())
            note(T.is_anomaly_enabled())
        T.autograd.set_detect_anomaly(True)
        note(T.is_anomaly_enabled())
        T.autograd.set_detect_anomaly(False)
        note(T.is_anomaly_enabled())
        note.warning("Anomaly Detection has been enabled", T.autograd.detect_anomaly)

    same(program)


def test_nodes_remember_their_call_only_while_it_is_on():
    def program(T, note):
        x = leaf(T)
        note("traceback_" in (x * 2).grad_fn.metadata)
        with T.autograd.set_detect_anomaly(True):
            note("traceback_" in (x * 2).grad_fn.metadata)

    same(program)
