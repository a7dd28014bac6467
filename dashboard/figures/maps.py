"""Where things are: countries tinted, territories as circles whose area is a value."""

import math
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures import geography
from dashboard.figures.figure import (
    Figure,
    Plotly,
    figure,
    ids,
    label,
    measured,
    of_row,
    value_of,
    width_of,
)
from dashboard.figures.geography import FOLDER, MEDITERRANEAN, Paper, Point, Window
from dashboard.figures.rows import Row, status_of
from schemas import words
from schemas.words import N_

ON_A_PHONE: Window = (-12.0, 40.0, 22.5, 49.5)
"The Mediterranean where width is dear and height is not."

SMALLEST, LARGEST = 8.0, 28.0
"Diameters of circles, in pixels."

NAMED = 12
"So many places are told in a map's text alternative; the table has all."


def territory_map(
    frame: pd.DataFrame,
    *,
    names: Mapping[str, str],
    countries: Mapping[str, str],
    unit: str,
    language: str,
    folder: str = FOLDER,
) -> Figure:
    """Return the territories as circles by area, coloured and shaped by status, on a map of ours.

    `frame` has place_code, country_code, latitude, longitude, low, high, qualifier, status and
    observation_ids; `names` are those of the places. `countries` (code, name) are tinted. A place
    without a value is a small ring: nothing reported is not zero.
    """
    rows = [row for row in frame.to_dict("records") if row["place_code"] in names]
    placed = [row for row in rows if not any(math.isnan(n) for n in position(row))]
    placed.sort(key=lambda row: -amount(row))  # the smallest last, so that none hides another
    window, small = _windows(placed)
    title = _title(rows, names, unit, language)
    file = "med.geojson" if window == MEDITERRANEAN else "world.geojson"
    paper = Paper(window, small)
    data = [_land(folder, file, countries, language)]
    largest = max((amount(row) for row in rows), default=0.0)
    put(placed, largest, paper)
    known = {code: name for code, name in countries.items() if code in geography.features(file)}
    small_ones = {code: name for code, name in known.items() if _is_small(file, code, name, paper)}
    # Those have one spot only; a larger country leaves the places their room.
    named = _named(file, small_ones, window, paper)
    marks = circles(placed, names, largest, paper, unit, language) if placed else []
    large_ones = {code: name for code, name in known.items() if code not in small_ones}
    named += _named(file, large_ones, window, paper)
    data += [*([names_of_areas(named, language)] if named else []), *marks]
    keys = [("area-0", words.text("Country of the programme", language))] if countries else []
    return figure(
        data,
        geography.layout(window),
        title=title,
        alt=alternative(title, rows, names, unit, language),
        table=table_of(rows, names, countries, unit, language),
        keys=[*keys, *status_keys(placed, language)],
        narrow=geography.narrow(small),
        ratio=geography.ratio(window),
    )


def position(row: Row) -> Point:
    """Return longitude and latitude of a row, NaN where it has none."""
    latitude, longitude = of_row(row, "latitude", "longitude")
    return longitude, latitude


def amount(row: Row) -> float:
    """Return what the size of a mark is made from: nothing reported, and less than 0, count as 0."""
    low = of_row(row, "low")[0]
    return 0.0 if math.isnan(low) else max(low, 0.0)


def is_told(row: Row) -> bool:
    """Return whether a row has a value."""
    return not math.isnan(of_row(row, "low")[0])


def _windows(rows: Sequence[Row]) -> tuple[Window, Window]:
    """Return what the map shows, and on a phone: the Mediterranean where everything lies in it."""
    points = [position(row) for row in rows]

    def holds(window: Window) -> bool:
        west, east, south, north = window
        return all(west < x < east and south < y < north for x, y in points)

    if holds(MEDITERRANEAN):
        return MEDITERRANEAN, ON_A_PHONE if holds(ON_A_PHONE) else MEDITERRANEAN
    far = [(x + more, y) for x, y in points for more in (-4, 4)]
    return (
        geography.fitted(far, 0.15, least=1.6, most=2.0),
        geography.fitted(far, 0.15, least=1.2, most=1.6),
    )


# --- Words ------------------------------------------------------------------------------------------


