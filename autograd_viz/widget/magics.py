"""`%%backprop`: run a cell recorded, then show the player."""

from __future__ import annotations

import ast
import os
import tokenize
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any

from autograd_viz.widget.play import display, run_recorded, show

HELP = """Run a cell recorded, then show the player of what autograd did in it.

    %%backprop
    w = ag.tensor(3.0, requires_grad=True)
    loss = w * w
    loss.backward()

The cell runs in your namespace as without the magic: its names and its last value remain. If it fails, the player
stands at the event where it failed, above the traceback; a failure that autograd had no part in shows none. The magic
takes no options: for those, record with `with ag.record() as trace:` and show it with `ag.play(trace, ...)`.
"""
PACKAGE = str(Path(__file__).parents[1]) + os.sep


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook the `%%backprop` magic: what `%load_ext autograd_viz` calls."""

    def magic(line: str, cell: str) -> Any:
        return backprop(shell, line, cell)

    magic.__doc__ = HELP
    shell.register_magic_function(magic, "cell", "backprop")


def unload_ipython_extension(shell: Any) -> None:
    """Take the `%%backprop` magic away again: what `%unload_ext autograd_viz` calls."""
    shell.magics_manager.magics["cell"].pop("backprop", None)


def backprop(shell: Any, line: str, cell: str) -> Any:
    """Run a cell recorded in the user's namespace, display the player, and return the cell's last value.

    If the cell raises, the player is displayed stopped there and the cell fails with the cell's own error.
    """
    if line.strip():
        raise misused(
            f"%%backprop takes no options, got {line.strip()!r}; the code starts on the next line. "
            "For options: `with ag.record() as trace:`, then `ag.play(trace, ...)`."
        )
    try:
        statements, last = compile_cell(shell, cell)
    except SyntaxError as error:
        if not awaits(shell, cell):
            show_place(shell, error)
            raise
        raise misused(
            "%%backprop runs no cell with `await` outside a function, got one. Await in a plain cell before, or record "
            "there: `with ag.record() as trace:`, then `ag.play(trace)`."
        ) from None

    def run() -> Any:
        exec(statements, shell.user_ns)
        return None if last is None else eval(last, shell.user_ns)

    try:
        trace, value = run_recorded(run)
    except BaseException as error:  # an interrupt too is shown at the user's line
        show_users_frames(shell, error)
        raise
    display(show(trace))
    return None if is_silenced(cell) else value


def misused(said: str) -> Exception:
    """Return the error that IPython shows without a traceback."""
    from IPython.core.error import UsageError

    return UsageError(said)


def awaits(shell: Any, cell: str) -> bool:
    """Whether a cell that does not compile is one that IPython would run as a coroutine."""
    try:
        compile(shell.transform_cell(cell), "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        return False
    return True


def compile_cell(shell: Any, cell: str) -> tuple[Any, Any]:
    """Compile a cell as the shell would: its statements, and its last expression or None."""
    source = shell.transform_cell(cell)
    # Tracebacks and traces find the lines under this name, numbered as in the notebook: the magic's is the first.
    name = shell.compile.cache(f"%%backprop\n{source}", number_of(shell))
    tree = shell.compile.ast_parse(f"\n{source}", name)
    for transformer in shell.ast_transformers:
        tree = transformer.visit(tree)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = shell.compile(ast.Expression(tree.body.pop().value), name, "eval")
    return shell.compile(tree, name, "exec"), last


def number_of(shell: Any) -> int:
    """Return the number of the cell that runs: newer shells count on before it ends."""
    run = shell.history_manager.input_hist_parsed
    number: int = len(run) - 1 if run and "'backprop'" in run[-1] else shell.execution_count
    return number


def show_place(shell: Any, error: SyntaxError) -> None:
    """Have the shell show a cell's syntax error as it does a plain cell's: the place, and no frames.

    The shell asks no `_render_traceback_` of syntax errors, so that it is told of a handler, for this one alone.
    """
    before = shell.custom_exceptions, shell.CustomTB

    def shown(shell: Any, kind: type, value: BaseException, *_: object, **__: object) -> None:
        shell.custom_exceptions, shell.CustomTB = before
        if value is error:
            shell.showsyntaxerror()
        else:
            shell.showtraceback(running_compiled_code=True)

    if not isinstance(error, before[0]):  # else the user has a handler
        shell.set_custom_exc((SyntaxError,), shown)


def show_users_frames(shell: Any, error: BaseException) -> None:
    """Have the shell print the error's traceback without the frames of this package: the user's lines remain."""
    frames, entry = [], error.__traceback__
    while entry is not None:
        frames.append(entry)
        entry = entry.tb_next
    users = None
    for each in reversed(frames):
        if not each.tb_frame.f_code.co_filename.startswith(PACKAGE):
            users = TracebackType(users, each.tb_frame, each.tb_lasti, each.tb_lineno)

    def render() -> list[str]:
        return shell.InteractiveTB.structured_traceback(type(error), error, users, tb_offset=0)

    error._render_traceback_ = render  # type: ignore[attr-defined]  # IPython asks for this first


def is_silenced(cell: str) -> bool:
    """Whether the cell's last token is a semicolon, by which notebooks keep a value from being shown."""
    silent = (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)
    try:
        tokens = [token for token in tokenize.generate_tokens(StringIO(cell).readline) if token.type not in silent]
    except (tokenize.TokenError, IndentationError):
        return False  # a cell with magics in it need not be Python
    return bool(tokens) and tokens[-1].string == ";"
