"""How far each result is on its way, as a share of it and in its own unit."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    exactly,
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
    layout_of,
    line,
    status_of,
)
from schemas import words


def progress_rows(
    frame: pd.DataFrame, *, by: str, names: Mapping[str, str], language: str
) -> Figure:
    """Return how much of the way to its target each result has covered: a bar, and where the path
    expects it.

    `frame` is `impact.results`; shares of the way are compared, never added up or averaged.
    """
    of = {row[by]: row for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    ways = [_way(row) for row in rows]
    shares = [way[0] for way in ways]
    told = [
        (*way, name)
        for way, name in zip(ways, names.values(), strict=True)
        if not math.isnan(way[0])
    ]
    table = _progress_table(rows, list(names.values()), language)
    if not told:
        return empty(words.text("No progress can be told yet.", language), language, table)
    title = _furthest(told, language)
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
    texts = [_share_of_way(row, language) for row in rows]
    layout = layout_of(
        list(names.values()),
        texts,
        axis,
        language,
        shapes=marks,
        unit=words.text("Share of the way from baseline to target", language),
    )
    keys = [("tick", words.text("Expected by now", language))] if expected else []
    shown_statuses = list(dict.fromkeys(status_of(row) for row in rows if row))
    keys += [
        (f"status-{s or 'none'}", words.text(theme.look(s).word, language))
        for s in [*theme.STATUS, ""]
        if s in shown_statuses
    ]
    ranges = bars | {
        "name": "range",
        "x": [_on_the_way(high) - _on_the_way(low) for low, high in ways],
        "base": [_on_the_way(low) for low, _ in ways],
        "marker": {"color": theme.light("band")},
    }
    data = [tracks, bars, *([ranges] if any(ranges["x"]) else []), ends]
    return figure(data, layout, title=title, table=table, keys=keys)


def dumbbell(
    frame: pd.DataFrame, *, by: str, names: Mapping[str, str], unit: str, language: str
) -> Figure:
    """Return where each stood, stands and should stand: baseline, actual and target of one unit.

    `frame` is `impact.results` of one indicator. A value that is a range is a bar between its ends.
    Where only some projects have a target, the actual is that of these.
    """
    of = {row[by]: _compared(row) for row in frame.to_dict("records")}
    rows = [of.get(code, {}) for code in names]
    numbers = [n for row in rows for n in of_row(row, "baseline", "low", "high", "target")]
    told = [number for number in numbers if math.isfinite(number)]
    table = _values_table(rows, list(names.values()), unit, language)
    actual = [
        (low, name, value_of(row, language))
        for row, name in zip(rows, names.values(), strict=True)
        if not math.isnan(low := of_row(row, "low")[0])
    ]
    if not told:
        title = words.text("Nothing has been reported yet.", language)
        return empty(title, language, table)
    title = (
        _most(actual, language)
        if actual
        else words.text("Only targets are known so far.", language)
    )
    axis = axis_along(min(told), max(told), language)
    shapes: list[Plotly] = []
    data: list[Plotly] = []
    for number, row in enumerate(rows):
        baseline, low, high, target = of_row(row, "baseline", "low", "high", "target")
        start = 0.0 if math.isnan(baseline) else baseline
        if not math.isnan(target):
            shapes.append(_bar_line(start, target, number, "path", 1, "dot"))
        if not math.isnan(low):
            shapes.append(_bar_line(start, low, number, "band", 5))
            if high > low:
                shapes.append(_bar_line(low, high, number, theme.look(status_of(row)).colour, 3))
    data += _ring(rows, "baseline", "circle", 9, language)
    data += _ring(rows, "target", "diamond", 9, language)
    data += _stands(rows, list(names.values()), unit, language)
    texts = [value_of(row, language) if row else "–" for row in rows]
    layout = layout_of(list(names.values()), texts, axis, language, shapes=shapes, unit=unit)
    keys = [
        (key, words.text(word, language))
        for key, word, column in (
            ("ring", "Baseline", "baseline"),
            ("line", "Actual", "low"),
            ("diamond", "Target", "target"),
        )
        if any(not math.isnan(of_row(row, column)[0]) for row in rows)
    ]
    return figure(data, layout, title=title, table=table, keys=keys)


def _way(row: Row) -> tuple[float, float]:
    """Return between which shares of the way a row stands; NaN where there is no way."""
    progress, low, high = of_row(row, "progress", "progress_low", "progress_high")
    return (low, high) if math.isnan(progress) else (progress, progress)


def _on_the_way(share: float) -> float:
    """Return how long a bar is: neither before the way nor beyond it."""
    return 0.0 if math.isnan(share) else min(max(share, 0.0), 1.0)


def _share_of_way(row: Row, language: str) -> str:
    low, high = _way(row)
    if math.isnan(low):
        return "–"
    return _span(low, high, language)


def _span(low: float, high: float, language: str) -> str:
    least, most = (words.percent(share, language) for share in (low, high))
    return least if least == most else f"{least} – {most}"


def _compared(row: Row) -> Row:
    """Return a row with the actual that its baseline and target are compared with."""
    low, high = of_row(row, "compared_low", "compared_high")
    return row if math.isnan(low) else {**row, "low": low, "high": high}


def _furthest(told: Sequence[tuple[float, float, str]], language: str) -> str:
    """Return who has covered most and least of the way."""
    (least, least_high, last), (most, most_high, first) = min(told), max(told)
    said = {"first": first, "most": _span(most, most_high, language), "last": last}
    if len(told) == 1:
        return words.text("{first} has covered {most} of the way to its target.", language, **said)
    if (least, least_high) == (most, most_high):
        return words.text("All have covered {most} of the way to their targets.", language, **said)
    return words.text(
        "Furthest on the way to its target is {first} ({most}), least far {last} ({least}).",
        language,
        **said,
        least=_span(least, least_high, language),
    )


def _most(actual: Sequence[tuple[float, str, str]], language: str) -> str:
    """Return who stands lowest and who highest, with the values as they are shown."""
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


def _progress_table(rows: Sequence[Row], names: Sequence[str], language: str) -> pd.DataFrame:
    def expected(row: Row) -> str:
        (share,) = of_row(row, "expected")
        return "–" if math.isnan(share) else words.percent(share, language)

    lines = [
        (
            name,
            *_numbers(row, language),
            _share_of_way(row, language),
            expected(row),
            words.text(theme.look(status_of(row)).word, language),
        )
        for row, name in zip(rows, names, strict=True)
    ]
    heads = ("Baseline", "Actual", "Target", "Progress", "Expected by now", "Status")
    return pd.DataFrame(lines, columns=["", *(words.text(head, language) for head in heads)])


def _values_table(
    rows: Sequence[Row], names: Sequence[str], unit: str, language: str
) -> pd.DataFrame:
    lines = [(name, *_numbers(row, language)) for row, name in zip(rows, names, strict=True)]
    heads = [words.text(head, language) for head in ("Baseline", "Actual", "Target")]
    return pd.DataFrame(lines, columns=["", *(f"{head} ({unit})" for head in heads)])


def _numbers(row: Row, language: str) -> list[str]:
    """Return baseline, actual and target in words."""
    baseline, target = of_row(row, "baseline", "target")
    return [exactly(baseline, language), value_of(row, language), exactly(target, language)]


def _progress_hover(row: Row, name: str, language: str) -> str:
    if not row:
        return label(name, language)
    _, actual, target = _numbers(row, language)
    way = words.text("{value} of {target}", language, value=actual, target=target)
    word = words.text(theme.look(status_of(row)).word, language)
    return f"{label(name, language)}<br><b>{label(way, language)}</b><br>{label(word, language)}"


def _ring(rows: Sequence[Row], column: str, symbol: str, size: int, language: str) -> list[Plotly]:
    told = [
        (number, value)
        for number, row in enumerate(rows)
        if not math.isnan(value := of_row(row, column)[0])
    ]
    if not told:
        return []
    colour = theme.light("path")
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": column,
            "x": [value for _, value in told],
            "y": [number + LOWER for number, _ in told],
            "marker": {
                "size": size,
                "symbol": symbol,
                "color": theme.light("card"),
                "line": {"color": colour, "width": 2},
            },
            "hoverinfo": "text",
            "hovertext": [label(exactly(v, language), language) for _, v in told],
            "cliponaxis": False,
        }
    ]


def _stands(rows: Sequence[Row], names: Sequence[str], unit: str, language: str) -> list[Plotly]:
    """Return the marks of the actual values: shape and colour of their status."""
    told = [
        (number, row, name)
        for number, (row, name) in enumerate(zip(rows, names, strict=True))
        if row and not math.isnan(of_row(row, "low")[0])
    ]
    if not told:
        return []
    looks = [theme.look(status_of(row)) for _, row, _ in told]
    hovers = []
    for _, row, name in told:
        value = value_of(row, language)
        hovers.append(f"{label(name, language)}<br><b>{label(f'{value} {unit}', language)}</b>")
    has_status = [bool(status_of(row)) for _, row, _ in told]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "actual",
            "x": [of_row(row, "low")[0] for _, row, _ in told],
            "y": [number + LOWER for number, _, _ in told],
            "marker": {
                "opacity": 1,
                "size": [k.size(12) if s else 12 for k, s in zip(looks, has_status, strict=True)],
                "symbol": [
                    k.symbol if s else "circle" for k, s in zip(looks, has_status, strict=True)
                ],
                "color": [
                    theme.light(k.colour if s else "teal")
                    for k, s in zip(looks, has_status, strict=True)
                ],
                "line": {"color": theme.light("card"), "width": 1.5},
            },
            "hoverinfo": "text",
            "hovertext": hovers,
            "customdata": [ids(row.get("observation_ids")) for _, row, _ in told],
            "cliponaxis": False,
        }
    ]


def _bar_line(
    start: float, end: float, number: int, colour: str, width: float, dash: str = "solid"
) -> Plotly:
    style = {"color": theme.light(colour), "width": width, "dash": dash}
    y = number + LOWER
    return line(start, end, y, y, style)


def _tick(share: float, number: int) -> Plotly:
    y, half = number + LOWER, BAR * 0.85
    style = {"color": theme.light("ink"), "width": 2}
    return line(share, share, y - half, y + half, style) | {"layer": "above"}
