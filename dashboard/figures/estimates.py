"""What a method of evaluation found: its figures with their ranges, and their course where there is one."""

import math
from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    figure,
    hover,
    label,
    span_axis,
    width_of,
)
from dashboard.figures.rows import LOWER, axis_along, in_order, layout_of, line
from dashboard.figures.timeline import at_side, sides, time_axis, unit_note
from schemas import words
from schemas.evaluation import Estimate, Interval, Mark, Unit
from schemas.words import N_

DIFFERENCE = N_("Difference")

LOOKS: dict[int, tuple[tuple[str, Plotly], ...]] = {
    2: (
        ("line", {"mode": "lines+markers", "dash": "solid", "colour": "teal"}),
        ("dash", {"mode": "lines+markers", "dash": "dash", "colour": "path"}),
    ),
    3: (
        ("dot", {"mode": "markers", "dash": "solid", "colour": "teal"}),
        ("line", {"mode": "lines", "dash": "solid", "colour": "teal"}),
        ("dash", {"mode": "lines", "dash": "dot", "colour": "path"}),
    ),
}
"How the lines of a course look, by how many there are: what was seen, then what it is held against."


def estimate_figures(found: Estimate, language: str) -> list[Figure]:
    """Return what an estimate is drawn as: its course over time, then its figures with their ranges."""
    courses = [
        [*marks]
        for _, marks in groupby(found.marks, key=lambda mark: mark.label)
    ]  # fmt: skip
    lines = [
        [mark for mark in marks if not math.isnan(mark.value)]
        for marks in courses
        if len(marks) > 1
    ]
    rows = _rows(found, [marks[0] for marks in courses if len(marks) == 1])
    drawn = []
    if lines and all(lines) and len(lines) in LOOKS:
        drawn.append(_course(found, lines, language))
    has_range = any(one.high > one.low for one in rows)
    if rows and (not drawn or has_range):
        drawn.append(_ranges(found, rows, language))
    return drawn


def _rows(found: Estimate, marks: list[Mark]) -> list[Mark]:
    """Return what is drawn as rows: the difference between two figures is one of its own."""
    is_there = any(mark.day is None for mark in marks)
    if not found.method.is_difference or is_there:
        return marks
    return [*marks, Mark(DIFFERENCE, found.estimate, found.low, found.high)]


def _unit(found: Estimate) -> Unit:
    return found.unit if found.drawn is None else found.drawn


def _unit_name(found: Estimate, language: str) -> str:
    unit = _unit(found)
    return unit.currency or words.name(unit.names, language)


def _ends(mark: Mark) -> tuple[float, float]:
    """Return between which ends a mark lies; its value twice where it has none."""
    return (mark.value, mark.value) if math.isnan(mark.low) else (mark.low, mark.high)


def _said(found: Estimate, mark: Mark, language: str) -> str:
    """Return the value of a mark, or its range where there is no best guess; a change with its sign."""
    low, high = _ends(mark)
    if not math.isnan(mark.value) and not _is_bar(found, mark):
        low = high = mark.value
    unit = _unit(found)
    if found.method.is_difference and mark.day is None:
        return unit.change(low, high, language)
    return unit.value(low, high, language)


def _is_bar(found: Estimate, mark: Mark) -> bool:
    """Return whether a row is about its ends: where one kind of assumption leads."""
    return found.interval == Interval.RANGE and mark.value == found.estimate


def _range_said(found: Estimate, mark: Mark, language: str) -> str:
    low, high = _ends(mark)
    if low == high or math.isnan(low):
        return "–"
    unit = _unit(found)
    if found.method.is_difference and mark.day is None:
        return unit.change(low, high, language)
    return unit.value(low, high, language)


# --- Figures with their ranges --------------------------------------------------------------------


