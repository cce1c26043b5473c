"""What is drawn of a trace."""

import autograd_viz as ag
from autograd_viz.autograd.scopes import path
from autograd_viz.render.picture import picture


def kinds(drawn):
    return {mark.id: mark.kind for mark in drawn.marks}


def joins(drawn):
    return {(line.tail, line.head, line.kind) for line in drawn.lines}


def test_a_product_shows_its_leaf_its_constant_its_node_and_its_root():
    with ag.record() as trace:
        x, w = ag.tensor(2.0), ag.tensor(3.0, requires_grad=True)
        loss = x * w
        loss.backward()
    drawn = picture(trace)
    by_name = {tensor.name: f"t{tensor.id}" for tensor in trace.tensors}
    node = f"n{trace.tensors[-1].node}"
    root = f"r{trace.tensors[-1].node}:0"
    assert kinds(drawn) == {by_name["x"]: "constant", by_name["w"]: "leaf", node: "op", root: "root"}
    assert joins(drawn) == {
        (by_name["x"], node, "untracked"),
        (by_name["w"], node, "tracked"),
        (node, root, "tracked"),
    }


def test_an_accumulator_is_drawn_in_its_leaf():
    with ag.record() as trace:
        w = ag.tensor(3.0, requires_grad=True)
        (w * w).backward()
    leaf = next(mark for mark in picture(trace).marks if mark.kind == "leaf")
    assert leaf.node.name == "AccumulateGrad"
    assert [line.input for line in picture(trace).lines if line.tail == leaf.id] == [0, 1]


def test_detach_is_a_ghost_with_its_edge_cut():
    with ag.record() as trace:
        x = ag.tensor(2.0, requires_grad=True)
        y = x * x.detach()
        y.backward()
    drawn = picture(trace)
    ghost = next(mark for mark in drawn.marks if mark.kind == "untracked")
    assert ghost.op.name == "detach"
    assert [(line.kind, line.head) for line in drawn.lines if ghost.id in (line.tail, line.head)] == [
        ("cut", ghost.id),
        ("untracked", f"n{trace.nodes[0].id}"),
    ]


def test_an_operation_on_constants_is_not_cut_off_from_anything():
    with ag.record() as trace:
        x = ag.ones(3)
        (x * 2).sum()
    assert {line.kind for line in picture(trace).lines} == {"untracked"}


def test_a_change_in_place_is_where_later_operations_start_from():
    with ag.record() as trace:
        a = ag.tensor(2.0, requires_grad=True)
        b = a * 3
        b.add_(1)
        c = b * 2
        c.backward()
    changed = next(op for op in trace.ops if op.mutates is not None)
    last = trace.ops[-1]
    assert (f"n{changed.node}", f"n{last.node}", "tracked") in joins(picture(trace))


def test_a_graph_made_before_the_recording_is_drawn_too():
    w = ag.tensor(3.0, requires_grad=True)
    loss = w * w
    with ag.record() as trace:
        loss.backward()
    assert sorted(mark.kind for mark in picture(trace).marks) == ["leaf", "op", "root"]


def test_two_passes_from_one_root_share_their_seed():
    with ag.record() as trace:
        w = ag.tensor(3.0, requires_grad=True)
        loss = w * w
        loss.backward(retain_graph=True)
        loss.backward()
    assert [mark.kind for mark in picture(trace).marks].count("root") == 1


def test_a_grad_stands_on_its_tensors_card_where_an_optimizer_is_given_both():
    w = ag.tensor(3.0, requires_grad=True)
    with ag.record() as trace:
        (w * w).backward()
        ag.optim.SGD([w], lr=0.1).step()
        twice = w.grad * 2
    leaf, grad = (f"t{next(each.id for each in trace.tensors if each.name == name)}" for name in ("w", "w.grad"))
    step, doubled = (f"o{op.id}" for op in trace.ops if op.node is None)
    assert twice.item() == 12
    assert joins(picture(trace)) >= {(leaf, step, "cut"), (grad, doubled, "untracked")}
    assert (grad, step, "untracked") not in joins(picture(trace))


def test_what_an_optimizer_and_clipping_do_is_a_group_of_theirs():
    net = ag.nn.Linear(2, 2)
    with ag.record() as trace:
        net(ag.ones(1, 2)).sum().backward()
        ag.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        ag.nn.utils.clip_grad_value_(net.parameters(), 1.0)
        ag.optim.Adam(net.parameters()).step()
    scopes = {each.scope for each in trace.ops}
    assert {"clip_grad_norm_", "Adam.step"} <= scopes


def test_a_step_that_nobody_hears_takes_no_scope():
    """To note where a scope begins and ends costs a third of a small step, which makes no nodes."""
    seen = []

    class Listening(ag.optim.SGD):
        def _update(self, *args):
            seen.append(path())
            super()._update(*args)

    weight = ag.ones(2, requires_grad=True)
    weight.sum().backward()
    Listening([weight], lr=0.1).step()
    with ag.record():
        Listening([weight], lr=0.1).step()
    assert seen == ["", "Listening.step"]
