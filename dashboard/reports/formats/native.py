"""What a chart that Office draws itself needs, read from a figure: series, axes, names, colours.

The numbers are those of the figure's dict. Where no chart of Office says the same (maps, heat, flows,
marks upon bars), there is none, and whoever writes the file takes the picture.
"""

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures import Figure
from schemas import words
from schemas.words import N_

Plotly = Mapping[str, Any]
Value = float | None

EPOCH = date(1899, 12, 30)
"The day 0 of Office."

MONTH = 30.4375
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
"Months between the days that an axis names."

MOST_DAYS = 6

BETWEEN = N_("Between, where people may be counted twice")


class Kind(StrEnum):
    """What is drawn: bars along rows, bars made of parts, or points in two directions, with or without lines."""

    BARS = "bars"
    STACKED = "stacked"
    POINTS = "points"


@dataclass(frozen=True)
class Series:
    """Numbers of one name; None is a gap.

    `places` are where along the axis the values stand, in a chart without categories. `colours` are
    one or as many as values, `edges` those of their outlines. Without a `symbol` there are no marks,
    without a `dash` there is no line. `texts` stand beside values that say more than their number
    (`≥ 340`), at one of its `sides`: l, r, t or b. `spread` is how far each value may reach up. What `is_ground` only carries what stands on it.
    """

    name: str
    values: tuple[Value, ...]
    colours: tuple[str, ...]
    places: tuple[float, ...] = ()
    edges: tuple[str, ...] = ()
    symbol: str = ""
    is_hollow: bool = False
    dash: str = ""
    width: float = 2.0
    texts: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    spread: tuple[float, ...] = ()
    is_ground: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis of numbers, or of days as Office counts them; `step` lies between two of its marks."""

    low: float
    high: float
    step: float
    pattern: str
    title: str = ""
    is_reversed: bool = False


@dataclass(frozen=True)
class Native:
    """A chart as Office draws it.

    Bars have `categories`, with what stands at the end of each in words (`ends`), and the axis
    `along` them; the first is at the top unless `is_from_below`. Points have an axis `up` as well.
    """

    kind: Kind
    series: tuple[Series, ...]
    along: Axis
    up: Axis | None = None
    categories: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    is_from_below: bool = False


def native(figure: Figure, language: str) -> Native | None:
    """Return a figure as Office can draw it, None where it cannot."""
    layout, data = figure.dict["layout"], figure.dict["data"]
    if not data or "geo" in layout:
        return None
    kinds = {trace["type"] for trace in data}
    if "bar" in kinds:
        return _bars(figure, language)
    return _points(figure, language) if kinds == {"scatter"} else None


# --- Words of a dict ------------------------------------------------------------------------------

MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))


def _words(text: str) -> str:
    """Return a label as plain words on one line."""
    bare = re.sub(r"<[^>]*>", " ", text.replace("<br>", " "))
    return " ".join(html.unescape(bare).replace("\xa0", " ").split())


def _notes(layout: Plotly, **at: Any) -> list[Plotly]:
    return [
        note
        for note in layout.get("annotations", ())
        if all(note.get(key) == value for key, value in at.items())
    ]


def _title(layout: Plotly, y: int) -> str:
    """Return the words at the end of an axis: above the plot (1) or below it (0)."""
    notes = _notes(layout, xref="paper", yref="paper", y=y)
    return _words(notes[0]["text"]).translate(MARKS) if notes else ""


def is_plain(text: str, value: Value) -> bool:
    """Return whether a text says no more than its number.

    >>> is_plain("1,250.5", 1250.5), is_plain("72 %", 0.72), is_plain("≥ 340", 340.0)
    (True, True, False)
    """
    bare = re.sub(r"[\s.,٫٬]", "", text.translate(MARKS)).replace("٪", "%")
    share = bare.removesuffix("%")
    if value is None or not share.isdecimal():
        return False
    exact = abs(value) * (1 if bare == share else 100)
    return any(int(share) == round(exact * 10**decimals) for decimals in range(3))


def _axis(axis: Plotly, title: str) -> Axis:
    """Return an axis of numbers."""
    ticks = [float(tick) for tick in axis["tickvals"]]
    texts = [text.translate(MARKS) for text in axis["ticktext"]]
    first, last = axis["range"]
    decimals = max((len(f"{tick:.6f}".rstrip("0").partition(".")[2]) for tick in ticks), default=0)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    if any("%" in text for text in texts):
        pattern = "0%"
    step = ticks[1] - ticks[0] if len(ticks) > 1 else abs(last - first)
    low, high = min(first, last), max(first, last)
    # Office counts its marks from the end of the axis.
    low = ticks[0] - step * math.ceil((ticks[0] - low) / step - 1e-9)
    if ticks[0] < 0 and texts[0] == texts[-1]:  # two sides of one scale
        pattern, high = f"{pattern};{pattern}", -low
    return Axis(low, high, step, pattern, title, first > last)


def serial(day: str) -> float:
    """Return a day as Office counts it.

    >>> serial("2020-12-31")
    44196.0
    """
    return float((date.fromisoformat(day) - EPOCH).days)


def _days(axis: Plotly, language: str) -> Axis:
    """Return an axis of days, whose marks stand in the middle of months."""
    first, last = sorted(date.fromisoformat(day) for day in axis["range"])
    months = (last - first).days / MONTH
    step = next((step for step in STEPS if months / step <= MOST_DAYS), STEPS[-1])
    low = first.replace(day=15)
    if low > first:
        low = (first.replace(day=1) - timedelta(days=1)).replace(day=15)
    is_reversed = axis["range"][0] > axis["range"][1]
    pattern = f"[$-{LOCALES.get(words.base(language), LOCALES['en'])}]mmm yyyy"
    high = serial(last.isoformat())
    return Axis(serial(low.isoformat()), high, step * MONTH, pattern, "", is_reversed)


LOCALES = {"en": "809", "es": "40A", "fr": "40C", "pt": "816", "el": "408", "ar": "401"}
"The numbers of Office for the languages in which months are named."

# --- Bars -----------------------------------------------------------------------------------------


def _bars(figure: Figure, language: str) -> Native | None:
    layout, data = figure.dict["layout"], figure.dict["data"]
    bars = [trace for trace in data if trace["type"] == "bar"]
    numbers = {
        str(trace["name"]).rsplit(" ", 1)[0]: trace
        for trace in data
        if trace["type"] != "bar" and str(trace["name"]).endswith((" number", " count"))
    }
    rows = bars[0]["y"]
    if len(bars) + len(numbers) < len(data) or any(bar["y"] != rows for bar in bars):
        return None
    names, ends = _rows(layout, rows)
    series = _stacked(bars, layout.get("barmode") == "stack")
    if series is None or len(names) < len(rows):
        return None
    heads = _heads(figure, bars, language)
    told = []
    for one, bar in zip(series, [None] * (len(series) - len(bars)) + bars, strict=True):
        if bar is None:
            told.append(one)
            continue
        numbered = numbers.get(str(bar["name"]))
        texts = _texts_of(numbered, rows, one.values) if numbered else ()
        told.append(replace(one, name=heads[str(bar["name"])], texts=texts))
    low, high = layout["yaxis"]["range"]
    return Native(
        Kind.BARS if len(told) == 1 else Kind.STACKED,
        tuple(told),
        _axis(layout["xaxis"], _title(layout, 0)),
        categories=tuple(names),
        ends=tuple(ends),
        is_from_below=low < high,
    )


def _rows(layout: Plotly, rows: Sequence[float]) -> tuple[list[str], list[str]]:
    """Return the names of rows, and what stands at their ends."""
    if layout["yaxis"]["ticktext"]:
        return [_words(text) for text in layout["yaxis"]["ticktext"]], [""] * len(rows)
    names, ends = [], []
    for row in rows:
        notes = _notes(layout, yref="y", xref="paper", y=row)
        names += [_words(note["text"]) for note in notes if note["yanchor"] == "bottom"]
        ends += [next((_words(n["text"]) for n in notes if n["yanchor"] == "middle"), "")]
    return names, ends


def _stacked(bars: Sequence[Plotly], is_stack: bool) -> list[Series] | None:
    """Return bars as parts that stand upon each other, None where they do not.

    Where the first begins above zero, another carries it.
    """
    count = len(bars[0]["y"])
    series = []
    reached = {side: [0.0] * count for side in (-1, 1)}
    grounds = [0.0] * count if is_stack else [float(base) for base in bars[0]["base"]]
    if any(grounds):
        if min(grounds) < 0:
            return None
        series.append(Series("", tuple(grounds), (theme.CLEAR,), is_ground=True))
        reached[1] = list(grounds)
    for bar in bars:
        values = [float(value) + 0.0 for value in bar["x"]]  # of -0, 0
        for row, value in enumerate(values):
            side = -1 if value < 0 else 1
            begins = reached[side][row] if is_stack else float(bar["base"][row])
            if value and not math.isclose(begins, reached[side][row], abs_tol=1e-6):
                return None
            reached[side][row] += value
        marker = bar["marker"]
        edges = _many(marker.get("line", {}).get("color", ()))
        told = _told(bar, values)
        series.append(Series("", told, _many(marker["color"]), edges=edges))
    return series


def _told(bar: Plotly, values: Sequence[float]) -> tuple[Value, ...]:
    """Return the values of bars; None where nothing was reported, which a figure draws as no length."""
    behind = bar.get("customdata") or ()
    if not behind or (any(values) and not any(behind)):  # computed, as what is not known
        return tuple(values)
    pairs = zip(values, behind, strict=True)
    return tuple(value if value or observed else None for value, observed in pairs)


def _many(colour: str | Sequence[str]) -> tuple[str, ...]:
    """Return one colour or several; one where all are the same."""
    several = (colour,) if isinstance(colour, str) else tuple(colour)
    return several[:1] if len(set(several)) == 1 else several


def _heads(figure: Figure, bars: Sequence[Plotly], language: str) -> dict[str, str]:
    """Return the name of each trace of bars: as the legend has it, else as the table's column."""
    keys = {key: word for key, word in figure.keys if key != "band"}
    by_colour = {
        theme.light(key.removeprefix("fill-")): word
        for key, word in keys.items()
        if key.startswith("fill-")
    }
    columns = [str(column) for column in figure.table.columns[1:]]
    heads: dict[str, str] = {}
    between = words.text(BETWEEN, language)
    for bar in bars:
        name = str(bar["name"])
        if name == "range" or name.endswith(" range"):
            own = heads.get(name.removesuffix(" range"), "")
            several = words.text("{name}: {value}", language, name=own, value=between)
            heads[name] = several if own else between
            continue
        number = sum(1 for head in heads if not head.endswith("range"))
        colour = bar["marker"]["color"]
        heads[name] = (
            keys.get(f"status-{name}")
            or (by_colour.get(colour) if isinstance(colour, str) else None)
            or columns[number]
        )
    return heads


