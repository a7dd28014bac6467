"""Time in figures: which points a series has, where it has gaps, and the axis of days."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import PLAIN, Plotly, is_missing, is_rtl, label
from schemas import words

Row = Mapping[Any, Any]
Span = tuple[date, date]


def points(frame: pd.DataFrame) -> list[Row]:
    """Return the rows that have a value, by date."""
    if frame.empty:
        return []
    # Of several periods that end on one day, the longest; by then all say the same.
    ordered = frame.sort_values(["period_end", "period_start"]).drop_duplicates("period_end")
    return [row for row in ordered.to_dict("records") if not is_missing(row["low"])]


def day_of(value: Any) -> date | None:
    """Return a cell of a frame as a day; None where it holds nothing."""
    return None if is_missing(value) else pd.Timestamp(value).date()


def end_of(row: Row) -> date:
    """Return the last day of a row's period."""
    day: date = pd.Timestamp(row["period_end"]).date()
    return day


def with_gaps(rows: Sequence[Row]) -> tuple[list[str], list[float | None]]:
    """Return the days and lower ends of a series, with a missing value where a period is missing.

    One is missing where more than a month lies between two periods; among values to date, which
    all begin on the same day, where a step is half as long again as the shortest.
    """
    x: list[str] = []
    y: list[float | None] = []
    days = [end_of(row) for row in rows]
    steps = [later - earlier for earlier, later in pairwise(days)]
    longest = min(steps, default=timedelta(0)) * 1.5
    starts = [day_of(row["period_start"]) or end_of(row) for row in rows]
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


def unit_note(unit: str, language: str) -> Plotly:
    """Return the unit above the axis of numbers."""
    return {
        "text": label(unit, language, longest=60),
        "x": 1 if is_rtl(language) else 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "right" if is_rtl(language) else "left",
        "yanchor": "bottom",
        "yshift": 12,
        **PLAIN,
        "font": {"size": 12, "color": theme.light("muted")},
    }


def mirrored(position: str, language: str) -> str:
    """Return where a text stands beside its mark (`top left`), left and right exchanged in Arabic."""
    vertical, horizontal = position.split()
    if is_rtl(language):
        horizontal = {"left": "right", "right": "left"}.get(horizontal, horizontal)
    return f"{vertical} {horizontal}"


def sides(near: int, far: int, language: str) -> dict[str, int]:
    """Return the left and right margin of those where lines begin and where they end."""
    left, right = (far, near) if is_rtl(language) else (near, far)
    return {"l": left, "r": right}


def padded(low: float, high: float) -> list[float]:
    """Return the ends of an axis with a little room beyond them; none below zero."""
    room = 0.04 * (high - low)
    return [low - room if low < 0 else low, high + room]


def wide(span: Span) -> Span:
    """Return a span with a little room at its ends; a single day gets half a year on each side."""
    room = timedelta(days=round((span[1] - span[0]).days * 0.03) or 183)
    return span[0] - room, span[1] + room


def time_axis(span: Span, language: str, *, most: int) -> Plotly:
    """Return the axis of days: years where there are several, else months; each named in its middle."""
    first, last = wide(span)
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
    round_step = next((size for size in (1, 2, 5, 10, 20, 25, 50, 100) if size >= step), step)
    if size == 12 and round_step >= 5:
        named = [(day, text) for day, text in named if day.year % round_step == 0]
    elif named:
        named = named[(len(named) - 1) % step :: step]
    return _days_axis(first, last, named, language)


def _days_axis(first: date, last: date, named: Sequence[tuple[date, str]], language: str) -> Plotly:
    span = [first.isoformat(), last.isoformat()]
    return {
        "type": "date",
        "tickmode": "array",
        "tickvals": [day.isoformat() for day, _ in named],
        "ticktext": [label(text, language) for _, text in named],
        "tickangle": 0,
        # In Arabic time runs from right to left, as the text around it does.
        "range": span[::-1] if is_rtl(language) else span,
        "showgrid": False,
        "showline": True,
        "linecolor": theme.light("control"),
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
    }


def at_side(language: str) -> Plotly:
    """Return at which side the axis of numbers stands, and how far from it: where lines begin."""
    return {"side": "right" if is_rtl(language) else "left", "ticklabelstandoff": 5}


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
