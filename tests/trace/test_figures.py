"""How numbers and small arrays look in sentences."""

import pytest

from autograd_viz.trace.data import Value
from autograd_viz.trace.figures import number, shape_text, short_texts, value_text

NUMBERS = [
    (0, "0"),
    (-0.0, "0"),
    (3.0, "3"),
    (-12, "-12"),
    (9_999_999.0, "9999999"),
    (10_000_000, "1e7"),
    (16_777_217, "1.678e7"),
    (0.1, "0.1"),
    (1 / 3, "0.3333"),
    (-2 / 3, "-0.6667"),
    (0.99995, "1"),
    (0.99994, "0.9999"),
    (2.50001, "2.5"),
    (1000.5, "1001"),
    (-1000.5, "-1001"),
    (1234.5678, "1235"),
    (12345.678, "12346"),
    (999_999.6, "1000000"),
    (9_999_999.5, "1e7"),
    (1e-4, "0.0001"),
    (0.00012345678, "0.0001235"),
    (1.23456e-5, "1.235e-5"),
    (9.9996e-5, "0.0001"),
    (1e-300, "1e-300"),
    (1.5e300, "1.5e300"),
    ("NaN", "nan"),
    ("Infinity", "inf"),
    ("-Infinity", "-inf"),
]


@pytest.mark.parametrize(("found", "text"), NUMBERS)
def test_a_number_is_written_with_four_digits_and_no_more_than_it_needs(found: float, text: str) -> None:
    assert text == number(found)


VALUES = [
    (Value((), "float32", data=(3.0,)), "3"),
    (Value((3,), "float32", data=(1.0, -2.5, "NaN")), "[1, -2.5, nan]"),
    (Value((2, 2), "int64", data=(1, 2, 3, 4)), "[[1, 2], [3, 4]]"),
    (Value((0,), "float32", data=()), "[]"),
    (Value((2, 0), "float32", data=()), "[[], []]"),
    (Value((2,), "bool", data=(1, 0)), "[True, False]"),
    (Value((10,), "float32", data=(0.0,) * 10), None),
    (Value((100,), "bool", base64=""), None),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_small_array_is_written_in_full_and_a_large_one_not(value: Value, text: str | None) -> None:
    assert text == value_text(value)


def test_a_shape_is_written_as_a_list() -> None:
    assert ("[4, 3]", "[]") == (shape_text((4, 3)), shape_text(()))


FLOATS = Value((3,), "float32", data=(0.2391, -0.03661, 1.25))
SHORT = [
    ([FLOATS], 30, ["[0.2391, -0.03661, 1.25]"]),
    ([FLOATS], 23, ["[0.239, -0.0366, 1.25]"]),
    ([FLOATS], 20, ["[0.24, -0.037, 1.3]"]),
    ([FLOATS], 18, None),
    ([FLOATS, FLOATS], 40, ["[0.24, -0.037, 1.3]"] * 2),
    ([Value((3,), "bool", data=(1, 0, 1))], 20, ["[True, False, True]"]),
    ([Value((3,), "bool", data=(1, 0, 1))], 12, ["[T, F, T]"]),
    ([Value((), "bool", data=(0,))], 9, ["False"]),
    ([Value((5,), "int64", data=(1, 2, 3, 4, 5))], 99, None),
    ([Value((1, 1), "int64", data=(1,))], 99, None),
    ([Value((2,), "float32", data=("NaN", "-Infinity"))], 20, ["[nan, -inf]"]),
]


@pytest.mark.parametrize(("values", "longest", "texts"), SHORT)
def test_short_vectors_are_written_in_as_many_digits_as_there_is_room_for(
    values: list[Value], longest: float, texts: list[str] | None
) -> None:
    assert texts == short_texts(values, longest)
