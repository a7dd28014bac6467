"""Figures with two axes as SVG: points, lines and bars, on axes with explicit range and ticks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from dashboard.svg import marks
from dashboard.svg.marks import Box


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


def chart(figure: dict[str, Any], box: Box) -> Iterator[str]:
    """Yield what a figure with two axes draws inside its margins, and its ticks beside them."""
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
                yield marks.straight(*ends, axis["gridcolor"], 1)
    axis = layout["xaxis"]
    if axis.get("showline"):
        bottom = box.y + box.height
        yield marks.straight(box.x, bottom, box.x + box.width, bottom, axis["linecolor"], 1)


def _ticks(layout: dict[str, Any], x: Scale, y: Scale, box: Box) -> Iterator[str]:
    bottom = box.y + box.height
    for axis, scale, is_x in _axes(layout, x, y):
        if axis.get("showticklabels", True):
            font = {**layout["font"], **axis.get("tickfont", {})}
            for value, words in zip(axis["tickvals"], axis["ticktext"], strict=True):
                at = scale(value)
                if is_x:
                    yield marks.text(words, at, bottom + font["size"] + 4, font, "middle")
                    continue
                is_right = axis.get("side") == "right"
                away = 1 + axis.get("ticklabelstandoff", 0)
                beside = box.x + box.width + away if is_right else box.x - away
                down = font["size"] * (0.35 - words.count("<br>") * 0.65)
                yield marks.text(words, beside, at + down, font, "start" if is_right else "end")


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
            corners = [f"{marks.short(point[0])},{marks.short(point[1])}" for point in run if point]
            path += "M" + "L".join(corners) + ("Z" if len(corners) == 1 else "")
    return path


def _scatter(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    yield from _whiskers(trace, x, y)
    style = trace.get("line", {})
    if trace.get("fill") == "toself":
        shape = f'path d="{_line_of(trace, x, y)}Z"'
        paint = f'fill="{trace["fillcolor"]}"'
        paint += f' opacity="{trace["opacity"]}"' if "opacity" in trace else ""
        yield marks.titled(shape, paint, trace.get("text", ""), "fill")
    if "lines" in trace["mode"] and style["width"]:
        dash = marks.DASHES[style.get("dash", "solid")]
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<path class="line" d="{_line_of(trace, x, y)}" fill="none" stroke="{style["color"]}"'
            f' stroke-width="{style["width"]}" stroke-linejoin="round"{dashes}/>'
        )
    for index, point in enumerate(_points(trace, x, y)):
        if point:
            yield from marks.mark(trace, index, *point)


def _whiskers(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    bars = trace.get("error_y")
    if bars:
        rows = zip(trace["x"], trace["y"], bars["array"], bars["arrayminus"], strict=True)
        for a, b, more, less in rows:
            if b is not None and (more or less):
                low, high = y(b - less), y(b + more)
                yield marks.straight(x(a), low, x(a), high, bars["color"], bars["thickness"])


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
        half = marks.setting(trace["width"], index) / 2
        step = abs(across.length / (across.end - across.start))
        middle, thick = across(place), half * step
        x0, y0, w, h = (
            (start, middle - thick, end - start, 2 * thick)
            if is_flat
            else (middle - thick, start, 2 * thick, end - start)
        )
        paint = f'fill="{marks.setting(marker["color"], index)}"'
        if edge.get("width"):
            paint += (
                f' stroke="{marks.setting(edge["color"], index)}" stroke-width="{edge["width"]}"'
            )
        shape = f'rect x="{marks.short(x0)}" y="{marks.short(y0)}" width="{marks.short(w)}" height="{marks.short(h)}"'
        yield marks.titled(shape, paint, marks.setting(trace.get("hovertext", ""), index))


def _shape(shape: dict[str, Any], x: Scale, y: Scale, box: Box) -> str:
    x0, x1 = (_at(shape[end], shape["xref"], x, box.x, box.width) for end in ("x0", "x1"))
    bottom = box.y + box.height
    y0, y1 = (_at(shape[end], shape["yref"], y, bottom, -box.height) for end in ("y0", "y1"))
    if shape["type"] == "line":
        line = shape["line"]
        dash = marks.DASHES[line.get("dash", "solid")]
        return marks.straight(x0, y0, x1, y1, line["color"], line["width"], dash, "shape")
    left, top = min(x0, x1), min(y0, y1)
    return (
        f'<rect class="shape" x="{marks.short(left)}" y="{marks.short(top)}" width="{marks.short(abs(x1 - x0))}"'
        f' height="{marks.short(abs(y1 - y0))}" fill="{shape["fillcolor"]}"/>'
    )


def _annotation(note: dict[str, Any], x: Scale, y: Scale, box: Box, font: dict[str, Any]) -> str:
    font = {**font, **note.get("font", {})}
    lines = note["text"].count("<br>") + 1
    left = _at(note["x"], note["xref"], x, box.x, box.width) + note.get("xshift", 0)
    middle = _at(note["y"], note["yref"], y, box.y + box.height, -box.height)
    middle -= note.get("yshift", 0)
    size = font["size"]
    if note.get("textangle") == -90:  # from the bottom up, its foot where it is put
        turned = f' transform="rotate(-90 {marks.short(left)} {marks.short(middle)})"'
        down = size * (0.35 - (lines - 1) * 0.65)
        return marks.text(note["text"], left, middle + down, font, "start", more=turned)
    first = {"top": size, "middle": size * 0.35, "bottom": -size * 0.3}[note["yanchor"]]
    rise = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[note["yanchor"]] * (lines - 1) * size * 1.3
    anchor = marks.ANCHORS[note["xanchor"]]
    return marks.text(note["text"], left, middle + first - rise, font, anchor)


def _at(value: Any, reference: str, scale: Scale, origin: float, length: float) -> float:
    return origin + length * value if reference == "paper" else scale(value)
