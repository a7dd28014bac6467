"""Maps: the regions that are shipped, what a country's map shows, and what it asks for."""

import csv
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli  # type: ignore[import-untyped]
import pandas as pd
import pytest

from dashboard import figures, svg, theme
from dashboard.figures import geography
from dashboard.figures.figure import Figure
from tests.test_figures import (
    COUNTRIES,
    PLACES,
    REGIONS,
    REGIONS_OF_TUNISIA,
    TERRITORIES_OF_TUNISIA,
    family,
    in_tunisia,
    places,
    traces,
)
from tests.test_images import rows
from tests.test_svg import READ, address  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
GEO = ROOT / "assets" / "geo"
PROGRAMME = ("ESP", "PRT", "GRC", "TUN", "JOR", "PSE")


def known_places() -> dict[str, dict[str, str]]:
    with (ROOT / "data" / "reference" / "place.csv").open(encoding="utf-8", newline="") as lines:
        return {row["place_code"]: row for row in csv.DictReader(lines)}


KNOWN = known_places()


def tunisia(*rows: tuple[str, float, str], language: str = "en", **options: Any) -> Figure:
    said: dict[str, Any] = {
        "country": "TUN",
        "names": {code: KNOWN[code]["name_en"] for code in REGIONS},
        "parents": REGIONS,
        "unit": "people",
        "language": language,
    }
    return figures.country_map(in_tunisia(*rows), **(said | options))


def classes(figure: Figure) -> dict[str, str]:
    """Return the colour of each area of a map."""
    land = figure.dict["data"][0]
    colours = [colour for _, colour in land["colorscale"]]
    return dict(zip(land["locations"], (colours[z] for z in land["z"]), strict=True))


# --- What is shipped --------------------------------------------------------------------------------


@pytest.mark.parametrize("country", PROGRAMME)
def test_a_country_s_regions_are_our_places_in_closed_rings(country: str) -> None:
    data = (GEO / f"{country}.geojson").read_bytes()
    assert len(data) <= 40_000
    found = json.loads(data)["features"]
    codes = [feature["id"] for feature in found]
    assert len(set(codes)) == len(codes)
    for feature in found:
        for code in feature["properties"].get("places", [feature["id"]]):
            assert "-" not in code or KNOWN[code]["country_code"] == country
        for ring in (ring for polygon in feature["geometry"]["coordinates"] for ring in polygon):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(a != b for a, b in pairwise(ring))


@pytest.mark.parametrize("country", PROGRAMME)
def test_every_region_of_a_country_has_its_area(country: str) -> None:
    drawn = geography.features(f"{country}.geojson")
    covered = {code for code in drawn if "-" in code}
    covered |= {place for feature in drawn.values() for place in feature.places}
    regions = {
        code
        for code, row in KNOWN.items()
        if row["kind"] == "region" and row["country_code"] == country
    }
    above = {KNOWN[code]["parent_code"] for code in covered & regions}
    assert regions - above <= covered


def test_palestine_is_both_its_parts() -> None:
    parts = geography.features("PSE.geojson")
    own = {code: feature.places for code, feature in parts.items() if "-" in code}
    assert set(own) == {"PS-WEST-BANK", "PS-GAZA-STRIP"}
    assert len(own["PS-WEST-BANK"]) == 11
    assert len(own["PS-GAZA-STRIP"]) == 5


@pytest.mark.parametrize("country", PROGRAMME)
def test_the_territories_lie_in_the_region_that_the_catalogue_says(country: str) -> None:
    drawn = geography.features(f"{country}.geojson")
    homes = {place: code for code, feature in drawn.items() for place in feature.places}
    for row in KNOWN.values():
        if row["kind"] == "territory" and row["country_code"] == country:
            home = homes.get(row["parent_code"], row["parent_code"])
            spot = float(row["longitude"]), float(row["latitude"])
            rings = [polygon[0] for polygon in drawn[home].polygons]
            # As coarse as the map is: two hundredths of a degree are two kilometres.
            near = [
                (spot[0] + dx, spot[1] + dy) for dx in (-0.02, 0, 0.02) for dy in (-0.02, 0, 0.02)
            ]
            assert any(geography.holds(ring, at) for ring in rings for at in near), row["name_en"]


