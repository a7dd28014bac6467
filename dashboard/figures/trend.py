"""Values over time against the path to the target: one series, several side by side, one line."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    exactly,
    figure,
    how,
    ids,
    is_missing,
    label,
    number_axis,
    of_row,
    value_of,
    width_of,
)
from schemas import words
from schemas.codes import Status

Row = Mapping[Any, Any]
Span = tuple[date, date]

SENTENCES = {
    Status.ACHIEVED: "{name} has reached its target: {value} by {day}; the target is {target} by {due}.",
    Status.MAINTAINED: "{name} was maintained as the target asks: {value} by {day}.",
    Status.ON_TRACK: "{name} is on track: {value} by {day}, towards {target} by {due}.",
    Status.ACCELERATION_NEEDED: "{name} has to speed up: {value} by {day}, towards {target} by {due}.",
    Status.PARTLY_ACHIEVED: "{name} partly achieved its target: {value} by {day}; the target was {target} by {due}.",
    Status.LIMITED_PROGRESS: "{name} shows limited progress: {value} by {day}, towards {target} by {due}.",
    Status.NOT_ACHIEVED: "{name} did not achieve its target: {value} by {day}; the target was {target} by {due}.",
    Status.NOT_MAINTAINED: "{name} was not maintained: {value} by {day}; the target was {target} by {due}.",
    Status.MOVING_AWAY: "{name} is moving away from its target: {value} by {day}; the target is {target} by {due}.",
}
"What the trend says, by status."

WITH_TARGET = "{name} stood at {value} by {day}; the target is {target} by {due}."
TARGET_OF_A_PART = "{name} stood at {value} by {day}; only a part of it has a target."
WITHOUT_TARGET = "{name} stood at {value} by {day}; no target is set."
TARGET_ALONE = "Nothing has been reported on {name} yet; the target is {target} by {due}."
NOTHING = "Nothing has been reported on {name} yet."


def trend(
    frame: pd.DataFrame,
    *,
    name: str,
    unit: str,
    language: str,
    result: Row | None = None,
    is_small: bool = False,
    x_range: Span | None = None,
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Return one series over time: the values, the path, baseline and target, gaps as gaps.

    `frame` is one series of `impact.trend`; `result` its row of `impact.results`, for baseline,
    target and status. A range is drawn from its lower end, with a bar up to its upper end.
    """
    result = result or {}
    rows = _rows(frame)
    title = _sentence(rows, result, name, language)
    table = _table(rows, result, unit, language)
    span = x_range or _span(rows, result)
    height = 128 if is_small else 300
    if span is None:
        return empty(title, language, table, height=height)
    top = y_range or _reach(rows, result)
    y_axis = number_axis(*top, language, most=3 if is_small else 5)
    look = theme.look(str(result.get("status") or ""))
    colour = theme.light(look.colour if result.get("status") else "teal")
    data = [
        *_path(rows, result),
        *_actual(rows, colour, unit, language, name=name),
        *_ends(rows, result, look, colour, language, span=span, top=top[1], is_small=is_small),
    ]
    layout = theme.layout(
        height=height,
        margin={
            "l": round(max(width_of(text, 12) for text in y_axis["ticktext"])) + 12,
            "r": 14 if is_small else 20,
            "t": 12 if is_small else 34,
            "b": 24,
            "pad": 0,
        },
        xaxis=_time_axis(span, language, most=3 if is_small else 6),
        # A little room above and below, so that no mark is cut in two.
        yaxis=y_axis
        | {
            "showgrid": True,
            "gridcolor": theme.light("grid"),
            "range": _padded(*y_axis["range"]),
        },
        annotations=[] if is_small else [_unit(unit, language)],
    )
    return figure(data, layout, title=title, table=table, keys=_keys(rows, result, language))


