"""Values over time against the path to the target: one series, several side by side, one line."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from dashboard import theme
from dashboard.figures import lines
from dashboard.figures.course import (
    alt_of,
    baseline_of,
    keys_of,
    reach_of,
    sentence,
    span_of,
    table_of,
    target_of,
)
from dashboard.figures.figure import (
    Figure,
    Plotly,
    empty,
    exactly,
    figure,
    ids,
    label,
    number_axis,
    of_row,
    value_of,
    width_of,
)
from dashboard.figures.timeline import (
    Row,
    Span,
    at_side,
    end_of,
    mirrored,
    padded,
    points,
    sides,
    time_axis,
    unit_note,
    with_gaps,
)
from schemas.codes import Status


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
    rows = points(frame)
    title = sentence(rows, result, name, language)
    table = table_of(rows, result, unit, language)
    span = x_range or span_of(rows, result)
    height = 128 if is_small else 300
    if span is None:
        return empty(title, language, table, height=height)
    top = y_range or reach_of(rows, result)
    y_axis = number_axis(*top, language, most=3 if is_small else 5)
    look = theme.look(str(result.get("status") or ""))
    colour = theme.light(look.colour if result.get("status") else "teal")
    data = [
        *lines.path(rows, result),
        *lines.actual(rows, colour, unit, language, name=name),
        *_ends(rows, result, look, colour, language, span=span, top=top[1], is_small=is_small),
    ]
    near = round(max(width_of(text, 12) for text in y_axis["ticktext"])) + 12
    x_axis = time_axis(span, language, most=3 if is_small else 6)
    layout = theme.layout(
        height=height,
        margin={
            **sides(near, 14 if is_small else _far(rows, result, span, language), language),
            "t": 12 if is_small else 34,
            "b": 24,
            "pad": 0,
        },
        xaxis=x_axis,
        # A little room above and below, so that no mark is cut in two.
        yaxis=y_axis
        | {
            "showgrid": True,
            "gridcolor": theme.light("grid"),
            "range": padded(*y_axis["range"]),
            **at_side(language),
        },
        annotations=[] if is_small else [unit_note(unit, language)],
    )
    return figure(
        data,
        layout,
        title=title,
        table=table,
        keys=keys_of(rows, result, language),
        alt=alt_of(title, rows, language),
        narrow=None if is_small else _narrow(span, x_axis, language),
    )


def _is_at_edge(day: date, span: Span) -> bool:
    """Return whether a day is so near to the end that its number has room beside it only."""
    return (day - span[0]).days > 0.95 * max((span[1] - span[0]).days, 1)


def _far(rows: Sequence[Row], result: Row, span: Span, language: str) -> int:
    """Return the room for the numbers at the end: those of the last value and of the target."""
    goal = target_of(result)
    texts = [value_of(rows[-1], language)] if rows and _is_at_edge(end_of(rows[-1]), span) else []
    texts += [exactly(goal[1], language)] if goal and _is_at_edge(goal[0], span) else []
    return round(max((width_of(text, 13) * 1.05 for text in texts), default=4)) + 16


def _narrow(span: Span, x_axis: Plotly, language: str) -> Plotly:
    """Return what a phone changes: it is lower, and names fewer days."""
    few = time_axis(span, language, most=4)
    changes: Plotly = {"height": 250}
    if few["tickvals"] != x_axis["tickvals"]:
        changes["xaxis"] = {name: few[name] for name in ("tickvals", "ticktext")}
    return changes


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
    series = {code: points(groups.get(code, frame.iloc[:0])) for code in names}
    spans = [s for code, rows in series.items() if (s := span_of(rows, of.get(code, {})))]
    reaches = [reach_of(rows, of.get(code, {})) for code, rows in series.items()]
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
    rows = points(frame)
    title = sentence(rows, {}, name, language)
    table = table_of(rows, {}, "", language)
    span = span_of(rows, {})
    if span is None:
        return empty(title, language, table, height=28)
    look = theme.look(status)
    colour = theme.light(look.colour if status else "teal")
    low, high = reach_of(rows, {})
    hidden: Plotly = {"visible": False, "tickvals": [], "ticktext": [], "fixedrange": True}
    layout = theme.layout(
        height=28,
        margin={"l": 6, "r": 6, "t": 6, "b": 6, "pad": 0},
        xaxis={**hidden, "type": "date", "range": time_axis(span, language, most=3)["range"]},
        yaxis={**hidden, "type": "linear", "range": padded(low, high or 1.0)},
    )
    x, y = with_gaps(rows)
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
    alt = alt_of(title, rows, language)
    return figure([line, end], layout, title=title, table=table, alt=alt)


# --- The marks ------------------------------------------------------------------------------------


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
    start, goal = baseline_of(result), target_of(result)
    whole = max((span[1] - span[0]).days, 1)

    def place(day: date) -> str:
        # At the end a number stands beside its point, at the beginning it begins there.
        if _is_at_edge(day, span):
            return mirrored("middle right", language)
        share = (day - span[0]).days / whole
        at = "top left" if share > 0.85 else "top right" if share < 0.1 else "top center"
        return mirrored(at, language)

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
        mark = _point("last", end_of(last), low, colour, symbol, size)
        mark["customdata"] = [ids(last.get("observation_ids"))]
        where = place(end_of(last))
        is_beside = _is_at_edge(end_of(last), span)
        (expected,) = of_row(last, "target_path")
        if expected > low and last["high"] == low and not is_beside:  # the path passes above
            share = (end_of(last) - span[0]).days / whole
            where = mirrored("bottom left" if share > 0.85 else "bottom right", language)
        is_close = goal and (goal[0] - end_of(last)).days < 0.2 * whole
        if is_close and goal and abs(goal[1] - low) < 0.15 * top:
            is_far = is_beside or where == mirrored("top left", language)
            where = mirrored("bottom left" if is_far else "bottom right", language)
        number = _number(value_of(last, language), where, language, "ink")
        if last["high"] > last["low"]:  # at the upper end of the range
            bare = {"type": "scatter", "name": "number", "hoverinfo": "skip", "cliponaxis": False}
            at = {"x": mark["x"], "y": [float(last["high"])]}
            upon = where if is_beside else "top center"
            numbers = [bare | at | number | {"mode": "text", "textposition": upon}]
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
    # Beside its mark a number needs a little air.
    air = "\u00a0" if where.startswith("middle") else ""
    font = {"size": 13, "color": theme.light(colour), "family": theme.FONT}
    return {
        "mode": "markers+text",
        "text": [air + label(text, language) + air],
        "textposition": where,
        "textfont": font | ({"weight": 600} if colour == "ink" else {}),
    }
