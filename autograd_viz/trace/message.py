"""What an exception says. Its class is the user's, and what that does may itself raise."""

from __future__ import annotations

UNSAID = "<exception str() failed>"
"""What Python prints in a traceback in the place of such a message."""


def message_of(error: BaseException) -> str:
    """Return an exception's message as plain text, whatever its `__str__` does or returns."""
    try:
        return str.__str__(str(error))
    except BaseException:  # one error is on its way already, which not even an interrupt may replace
        return UNSAID
