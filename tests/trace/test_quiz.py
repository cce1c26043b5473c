"""Questions about traces: what is asked of the golden ones, and that true values and slips are what they say."""

import json
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace, frame
from autograd_viz.trace.arrays import array, array_text
from autograd_viz.trace.event import AccumulateEvent, ErrorEvent, RefusedEvent, RunEvent
from autograd_viz.trace.quiz import Choice, Question, questions, to_json
from autograd_viz.trace.quiz.choosing import MOST, candidates
from autograd_viz.trace.story import Story
from tests.trace.golden import FOLDER
from tests.trace.lessons import record_cell

NAMES = sorted(path.name.removesuffix(".autograd.json") for path in FOLDER.glob("*.autograd.json"))


def golden(name: str) -> Trace:
    return Trace.load(FOLDER / f"{name}.autograd.json")


def asked(name: str) -> list[tuple[str, str, str]]:
    """Return kind, subject and right answer of the questions that a golden trace raises by itself."""
    return [(each.kind, each.about, each.answer.text) for each in questions(golden(name))]


def slips(question: Question) -> dict[str | None, str]:
    return {each.misconception: each.text for each in question.choices if not each.correct}


@pytest.mark.parametrize("name", NAMES)
def test_every_question_can_be_asked_and_has_one_right_answer(name: str) -> None:
    trace = golden(name)
    found = questions(trace)
    assert len(found) <= MOST
    assert sorted({each.step for each in found}) == [each.step for each in found]
    for question in found:
        assert 0 <= question.step < len(trace.events)
        assert 1 == sum(each.correct for each in question.choices)
        assert all(each.misconception and each.why for each in question.choices if not each.correct)
        assert question.explanation
        values = [each.number for each in question.choices if each.number is not None]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_trace_asks_the_same(name: str) -> None:
    assert to_json(questions(golden(name))) == to_json(questions(golden(name)))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_is_not_yet_known_and_is_then_what_happens(name: str) -> None:
    trace = golden(name)
    for question in questions(trace):
        later = trace.events[question.step :]
        if question.kind == "next":
            run = trace.events[question.step]
            assert isinstance(run, RunEvent)
            assert run.node == question.answer.node
        elif question.kind == "raises":
            stop = next((each for each in later if each.kind in ("end", "error", "refused")), None)
            fails = isinstance(stop, ErrorEvent | RefusedEvent) and trace.events[question.step].kind != "op"
            assert question.answer.text.startswith("Yes") == fails
        elif question.kind == "grad" and question.answer.text != "None":
            written = next(
                each for each in later if getattr(each, "tensor", None) is not None and each.kind != "capture"
            )
            value = written.new if isinstance(written, AccumulateEvent) else written.after
            truth = array(trace.values[value])
            assert truth is not None
            assert array_text(truth) == question.answer.text


def test_each_lesson_asks_for_what_it_teaches() -> None:
    twice = "Yes: Trying to backward through the graph a second time"
    assert ("raises", "line 4", twice) in asked("lesson_01_backward_twice")
    assert ("raises", "line 4", "No, it runs.") in asked("lesson_01_nothing_saved")
    assert ("grad", "a", "2") in asked("lesson_02_not_undone")
    assert ("grad", "w", "6") in asked("lesson_03_zero_grad_forgotten")
    assert ("grad", "b", "None") in asked("lesson_04_non_leaf_grad")
    assert ("raises", "line 5", "No, it runs.") in asked("lesson_07_what_is_saved")
    assert ("raises", "line 3", "No, it runs.") in asked("lesson_08_leaf_under_no_grad")
    assert ("grad", "x", "2") in asked("lesson_10_detach")
    assert ("grad", "b", "[22, 26, 30]") in asked("lesson_14_broadcasting")
    assert ("gradient", "y", "57.6") in asked("lesson_15_fan_in")
    assert [("grad", "y", "30"), ("grad", "x", "60")] == asked("lesson_16_hooks")
    assert ("grad", "x", "[0, 0.5, 0.5]") in asked("lesson_19_ties")
    assert ("grad", "x", "[nan, 0.25]") in asked("lesson_20_where_trap")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("lesson_01_backward_twice", "backward_twice"),
        ("lesson_05_argmax", "no_grad_fn"),
        ("lesson_05_detached", "no_grad_fn"),
        ("lesson_06_saved_tensor_changed", "modified_in_place"),
        ("lesson_08_leaf_in_place", "leaf_in_place"),
        ("lesson_09_detach", "modified_in_place"),
        ("lesson_11_inference_mode", "inference_saved"),
        ("lesson_13_not_scalar", "not_scalar"),
        ("lesson_17_state_carried_over", "backward_twice"),
        ("lesson_18_step_between", "modified_in_place"),
    ],
)
def test_each_failing_lesson_asks_for_its_error(name: str, code: str) -> None:
    question = next(each for each in questions(golden(name)) if each.answer.text.startswith("Yes"))
    assert f"misses_{code}" in slips(question)
    assert f"expects_{code}" not in slips(question)


