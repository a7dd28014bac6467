"""The figures' Plotly dicts drawn as SVG without a browser, in about a millisecond each.

Knows the part of Plotly that `dashboard.figures` uses: scatter, bar, choropleth and scattergeo;
axes with explicit range and ticks; annotations and shapes. Anything else is a KeyError, so that
a figure can never come out silently different from what plotly.js draws.
"""

import html
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from dashboard import theme
from dashboard.figures import maps

DASHES = {"solid": "", "dot": "3 3"}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def draw(
    figure: dict[str, Any], width: int = 640, height: int | None = None, language: str = "en"
) -> str:
    """Return a figure as one `<svg>` element that needs nothing else; `language` is that of its words.

    The height is the layout's own where none is given; a map's follows from its window.
    """
    layout = figure["layout"]
    height = height or layout.get("height") or round(width / layout["meta"].get("ratio", 1.6))
    margin = layout["margin"]
    box = Box(
        margin["l"],
        margin["t"],
        width - margin["l"] - margin["r"],
        height - margin["t"] - margin["b"],
    )
    body = _map(figure, box) if "geo" in layout else _chart(figure, box)
    font = layout["font"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}"'
        f' viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family={_quoted(font["family"])}'
        f' font-size="{font["size"]}" fill="{font["color"]}" direction="ltr">'
        f"<title>{html.escape(layout['meta']['alt'])}</title>{''.join(body)}</svg>"
    )


