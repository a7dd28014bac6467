"""The marks and words of a drawing, as parts of an SVG."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboard import theme

DASHES = {"solid": "", "dot": "3 3", "dash": "9 9", "longdash": "15 15", "dashdot": "9 3 3 3"}
"As plotly.js draws them for lines of up to three pixels."
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Box:
    """The part of the drawing inside the margins."""

    x: float
    y: float
    width: float
    height: float


def short(value: float) -> str:
    """Return a number of the drawing, to a hundredth, without zeros at its end."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def setting(value: Any, index: int) -> Any:
    """Return a setting of one mark: Plotly takes one for all, or a list."""
    return value[index] if isinstance(value, list) else value


def quoted(value: str) -> str:
    """Return the value of an attribute with its quotes, escaped."""
    return f'"{html.escape(value)}"'


def straight(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    colour: str,
    width: float,
    dash: str = "",
    kind: str = "",
) -> str:
    """Return a straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    named = f' class="{kind}"' if kind else ""
    return (
        f'<path{named} d="M{short(x0)},{short(y0)}L{short(x1)},{short(y1)}" stroke="{colour}"'
        f' stroke-width="{width}" fill="none"{dashes}/>'
    )


def titled(shape: str, paint: str, words: str, kind: str = "point") -> str:
    """Return a mark with its words as what a pointer shows."""
    shape += f' class="{kind}"'
    if not words:
        return f"<{shape} {paint}/>"
    plain = html.escape(html.unescape(re.sub(r"<br>", "\n", re.sub(r"</?b>", "", words))))
    return f"<{shape} {paint}><title>{plain}</title></{shape.split()[0]}>"


def text(
    words: str,
    x: float,
    y: float,
    font: dict[str, Any],
    anchor: str,
    halo: str = "",
    more: str = "",
) -> str:
    """Return Plotly's text, `<b>` and `<br>` included, as SVG text."""
    rows = []
    for number, line in enumerate(words.split("<br>")):
        down = f' dy="{font["size"] * 1.3:.1f}"' if number else ""
        weight = ' font-weight="600"' if "<b>" in line else ""
        # A bold part ends with its line: the other words of that line keep their weight.
        pieces = re.split(r"(<b>.*?</b>)", line)
        spans = "".join(_span(piece, weight) for piece in pieces if piece)
        rows.append(f'<tspan x="{short(x)}"{down}>{spans}</tspan>' if number else spans)
    weight = f' font-weight="{font["weight"]}"' if "weight" in font else ""
    if halo:
        weight += f' stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text x="{short(x)}" y="{short(y)}" text-anchor="{anchor}" font-size="{font["size"]}"'
        f' fill="{font["color"]}"{weight}{more}>{"".join(rows)}</text>'
    )


def _span(piece: str, weight: str) -> str:
    plain = html.escape(html.unescape(re.sub(r"</?b>", "", piece)))
    return f"<tspan{weight}>{plain}</tspan>" if piece.startswith("<b>") else plain


def mark(trace: dict[str, Any], index: int, x: float, y: float) -> Iterator[str]:
    """Yield one point of a scatter trace: its mark, and its text where it has one."""
    radius = 0.0
    if "markers" in trace["mode"] and trace["marker"].get("opacity", 1):
        marker = trace["marker"]
        radius = setting(marker["size"], index) / 2
        symbol = setting(marker.get("symbol", "circle"), index)
        colour = setting(marker["color"], index)
        edge = marker.get("line", {})
        stroke, thickness = (
            setting(edge.get("color", ""), index),
            setting(edge.get("width", 0), index),
        )
        if symbol.endswith("-open"):
            stroke, thickness, colour = colour, thickness or 1, "none"
        paint = f'fill="{colour}"'
        if thickness:
            paint += f' stroke="{stroke}" stroke-width="{thickness}"'
        path = theme.outline(symbol, radius)
        shape = (
            f'path transform="translate({short(x)},{short(y)})" d="{path}"'
            if path
            else f'circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"'
        )
        if radius:
            yield titled(shape, paint, setting(trace.get("hovertext", ""), index))
    if "text" in trace["mode"] and (words := setting(trace["text"], index)):
        vertical, horizontal = setting(trace["textposition"], index).split()
        font = {**trace["textfont"]}
        font = {key: setting(value, index) for key, value in font.items()}
        gap = radius / 0.8 + 1 if radius else 0.0
        shift = {"left": -gap, "center": 0.0, "right": gap}[horizontal]
        lift = {"top": -gap - 2, "middle": font["size"] * 0.35, "bottom": gap + font["size"]}
        # What stands left of its point ends there.
        anchor = {"left": "end", "center": "middle", "right": "start"}[horizontal]
        # A name on a map has the sea around it, whatever lies beneath.
        halo = theme.light("sea") if trace["type"] == "scattergeo" else ""
        yield text(words, x + shift, y + lift[vertical], font, anchor, halo)


def symbol(
    shape: str, x: float, y: float, radius: float, colour: str, *, is_hollow: bool = False
) -> str:
    """Return the sign of a status, or of a target, around a point; hollow where only its edge is drawn."""
    is_hollow = is_hollow or shape.endswith("-open")
    paint = f'fill="none" stroke="{colour}" stroke-width="2"' if is_hollow else f'fill="{colour}"'
    if path := theme.outline(shape, radius):
        return f'<path transform="translate({short(x)},{short(y)})" d="{path}" {paint}/>'
    return f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}" {paint}/>'
