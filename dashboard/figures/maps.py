"""Where things are: countries tinted, territories as circles whose area is a value."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    figure,
    ids,
    label,
    of_row,
    value_of,
    width_of,
)
from dashboard.figures.rows import Row, status_of
from schemas import words

Window = tuple[float, float, float, float]
"West, east, south, north, in degrees."

MEDITERRANEAN: Window = (-13.5, 42.0, 26.5, 47.0)
WORLD: Window = (-180, 180, -58, 80)
FOLDER = "/assets/geo"
GEO = Path(__file__).parents[2] / "assets" / "geo"

SMALLEST, LARGEST = 8.0, 28.0
"Diameters of circles, in pixels."

PHONE = 340
"The width in pixels for which labels are placed: what is apart there is apart everywhere."


@cache
def outlines(file: str) -> dict[str, list[list[list[list[float]]]]]:
    """Return the polygons of each country of a map, by its code: rings of longitude, latitude."""
    features = json.loads((GEO / file).read_text(encoding="utf-8"))["features"]
    return {feature["id"]: feature["geometry"]["coordinates"] for feature in features}


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
    placed = [row for row in rows if not any(math.isnan(n) for n in _position(row))]
    placed.sort(key=lambda row: -_value(row))  # the smallest last, so that none hides another
    window = _window(placed)
    title = _title(rows, names, unit, language)
    file = "med.geojson" if window == MEDITERRANEAN else "world.geojson"
    largest = max((_value(row) for row in rows), default=0.0)
    data = [_land(folder, file, countries, language)]
    if placed:
        circles = _circles(placed, names, largest, window, unit, language)
        data += [circles, *_shapes(placed, circles)]
    west, east, south, north = window
    layout = theme.layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        geo={
            # plotly.js draws no base map of its own; the land is our first trace.
            "visible": False,
            "fitbounds": False,
            "projection": {"type": "mercator"},
            "lonaxis": {"range": [west, east]},
            "lataxis": {"range": [south, north]},
            "center": {"lon": (west + east) / 2, "lat": _middle(window)},
            "bgcolor": theme.light("sea"),
            "domain": {"x": [0, 1], "y": [0, 1]},
        },
    )
    statuses = {status_of(row) for row in placed}
    keys = [
        (f"status-{status or 'none'}", words.text(theme.look(status).word, language))
        for status in [*theme.STATUS, ""]
        if status in statuses
    ]
    table = _table(rows, names, countries, unit, language)
    return figure(data, layout, title=title, table=table, keys=keys, ratio=_ratio(window))


def _position(row: Row) -> tuple[float, float]:
    latitude, longitude = of_row(row, "latitude", "longitude")
    return longitude, latitude


def _value(row: Row) -> float:
    low = of_row(row, "low")[0]
    return 0.0 if math.isnan(low) else max(low, 0.0)


def _title(rows: Sequence[Row], names: Mapping[str, str], unit: str, language: str) -> str:
    told = [row for row in rows if not math.isnan(of_row(row, "low")[0])]
    if not told:
        return words.text("Where the projects are; nothing has been reported yet.", language)
    most = max(told, key=_value)
    return words.text(
        "The larger the circle, the larger the value ({unit}); most in {name}: {value}.",
        language,
        unit=unit,
        name=names[most["place_code"]],
        value=value_of(most, language),
    )


def _table(
    rows: Sequence[Row],
    names: Mapping[str, str],
    countries: Mapping[str, str],
    unit: str,
    language: str,
) -> pd.DataFrame:
    lines = [
        (
            names[row["place_code"]],
            countries.get(row["country_code"], row["country_code"]),
            value_of(row, language),
            words.text(theme.look(status_of(row)).word, language),
        )
        for row in rows
    ]
    heads = [words.text(head, language) for head in ("Place", "Country")]
    value = words.text("Value ({unit})", language, unit=unit)
    return pd.DataFrame(lines, columns=[*heads, value, words.text("Status", language)])


# --- The window -----------------------------------------------------------------------------------


def _window(rows: Sequence[Row]) -> Window:
    """Return what the map shows: the Mediterranean where everything lies in it, else what it must."""
    points = [_position(row) for row in rows]
    west, east, south, north = MEDITERRANEAN
    if all(west < x < east and south < y < north for x, y in points):
        return MEDITERRANEAN
    xs, ys = [x for x, _ in points], [y for _, y in points]
    west, east, south, north = min(xs) - 6, max(xs) + 6, min(ys) - 6, max(ys) + 6
    # Neither a column nor a ribbon: as wide as a page's figure is.
    wide, tall = math.radians(east - west), northing(north) - northing(south)
    if wide < 1.6 * tall:
        more = math.degrees(1.6 * tall - wide) / 2
        west, east = west - more, east + more
    elif wide > 2 * tall:
        more = math.degrees((wide / 2 - tall) * math.cos(math.radians((south + north) / 2))) / 2
        south, north = south - more, north + more
    window = (max(west, -180.0), min(east, 180.0), max(south, -58.0), min(north, 80.0))
    return WORLD if window[1] - window[0] > 240 else tuple(round(n, 1) for n in window)  # type: ignore[return-value]


def northing(latitude: float) -> float:
    """Return how far north of the equator Mercator puts a latitude, the earth's radius being 1."""
    return math.asinh(math.tan(math.radians(latitude)))