def _title(rows: Sequence[Row], names: Mapping[str, str], unit: str, language: str) -> str:
    told = [row for row in rows if is_told(row)]
    if not told:
        return words.text("Where the projects are; nothing has been reported yet.", language)
    most = max(told, key=amount)
    return words.text(
        "The larger the circle, the larger the value; most in {name}: {value}.",
        language,
        name=names[most["place_code"]],
        value=measured(most, unit, language),
    )


def alternative(
    title: str, rows: Sequence[Row], names: Mapping[str, str], unit: str, language: str
) -> str:
    """Return what a reader hears instead of the map: its sentence, and each place with its value."""
    if not rows:
        return title
    told = sorted(rows, key=lambda row: -amount(row))
    parts = [
        words.text(
            "{name}: {value} ({status})",
            language,
            name=names[row["place_code"]],
            value=measured(row, unit, language),
            status=words.text(theme.look(status_of(row)).word, language),
        )
        if is_told(row)
        else words.text("{name}: nothing reported", language, name=names[row["place_code"]])
        for row in told
    ]
    return words.text(
        "{sentence} On the map: {places}.",
        language,
        sentence=title,
        places=words.listed(parts, language, most=NAMED),
    )


def table_of(
    rows: Sequence[Row],
    names: Mapping[str, str],
    countries: Mapping[str, str],
    unit: str,
    language: str,
) -> pd.DataFrame:
    """Return the map's twin: each place, its country, its value and its status."""
    lines = [
        (
            names[row["place_code"]],
            countries.get(row["country_code"], row["country_code"]),
            value_of(row, language),
            words.text(theme.look(status_of(row)).word, language),
        )
        for row in rows
    ]
    heads = [words.text(head, language) for head in (N_("Place"), N_("Country"))]
    value = words.text("Value ({unit})", language, unit=unit)
    return pd.DataFrame(lines, columns=[*heads, value, words.text("Status", language)])


def status_keys(rows: Sequence[Row], language: str) -> list[tuple[str, str]]:
    """Return the legend of the statuses that there are, from best to worst."""
    statuses = {status_of(row) for row in rows}
    return [
        (f"status-{status or 'none'}", words.text(theme.look(status).word, language))
        for status in [*theme.STATUS, ""]
        if status in statuses
    ]


def hover(row: Row, name: str, unit: str, language: str) -> str:
    """Return what pointing at a place says."""
    value = measured(row, unit, language)
    word = words.text(theme.look(status_of(row)).word, language)
    return f"{label(name, language)}<br><b>{label(value, language)}</b><br>{label(word, language)}"


# --- The marks ------------------------------------------------------------------------------------


def land(
    folder: str, file: str, codes: Sequence[str], classes: Sequence[int], around: str = "land"
) -> Plotly:
    """Return areas of a map by their class: 0 and up in the colours of `theme.AREAS`, -1 around."""
    colours = [theme.light(name) for name in (around, *theme.AREAS)]
    last = len(colours) - 1
    return {
        "type": "choropleth",
        # An address and not the outlines: one file for all maps, which the browser keeps.
        "geojson": f"{folder}/{file}",
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": list(codes),
        "z": [number + 1 for number in classes],
        "zmin": 0,
        "zmax": last,
        "colorscale": [[number / last, colour] for number, colour in enumerate(colours)],
        "showscale": False,
        "marker": {"line": {"color": theme.light("border"), "width": 0.7}},
        "hoverinfo": "text",
    }


def _land(folder: str, file: str, countries: Mapping[str, str], language: str) -> Plotly:
    """Return all countries of the map, those of the programme tinted."""
    codes = list(geography.features(file))
    names = [label(countries[code], language) if code in countries else "" for code in codes]
    classes = [0 if code in countries else -1 for code in codes]
    return {**land(folder, file, codes, classes), "hovertext": names}


Named = tuple[Point, str, str]
"A name: its point, itself, and how it stands there, Plotly's way."


def _is_small(file: str, code: str, name: str, paper: Paper) -> bool:
    """Return whether a country is less wide than its name on a phone."""
    xs = [x for x, _ in geography.features(file)[code].largest]
    return math.radians(max(xs) - min(xs)) * paper.phone.scale < width_of(name, 11) * 0.8


