"""Cells that learners run, by the name of their golden trace: the seed document and the lessons.

Each is run as a notebook would run it, under the source name "cell".
"""

import linecache
from typing import Any

import autograd_viz as ag
from autograd_viz.trace import Trace, record

CELLS = {
    "seed_forward_backward": """
x = ag.ones(5)  # input tensor
y = ag.zeros(3)  # expected output
w = ag.randn(5, 3, requires_grad=True)
b = ag.randn(3, requires_grad=True)
z = ag.matmul(x, w)+b
loss = ag.nn.functional.binary_cross_entropy_with_logits(z, y)
loss.backward()
""",
    "seed_disabling_tracking": """
x = ag.ones(5)
w = ag.randn(5, 3, requires_grad=True)
b = ag.randn(3, requires_grad=True)
z = ag.matmul(x, w)+b
print(z.requires_grad)

with ag.no_grad():
  z = ag.matmul(x, w)+b
print(z.requires_grad)

z = ag.matmul(x, w)+b
z_det = z.detach()
print(z_det.requires_grad)
""",
    "seed_jacobian_products": """
inp = ag.eye(4, 5, requires_grad=True)
out = (inp+1).pow(2).t()
out.backward(ag.ones_like(out), retain_graph=True)
out.backward(ag.ones_like(out), retain_graph=True)
inp.grad.zero_()
out.backward(ag.ones_like(out), retain_graph=True)
""",
    "lesson_01_backward_twice": """
x = ag.tensor(3.0, requires_grad=True)
y = x * x
y.backward()
y.backward()
""",
    "lesson_01_nothing_saved": """
x = ag.tensor(3.0, requires_grad=True)
y = x + 2
y.backward()
y.backward()
""",
    "lesson_02_not_undone": """
a = ag.tensor(1.0, requires_grad=True)
b = ag.tensor(3.0, requires_grad=True)
y = a + b*b
y.backward()
y.backward()
""",
    "lesson_03_zero_grad_forgotten": """
w = ag.tensor(2.0, requires_grad=True)
y = w * 3
y.backward(retain_graph=True)
y.backward()
""",
    "lesson_04_non_leaf_grad": """
a = ag.tensor(1.0, requires_grad=True)
b = a * 2
c = b * 3
c.backward()
""",
    "lesson_04_retain_grad": """
a = ag.tensor(1.0, requires_grad=True)
b = a * 2
b.retain_grad()
c = b * 3
c.backward()
""",
    "lesson_05_nothing_to_differentiate": """
loss = ag.tensor(1.0)
loss.backward()
""",
    "lesson_05_argmax": """
scores = ag.tensor([1.0, 3.0, 2.0], requires_grad=True)
best = scores.argmax()
best.backward()
""",
    "lesson_05_detached": """
w = ag.tensor([1.0, 2.0], requires_grad=True)
p = w.detach()
loss = (p * p).sum()
loss.backward()
""",
    "lesson_06_saved_tensor_changed": """
a = ag.tensor(2.0, requires_grad=True)
b = a * 3
c = b * b
b.add_(1)
c.backward()
""",
    "lesson_07_what_is_saved": """
a = ag.tensor(2.0, requires_grad=True)
b = a * 1
c = b.exp()
b.add_(1)
c.backward()

p = a * 1
q = p.pow(2)
q.add_(1)
q.backward()
""",
    "lesson_08_leaf_in_place": """
a = ag.tensor(2.0, requires_grad=True)
a.add_(1)
""",
    "lesson_08_leaf_under_no_grad": """
a = ag.tensor(2.0, requires_grad=True)
with ag.no_grad():
    a.add_(1)
y = a * a
y.backward()
""",
    "lesson_09_data": """
x = ag.tensor([0.0, 2.0], requires_grad=True)
s = x.sigmoid()
s.data.zero_()
s.sum().backward()
""",
    "lesson_09_detach": """
x = ag.tensor([0.0, 2.0], requires_grad=True)
s = x.sigmoid()
s.detach().zero_()
s.sum().backward()
""",
    "lesson_10_detach": """
x = ag.tensor(2.0, requires_grad=True)
y = x * x.detach()
y.backward()
""",
    "lesson_10_no_grad": """
x = ag.tensor(2.0, requires_grad=True)
with ag.no_grad():
    c = x * x
y = x * c
y.backward()
""",
    "lesson_11_inference_mode": """
w = ag.tensor([1.0, 2.0], requires_grad=True)
with ag.inference_mode():
    t = ag.ones(2) * 3
y = t * w
""",
    "lesson_12_create_graph": """
x = ag.tensor(3.0, requires_grad=True)
y = x.pow(3)
dx, = ag.autograd.grad(y, x, create_graph=True)
dx.backward()
""",
    "lesson_13_vector": """
x = ag.tensor([1.0, 2.0], requires_grad=True)
y = x * x
y.backward(ag.tensor([1.0, 10.0]))
""",
    "lesson_13_not_scalar": """
x = ag.tensor([1.0, 2.0], requires_grad=True)
y = x * x
y.backward()
""",
    "lesson_14_broadcasting": """
X = ag.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [10.0, 11.0, 12.0]])
b = ag.tensor([0.0, 1.0, 2.0], requires_grad=True)
out = X + b
out.backward(X)
""",
    "lesson_15_fan_in": """
x = ag.tensor(2.0, requires_grad=True)
y = x * x
a = y * 3
b = y.exp()
loss = a + b
loss.backward()
""",
    "lesson_16_hooks": """
x = ag.tensor(1.0, requires_grad=True)
y = x * 2
y.retain_grad()
y.register_hook(lambda grad: grad * 10)
z = y * 3
z.backward()
""",
    "lesson_17_state_carried_over": """
W = ag.tensor(0.5, requires_grad=True)
h = ag.tensor(1.0)
for step in range(2):
    h = ag.tanh(W * h)
    h.backward()
""",
    "lesson_18_step_between": """
W = ag.tensor(2.0, requires_grad=True)
x = ag.tensor(3.0, requires_grad=True)
loss = (W * x).pow(2)
loss.backward(retain_graph=True)
with ag.no_grad():
    W -= 0.1 * W.grad
loss.backward()
""",
    "lesson_19_ties": """
x = ag.tensor([1.0, 3.0, 3.0], requires_grad=True)
top = x.max()
top.backward()
""",
    "lesson_19_max_of_a_dimension": """
x = ag.tensor([1.0, 3.0, 3.0], requires_grad=True)
top, where = x.max(0)
top.backward()
""",
    "lesson_19_kinks": """
x = ag.tensor(0.0, requires_grad=True)
y = ag.relu(x) + ag.maximum(x, ag.zeros(())) + x.clamp(min=0) + x.abs()
y.backward()
""",
    "lesson_20_where_trap": """
x = ag.tensor([0.0, 4.0], requires_grad=True)
y = ag.where(x > 0, ag.sqrt(x), ag.zeros(2))
y.sum().backward()
""",
    "advice_on_an_expression": """
w = ag.tensor([1.0, 2.0], requires_grad=True)
(-w).backward()
""",
    "rules_as_a_reader_knows_them": """
x = ag.tensor([[2.0, 4.0, 3.0], [1.0, 0.0, 5.0]])
w = ag.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], requires_grad=True)
b = ag.tensor([0.5, -0.5], requires_grad=True)
normal = ag.nn.functional.layer_norm(x, (3,))
scores = ag.nn.functional.linear(normal, w, b)
bent = ag.nn.functional.elu(ag.nn.functional.layer_norm(scores, (2,)))
both = ag.cat([scores, bent], dim=1)
loss = ag.nn.functional.cross_entropy(both, ag.tensor([0, 2])) + both.max(1).values.prod()
loss.backward()
""",
}


def run(name: str, cap: int = 4096) -> Trace:
    """Record a cell as a notebook would run it; what it raises is the trace's last event."""
    return record_cell(CELLS[name].lstrip("\n"), title=name.replace("_", " "), cap=cap)


def record_cell(code: str, title: str = "", cap: int = 4096, variables: dict[str, Any] | None = None) -> Trace:
    """Record code under the source name "cell", with random numbers and sequence numbers from the start."""
    linecache.cache["cell"] = (len(code), None, code.splitlines(keepends=True), "cell")
    ag.manual_seed(0)
    space: dict[str, Any] = {"ag": ag, "print": lambda *_: None, **(variables or {})}
    trace = None
    try:
        with record(title=title, cap=cap) as trace:
            exec(compile(code, "cell", "exec"), space)
    except Exception:
        pass
    assert trace is not None
    return trace