def edges(window: Window) -> tuple[float, float]:
    """Return the northings of a window's lower and upper edge.

    plotly.js draws an edge as four arcs of great circles, which bend away from the equator, and
    fits those into the frame.
    """
    west, east, south, north = window
    bend = 1 / math.cos(math.radians(east - west) / 8)
    low, high = (math.tan(math.radians(latitude)) for latitude in (south, north))
    return math.asinh(min(low, low * bend)), math.asinh(max(high, high * bend))


def _ratio(window: Window) -> float:
    """Return width by height of a window: the frame of the map must have the same."""
    bottom, top = edges(window)
    return round(math.radians(window[1] - window[0]) / (top - bottom), 3)


def _middle(window: Window) -> float:
    """Return the latitude in the middle of the frame, where plotly.js would take the mean."""
    return round(math.degrees(math.atan(math.sinh(sum(edges(window)) / 2))), 4)


# --- The marks ------------------------------------------------------------------------------------


def _land(folder: str, file: str, countries: Mapping[str, str], language: str) -> Plotly:
    """Return all countries of the map, those of the programme tinted."""
    codes = list(outlines(file))
    return {
        "type": "choropleth",
        # An address and not the outlines: one file for all maps, which the browser keeps.
        "geojson": f"{folder}/{file}",
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": codes,
        "z": [1 if code in countries else 0 for code in codes],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, theme.light("land")], [1, theme.light("tint")]],
        "showscale": False,
        "marker": {"line": {"color": theme.light("border"), "width": 0.7}},
        "hoverinfo": "text",
        "hovertext": [label(countries[c], language) if c in countries else "" for c in codes],
        "customdata": codes,
    }


def _circles(
    rows: Sequence[Row],
    names: Mapping[str, str],
    largest: float,
    window: Window,
    unit: str,
    language: str,
) -> Plotly:
    sizes = [_diameter(_value(row), largest) for row in rows]
    texts = [names[row["place_code"]] for row in rows]
    looks = [theme.look(status_of(row)) for row in rows]
    has_value = [not math.isnan(of_row(row, "low")[0]) for row in rows]
    paint = [
        theme.light(k.colour if status_of(row) else "teal")
        for k, row in zip(looks, rows, strict=True)
    ]
    hovers = []
    for row, name in zip(rows, texts, strict=True):
        value = value_of(row, language)
        word = words.text(theme.look(status_of(row)).word, language)
        hovers.append(
            f"{label(name, language)}<br><b>{label(f'{value} {unit}', language)}</b><br>"
            f"{label(word, language)}"
        )
    return {
        "type": "scattergeo",
        "mode": "markers+text",
        "name": "places",
        "lon": [_position(row)[0] for row in rows],
        "lat": [_position(row)[1] for row in rows],
        "marker": {
            "opacity": 1,  # plotly.js makes marks of several sizes translucent otherwise
            "size": sizes,
            "symbol": ["circle" if told else "circle-open" for told in has_value],
            "color": paint,
            "line": {
                "color": [
                    theme.light("card") if told else colour
                    for told, colour in zip(has_value, paint, strict=True)
                ],
                "width": 1.5,
            },
        },
        "text": [label(text, language, longest=24) for text in texts],
        "textposition": _text_positions(rows, sizes, texts, window),
        "textfont": {"size": 12, "color": theme.light("ink"), "family": theme.FONT, "weight": 600},
        "hoverinfo": "text",
        "hovertext": hovers,
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }


def _shapes(rows: Sequence[Row], circles: Plotly) -> list[Plotly]:
    """Return the shapes of the statuses upon the circles: colour says nothing alone."""
    told = [
        (index, theme.look(status_of(row)))
        for index, row in enumerate(rows)
        if status_of(row) and not math.isnan(of_row(row, "low")[0])
    ]
    if not told:
        return []
    sizes = circles["marker"]["size"]
    return [
        {
            "type": "scattergeo",
            "mode": "markers",
            "name": "statuses",
            "lon": [circles["lon"][index] for index, _ in told],
            "lat": [circles["lat"][index] for index, _ in told],
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


Box = tuple[float, float, float, float]


def _text_positions(
    rows: Sequence[Row], sizes: Sequence[float], texts: Sequence[str], window: Window
) -> list[str]:
    """Return where each name stands beside its circle, so that few names meet on a phone."""
    west, (_, top) = window[0], edges(window)
    scale = PHONE / math.radians(window[1] - west)
    height = PHONE / _ratio(window)
    taken: list[Box] = []
    spots = []
    for row, size in zip(rows, sizes, strict=True):
        longitude, latitude = _position(row)
        x = math.radians(longitude - west) * scale
        y = (top - northing(latitude)) * scale
        spots.append((x, y))
        taken.append((x - size / 2, y - size / 2, x + size / 2, y + size / 2))
    chosen = []
    for (x, y), size, text in zip(spots, sizes, texts, strict=True):
        long, gap = width_of(text, 12), size / 1.6 + 1
        boxes: dict[str, Box] = {
            "middle right": (x + gap, y - 7, x + gap + long, y + 7),
            "top center": (x - long / 2, y - gap - 14, x + long / 2, y - gap),
            "bottom center": (x - long / 2, y + gap, x + long / 2, y + gap + 14),
            "middle left": (x - gap - long, y - 7, x - gap, y + 7),
        }

        def crowd(box: Box) -> float:
            outside = max(-box[0], 0) + max(box[2] - PHONE, 0) + max(-box[1], 0)
            outside += max(box[3] - height, 0)
            return outside * 20 + sum(_shared(box, other) for other in taken)

        best = min(boxes, key=lambda place: crowd(boxes[place]))
        taken.append(boxes[best])
        chosen.append(best)
    return chosen


def _shared(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(tall, 0)
