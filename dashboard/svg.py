"""The figures' Plotly dicts drawn as SVG without a browser, in about a millisecond each.

Knows the part of Plotly that `dashboard.figures` uses: scatter, bar, choropleth and scattergeo;
axes with explicit range and ticks; annotations and shapes. Anything else is a KeyError, so that
a figure can never come out silently different from what plotly.js draws.
"""

import html
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

from dashboard import theme
from dashboard.figures import geography
from dashboard.figures.figure import is_rtl, label, narrowed, width_of, wrapped

DASHES = {"solid": "", "dot": "3 3", "dash": "9 9", "longdash": "15 15", "dashdot": "9 3 3 3"}
"As plotly.js draws them for lines of up to three pixels."
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def draw(
    figure: dict[str, Any], width: int = 640, height: int | None = None, language: str = "en"
) -> str:
    """Return a figure as one `<svg>` element that needs nothing else; `language` is that of its words.

    The height is the layout's own where none is given; a map's follows from its window. Narrow
    drawings have what the layout's `meta.narrow` changes.
    """
    layout = narrowed(figure["layout"], width)
    figure = figure | {"layout": layout}
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
                    continue
                is_right = axis.get("side") == "right"
                away = 1 + axis.get("ticklabelstandoff", 0)
                beside = box.x + box.width + away if is_right else box.x - away
                down = font["size"] * (0.35 - words.count("<br>") * 0.65)
                yield _text(words, beside, at + down, font, "start" if is_right else "end")


def _points(trace: dict[str, Any], x: Scale, y: Scale) -> list[tuple[float, float] | None]:
    return [
        None if a is None or b is None else (x(a), y(b))
        for a, b in zip(trace["x"], trace["y"], strict=True)
    ]


def _line_of(trace: dict[str, Any], x: Scale, y: Scale) -> str:
    """Return the path of a trace; a missing value is a gap."""
    path = ""
    for is_told, run in groupby(_points(trace, x, y), key=lambda point: point is not None):
        if is_told:
            corners = [f"{_n(point[0])},{_n(point[1])}" for point in run if point]
            path += "M" + "L".join(corners) + ("Z" if len(corners) == 1 else "")
    return path


