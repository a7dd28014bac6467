"""Up to six series on one chart: in their unit, from 100 at a common start, or in % of the target."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    figure,
    hover,
    how,
    ids,
    is_rtl,
    label,
    lines_of,
    measured,
    number_axis,
    of_row,
    span_axis,
    value_of,
    width_of,
)
from dashboard.figures.labels import apart
from dashboard.figures.timeline import (
    Row,
    at_side,
    end_of,
    padded,
    points,
    sides,
    time_axis,
    unit_note,
    with_gaps,
)
from dashboard.figures.titles import standing
from schemas import words

MOST = 6
LINES = (
    ("teal", "solid", "circle", "●"),
    ("rust", "dash", "square", "■"),
    ("ochre", "dashdot", "diamond", "◆"),
    ("teal-deep", "dot", "triangle-up", "▲"),
    ("rust-deep", "longdash", "triangle-down", "▼"),
    ("grey", "solid", "x", "×"),
)
"How each line is told apart: colour, dashes, mark, and the mark as a letter."

HEIGHT, TOP, BOTTOM = 360, 34, 24
SIDE, PHONE_SIDE = 170, 104
"Pixels for the names at the ends of the lines."

DENSE = 60


@dataclass(frozen=True)
class Line:
    """One series: its name, its points, and by what their values are divided."""

    code: str
    name: str
    rows: Sequence[Row]
    ground: float

    def value(self, row: Row) -> float:
        """Return the number that is drawn for a point."""
        return float(row["low"]) / self.ground

    @property
    def end(self) -> float:
        """The number at the end of the line."""
        return self.value(self.rows[-1])


def compare(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
    way: str = "value",
    results: pd.DataFrame | None = None,
) -> Figure:
    """Return up to six series over time, each named at the end of its line.

    `frame` is `impact.trend` by `by`. `way` is `value` where all have one unit; `index`: each is 100
    at the first end of a period that all of them have; `target`: each in per cent of its target in
    `results`. What cannot be compared that way is left out; the table has it.
    """
    groups = {code: points(rows) for code, rows in frame.groupby(by, sort=False)}
    series = [(c, n, groups[c]) for c, n in names.items() if groups.get(c)][:MOST]
    of = {} if results is None else {row[by]: row for row in results.to_dict("records")}
    start = _common(series) if way == "index" else None
    lines = [
        Line(code, name, rows, ground)
        for code, name, rows in series
        if (ground := _ground(way, rows, start, of.get(code, {}))) and math.isfinite(ground)
    ]
    left_out = [name for code, name, _ in series if code not in {line.code for line in lines}]
    unit = _unit(way, unit, start, language)
    table = _table([(name, rows) for _, name, rows in series], language)
    if not lines:
        said = words.text("Nothing has been reported yet.", language)
        if series:
            said = words.text("There is no common ground to compare these on.", language)
        return empty(said, language, table)
    write = _writer(way, language)
    title = _title(way, lines, start, of, write, language)
    days = [end_of(row) for line in lines for row in line.rows]
    values = [line.value(row) for line in lines for row in line.rows]
    if way == "target":
        values.append(1.0)
    y_axis = _y_axis(way, values, language)
    span = (min(days), max(days))
    near = round(max(width_of(text, 12) for text in y_axis["ticktext"])) + 12
    notes = _names(lines, y_axis["range"], write, language, is_phone=False)
    layout = theme.layout(
        height=HEIGHT,
        margin={**sides(near, SIDE, language), "t": TOP, "b": BOTTOM, "pad": 0},
        xaxis=time_axis(span, language, most=6),
        yaxis=y_axis | {**at_side(language)},
        annotations=[unit_note(unit, language), *notes],
        shapes=_ground_line(way),
    )
    few = time_axis(span, language, most=3)
    narrow = {
        "margin": sides(near, PHONE_SIDE, language),
        "xaxis": {name: few[name] for name in ("tickvals", "ticktext")},
        "annotations": [
            unit_note(unit, language),
            *_names(lines, y_axis["range"], write, language, is_phone=True),
        ],
    }
    data = [
        trace
        for n, line in enumerate(lines)
        for trace in _line(line, n, write, unit if way == "value" else None, language)
    ]
    title = " ".join(filter(None, (title, _left_out(left_out, way, language))))
    alt = _alt(title, lines, write, language)
    named = {line.code: line.name for line in lines}
    return figure(data, layout, title=title, table=table, alt=alt, narrow=narrow, names=named)


# --- What is compared -----------------------------------------------------------------------------


def _common(series: Sequence[tuple[str, str, Sequence[Row]]]) -> date | None:
    """Return the first day on which a period of all series ends with a value other than zero."""
    days = [{end_of(row) for row in rows if float(row["low"])} for _, _, rows in series]
    shared = set.intersection(*days) if days else set()
    return min(shared, default=None)


def _ground(way: str, rows: Sequence[Row], start: date | None, result: Row) -> float:
    """Return by what the values of a series are divided; 0 or NaN where they cannot be compared."""
    if way == "target":
        return of_row(result, "target")[0]
    if way == "index":
        return next((float(r["low"]) / 100 for r in rows if end_of(r) == start), math.nan)
    return 1.0


def _unit(way: str, unit: str, start: date | None, language: str) -> str:
    if way == "target":
        return words.text("Share of the target", language)
    if way == "index" and start:
        day = words.day(start, language)
        return words.text("Index: {day} is 100", language, day=day)
    return unit


def _writer(way: str, language: str) -> Callable[[Line, Row], str]:
    """Return what writes the value of a point of a line."""

    def write(line: Line, row: Row) -> str:
        if way == "target":
            return words.percent(line.value(row), language)
        if way == "index":
            return words.number(line.value(row), language, decimals=0)
        return value_of(row, language)

    return write


def _y_axis(way: str, values: Sequence[float], language: str) -> Plotly:
    low, high = min(values), max(values)
    if way == "index":
        low, high = min(low, 100.0), max(high, 100.0)
        axis = span_axis(low - 100, high - 100, language)
        marks = [mark + 100 for mark in axis["tickvals"]]
        texts = [label(words.number(mark, language), language) for mark in marks]
        ends = [end + 100 for end in axis["range"]]
        return axis | {"tickvals": marks, "ticktext": texts, "range": ends}
    axis = number_axis(low, high, language, most=5)
    axis |= {"showgrid": True, "gridcolor": theme.light("grid"), "range": padded(*axis["range"])}
    if way == "target":
        texts = [label(words.percent(mark, language), language) for mark in axis["tickvals"]]
        axis["ticktext"] = texts
    return axis


def _ground_line(way: str) -> list[Plotly]:
    """Return the line that all are measured against: 100, or the target."""
    if way == "value":
        return []
    at = 100.0 if way == "index" else 1.0
    style = {"color": theme.light("path"), "width": 1, "dash": "dot"}
    ends = {"x0": 0, "x1": 1, "y0": at, "y1": at, "xref": "paper", "yref": "y"}
    return [{"type": "line", **ends, "line": style, "layer": "below"}]


# --- The marks ------------------------------------------------------------------------------------


def _line(
    line: Line, number: int, write: Callable[[Line, Row], str], unit: str | None, language: str
) -> list[Plotly]:
    """Return a line and its marks; `unit` is that of its values, None where they are compared otherwise."""
    colour, dash, symbol, _ = LINES[number]
    x, y = with_gaps(line.rows)
    of_day = {end_of(row).isoformat(): row for row in line.rows}
    told = [of_day[day] if value is not None else None for day, value in zip(x, y, strict=True)]
    paint = theme.light(colour)
    trace: Plotly = {
        "type": "scatter",
        "mode": "lines",
        "name": line.code,
        "x": x,
        "y": [line.value(row) if row else None for row in told],
        "connectgaps": False,
        "line": {"color": paint, "width": 2.25, "dash": dash},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    marked = told if len(line.rows) <= DENSE else [line.rows[-1]]
    marks: Plotly = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{line.code} marks",
        "x": [end_of(row).isoformat() for row in marked if row],
        "y": [line.value(row) for row in marked if row],
        "marker": {
            "size": 7,
            "symbol": symbol,
            "color": [
                paint if how(row.get("qualifier")) == "=" else theme.light("card")
                for row in marked
                if row
            ],
            "line": {"color": paint, "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [
            hover(
                language,
                line.name,
                write(line, row) if unit is None else measured(row, unit, language),
                words.day(end_of(row), language),
                value_of(row, language) if unit is None else "",
            )
            for row in marked
            if row
        ],
        "customdata": [ids(row.get("observation_ids")) for row in marked if row],
        "cliponaxis": False,
    }
    return [trace, marks]


def _names(
    lines: Sequence[Line],
    ends: Sequence[float],
    write: Callable[[Line, Row], str],
    language: str,
    *,
    is_phone: bool,
) -> list[Plotly]:
    """Return the names at the ends of the lines, moved apart where they would meet."""
    room = (PHONE_SIDE if is_phone else SIDE) - 26
    size = 11 if is_phone else 13
    texts = [lines_of(line.name, language, room, size, most=2) for line in lines]
    texts = [
        f"{text}<br>{label(write(line, line.rows[-1]), language)}"
        for text, line in zip(texts, lines, strict=True)
    ]
    tall = [(text.count("<br>") + 1) * size * 1.3 + 4 for text in texts]
    height = HEIGHT - TOP - BOTTOM
    wanted = [height * (ends[1] - line.end) / (ends[1] - ends[0]) for line in lines]
    places = apart(wanted, tall, -TOP + 16, height + BOTTOM)
    at_right = not is_rtl(language)
    notes = []
    for number, (text, line, place) in enumerate(zip(texts, lines, places, strict=True)):
        colour, _, _, sign = LINES[number]
        common = {
            "x": 1 if at_right else 0,
            "y": line.end,
            "xref": "paper",
            "yref": "y",
            "xanchor": "left" if at_right else "right",
            "yanchor": "middle",
            "align": "left" if at_right else "right",
            "yshift": round(wanted[number] - place, 1),
            **PLAIN,
        }
        shift = 6 if at_right else -6
        paint = {"size": size, "color": theme.light(colour)}
        # As high as the name, which is the first line.
        sign = "<br>".join([f"<b>{sign}</b>", *["\u00a0"] * text.count("<br>")])
        notes.append(common | {"text": sign, "xshift": shift, "font": paint})
        ink = {"size": size, "color": theme.light("ink")}
        first, *others = text.split("<br>")
        bold = "<br>".join([f"<b>{first}</b>", *others])
        notes.append(common | {"text": bold, "xshift": shift * 3.4, "font": ink})
    return notes


# --- The words ------------------------------------------------------------------------------------


def _title(
    way: str,
    lines: Sequence[Line],
    start: date | None,
    of: Mapping[str, Row],
    write: Callable[[Line, Row], str],
    language: str,
) -> str:
    """Return who stands highest and lowest; where all have targets, who is on the path."""
    if way == "target":
        return standing([(line.name, of[line.code]) for line in lines], language)
    first, last = max(lines, key=lambda o: o.end), min(lines, key=lambda o: o.end)
    said: dict[str, Any] = {
        "first": first.name,
        "most": write(first, first.rows[-1]),
        "last": last.name,
        "least": write(last, last.rows[-1]),
    }
    if way == "index" and start:
        said["day"] = words.day(start, language)
        if len(lines) == 1:
            return words.text("{first} stands at {most}, where {day} is 100.", language, **said)
        return words.text(
            "Where {day} is 100, {first} stands at {most} and {last} at {least}.", language, **said
        )
    if len(lines) == 1:
        return words.text(
            "{name} stands at {value}.", language, name=first.name, value=said["most"]
        )
    if said["most"] == said["least"]:
        return words.text("All stand at {value}.", language, value=said["most"])
    return words.text("{first} stands highest ({most}), {last} lowest ({least}).", language, **said)


def _left_out(names: Sequence[str], way: str, language: str) -> str:
    """Return who cannot be compared that way; empty where all can."""
    if not names:
        return ""
    said = words.listed(names, language, most=3)
    if way == "target":
        return words.text("Without a target: {names}.", language, names=said)
    return words.text("Without a value at the start: {names}.", language, names=said)


def _alt(
    title: str, lines: Sequence[Line], write: Callable[[Line, Row], str], language: str
) -> str:
    ends = [
        words.text(
            "{name}: from {start} to {end}",
            language,
            name=line.name,
            start=write(line, line.rows[0]),
            end=write(line, line.rows[-1]),
        )
        for line in lines
    ]
    listed = words.listed(ends, language)
    return f"{title} {words.text('Each line: {list}.', language, list=listed)}"


def _table(series: Sequence[tuple[str, Sequence[Row]]], language: str) -> pd.DataFrame:
    """Return a row for each day on which a period ends, a column for each series, in its own unit."""
    days = sorted({end_of(row) for _, rows in series for row in rows})
    cells = [{end_of(row): value_of(row, language) for row in rows} for _, rows in series]
    lines = [(words.day(day, language), *(cell.get(day, "–") for cell in cells)) for day in days]
    return pd.DataFrame(
        lines, columns=[words.text("Until", language), *(name for name, _ in series)]
    )
