"""The still picture."""

import base64
import re
import time

import graphviz
import pytest

import autograd_viz as ag
from autograd_viz.render.drawing import Drawing
from autograd_viz.render.layout import layout
from autograd_viz.render.palette import DARK, LIGHT
from autograd_viz.render.sizes import NUMBER_ROW
from autograd_viz.trace.recording.snapshot import snapshot


def make_loss():
    x, w = ag.ones(2, 3), ag.ones(3, 2, requires_grad=True)
    return (x @ w).exp().sum()


def chips(source):
    return re.findall("saved [^<]*", source)


def test_a_loss_is_drawn_with_its_nodes_its_leaf_and_what_they_save():
    w = ag.ones(3, requires_grad=True)
    loss = (w * w).sum()
    source = ag.draw(loss).source
    for word in ("SumBackward0", "MulBackward0", "<b>w</b>", "[3]", "saved w @0, w @0"):
        assert word in source


def test_a_trace_and_its_loss_show_the_same_nodes():
    with ag.record() as trace:
        w = ag.ones(3, requires_grad=True)
        loss = (w * w).sum()
    for drawn in (ag.draw(trace), ag.draw(loss)):
        assert drawn.source.count("Backward0") == 2


def test_several_tensors_are_drawn_as_one_graph():
    w = ag.ones(3, requires_grad=True)
    source = ag.draw([w.exp(), w.sum()]).source
    assert "ExpBackward0" in source and "SumBackward0" in source
    assert source.count("<b>w</b>") == 1


def test_the_drawing_is_a_digraph_that_can_be_drawn_on():
    drawn = ag.draw(make_loss())
    assert isinstance(drawn, graphviz.Digraph)
    drawn.node("note", label="mine")
    assert "mine" in drawn.pipe("svg", encoding="utf-8")


def test_the_picture_is_the_players():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * 3).sum()
    loss.backward()
    picture = ag.draw(loss).pipe("svg", encoding="utf-8")
    for word in (">w<", ">MulBackward0<", ">Σ<", ">.grad<", ">[3, 3]<"):
        assert word in picture


def test_a_drawing_has_a_theme_and_no_rows_for_what_nobody_knows():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * 3).sum()
    light, dark = (ag.draw(loss, theme=theme).pipe("svg", encoding="utf-8") for theme in ("light", "dark"))
    assert (LIGHT.paper in light, DARK.paper in dark) == (True, True)
    with ag.record() as trace:
        (w * 3).sum().backward()
    mul = [next(each for each in layout(drawn)["items"] if each["id"][0] == "n") for drawn in (snapshot(loss), trace)]
    assert NUMBER_ROW == mul[1]["h"] - mul[0]["h"]
    assert "seed" not in ag.draw(trace).pipe("svg", encoding="utf-8")


def test_no_other_theme_is_drawn():
    with pytest.raises(ValueError, match="theme is one of 'auto', 'light', 'dark', got 'blue'"):
        ag.draw(ag.ones(1), theme="blue")


def test_a_drawing_says_in_a_line_what_it_is_and_what_to_do_with_it():
    w = ag.tensor(3.0, requires_grad=True)
    assert repr(ag.draw(w * 2)) == "<Drawing: 2 cards; a notebook shows it, .save('graph.svg'), .png or .pdf keeps it>"
    assert "Drawing object" in repr(Drawing("mine"))


def test_chips_name_saved_tensors_as_the_user_does_also_after_they_were_freed():
    x, w = ag.ones(2), ag.tensor([1.0, 2.0], requires_grad=True)
    hidden = x * w + w
    loss = (hidden * (w * hidden).tanh()).sum()
    held = ag.draw(loss).source
    loss.backward()
    freed = ag.draw(loss).source
    assert ["saved x @0", "saved hidden @0, w @0", "saved tanh(…)", "saved tanh(…) @0, hidden @0"] == chips(held)
    assert ["saved w, self", "saved hidden, w", "saved tanh(…)", "saved tanh(…), hidden"] == chips(freed)


def test_a_long_name_of_a_saved_tensor_is_cut_and_not_replaced():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        ((w * 2 + 10).exp() * w).sum()
    assert "saved w @0, exp(w * 2 + 1… @0" == chips(ag.draw(trace).source)[-1]


def test_a_long_name_of_a_saved_parameter_is_said_without_whose_it_is():
    model = ag.nn.Sequential(ag.nn.Sequential(ag.nn.LayerNorm(2)))
    (said,) = chips(ag.draw(model(ag.ones(1, 2)).sum()).source)
    assert "weight @1" in said.split(", ")


