"""What maps are drawn on: outlines of ours, the window that a map shows, where names have room."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from dashboard import theme
from dashboard.figures.figure import Plotly, width_of

Window = tuple[float, float, float, float]
"West, east, south, north, in degrees."

Point = tuple[float, float]
"Longitude and latitude."

Ring = list[list[float]]

MEDITERRANEAN: Window = (-13.5, 42.0, 26.5, 47.0)
WORLD: Window = (-180, 180, -58, 80)
FOLDER = "/assets/geo"
GEO = Path(__file__).parents[2] / "assets" / "geo"

PHONE = 340
WIDTHS = (560, 760, 1000)
"The widths in pixels for which names are placed: on a phone, and elsewhere."


@dataclass(frozen=True)
class Feature:
    """An area of a map: its polygons, each a list of rings, the first of them the outer one."""

    polygons: list[list[Ring]]
    places: tuple[str, ...] = ()
    "The places of ours that have no border of their own within it."
    is_far: bool = False
    "Whether it lies where a map of the whole country would not show it."

    @property
    def largest(self) -> Ring:
        """The outer ring of the largest part."""
        return max((polygon[0] for polygon in self.polygons), key=_size)


@cache
def features(file: str) -> dict[str, Feature]:
    """Return the areas of a map by their code."""
    found = json.loads((GEO / file).read_text(encoding="utf-8"))["features"]
    return {
        feature["id"]: Feature(
            feature["geometry"]["coordinates"],
            tuple(feature["properties"].get("places", ())),
            bool(feature["properties"].get("far")),
        )
        for feature in found
    }


def _size(ring: Ring) -> float:
    pairs = pairwise(ring)
    return abs(math.fsum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs))


# --- The window -----------------------------------------------------------------------------------


def northing(latitude: float) -> float:
    """Return how far north of the equator Mercator puts a latitude, the earth's radius being 1."""
    return math.asinh(math.tan(math.radians(latitude)))


def latitude_of(northing: float) -> float:
    """Return the latitude of a northing."""
    return math.degrees(math.atan(math.sinh(northing)))


def edges(window: Window) -> tuple[float, float]:
    """Return the northings of a window's lower and upper edge.

    plotly.js draws an edge as four arcs of great circles, which bend away from the equator, and
    fits those into the frame.
    """
    west, east, south, north = window
    bend = 1 / math.cos(math.radians(east - west) / 8)
    low, high = (math.tan(math.radians(latitude)) for latitude in (south, north))
    return math.asinh(min(low, low * bend)), math.asinh(max(high, high * bend))


def ratio(window: Window) -> float:
    """Return width by height of a window: the frame of the map must have the same."""
    bottom, top = edges(window)
    return round(math.radians(window[1] - window[0]) / (top - bottom), 3)


def fitted(points: Iterable[Point], margin: float, *, least: float, most: float) -> Window:
    """Return the window around points, neither a column nor a ribbon.

    `margin` is the share of its size that is left free on each side; `least` and `most` are the
    bounds of its width by height.
    """
    places = list(points)
    xs = [math.radians(x) for x, _ in places]
    ys = [northing(y) for _, y in places]
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    wide, tall = wide * (1 + 2 * margin), tall * (1 + 2 * margin)
    wide, tall = max(wide, tall * least), max(tall, wide / most)
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    west, east = math.degrees(x - wide / 2), math.degrees(x + wide / 2)
    south, north = latitude_of(y - tall / 2), latitude_of(y + tall / 2)
    window = (max(west, -180.0), min(east, 180.0), max(south, -58.0), min(north, 80.0))
    if window[1] - window[0] > 240:
        return WORLD
    west, east, south, north = (round(n, 2) for n in window)
    return west, east, south, north


def view(window: Window) -> Plotly:
    """Return Plotly's settings of a map that shows a window, as they differ between windows."""
    west, east, south, north = window
    # Where plotly.js would take the mean of the latitudes.
    middle = round(latitude_of(sum(edges(window)) / 2), 4)
    return {
        "lonaxis": {"range": [west, east]},
        "lataxis": {"range": [south, north]},
        "center": {"lon": round((west + east) / 2, 4), "lat": middle},
    }


