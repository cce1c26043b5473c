"""Whatever is wrong with a picture, the user's cell goes on: the trace, the gradients and words remain."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import autograd_viz as ag
from autograd_viz.widget import assets, expansion, words
from autograd_viz.widget.play import display
from autograd_viz.widget.player import Player
from autograd_viz.widget.words import Words

Break = Callable[[Any, Path], None]


def raising(*_: Any, **__: Any) -> Any:
    raise OSError("no pencil\nat all")


def without_widgets(monkeypatch: Any, folder: Path) -> None:
    for name in ("autograd_viz.widget.player", "autograd_viz.widget.live"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)


def without_layout(monkeypatch: Any, folder: Path) -> None:
    monkeypatch.setattr(expansion, "place", raising)


def without_built_files(monkeypatch: Any, folder: Path) -> None:
    monkeypatch.setattr(assets, "FOLDER", folder)


def with_broken_files(monkeypatch: Any, folder: Path) -> None:
    (folder / "player.js").write_bytes(b"\xff\xfe broken")
    monkeypatch.setattr(assets, "FOLDER", folder)


def without_a_channel(monkeypatch: Any, folder: Path) -> None:
    monkeypatch.setattr(Player, "open", raising)


def without_plain_data(monkeypatch: Any, folder: Path) -> None:
    monkeypatch.setattr("autograd_viz.trace.document.plain", raising)


BREAKS: list[Break] = [
    without_widgets, without_layout, without_built_files, with_broken_files, without_a_channel, without_plain_data,
]  # fmt: skip
every_break = pytest.mark.parametrize("broken", BREAKS, ids=lambda each: each.__name__)


def square() -> tuple[ag.Tensor, ag.Tensor]:
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    return w, (w * w).sum()


@every_break
@pytest.mark.parametrize("live", [False, True])
def test_playing_a_loss_leaves_gradients_and_words(broken: Break, live: bool, monkeypatch: Any, tmp_path: Path) -> None:
    broken(monkeypatch, tmp_path)
    w, loss = square()
    with pytest.warns(RuntimeWarning, match="a summary instead"):
        shown = ag.play(loss, live=live)
    assert isinstance(shown, Words)
    assert [2.0, 4.0] == w.grad.tolist()
    assert "w.grad" in repr(shown)
    assert "end" == shown.trace.events[-1].kind


@every_break
def test_playing_a_trace_leaves_words(broken: Break, monkeypatch: Any, tmp_path: Path) -> None:
    with ag.record() as trace:
        square()[1].backward()
    broken(monkeypatch, tmp_path)
    with pytest.warns(RuntimeWarning, match="a summary instead"):
        assert "w.grad" in repr(ag.play(trace))


@every_break
def test_a_failing_backward_still_raises_its_own_error(broken: Break, monkeypatch: Any, tmp_path: Path) -> None:
    _, loss = square()
    loss.backward()
    broken(monkeypatch, tmp_path)
    with (
        pytest.warns(RuntimeWarning, match="a summary instead"),
        pytest.raises(RuntimeError, match="a second time"),
    ):
        ag.play(loss)


@every_break
def test_a_warning_that_is_an_error_fails_nothing(broken: Break, monkeypatch: Any, tmp_path: Path) -> None:
    broken(monkeypatch, tmp_path)
    w, loss = square()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(ag.play(loss), Words)
    assert [2.0, 4.0] == w.grad.tolist()


@every_break
def test_a_recorded_cell_keeps_its_value_and_its_error(broken: Break, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    try:
        shell.run_cell("import autograd_viz as ag\n%load_ext autograd_viz").raise_error()
        broken(monkeypatch, tmp_path)
        cell = "%%backprop\nw = ag.tensor(3.0, requires_grad=True)\n(w * w).backward()\nw.grad.item()"
        with pytest.warns(RuntimeWarning, match="a summary instead"):
            assert 6.0 == shell.run_cell(cell).result
        with pytest.warns(RuntimeWarning, match="a summary instead"):
            failed = shell.run_cell("%%backprop\n(w * w).backward()\n1 / 0")
        assert isinstance(failed.error_in_exec, ZeroDivisionError)
        assert 12.0 == shell.user_ns["w"].grad.item()
        assert [Words, Words] == [type(each) for each in shown]
    finally:
        InteractiveShell.clear_instance()


def test_without_graphviz_the_graph_stands_in_plain_rows(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("autograd_viz.render.graphviz_run._in_process", raising)
    _, loss = square()
    with pytest.warns(RuntimeWarning, match="plain rows instead .OSError: no pencil at all"):
        player = ag.play(loss)
    assert isinstance(player, Player)
    assert {"leaf", "op", "root"} == {each["kind"] for each in player._trace.layout["items"]}
    assert "<svg" in player.save(tmp_path / "step.svg").read_text()


def test_a_display_that_fails_does_not_hide_the_users_error(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", raising)
    with pytest.warns(RuntimeWarning, match="could not be displayed .OSError"):
        display("anything")
    _, loss = square()
    loss.backward()
    with pytest.warns(RuntimeWarning, match="could not be displayed"), pytest.raises(RuntimeError, match="second time"):
        ag.play(loss)


def test_a_trace_that_cannot_be_told_is_counted(monkeypatch: Any) -> None:
    with ag.record() as trace:
        square()[1].backward()
    player = ag.play(trace)
    monkeypatch.setattr(words, "summary", raising)
    assert f"A trace of {len(trace.events)} events (no summary: OSError" in repr(player)
    assert player._repr_mimebundle_() is not None


@pytest.mark.parametrize("suffix", ["html", "svg", "png", "pdf"])
@pytest.mark.parametrize(
    "title",
    ["a\0b", "x" * 100_000, "\ud800", "a\nb\r\n", "\u202egnp", "</script>", '"\\', "\U0001f600" * 50],
    ids=["nul", "long", "surrogate", "lines", "bidi", "markup", "quotes", "emoji"],
)
def test_any_title_can_be_played_and_saved(title: str, suffix: str, tmp_path: Path) -> None:
    with ag.record(title=title) as trace:
        square()[1].backward()
    player = ag.play(trace)
    assert isinstance(player, Player)
    assert player.save(tmp_path / f"x.{suffix}").stat().st_size > 1000
    trace.save(tmp_path / "x.autograd.json")
    assert len(trace.events) == len(ag.Trace.load(tmp_path / "x.autograd.json").events)
    assert ag.draw(trace).pipe(format="svg")


def test_a_scope_may_be_called_anything(tmp_path: Path) -> None:
    w = ag.tensor(2.0, requires_grad=True)
    with ag.record() as trace:
        with ag.scope("a\ud800/<b>\0"):
            y = w.exp() * w
        y.backward()
    trace.save(tmp_path / "x.autograd.json")
    assert "a\ufffd/<b>\0" == ag.Trace.load(tmp_path / "x.autograd.json").ops[0].scope
    player = ag.play(trace, selected="\ud800")
    for suffix in ("html", "svg", "png"):
        assert player.save(tmp_path / f"x.{suffix}").exists()


def test_a_half_of_a_surrogate_pair_is_replaced_where_it_leaves_python(tmp_path: Path) -> None:
    with ag.record(title="a\ud800b") as trace:
        square()[1].backward()
    assert "a\ufffdb" == trace.to_json()["title"]
    assert "a\ufffdb" in ag.play(trace).save(tmp_path / "x.html").read_text(encoding="utf-8")
