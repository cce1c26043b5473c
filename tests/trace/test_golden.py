"""The golden traces are what the recorder and the replay give today."""

from tests.trace import handmade
from tests.trace.golden import check_golden


def test_the_handmade_trace_is_told_as_its_golden_file_says(regenerate: bool) -> None:
    check_golden(handmade.trace(), "handmade", regenerate)