def layout(window: Window) -> Plotly:
    """Return the layout of a map of ours."""
    return theme.layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        geo={
            # plotly.js draws no base map of its own; the land is our first trace.
            "visible": False,
            "fitbounds": False,
            "projection": {"type": "mercator"},
            "bgcolor": theme.light("sea"),
            "domain": {"x": [0, 1], "y": [0, 1]},
            **view(window),
        },
    )


def narrow(window: Window) -> Plotly:
    """Return what a layout changes where a phone shows another window."""
    return {"geo": view(window), "meta": {"ratio": ratio(window)}}


# --- Room for names -------------------------------------------------------------------------------

Box = tuple[float, float, float, float]
"Left, top, right, bottom, in pixels."


class Sheet:
    """A map of one width, and what stands on it already."""

    def __init__(self, window: Window, width: float) -> None:
        self.west, self.top = window[0], edges(window)[1]
        self.scale = width / math.radians(window[1] - window[0])
        self.width, self.height = width, width / ratio(window)
        self.marks: list[Box] = []
        self.names: list[Box] = []

    def at(self, point: Point) -> Point:
        """Return where a point is on the sheet."""
        x = math.radians(point[0] - self.west) * self.scale
        return x, (self.top - northing(point[1])) * self.scale

    def box(self, point: Point, around: Box) -> Box:
        """Return a box that is given from a point on."""
        x, y = self.at(point)
        left, top, right, bottom = around
        return x + left, y + top, x + right, y + bottom

    def crowd(self, box: Box) -> float:
        """Return the share of a box that lies on others or outside the sheet."""
        whole = (box[2] - box[0]) * (box[3] - box[1])
        inside = _shared(box, (0.0, 0.0, self.width, self.height))
        # Half a name is no name, and two upon each other are none; on a circle's rim one can be read.
        marks, names = (
            sum(_shared(box, other) for other in taken) for taken in (self.marks, self.names)
        )
        return (4 * (whole - inside) + marks + 3 * names) / whole


class Paper:
    """A map at the widths that it is drawn at: a name stands where it has room at each of them."""

    def __init__(self, window: Window, on_a_phone: Window) -> None:
        self.phone = Sheet(on_a_phone, PHONE)
        self.sheets = (self.phone, *(Sheet(window, width) for width in WIDTHS))

    def put(self, point: Point, size: float) -> None:
        """Put a mark of a diameter on the paper."""
        for sheet in self.sheets:
            sheet.marks.append(sheet.box(point, (-size / 2, -size / 2, size / 2, size / 2)))

    def beside(self, point: Point, size: float, text: str, *, font: float = 12) -> str:
        """Put a name beside its mark and return where, Plotly's way; empty where it has no room."""
        long, gap, tall = width_of(text, font), size / 1.6 + 1, font * 1.16
        boxes: dict[str, Box] = {
            "middle right": (gap, -tall / 2, gap + long, tall / 2),
            "middle left": (-gap - long, -tall / 2, -gap, tall / 2),
            "top center": (-long / 2, -gap - tall, long / 2, -gap),
            "bottom center": (-long / 2, gap, long / 2, gap + tall),
            "top right": (gap, -gap - tall, gap + long, -gap),
            "bottom right": (gap, gap, gap + long, gap + tall),
            "top left": (-gap - long, -gap - tall, -gap, -gap),
            "bottom left": (-gap - long, gap, -gap, gap + tall),
        }
        best, least = "", FULL
        for place, box in boxes.items():
            if (crowd := self._crowd(point, box, least)) < least:
                best, least = place, crowd
        if best:
            self._take(point, boxes[best])
        return best

    def within(
        self, spots: Sequence[Point], text: str, *, font: float = 11, ends: bool = False
    ) -> Point | None:
        """Put a name on one of some spots, the first if it can be; None where it has no room.

        The spot is the name's middle, or where it `ends`.
        """
        long, tall = width_of(text, font), font * 1.16
        box = (-long / (1 if ends else 2), -tall / 2, 0 if ends else long / 2, tall / 2)
        if not spots:
            return None
        first = self.phone.at(spots[0])
        best, least = None, math.inf
        for spot in spots:
            away = math.dist(self.phone.at(spot), first) / PHONE
            crowd = self._crowd(spot, box, min(FULL, least - away))
            if crowd < min(FULL, least - away):
                best, least = spot, crowd + away
        if best:
            self._take(best, box)
        return best

    def _crowd(self, point: Point, box: Box, least: float) -> float:
        """Return the share of a box that is not free on some sheet, as far as it is below `least`."""
        worst = 0.0
        for sheet in self.sheets:
            if worst >= least:
                break
            worst = max(worst, sheet.crowd(sheet.box(point, box)))
        return worst

    def _take(self, point: Point, box: Box) -> None:
        left, top, right, bottom = box
        for sheet in self.sheets:
            # Two names in a line must not read as one.
            sheet.names.append(sheet.box(point, (left - GAP, top, right + GAP, bottom)))


