"""How the parts make up a total: each begins where the one before it ended."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    ends,
    figure,
    hover,
    how,
    ids,
    measured,
    shown,
    value_of,
)
from dashboard.figures.rows import BAR, LOWER, Row, axis_along, layout_of, line
from schemas import words
from schemas.codes import Qualifier

THICK = BAR * 1.3


def waterfall(
    frame: pd.DataFrame,
    total: Row,
    *,
    by: str,
    names: Mapping[str, str],
    unit: str,
    language: str,
    most: int = 12,
) -> Figure:
    """Return how the rows of a frame make up their total, for an indicator whose values add up.

    `frame` is `impact.results` of one indicator, `total` its row of all. A bar is solid as far as
    its value is certain, pale up to its upper end, outlined where it is only known to be at least
    or about so much. Past `most` rows the smallest are one. Where people may be counted twice,
    the total ends before the parts do.
    """
    told = {row[by]: row for row in frame.to_dict("records") if not math.isnan(ends(row)[0])}
    parts: list[tuple[str, Row]] = [(names[code], told[code]) for code in names if code in told]
    parts.sort(key=lambda part: -ends(part[1])[0])
    whole = total if total and not math.isnan(ends(total)[0]) else _sum(parts)
    table = _table(parts, whole, unit, language)
    if not parts:
        return empty(words.text("Nothing has been reported yet.", language), language, table)
    title = _title(parts, whole, language)
    if len(parts) > most:
        rest = parts[most - 1 :]
        other = words.plural("{count} other", "{count} others", len(rest), language)
        parts = [*parts[: most - 1], (other, _sum(rest))]
    starts = [math.fsum(ends(row)[0] for _, row in parts[:n]) for n in range(len(parts))]
    rows = [*parts, (words.text("Total", language), whole)]
    begins = [*starts, 0.0]
    data, steps = _bars(rows, begins, unit, language), _steps(rows, begins)
    reach = max(begin + ends(row)[1] for (_, row), begin in zip(rows, begins, strict=True))
    low = min(0.0, *(begin + ends(row)[0] for (_, row), begin in zip(rows, begins, strict=True)))
    layout = layout_of(
        [name for name, _ in rows],
        [value_of(row, language) for _, row in rows],
        axis_along(low, reach, language),
        language,
        unit=unit,
        thick=THICK,
        shapes=steps,
    )
    return figure(
        data,
        layout,
        title=title,
        table=table,
        keys=_keys(rows, language),
        alt=_alt(title, parts, whole, language),
    )


def _sum(parts: Sequence[tuple[str, Row]]) -> Row:
    """Return the parts as one: their sums, as exact as the least exact of them."""
    hows = {how(row.get("qualifier")) for _, row in parts}
    least = next(
        (q for q in (Qualifier.AT_LEAST, Qualifier.AT_MOST, Qualifier.ABOUT) if q in hows),
        Qualifier.EXACT,
    )
    return {
        "low": math.fsum(ends(row)[0] for _, row in parts) if parts else math.nan,
        "high": math.fsum(ends(row)[1] for _, row in parts) if parts else math.nan,
        "qualifier": str(least),
        "observation_ids": [n for _, row in parts for n in ids(row.get("observation_ids"))],
    }


def _bars(
    rows: Sequence[tuple[str, Row]], begins: Sequence[float], unit: str, language: str
) -> list[Plotly]:
    colours = [*(["teal"] * (len(rows) - 1)), "teal-deep"]
    inexact = [how(row.get("qualifier")) != Qualifier.EXACT for _, row in rows]
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": "parts",
        "y": [number + LOWER for number in range(len(rows))],
        "x": [ends(row)[0] for _, row in rows],
        "base": list(begins),
        "width": THICK,
        "marker": {
            "color": [
                theme.light("card" if is_inexact else colour)
                for is_inexact, colour in zip(inexact, colours, strict=True)
            ],
            "line": {"color": [theme.light(colour) for colour in colours], "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [hover(language, name, measured(row, unit, language)) for name, row in rows],
        "customdata": [ids(row.get("observation_ids")) for _, row in rows],
    }
    spreads = [ends(row)[1] - ends(row)[0] for _, row in rows]
    if not any(spreads):
        return [bars]
    pale = {
        "name": "range",
        "x": spreads,
        "base": [b + ends(row)[0] for b, (_, row) in zip(begins, rows, strict=True)],
        "marker": {"color": theme.light("band"), "line": bars["marker"]["line"]},
    }
    return [bars, bars | pale]


def _steps(rows: Sequence[tuple[str, Row]], begins: Sequence[float]) -> list[Plotly]:
    """Return the fine lines from where a part ends to where the next begins."""
    style = {"color": theme.light("path"), "width": 1, "dash": "dot"}
    half = THICK / 2
    return [
        line(at, at, number + LOWER + half, number + 1 + LOWER - half, style)
        for number, (_, row) in enumerate(rows[:-1])
        for at in [begins[number] + ends(row)[0]]
        if number < len(rows) - 2 or math.isclose(at, ends(rows[-1][1])[0], rel_tol=1e-6)
    ]


def _keys(rows: Sequence[tuple[str, Row]], language: str) -> list[tuple[str, str]]:
    keys = []
    if any(ends(row)[1] > ends(row)[0] for _, row in rows):
        keys.append(("band", words.text("Between, where people may be counted twice", language)))
    if any(how(row.get("qualifier")) != Qualifier.EXACT for _, row in rows):
        keys.append(("outlined", words.text("Known only as “at least” or “about”", language)))
    return keys


def _title(parts: Sequence[tuple[str, Row]], whole: Row, language: str) -> str:
    """Return who contributes most, and how much of the total that is."""
    name, first = parts[0]
    said = {"name": name, "value": value_of(first, language), "total": value_of(whole, language)}
    if len(parts) == 1:
        return words.text("All of {total} comes from {name}.", language, **said)
    (low, high), (low_of_all, high_of_all) = ends(first), ends(whole)
    is_exact = low == high and low_of_all == high_of_all
    exact = {how(row.get("qualifier")) for row in (first, whole)} == {Qualifier.EXACT}
    if is_exact and exact and low_of_all > 0:
        share = words.percent(low / low_of_all, language)
        return words.text(
            "{name} contributes most: {value} of {total} ({share}).", language, **said, share=share
        )
    return words.text("{name} contributes most: {value} of {total}.", language, **said)


def _alt(title: str, parts: Sequence[tuple[str, Row]], whole: Row, language: str) -> str:
    listed = words.listed(
        [
            words.text("{name}: {value}", language, name=name, value=value_of(row, language))
            for name, row in parts
        ],
        language,
    )
    said = [title, words.text("In order: {list}.", language, list=listed)]
    high = math.fsum(ends(row)[1] for _, row in parts)
    low = math.fsum(ends(row)[0] for _, row in parts)
    if ends(whole)[0] < low - 1e-9:
        said.append(
            words.text(
                "The parts add up to {sum}, but some people may be counted in several of them.",
                language,
                sum=shown(low, high, Qualifier.EXACT, language),
            )
        )
    return " ".join(said)


def _table(parts: Sequence[tuple[str, Row]], whole: Row, unit: str, language: str) -> pd.DataFrame:
    total = (words.text("Total", language), value_of(whole, language))
    lines = [(name, value_of(row, language)) for name, row in parts]
    value = (
        words.text("Value ({unit})", language, unit=unit) if unit else words.text("Value", language)
    )
    return pd.DataFrame([*lines, total] if parts else lines, columns=["", value])