def test_accumulation_and_fan_in_have_the_values_of_their_misconceptions() -> None:
    trace = record_cell("w = ag.tensor(2.0, requires_grad=True)\nfor _ in range(2):\n    (w * 3 + w * 4).backward()\n")
    first, second = questions(trace, [("grad", "w", 1), ("grad", "w", 2)])
    assert "7" == first.answer.text
    assert {"first_only": "4", "last_only": "3", "averaged": "3.5"} == slips(first)
    assert "14" == second.answer.text
    assert {"overwritten": "7", "first_only": "11", "last_only": "10", "averaged": "10.5"} == slips(second)


def test_broadcasting_has_the_values_of_its_misconceptions() -> None:
    trace = record_cell(
        "b = ag.tensor([1.0, 2.0], requires_grad=True)\n"
        "(ag.tensor([[1.0, 2.0], [3.0, 4.0]]) * b).backward(ag.ones(2, 2))\n"
    )
    (question,) = questions(trace, ["b.grad"])
    assert "[4, 6]" == question.answer.text
    assert {"unsummed": "[[1, 2], [3, 4]]", "averaged": "[2, 3]"} == slips(question)
    b = next(each.id for each in trace.tensors if each.name == "b")
    assert None is frame(trace, question.step).leaves[b].grad


def test_a_result_that_was_broadcast_is_asked_about_as_well() -> None:
    trace = record_cell(
        "w = ag.tensor(2.0, requires_grad=True)\ny = w * 3\n(y * ag.tensor([1.0, 2.0, 4.0])).sum().backward()\n"
    )
    (question,) = questions(trace, [("gradient", "y")])
    assert ("number", "7") == (question.form, question.answer.text)
    assert {"averaged": "2.333"} == slips(question)


def test_a_hook_on_a_leaf_that_holds_a_gradient_is_asked_about_whole() -> None:
    trace = record_cell(
        "w = ag.tensor(2.0, requires_grad=True)\nw.register_hook(lambda grad: grad * 10)\n"
        "(w * 3).backward()\n(w * 5).backward()\n"
    )
    (question,) = questions(trace, [("grad", "w", 2)])
    assert "80" == question.answer.text
    assert {"overwritten": "50", "hook_ignored": "35"} == slips(question)


def test_which_node_runs_next_says_why_the_others_do_not() -> None:
    found = questions(golden("lesson_15_fan_in"), ["next"])[0]
    trace = golden("lesson_15_fan_in")
    nodes = {node.id: node for node in trace.nodes}
    assert "ExpBackward0" == nodes[found.answer.node or 0].name
    assert {"oldest_first", "not_reached"} <= set(slips(found))


def test_a_waiting_node_does_not_run() -> None:
    trace = record_cell("x = ag.tensor(2.0, requires_grad=True)\ny = x * x\nz = y.exp()\n(y + z).backward()\n")
    found = questions(trace, ["next"])[0]
    assert "ExpBackward0" in found.answer.text
    assert "runs_too_early" in slips(found)


