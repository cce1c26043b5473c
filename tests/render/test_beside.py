"""Where words beside an edge stand in a still picture; the same figures as the player's beside.test.ts."""

from typing import Any

from autograd_viz.render.beside import beside


def line(id_: str, x: float, to_x: float) -> dict[str, Any]:
    return {"id": id_, "path": [[x, 0], [x, 100], [to_x, 200], [to_x, 300]]}


def place(*others: dict[str, Any]) -> tuple[int, ...]:
    own = line("t0", 300, 300)
    found = beside(own, 120, 18, (0.12, 0.4), 6, {"width": 600, "items": [], "edges": [own, *others]})
    return tuple(map(round, found))


def test_words_stand_right_of_their_edge_or_left_of_it_where_another_edge_runs_there() -> None:
    assert (311, 33) == place()
    assert (169, 33) == place(line("t1", 340, 340))


def test_words_stand_further_along_where_both_sides_are_taken() -> None:
    assert (311, 117) == place(line("t1", 340, 900), line("t2", 260, -300))
