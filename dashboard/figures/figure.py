"""What every figure is, and what all of them are made with: words, ticks, an empty state."""

import html
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard import theme
from schemas import units, words
from schemas.codes import Qualifier

Plotly = dict[str, Any]
Style = dict[str, str]


NARROW = 480
"Below so many pixels a figure is drawn with the overrides of its `meta.narrow`."

PHONE = 300
"Pixels of a plot on a phone: what has room there has room everywhere."

PLAIN: Plotly = {"showarrow": False, "borderpad": 0, "borderwidth": 0}
"An annotation that is a text and nothing else, so that it stands exactly where it is put."


@dataclass(frozen=True)
class Figure:
    """One chart as a plain Plotly dict, with all that the page says about it.

    `title` is the sentence that says what is shown, `alt` what a reader hears instead of the
    picture, `table` its twin in words, `keys` the legend: pairs of a class of the style sheet
    (`line`, `dash`, `status-on_track`) and a word.
    """

    dict: Plotly
    title: str
    alt: str
    table: pd.DataFrame
    keys: tuple[tuple[str, str], ...] = field(default=())

    @property
    def style(self) -> Style:
        """The CSS that gives a graph the figure's height, or the shape of its map."""
        layout = self.dict["layout"]
        if "height" in layout:
            return {"height": f"{layout['height']}px"}
        return {"aspectRatio": str(layout["meta"]["ratio"])}

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to draw."""
        return not self.dict["data"]


def figure(
    data: list[Plotly],
    layout: Plotly,
    *,
    title: str,
    table: pd.DataFrame,
    alt: str = "",
    keys: Iterable[tuple[str, str]] = (),
    narrow: Plotly | None = None,
    **meta: Any,
) -> Figure:
    """Return a figure whose dict knows its own words, for whoever draws it elsewhere.

    `narrow` is what its layout changes on a phone (`narrowed`).
    """
    alt = alt or title
    layout["meta"] = {"title": title, "alt": alt, **layout.get("meta", {}), **meta}
    if narrow:
        layout["meta"]["narrow"] = narrow
    return Figure({"data": data, "layout": layout}, title, alt, table, tuple(keys))


def narrowed(layout: Plotly, width: float) -> Plotly:
    """Return a layout as it is for a width: below `NARROW` with the overrides of its `meta.narrow`."""
    changes = layout["meta"].get("narrow") if width < NARROW else None
    return _merged(layout, changes) if changes else layout


def _merged(known: Plotly, changes: Plotly) -> Plotly:
    """Return a dict with the changes of another, dicts within it merged, lists replaced."""
    merged = dict(known)
    for key, value in changes.items():
        is_inner = isinstance(value, dict) and isinstance(known.get(key), dict)
        merged[key] = _merged(known[key], value) if is_inner else value
    return merged


def empty(title: str, language: str, table: pd.DataFrame, *, height: int = 160) -> Figure:
    """Return what stands where nothing has been reported: a sentence, no axes."""
    note = {
        "text": label(words.text("Nothing has been reported yet.", language), language),
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "middle",
        **PLAIN,
        "font": {"size": 14, "color": theme.light("muted")},
    }
    axis = {"visible": False, "type": "linear", "range": [0, 1], "tickvals": [], "ticktext": []}
    layout = theme.layout(height=height, annotations=[note], xaxis=axis, yaxis=dict(axis))
    return figure([], layout, title=title, table=table)


def label(text: str, language: str, *, longest: int = 200) -> str:
    """Return a text as a label of a figure: escaped, cut, and in its own direction.

    A figure is laid out left to right in every language, so that anchors stay where they are;
    a text within an Arabic figure runs as its own first letter does.
    """
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return words.isolated(html.escape(text), language)


def hover(language: str, name: str, value: str, *more: str) -> str:
    """Return what a pointer shows at a mark: a name, its value in bold, and more lines."""
    lines = [label(name, language), f"<b>{label(value, language)}</b>"]
    return "<br>".join([*lines, *(label(line, language) for line in more if line)])


@lru_cache(maxsize=4096)
def shown(low: float, high: float, qualifier: str, language: str) -> str:
    """Return a value as a reader sees it: `412`, `≥ 300`, `431–612`, "–" where there is none."""
    return "–" if math.isnan(low) else words.range_(low, high, language, qualifier=qualifier)


def value_of(row: Mapping[Any, Any], language: str) -> str:
    """Return the value of a row (low, high, qualifier) as a reader sees it."""
    low, high = ends(row)
    return shown(low, high, how(row.get("qualifier")), language)


def measured(row: Mapping[Any, Any], unit: str, language: str) -> str:
    """Return the value of a row with its unit: `412 persons`, `65%`, "–" where there is none."""
    low, high = ends(row)
    if math.isnan(low):
        return "–"
    return units.shown(low, high, unit, language, qualifier=how(row.get("qualifier")))


def exactly(value: float, language: str) -> str:
    """Return a number as a reader sees it, "–" for none: a target, a baseline, what is expected."""
    return shown(value, value, Qualifier.EXACT, language)


def is_missing(value: Any) -> bool:
    """Return whether a cell of a frame holds nothing: None, NaN or NaT."""
    return value is None or value != value


def ticks(low: float, high: float, *, most: int = 4) -> list[float]:
    """Return round numbers between low and high, 0 among them.

    >>> ticks(0, 640)
    [0.0, 200.0, 400.0, 600.0]
    >>> ticks(-3, 5, most=3)
    [-3.0, 0.0, 3.0]
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-6:
        return [0.0, 1.0]
    size = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    steps = (size * factor for factor in (1, 2, 2.5, 5, 10, 20, 25, 30, 40, 50, 100))
    # Half a step less than nothing is nothing: 0.1 + 0.2 must not lose its last tick.
    spans = ((step, math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)) for step in steps)
    step, first, last = next(span for span in spans if span[2] - span[1] < most)
    return [round(number * step, 10) for number in range(first, last + 1)]


