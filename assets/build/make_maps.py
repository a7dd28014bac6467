"""Make `assets/geo/med.geojson` and `assets/geo/world.geojson`: countries by ISO 3166-1 alpha-3.

    python assets/build/make_maps.py

Needs npm (world-atlas: Natural Earth 1:50m, public domain). Borders are simplified as arcs that
two neighbours share, so that no gap opens between them. Features that have no ISO code are
settled here and nowhere else: see `WITHOUT_CODE`. Both maps are shown with the usual disclaimer.
"""

import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npm import ASSETS, fetch

Point = tuple[float, float]
Ring = list[Point]

# Somaliland and the north of Cyprus belong to the states that the UN knows; Kosovo keeps an
# outline under the usual private code; the others are specks that no reader would look for.
WITHOUT_CODE = {"N. Cyprus": "CYP", "Somaliland": "SOM", "Kosovo": "XKX", "Siachen Glacier": "IND"}
LEFT_OUT = ("ATA",)


@dataclass(frozen=True)
class Map:
    """One file: its window in degrees, how coarse lines may be, the smallest island kept."""

    name: str
    west: float
    south: float
    east: float
    north: float
    tolerance: float
    smallest: float


MAPS = (
    # The window is larger than any view, so that no cut edge is ever seen.
    Map("med", -20, 20, 50, 55, tolerance=0.03, smallest=0.004),
    Map("world", -180, -60, 180, 84, tolerance=0.12, smallest=0.12),
)


def arcs_of(topology: dict[str, Any]) -> list[Ring]:
    """Return every arc of a topology in degrees."""
    (scale_x, scale_y), (left, bottom) = (topology["transform"][k] for k in ("scale", "translate"))
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(arc)
    return arcs


def simplified(line: Ring, tolerance: float) -> Ring:
    """Return a line without the points that lie closer to it than the tolerance (Douglas-Peucker)."""
    if len(line) < 3:
        return line
    if line[0] == line[-1]:  # an island: halve it, else its ends leave nothing to measure from
        far = max(range(len(line)), key=lambda index: math.dist(line[0], line[index]))
        return simplified(line[: far + 1], tolerance)[:-1] + simplified(line[far:], tolerance)
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = math.dist(line[0], line[-1]) or 1e-12
    distances = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in line[1:-1]]
    worst = max(range(len(distances)), key=distances.__getitem__)
    if distances[worst] <= tolerance:
        return [line[0], line[-1]]
    middle = worst + 1
    return simplified(line[: middle + 1], tolerance)[:-1] + simplified(line[middle:], tolerance)


def extent(line: Ring) -> float:
    """Return how long and wide a line is: of a small thing less may be left out."""
    xs, ys = ([point[axis] for point in line] for axis in (0, 1))
    return max(max(xs) - min(xs), max(ys) - min(ys))


def ring_of(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Return the ring that a list of arc numbers draws; a negative number runs backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def dissolved(polygons: list[list[list[int]]], arcs: list[Ring]) -> list[list[list[int]]]:
    """Return the polygons of one country without the borders inside it."""
    used = {number for polygon in polygons for ring in polygon for number in ring}
    inner = {number for number in used if ~number in used}
    if not inner:
        return polygons
    kept = [p for p in polygons if not any(number in inner for ring in p for number in ring)]
    loose = [n for p in polygons if p not in kept for ring in p for n in ring if n not in inner]
    starts = {ring_of([number], arcs)[0]: number for number in loose}
    while starts:
        _, number = starts.popitem()
        chain = [number]
        while (end := ring_of([chain[-1]], arcs)[-1]) in starts:
            chain.append(starts.pop(end))
        kept.append([chain])
    return kept


def clipped(ring: Ring, window: Map) -> Ring:
    """Return a ring cut to the window (Sutherland-Hodgman)."""
    for axis, limit, sign in (
        (0, window.west, 1),
        (0, window.east, -1),
        (1, window.south, 1),
        (1, window.north, -1),
    ):
        if not ring:
            return ring
        cut: Ring = []
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            is_in, goes_in = ((point[axis] - limit) * sign >= 0 for point in (start, end))
            if is_in:
                cut.append(start)
            if is_in != goes_in:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
                cut.append((limit, other) if axis == 0 else (other, limit))
        ring = cut
    return ring


def area(ring: Ring) -> float:
    """Return the size of a ring in square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(math.fsum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def rounded(ring: Ring) -> list[list[float]]:
    """Return a closed ring in hundredths of a degree, about a kilometre, without repetitions."""
    points: list[list[float]] = []
    for x, y in ring:
        point = [round(x, 2), round(y, 2)]
        if not points or points[-1] != point:
            points.append(point)
    return points if points[0] == points[-1] else [*points, points[0]]


def polygons_of(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a geometry as lists of rings of arc numbers."""
    polygons: list[list[list[int]]] = (
        [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    )
    return polygons


def main() -> None:
    """Write the maps."""
    with tempfile.TemporaryDirectory() as name:
        modules = fetch(Path(name), "world-atlas", "i18n-iso-countries")
        atlas = json.loads((modules / "world-atlas" / "countries-50m.json").read_text())
        codes = json.loads((modules / "i18n-iso-countries" / "codes.json").read_text())
    alpha3 = {numeric.zfill(3): code for _, code, numeric, *_ in codes}
    countries: dict[str, list[list[list[int]]]] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        named = WITHOUT_CODE.get(geometry["properties"]["name"], "")
        code = alpha3.get(geometry.get("id", ""), named)
        if code and code not in LEFT_OUT:
            countries.setdefault(code, []).extend(polygons_of(geometry))
    arcs = arcs_of(atlas)
    outlines = {code: dissolved(polygons, arcs) for code, polygons in countries.items()}
    for window in MAPS:
        coarse = [simplified(arc, min(window.tolerance, extent(arc) / 8)) for arc in arcs]
        features = []
        for code, polygons in sorted(outlines.items()):
            drawn = [
                [clipped(ring_of(ring, coarse), window) for ring in polygon] for polygon in polygons
            ]
            drawn = [polygon for polygon in drawn if len(polygon[0]) > 2]
            largest = max((area(polygon[0]) for polygon in drawn), default=0.0)
            # What is large for its country stays, however small: Malta and Gaza are on the map.
            smallest = min(window.smallest, largest / 20)
            coordinates = [
                [rounded(ring) for ring in polygon if area(ring) > 0]
                for polygon in drawn
                if area(polygon[0]) >= smallest > 0
            ]
            coordinates = [polygon for polygon in coordinates if len(polygon[0]) > 3]
            if coordinates:
                shape = {"type": "MultiPolygon", "coordinates": coordinates}
                features.append(
                    {"type": "Feature", "id": code, "properties": {}, "geometry": shape}
                )
        collection = {"type": "FeatureCollection", "features": features}
        target = ASSETS / "geo" / f"{window.name}.geojson"
        target.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
