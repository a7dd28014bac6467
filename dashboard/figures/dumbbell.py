"""Where each stood, stands and should stand: baseline, actual and target on one line."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    ends,
    exactly,
    figure,
    hover,
    ids,
    label,
    measured,
    of_row,
    value_of,
)
from dashboard.figures.rows import LOWER, Row, axis_along, in_order, layout_of, line, status_of
from dashboard.figures.way import furthest, way_of
from schemas import words
from schemas.units import named


def dumbbell(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
    units: Mapping[str, str] | None = None,
) -> Figure:
    """Return where each stood, stands and should stand: baseline, actual and target.

    `frame` is `impact.results`. A value that is a range is a bar between its ends. Where only some
    projects have a target, the actual is that of these. With `units`, a unit for each name, each row
    has a scale of its own: from its baseline to its target, so that different indicators compare.
    """
    of = {row[by]: compared(row) for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    heads = list(names.values())
    if units:
        heads = [named(name, units.get(code, ""), language) for code, name in names.items()]
    table = values_table(rows, heads, unit, language)
    places = [_on_own_scale(row) for row in rows] if units else rows
    numbers = [n for row in places for n in of_row(row, "baseline", "low", "high", "target")]
    told = [number for number in numbers if math.isfinite(number)]
    if not told:
        title = words.text("Nothing has been reported yet.", language)
        return empty(title, language, table)
    title = _title(rows, list(names.values()), language, is_own=bool(units))
    if units:
        axis = axis_along(min(0.0, *told), max(1.0, *told), language) | {
            "tickvals": [0.0, 1.0],
            "ticktext": [
                label(words.text("Baseline", language), language),
                label(words.text("Target", language), language),
            ],
        }
        # plotly.js drops words at the very edge.
        axis["range"] = [end + (0.01 if end > 0.5 else -0.01) for end in axis["range"]]
    else:
        axis = axis_along(min(told), max(told), language)
    shapes = [shape for number, row in enumerate(places) for shape in _lines(row, number)]
    data = [
        *ring(places, "baseline", "circle", 9, language, said=rows),
        *ring(places, "target", "diamond", 9, language, said=rows),
        *_stands(places, rows, heads, unit, language),
    ]
    texts = [value_of(row, language) if row else "–" for row in rows]
    unit = words.text("Share of the way from baseline to target", language) if units else unit
    layout = layout_of(heads, texts, axis, language, shapes=shapes, unit=unit)
    if units:  # the words at both ends of the way need room
        for side in "lr":
            layout["margin"][side] = max(layout["margin"][side], 30)
    keys = _keys(rows, language)
    alt = in_order(title, heads, texts, [ends(row)[0] for row in rows], language)
    return figure(data, layout, title=title, table=table, keys=keys, alt=alt)


def _on_own_scale(row: Row) -> Row:
    """Return a row whose numbers are shares of its way: 0 its baseline, 1 its target."""
    baseline, target = of_row(row, "baseline", "target")
    low, high = way_of(row)
    if math.isnan(target):
        return {}
    start = math.nan if math.isnan(baseline) else 0.0
    # What lies far beyond its way would make every other way a point.
    low, high = (min(max(n, -0.5), 1.5) if math.isfinite(n) else n for n in (low, high))
    return {**row, "baseline": start, "target": 1.0, "low": low, "high": high}


def _title(rows: Sequence[Row], names: Sequence[str], language: str, *, is_own: bool) -> str:
    ways = [
        (*way_of(row), name)
        for row, name in zip(rows, names, strict=True)
        if not math.isnan(way_of(row)[0])
    ]
    if is_own and ways:
        return furthest(ways, language)
    if is_own or all(math.isnan(of_row(row, "low")[0]) for row in rows):
        return words.text("Only targets are known so far.", language)
    return from_to(rows, names, language)


def _lines(row: Row, number: int) -> list[Plotly]:
    """Return the way of a row, dotted, and how much of it has been covered."""
    baseline, low, high, target = of_row(row, "baseline", "low", "high", "target")
    start = 0.0 if math.isnan(baseline) else baseline
    shapes = []
    if not math.isnan(target):
        shapes.append(_bar_line(start, target, number, "path", 1, "dot"))
    if not math.isnan(low):
        shapes.append(_bar_line(start, low, number, "band", 5))
        if high > low:
            shapes.append(_bar_line(low, high, number, theme.look(status_of(row)).colour, 3))
    return shapes


def _keys(rows: Sequence[Row], language: str) -> list[tuple[str, str]]:
    keys = (
        ("ring", words.text("Baseline", language), "baseline"),
        ("line", words.text("Actual", language), "low"),
        ("diamond", words.text("Target", language), "target"),
    )
    return [
        (key, word)
        for key, word, column in keys
        if any(not math.isnan(of_row(row, column)[0]) for row in rows)
    ]


def compared(row: Row) -> Row:
    """Return a row with the actual that its baseline and target are compared with."""
    low, high = of_row(row, "compared_low", "compared_high")
    return row if math.isnan(low) else {**row, "low": low, "high": high}


def from_to(rows: Sequence[Row], names: Sequence[str], language: str) -> str:
    """Return who stands lowest and who highest, with the values as they are shown."""
    actual = [
        (low, name, value_of(row, language))
        for row, name in zip(rows, names, strict=True)
        if not math.isnan(low := ends(row)[0])
    ]
    if not actual:
        return words.text("Only targets are known so far.", language)
    (_, last, least), (_, first, most) = min(actual), max(actual)
    if len(actual) == 1:
        return words.text("{name} stands at {value}.", language, name=first, value=most)
    if least == most:
        return words.text("All stand at {value}.", language, value=most)
    return words.text(
        "From {least} ({last}) to {most} ({first}).",
        language,
        least=least,
        last=last,
        most=most,
        first=first,
    )


def values_table(
    rows: Sequence[Row], names: Sequence[str], unit: str, language: str
) -> pd.DataFrame:
    """Return baseline, actual and target of each in words."""
    lines = [(name, *numbers_of(row, language)) for row, name in zip(rows, names, strict=True)]
    heads = [
        words.text("Baseline", language),
        words.text("Actual", language),
        words.text("Target", language),
    ]
    return pd.DataFrame(lines, columns=["", *(named(head, unit, language) for head in heads)])


def numbers_of(row: Row, language: str) -> list[str]:
    """Return baseline, actual and target in words."""
    baseline, target = of_row(row, "baseline", "target")
    return [exactly(baseline, language), value_of(row, language), exactly(target, language)]


def ring(
    rows: Sequence[Row],
    column: str,
    symbol: str,
    size: int,
    language: str,
    said: Sequence[Row] | None = None,
) -> list[Plotly]:
    """Return the hollow marks of a column, what was or what is to be; `said` has it in its own unit."""
    told = [
        (number, value, of_row((said or rows)[number], column)[0])
        for number, row in enumerate(rows)
        if not math.isnan(value := of_row(row, column)[0])
    ]
    if not told:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": column,
            "x": [value for _, value, _ in told],
            "y": [number + LOWER for number, _, _ in told],
            "marker": {
                "size": size,
                "symbol": symbol,
                "color": theme.light("card"),
                "line": {"color": theme.light("path"), "width": 2},
            },
            "hoverinfo": "text",
            "hovertext": [label(exactly(value, language), language) for _, _, value in told],
            "cliponaxis": False,
        }
    ]


def _stands(
    places: Sequence[Row], rows: Sequence[Row], names: Sequence[str], unit: str, language: str
) -> list[Plotly]:
    """Return the marks of the actual values: shape and colour of their status."""
    told = [
        (number, low, rows[number], name)
        for number, (row, name) in enumerate(zip(places, names, strict=True))
        if row and not math.isnan(low := of_row(row, "low")[0])
    ]
    if not told:
        return []
    statuses = [status_of(row) for _, _, row, _ in told]
    looks = [theme.look(status) for status in statuses]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "actual",
            "x": [low for _, low, _, _ in told],
            "y": [number + LOWER for number, _, _, _ in told],
            "marker": {
                "opacity": 1,
                "size": [k.size(12) if s else 12 for k, s in zip(looks, statuses, strict=True)],
                "symbol": [
                    k.symbol if s else "circle" for k, s in zip(looks, statuses, strict=True)
                ],
                "color": [
                    theme.light(k.colour if s else "teal")
                    for k, s in zip(looks, statuses, strict=True)
                ],
                "line": {"color": theme.light("card"), "width": 1.5},
            },
            "hoverinfo": "text",
            "hovertext": [
                hover(
                    language,
                    name,
                    measured(row, unit, language),
                    words.text(theme.look(status_of(row)).word, language) if status_of(row) else "",
                )
                for _, _, row, name in told
            ],
            "customdata": [ids(row.get("observation_ids")) for _, _, row, _ in told],
            "cliponaxis": False,
        }
    ]


def _bar_line(
    start: float, end: float, number: int, colour: str, width: float, dash: str = "solid"
) -> Plotly:
    style = {"color": theme.light(colour), "width": width, "dash": dash}
    y = number + LOWER
    return line(start, end, y, y, style)