def small_multiples(
    frame: pd.DataFrame,
    results: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
) -> list[Figure]:
    """Return a small trend for each name, in their order, all with the same two scales."""
    of = {row[by]: row for row in results.to_dict("records")}
    groups = dict(iter(frame.groupby(by, sort=False)))
    series = {code: _rows(groups.get(code, frame.iloc[:0])) for code in names}
    spans = [s for code, rows in series.items() if (s := _span(rows, of.get(code, {})))]
    reaches = [_reach(rows, of.get(code, {})) for code, rows in series.items()]
    x_range = (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
    y_range = (min(r[0] for r in reaches), max(r[1] for r in reaches)) if reaches else None
    return [
        trend(
            groups.get(code, frame.iloc[:0]),
            name=name,
            unit=unit,
            language=language,
            result=of.get(code),
            is_small=True,
            x_range=x_range if series[code] or of.get(code) else None,
            y_range=y_range,
        )
        for code, name in names.items()
    ]


def sparkline(frame: pd.DataFrame, *, name: str, language: str, status: str = "") -> Figure:
    """Return the bare line of a series, for a cell of a table: no axes, its end marked."""
    rows = _rows(frame)
    title = _sentence(rows, {}, name, language)
    table = _table(rows, {}, "", language)
    span = _span(rows, {})
    if span is None:
        return empty(title, language, table, height=28)
    look = theme.look(status)
    colour = theme.light(look.colour if status else "teal")
    low, high = _reach(rows, {})
    hidden: Plotly = {"visible": False, "tickvals": [], "ticktext": [], "fixedrange": True}
    layout = theme.layout(
        height=28,
        margin={"l": 6, "r": 6, "t": 6, "b": 6, "pad": 0},
        xaxis={**hidden, "type": "date", "range": [day.isoformat() for day in _wide(span)]},
        yaxis={**hidden, "type": "linear", "range": _padded(low, high or 1.0)},
    )
    x, y = _with_gaps(rows)
    told = [(a, b) for a, b in zip(x, y, strict=True) if b is not None]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.75},
        "hoverinfo": "skip",
    }
    end = {
        "type": "scatter",
        "mode": "markers",
        "x": [told[-1][0]],
        "y": [told[-1][1]],
        "marker": {"size": 6, "color": colour, "symbol": "circle"},
        "hoverinfo": "skip",
    }
    return figure([line, end], layout, title=title, table=table)


