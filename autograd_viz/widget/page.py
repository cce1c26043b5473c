"""The player as one HTML file: viewer, trace and nothing else, opened from disk without a network.

Note [Hostile traces]. A trace may come from anyone and its names are arbitrary text. It stands in the page as
JSON inside a data block, with every `<` written as an escape, so no name can end the block; and the page's
Content-Security-Policy lets two scripts run, the loader and the viewer that it unpacks, each known by its hash,
and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Any

from autograd_viz.trace.document import whole_text
from autograd_viz.widget import assets

PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="autograd-viz">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="player" data-digest="{digest}"></main>
<noscript><p>This page replays a backward pass and needs JavaScript.</p><pre>{summary}</pre></noscript>
<script type="application/json" id="trace">{trace}</script>
<script type="application/json" id="state">{state}</script>
<script>{script}</script>
</body>
</html>
"""
STYLE = (
    ":root{color-scheme:light dark}"
    ":root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}"
    "@media print{:root:root{color-scheme:light}body{padding:0!important}}"
    "body{margin:0;padding:12px;background:Canvas;color:CanvasText}"
    "#player{--av-height:max(420px,calc(100vh - 86px))}"  # the window's, less the controls and the margins
)


def page(trace: str, title: str, state: dict[str, Any], summary: str) -> str:
    """Return a whole HTML page that opens a trace, as JSON text or packed, in the given state."""
    script = assets.read("standalone.js").replace("\r\n", "\n").replace("</script", "<\\/script")
    return PAGE.format(
        digest=hashlib.sha256(f"{trace}{state.get('_quiz')}".encode(errors="replace")).hexdigest()[:16],
        theme=escape(str(state["theme"])),
        policy=_policy(script, assets.unpacked(script)),
        title=escape(whole_text(title) or "Backward pass"),
        style=STYLE,
        summary=escape(whole_text(summary)),
        trace=escaped(trace),
        state=data_block(state),
        script=script,
    )


def data_block(value: Any) -> str:
    """Return JSON that can stand in a `<script>` data block: see Note [Hostile traces]."""
    return escaped(whole_text(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))))


def escaped(text: str) -> str:
    """Return JSON text without a `<`, which may stand in it within strings alone."""
    return text.replace("<", "\\u003c")


def _policy(*scripts: str) -> str:
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
