"""`%%backprop` in an IPython shell."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import autograd_viz as ag
from autograd_viz.widget.player import Player

TWICE = """%%backprop
w = ag.tensor(3.0, requires_grad=True)
loss = w * w
loss.backward()
loss.backward()
"""
CELL = re.compile(r"Cell In ?\[\d+\]|<ipython-input-\S+>")
"""What a shell calls a cell, by its number."""


@pytest.fixture
def shell(monkeypatch: Any, tmp_path: Any) -> Iterator[Any]:
    """A shell with the extension loaded; what it displays is in `shell.shown`."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance()
    made.history_manager.enabled = False
    made.shown = []
    monkeypatch.setattr("IPython.display.display", made.shown.append)
    made.run_cell("import autograd_viz as ag\n%load_ext autograd_viz").raise_error()
    yield made
    InteractiveShell.clear_instance()


def test_a_cell_runs_in_the_users_namespace_and_is_shown(shell: Any) -> None:
    shell.run_cell("%%backprop\nw = ag.tensor(3.0, requires_grad=True)\n(w * w).backward()").raise_error()
    assert 6.0 == shell.user_ns["w"].grad.item()
    [player] = shell.shown
    assert isinstance(player, Player)
    assert "end" == player.trace.events[-1].kind


def test_the_last_expression_is_still_the_cells_value(shell: Any) -> None:
    done = shell.run_cell("%%backprop\nw = ag.tensor(3.0, requires_grad=True)\nw.requires_grad")
    assert done.result is True


def test_a_semicolon_still_silences_the_value(shell: Any) -> None:
    assert shell.run_cell("%%backprop\n1 + 1;  # said nothing").result is None


def test_a_failing_cell_shows_the_player_at_the_error_and_fails(shell: Any, capsys: Any) -> None:
    done = shell.run_cell(TWICE)
    assert isinstance(done.error_in_exec, RuntimeError)
    [player] = shell.shown
    assert len(player.trace.events) == player.step
    assert "error" == player.trace.events[-1].kind
    assert "Trying to backward through the graph a second time" in capsys.readouterr().out


def test_a_traceback_shows_the_cells_line_and_nothing_of_the_package(shell: Any, capsys: Any) -> None:
    shell.run_cell("%colors nocolor")
    shell.run_cell(TWICE)
    printed = capsys.readouterr().out
    assert "----> 5 loss.backward()" in printed
    assert "engine.py" not in printed
    assert "magics.py" not in printed


def test_the_trace_knows_the_cells_lines(shell: Any) -> None:
    shell.run_cell(TWICE)
    [source] = shell.shown[0].trace.sources
    assert TWICE == source.text
    assert 5 == shell.shown[0].trace.events[-1].line.line


def test_magics_and_shell_commands_work_inside(shell: Any) -> None:
    shell.run_cell("%%backprop\n%precision 3\n!true\nseen = 1").raise_error()
    assert 1 == shell.user_ns["seen"]


def test_an_error_before_anything_was_recorded_shows_no_player(shell: Any) -> None:
    done = shell.run_cell("%%backprop\nundefined_name")
    assert isinstance(done.error_in_exec, NameError)
    assert [] == shell.shown


def test_a_syntax_error_is_the_users_own(shell: Any) -> None:
    done = shell.run_cell("%%backprop\nloss = (")
    assert isinstance(done.error_in_exec, SyntaxError)


def test_a_syntax_error_is_shown_as_a_plain_cells_and_handlers_stay_as_they_were(shell: Any, capsys: Any) -> None:
    shell.run_cell("%colors nocolor")
    before = shell.custom_exceptions, shell.CustomTB
    shell.run_cell("x = 1\nloss = (")
    plain = capsys.readouterr().out
    shell.run_cell("%%backprop\nloss = (")
    printed = capsys.readouterr().out
    assert CELL.sub("", plain) == CELL.sub("", printed)
    assert "line 2" in printed
    assert before == (shell.custom_exceptions, shell.CustomTB)
    shell.run_cell("eval('1 +')")
    assert "eval('1 +')" in capsys.readouterr().out


def test_an_error_names_the_cell_by_its_number(shell: Any, capsys: Any) -> None:
    shell.run_cell("%colors nocolor", store_history=True)
    number = shell.execution_count
    for cell in ("%%backprop\nloss = (", "%%backprop\nnothing_of_that_name"):
        shell.run_cell(cell, store_history=True)
        printed = capsys.readouterr().out
        assert f"In[{number}]" in printed or f"ipython-input-{number}-" in printed
        number += 1


def test_a_syntax_error_that_is_caught_leaves_the_next_one_whole(shell: Any, capsys: Any) -> None:
    shell.run_cell("%colors nocolor")
    shell.run_cell("try:\n    get_ipython().run_cell_magic('backprop', '', 'loss = (')\nexcept SyntaxError:\n    pass")
    shell.run_cell("eval('1 +')")
    assert "eval('1 +')" in capsys.readouterr().out
    assert () == shell.custom_exceptions


@pytest.mark.parametrize("line", ["await nothing()", "async for x in nothing(): pass"])
def test_a_cell_that_awaits_is_refused_in_words(shell: Any, capsys: Any, line: str) -> None:
    result = shell.run_cell(f"%%backprop\n{line}")
    assert "no cell with `await`" in str(result.error_in_exec)
    assert "Traceback" not in capsys.readouterr().out


def test_an_interrupt_is_shown_at_the_users_line(shell: Any, capsys: Any) -> None:
    result = shell.run_cell("%%backprop\nx = 1\nraise KeyboardInterrupt")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    said = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)  # the colours of words
    assert "line 3" in said or "raise KeyboardInterrupt" in said
    assert "magics.py" not in said


def test_options_are_refused_without_a_traceback(shell: Any, capsys: Any) -> None:
    done = shell.run_cell("%%backprop quiz=True\n1")
    assert isinstance(done.error_in_exec, UsageError)
    printed = capsys.readouterr()
    assert "takes no options, got 'quiz=True'" in printed.err
    assert "magics.py" not in printed.out + printed.err


def test_the_magic_says_what_it_does_when_asked(shell: Any) -> None:
    told = shell.object_inspect("%%backprop")["docstring"]
    assert "Run a cell recorded" in told
    assert "loss.backward()" in told


@pytest.mark.parametrize(
    "line",
    [
        "w.add_(1)",
        "w += 1",
        "ag.tensor([1, 2], requires_grad=True)",
        "ag.tensor(2.0).backward()",
        "w.detach().requires_grad_().numpy()",
        "ag.ones(2) + ag.ones(3)",
    ],
)
def test_an_error_of_autograd_as_the_only_event_shows_the_player_at_it(shell: Any, line: str) -> None:
    shell.run_cell("w = ag.tensor(3.0, requires_grad=True)").raise_error()
    done = shell.run_cell(f"%%backprop\n{line}")
    assert done.error_in_exec is not None
    [player] = shell.shown
    assert isinstance(player, Player)
    assert len(player.trace.events) == player.step
    assert player.trace.events[-1].kind in ("error", "refused")
    assert "<svg" in ag.draw(player.trace).pipe("svg", encoding="utf-8")


def test_the_magic_can_be_unloaded_and_loaded_again(shell: Any, capsys: Any) -> None:
    shell.run_cell("%unload_ext autograd_viz").raise_error()
    assert "doesn't define how to unload" not in capsys.readouterr().out
    assert None is shell.find_cell_magic("backprop")
    shell.run_cell("%load_ext autograd_viz").raise_error()
    assert None is not shell.find_cell_magic("backprop")