# --- What the rows say --------------------------------------------------------------------------


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows that have a value, by date."""
    if frame.empty:
        return []
    # Of several periods that end on one day, the longest; by then all say the same.
    ordered = frame.sort_values(["period_end", "period_start"]).drop_duplicates("period_end")
    return [row for row in ordered.to_dict("records") if not is_missing(row["low"])]


def _day(value: Any) -> date | None:
    return None if is_missing(value) else pd.Timestamp(value).date()


def _end(row: Row) -> date:
    day: date = pd.Timestamp(row["period_end"]).date()
    return day


def _goal(result: Row, name: str) -> tuple[date, float] | None:
    """Return day and value of the baseline or the target, where they are of the whole line."""
    day, (value,) = _day(result.get(f"{name}_date")), of_row(result, name)
    return None if day is None or math.isnan(value) or _is_of_a_part(result) else (day, value)


def _target(result: Row) -> tuple[date, float] | None:
    return _goal(result, "target")


def _baseline(result: Row) -> tuple[date, float] | None:
    return _goal(result, "baseline")


def _is_of_a_part(result: Row) -> bool:
    """Return whether only some of the series have a target: it must not stand beside their total."""
    ends = of_row(result, "compared_low", "compared_high")
    return not math.isnan(ends[0]) and ends != of_row(result, "low", "high")


def _span(rows: Sequence[Row], result: Row) -> Span | None:
    """Return the first and the last day that the figure shows; None where there is nothing."""
    days = [_end(row) for row in rows]
    days += [point[0] for point in (_baseline(result), _target(result)) if point]
    return (min(days), max(days)) if days else None


def _reach(rows: Sequence[Row], result: Row) -> tuple[float, float]:
    """Return the lowest and the highest number that the figure shows."""
    numbers = [n for row in rows for n in of_row(row, "low", "high", "target_path")]
    numbers += [point[1] for point in (_baseline(result), _target(result)) if point]
    told = [number for number in numbers if math.isfinite(number)]
    return (min(0.0, *told), max(told)) if told else (0.0, 0.0)


def _with_gaps(rows: Sequence[Row]) -> tuple[list[str], list[float | None]]:
    """Return the days and lower ends of a series, with a missing value where a period is missing.

    One is missing where more than a month lies between two periods; among values to date, which
    all begin on the same day, where a step is half as long again as the shortest.
    """
    x: list[str] = []
    y: list[float | None] = []
    days = [_end(row) for row in rows]
    steps = [later - earlier for earlier, later in pairwise(days)]
    longest = min(steps, default=timedelta(0)) * 1.5
    starts = [_day(row["period_start"]) or _end(row) for row in rows]
    is_to_date = len(set(starts)) == 1
    for number, row in enumerate(rows):
        if number:
            is_apart = starts[number] > days[number - 1] + timedelta(days=31)
            if is_apart or (is_to_date and steps[number - 1] > longest):
                x.append((days[number - 1] + steps[number - 1] / 2).isoformat())
                y.append(None)
        x.append(days[number].isoformat())
        y.append(float(row["low"]))
    return x, y


def _sentence(rows: Sequence[Row], result: Row, name: str, language: str) -> str:
    """Return what the figure shows, in a sentence."""
    goal = _target(result)
    said: dict[str, str] = {"name": name}
    if goal:
        said["target"] = exactly(goal[1], language)
        said["due"] = words.day(goal[0], language)
    if rows:
        last = rows[-1]
        said["value"] = value_of(last, language)
        said["day"] = words.day(_end(last), language)
        status = str(result.get("status") or "")
        sentence = SENTENCES.get(Status(status)) if status and goal else None
        without = TARGET_OF_A_PART if _is_of_a_part(result) else WITHOUT_TARGET
        sentence = sentence or (WITH_TARGET if goal else without)
    else:
        sentence = TARGET_ALONE if goal else NOTHING
    return words.text(sentence, language, **said)


def _table(rows: Sequence[Row], result: Row, unit: str, language: str) -> pd.DataFrame:
    """Return period, value and expected value in words; baseline first, target last."""
    lines: list[tuple[str, str, str]] = []
    start, goal = _baseline(result), _target(result)
    if start:
        day = words.day(start[0], language)
        baseline = words.text("Baseline, {day}", language, day=day)
        lines.append((baseline, exactly(start[1], language), ""))
    for row in rows:
        (expected,) = of_row(row, "target_path")
        lines.append(
            (
                words.period(_day(row["period_start"]) or _end(row), _end(row), language),
                value_of(row, language),
                exactly(expected, language),
            )
        )
    if goal:
        day = words.day(goal[0], language)
        target = words.text("Target, {day}", language, day=day)
        lines.append((target, "", exactly(goal[1], language)))
    value = (
        words.text("Value ({unit})", language, unit=unit) if unit else words.text("Value", language)
    )
    heads = [words.text("Period", language), value, words.text("Target path", language)]
    return pd.DataFrame(lines, columns=heads)


def _keys(rows: Sequence[Row], result: Row, language: str) -> list[tuple[str, str]]:
    """Return the legend of what is there."""
    keys = [("line", "Actual")] if rows else []
    if any(row["high"] > row["low"] for row in rows):
        keys.append(("band", "Between, where people may be counted twice"))
    if _target(result):
        keys += [("dash", "Target path"), ("diamond", "Target")]
    if _baseline(result):
        keys.append(("ring", "Baseline"))
    return [(key, words.text(word, language)) for key, word in keys]


# --- The marks ------------------------------------------------------------------------------------


def _path(rows: Sequence[Row], result: Row) -> list[Plotly]:
    """Return the dashed way from the baseline through what was expected to the target."""
    bends = {
        _end(row): path for row in rows if not math.isnan(path := of_row(row, "target_path")[0])
    }
    bends |= dict(point for point in (_baseline(result), _target(result)) if point)
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


def _actual(
    rows: Sequence[Row], colour: str, unit: str, language: str, *, name: str
) -> list[Plotly]:
    """Return the line of values, with bars where a value is a range."""
    if not rows:
        return []
    x, y = _with_gaps(rows)
    of_day = {_end(row).isoformat(): row for row in rows}
    told = [of_day[day] if value is not None else None for day, value in zip(x, y, strict=True)]
    # Hollow where the true value is known to be another: "over 300", "almost 450".
    fills = [
        colour if row is None or how(row.get("qualifier")) == "=" else theme.light("card")
        for row in told
    ]
    trace: Plotly = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "actual",
        "x": x,
        "y": y,
        "connectgaps": False,
        "line": {"color": colour, "width": 2.25},
        "marker": {
            "size": 5 if len(rows) > 1 else 7,
            "symbol": "circle",
            "color": fills,
            "line": {"color": colour, "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [_hover(row, name, unit, language) if row else "" for row in told],
        "customdata": [ids(row.get("observation_ids")) if row else [] for row in told],
        "cliponaxis": False,
    }
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


def _hover(row: Row, name: str, unit: str, language: str) -> str:
    (expected,) = of_row(row, "target_path")
    value = value_of(row, language)
    when = words.period(_day(row["period_start"]) or _end(row), _end(row), language)
    lines = [label(name, language), label(when, language)]
    lines.append(f"<b>{label(f'{value} {unit}'.strip(), language)}</b>")
    if not math.isnan(expected):
        path = words.text("Expected: {value}", language, value=exactly(expected, language))
        lines.append(label(path, language))
    return "<br>".join(lines)


def _ends(
    rows: Sequence[Row],
    result: Row,
    look: theme.Look,
    colour: str,
    language: str,
    *,
    span: Span,
    top: float,
    is_small: bool,
) -> list[Plotly]:
    """Return the marks of baseline, last value and target, with their numbers."""
    marks: list[Plotly] = []
    start, goal = _baseline(result), _target(result)
    whole = max((span[1] - span[0]).days, 1)

    def place(day: date) -> str:
        # At the right edge a number ends at its point, at the left edge it begins there.
        share = (day - span[0]).days / whole
        return "top left" if share > 0.85 else "top right" if share < 0.1 else "top center"

    if start:
        marks.append(_point("baseline", *start, theme.light("path"), "circle", 8, is_hollow=True))
    if goal:
        mark = _point("target", *goal, theme.light("path"), "diamond", 8, is_hollow=True)
        marks.append(
            mark
            if is_small
            else mark | _number(exactly(goal[1], language), place(goal[0]), language, "muted")
        )
    if rows:
        last = rows[-1]
        (low,) = of_row(last, "low")
        shape = look if result.get("status") else theme.STATUS[Status.ON_TRACK]
        symbol, size = shape.symbol, shape.size(9 if is_small else 11)
        mark = _point("last", _end(last), low, colour, symbol, size)
        mark["customdata"] = [ids(last.get("observation_ids"))]
        where = place(_end(last))
        is_close = goal and (goal[0] - _end(last)).days < 0.2 * whole
        if is_close and goal and abs(goal[1] - low) < 0.15 * top:
            where = "bottom left" if where == "top left" else "bottom right"
        number = _number(value_of(last, language), where, language, "ink")
        if last["high"] > last["low"]:  # above the bar of the range
            bare = {"type": "scatter", "name": "number", "hoverinfo": "skip", "cliponaxis": False}
            at = {"x": mark["x"], "y": [float(last["high"])]}
            numbers = [bare | at | number | {"mode": "text", "textposition": "top center"}]
            marks += [mark] if is_small else [mark, *numbers]
        else:
            marks.append(mark if is_small else mark | number)
    return marks


def _point(
    name: str,
    day: date,
    value: float,
    colour: str,
    symbol: str,
    size: float,
    *,
    is_hollow: bool = False,
) -> Plotly:
    card = theme.light("card")
    # A hollow mark is filled with the card's colour, so that no line shows through.
    fill, edge, width = (card, colour, 2) if is_hollow else (colour, card, 1.5)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [day.isoformat()],
        "y": [value],
        "marker": {
            "size": size,
            "symbol": symbol,
            "color": fill,
            "line": {"color": edge, "width": width},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _number(text: str, where: str, language: str, colour: str) -> Plotly:
    font = {"size": 13, "color": theme.light(colour), "family": theme.FONT}
    return {
        "mode": "markers+text",
        "text": [label(text, language)],
        "textposition": where,
        "textfont": font | ({"weight": 600} if colour == "ink" else {}),
    }


# --- The axes ---------------------------------------------------------------------------------------


def _unit(unit: str, language: str) -> Plotly:
    """Return the unit above the axis of numbers."""
    return {
        "text": label(unit, language, longest=60),
        "x": 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 12,
        **PLAIN,
        "font": {"size": 12, "color": theme.light("muted")},
    }


def _padded(low: float, high: float) -> list[float]:
    room = 0.04 * (high - low)
    return [low - room if low < 0 else low, high + room]


def _wide(span: Span) -> Span:
    """Return a span with a little room at its ends; a single day gets half a year on each side."""
    room = timedelta(days=round((span[1] - span[0]).days * 0.03) or 183)
    return span[0] - room, span[1] + room


def _time_axis(span: Span, language: str, *, most: int) -> Plotly:
    """Return the axis of days: years where there are several, else months; each named in its middle."""
    first, last = _wide(span)
    if span[0] == span[1]:
        return _days_axis(first, last, [(span[0], words.day(span[0], language))], language)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    size = 12 if months > 30 else 1
    begin = date(first.year, 1, 1) if size == 12 else first.replace(day=1)
    named: list[tuple[date, str]] = []
    edge = (last - first) * (0.01 if size == 12 else 0.05)  # plotly.js drops words past its edge
    while begin <= last:
        after = _months_later(begin, size)
        middle = begin + (after - begin) / 2
        if first + edge <= middle <= last - edge:
            named.append((middle, words.period(begin, after - timedelta(days=1), language)))
        begin = after
    # The word for a month is twice as long as that for a year, and on a phone none may be turned.
    step = math.ceil(len(named) / (most if size == 12 else most * 2 // 3))
    named = named[(len(named) - 1) % step :: step] if named else named
    return _days_axis(first, last, named, language)


def _days_axis(first: date, last: date, named: Sequence[tuple[date, str]], language: str) -> Plotly:
    return {
        "type": "date",
        "tickmode": "array",
        "tickvals": [day.isoformat() for day, _ in named],
        "ticktext": [label(text, language) for _, text in named],
        "tickangle": 0,
        "range": [first.isoformat(), last.isoformat()],
        "showgrid": False,
        "showline": True,
        "linecolor": theme.light("control"),
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
    }


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