def number_axis(low: float, high: float, language: str, *, most: int = 4) -> Plotly:
    """Return an axis from low to high, 0 on it, with few round ticks and their words."""
    values = ticks(low, high, most=most)
    decimals = max((_decimals(value) for value in values), default=0)
    texts = [words.number(value, language, decimals=decimals) for value in values]
    return {
        "type": "linear",
        "tickmode": "array",
        "tickvals": values,
        "ticktext": texts,
        "range": [min(low, 0.0), max(high, values[-1])],
        "fixedrange": True,
        "zeroline": False,
        "automargin": False,
    }


def span_axis(low: float, high: float, language: str, *, most: int = 5) -> Plotly:
    """Return an axis that shows what lies between low and high; 0 only where it is near."""
    room = 0.08 * (high - low) or abs(high) * 0.1 or 1.0
    bottom, top = low - room, high + room
    if 0 <= low <= 0.4 * high or low == high > 0:
        bottom = 0.0
    middle = 0.0 if bottom <= 0 <= top else ticks(bottom, top, most=3)[-1]
    values = [middle + tick for tick in ticks(bottom - middle, top - middle, most=most)]
    decimals = max(_decimals(value) for value in values)
    return {
        "type": "linear",
        "tickmode": "array",
        "tickvals": [round(value, 10) for value in values],
        "ticktext": [label(words.number(v, language, decimals=decimals), language) for v in values],
        "range": [bottom, top],
        "showgrid": True,
        "gridcolor": theme.light("grid"),
        "fixedrange": True,
        "zeroline": False,
        "automargin": False,
    }


def _decimals(value: float) -> int:
    return next((n for n in range(6) if round(value, n) == value), 6)


def width_of(text: str, size: float = 12) -> float:
    """Return about how many pixels a text takes in Inter: no browser is asked."""
    return size * sum(map(_advance, text))


THIN, SLIM, WIDE = (
    frozenset(" .,:;'|!ijlI·\u00a0\u202f"),
    frozenset("()[]/-1frt"),
    frozenset("mwMW%—"),
)


def _advance(letter: str) -> float:
    """Return how wide a letter is, as a share of the size of the text."""
    if letter in THIN:
        return 0.3
    if letter in SLIM:
        return 0.4
    if letter in WIDE:
        return 0.95
    if letter < "\u0370":
        return 0.71 if letter.isupper() else 0.61
    if unicodedata.category(letter) in ("Mn", "Cf"):  # vowel signs, isolates
        return 0.0
    return 0.48 if unicodedata.bidirectional(letter) in ("AL", "AN", "R") else 0.63


def wrapped(text: str, width: float, size: float = 12, *, most: int = 2) -> list[str]:
    """Return a text in lines of a width, cut with “…” where there are more than `most`.

    >>> wrapped("People who found work", 90)
    ['People who', 'found work']
    >>> wrapped("People who found work", 90, most=1)
    ['People who…']
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return [_cut(line, width, size) for line in lines]


def _cut(line: str, width: float, size: float) -> str:
    """Return a line that fits, its end given up where a single word is too long."""
    while width_of(line, size) > width and len(line.rstrip("…")) > 1:
        line = line.rstrip("…")[:-1].rstrip() + "…"
    return line


def lines_of(text: str, language: str, width: float, size: float = 12, *, most: int = 2) -> str:
    """Return a text as a label in lines of a width."""
    return "<br>".join(label(line, language) for line in wrapped(text, width, size, most=most))


def is_rtl(language: str) -> bool:
    """Return whether figures run from right to left: axes, rows and legends begin at the right."""
    return theme.direction(language) == "rtl"


def of_row(row: Mapping[Any, Any], *names: str) -> list[float]:
    """Return cells of a row as numbers, NaN where there is none."""
    cells = (row.get(name, math.nan) for name in names)
    return [math.nan if is_missing(cell) else float(cell) for cell in cells]


def ids(value: Any) -> list[int]:
    """Return the observations behind a mark, for the click that leads to their cells."""
    return [] if value is None or isinstance(value, float) else [int(number) for number in value]


def ends(row: Mapping[Any, Any]) -> tuple[float, float]:
    """Return the lower and the upper end of a row's value; an absent upper end is the lower one."""
    low, high = of_row(row, "low", "high")
    return low, low if math.isnan(high) else high


def how(qualifier: Any) -> str:
    """Return a qualifier of a row; an absent one is exact."""
    return Qualifier.EXACT if is_missing(qualifier) or not qualifier else str(qualifier)
