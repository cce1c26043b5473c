"""The colours of still pictures, light and dark: those of the player's style sheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours as `#rrggbb`; those below `constant` are mixed from those above."""

    paper: str
    ink: str
    forward: str
    grad: str
    error: str
    positive: str
    negative: str
    zero: str
    nan: str
    leaf: str
    constant: str
    card: str
    muted: str
    line: str
    edge: str
    wash: str


def mix(one: str, other: str, share: float) -> str:
    """Mix two colours, `share` (0 to 1) of the first."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _palette(base: dict[str, str], card: float, muted: float, line: float, edge: float, wash: float) -> Palette:
    """Add the colours that are shares of ink on paper."""
    shares = {"card": card, "muted": muted, "line": line, "edge": edge, "wash": wash}
    return Palette(**base, **{name: mix(base["ink"], base["paper"], share) for name, share in shares.items()})


LIGHT = _palette(
    {
        "paper": "#ffffff", "ink": "#15181e", "forward": "#0b7285", "grad": "#6a35c9", "error": "#b3202c",
        "positive": "#c75108", "negative": "#2463b0", "zero": "#f1f1ef", "nan": "#8b6a00",
        "leaf": "#1d7a5a", "constant": "#7a6a3c",
    },
    card=0.0, muted=0.68, line=0.16, edge=0.42, wash=0.03,
)  # fmt: skip
DARK = _palette(
    {
        "paper": "#14171c", "ink": "#eef0f3", "forward": "#5cc8da", "grad": "#b79bff", "error": "#ff8d8d",
        "positive": "#ff9a52", "negative": "#62a8ff", "zero": "#272b32", "nan": "#e0b93c",
        "leaf": "#5fc79f", "constant": "#c9b67c",
    },
    card=0.07, muted=0.72, line=0.20, edge=0.48, wash=0.04,
)  # fmt: skip
PALETTES = {"light": LIGHT, "dark": DARK}
