"""A value by the categories of one disaggregation, with what is known of it."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    figure,
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
)
from schemas import words


def category_bars(
    frame: pd.DataFrame,
    *,
    names: Mapping[str, str],
    unit: str,
    language: str,
    coverage: float = math.nan,
) -> Figure:
    """Return a value by category of one dimension, with its share of what is known.

    `frame` is `impact.by_category`; `coverage` is the share of the total whose category is known.
    Nothing is stretched to 100 %.
    """
    of = {row["category_code"]: row for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    lows = [of_row(row, "low")[0] for row in rows]
    told = [low for low in lows if not math.isnan(low)]
    table = _category_table(rows, list(names.values()), unit, language)
    if not told:
        return empty(
            words.text("Nothing has been reported by category.", language), language, table
        )
    title = _largest(rows, list(names.values()), coverage, language)
    places = [number + LOWER for number in range(len(rows))]
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": "value",
        "y": places,
        "x": [0.0 if math.isnan(low) else low for low in lows],
        "base": [0.0] * len(rows),
        "width": BAR,
        "marker": {"color": theme.light("teal")},
        "hoverinfo": "text",
        "hovertext": [
            f"{label(name, language)}<br><b>{label(_with_share(row, language), language)}</b>"
            for row, name in zip(rows, names.values(), strict=True)
        ],
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }
    data = [bars]
    spreads = [max(of_row(row, "high")[0] - low, 0.0) for row, low in zip(rows, lows, strict=True)]
    if any(spread > 0 for spread in spreads):
        data.append(
            bars
            | {
                "name": "range",
                "x": [0.0 if math.isnan(spread) else spread for spread in spreads],
                "base": [0.0 if math.isnan(low) else low for low in lows],
                "marker": {"color": theme.light("band")},
            }
        )
    highs = [number for row in rows for number in of_row(row, "low", "high") if number == number]
    axis = axis_along(min(told), max(highs), language)
    texts = [_with_share(row, language) for row in rows]
    layout = layout_of(list(names.values()), texts, axis, language, unit=unit)
    alt = in_order(title, names.values(), texts, lows, language)
    return figure(data, layout, title=title, table=table, alt=alt)


def _largest(rows: Sequence[Row], names: Sequence[str], coverage: float, language: str) -> str:
    """Return the largest category with its share, and how much is known at all."""
    told = [
        (low, name, row)
        for row, name in zip(rows, names, strict=True)
        if not math.isnan(low := of_row(row, "low")[0])
    ]
    _, name, row = max(told, key=lambda item: item[0])
    said = {"name": name, "value": _with_share(row, language)}
    if math.isnan(coverage):
        return words.text("Most: {name}, {value}.", language, **said)
    return words.text(
        "Most: {name}, {value}. Known for {coverage} of the total.",
        language,
        **said,
        coverage=words.percent(coverage, language),
    )


def _with_share(row: Row, language: str) -> str:
    (share,) = of_row(row, "share")
    value = value_of(row, language)
    return value if math.isnan(share) else f"{value} · {words.percent(share, language)}"


def _category_table(
    rows: Sequence[Row], names: Sequence[str], unit: str, language: str
) -> pd.DataFrame:
    lines = []
    for row, name in zip(rows, names, strict=True):
        (share,) = of_row(row, "share")
        percent = "–" if math.isnan(share) else words.percent(share, language)
        lines.append((name, value_of(row, language), percent))
    value = words.text("Value ({unit})", language, unit=unit)
    return pd.DataFrame(lines, columns=["", value, words.text("Share", language)])
