"""What `nn.init` fills parameters with."""

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, to_array


@pytest.mark.torch
@pytest.mark.parametrize(
    "text",
    ["uniform_(x,-1,2)", "normal_(x,1,2)", "constant_(x,3)", "ones_(x)", "zeros_(x)", "eye_(x)", "xavier_uniform_(x)",
     "xavier_normal_(x,2)", "kaiming_uniform_(x,mode='fan_out')", "kaiming_normal_(x,nonlinearity='relu')",
     "trunc_normal_(x)", "trunc_normal_(x,0,1,3,5)", "orthogonal_(x)", "sparse_(x,0.3)"],
)  # fmt: skip
def test_initial_values_are_those_of_torch(text: str) -> None:
    """Each way of filling a matrix, from one seed."""
    found = []
    for T in (ag, get_torch()):
        T.manual_seed(5)
        x = T.zeros(20, 10)
        eval(f"init.{text}", {"init": T.nn.init, "x": x})
        found.append(to_array(x))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-5)


@pytest.mark.torch
def test_dirac_kernels_and_gains_are_those_of_torch() -> None:
    """The kernel that hands channels on, and the gains of nonlinearities."""
    names = ("linear", "tanh", "relu", "leaky_relu", "selu")
    kernels, gains = [], []
    for T in (ag, get_torch()):
        kernels.append(T.nn.init.dirac_(T.zeros(4, 2, 3, 3), groups=2).tolist())
        gains.append([T.nn.init.calculate_gain(name) for name in names])
    assert kernels[0] == kernels[1]
    assert gains[0] == gains[1]