def test_a_gradient_that_a_hook_on_its_node_replaced_is_not_explained_by_a_rule() -> None:
    trace = record_cell(
        "w = ag.tensor(2.0, requires_grad=True)\ny = w * 3\n"
        "y.grad_fn.register_hook(lambda into, out: (into[0] * 10, None))\ny.backward()\n"
    )
    with pytest.raises(ValueError, match=r"nothing to ask for 'w.grad'"):
        questions(trace, ["w.grad"])


@pytest.mark.parametrize("name", NAMES)
def test_whatever_could_be_asked_can_be_made(name: str) -> None:
    made = [each.make() for each in candidates(Story(golden(name)))]
    assert all(each is None or each.choices for each in made)


def test_a_choice_between_alike_values_is_not_offered() -> None:
    trace = record_cell("w = ag.tensor(2.0, requires_grad=True)\n(w * 1).backward()\n")
    (question,) = questions(trace, ["w.grad"])
    assert ("number", {}) == (question.form, slips(question))


def test_long_numbers_are_chosen_and_short_ones_typed() -> None:
    trace = record_cell(
        "w = ag.tensor(2.0, requires_grad=True)\n(w * w).backward()\nw.grad = None\nw.exp().backward()\n"
    )
    typed, chosen = questions(trace, [("grad", "w", 1), ("grad", "w", 2)])
    assert ("number", 4.0) == (typed.form, typed.answer.number)
    assert ("choice", "7.389") == (chosen.form, chosen.answer.text)