def test_a_trace_that_failed_is_drawn_at_its_error():
    with ag.record() as trace:
        w = ag.tensor(2.0, requires_grad=True)
        y = w * w
        y.backward()
        with pytest.raises(RuntimeError, match="second time"):
            y.backward()
    assert ">error<" in ag.draw(trace).pipe("svg", encoding="utf-8")


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_it_renders_without_a_dot_on_path(kind, start, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    path = ag.draw(make_loss()).render("graph", tmp_path, format=kind, cleanup=True)
    assert path == str(tmp_path / f"graph.{kind}")
    assert (tmp_path / f"graph.{kind}").read_bytes().startswith(start)
    assert [each.name for each in tmp_path.iterdir()] == [f"graph.{kind}"]


def test_an_outfile_says_the_format_by_its_suffix(tmp_path):
    path = ag.draw(make_loss()).render(outfile=tmp_path / "loss.svg")
    assert path == str(tmp_path / "loss.svg")
    assert b"<svg" in (tmp_path / "loss.svg").read_bytes()


def test_a_notebook_shows_it_as_svg_without_a_dot_on_path(monkeypatch):
    monkeypatch.setenv("PATH", "")
    bundle = ag.draw(make_loss(), theme="light")._repr_mimebundle_()
    assert list(bundle) == ["image/svg+xml"]
    assert "<svg" in bundle["image/svg+xml"]


def test_in_a_notebook_a_drawing_knows_both_themes_and_asks_which_one_is_there():
    drawing = ag.draw(make_loss())
    page = drawing._repr_mimebundle_()["text/html"]
    image = base64.b64decode(re.search('svg.xml;base64,([^"]+)', page)[1]).decode()
    assert "<script" not in page + image
    assert '[data-jp-theme-light="false"] .autograd-viz-drawing' in page
    assert (LIGHT.paper in image, f"fill:{DARK.paper}" in image) == (True, True)
    assert DARK.paper not in drawing.pipe("svg", encoding="utf-8")
    assert "text/html" not in drawing._repr_mimebundle_(exclude=["text/html"])


def test_once_something_is_drawn_on_it_a_notebook_shows_that():
    drawing = ag.draw(make_loss())
    drawing.node("mine")
    assert list(drawing._repr_mimebundle_()) == ["image/svg+xml"]


def test_something_else_is_refused_with_its_type():
    with pytest.raises(TypeError, match="got int"):
        ag.draw(3)


def test_a_tensor_without_a_graph_is_drawn_alone():
    lonely = ag.ones(3)
    assert "<b>lonely</b>" in ag.draw(lonely).source


def test_a_graph_of_thousands_is_drawn_in_groups_and_in_seconds():
    a = ag.ones(2, requires_grad=True)
    for _ in range(3000):
        a = a * 1.001
    drawing = ag.draw(a.sum())
    started = time.process_time()
    assert b"operations" in drawing.pipe("svg")
    assert time.process_time() - started < 5
    assert drawing.source.count("->") < 200


def test_groups_are_drawn_closed_or_as_frames():
    w = ag.tensor(2.0, requires_grad=True)
    with ag.record() as trace:
        with ag.scope("encoder"):
            y = w.exp() * w
        (y * y).backward()
    assert "subgraph cluster_0" in ag.draw(trace).source
    assert "subgraph" not in ag.draw(trace, expanded=0).source
    assert "2 operations" in ag.draw(trace, expanded=[]).source


def test_groups_that_are_modules_are_drawn_with_their_class():
    model = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.Linear(2, 2))
    with ag.record() as trace:
        model(ag.ones(1, 2)).sum().backward()
    for expanded in (1, 99):
        drawing = ag.draw(trace, expanded=expanded)
        picture = drawing.pipe("svg", encoding="utf-8")
        assert all(f"{i} · Linear" in drawing.source for i in (0, 1))
        assert all(word in picture for word in ("Sequential", "· Linear"))


@pytest.mark.parametrize("name", ["g.svg", "g.png", "g.pdf"])
@pytest.mark.parametrize("call", ["save", "render"])
def test_a_name_that_ends_as_a_picture_is_that_pictures(tmp_path, name, call):
    begun = {"g.svg": b"<svg", "g.png": b"\x89PNG", "g.pdf": b"%PDF"}[name]
    path = getattr(ag.draw(make_loss()), call)(tmp_path / "new" / name)
    assert str(tmp_path / "new" / name) == path
    assert (tmp_path / "new" / name).read_bytes().startswith(begun)
    assert [name] == [each.name for each in (tmp_path / "new").iterdir()]


def test_other_names_and_formats_are_what_graphviz_makes_of_them(tmp_path):
    drawn = ag.draw(make_loss())
    assert drawn.source in (tmp_path / drawn.save("g.gv", directory=tmp_path)).read_text(encoding="utf-8")
    assert str(tmp_path / "g.png.svg") == drawn.render("g.png", directory=tmp_path, format="svg")


@pytest.mark.parametrize("name", ["g.gif", "g.html", "g.JPG"])
@pytest.mark.parametrize("call", ["save", "render"])
def test_no_source_goes_under_the_name_of_another_picture(tmp_path, name, call):
    with pytest.raises(ValueError, match=r"\.svg, \.png or \.pdf.*" + re.escape(name)):
        getattr(ag.draw(make_loss()), call)(tmp_path / name)
    assert not list(tmp_path.iterdir())