def _texts_of(numbers: Plotly, rows: Sequence[float], values: Sequence[Value]) -> tuple[str, ...]:
    """Return what stands upon the parts of rows, where it says more than their number."""
    of = dict(zip(numbers["y"], numbers["text"], strict=True))
    texts = [_words(of.get(row, "")) for row in rows]
    return tuple(
        "" if is_plain(text, value) else text for text, value in zip(texts, values, strict=True)
    )


# --- Points ---------------------------------------------------------------------------------------

NAMES = {
    "actual": N_("Actual"),
    "path": N_("Target path"),
    "baseline": N_("Baseline"),
    "target": N_("Target"),
    "ranges": BETWEEN,
}
"The traces of a figure that have a name in a legend."


def _points(figure: Figure, language: str) -> Native | None:
    layout, data = figure.dict["layout"], figure.dict["data"]
    x_axis, y_axis = layout["xaxis"], layout["yaxis"]
    has_axes = all(axis.get("visible", True) and axis["tickvals"] for axis in (x_axis, y_axis))
    if not has_axes or any("fill" in trace for trace in data):
        return None
    has_days = x_axis["type"] == "date"
    up = _axis(y_axis, _title(layout, 1))
    along = _days(x_axis, language) if has_days else _axis(x_axis, _title(layout, 0))
    named = {name: words.text(said, language) for name, said in NAMES.items()}
    named |= layout["meta"].get("names", {})
    series: dict[str, Series] = {}
    for trace in data:
        name = str(trace.get("name", ""))
        # A gap has a place too, or Office would take all places for 1, 2, 3.
        xs = pd.Series(trace["x"]).ffill()
        places = tuple(serial(x) if has_days else float(x) for x in xs)
        if trace["mode"] == "text":
            _say(series, places, trace["text"])
        elif name == "marks":
            series |= _by_symbol(trace, places, figure, layout)
        elif name in named:
            series[name] = _series(trace, places, named[name])
        elif (owner := _owner(series, places, trace["y"])) is not None:
            series[owner] = _merged(series[owner], trace, places)
        else:
            return None
    told = [*_grounds(layout, along, up), *series.values()]
    return Native(Kind.POINTS, tuple(told), along, up)


