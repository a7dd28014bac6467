"""Maps as SVG: areas and marks in a window, in the projection that plotly.js uses."""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from dashboard.figures import geography
from dashboard.svg import marks
from dashboard.svg.marks import Box


def chart(figure: dict[str, Any], box: Box) -> Iterator[str]:
    """Yield what a map draws: its areas, and the marks upon them."""
    geo = figure["layout"]["geo"]
    (west, east), (south, north) = geo["lonaxis"]["range"], geo["lataxis"]["range"]
    window = (west, east, south, north)
    place, width, height = _mercator(window, box)
    left, top = box.x + (box.width - width) / 2, box.y + (box.height - height) / 2
    # An inner svg cuts off what lies outside; a clip path would need a name of its own.
    yield (
        f'<svg x="{marks.short(left)}" y="{marks.short(top)}" width="{marks.short(width)}" height="{marks.short(height)}"'
        f' overflow="hidden"><rect width="100%" height="100%" fill="{geo["bgcolor"]}"/>'
    )
    for trace in figure["data"]:
        if trace["type"] == "choropleth":
            yield from _areas(trace, window, box)
        else:
            for index, point in enumerate(zip(trace["lon"], trace["lat"], strict=True)):
                yield from marks.mark(trace, index, *place(*point))
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
            if words := marks.setting(trace.get("hovertext", ""), index):
                told.append(marks.titled(f'path d="{path}"', f'fill="{colour}"', words))
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
