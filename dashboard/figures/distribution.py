"""How one indicator's values lie over territories or projects: a dot each, and their median."""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PHONE,
    PLAIN,
    Figure,
    Plotly,
    empty,
    ends,
    exactly,
    figure,
    hover,
    how,
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
from dashboard.figures.rows import LOWER, Row, axis_along, layout_of, line
from schemas import words

ROW = 132
"Pixels of one strip: the dots, the names below them."

LONGEST = 120
"Pixels of a name below a dot."

DOT = 11.0
SPREAD = 2
"So many dots may stand above the line and below it where values are close."

THICK = (2 * SPREAD + 1) * (DOT + 1) / ROW


def distribution(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
    groups: Mapping[str, str] | None = None,
    group: str = "group",
    scale: tuple[float, float] | None = None,
    highlight: str = "",
) -> Figure:
    """Return a dot for each name along one scale, and where their median lies.

    `frame` is `impact.results` of one indicator by `by`. `groups` (code, name) make a strip of each
    code in the column `group`, one below the other. `scale` is what answers may lie between, for
    scores. The name `highlight` is marked and named. Dots that would hide each other stand one
    above the other; only along the scale does their place mean anything.
    """
    strips = groups or {"": ""}
    rows = {
        code: [
            row
            for row in frame.to_dict("records")
            if row[by] in names
            and not math.isnan(of_row(row, "low")[0])
            and (not groups or row[group] == code)
        ]
        for code in strips
    }
    table = _table(rows, strips, by, names, unit, language)
    lows = [ends(row)[0] for strip in rows.values() for row in strip]
    highs = [ends(row)[1] for strip in rows.values() for row in strip]
    if not lows:
        said = words.text("Nothing has been reported yet.", language)
        return empty(said, language, table)
    axis = _axis(lows, highs, scale, language)
    medians = {code: median(ends(row)[0] for row in s) for code, s in rows.items() if s}
    data: list[Plotly] = []
    shapes: list[Plotly] = []
    notes: list[Plotly] = []
    for number, (code, strip) in enumerate(rows.items()):
        if not strip:
            continue
        strip.sort(key=lambda row: ends(row)[0])
        places = _dodge([ends(row)[0] for row in strip], axis["range"])
        heights = [number + LOWER + place * (DOT + 1) / ROW for place in places]
        data += _dots(strip, heights, by, names, unit, language, highlight)
        shapes += _marks(medians[code], number, axis["range"])
        notes += _extremes(strip, by, names, number, axis["range"], language, highlight)
    texts = [
        words.text("median {value}", language, value=exactly(medians[code], language))
        if code in medians
        else "–"
        for code in strips
    ]
    layout = layout_of(
        list(strips.values()),
        texts,
        axis,
        language,
        unit=unit,
        thick=THICK,
        row=ROW,
        shapes=shapes,
    )
    layout["annotations"] += notes
    layout.pop("meta", None)
    title = _title(rows, medians, strips, by, names, language)
    count = words.plural("{count} dot.", "{count} dots.", len(lows), language)
    keys = [("tick", words.text("Median", language))]
    return figure(data, layout, title=title, table=table, keys=keys, alt=f"{title} {count}")


def _axis(
    lows: Sequence[float], highs: Sequence[float], scale: tuple[float, float] | None, language: str
) -> Plotly:
    if scale is None:
        axis = span_axis(min(lows), max(highs), language)
    else:
        low, high = scale
        axis = axis_along(0.0, high - low, language)
        marks = [mark + low for mark in axis["tickvals"]]
        room = 0.02 * (high - low)
        axis |= {"tickvals": marks, "range": [low - room, high + room]}
        axis["ticktext"] = [label(words.number(mark, language), language) for mark in marks]
        return axis | {"range": axis["range"][::-1] if is_rtl(language) else axis["range"]}
    return axis | {"range": axis["range"][::-1] if is_rtl(language) else axis["range"]}


def _dodge(values: Sequence[float], span: Sequence[float]) -> list[int]:
    """Return on which level each dot stands, 0 is the middle: as near to it as there is room."""
    levels = [0, *(sign * level for level in range(1, SPREAD + 1) for sign in (-1, 1))]
    last: dict[int, float] = {}
    places = []
    for value in values:
        x = PHONE * (value - min(span)) / abs(span[1] - span[0])
        level = next((n for n in levels if x - last.get(n, -math.inf) > DOT), None)
        if level is None:
            level = min(levels, key=lambda n: last[n])
        last[level] = x
        places.append(level)
    return places


