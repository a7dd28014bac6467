"""How far each result is on its way, as a share of it and against its target in its own unit."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.dumbbell import compared, from_to, numbers_of, ring, values_table
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    ends,
    figure,
    hover,
    ids,
    label,
    of_row,
    value_of,
)
from dashboard.figures.rows import (
    BAR,
    LOWER,
    Row,
    axis_along,
    in_order,
    layout_of,
    line,
    status_keys,
    status_of,
)
from dashboard.figures.titles import standing
from dashboard.figures.way import furthest, share_of_way, way_of
from schemas import words
from schemas.words import N_


def progress_rows(
    frame: pd.DataFrame, *, by: str, names: Mapping[str, str], language: str
) -> Figure:
    """Return how much of the way to its target each result has covered: a bar, and where the path
    expects it.

    `frame` is `impact.results`; shares of the way are compared, never added up or averaged.
    """
    of = {row[by]: row for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    ways = [way_of(row) for row in rows]
    shares = [way[0] for way in ways]
    told = [
        (*way, name)
        for way, name in zip(ways, names.values(), strict=True)
        if not math.isnan(way[0])
    ]
    table = _progress_table(rows, list(names.values()), language)
    if not told:
        return empty(words.text("No progress can be told yet.", language), language, table)
    title = furthest(told, language)
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": "progress",
        "y": [number + LOWER for number in range(len(rows))],
        "x": [_on_the_way(share) for share in shares],
        "base": [0.0] * len(rows),
        "width": BAR,
        "marker": {"color": [theme.light(theme.look(status_of(row)).colour) for row in rows]},
        "hoverinfo": "text",
        "hovertext": [
            _progress_hover(row, name, language)
            for row, name in zip(rows, names.values(), strict=True)
        ],
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }
    looks = [
        theme.look(status_of(row))
        for row, share in zip(rows, shares, strict=True)
        if not math.isnan(share)
    ]
    tracks = bars | {
        "name": "way",
        "x": [1.0] * len(rows),
        "marker": {"color": theme.light("grid")},
    }
    ends: Plotly = {
        "type": "scatter",
        "mode": "markers",
        "name": "status",
        "x": [_on_the_way(low) for low, _, _ in told],
        "y": [number + LOWER for number, s in enumerate(shares) if not math.isnan(s)],
        "marker": {
            "opacity": 1,
            "size": [look.size(14) for look in looks],
            "symbol": [look.symbol for look in looks],
            "color": [theme.light(look.colour) for look in looks],
            "line": {"color": theme.light("card"), "width": 2},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    expected = [
        (number, share)
        for number, row in enumerate(rows)
        if 0 < (share := of_row(row, "expected")[0]) < 1
    ]
    marks = [_tick(share, number) for number, share in expected]
    axis = axis_along(0.0, 1.0, language) | {
        "tickvals": [0.0, 0.5, 1.0],
        "ticktext": ["", *(label(words.percent(share, language), language) for share in (0.5, 1))],
    }
    texts = [share_of_way(row, language) for row in rows]
    layout = layout_of(
        list(names.values()),
        texts,
        axis,
        language,
        shapes=marks,
        unit=words.text("Share of the way from baseline to target", language),
        edge=9 if any(_on_the_way(low) < 0.03 for low, _, _ in told) else 2,
    )
    keys = [("tick", words.text("Expected by now", language))] if expected else []
    keys += status_keys([row for row in rows if row], language)
    ranges = bars | {
        "name": "range",
        "x": [_on_the_way(high) - _on_the_way(low) for low, high in ways],
        "base": [_on_the_way(low) for low, _ in ways],
        "marker": {"color": theme.light("band")},
    }
    data = [tracks, bars, *([ranges] if any(ranges["x"]) else []), ends]
    alt = in_order(title, names.values(), texts, shares, language)
    return figure(data, layout, title=title, table=table, keys=keys, alt=alt)


def bullet(
    frame: pd.DataFrame, *, by: str, names: Mapping[str, str], unit: str, language: str
) -> Figure:
    """Return each result as a bar against its target, with a tick where the path expects it by now.

    `frame` is `impact.results` of one indicator. Where only some projects have a target, the value
    is that of these. A range is pale up to its upper end.
    """
    of = {row[by]: compared(row) for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    table = values_table(rows, list(names.values()), unit, language)
    numbers = [n for row in rows for n in (*ends(row), of_row(row, "target")[0])]
    told = [number for number in numbers if math.isfinite(number)]
    if not told:
        said = words.text("Nothing has been reported yet.", language)
        return empty(said, language, table)
    title = standing(zip(names.values(), rows, strict=True), language)
    if not any(status_of(row) for row in rows):
        title = from_to(rows, list(names.values()), language)
    places = [number + LOWER for number in range(len(rows))]
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": "actual",
        "y": places,
        "x": [_or_zero(ends(row)[0]) for row in rows],
        "base": [0.0] * len(rows),
        "width": BAR,
        "marker": {
            "color": [
                theme.light(theme.look(status_of(row)).colour if status_of(row) else "teal")
                for row in rows
            ]
        },
        "hoverinfo": "text",
        "hovertext": [
            _progress_hover(row, name, language)
            for row, name in zip(rows, names.values(), strict=True)
        ],
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }
    track = bars | {
        "name": "way",
        "x": [_or_zero(of_row(row, "target")[0]) for row in rows],
        "marker": {"color": theme.light("grid")},
        "width": BAR * 1.9,
    }
    spread = bars | {
        "name": "range",
        "x": [_or_zero(high - low) for low, high in map(ends, rows)],
        "base": [_or_zero(low) for low, _ in map(ends, rows)],
        "marker": {"color": theme.light("band")},
    }
    shapes = _statuses(rows)
    data = [track, bars, *([spread] if any(spread["x"]) else [])]
    data += ring(rows, "target", "diamond", 10, language) + shapes
    ticks = [_tick(at, number) for number, row in enumerate(rows) if (at := _expected(row)) == at]
    texts = [value_of(row, language) for row in rows]
    layout = layout_of(
        list(names.values()),
        texts,
        axis_along(min(told), max(told), language),
        language,
        unit=unit,
        shapes=ticks,
        thick=BAR * 1.9,
        edge=9,
    )
    keys = [("tick", words.text("Expected by now", language))] if ticks else []
    keys.append(("diamond", words.text("Target", language)))
    keys += status_keys([row for row in rows if status_of(row)], language)
    alt = in_order(title, names.values(), texts, [ends(row)[0] for row in rows], language)
    return figure(data, layout, title=title, table=table, keys=keys, alt=alt)


def _or_zero(number: float) -> float:
    return number if math.isfinite(number) else 0.0


def _expected(row: Row) -> float:
    """Return the value that the path expects of a row by now; NaN where nothing tells."""
    share, baseline, target = of_row(row, "expected", "baseline", "target")
    return baseline + share * (target - baseline) if 0 < share < 1 else math.nan


def _statuses(rows: Sequence[Row]) -> list[Plotly]:
    """Return the shapes of the statuses at the ends of the bars."""
    told = [
        (number, ends(row)[0], theme.look(status_of(row)))
        for number, row in enumerate(rows)
        if status_of(row) and not math.isnan(ends(row)[0])
    ]
    if not told:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "status",
            "x": [at for _, at, _ in told],
            "y": [number + LOWER for number, _, _ in told],
            "marker": {
                "opacity": 1,
                "size": [look.size(14) for _, _, look in told],
                "symbol": [look.symbol for _, _, look in told],
                "color": [theme.light(look.colour) for _, _, look in told],
                "line": {"color": theme.light("card"), "width": 2},
            },
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _on_the_way(share: float) -> float:
    """Return how long a bar is: neither before the way nor beyond it."""
    return 0.0 if math.isnan(share) else min(max(share, 0.0), 1.0)


def _progress_table(rows: Sequence[Row], names: Sequence[str], language: str) -> pd.DataFrame:
    def expected(row: Row) -> str:
        (share,) = of_row(row, "expected")
        return "–" if math.isnan(share) else words.percent(share, language)

    lines = [
        (
            name,
            *numbers_of(row, language),
            share_of_way(row, language),
            expected(row),
            words.text(theme.look(status_of(row)).word, language),
        )
        for row, name in zip(rows, names, strict=True)
    ]
    heads = (
        N_("Baseline"),
        N_("Actual"),
        N_("Target"),
        N_("Progress"),
        N_("Expected by now"),
        N_("Status"),
    )
    return pd.DataFrame(lines, columns=["", *(words.text(head, language) for head in heads)])


def _progress_hover(row: Row, name: str, language: str) -> str:
    if not row:
        return label(name, language)
    _, actual, target = numbers_of(row, language)
    way = words.text("{value} of {target}", language, value=actual, target=target)
    word = words.text(theme.look(status_of(row)).word, language)
    return hover(language, name, way, word)


def _tick(share: float, number: int) -> Plotly:
    y, half = number + LOWER, BAR * 0.85
    style = {"color": theme.light("ink"), "width": 2}
    return line(share, share, y - half, y + half, style) | {"layer": "above"}
