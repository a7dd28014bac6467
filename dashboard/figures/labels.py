"""Where texts stand so that none lies upon another: beside marks, and at the ends of lines."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.figures.figure import width_of


class Spot(NamedTuple):
    """A mark in pixels from the upper left corner of the plot, with its diameter and its text."""

    x: float
    y: float
    size: float
    text: str


Box = tuple[float, float, float, float]

ANCHORS = {
    "middle right": ("left", "middle"),
    "top center": ("center", "bottom"),
    "bottom center": ("center", "top"),
    "middle left": ("right", "middle"),
    "top right": ("left", "bottom"),
    "bottom right": ("left", "top"),
    "top left": ("right", "bottom"),
    "bottom left": ("right", "top"),
}
"Where a text may stand, the best first, and by which of its sides it is held there."


def beside(
    spots: Sequence[Spot],
    width: float,
    height: float,
    *,
    size: float = 12,
    bars: Sequence[Box] = (),
) -> list[str]:
    """Return where each text stands beside its mark; empty where it has no room free of others.

    Earlier spots choose first; what else is drawn are the `bars`.
    """
    taken = [*bars]
    taken += [
        (s.x - s.size / 2, s.y - s.size / 2, s.x + s.size / 2, s.y + s.size / 2) for s in spots
    ]
    chosen = []
    for spot in spots:
        boxes = _boxes(spot, size)
        free = next(
            (
                place
                for place, box in boxes.items()
                if _is_inside(box, width, height) and not any(_meet(box, t) for t in taken)
            ),
            "",
        )
        if free:
            taken.append(boxes[free])
        chosen.append(free)
    return chosen


def offset(place: str, size: float) -> tuple[float, float]:
    """Return how far right of and above its mark a text stands."""
    vertical, horizontal = place.split()
    gap = size / 2 + 3
    across = {"left": -gap, "center": 0.0, "right": gap}[horizontal]
    up = {"top": gap, "middle": 0.0, "bottom": -gap}[vertical]
    return (across * 0.7, up * 0.7) if across and up else (across, up)


def _boxes(spot: Spot, size: float) -> Mapping[str, Box]:
    long, tall = width_of(spot.text, size), size * 1.25
    boxes = {}
    for place, (horizontal, vertical) in ANCHORS.items():
        right, up = offset(place, spot.size)
        x = spot.x + right - {"left": 0.0, "center": long / 2, "right": long}[horizontal]
        y = spot.y - up - {"top": 0.0, "middle": tall / 2, "bottom": tall}[vertical]
        boxes[place] = (x, y, x + long, y + tall)
    return boxes


def _is_inside(box: Box, width: float, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] - 1
        and other[0] < one[2] - 1
        and one[1] < other[3] - 1
        and other[1] < one[3] - 1
    )


def apart(wanted: Sequence[float], tall: Sequence[float], low: float, high: float) -> list[float]:
    """Return places along a line, as near to those wanted as texts of some heights leave room for.

    >>> apart([50, 52, 90], [20, 20, 20], 0, 100)
    [41.0, 61.0, 90.0]
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    groups: list[tuple[list[int], float, float]] = []
    for number in order:
        members, centre, height = [number], wanted[number], tall[number]
        # A group that meets the one before it becomes one with it, around their common middle.
        while groups and groups[-1][1] + groups[-1][2] / 2 > centre - height / 2:
            before, middle, size = groups.pop()
            centre = (middle * len(before) + centre * len(members)) / (len(before) + len(members))
            members, height = [*before, *members], size + height
            centre = min(max(centre, low + height / 2), high - height / 2)
        groups.append((members, min(max(centre, low + height / 2), high - height / 2), height))
    places = [0.0] * len(wanted)
    for members, centre, height in groups:
        at = centre - height / 2
        for number in members:
            places[number] = round(at + tall[number] / 2, 2)
            at += tall[number]
    return places