def _scatter(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    yield from _whiskers(trace, x, y)
    style = trace.get("line", {})
    if trace.get("fill") == "toself":
        shape = f'path d="{_line_of(trace, x, y)}Z"'
        paint = f'fill="{trace["fillcolor"]}"'
        paint += f' opacity="{trace["opacity"]}"' if "opacity" in trace else ""
        yield _titled(shape, paint, trace.get("text", ""), "fill")
    if "lines" in trace["mode"] and style["width"]:
        dash = DASHES[style.get("dash", "solid")]
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<path class="line" d="{_line_of(trace, x, y)}" fill="none" stroke="{style["color"]}"'
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
    if "markers" in trace["mode"] and trace["marker"].get("opacity", 1):
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
            paint += f' stroke="{_one(edge["color"], index)}" stroke-width="{edge["width"]}"'
        shape = f'rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(w)}" height="{_n(h)}"'
        yield _titled(shape, paint, _one(trace.get("hovertext", ""), index))


def _shape(shape: dict[str, Any], x: Scale, y: Scale, box: Box) -> str:
    x0, x1 = (_at(shape[end], shape["xref"], x, box.x, box.width) for end in ("x0", "x1"))
    bottom = box.y + box.height
    y0, y1 = (_at(shape[end], shape["yref"], y, bottom, -box.height) for end in ("y0", "y1"))
    if shape["type"] == "line":
        line = shape["line"]
        dash = DASHES[line.get("dash", "solid")]
        return _rule(x0, y0, x1, y1, line["color"], line["width"], dash, "shape")
    left, top = min(x0, x1), min(y0, y1)
    return (
        f'<rect class="shape" x="{_n(left)}" y="{_n(top)}" width="{_n(abs(x1 - x0))}"'
        f' height="{_n(abs(y1 - y0))}" fill="{shape["fillcolor"]}"/>'
    )


def _annotation(note: dict[str, Any], x: Scale, y: Scale, box: Box, font: dict[str, Any]) -> str:
    font = {**font, **note.get("font", {})}
    lines = note["text"].count("<br>") + 1
    left = _at(note["x"], note["xref"], x, box.x, box.width) + note.get("xshift", 0)
    middle = _at(note["y"], note["yref"], y, box.y + box.height, -box.height)
    middle -= note.get("yshift", 0)
    size = font["size"]
    if note.get("textangle") == -90:  # from the bottom up, its foot where it is put
        turned = f' transform="rotate(-90 {_n(left)} {_n(middle)})"'
        down = size * (0.35 - (lines - 1) * 0.65)
        return _text(note["text"], left, middle + down, font, "start", more=turned)
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
            yield from _areas(trace, window, box)
        else:
            for index, point in enumerate(zip(trace["lon"], trace["lat"], strict=True)):
                yield from _mark(trace, index, *place(*point))
    yield "</svg>"


def _areas(trace: dict[str, Any], window: geography.Window, box: Box) -> Iterator[str]:
    """Return the areas of a map: those of a colour, that say nothing, as one path."""
    shapes = _outlines(trace["geojson"].rsplit("/", 1)[-1], window, box)
    edge = trace["marker"]["line"]
    colours = [colour for _, colour in trace["colorscale"]]
    quiet: dict[str, str] = {}
    told: list[str] = []
    for index, code in enumerate(trace["locations"]):
        if path := shapes.get(code):
            share = (trace["z"][index] - trace["zmin"]) / (trace["zmax"] - trace["zmin"])
            colour = colours[round(share * (len(colours) - 1))]
            if words := _one(trace.get("hovertext", ""), index):
                told.append(_titled(f'path d="{path}"', f'fill="{colour}"', words))
            else:
                quiet[colour] = quiet.get(colour, "") + path
    yield (f'<g stroke="{edge["color"]}" stroke-width="{edge["width"]}" stroke-linejoin="round">')
    yield from (f'<path d="{path}" fill="{colour}"/>' for colour, path in quiet.items())
    yield from told
    yield "</g>"


def _mercator(
    window: geography.Window, box: Box
) -> tuple[Callable[[float, float], tuple[float, float]], float, float]:
    """Return the projection of a window that fits the box, and the size of what it fills."""
    west, east, *_ = window
    bottom, top = geography.edges(window)
    wide, tall = math.radians(east - west), top - bottom
    scale = min(box.width / wide, box.height / tall)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return math.radians(longitude - west) * scale, (top - geography.northing(latitude)) * scale

    return place, wide * scale, tall * scale


@lru_cache(maxsize=64)
def _outlines(file: str, window: geography.Window, box: Box) -> dict[str, str]:
    """Return the path of every area in a window by its code; the same maps are drawn again."""
    place, width, height = _mercator(window, box)
    paths: dict[str, str] = {}
    for code, feature in geography.features(file).items():
        for ring in (ring for polygon in feature.polygons for ring in polygon):
            if _is_within(ring, window):
                corners = _cut([place(*point) for point in ring[:-1]], width, height)
                paths[code] = paths.get(code, "") + _coarse(corners)
    return {code: path for code, path in paths.items() if path}


def _is_within(ring: list[list[float]], window: geography.Window) -> bool:
    west, east, south, north = window
    xs, ys = ([point[axis] for point in ring] for axis in (0, 1))
    return min(xs) < east and max(xs) > west and min(ys) < north and max(ys) > south


OUTSIDE = 6.0
"How far beyond its edge a map is drawn, in pixels: the borders along that cut are never seen."

Line = list[tuple[float, float]]


def _cut(line: Line, width: float, height: float) -> Line:
    """Return a ring without what lies beyond the edges of a map."""
    for axis, limit, sign in (
        (0, -OUTSIDE, 1),
        (0, width + OUTSIDE, -1),
        (1, -OUTSIDE, 1),
        (1, height + OUTSIDE, -1),
    ):
        kept: Line = []
        for start, end in zip(line, line[1:] + line[:1], strict=True):
            is_in, goes_in = ((point[axis] - limit) * sign >= 0 for point in (start, end))
            if is_in:
                kept.append(start)
            if is_in != goes_in:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
                kept.append((limit, other) if axis == 0 else (other, limit))
        line = kept
        if not line:
            break
    return line


SMALL = 0.8
"What is nearer to the point before it, in pixels, is left out of an outline."


def _coarse(corners: Line) -> str:
    """Return a ring as path data with a tenth of a pixel; empty where it is a speck."""
    kept: list[tuple[int, int]] = []
    for x, y in corners:
        point = round(x * 10), round(y * 10)
        if not kept or math.dist(point, kept[-1]) > SMALL * 10:
            kept.append(point)
    if len(kept) < 3:
        return ""
    path = [f"M{_tenths(kept[0][0])} {_tenths(kept[0][1])}l"]
    for (x0, y0), (x1, y1) in pairwise(kept):
        for number in (x1 - x0, y1 - y0):
            told = _tenths(number)
            path.append(told if told.startswith("-") or path[-1].endswith("l") else f" {told}")
    return "".join(path) + "z"


def _tenths(number: int) -> str:
    """Return tenths as a decimal, as short as SVG allows: 5 is `.5`."""
    whole, rest = divmod(abs(number), 10)
    told = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{told}" if number < 0 else told


# --- Marks and words ---------------------------------------------------------------------------


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _one(value: Any, index: int) -> Any:
    """Return a setting of one mark: Plotly takes one for all, or a list."""
    return value[index] if isinstance(value, list) else value


def _quoted(value: str) -> str:
    return f'"{html.escape(value)}"'


def _rule(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    colour: str,
    width: float,
    dash: str = "",
    kind: str = "",
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    named = f' class="{kind}"' if kind else ""
    return (
        f'<path{named} d="M{_n(x0)},{_n(y0)}L{_n(x1)},{_n(y1)}" stroke="{colour}"'
        f' stroke-width="{width}" fill="none"{dashes}/>'
    )


def _titled(shape: str, paint: str, words: str, kind: str = "point") -> str:
    """Return a mark with its words as what a pointer shows."""
    shape += f' class="{kind}"'
    if not words:
        return f"<{shape} {paint}/>"
    plain = html.escape(html.unescape(re.sub(r"<br>", "\n", re.sub(r"</?b>", "", words))))
    return f"<{shape} {paint}><title>{plain}</title></{shape.split()[0]}>"


def _text(
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
        rows.append(f'<tspan x="{_n(x)}"{down}>{spans}</tspan>' if number else spans)
    weight = f' font-weight="{font["weight"]}"' if "weight" in font else ""
    if halo:
        weight += f' stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{font["size"]}"'
        f' fill="{font["color"]}"{weight}{more}>{"".join(rows)}</text>'
    )


def _span(piece: str, weight: str) -> str:
    plain = html.escape(html.unescape(re.sub(r"</?b>", "", piece)))
    return f"<tspan{weight}>{plain}</tspan>" if piece.startswith("<b>") else plain


# --- Several drawings on one sheet -----------------------------------------------------------------

Panel = tuple[str, str, dict[str, Any]]
"A name, a value and a figure's dict."

EDGE, BETWEEN, LEAST = 28, 32, 260
"Pixels around a sheet, between its panels, and of the narrowest panel."

LETTERS = {"not_reported": "–", "not_planned": "·", "withheld": "···"}
"What stands in the cells of a heat table that have no value."


def sheet(
    panels: Sequence[Panel],
    *,
    heading: str,
    lead: str,
    foot: str,
    language: str,
    width: int = 1000,
    columns: int = 3,
    keys: Sequence[tuple[str, str]] = (),
) -> str:
    """Return one `<svg>` with a heading, a lead, a legend, panels side by side, and a foot.

    Words are broken into lines by their width. In Arabic everything begins at the right. There are
    fewer columns where panels would become too narrow.
    """
    inner = width - 2 * EDGE
    columns = max(1, min(columns, len(panels), (inner + BETWEEN) // (LEAST + BETWEEN)))
    page = _Page(width, language)
    page.words(heading, 24, "ink", weight=700)
    page.words(lead, 16, "muted", before=8)
    page.legend(keys)
    wide = (inner - BETWEEN * (columns - 1)) / columns
    for start in range(0, len(panels), columns):
        page.row(panels[start : start + columns], wide)
    if foot:
        page.rule()
        page.words(foot, 12, "muted", before=12)
    height = round(page.y + EDGE)
    said = ". ".join(text.rstrip(".") for text in (heading, lead) if text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family={_quoted(theme.FONT)} font-size="12" fill="{theme.light("ink")}"'
        f' direction="ltr"><title>{html.escape(said)}</title>'
        f'<rect width="100%" height="100%" fill="{theme.light("card")}"/>{"".join(page.parts)}</svg>'
    )


class _Page:
    """A sheet that is being written from top to bottom; `y` is where it has come to."""

    def __init__(self, width: int, language: str) -> None:
        self.width, self.language = width, language
        self.is_rtl = is_rtl(language)
        self.y = float(EDGE)
        self.parts: list[str] = []

    def near(self, start: float, wide: float) -> float:
        """Return the left edge of what begins so far from where lines begin."""
        left = EDGE + start
        return self.width - left - wide if self.is_rtl else left

    def line(
        self, text: str, start: float, wide: float, size: int, colour: str, **style: Any
    ) -> None:
        """Write one line: at the near edge of a column, or at its far edge."""
        is_far = style.pop("is_far", False)
        is_right = self.is_rtl != is_far
        x = self.near(start, wide) + (wide if is_right else 0)
        font = {"size": size, "color": theme.light(colour), **style}
        anchor = "end" if is_right else "start"
        self.parts.append(_text(label(text, self.language), x, self.y + size, font, anchor))

    def words(self, text: str, size: int, colour: str, *, before: float = 0, **style: Any) -> None:
        """Write a text over the whole width, in as many lines as it takes."""
        if not text:
            return
        self.y += before
        inner = self.width - 2 * EDGE
        for one in wrapped(text, inner, size, most=12):
            self.line(one, 0, inner, size, colour, **style)
            self.y += size * 1.35

    def legend(self, keys: Sequence[tuple[str, str]]) -> None:
        """Write a legend, as many of its entries on a line as fit."""
        if not keys:
            return
        self.y += 14
        start, inner = 0.0, self.width - 2 * EDGE
        for kind, word in keys:
            wide = 26 + width_of(word, 13)
            if start and start + wide > inner:
                start, self.y = 0.0, self.y + 22
            self.parts.append(_key(kind, self.near(start, 20) + 10, self.y + 8))
            self.line(word, start + 26, wide - 26, 13, "ink")
            start += wide + 20
        self.y += 20

    def row(self, panels: Sequence[Panel], wide: float) -> None:
        """Draw panels side by side, each with its name and its value above it."""
        self.y += 22
        top = bottom = self.y
        heads = [self.head(panel, number, wide, top) for number, panel in enumerate(panels)]
        below = max(heads)
        for number, (_, _, figure) in enumerate(panels):
            drawn = draw(figure, round(wide), language=self.language)
            x = self.near(number * (wide + BETWEEN), wide)
            tall = float(re.search(r' height="(\d+)"', drawn)[1])  # type: ignore[index]
            place = f'<svg x="{_n(x)}" y="{_n(below)}" '
            self.parts.append(drawn.replace("<svg ", place, 1))
            bottom = max(bottom, below + tall)
        self.y = bottom

    def head(self, panel: Panel, number: int, wide: float, top: float) -> float:
        """Write name and value above a panel; return where they end."""
        name, value, _ = panel
        start = number * (wide + BETWEEN)
        self.y = top
        if not name and not value:
            return top
        room = wide - (width_of(value, 14) + 12 if value else 0)
        is_beside = room > 0.4 * wide
        for one in wrapped(name, room if is_beside else wide, 14) if name else ():
            self.line(one, start, wide, 14, "ink", weight=600)
            self.y += 19
        end, self.y = self.y, top if is_beside else self.y
        if value:
            self.line(value, start, wide, 14, "muted", is_far=is_beside)
            self.y += 19
        return max(end, self.y) + 6

    def rule(self) -> None:
        """Draw a fine line over the whole width."""
        self.y += 20
        ends = (EDGE, self.y, self.width - EDGE, self.y)
        self.parts.append(_rule(*ends, theme.light("line"), 1))


def _key(kind: str, x: float, y: float) -> str:
    """Return the sign of a legend's entry around a point, as the style sheet draws it on pages."""
    name, _, part = kind.partition("-")
    if name == "status":
        look = theme.look(part)
        return _symbol(look.symbol, x, y, look.size(11) / 2, theme.light(look.colour))
    if name in ("diamond", "ring"):
        symbol = "diamond" if name == "diamond" else "circle"
        return _symbol(symbol, x, y, 4.5, theme.light("path"), is_hollow=True)
    if name == "dash":
        return _rule(x - 10, y, x + 10, y, theme.light("path"), 2, "3 3")
    if name == "tick":
        return _rule(x, y - 7, x, y + 7, theme.light("ink"), 2)
    if name == "line":
        return _rule(x - 10, y, x + 10, y, theme.light("teal"), 2.5)
    area = theme.AREAS[int(part)] if name == "area" else ""
    fills = {"fill": part, "area": area, "band": "band", "withheld": "raised"}
    edges = {"outlined": ("teal", 1.5), "not_reported": ("line", 1)}
    fill, (edge, thick) = theme.light(fills.get(name, "card")), edges.get(name, ("card", 0))
    font = {"size": 12, "color": theme.light("muted")}
    return (
        f'<rect x="{_n(x - 9)}" y="{_n(y - 6)}" width="18" height="12" rx="2" fill="{fill}"'
        f' stroke="{theme.light(edge)}" stroke-width="{thick}"/>'
        + (_text(LETTERS[name], x, y + 4, font, "middle") if name in LETTERS else "")
    )


def _symbol(
    symbol: str, x: float, y: float, radius: float, colour: str, *, is_hollow: bool = False
) -> str:
    is_hollow = is_hollow or symbol.endswith("-open")
    paint = f'fill="none" stroke="{colour}" stroke-width="2"' if is_hollow else f'fill="{colour}"'
    if path := theme.outline(symbol, radius):
        return f'<path transform="translate({_n(x)},{_n(y)})" d="{path}" {paint}/>'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" {paint}/>'
