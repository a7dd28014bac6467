"""Two indicators against each other: one named mark for each territory or project, and no fitted line."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    figure,
    hover,
    ids,
    is_rtl,
    label,
    measured,
    of_row,
    span_axis,
    value_of,
    width_of,
    wrapped,
)
from dashboard.figures.labels import ANCHORS, Spot, beside, offset
from dashboard.figures.rows import Row, status_of
from dashboard.figures.timeline import at_side, sides
from schemas import units, words

HEIGHT, PHONE_HEIGHT, TOP, BOTTOM = 400, 340, 34, 44
WIDTH, PHONE_WIDTH = 480, 320
"The widths for which names are placed: what is apart there is apart on wider ones."

SIZE = 11


class Dot(NamedTuple):
    """One territory or project: its name, and its values of both indicators."""

    name: str
    row: Row
    x: float
    x_high: float
    y: float
    y_high: float


def scatter(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    x_name: str,
    y_name: str,
    x_unit: str,
    y_unit: str,
    language: str,
) -> Figure:
    """Return a mark for each name where its values of two indicators meet.

    `frame` has `by`, x_low, x_high, y_low, y_high, perhaps x_qualifier, y_qualifier, status and
    observation_ids. A range is a bar between its ends. No line is fitted: so few points prove none.
    """
    told = {row[by]: row for row in frame.to_dict("records")}
    dots = [_dot(name, told.get(code, {})) for code, name in names.items()]
    table = _table(dots, x_name, y_name, x_unit, y_unit, language)
    dots = [dot for dot in dots if not (math.isnan(dot.x) or math.isnan(dot.y))]
    if not dots:
        said = words.text("No place or project has reported both.", language)
        return empty(said, language, table)
    x_axis = _axis([n for dot in dots for n in (dot.x, dot.x_high)], language)
    y_axis = _axis([n for dot in dots for n in (dot.y, dot.y_high)], language)
    near = round(max(width_of(text, 12) for text in y_axis["ticktext"])) + 12
    if is_rtl(language):
        x_axis["range"] = x_axis["range"][::-1]
    axes = (x_axis["range"], y_axis["range"])
    heads, phone_heads = (
        [
            _head(wrapped(head, room, 12, most=1)[0], is_x, language)
            for head, is_x in zip(
                _heads(x_name, y_name, x_unit, y_unit, language), (True, False), strict=True
            )
        ]
        for room in (WIDTH - near, PHONE_WIDTH - near)
    )
    layout = theme.layout(
        height=HEIGHT,
        margin={**sides(near, 20, language), "t": TOP, "b": BOTTOM, "pad": 0},
        xaxis=x_axis,
        yaxis=y_axis | at_side(language),
        annotations=[*heads, *_names(dots, axes, WIDTH - near - 20, HEIGHT, language)],
    )
    few = _axis([n for dot in dots for n in (dot.x, dot.x_high)], language, most=4)
    narrow = {
        "height": PHONE_HEIGHT,
        "xaxis": {name: few[name] for name in ("tickvals", "ticktext")},
        "annotations": [
            *phone_heads,
            *_names(dots, axes, PHONE_WIDTH - near - 20, PHONE_HEIGHT, language),
        ],
    }
    title = _title(dots, x_name, y_name, language)
    present = {status_of(dot.row) for dot in dots}
    keys = [
        (f"status-{status}", words.text(theme.look(status).word, language))
        for status in theme.STATUS
        if status in present
    ]
    said = words.plural("{count} mark.", "{count} marks.", len(dots), language)
    alt = f"{title} {said}"
    data = [*_spreads(dots), _marks(dots, x_unit, y_unit, language)]
    return figure(data, layout, title=title, table=table, keys=keys, alt=alt, narrow=narrow)


def _dot(name: str, row: Row) -> Dot:
    x, x_high, y, y_high = of_row(row, "x_low", "x_high", "y_low", "y_high")
    x_high, y_high = (low if math.isnan(high) else high for low, high in ((x, x_high), (y, y_high)))
    return Dot(name, row, x, x_high, y, y_high)


def _axis(values: Sequence[float], language: str, *, most: int = 6) -> Plotly:
    return span_axis(min(values), max(values), language, most=most)


def _values(dot: Dot, language: str) -> tuple[str, str]:
    x, y = _sides(dot)
    return value_of(x, language), value_of(y, language)


def _sides(dot: Dot) -> tuple[Row, Row]:
    """Return the value of each of the two indicators, as a row has it."""
    return (
        {"low": dot.x, "high": dot.x_high, "qualifier": dot.row.get("x_qualifier")},
        {"low": dot.y, "high": dot.y_high, "qualifier": dot.row.get("y_qualifier")},
    )


def _spreads(dots: Sequence[Dot]) -> list[Plotly]:
    """Return the bars of values that are ranges."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for dot in dots:
        if dot.x_high > dot.x:
            xs += [dot.x, dot.x_high, None]
            ys += [dot.y, dot.y, None]
        if dot.y_high > dot.y:
            xs += [dot.x, dot.x, None]
            ys += [dot.y, dot.y_high, None]
    if not xs:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "ranges",
            "x": xs[:-1],
            "y": ys[:-1],
            "connectgaps": False,
            "line": {"color": theme.light("band"), "width": 5},
            "hoverinfo": "skip",
        }
    ]