def _series(trace: Plotly, places: tuple[float, ...], name: str) -> Series:
    line, marker = trace.get("line", {}), trace.get("marker", {})
    has_line, has_marks = "lines" in trace["mode"], "markers" in trace["mode"]
    edge = marker.get("line", {}).get("color", "")
    fills = _many(marker.get("color", ()))
    values = tuple(None if value is None else float(value) for value in trace["y"])
    texts = tuple(map(_words, trace.get("text", ())))
    is_hollow = has_marks and fills == (theme.light("card"),)
    return Series(
        name,
        values,
        (line["color"] if has_line else edge if is_hollow else fills[0],),
        places=places,
        symbol=str(marker.get("symbol", "circle")) if has_marks else "",
        is_hollow=is_hollow,
        dash=line.get("dash", "solid") if has_line else "",
        width=float(line.get("width", 2)),
        texts=_beside(texts, values),
        spread=tuple(float(up) for up in trace.get("error_y", {}).get("array", ())),
    )


def _beside(texts: Sequence[str], values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(texts) if any(texts) and len(texts) == len(values) else ()


def _owner(
    series: Mapping[str, Series], places: Sequence[float], values: Sequence[Value]
) -> str | None:
    """Return whose points some marks only mark again: of a line's end, or of all of its values."""
    wanted = set(zip(places, values, strict=True))
    found = [
        name
        for name, one in series.items()
        if wanted <= set(zip(one.places, one.values, strict=True))
    ]
    return found[-1] if found else None


def _merged(one: Series, trace: Plotly, places: Sequence[float]) -> Series:
    """Return a series with the marks and the words of a trace that only marks its points."""
    is_drawn = trace["marker"].get("opacity", 1) and len(places) > 1
    symbol = one.symbol or (str(trace["marker"]["symbol"]) if is_drawn else "")
    said = dict(zip(places, map(_words, trace.get("text", ())), strict=False))
    texts = one.texts or tuple(said.get(place, "") for place in one.places)
    return replace(one, symbol=symbol, texts=_beside(texts, one.values))


def _say(series: dict[str, Series], places: Sequence[float], texts: Sequence[str]) -> None:
    """Put numbers that stand above points beside the last series that has these points."""
    for place, text in zip(places, texts, strict=True):
        for name in reversed(series):
            one = series[name]
            if place in one.places and name != "path":
                told = tuple(
                    _words(text) if own == place else said
                    for own, said in zip(
                        one.places, one.texts or [""] * len(one.places), strict=True
                    )
                )
                series[name] = replace(one, texts=told)
                break


def _by_symbol(
    trace: Plotly, places: Sequence[float], figure: Figure, layout: Plotly
) -> dict[str, Series]:
    """Return marks that tell a status as a series for each, with the names that stand beside them."""
    keys = {key.removeprefix("status-"): word for key, word in figure.keys}
    looks = {
        (theme.look(status).symbol, theme.light(theme.look(status).colour)): word
        for status, word in keys.items()
    }
    notes = {(note["x"], note["y"]): note for note in _notes(layout, xref="x", yref="y")}
    names = {spot: _words(note["text"]) for spot, note in notes.items()}
    sides = {spot: _side(note) for spot, note in notes.items()}
    groups: dict[tuple[str, str], list[int]] = {}
    marker = trace["marker"]
    for number, look in enumerate(zip(marker["symbol"], marker["color"], strict=True)):
        groups.setdefault(look, []).append(number)
    found = {}
    for (symbol, colour), numbers in groups.items():
        spots = [(places[number], float(trace["y"][number])) for number in numbers]
        found[f"marks {symbol} {colour}"] = Series(
            looks.get((symbol, colour), str(figure.table.columns[2])),
            tuple(y for _, y in spots),
            (colour,),
            places=tuple(x for x, _ in spots),
            symbol=symbol,
            texts=tuple(names.get(spot, "") for spot in spots),
            sides=tuple(sides.get(spot, "r") for spot in spots),
        )
    return found


def _side(note: Plotly) -> str:
    """Return at which side of its mark a name stands, as Office says it."""
    across = {"left": "r", "right": "l"}.get(note["xanchor"])
    return across or {"bottom": "t", "top": "b"}.get(note["yanchor"], "r")


def _grounds(layout: Plotly, along: Axis, up: Axis) -> list[Series]:
    """Return the lines that all is measured against."""
    return [
        Series(
            up.title,
            (float(shape["y0"]), float(shape["y1"])),
            (shape["line"]["color"],),
            places=(along.low, along.high),
            dash=shape["line"].get("dash", "solid"),
            width=float(shape["line"]["width"]),
        )
        for shape in layout.get("shapes", ())
        if shape["xref"] == "paper"
    ]