def _ranges(found: Estimate, marks: Sequence[Mark], language: str) -> Figure:
    names = [words.text(mark.label, language) for mark in marks]
    texts = [_said(found, mark, language) for mark in marks]
    numbers = [end for mark in marks for end in _ends(mark) if math.isfinite(end)]
    axis = axis_along(min(numbers), max(numbers), language)
    band = {"color": theme.light("band"), "width": 7}
    shapes = [
        line(low, high, number + LOWER, number + LOWER, band)
        for number, (low, high) in enumerate(map(_ends, marks))
        if high > low
    ]
    told = [
        (number, mark, name, text)
        for number, (mark, name, text) in enumerate(zip(marks, names, texts, strict=True))
        if not math.isnan(mark.value)
    ]
    points: Plotly = {
        "type": "scatter",
        "mode": "markers",
        "name": "estimate",
        "x": [mark.value for _, mark, _, _ in told],
        "y": [number + LOWER for number, _, _, _ in told],
        "marker": {
            "size": 11,
            "symbol": "circle",
            "color": theme.light("teal"),
            "line": {"color": theme.light("card"), "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [
            hover(language, name, text, _range_said(found, mark, language))
            for _, mark, name, text in told
        ],
        "cliponaxis": False,
    }
    # A range without a best guess is marked at both ends.
    ends = [
        (number, end)
        for number, mark in enumerate(marks)
        if math.isnan(mark.value)
        for end in _ends(mark)
    ]
    edges: Plotly = points | {
        "name": "ends",
        "x": [end for _, end in ends],
        "y": [number + LOWER for number, _ in ends],
        "marker": points["marker"] | {"size": 9, "color": theme.light("card"), "line": {"color": theme.light("teal"), "width": 2}},
        "hovertext": [label(texts[number], language) for number, _ in ends],
    }  # fmt: skip
    title = found.found(language)
    heads = [
        "",
        words.text("Value", language),
        words.text("Range", language),
    ]
    table = pd.DataFrame(
        [
            (name, text, _range_said(found, mark, language))
            for name, text, mark in zip(names, texts, marks, strict=True)
        ],
        columns=heads,
    )
    keys = []
    if shapes:
        keys.append(("band", _band_word(found, language)))
    return figure(
        [trace for trace in (points, edges) if trace["x"]],
        layout_of(names, texts, axis, language, shapes=shapes, unit=_unit_name(found, language)),
        title=title,
        table=table,
        alt=in_order(
            f"{title} {found.certainty(language)}",
            names,
            texts,
            [_ends(mark)[0] if math.isnan(mark.value) else mark.value for mark in marks],
            language,
        ),
        keys=keys,
    )


def _band_word(found: Estimate, language: str) -> str:
    """Return what the range of a row means."""
    if found.interval == Interval.CONFIDENCE:
        level = words.percent(found.level, language, None)
        return words.text("Allowing for chance ({level} confidence)", language, level=level)
    return words.text("Between, as not everything is known exactly", language)


# --- The course -----------------------------------------------------------------------------------


def _course(found: Estimate, lines: Sequence[Sequence[Mark]], language: str) -> Figure:
    values = [mark.value for marks in lines for mark in marks]
    days = [mark.day for marks in lines for mark in marks if mark.day]
    span = (min(days), max(days))
    names = [words.text(marks[0].label, language) for marks in lines]
    looks = LOOKS[len(lines)]
    y_axis = span_axis(min(values), max(values), language)
    near = round(max(width_of(text, 12) for text in y_axis["ticktext"])) + 12
    x_axis = time_axis(span, language, most=6)
    layout = theme.layout(
        height=280,
        margin={**sides(near, 16, language), "t": 34, "b": 24, "pad": 0},
        xaxis=x_axis,
        yaxis=y_axis | at_side(language),
        annotations=[unit_note(_unit_name(found, language), language)],
    )
    traces = [
        _line(found, marks, name, f"course {number}", look, language)
        for number, (marks, name, (_, look)) in enumerate(zip(lines, names, looks, strict=True))
    ]
    title = found.found(language)
    few = time_axis(span, language, most=4)
    return figure(
        traces,
        layout,
        title=title,
        table=_course_table(found, lines, names, language),
        alt=f"{title} {found.certainty(language)}",
        keys=[(key, name) for (key, _), name in zip(looks, names, strict=True)],
        narrow={"xaxis": {name: few[name] for name in ("tickvals", "ticktext")}},
        names={f"course {number}": name for number, name in enumerate(names)},
    )


def _line(
    found: Estimate, marks: Sequence[Mark], name: str, code: str, look: Plotly, language: str
) -> Plotly:
    colour = theme.light(look["colour"])
    days = [mark.day.isoformat() if mark.day else "" for mark in marks]
    trace: Plotly = {
        "type": "scatter",
        "mode": look["mode"],
        "name": code,
        "x": days,
        "y": [mark.value for mark in marks],
        "hoverinfo": "text",
        "hovertext": [
            hover(language, name, _said(found, mark, language), words.day(mark.day, language))
            for mark in marks
            if mark.day
        ],
        "cliponaxis": False,
    }
    if "lines" in look["mode"]:
        trace["line"] = {"color": colour, "width": 2.25, "dash": look["dash"]}
    if "markers" in look["mode"]:
        trace["marker"] = {
            "size": 6,
            "symbol": "circle",
            "color": colour,
            "line": {"color": theme.light("card"), "width": 1},
        }
    return trace


def _course_table(
    found: Estimate, lines: Sequence[Sequence[Mark]], names: Sequence[str], language: str
) -> pd.DataFrame:
    """Return a row for each day with what each line has on it."""
    of = [{mark.day: _said(found, mark, language) for mark in marks} for marks in lines]
    days = sorted({day for one in of for day in one if day})
    rows = [(words.day(day, language), *(one.get(day, "–") for one in of)) for day in days]
    return pd.DataFrame(rows, columns=[words.text("Day", language), *names])