GAP = 4.0
FULL = 0.2
"The share of a name that may lie on others, before it is left to the table."


def _shared(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    if one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]:
        return 0.0
    return (min(one[2], other[2]) - max(one[0], other[0])) * (
        min(one[3], other[3]) - max(one[1], other[1])
    )


@cache
def spots(file: str, code: str) -> tuple[Point, ...]:
    """Return points within the largest part of an area, the one nearest to its middle first."""
    ring = features(file)[code].largest
    centre = _middle(ring)
    found = sorted(_inside(ring), key=lambda spot: math.dist(spot, centre))
    return tuple((round(x, 3), round(y, 3)) for x, y in found)


@cache
def sea(file: str, code: str) -> tuple[Point, ...]:
    """Return points on the sea west of an area that has no room for its name, the nearest first."""
    x, y = spots(file, code)[0]
    near = [(x - dx / 4, y + dy / 4) for dx in range(1, 17) for dy in range(-4, 5)]
    rings = [polygon[0] for area in features(file).values() for polygon in area.polygons]
    near = [spot for spot in near if not any(_may_hold(ring, spot) for ring in rings)]
    return tuple(sorted(near, key=lambda spot: math.dist(spot, (x, y))))


def _may_hold(ring: Ring, spot: Point) -> bool:
    xs, ys = zip(*ring, strict=True)
    if not (min(xs) < spot[0] < max(xs) and min(ys) < spot[1] < max(ys)):
        return False
    return holds(ring, spot)


def _middle(ring: Ring) -> Point:
    """Return the centre of gravity of a ring."""
    pairs = list(pairwise(ring))
    turns = [x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs]
    whole = math.fsum(turns)

    def along(axis: int) -> float:
        parts = ((a[axis] + b[axis]) * turn for (a, b), turn in zip(pairs, turns, strict=True))
        return math.fsum(parts) / (3 * whole)

    return along(0), along(1)


STEPS = 9
"How fine the net is in which a place within an area is looked for."


def _inside(ring: Ring) -> Sequence[Point]:
    """Return points of a net that lie within a ring, its middle among them where that does."""
    xs, ys = ([point[axis] for point in ring] for axis in (0, 1))
    parts = [(n + 0.5) / STEPS for n in range(STEPS)]
    net: list[Point] = [
        (min(xs) + (max(xs) - min(xs)) * a, min(ys) + (max(ys) - min(ys)) * b)
        for a in parts
        for b in parts
    ]
    return [spot for spot in (_middle(ring), *net) if holds(ring, spot)] or [_middle(ring)]


def holds(ring: Ring, spot: Point) -> bool:
    """Return whether a point lies within a ring."""
    x, y = spot
    crossed = (
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairwise(ring)
    )
    return sum(crossed) % 2 == 1
