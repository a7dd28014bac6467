"""Parts of a whole by territory or period: stacked bars, in numbers and in per cent."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PHONE,
    Figure,
    Plotly,
    empty,
    ends,
    figure,
    hover,
    ids,
    label,
    measured,
    of_row,
    shown,
    value_of,
    width_of,
)
from dashboard.figures.rows import BAR, LOWER, Row, axis_along, layout_of
from schemas import units, words
from schemas.codes import Qualifier

THICK = BAR * 1.5

PAINTS = (
    ("teal", "card"),
    ("ochre", "on-light"),
    ("teal-deep", "card"),
    ("rust", "card"),
    ("grey", "on-light"),
    ("rust-deep", "card"),
)
"Colours of categories, neighbours told apart in light and dark, and that of numbers upon them."

UNKNOWN = ("line", "ink")


@dataclass(frozen=True)
class Part:
    """One category of one row: its value, where the sum of all before it ends."""

    row: Row
    low: float
    high: float
    start: float
    whole: float

    @property
    def share(self) -> float:
        """How much of the whole, what is not known included, this part is at most."""
        return self.high / self.whole if self.whole else math.nan


def stacked_bars(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    categories: Mapping[str, str],
    unit: str,
    language: str,
    as_shares: bool = False,
    unknown: Sequence[str] = (),
) -> Figure:
    """Return a row for each name, parted by the categories of one exclusive dimension.

    `frame` has the columns `by`, category_code, low, high, qualifier, observation_ids and coverage
    (`impact.by_category` of each). What is not known is a part of its own: the codes `unknown`, and
    what the coverage leaves over; so shares are of the whole and nothing is stretched to 100 %.
    """
    told = {(row[by], row["category_code"]): row for row in frame.to_dict("records")}
    table = _table(told, names, categories, unit, language)
    bars = {code: _parts(told, code, categories, unknown) for code in names}
    wholes = {code: _whole(parts) for code, parts in bars.items()}
    if not any(wholes.values()):
        said = words.text("Nothing has been reported by category.", language)
        return empty(said, language, table)
    heads = [*categories.values(), words.text("Not known", language)]
    texts = [_end(bars[code], as_shares, language) for code in names]
    phone = PHONE - max(width_of(text, 13) for text in texts)
    most = 1.0 if as_shares else max(wholes.values())
    data: list[Plotly] = []
    for number, head in enumerate(heads):
        paint = UNKNOWN if number == len(categories) else PAINTS[number % len(PAINTS)]
        parts = [bars[code][number] for code in names]
        if any(part.high for part in parts):
            data += _segments(
                parts, head, list(names.values()), paint, unit, language, as_shares, phone / most
            )
    # plotly.js draws all bars before all texts.
    data.sort(key=lambda trace: trace["type"] != "bar")
    axis = axis_along(0.0, most, language)
    if as_shares:
        marks = [0.0, 0.5, 1.0]
        shares = [label(words.percent(mark, language), language) if mark else "" for mark in marks]
        axis |= {"tickvals": marks, "ticktext": shares}
    layout = layout_of(
        list(names.values()),
        texts,
        axis,
        language,
        unit=words.text("Share of the total", language) if as_shares else unit,
        thick=THICK,
    )
    present = {part.row["category_code"] for parts in bars.values() for part in parts if part.high}
    keys = [
        (f"fill-{PAINTS[number % len(PAINTS)][0]}", name)
        for number, (code, name) in enumerate(categories.items())
        if code in present
    ]
    if "" in present:
        keys.append((f"fill-{UNKNOWN[0]}", heads[-1]))
    title = _title(bars, names, categories, language)
    return figure(
        data, layout, title=title, table=table, keys=keys, alt=_alt(title, wholes, bars, language)
    )


def _parts(
    told: Mapping[tuple[str, str], Row],
    code: str,
    categories: Mapping[str, str],
    unknown: Sequence[str],
) -> list[Part]:
    """Return the parts of one row in the order of the categories, what is not known at the end."""
    rows = [told.get((code, category), {}) for category in categories]
    known = [_or_nothing(row) for row in rows]
    explicit = math.fsum(_or_nothing(told.get((code, other), {}))[1] for other in unknown)
    highs = math.fsum(high for _, high in known)
    coverages = [c for row in rows if not math.isnan(c := of_row(row, "coverage")[0]) and c > 0]
    left = highs / coverages[0] - highs if coverages and coverages[0] < 1 else 0.0
    rest = max(explicit, left)
    if all(number.is_integer() for pair in known for number in pair):
        rest = float(round(rest))  # the coverage of whole numbers is of a whole number
    whole = highs + rest
    parts, start = [], 0.0
    for category, row, (low, high) in zip(categories, rows, known, strict=True):
        parts.append(Part({**row, "category_code": category}, low, high, start, whole))
        start += high
    return [
        *parts,
        Part({"category_code": "", "low": rest, "high": rest}, rest, rest, start, whole),
    ]


def _or_nothing(row: Row) -> tuple[float, float]:
    low, high = ends(row)
    return (0.0, 0.0) if math.isnan(low) else (max(low, 0.0), max(high, 0.0))


def _whole(parts: Sequence[Part]) -> float:
    return parts[0].whole if parts else 0.0


def _segments(
    parts: Sequence[Part],
    head: str,
    names: Sequence[str],
    paint: tuple[str, str],
    unit: str,
    language: str,
    as_shares: bool,
    pixels: float,
) -> list[Plotly]:
    """Return the bars of one category, their uncertain ends, and numbers where they have room."""
    scale = [1 / part.whole if as_shares and part.whole else 1.0 for part in parts]
    values = [_said(part, language) for part in parts]
    shares = [words.percent(p.share, language) if p.whole else "" for p in parts]
    code = parts[0].row["category_code"] or "unknown"
    bars: Plotly = {
        "type": "bar",
        "orientation": "h",
        "name": code,
        "y": [number + LOWER for number in range(len(parts))],
        "x": [part.low * s for part, s in zip(parts, scale, strict=True)],
        "base": [part.start * s for part, s in zip(parts, scale, strict=True)],
        "width": THICK,
        "marker": {
            "color": theme.light(paint[0]),
            "line": {"color": theme.light("card"), "width": 1},
        },
        "hoverinfo": "text",
        "hovertext": [
            hover(language, f"{name} · {head}", measured(part.row, unit, language), share)
            for name, part, share in zip(names, parts, shares, strict=True)
        ],
        "customdata": [ids(part.row.get("observation_ids")) for part in parts],
    }
    data = [bars]
    if any(part.high > part.low for part in parts):
        pale = {
            "name": f"{code} range",
            "x": [(part.high - part.low) * s for part, s in zip(parts, scale, strict=True)],
            "base": [(part.start + part.low) * s for part, s in zip(parts, scale, strict=True)],
            "marker": {
                "color": theme.light("band"),
                "line": {"color": theme.light(paint[0]), "width": 1},
            },
        }
        data.append(bars | pale)
    texts = shares if as_shares else values
    fitting = [
        (number, (part.start + part.low / 2) * s, text)
        for number, (part, s, text) in enumerate(zip(parts, scale, texts, strict=True))
        if part.low and width_of(text, 12) + 6 <= part.low * s * pixels
    ]
    if fitting:
        data.append(_numbers(code, fitting, paint[1], language))
    return data


def _numbers(
    code: str, fitting: Sequence[tuple[int, float, str]], colour: str, language: str
) -> Plotly:
    font = {"size": 12, "color": theme.light(colour), "family": theme.FONT, "weight": 600}
    return {
        "type": "scatter",
        "mode": "text",
        "name": f"{code} number",
        "x": [middle for _, middle, _ in fitting],
        "y": [number + LOWER for number, _, _ in fitting],
        "text": [label(text, language) for _, _, text in fitting],
        "textposition": "middle center",
        "textfont": font,
        "hoverinfo": "skip",
    }


def _said(part: Part, language: str) -> str:
    return value_of(part.row, language)


def _end(parts: Sequence[Part], as_shares: bool, language: str) -> str:
    """Return what stands at the end of a row: its whole, and how much of it is known."""
    whole = _whole(parts)
    if not whole:
        return "–"
    if as_shares:
        known = words.percent(1 - parts[-1].share, language)
        return words.text("{share} known", language, share=known) if parts[-1].high else ""
    low = math.fsum(part.low for part in parts)
    return shown(low, whole, Qualifier.EXACT, language)


def _title(
    bars: Mapping[str, Sequence[Part]],
    names: Mapping[str, str],
    categories: Mapping[str, str],
    language: str,
) -> str:
    """Return between which shares the largest category lies."""
    sums = [
        math.fsum(parts[number].high for parts in bars.values())
        for number in range(len(categories))
    ]
    if not any(sums):
        return words.text("No category is known.", language)
    number = max(range(len(sums)), key=sums.__getitem__)
    head = list(categories.values())[number]
    told = [(bars[code][number].share, name) for code, name in names.items() if _whole(bars[code])]
    (least, last), (most, first) = min(told), max(told)
    said = {"category": head, "most": words.percent(most, language), "first": first}
    if len(told) == 1:
        return words.text("{category}: {most} in {first}.", language, **said)
    if words.percent(least, language) == said["most"]:
        return words.text("{category}: {most} everywhere.", language, **said)
    return words.text(
        "{category}: from {least} ({last}) to {most} ({first}).",
        language,
        **said,
        least=words.percent(least, language),
        last=last,
    )


def _alt(
    title: str,
    wholes: Mapping[str, float],
    bars: Mapping[str, Sequence[Part]],
    language: str,
) -> str:
    count = sum(1 for whole in wholes.values() if whole)
    said = [
        title,
        words.plural("{count} bar with parts.", "{count} bars with parts.", count, language),
    ]
    gaps = [parts[-1].share for parts in bars.values() if _whole(parts)]
    if any(gaps):
        most = words.percent(max(gaps), language)
        said.append(words.text("Up to {share} of a total is not known.", language, share=most))
    return " ".join(said)


def _table(
    told: Mapping[tuple[str, str], Row],
    names: Mapping[str, str],
    categories: Mapping[str, str],
    unit: str,
    language: str,
) -> pd.DataFrame:
    lines = []
    for code, name in names.items():
        rows = [told.get((code, category), {}) for category in categories]
        coverage = next(
            (c for row in rows if not math.isnan(c := of_row(row, "coverage")[0])), None
        )
        known = "–" if coverage is None else words.percent(coverage, language)
        lines.append((name, *(value_of(row, language) for row in rows), known))
    heads = [units.named(name, unit, language) for name in categories.values()]
    return pd.DataFrame(
        lines, columns=["", *heads, words.text("Known part of the total", language)]
    )
