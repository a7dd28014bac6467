"""How far two groups are apart in what they say of the same thing: a mark for each, a line between."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    exactly,
    figure,
    hover,
    ids,
    is_rtl,
    label,
    of_row,
    span_axis,
)
from dashboard.figures.rows import LOWER, Row, layout_of, line
from schemas import units, words

MARKS = (("circle", "teal", 13, "first"), ("diamond", "ochre", 12, "second"))
"Shape, colour, size and key of each group: told apart without colour, too."


def gap(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    sides: Sequence[str],
    unit: str,
    language: str,
    scale: tuple[float, float] | None = None,
) -> Figure:
    """Return the scores of two groups, a row for each name, and the gap between them.

    `frame` has `by` and, for each of the two groups, its score, the number of its answers and the
    observations behind it: first, first_n, first_ids, second, second_n, second_ids. `sides` are the
    names of the groups, `scale` what answers may lie between.
    """
    of = {row[by]: row for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    table = _table(rows, list(names.values()), sides, unit, language)
    told = [number for row in rows for number in _scores(row) if not math.isnan(number)]
    if not told:
        return empty(words.text("Neither group has been asked yet.", language), language, table)
    axis = _axis(told, scale, language)
    shapes = [
        line(
            first,
            second,
            number + LOWER,
            number + LOWER,
            {"color": theme.light("band"), "width": 5},
        )
        for number, (first, second) in enumerate(map(_scores, rows))
        if not math.isnan(first + second)
    ]
    data = [
        trace
        for side, mark in enumerate(MARKS)
        if (trace := _marks(rows, list(names.values()), side, mark, sides[side], unit, language))
    ]
    texts = [difference(row, language) for row in rows]
    layout = layout_of(list(names.values()), texts, axis, language, shapes=shapes, unit=unit)
    layout["annotations"] += _values(rows, language)
    title = _title(rows, list(names.values()), sides, language)
    keys = [(key, side) for (_, _, _, key), side in zip(MARKS, sides, strict=True)]
    return figure(data, layout, title=title, table=table, keys=keys)


def _scores(row: Row) -> tuple[float, float]:
    first, second = of_row(row, "first", "second")
    return first, second


def difference(row: Row, language: str) -> str:
    """Return by how much the second group's score is above the first's, with its sign."""
    first, second = _scores(row)
    if math.isnan(first + second):
        return "–"
    apart = round(second - first, 1)
    return words.difference(apart, language, 1)


def _axis(told: Sequence[float], scale: tuple[float, float] | None, language: str) -> Plotly:
    """Return the axis: the whole scale of the answers, so that a gap looks as large as it is."""
    axis = span_axis(min(told), max(told), language)
    if scale:
        low, high = scale
        values = [low + (high - low) * part / 4 for part in range(5)]
        room = (high - low) * 0.02
        axis |= {
            "tickvals": values,
            "ticktext": [label(words.number(value, language), language) for value in values],
            "range": [low - room, high + room],
        }
    if is_rtl(language):
        axis["range"] = axis["range"][::-1]
    return axis


def _marks(
    rows: Sequence[Row],
    names: Sequence[str],
    side: int,
    mark: tuple[str, str, int, str],
    said: str,
    unit: str,
    language: str,
) -> Plotly:
    told = [
        (number, row, name)
        for number, (row, name) in enumerate(zip(rows, names, strict=True))
        if not math.isnan(_scores(row)[side])
    ]
    if not told:
        return {}
    column = ("first", "second")[side]
    symbol, colour, size, _ = mark
    return {
        "type": "scatter",
        "mode": "markers",
        "name": column,
        "x": [row[column] for _, row, _ in told],
        "y": [number + LOWER for number, _, _ in told],
        "marker": {
            "opacity": 1,
            "size": size,
            "symbol": symbol,
            "color": theme.light(colour),
            "line": {"color": theme.light("card"), "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [
            hover(
                language,
                f"{name} · {said}",
                units.shown(row[column], row[column], unit, language, decimals=1),
                _answers(row[f"{column}_n"], language),
            )
            for _, row, name in told
        ],
        "customdata": [ids(row[f"{column}_ids"]) for _, row, _ in told],
        "cliponaxis": False,
    }


def _answers(count: float, language: str) -> str:
    if math.isnan(count):
        return ""
    return words.plural("{count} answer", "{count} answers", int(count), language)


def _values(rows: Sequence[Row], language: str) -> list[Plotly]:
    """Return the scores beside their marks: the lower before it, the higher behind it."""
    notes: list[Plotly] = []
    ink = {"size": 12, "color": theme.light("ink")}
    for number, row in enumerate(rows):
        first, second = _scores(row)
        for score, other in ((first, second), (second, first)):
            if math.isnan(score) or (score == other and score is second):
                continue
            is_left = (score < other) != is_rtl(language)
            notes.append(
                {
                    "text": label(words.number(score, language, decimals=1), language),
                    "x": score,
                    "y": number + LOWER,
                    "xref": "x",
                    "yref": "y",
                    "xanchor": "right" if is_left else "left",
                    "yanchor": "middle",
                    "xshift": -11 if is_left else 11,
                    **PLAIN,
                    "font": ink,
                }
            )
    return notes


def _title(rows: Sequence[Row], names: Sequence[str], sides: Sequence[str], language: str) -> str:
    """Return in how many cases which group scores higher, and where they are furthest apart."""
    both = [
        (round(second - first, 1), name)
        for (first, second), name in zip(map(_scores, rows), names, strict=True)
        if not math.isnan(first + second)
    ]
    if not both:
        return words.text("No project has answers from both groups yet.", language)
    widest, name = max(both, key=lambda pair: abs(pair[0]))
    return words.plural(
        "“{second}” score higher than “{first}” in {higher} of {count} project."
        " The widest gap is {gap} points ({name}).",
        "“{second}” score higher than “{first}” in {higher} of {count} projects."
        " The widest gap is {gap} points ({name}).",
        len(both),
        language,
        first=sides[0],
        second=sides[1],
        higher=words.number(sum(apart > 0 for apart, _ in both), language),
        gap=words.number(abs(widest), language, decimals=1),
        name=name,
    )


def _table(
    rows: Sequence[Row], names: Sequence[str], sides: Sequence[str], unit: str, language: str
) -> pd.DataFrame:
    heads = [
        "",
        *(
            head
            for side in sides
            for head in (
                units.named(side, unit, language),
                words.text("{group}: answers", language, group=side),
            )
        ),
        words.text("Gap", language),
    ]
    return pd.DataFrame(
        [[name, *_cells(row, language)] for row, name in zip(rows, names, strict=True)],
        columns=heads,
    )


def _cells(row: Row, language: str) -> list[str]:
    def shown(value: float) -> str:
        return "–" if math.isnan(value) else words.number(value, language, decimals=1)

    first, first_n, second, second_n = of_row(row, "first", "first_n", "second", "second_n")
    return [
        *(shown(first), exactly(first_n, language), shown(second), exactly(second_n, language)),
        difference(row, language),
    ]