def test_questions_named_by_a_teacher_are_those_asked() -> None:
    trace = golden("lesson_15_fan_in")
    own = Question(3, "Is `loss` a leaf?", (Choice("no", correct=True), Choice("yes")))
    found = questions(trace, [("gradient", "y"), own, "next", ("raises", 0), ("next", 13)])
    assert ["own", "raises", "next", "next", "gradient"] == [each.kind for each in found]
    assert isinstance(trace.events[found[3].step], RunEvent)
    assert found[3].step >= 13


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        ("next", TypeError, "quiz is True, False or a list of questions, got 'next'"),
        (3, TypeError, "got 3"),
        ([3], ValueError, "3 names no question; one is"),
        (["nex"], ValueError, "'nex' names no question"),
        ([("grad",)], ValueError, "names no question"),
        ([("grad", 3)], ValueError, "names no question"),
        ([("next", -1)], ValueError, "names no question"),
        ([("raises", True)], ValueError, "names no question"),
        (["v.grad"], ValueError, r"nothing to ask for 'v.grad': tensors with a .grad that changes or stays None are x"),
        ([("gradient", "x")], ValueError, "a gradient that is a sum are y"),
        ([("next", 500)], ValueError, "has 34 steps"),
        ([Question(99, "?", (Choice("a", True), Choice("b")))], ValueError, "step 99; the trace ends at 34"),
    ],
)
def test_what_names_no_question_is_refused_with_what_would(wanted: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        questions(golden("lesson_15_fan_in"), wanted)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"step": -1}, "whole number from 0, got step=-1"),
        ({"prompt": " "}, "needs a prompt"),
        ({"choices": (Choice("a"), Choice("b"))}, "exactly one correct choice, got 0 of 2"),
        ({"choices": (Choice("a", True), Choice("a"))}, "two choices with the same text"),
        ({"choices": (Choice("a", True),)}, "at least two choices"),
        ({"form": "essay"}, "form is 'choice', 'number', 'node', got 'essay'"),
        ({"form": "number"}, "these choices have none"),
        ({"form": "node"}, "each choice needs `node`"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(told: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Question(**{"step": 1, "prompt": "?", "choices": (Choice("a", True), Choice("b")), **told})


def test_choices_are_choices() -> None:
    with pytest.raises(TypeError, match=r"choices are `ag.Choice\(text, correct=...\)`"):
        Question(1, "?", ("a", "b"))  # type: ignore[arg-type]


def test_a_training_loop_is_asked_about_by_its_names() -> None:
    model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh(), ag.nn.Linear(3, 1))
    code = """
sgd = ag.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    loss = model(ag.ones(4, 2)).mean()
    loss.backward()
    sgd.step()
"""
    trace = record_cell(code.lstrip(), variables={"model": model})
    found = questions(trace)
    asked = {each.about for each in found if each.kind == "grad"}
    assert asked
    assert asked <= {each.name for each in trace.tensors}
    assert ["line 5"] == [each.about for each in found if each.kind == "raises"]  # what changed before is no trap


def test_no_questions_about_a_trace_in_which_nothing_happens() -> None:
    assert () == questions(Trace())
    assert () == questions(golden("lesson_15_fan_in"), False)


def test_questions_are_plain_data_with_an_id_each() -> None:
    own, other = (Question(3, prompt, (Choice("a", True), Choice("b"))) for prompt in ("?", "??"))
    made = to_json(questions(golden("lesson_15_fan_in"), [own, other, "next"]))
    assert made == json.loads(json.dumps(made, allow_nan=False))
    assert ["own @3", "own @3 2", "next ExpBackward0 @12"] == [each["id"] for each in made]


def test_an_entry_that_stands_there_twice_asks_about_two_moments() -> None:
    trace = golden("lesson_15_fan_in")
    found = questions(trace, ["next", "next"])
    assert 2 == len({each.step for each in found})
    with pytest.raises(ValueError, match="nothing more to ask for 'next': the list asks about all such moments"):
        questions(trace, ["next"] * 50)
    own = Question(3, "?", (Choice("a", True), Choice("b")))
    with pytest.raises(ValueError, match=r"the question '\?' stands in the list twice"):
        questions(trace, [own, own])


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"text": 3}, "text is a string, got 3"),
        ({"why": None}, "why is a string, got None"),
        ({"correct": "yes"}, "correct is True or False, got 'yes'"),
        ({"number": "six"}, "number is a number or one of NaN, Infinity, -Infinity, got 'six'"),
        ({"number": True}, "number is a number"),
        ({"node": "w"}, "node is the id of a node, a whole number, got 'w'"),
    ],
)
def test_a_choice_that_cannot_be_shown_is_refused(told: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        Choice(**{"text": "a", **told})


@pytest.mark.parametrize("told", [{"facts": "abc"}, {"facts": [3]}, {"explanation": 3}, {"kind": 3}, {"choices": None}])
def test_a_question_of_other_things_than_texts_is_refused(told: Any) -> None:
    [name] = told
    with pytest.raises(TypeError, match=f"the question '.': {name} "):
        Question(**{"step": 1, "prompt": "?", "choices": (Choice("a", True), Choice("b")), **told})


def test_numpys_numbers_in_questions_are_pythons() -> None:
    choices = (Choice("1", True, number=np.float32(1), node=np.int64(2)), Choice("inf", number=np.float64("inf")))
    question = Question(np.int64(3), "?", choices)
    assert (3, 1.0, 2, "Infinity") == (question.step, choices[0].number, choices[0].node, choices[1].number)
    assert json.dumps(to_json((question,)), allow_nan=False)
    assert ["next"] == [each.kind for each in questions(golden("lesson_15_fan_in"), [("next", np.int64(3))])]


def test_what_a_choice_says_is_the_value_it_stands_for() -> None:
    for name in NAMES:
        for question in questions(golden(name)):
            for choice in question.choices:
                if isinstance(choice.number, float):
                    assert np.isclose(float(choice.text), choice.number, rtol=1e-3)


def test_a_long_trace_is_read_in_one_pass() -> None:
    lines = ["w = ag.tensor(0.5, requires_grad=True)", "h = w", "for _ in range(300):", "    h = h * w", "h.backward()"]
    assert 2 <= len(questions(record_cell("\n".join(lines) + "\n"))) <= MOST