def _marks(dots: Sequence[Dot], x_unit: str, y_unit: str, language: str) -> Plotly:
    looks = [theme.look(status_of(dot.row)) for dot in dots]
    has_status = [bool(status_of(dot.row)) for dot in dots]
    hovers = []
    for dot in dots:
        x, y = _sides(dot)
        x_told, y_told = measured(x, x_unit, language), measured(y, y_unit, language)
        hovers.append(hover(language, dot.name, x_told, y_told))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "marks",
        "x": [dot.x for dot in dots],
        "y": [dot.y for dot in dots],
        "marker": {
            "opacity": 1,
            "size": [k.size(SIZE) if s else SIZE for k, s in zip(looks, has_status, strict=True)],
            "symbol": [k.symbol if s else "circle" for k, s in zip(looks, has_status, strict=True)],
            "color": [
                theme.light(k.colour if s else "teal")
                for k, s in zip(looks, has_status, strict=True)
            ],
            "line": {"color": theme.light("card"), "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": hovers,
        "customdata": [ids(dot.row.get("observation_ids")) for dot in dots],
        "cliponaxis": False,
    }


def _names(
    dots: Sequence[Dot],
    axes: tuple[Sequence[float], Sequence[float]],
    width: float,
    height: float,
    language: str,
) -> list[Plotly]:
    """Return the names that have room beside their marks; those of the largest choose first."""
    tall = height - TOP - BOTTOM
    (left, right), (bottom, top) = axes
    order = sorted(dots, key=lambda dot: -dot.y)

    def at(x: float, y: float) -> tuple[float, float]:
        return width * (x - left) / (right - left), tall * (top - y) / (top - bottom)

    short = {dot.name: wrapped(dot.name, width / 2.4, 12, most=1)[0] for dot in order}
    spots = [Spot(*at(dot.x, dot.y), SIZE, short[dot.name]) for dot in order]
    bars = [
        (min(x, more), min(y, up) - 3, max(x, more), max(y, up) + 3)
        for dot in order
        if dot.x_high > dot.x or dot.y_high > dot.y
        for (x, y), (more, up) in [(at(dot.x, dot.y), at(dot.x_high, dot.y_high))]
    ]
    notes = []
    for dot, place in zip(order, beside(spots, width, tall, bars=bars), strict=True):
        if place:
            across, up = offset(place, SIZE)
            horizontal, vertical = ANCHORS[place]
            notes.append(
                {
                    "text": label(short[dot.name], language),
                    "x": dot.x,
                    "y": dot.y,
                    "xref": "x",
                    "yref": "y",
                    "xanchor": horizontal,
                    "yanchor": vertical,
                    "xshift": across,
                    "yshift": up,
                    **PLAIN,
                    "font": {"size": 12, "color": theme.light("ink")},
                }
            )
    return notes


def _heads(x_name: str, y_name: str, x_unit: str, y_unit: str, language: str) -> list[str]:
    """Return the names of the two with their units."""
    return [
        units.named(name, unit, language) for name, unit in ((x_name, x_unit), (y_name, y_unit))
    ]


def _head(text: str, is_x: bool, language: str) -> Plotly:
    """Return the name of an axis: above the one, below the other."""
    far = is_rtl(language) != is_x
    return {
        "text": label(text, language),
        "x": 1 if far else 0,
        "y": 0 if is_x else 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "right" if far else "left",
        "yanchor": "top" if is_x else "bottom",
        "yshift": -24 if is_x else 12,
        **PLAIN,
        "font": {"size": 12, "color": theme.light("muted")},
    }


def _title(dots: Sequence[Dot], x_name: str, y_name: str, language: str) -> str:
    """Return who is highest on each of the two."""
    x_first = max(dots, key=lambda dot: dot.x)
    y_first = max(dots, key=lambda dot: dot.y)
    said = {"x": x_name, "y": y_name, "name": x_first.name, "other": y_first.name}
    if len(dots) == 1:
        x, y = _values(dots[0], language)
        return words.text(
            "Only {name} has reported both: {x_value} and {y_value}.",
            language,
            name=x_first.name,
            x_value=x,
            y_value=y,
        )
    if x_first is y_first:
        return words.text("{name} is highest in both “{x}” and “{y}”.", language, **said)
    return words.text(
        "{name} is highest in “{x}”, {other} in “{y}”.",
        language,
        **said,
    )


def _table(
    dots: Sequence[Dot], x_name: str, y_name: str, x_unit: str, y_unit: str, language: str
) -> pd.DataFrame:
    lines = [(dot.name, *_values(dot, language)) for dot in dots]
    heads = _heads(x_name, y_name, x_unit, y_unit, language)
    return pd.DataFrame(lines, columns=["", *heads])
