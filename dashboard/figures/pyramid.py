"""Two exclusive dimensions at once: ages upward, one sex on each side."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PHONE,
    PLAIN,
    Figure,
    Plotly,
    empty,
    ends,
    figure,
    hover,
    ids,
    is_rtl,
    label,
    measured,
    shown,
    ticks,
    value_of,
    width_of,
)
from dashboard.figures.rows import Row
from schemas import units, words
from schemas.codes import Qualifier

HEIGHT = 28
"Pixels of one age."

PAINTS = ("teal", "ochre")
TOP, BOTTOM = 30, 44

PLOT = 480
"Pixels of the plot where it is not narrow, at least."


def pyramid(
    frame: pd.DataFrame,
    *,
    ages: Mapping[str, str],
    sexes: Mapping[str, str],
    unit: str,
    language: str,
    coverage: float = math.nan,
) -> Figure:
    """Return how many there are of each age and sex: the youngest at the bottom, a sex on each side.

    `frame` has age_group, sex, low, high, qualifier and observation_ids, a row for each cell;
    `ages` (youngest first) and the two `sexes` are codes and names. The first sex begins the
    line: it is at the left, in Arabic at the right. Nothing is stretched: `coverage` is the share
    of the total whose sex and age are known.
    """
    of = {(row["age_group"], row["sex"]): row for row in frame.to_dict("records")}
    table = _table(of, ages, sexes, unit, language)
    highs = [ends(row)[1] for key, row in of.items() if key[0] in ages and key[1] in sexes]
    most = max((high for high in highs if high == high), default=0.0)
    if not most:
        said = words.text("Nothing has been reported by sex and age.", language)
        return empty(said, language, table)
    cells = {code: [of.get((age, code), {}) for age in ages] for code in sexes}
    room = max(width_of(value_of(row, language), 12) for rows in cells.values() for row in rows) + 8
    # So much that the number beside the longest bar has room, here and on a phone.
    half, phone = (most * wide / (wide - room) for wide in (PLOT / 2, PHONE / 2 - 30))
    data: list[Plotly] = []
    for side, (code, sex) in zip((-1, 1), sexes.items(), strict=True):
        paint = PAINTS[side > 0]
        data += _side(cells[code], side, code, sex, list(ages.values()), paint, unit, language)
    data.sort(key=lambda trace: trace["type"] != "bar")
    title = _title(cells, list(ages.values()), sexes, coverage, language)
    heads = [_head(cells[code], name, language) for code, name in sexes.items()]
    layout = _layout(list(ages.values()), heads, half, most, unit, language)
    alt = _alt(title, cells, sexes, language)
    narrow = {"xaxis": {"range": _both_sides(phone, language)}}
    return figure(data, layout, title=title, table=table, alt=alt, narrow=narrow)


def _side(
    rows: Sequence[Row],
    side: int,
    code: str,
    sex: str,
    ages: Sequence[str],
    paint: str,
    unit: str,
    language: str,
) -> list[Plotly]:
    """Return the bars of one sex, their uncertain ends, and the numbers beyond them."""
    numbers = [ends(row) for row in rows]
    lows = [0.0 if math.isnan(low) else low for low, _ in numbers]
    highs = [0.0 if math.isnan(high) else high for _, high in numbers]
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": code,
        "y": list(range(len(rows))),
        "x": [side * low for low in lows],
        "base": [0.0] * len(rows),
        "width": 0.78,
        "marker": {"color": theme.light(paint)},
        "hoverinfo": "text",
        "hovertext": [
            hover(language, f"{sex} · {age}", measured(row, unit, language))
            for row, age in zip(rows, ages, strict=True)
        ],
        "customdata": [ids(row.get("observation_ids")) for row in rows],
    }
    data = [bars]
    if any(high > low for low, high in zip(lows, highs, strict=True)):
        pale = {
            "name": f"{code} range",
            "x": [side * (high - low) for low, high in zip(lows, highs, strict=True)],
            "base": [side * low for low in lows],
            "marker": {
                "color": theme.light("band"),
                "line": {"color": theme.light(paint), "width": 1},
            },
        }
        data.append(bars | pale)
    is_left = (side < 0) != is_rtl(language)
    texts: Plotly = {
        "type": "scatter",
        "mode": "text",
        "name": f"{code} number",
        "x": [side * high for high in highs],
        "y": list(range(len(rows))),
        "text": [label(f"\u00a0{value_of(row, language)}\u00a0", language) for row in rows],
        "textposition": "middle left" if is_left else "middle right",
        "textfont": {"size": 12, "color": theme.light("ink"), "family": theme.FONT},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [*data, texts]


def _both_sides(half: float, language: str) -> list[float]:
    return [half, -half] if is_rtl(language) else [-half, half]


def _layout(
    ages: Sequence[str], heads: Sequence[str], half: float, most: float, unit: str, language: str
) -> Plotly:
    near = "right" if is_rtl(language) else "left"
    marks = [mark for mark in ticks(0, most, most=3) if mark]
    values = [*(-mark for mark in reversed(marks)), 0.0, *marks]
    room = round(max(width_of(age, 12) for age in ages)) + 12
    margin = {"l": 8, "r": 8, "t": TOP, "b": BOTTOM, "pad": 0} | {near[0]: room}
    notes = [
        {
            "text": f"<b>{label(head, language)}</b>",
            "x": side * half * 0.03,
            "y": 1,
            "xref": "x",
            "yref": "paper",
            "xanchor": "right" if (side < 0) != is_rtl(language) else "left",
            "yanchor": "bottom",
            "yshift": 8,
            **PLAIN,
            "font": {"size": 13, "color": theme.light("ink")},
        }
        for side, head in zip((-1, 1), heads, strict=True)
    ]
    notes.append(
        {
            "text": label(unit, language, longest=60),
            "x": 0,
            "y": 0,
            "xref": "x",
            "yref": "paper",
            "xanchor": "center",
            "yanchor": "top",
            "yshift": -24,
            **PLAIN,
            "font": {"size": 12, "color": theme.light("muted")},
        }
    )
    return theme.layout(
        height=HEIGHT * len(ages) + TOP + BOTTOM,
        margin=margin,
        xaxis={
            "type": "linear",
            "range": _both_sides(half, language),
            "tickmode": "array",
            "tickvals": values,
            "ticktext": [label(words.number(abs(value), language), language) for value in values],
            "showgrid": True,
            "gridcolor": theme.light("grid"),
            "zeroline": False,
            "fixedrange": True,
            "automargin": False,
        },
        yaxis={
            "type": "linear",
            "range": [-0.5, len(ages) - 0.5],
            "side": near,
            "ticklabelstandoff": 5,
            "tickmode": "array",
            "tickvals": list(range(len(ages))),
            "ticktext": [label(age, language) for age in ages],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": False,
        },
        annotations=notes,
        bargap=0,
        barmode="overlay",
    )


def _sum(rows: Sequence[Row]) -> tuple[float, float]:
    told = [end for row in rows if not math.isnan((end := ends(row))[0])]
    return math.fsum(low for low, _ in told), math.fsum(high for _, high in told)


def _head(rows: Sequence[Row], sex: str, language: str) -> str:
    low, high = _sum(rows)
    value = shown(low, high, Qualifier.EXACT, language)
    return words.text("{name}: {value}", language, name=sex, value=value)


def _title(
    cells: Mapping[str, Sequence[Row]],
    ages: Sequence[str],
    sexes: Mapping[str, str],
    coverage: float,
    language: str,
) -> str:
    """Return the largest group, and how much is known at all."""
    told = [
        (ends(row)[0], number, code)
        for code, rows in cells.items()
        for number, row in enumerate(rows)
        if not math.isnan(ends(row)[0])
    ]
    _, number, code = max(told, key=lambda item: item[0])
    said = {
        "sex": sexes[code],
        "age": ages[number],
        "value": value_of(cells[code][number], language),
    }
    if math.isnan(coverage):
        return words.text("The largest group: {sex}, {age} ({value}).", language, **said)
    return words.text(
        "The largest group: {sex}, {age} ({value}). Sex and age are known for {coverage} of the total.",
        language,
        **said,
        coverage=words.percent(coverage, language),
    )


def _alt(
    title: str, cells: Mapping[str, Sequence[Row]], sexes: Mapping[str, str], language: str
) -> str:
    heads = [_head(cells[code], name, language) for code, name in sexes.items()]
    sums = words.text("In all: {list}.", language, list=words.listed(heads, language))
    return f"{title} {sums}"


def _table(
    of: Mapping[tuple[str, str], Row],
    ages: Mapping[str, str],
    sexes: Mapping[str, str],
    unit: str,
    language: str,
) -> pd.DataFrame:
    lines = [
        (name, *(value_of(of.get((age, sex), {}), language) for sex in sexes))
        for age, name in ages.items()
    ]
    heads = [units.named(name, unit, language) for name in sexes.values()]
    return pd.DataFrame(lines, columns=[words.text("Age", language), *heads])