def _named(file: str, countries: Mapping[str, str], window: Window, paper: Paper) -> list[Named]:
    """Return the names of countries, and where they have room: on their land, else on the sea."""
    west, east, south, north = window
    named: list[Named] = []
    for code, name in sorted(countries.items()):
        spots = [
            (x, y) for x, y in geography.spots(file, code) if west < x < east and south < y < north
        ]
        if not spots:
            continue
        if at := paper.within(spots, name):
            named.append((at, name, "middle center"))
        elif at := paper.within(geography.sea(file, code), name, ends=True):
            named.append((at, name, "middle left"))
    return named


def names_of_areas(named: Sequence[Named], language: str) -> Plotly:
    """Return names that stand in their areas."""
    return {
        "type": "scattergeo",
        "mode": "text",
        "name": "areas",
        "lon": [x for (x, _), *_ in named],
        "lat": [y for (_, y), *_ in named],
        "text": [label(name, language, longest=30) for _, name, _ in named],
        "textposition": [where for *_, where in named],
        "textfont": {
            "size": 11,
            "color": theme.light("muted"),
            "family": theme.FONT,
            "weight": 500,
        },
        "hoverinfo": "skip",
    }


LONGEST = 24
"Letters of a name on a map; the rest is in the table."


def put(rows: Sequence[Row], largest: float, paper: Paper) -> None:
    """Put the circles of places on the paper, before any name."""
    for row in rows:
        paper.put(position(row), _diameter(amount(row), largest))


def circles(
    rows: Sequence[Row],
    names: Mapping[str, str],
    largest: float,
    paper: Paper,
    unit: str,
    language: str,
) -> list[Plotly]:
    """Return the places as circles by value, and the shapes of their statuses upon them.

    Their circles are on the paper already (`put`).
    """
    sizes = [_diameter(amount(row), largest) for row in rows]
    looks = [theme.look(status_of(row)) for row in rows]
    told = [is_told(row) for row in rows]
    paint = [
        theme.light(look.colour if status_of(row) else "teal")
        for look, row in zip(looks, rows, strict=True)
    ]
    texts, spots = [], []
    for row, size in zip(rows, sizes, strict=True):
        name = _shortened(names[row["place_code"]])
        spot = paper.beside(position(row), size, name)
        texts.append(label(name, language) if spot else "")
        spots.append(spot or "middle right")
    marks = {
        "type": "scattergeo",
        "mode": "markers+text",
        "name": "places",
        "lon": [position(row)[0] for row in rows],
        "lat": [position(row)[1] for row in rows],
        "marker": {
            "opacity": 1,  # plotly.js makes marks of several sizes translucent otherwise
            "size": sizes,
            "symbol": ["circle" if has_value else "circle-open" for has_value in told],
            "color": paint,
            "line": {
                "color": [
                    theme.light("card") if has_value else colour
                    for has_value, colour in zip(told, paint, strict=True)
                ],
                "width": 1.5,
            },
        },
        "text": texts,
        "textposition": spots,
        "textfont": {"size": 12, "color": theme.light("ink"), "family": theme.FONT, "weight": 600},
        "hoverinfo": "text",
        "hovertext": [hover(row, names[row["place_code"]], unit, language) for row in rows],
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }
    return [marks, *_shapes(rows, marks)]


def _shortened(name: str) -> str:
    """Return a name as it stands on a map: the map itself says which town a quarter is part of."""
    name = re.split("[,،]", name)[0].strip()
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _shapes(rows: Sequence[Row], marks: Plotly) -> list[Plotly]:
    """Return the shapes of the statuses upon the circles: colour says nothing alone."""
    told = [
        (index, theme.look(status_of(row)))
        for index, row in enumerate(rows)
        if status_of(row) and is_told(row)
    ]
    if not told:
        return []
    sizes = marks["marker"]["size"]
    return [
        {
            "type": "scattergeo",
            "mode": "markers",
            "name": "statuses",
            "lon": [marks["lon"][index] for index, _ in told],
            "lat": [marks["lat"][index] for index, _ in told],
            "marker": {
                "opacity": 1,
                "size": [look.size(min(max(sizes[index] * 0.4, 4.0), 10)) for index, look in told],
                "symbol": [look.symbol for _, look in told],
                "color": [theme.light(look.on) for _, look in told],
                "line": {"width": 0},
            },
            "hoverinfo": "skip",
        }
    ]


def _diameter(value: float, largest: float) -> float:
    """Return a circle's diameter: its area is the value's share of the largest."""
    if not largest or not value:
        return SMALLEST
    return round(max(LARGEST * math.sqrt(value / largest), SMALLEST), 1)