def _dots(
    rows: Sequence[Row],
    heights: Sequence[float],
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
    highlight: str,
) -> list[Plotly]:
    data: list[Plotly] = []
    spreads = [
        (row, y) for row, y in zip(rows, heights, strict=True) if ends(row)[1] > ends(row)[0]
    ]
    if spreads:
        xs: list[Any] = [x for row, _ in spreads for x in (*ends(row), None)]
        ys: list[Any] = [at for _, y in spreads for at in (y, y, None)]
        data.append(
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
        )
    paints = [theme.light("grey" if highlight and row[by] != highlight else "teal") for row in rows]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "dots",
            "x": [ends(row)[0] for row in rows],
            "y": [round(y, 4) for y in heights],
            "marker": {
                "opacity": 1,
                "size": DOT,
                "symbol": ["diamond" if row[by] == highlight else "circle" for row in rows],
                "color": [
                    paint if how(row.get("qualifier")) == "=" else theme.light("card")
                    for row, paint in zip(rows, paints, strict=True)
                ],
                "line": {"color": paints, "width": 1.5},
            },
            "hoverinfo": "text",
            "hovertext": [
                hover(language, names[row[by]], measured(row, unit, language)) for row in rows
            ],
            "customdata": [ids(row.get("observation_ids")) for row in rows],
            "cliponaxis": False,
        }
    )
    return data


def _marks(middle: float, number: int, span: Sequence[float]) -> list[Plotly]:
    """Return the line on which dots stand, and the tick of their median."""
    y, half = number + LOWER, THICK * 0.55
    base = {"color": theme.light("line"), "width": 1}
    tick = {"color": theme.light("ink"), "width": 2}
    return [
        line(span[0], span[1], y, y, base),
        line(middle, middle, y - half, y + half, tick),
    ]


def _extremes(
    rows: Sequence[Row],
    by: str,
    names: Mapping[str, str],
    number: int,
    span: Sequence[float],
    language: str,
    highlight: str,
) -> list[Plotly]:
    """Return the names of the lowest and the highest, and of the one to be marked, where there is room."""
    wanted = [row for row in rows if row[by] == highlight]
    wanted += [row for row in (rows[-1], rows[0]) if row not in wanted]
    notes: list[Plotly] = []
    taken: list[tuple[float, float]] = []
    for row in wanted:
        (name,) = wrapped(names[row[by]], LONGEST, 12, most=1)
        share = (ends(row)[0] - span[0]) / (span[1] - span[0])
        long, x = width_of(name, 12) + 8, share * PHONE
        anchor = "left" if share < 0.2 else "right" if share > 0.8 else "center"
        start = x - {"left": 0.0, "center": long / 2, "right": long}[anchor]
        if any(start < end and begin < start + long for begin, end in taken):
            continue
        taken.append((start, start + long))
        colour = "ink" if row[by] == highlight else "muted"
        notes.append(
            {
                "text": label(name, language),
                "x": ends(row)[0],
                "y": number + LOWER,
                "xref": "x",
                "yref": "y",
                "xanchor": anchor,
                "yanchor": "top",
                "yshift": -round(THICK * ROW / 2) - 1,
                **PLAIN,
                "font": {"size": 12, "color": theme.light(colour)},
            }
        )
    return notes


def _title(
    rows: Mapping[str, Sequence[Row]],
    medians: Mapping[str, float],
    strips: Mapping[str, str],
    by: str,
    names: Mapping[str, str],
    language: str,
) -> str:
    """Return the median and the ends; of several strips, whose median is highest and whose lowest."""
    if len(medians) > 1:
        first, last = max(medians, key=medians.__getitem__), min(medians, key=medians.__getitem__)
        most, least = exactly(medians[first], language), exactly(medians[last], language)
        if most == least:
            return words.text("The median is {value} everywhere.", language, value=most)
        return words.text(
            "The median is highest for {first} ({most}) and lowest for {last} ({least}).",
            language,
            first=strips[first],
            most=most,
            last=strips[last],
            least=least,
        )
    (code, middle), *_ = medians.items()
    strip = rows[code]
    if len(strip) == 1:
        name, value = names[strip[0][by]], value_of(strip[0], language)
        return words.text("Only {name} has reported: {value}.", language, name=name, value=value)
    return words.text(
        "The median is {median}; values run from {least} ({last}) to {most} ({first}).",
        language,
        median=exactly(middle, language),
        least=value_of(strip[0], language),
        last=names[strip[0][by]],
        most=value_of(strip[-1], language),
        first=names[strip[-1][by]],
    )


def _table(
    rows: Mapping[str, Sequence[Row]],
    strips: Mapping[str, str],
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
) -> pd.DataFrame:
    told = {
        (code, row[by]): value_of(row, language) for code, strip in rows.items() for row in strip
    }
    present = [code for code in names if any((strip, code) in told for strip in strips)]
    lines = [(names[code], *(told.get((strip, code), "–") for strip in strips)) for code in present]
    value = (
        words.text("Value ({unit})", language, unit=unit) if unit else words.text("Value", language)
    )
    heads = list(strips.values()) if len(strips) > 1 else [value]
    return pd.DataFrame(lines, columns=["", *heads])
