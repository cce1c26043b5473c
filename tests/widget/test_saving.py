"""What a player is saved as: formats by suffix, arguments, paths that cannot be, and no half of a file."""

import sys
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.widget import saving
from autograd_viz.widget.player import Player

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"
STARTS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".html": b"<!DOCTYPE html>"}


@pytest.fixture
def player() -> Player:
    return Player(Trace.load(GOLDEN), step=12)


@pytest.mark.parametrize("suffix", STARTS)
def test_the_suffix_says_what_is_written(player: Player, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"step{suffix.upper()}"
    assert target == player.save(str(target))
    assert target.read_bytes().startswith(STARTS[suffix])
    assert [target] == list(tmp_path.iterdir())


def test_a_picture_shows_the_present_step_or_the_one_asked_for(player: Player, tmp_path: Path) -> None:
    assert "step 12 of 28" in player.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "step 22 of 28" in player.save(tmp_path / "a.svg", step=22).read_text(encoding="utf-8")
    assert 12 == player.step


def test_a_picture_has_the_players_theme_or_the_one_asked_for(player: Player, tmp_path: Path) -> None:
    player.theme = "dark"
    assert "#14171c" in player.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "#14171c" not in player.save(tmp_path / "a.svg", theme="light").read_text(encoding="utf-8")


def test_a_page_opens_at_the_step_asked_for(player: Player, tmp_path: Path) -> None:
    assert '"step":22' in player.save(tmp_path / "a.html", step=22).read_text(encoding="utf-8")


def test_the_title_is_on_pages_and_pictures(tmp_path: Path) -> None:
    player = Player(Trace.load(GOLDEN), title="Two & two")
    for name in ("a.html", "a.svg"):
        assert "Two &amp; two" in player.save(tmp_path / name).read_text(encoding="utf-8")


def test_a_gif_has_a_picture_for_each_step_of_the_range(player: Player, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    with image.open(player.save(tmp_path / "a.gif", start=6, stop=9, seconds=0.5)) as made:
        assert (4, 500, 0) == (made.n_frames, made.info["duration"], made.info["loop"])


def test_a_picture_leaves_out_the_layers_that_the_player_hides(tmp_path: Path) -> None:
    x = ag.tensor(3.0, requires_grad=True)
    with ag.record() as trace:
        ag.autograd.grad(x**3, x, create_graph=True)
    players = [ag.play(trace, layers=layers, step=len(trace.events)) for layers in ([1], [])]
    whole, own = (each.save(tmp_path / "a.svg").read_text(encoding="utf-8") for each in players)
    assert whole.count("PowBackward0") > own.count("PowBackward0")


def test_all_pictures_of_a_gif_have_one_palette_with_their_commonest_colours(player: Player, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    with image.open(player.save(tmp_path / "a.gif", start=6, stop=12)) as made:
        for number in range(made.n_frames):
            made.seek(number)
            shown = made.convert("RGB")
            assert (255, 255, 255) == shown.getpixel((3, 3))
            colours = {colour for _, colour in shown.getcolors(1 << 24)}
            assert {(21, 24, 30), (106, 53, 201)} <= colours  # ink, and the purple of gradients


def test_a_gif_keeps_to_the_players_range_and_grain(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    player = Player(Trace.load(GOLDEN), start=4, stop=19, grain="node")
    with image.open(player.save(tmp_path / "a.gif")) as made:
        assert 1 < made.n_frames < 10


def test_without_pillow_the_extra_is_named(player: Player, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r'pip install "autograd-viz\[images\]"'):
        player.save(tmp_path / "a.gif", stop=2)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.jpeg", "a", ".png", "a.autograd.json"])
def test_other_formats_are_refused_naming_those_there_are(player: Player, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"\.html.*\.svg.*\.png.*\.pdf.*\.gif"):
        player.save(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "told", "error", "says"),
    [
        ("a.png", {"seconds": 1}, TypeError, "no 'seconds'; it takes step, theme"),
        ("a.gif", {"step": 1}, TypeError, "start, stop, seconds"),
        ("a.svg", {"theme": "pink"}, ValueError, "'light' or 'dark', got 'pink'"),
        ("a.svg", {"step": "last"}, TypeError, "step is a whole number"),
        ("a.gif", {"seconds": 0}, ValueError, "0.02 to 60 seconds"),
        ("a.gif", {"start": 9, "stop": 3}, ValueError, "`stop` is before `start`"),
        ("a.svg", {"step": -1}, ValueError, r"step is 0 \(the first step\) to 28 \(the last\), got -1"),
        ("a.html", {"step": 99}, ValueError, r"step is 0 .* to 28 .*, got 99"),
        ("a.gif", {"start": -3}, ValueError, r"start is 0 .* to 28 .*, got -3"),
        ("a.gif", {"stop": 2**60}, ValueError, r"stop is 0 .* to 28"),
    ],
)
def test_arguments_that_cannot_be_are_refused(
    player: Player, tmp_path: Path, name: str, told: Any, error: Any, says: str
) -> None:
    with pytest.raises(error, match=says):
        player.save(tmp_path / name, **told)
    assert [] == list(tmp_path.iterdir())


def test_a_page_opens_within_the_players_range_and_a_picture_at_any_step(tmp_path: Path) -> None:
    player = Player(Trace.load(GOLDEN), start=4, stop=19)
    with pytest.raises(ValueError, match=r"step is 4 .* to 19 .*, got 20"):
        player.save(tmp_path / "a.html", step=20)
    assert player.save(tmp_path / "a.svg", step=20).exists()


def test_a_gif_between_two_turns_is_refused_with_what_to_do(tmp_path: Path) -> None:
    player = Player(Trace.load(GOLDEN), grain="node")
    with pytest.raises(ValueError, match="no node ends its turn; set the player's grain to 'event'"):
        player.save(tmp_path / "a.gif", start=6, stop=8)


def test_a_gif_of_very_many_steps_is_refused_with_what_to_do(player: Player, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(saving, "MOST_PICTURES", 5)
    with pytest.raises(ValueError, match="`start` and `stop`"):
        player.save(tmp_path / "a.gif")


def test_a_missing_folder_is_named(player: Player, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere"):
        player.save(tmp_path / "nowhere" / "a.png")


def test_a_folder_in_the_way_is_named(player: Player, tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(IsADirectoryError, match=r"a\.png"):
        player.save(tmp_path / "a.png")


def test_a_folder_that_cannot_be_written_to_is_named(player: Player, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(saving.os, "access", lambda path, mode: False)  # the test may run as root
    with pytest.raises(PermissionError, match="does not let you write"):
        player.save(tmp_path / "a.png")


def test_a_disk_that_fills_leaves_the_old_file_and_no_half_of_a_new_one(
    player: Player, tmp_path: Path, monkeypatch: Any
) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old", encoding="utf-8")

    def full(*paths: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        player.save(target)
    assert [target] == list(tmp_path.iterdir())
    assert "old" == target.read_text(encoding="utf-8")