def test_a_point_lies_in_a_ring_or_not() -> None:
    ring = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0], [0.0, 0.0]]
    assert geography.holds(ring, (1.0, 1.0))
    assert not geography.holds(ring, (2.0, 2.0))
    assert not geography.holds(ring, (5.0, 1.0))


@pytest.mark.parametrize("file", sorted(path.name for path in GEO.glob("[A-Z]*.geojson")))
def test_every_area_runs_clockwise(file: str) -> None:
    # plotly.js draws all the world but the area where a ring runs the other way.
    for code, feature in geography.features(file).items():
        for outer, *inner in feature.polygons:
            assert turning(outer) < 0, code
            assert all(turning(ring) > 0 for ring in inner), code


def turning(ring: list[list[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


# --- The map of a country -------------------------------------------------------------------------


def test_regions_with_values_are_shaded_and_those_with_projects_tinted() -> None:
    drawn = classes(tunisia(*TERRITORIES_OF_TUNISIA, ("TN-61", 90.0, "moving_away")))
    tint, plain, low, _, high = (theme.light(name) for name in theme.AREAS)
    assert drawn["TN-61"] == high
    assert drawn["TN-11"] == drawn["TN-53"] == tint
    assert drawn["TN-83"] == plain
    assert drawn["DZA"] == theme.light("around")
    both = classes(tunisia(("TN-61", 90.0, ""), ("TN-53", 10.0, "")))
    assert (both["TN-61"], both["TN-53"]) == (high, low)


def test_the_legend_names_the_shades() -> None:
    keys = dict(tunisia(("TN-61", 90.0, ""), ("TN-53", 10.0, "")).keys)
    assert keys["area-0"] == "Region with projects"
    assert keys["area-2"] == "Less than 40"
    assert keys["area-3"] == "40 to less than 80"
    assert keys["area-4"] == "80 or more"


def test_a_region_without_a_border_of_its_own_is_a_circle() -> None:
    figure = tunisia(*REGIONS_OF_TUNISIA)
    circles = traces(figure)["places"]
    assert circles["text"] == ["Ariana"]
    assert classes(figure)["TN-MANUBAH"] == theme.light("tint")
    (west, south), (east, north) = corners("TN-MANUBAH")
    assert west < circles["lon"][0] < east
    assert south < circles["lat"][0] < north


def corners(code: str) -> list[tuple[float, float]]:
    ring = geography.features("TUN.geojson")[code].largest
    xs, ys = ([point[axis] for point in ring] for axis in (0, 1))
    return [(min(xs), min(ys)), (max(xs), max(ys))]


def test_a_value_of_a_larger_region_shades_all_of_it() -> None:
    spain = ("ES-SE", "ES-H", "ES-B")
    names = {code: KNOWN[code]["name_en"] for code in KNOWN}
    parents = {code: row["parent_code"] for code, row in KNOWN.items() if row["parent_code"]}
    frame = in_tunisia(("ES-AN", 10.0, "")).assign(country_code="ESP")
    figure = figures.country_map(
        frame, country="ESP", names=names, parents=parents, unit="people", language="en"
    )
    shades = classes(figure)
    assert shades["ES-SE"] == shades["ES-H"] != shades["ES-B"]
    assert [names[code] for code in spain] == ["Seville", "Huelva", "Barcelona"]


def test_the_status_of_a_shaded_region_is_a_shape_on_it() -> None:
    figure = tunisia(("TN-61", 90.0, "moving_away"))
    marks = traces(figure)["statuses"]["marker"]
    assert marks["symbol"] == ["triangle-down"]
    assert marks["color"] == [theme.light("rust-deep")]
    assert ("status-moving_away", "Moving away from the target") in figure.keys


def test_a_click_on_a_region_or_circle_leads_to_its_cells() -> None:
    figure = tunisia(*TERRITORIES_OF_TUNISIA, *REGIONS_OF_TUNISIA)
    land = figure.dict["data"][0]
    behind = dict(zip(land["locations"], land["customdata"], strict=True))
    assert behind["TN-61"] == [5]
    assert behind["TN-83"] == []
    assert traces(figure)["places"]["customdata"] == [[5]] * 3


def test_the_table_and_the_alternative_say_what_the_map_says() -> None:
    figure = tunisia(*TERRITORIES_OF_TUNISIA, *REGIONS_OF_TUNISIA)
    assert figure.table["Place"].tolist() == ["Medina of Tunis", "Mahdia", "Sfax", "Ariana"]
    assert figure.table["Value (people)"].tolist() == ["250", "–", "90", "20"]
    assert "most in Medina of Tunis: 250" in figure.title
    assert "Sfax: 90 people (Moving away from the target)" in figure.alt
    assert "Mahdia: nothing reported" in figure.alt


def test_a_country_without_values_says_so_and_shows_itself() -> None:
    figure = tunisia()
    assert "nothing has been reported" in figure.title
    assert set(classes(figure).values()) == {theme.light("around"), theme.light("shade-0")}


def test_the_window_fits_the_country_and_leaves_out_what_is_far_and_has_nothing() -> None:
    names = {code: row["name_en"] for code, row in KNOWN.items()}
    parents = {code: row["parent_code"] for code, row in KNOWN.items() if row["parent_code"]}

    def west(*rows: tuple[str, float, str]) -> float:
        figure = figures.country_map(
            in_tunisia(*rows).assign(country_code="ESP"),
            country="ESP",
            names=names,
            parents=parents,
            unit="people",
            language="en",
        )
        edge: float = figure.dict["layout"]["geo"]["lonaxis"]["range"][0]
        return edge

    assert -13 < west(("ES-SE", 1.0, "")) < -9.3
    assert west(("ES-TF", 1.0, "")) < -18


def test_the_window_of_a_region_is_a_part_of_the_country() -> None:
    def width(region: str) -> float:
        west, east = tunisia(region=region).dict["layout"]["geo"]["lonaxis"]["range"]
        return float(east - west)

    assert width("TN-11") < width("") / 2


def test_a_country_whose_borders_are_not_shipped_is_shown_by_circles() -> None:
    frame = in_tunisia(("ML-BKO", 5.0, "")).assign(
        country_code="MLI", latitude=12.64, longitude=-8.0
    )
    figure = figures.country_map(
        frame,
        country="MLI",
        names={"MLI": "Mali", "ML-BKO": "Bamako"},
        parents={"ML-BKO": "MLI"},
        unit="people",
        language="en",
    )
    assert figure.dict["data"][0]["geojson"].endswith("/world.geojson")
    assert traces(figure)["places"]["text"] == ["Bamako"]


# --- Names and room -------------------------------------------------------------------------------


def test_the_programme_s_countries_have_their_names_on_the_map() -> None:
    figure = figures.territory_map(
        places(), names=PLACES, countries=COUNTRIES, unit="people", language="en"
    )
    assert set(traces(figure)["areas"]["text"]) == set(COUNTRIES.values())


def test_a_name_without_room_is_left_to_the_table() -> None:
    close = places().assign(latitude=[32.5, 32.51, 32.52], longitude=[35.7, 35.71, 35.7])
    names = dict.fromkeys(PLACES, "A name as long as they come")
    figure = figures.territory_map(close, names=names, countries={}, unit="people", language="en")
    assert traces(figure)["places"]["text"].count("") < 3
    crowded = [
        places().assign(place_code=[f"{code}{n}" for code in PLACES], latitude=32.5, longitude=35.7)
        for n in range(8)
    ]
    many = {f"{code}{n}": names[code] for code in PLACES for n in range(8)}
    figure = figures.territory_map(
        pd.concat(crowded), names=many, countries={}, unit="people", language="en"
    )
    assert traces(figure)["places"]["text"].count("") > 10
    assert len(figure.table) == 24


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", [kind for kind in family() if kind.startswith("territory_map")])
def test_a_phone_sees_a_window_of_its_own(kind: str, language: str) -> None:
    layout = family(language)[kind].dict["layout"]
    small = figures.narrowed(layout, 340)
    assert 0.95 < small["meta"]["ratio"] <= 1.6 <= max(1.6, layout["meta"]["ratio"])
    assert small["meta"]["ratio"] <= layout["meta"]["ratio"]
    assert small["geo"]["projection"] == layout["geo"]["projection"]


# --- Weight, and what is asked for ------------------------------------------------------------------


@pytest.mark.parametrize("width", [340, 640, 1000])
@pytest.mark.parametrize("kind", ["territory_map", "territory_map_country_areas"])
def test_a_map_in_the_first_view_is_light(kind: str, width: int) -> None:
    drawn = svg.draw(family()[kind].dict, width)
    assert len(brotli.compress(drawn.encode())) < 12_000


def test_what_lies_outside_the_window_is_not_drawn() -> None:
    drawn = svg.draw(family()["territory_map"].dict, 640)
    shown = traces(family()["territory_map"])
    assert "Spain" in drawn
    assert not math.isnan(shown["places"]["lon"][0])
    numbers = [float(at) for path in drawn.split('d="M')[1:] for at in path.split("l")[0].split()]
    assert all(-10 < number < 660 for number in numbers)


@pytest.mark.browser
def test_a_map_asks_for_its_outlines_and_nothing_else(address: str, browser: "Browser") -> None:  # noqa: F811
    page = browser.new_page()
    page.goto(address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    kinds = [family()[kind] for kind in ("territory_map", "territory_map_country_areas")]
    cases = [[figure.dict, svg.draw(figure.dict, 480), 300] for figure in kinds]
    page.evaluate(READ, json.loads(json.dumps([cases, 480])))
    page.close()
    assert sorted(asked) == ["assets/geo/TUN.geojson", "assets/geo/med.geojson"]


DRAW = """async ([ours, dict, layout, width, height]) => {
    document.body.innerHTML = ours;
    const right = document.createElement("div");
    right.style.cssText = `width:${width}px;height:${height}px`;
    document.body.append(right);
    await Plotly.newPlot(right, dict.data, layout, {displayModeBar: false, staticPlot: true});
}"""


@pytest.mark.browser
@pytest.mark.thorough(3)
@pytest.mark.parametrize("country", [*PROGRAMME, ""])
def test_plotly_draws_the_same_land(address: str, browser: "Browser", country: str) -> None:  # noqa: F811
    names = {code: row["name_en"] for code, row in KNOWN.items()}
    said: dict[str, Any] = {"names": names, "unit": "people", "language": "en"}
    none = in_tunisia()
    figure = (
        figures.country_map(none, country=country, parents={}, **said)
        if country
        else figures.territory_map(none, countries=COUNTRIES, **said)
    )
    layout = figures.narrowed(figure.dict["layout"], 340)
    height = round(340 / layout["meta"]["ratio"])
    ours = svg.draw(figure.dict, 340)
    page = browser.new_page()
    page.goto(address)
    page.evaluate(DRAW, json.loads(json.dumps([ours, figure.dict, layout, 340, height])))
    drawn = [
        pixels(page.locator(chosen).first.screenshot())
        for chosen in ("body > svg", "body > div .main-svg")
    ]
    page.close()
    differ = sum(far(one, other) for one, other in zip(*drawn, strict=True))
    # Coasts are drawn as coarse as they can be seen.
    assert differ / len(drawn[0]) < 0.04


def pixels(picture: bytes) -> list[bytes]:
    return [row[n : n + 3] for row in rows(picture) for n in range(0, len(row), 3)]


def far(one: bytes, other: bytes) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > 5
