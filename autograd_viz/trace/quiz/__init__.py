"""Questions about a trace: what a learner should predict before seeing it, as plain data for the player.

Pure functions of a trace. `choosing` picks the moments, `grads`, `order` and `errors` make the questions of each
kind, `turns` reads the passes, `choices` sorts true values among those of misconceptions.
"""

from autograd_viz.trace.quiz.choosing import check_wanted, questions
from autograd_viz.trace.quiz.question import Choice, Question, to_json

__all__ = ["Choice", "Question", "check_wanted", "questions", "to_json"]
