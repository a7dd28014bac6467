"""One country: its regions by value, its territories as circles where they have no border."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from dashboard import theme
from dashboard.figures import geography
from dashboard.figures.figure import Figure, Plotly, figure, ids, label, measured, ticks
from dashboard.figures.geography import FOLDER, Feature, Paper, Point, Window
from dashboard.figures.maps import (
    alternative,
    amount,
    circles,
    hover,
    is_told,
    land,
    names_of_areas,
    position,
    put,
    status_keys,
    table_of,
    territory_map,
)
from dashboard.figures.rows import Row, status_of
from schemas import words
from schemas.words import N_

SHARED = {"PS-WEST-BANK": N_("West Bank"), "PS-GAZA-STRIP": N_("Gaza Strip")}
"Areas that have a name of their own beside the places in them."

CLASSES = len(theme.AREAS) - 2
"How many shades values have; the two others are for regions with projects, and without."


def country_map(
    frame: pd.DataFrame,
    *,
    country: str,
    names: Mapping[str, str],
    parents: Mapping[str, str],
    unit: str,
    language: str,
    region: str = "",
    folder: str = FOLDER,
) -> Figure:
    """Return one country: regions with values shaded, those with projects tinted, places as circles.

    `frame` is that of `territory_map`: a row is a region or a territory, drawn as an area where
    the map knows its border and as a circle where not. `names` are those of the country, its
    regions and the places of the frame; `parents` is the place around each. With `region` the map
    shows that part of the country. A country whose borders are not shipped is shown by circles.
    """
    file = f"{country}.geojson"
    if not Path(geography.GEO / file).is_file():
        tinted = {country: names[country]}
        return territory_map(
            frame, names=names, countries=tinted, unit=unit, language=language, folder=folder
        )
    rows = [row for row in frame.to_dict("records") if row["place_code"] in names]
    known = geography.features(file)
    own = {code: feature for code, feature in known.items() if "-" in code}
    areas = _areas(rows, own, parents)
    homes = {code: home for row in rows if (home := _home(code := row["place_code"], own, parents))}
    shaded = {row["place_code"] for row in areas.values()}
    placed = [_with_position(row, file, homes) for row in rows if row["place_code"] not in shaded]
    placed = [row for row in placed if not math.isnan(position(row)[0])]
    placed.sort(key=lambda row: -amount(row))
    busy = {*homes.values(), *areas}
    window, small = _windows(own, busy, region)
    paper = Paper(window, small)
    bounds = _bounds([row for row in areas.values() if is_told(row)])
    data = [_land(folder, file, known, areas, busy, bounds, names, unit, language)]
    largest = max((amount(row) for row in placed), default=0.0)
    put(placed, largest, paper)
    marks = circles(placed, names, largest, paper, unit, language) if placed else []
    told = {code: row for code, row in areas.items() if is_told(row) and status_of(row)}
    sizes = [_size(paper, own[code]) for code in told]
    for code, size in zip(told, sizes, strict=True):
        paper.put(geography.spots(file, code)[0], size)
    data += _named(file, busy, names, paper, language)
    data += [*_statuses(file, told, sizes), *marks]
    title = _title(rows, names, unit, language, has_areas=bool(bounds), has_circles=bool(placed))
    countries = {country: names[country]}
    return figure(
        data,
        geography.layout(window),
        title=title,
        alt=alternative(title, rows, names, unit, language),
        table=table_of(rows, names, countries, unit, language),
        keys=[*_keys(busy, bounds, language), *status_keys([*placed, *areas.values()], language)],
        narrow=geography.narrow(small),
        ratio=geography.ratio(window),
    )


# --- What stands for what ---------------------------------------------------------------------------


def _areas(
    rows: Sequence[Row], own: Mapping[str, Feature], parents: Mapping[str, str]
) -> dict[str, Row]:
    """Return the row that each area shows: its own, else that of the nearest region around it."""
    by_place = {row["place_code"]: row for row in rows}
    found = {}
    for code, feature in own.items():
        around: str | None = code
        if feature.places:  # several places of ours: only a region that holds all of them is it
            around = parents.get(feature.places[0])
        while around is not None and around not in by_place:
            around = parents.get(around)
        if around is not None:
            found[code] = by_place[around]
    return found


def _home(place: str, own: Mapping[str, Feature], parents: Mapping[str, str]) -> str:
    """Return the area that a place lies in; empty where that is not known."""
    shared = {code: area for area, feature in own.items() for code in feature.places}
    around: str | None = place
    while around is not None:
        if around in own:
            return around
        if around in shared:
            return shared[around]
        around = parents.get(around)
    return ""


def _with_position(row: Row, file: str, homes: Mapping[str, str]) -> Row:
    """Return a row with a position: its own, else the middle of the area that it lies in."""
    home = homes.get(row["place_code"])
    if not home or not math.isnan(sum(position(row))):
        return row
    longitude, latitude = geography.spots(file, home)[0]
    return {**row, "longitude": longitude, "latitude": latitude}


def _bounds(rows: Sequence[Row]) -> list[float]:
    """Return from which value on each shade is, the lowest first; empty without values."""
    if not rows:
        return []
    largest = max(amount(row) for row in rows)
    steps = ticks(0, largest, most=CLASSES)
    return [step for step in steps if step < largest] or [0.0]


# --- The window -----------------------------------------------------------------------------------


def _windows(own: Mapping[str, Feature], busy: set[str], region: str) -> tuple[Window, Window]:
    """Return what the map shows, and on a phone: the country without what is far and has nothing."""
    shown = [feature for code, feature in own.items() if not feature.is_far or code in busy]
    points = [point for feature in shown for point in _corners(feature)]
    wide = geography.fitted(points, 0.05, least=1.4, most=1.9)
    if region not in own:
        return wide, geography.fitted(points, 0.05, least=1.0, most=1.5)
    # Lines are as fine as the whole country asks for: a third of it is as near as one may go.
    west, east, *_ = wide
    near = _corners(own[region])
    middle = sum(x for x, _ in near) / len(near)
    reach = (east - west) / 6
    near += [(middle - reach, y) for _, y in near] + [(middle + reach, y) for _, y in near]
    return (
        geography.fitted(near, 0.08, least=1.4, most=1.9),
        geography.fitted(near, 0.08, least=1.0, most=1.5),
    )


def _corners(feature: Feature) -> list[Point]:
    """Return the corners of the box around an area."""
    points = [point for polygon in feature.polygons for point in polygon[0]]
    xs, ys = ([point[axis] for point in points] for axis in (0, 1))
    return [(min(xs), min(ys)), (max(xs), max(ys))]


# --- Words ------------------------------------------------------------------------------------------


def _title(
    rows: Sequence[Row],
    names: Mapping[str, str],
    unit: str,
    language: str,
    *,
    has_areas: bool,
    has_circles: bool,
) -> str:
    told = [row for row in rows if is_told(row)]
    if not told:
        return words.text("Where the projects are; nothing has been reported yet.", language)
    most = max(told, key=amount)
    said = {
        (
            True,
            True,
        ): N_(
            "The darker the region and the larger the circle, the larger the value; most in {name}: {value}."
        ),
        (True, False): N_("The darker the region, the larger the value; most in {name}: {value}."),
    }.get(
        (has_areas, has_circles),
        N_("The larger the circle, the larger the value; most in {name}: {value}."),
    )
    return words.text(
        said,
        language,
        name=names[most["place_code"]],
        value=measured(most, unit, language),
    )


def _keys(busy: set[str], bounds: Sequence[float], language: str) -> list[tuple[str, str]]:
    keys = [("area-0", words.text("Region with projects", language))] if busy else []
    for number, low in enumerate(bounds):
        high = bounds[number + 1] if number + 1 < len(bounds) else math.inf
        told = {
            "low": words.number(low, language),
            "high": "" if math.isinf(high) else words.number(high, language),
        }
        if math.isinf(high):
            text = words.text("{low} or more", language, **told)
        elif low:
            text = words.text("{low} to less than {high}", language, **told)
        else:
            text = words.text("Less than {high}", language, **told)
        keys.append((f"area-{number + 2}", text))
    return keys


def _name(code: str, feature: Feature, names: Mapping[str, str], language: str) -> str:
    """Return the name of an area; those of the places in it where it has none."""
    if code in SHARED:
        return words.text(SHARED[code], language)
    inner = [names[place] for place in feature.places if place in names]
    return names.get(code) or words.listed(inner, language)


# --- The marks ------------------------------------------------------------------------------------

SMALLEST, LARGEST = 7.0, 13.0
"Diameters of the shapes of statuses on shaded regions, in pixels."


def _size(paper: Paper, area: Feature) -> float:
    """Return the size of the shape on an area, so that the area can still be seen on a phone."""
    (left, bottom), (right, top) = (paper.phone.at(corner) for corner in _corners(area))
    return round(min(max((right - left + bottom - top) / 5, SMALLEST), LARGEST), 1)


def _land(
    folder: str,
    file: str,
    known: Mapping[str, Feature],
    areas: Mapping[str, Row],
    busy: set[str],
    bounds: Sequence[float],
    names: Mapping[str, str],
    unit: str,
    language: str,
) -> Plotly:
    """Return the land around and the regions, each in the colour of its class."""

    def class_of(code: str) -> int:
        if code in areas and is_told(areas[code]):
            value = amount(areas[code])
            return 1 + sum(value >= bound for bound in bounds)
        if code in busy:
            return 0
        return 1 if "-" in code else -1

    def said(code: str) -> str:
        if code in areas:
            return hover(areas[code], names[areas[code]["place_code"]], unit, language)
        if "-" not in code:
            return ""
        return label(_name(code, known[code], names, language), language)

    codes = list(known)
    return {
        **land(folder, file, codes, [class_of(code) for code in codes], "around"),
        "hovertext": [said(code) for code in codes],
        "customdata": [
            ids(areas[code].get("observation_ids")) if code in areas else [] for code in codes
        ],
    }


def _named(
    file: str, busy: set[str], names: Mapping[str, str], paper: Paper, language: str
) -> list[Plotly]:
    """Return the names of the regions with projects where they have room."""
    own = geography.features(file)
    named = []
    for code in sorted(busy):
        name = _name(code, own[code], names, language)
        if name and (spot := paper.within(geography.spots(file, code), name)):
            named.append((spot, name, "middle center"))
    return [names_of_areas(named, language)] if named else []


def _statuses(file: str, told: Mapping[str, Row], sizes: Sequence[float]) -> list[Plotly]:
    """Return the shapes of the statuses of shaded regions, in the middle of each."""
    if not told:
        return []
    spots = [geography.spots(file, code)[0] for code in told]
    looks = [theme.look(status_of(row)) for row in told.values()]
    return [
        {
            "type": "scattergeo",
            "mode": "markers",
            "name": "statuses",
            "lon": [x for x, _ in spots],
            "lat": [y for _, y in spots],
            "marker": {
                "opacity": 1,
                "size": [look.size(size) for look, size in zip(looks, sizes, strict=True)],
                "symbol": [look.symbol for look in looks],
                "color": [theme.light(look.colour) for look in looks],
                "line": {"color": theme.light("card"), "width": 1.5},
            },
            "hoverinfo": "skip",
        }
    ]