@dataclass(frozen=True)
class Box:
    """The part of the drawing inside the margins."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Scale:
    """An axis: from a value to its place along the drawing."""

    kind: str
    start: float
    end: float
    origin: float
    length: float
    categories: tuple[str, ...] = ()

    def number(self, value: Any) -> float:
        """Return a value of the axis as a number."""
        if self.kind == "date":
            return float(date.fromisoformat(value).toordinal())
        return float(self.categories.index(value) if self.kind == "category" else value)

    def __call__(self, value: Any) -> float:
        """Return where along the drawing a value stands."""
        return self.origin + self.length * (self.number(value) - self.start) / (
            self.end - self.start
        )


def _scale(axis: dict[str, Any], origin: float, length: float) -> Scale:
    kind = axis["type"]
    categories = tuple(axis["categoryarray"]) if kind == "category" else ()
    ends = axis["range"]
    if kind == "date":
        ends = [date.fromisoformat(end).toordinal() for end in ends]
    return Scale(kind, ends[0], ends[1], origin, length, categories)


# --- Charts with two axes ----------------------------------------------------------------------


def _chart(figure: dict[str, Any], box: Box) -> Iterator[str]:
    layout = figure["layout"]
    x = _scale(layout["xaxis"], box.x, box.width)
    y = _scale(layout["yaxis"], box.y + box.height, -box.height)
    yield from _grid(layout, x, y, box)
    shapes = layout.get("shapes", [])
    yield from (_shape(shape, x, y, box) for shape in shapes if shape["layer"] == "below")
    stacked: dict[Any, float] = {}
    for trace in figure["data"]:
        if trace["type"] == "bar":
            yield from _bars(trace, x, y, stacked if layout["barmode"] == "stack" else {})
        else:
            yield from _scatter(trace, x, y)
    yield from (_shape(shape, x, y, box) for shape in shapes if shape["layer"] == "above")
    yield from _ticks(layout, x, y, box)
    for note in layout.get("annotations", []):
        yield _annotation(note, x, y, box, layout["font"])


def _axes(
    layout: dict[str, Any], x: Scale, y: Scale
) -> Iterator[tuple[dict[str, Any], Scale, bool]]:
    for axis, scale, is_x in ((layout["xaxis"], x, True), (layout["yaxis"], y, False)):
        if axis.get("visible", True):
            yield axis, scale, is_x


def _grid(layout: dict[str, Any], x: Scale, y: Scale, box: Box) -> Iterator[str]:
    for axis, scale, is_x in _axes(layout, x, y):
        if axis.get("showgrid"):
            for value in axis["tickvals"]:
                at = scale(value)
                ends = (at, box.y, at, box.y + box.height)
                ends = ends if is_x else (box.x, at, box.x + box.width, at)
                yield _rule(*ends, axis["gridcolor"], 1)
    axis = layout["xaxis"]
    if axis.get("showline"):
        bottom = box.y + box.height
        yield _rule(box.x, bottom, box.x + box.width, bottom, axis["linecolor"], 1)


def _ticks(layout: dict[str, Any], x: Scale, y: Scale, box: Box) -> Iterator[str]:
    bottom = box.y + box.height
    for axis, scale, is_x in _axes(layout, x, y):
        if axis.get("showticklabels", True):
            font = {**layout["font"], **axis.get("tickfont", {})}
            for value, words in zip(axis["tickvals"], axis["ticktext"], strict=True):
                at = scale(value)
                if is_x:
                    yield _text(words, at, bottom + font["size"] + 4, font, "middle")
                else:
                    yield _text(words, box.x - 6, at + font["size"] * 0.35, font, "end")


def _points(trace: dict[str, Any], x: Scale, y: Scale) -> list[tuple[float, float] | None]:
    return [
        None if a is None or b is None else (x(a), y(b))
        for a, b in zip(trace["x"], trace["y"], strict=True)
    ]


def _line_of(trace: dict[str, Any], x: Scale, y: Scale) -> str:
    """Return the path of a trace; a missing value is a gap."""
    path, is_down = "", False
    for point in _points(trace, x, y):
        if point:
            path += f"{'L' if is_down else 'M'}{_n(point[0])},{_n(point[1])}"
        is_down = point is not None
    return path


def _scatter(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    yield from _whiskers(trace, x, y)
    if "lines" in trace["mode"]:
        style = trace["line"]
        dash = DASHES[style.get("dash", "solid")]
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<path d="{_line_of(trace, x, y)}" fill="none" stroke="{style["color"]}"'
            f' stroke-width="{style["width"]}" stroke-linejoin="round"{dashes}/>'
        )
    for index, point in enumerate(_points(trace, x, y)):
        if point:
            yield from _mark(trace, index, *point)


def _whiskers(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    bars = trace.get("error_y")
    if bars:
        rows = zip(trace["x"], trace["y"], bars["array"], bars["arrayminus"], strict=True)
        for a, b, more, less in rows:
            if b is not None and (more or less):
                low, high = y(b - less), y(b + more)
                yield _rule(x(a), low, x(a), high, bars["color"], bars["thickness"])


def _mark(trace: dict[str, Any], index: int, x: float, y: float) -> Iterator[str]:
    radius = 0.0
    if "markers" in trace["mode"]:
        marker = trace["marker"]
        radius = _one(marker["size"], index) / 2
        symbol = _one(marker.get("symbol", "circle"), index)
        colour = _one(marker["color"], index)
        edge = marker.get("line", {})
        stroke, thickness = _one(edge.get("color", ""), index), _one(edge.get("width", 0), index)
        if symbol.endswith("-open"):
            stroke, thickness, colour = colour, thickness or 1, "none"
        paint = f'fill="{colour}"'
        if thickness:
            paint += f' stroke="{stroke}" stroke-width="{thickness}"'
        path = theme.outline(symbol, radius)
        shape = (
            f'path transform="translate({_n(x)},{_n(y)})" d="{path}"'
            if path
            else f'circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"'
        )
        if radius:
            yield _titled(shape, paint, _one(trace.get("hovertext", ""), index))
    if "text" in trace["mode"] and (words := _one(trace["text"], index)):
        vertical, horizontal = _one(trace["textposition"], index).split()
        font = {**trace["textfont"]}
        font = {key: _one(value, index) for key, value in font.items()}
        gap = radius / 0.8 + 1 if radius else 0.0
        shift = {"left": -gap, "center": 0.0, "right": gap}[horizontal]
        lift = {"top": -gap - 2, "middle": font["size"] * 0.35, "bottom": gap + font["size"]}
        # What stands left of its point ends there.
        anchor = {"left": "end", "center": "middle", "right": "start"}[horizontal]
        # A name on a map has the sea around it, whatever lies beneath.
        halo = theme.light("sea") if trace["type"] == "scattergeo" else ""
        yield _text(words, x + shift, y + lift[vertical], font, anchor, halo)


def _bars(trace: dict[str, Any], x: Scale, y: Scale, stacked: dict[Any, float]) -> Iterator[str]:
    is_flat = trace["orientation"] == "h"
    places, lengths = (trace["y"], trace["x"]) if is_flat else (trace["x"], trace["y"])
    across, along = (y, x) if is_flat else (x, y)
    marker = trace["marker"]
    edge = marker.get("line", {})
    for index, (place, length) in enumerate(zip(places, lengths, strict=True)):
        if not length:
            continue
        base = trace["base"][index] if "base" in trace else stacked.get(place, 0.0)
        stacked[place] = base + length
        start, end = sorted((along(base), along(base + length)))
        half = _one(trace["width"], index) / 2
        step = abs(across.length / (across.end - across.start))
        middle, thick = across(place), half * step
        x0, y0, w, h = (
            (start, middle - thick, end - start, 2 * thick)
            if is_flat
            else (middle - thick, start, 2 * thick, end - start)
        )
        paint = f'fill="{_one(marker["color"], index)}"'
        if edge.get("width"):
            paint += f' stroke="{edge["color"]}" stroke-width="{edge["width"]}"'
        shape = f'rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(w)}" height="{_n(h)}"'
        yield _titled(shape, paint, _one(trace.get("hovertext", ""), index))


def _shape(shape: dict[str, Any], x: Scale, y: Scale, box: Box) -> str:
    x0, x1 = (_at(shape[end], shape["xref"], x, box.x, box.width) for end in ("x0", "x1"))
    bottom = box.y + box.height
    y0, y1 = (_at(shape[end], shape["yref"], y, bottom, -box.height) for end in ("y0", "y1"))
    if shape["type"] == "line":
        line = shape["line"]
        dash = DASHES[line.get("dash", "solid")]
        return _rule(x0, y0, x1, y1, line["color"], line["width"], dash)
    left, top = min(x0, x1), min(y0, y1)
    return (
        f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(abs(x1 - x0))}"'
        f' height="{_n(abs(y1 - y0))}" fill="{shape["fillcolor"]}"/>'
    )


def _annotation(note: dict[str, Any], x: Scale, y: Scale, box: Box, font: dict[str, Any]) -> str:
    font = {**font, **note.get("font", {})}
    lines = note["text"].count("<br>") + 1
    left = _at(note["x"], note["xref"], x, box.x, box.width) + note.get("xshift", 0)
    middle = _at(note["y"], note["yref"], y, box.y + box.height, -box.height)
    middle -= note.get("yshift", 0)
    size = font["size"]
    first = {"top": size, "middle": size * 0.35, "bottom": -size * 0.3}[note["yanchor"]]
    rise = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[note["yanchor"]] * (lines - 1) * size * 1.3
    anchor = ANCHORS[note["xanchor"]]
    return _text(note["text"], left, middle + first - rise, font, anchor)


def _at(value: Any, reference: str, scale: Scale, origin: float, length: float) -> float:
    return origin + length * value if reference == "paper" else scale(value)


# --- Maps --------------------------------------------------------------------------------------


def _map(figure: dict[str, Any], box: Box) -> Iterator[str]:
    geo = figure["layout"]["geo"]
    (west, east), (south, north) = geo["lonaxis"]["range"], geo["lataxis"]["range"]
    window = (west, east, south, north)
    place, width, height = _mercator(window, box)
    left, top = box.x + (box.width - width) / 2, box.y + (box.height - height) / 2
    # An inner svg cuts off what lies outside; a clip path would need a name of its own.
    yield (
        f'<svg x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
        f' overflow="hidden"><rect width="100%" height="100%" fill="{geo["bgcolor"]}"/>'
    )
    for trace in figure["data"]:
        if trace["type"] == "choropleth":
            shapes = _outlines(trace["geojson"].rsplit("/", 1)[-1], window, box)
            edge = trace["marker"]["line"]
            colours = [colour for _, colour in trace["colorscale"]]
            paint = (
                f'stroke="{edge["color"]}" stroke-width="{edge["width"]}" stroke-linejoin="round"'
            )
            for index, code in enumerate(trace["locations"]):
                if path := shapes.get(code):
                    colour = colours[0] if trace["z"][index] == trace["zmin"] else colours[-1]
                    words = _one(trace.get("hovertext", ""), index)
                    yield _titled(f'path d="{path}"', f'fill="{colour}" {paint}', words)
        else:
            for index, point in enumerate(zip(trace["lon"], trace["lat"], strict=True)):
                yield from _mark(trace, index, *place(*point))
    yield "</svg>"


def _mercator(
    window: maps.Window, box: Box
) -> tuple[Callable[[float, float], tuple[float, float]], float, float]:
    """Return the projection of a window that fits the box, and the size of what it fills."""
    west, east, *_ = window
    bottom, top = maps.edges(window)
    wide, tall = math.radians(east - west), top - bottom
    scale = min(box.width / wide, box.height / tall)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return math.radians(longitude - west) * scale, (top - maps.northing(latitude)) * scale

    return place, wide * scale, tall * scale


@lru_cache(maxsize=32)
def _outlines(file: str, window: maps.Window, box: Box) -> dict[str, str]:
    """Return the path of every country in a window by its code; the same maps are drawn again."""
    place, _, _ = _mercator(window, box)
    paths: dict[str, str] = {}
    for code, polygons in maps.outlines(file).items():
        for ring in (ring for polygon in polygons for ring in polygon):
            if _is_within(ring, window):
                corners = ("{:.1f},{:.1f}".format(*place(*point)) for point in ring[:-1])
                paths[code] = paths.get(code, "") + "M" + "L".join(corners) + "Z"
    return paths


def _is_within(ring: list[list[float]], window: maps.Window) -> bool:
    west, east, south, north = window
    xs, ys = ([point[axis] for point in ring] for axis in (0, 1))
    return min(xs) < east and max(xs) > west and min(ys) < north and max(ys) > south


# --- Marks and words ---------------------------------------------------------------------------


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _one(value: Any, index: int) -> Any:
    """Return a setting of one mark: Plotly takes one for all, or a list."""
    return value[index] if isinstance(value, list) else value


def _quoted(value: str) -> str:
    return f'"{html.escape(value)}"'


def _rule(
    x0: float, y0: float, x1: float, y1: float, colour: str, width: float, dash: str = ""
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{_n(x0)},{_n(y0)}L{_n(x1)},{_n(y1)}" stroke="{colour}"'
        f' stroke-width="{width}" fill="none"{dashes}/>'
    )


def _titled(shape: str, paint: str, words: str) -> str:
    """Return a mark with its words as what a pointer shows."""
    shape += ' class="point"'
    if not words:
        return f"<{shape} {paint}/>"
    plain = html.escape(html.unescape(re.sub(r"<br>", "\n", re.sub(r"</?b>", "", words))))
    return f"<{shape} {paint}><title>{plain}</title></{shape.split()[0]}>"


def _text(words: str, x: float, y: float, font: dict[str, Any], anchor: str, halo: str = "") -> str:
    """Return Plotly's text, `<b>` and `<br>` included, as SVG text."""
    rows = []
    for number, line in enumerate(words.split("<br>")):
        down = f' dy="{font["size"] * 1.3:.1f}"' if number else ""
        weight = ' font-weight="600"' if "<b>" in line else ""
        # A bold part ends with its line: the other words of that line keep their weight.
        pieces = re.split(r"(<b>.*?</b>)", line)
        spans = "".join(_span(piece, weight) for piece in pieces if piece)
        rows.append(f'<tspan x="{_n(x)}"{down}>{spans}</tspan>' if number else spans)
    weight = f' font-weight="{font["weight"]}"' if "weight" in font else ""
    if halo:
        weight += f' stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{font["size"]}"'
        f' fill="{font["color"]}"{weight}>{"".join(rows)}</text>'
    )


def _span(piece: str, weight: str) -> str:
    plain = html.escape(html.unescape(re.sub(r"</?b>", "", piece)))
    return f"<tspan{weight}>{plain}</tspan>" if piece.startswith("<b>") else plain
