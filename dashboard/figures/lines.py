"""The lines of a series over time: its values, the way to its target, and what lies between ends."""

import math
from collections.abc import Sequence
from itertools import groupby

from dashboard import theme
from dashboard.figures.course import baseline_of, target_of
from dashboard.figures.figure import Plotly, exactly, how, ids, label, measured, of_row
from dashboard.figures.timeline import Row, day_of, end_of, with_gaps
from schemas import words

DENSE = 60
"Above so many points a line has no marks."


def path(rows: Sequence[Row], result: Row) -> list[Plotly]:
    """Return the dashed way from the baseline through what was expected to the target."""
    bends = {
        end_of(row): path for row in rows if not math.isnan(path := of_row(row, "target_path")[0])
    }
    bends |= dict(point for point in (baseline_of(result), target_of(result)) if point)
    if len(bends) < 2:
        return []
    days = sorted(bends)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "path",
            "x": [day.isoformat() for day in days],
            "y": [bends[day] for day in days],
            "line": {"color": theme.light("path"), "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        }
    ]


def actual(
    rows: Sequence[Row], colour: str, unit: str, language: str, *, name: str
) -> list[Plotly]:
    """Return the line of values, with bars where a value is a range."""
    if not rows:
        return []
    x, y = with_gaps(rows)
    of_day = {end_of(row).isoformat(): row for row in rows}
    told = [of_day[day] if value is not None else None for day, value in zip(x, y, strict=True)]
    trace: Plotly = {
        "type": "scatter",
        "mode": "lines",
        "name": "actual",
        "x": x,
        "y": y,
        "connectgaps": False,
        "line": {"color": colour, "width": 2.25},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    if len(rows) > DENSE:
        trace["line"]["width"] = 1.5
        spots = _touch(rows)
        handles = trace | _marks(spots, colour, unit, language, name=name, size=7)
        handles["marker"] |= {"opacity": 0}
        handles |= {"name": "handles", "x": [end_of(row).isoformat() for row in spots]}
        handles |= {"y": [float(row["low"]) for row in spots], "mode": "markers"}
        del handles["line"], handles["connectgaps"]
        return [*_band(x, told), trace, handles]
    trace |= {"mode": "lines+markers"}
    trace |= _marks(told, colour, unit, language, name=name, size=5 if len(rows) > 1 else 7)
    spreads = [float(row["high"] - row["low"]) if row else 0.0 for row in told]
    if any(spreads):
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": spreads,
            "arrayminus": [0.0] * len(spreads),
            "color": theme.light("band"),
            "thickness": 6,
            "width": 0,
        }
    return [trace]


def _marks(
    told: Sequence[Row | None], colour: str, unit: str, language: str, *, name: str, size: int
) -> Plotly:
    """Return the marks of values, what a pointer shows at them, and the observations behind them."""
    # Hollow where the true value is known to be another: "over 300", "almost 450".
    fills = [
        colour if row is None or how(row.get("qualifier")) == "=" else theme.light("card")
        for row in told
    ]
    return {
        "marker": {
            "size": size,
            "symbol": "circle",
            "color": fills if len(set(fills)) > 1 else fills[0],
            "line": {"color": colour, "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [_hover(row, name, unit, language) if row else "" for row in told],
        "customdata": [ids(row.get("observation_ids")) if row else [] for row in told],
    }


def _touch(rows: Sequence[Row]) -> list[Row]:
    """Return the points of a long series that can be touched: evenly spaced, its ends and extremes."""
    step = math.ceil(len(rows) / (DENSE - 3))
    chosen = {0, len(rows) - 1, *range(0, len(rows), step)}
    lows = [float(row["low"]) for row in rows]
    chosen |= {lows.index(min(lows)), lows.index(max(lows))}
    return [rows[number] for number in sorted(chosen)]


def _band(x: Sequence[str], told: Sequence[Row | None]) -> list[Plotly]:
    """Return the areas between the ends of ranges of a long series, one for each run without a gap."""
    if not any(row and row["high"] > row["low"] for row in told):
        return []
    xs: list[str | None] = []
    ys: list[float | None] = []
    for is_told, run in groupby(zip(x, told, strict=True), key=lambda item: item[1] is not None):
        if is_told:
            there = [(day, row) for day, row in run if row]
            xs += [*(day for day, _ in there), *(day for day, _ in reversed(there)), None]
            ys += [*(float(row["low"]) for _, row in there)]
            ys += [*(float(row["high"]) for _, row in reversed(there)), None]
    return [
        {
            "type": "scatter",
            "mode": "none",
            "name": "band",
            "x": xs[:-1],
            "y": ys[:-1],
            "fill": "toself",
            "fillcolor": theme.light("band"),
            "hoverinfo": "skip",
        }
    ]


def _hover(row: Row, name: str, unit: str, language: str) -> str:
    (expected,) = of_row(row, "target_path")
    value = measured(row, unit, language)
    when = words.period(day_of(row["period_start"]) or end_of(row), end_of(row), language)
    lines = [label(name, language), label(when, language)]
    lines.append(f"<b>{label(value, language)}</b>")
    if not math.isnan(expected):
        path = words.text("Expected: {value}", language, value=exactly(expected, language))
        lines.append(label(path, language))
    return "<br>".join(lines)
