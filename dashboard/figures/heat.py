"""Every indicator in every territory: one cell each, its status a colour and a shape."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    figure,
    hover,
    ids,
    is_rtl,
    lines_of,
    value_of,
    width_of,
)
from dashboard.figures.rows import Row, status_of
from dashboard.figures.titles import DONE, ON_THE_WAY, has_value
from schemas import words
from schemas.words import N_

HEIGHT = 38
"Pixels of one indicator: two lines of its name, on a phone three."

PHONE_HEIGHT = 46
SIDE, PHONE_SIDE = 260, 124
"Pixels of the indicators' names."

EMPTY = {
    "not_reported": N_("Not reported"),
    "not_planned": N_("Not planned"),
    "withheld": N_("Withheld"),
}
"Why a cell has no value."

LEVEL = 8
"Up to so many columns have their names written level."


def heat(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Mapping[str, str],
    indicators: Mapping[str, str],
    language: str,
) -> Figure:
    """Return a table of statuses: a row for each indicator, a column for each name.

    `frame` is `impact.results` by `by`. A row of it without a value is a cell that was to be
    reported, no row one that was never planned; both are empty, each in its own way. Where
    `is_withheld` is true, the value is kept from the public.
    """
    told = {(row["indicator_code"], row[by]): row for row in frame.to_dict("records")}
    cells = {(code, place): told.get((code, place), {}) for code in indicators for place in names}
    kinds = {key: _kind(row) for key, row in cells.items()}
    table = _table(cells, kinds, names, indicators, language)
    if all(kind == "not_planned" for kind in kinds.values()):
        return empty(words.text("No status can be told yet.", language), language, table)
    spots = {
        (code, place): (column, row)
        for row, code in enumerate(indicators)
        for column, place in enumerate(names)
    }
    hovers = {
        (code, place): hover(
            language,
            f"{indicators[code]} · {names[place]}",
            *_said(cells[code, place], kinds[code, place], language),
        )
        for code, place in cells
    }
    filled = [key for key, kind in kinds.items() if kind not in EMPTY]
    blank = [key for key, kind in kinds.items() if kind == "not_reported"]
    hidden = [key for key, kind in kinds.items() if kind == "withheld"]
    data: list[Plotly] = []
    for keys, name in ((filled, "status"), (blank, N_("not reported")), (hidden, "withheld")):
        if keys:
            rows = [cells[key] for key in keys]
            data.append(
                _boxes(name, [spots[key] for key in keys], [kinds[key] for key in keys])
                | {
                    "hovertext": [hovers[key] for key in keys],
                    "customdata": [ids(row.get("observation_ids")) for row in rows],
                }
            )
    if filled:
        data.append(_symbols([spots[key] for key in filled], [kinds[key] for key in filled]))
    unplanned = [key for key, kind in kinds.items() if kind == "not_planned"]
    for keys, letter in ((blank, "–"), (hidden, "···"), (unplanned, "·")):
        if keys:
            data.append(_letters([spots[key] for key in keys], letter))
    title = _title(Counter(kinds.values()), language)
    notes, phone_notes, top = _heads(list(names.values()), language)
    layout = _layout(indicators, names, notes, top, language)
    narrow = {
        "height": PHONE_HEIGHT * len(indicators) + phone_notes[1] + 4,
        "margin": {"t": phone_notes[1], _near(language)[0]: PHONE_SIDE},
        "annotations": [*phone_notes[0]],
        "yaxis": {
            "ticktext": _names(indicators, language, PHONE_SIDE - 12, 11, 3),
            "tickfont": {"size": 11},
        },
    }
    order = [*theme.STATUS, "", *EMPTY]
    keys_of = {**{s: f"status-{s or 'none'}" for s in [*theme.STATUS, ""]}, **{e: e for e in EMPTY}}
    present = set(kinds.values())
    legend = [(keys_of[kind], _word(kind, language)) for kind in order if kind in present]
    alt = f"{title} {_worst(kinds, names, language)}".strip()
    return figure(data, layout, title=title, table=table, keys=legend, alt=alt, narrow=narrow)


def _kind(row: Row) -> str:
    """Return what a cell shows: a status, empty for a value without one, or why there is none."""
    if not row:
        return "not_planned"
    if row.get("is_withheld") is True:
        return "withheld"
    return status_of(row) if has_value(row) else "not_reported"


def _word(kind: str, language: str) -> str:
    return words.text(EMPTY[kind] if kind in EMPTY else theme.look(kind).word, language)


def _said(row: Row, kind: str, language: str) -> list[str]:
    """Return value and status of a cell, or why it has none: what is withheld is not told."""
    word = _word(kind, language)
    return [word] if kind in EMPTY else [value_of(row, language), word]


def _near(language: str) -> str:
    return "right" if is_rtl(language) else "left"


# --- The cells ------------------------------------------------------------------------------------


def _boxes(name: str, spots: Sequence[tuple[int, int]], kinds: Sequence[str]) -> Plotly:
    """Return cells as bars: filled with the colour of their status, or outlined."""

    def fill(kind: str) -> str:
        if kind in EMPTY:
            return theme.light("raised" if kind == "withheld" else "card")
        return theme.light(theme.look(kind).colour if kind else "line")

    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [row for _, row in spots],
        "x": [0.94] * len(spots),
        "base": [column - 0.47 for column, _ in spots],
        "width": 0.88,
        "marker": {
            "color": [fill(kind) for kind in kinds],
            "line": {"color": theme.light("line"), "width": 1 if kinds[0] in EMPTY else 0},
        },
        "hoverinfo": "text",
    }


def _symbols(spots: Sequence[tuple[int, int]], kinds: Sequence[str]) -> Plotly:
    looks = [theme.look(kind) for kind in kinds]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "shapes",
        "x": [column for column, _ in spots],
        "y": [row for _, row in spots],
        "marker": {
            "opacity": 1,
            "size": [look.size(11) for look in looks],
            "symbol": [look.symbol for look in looks],
            "color": [
                theme.light(look.on if kind else "muted")
                for look, kind in zip(looks, kinds, strict=True)
            ],
            "line": {"width": 0},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _letters(spots: Sequence[tuple[int, int]], letter: str) -> Plotly:
    return {
        "type": "scatter",
        "mode": "text",
        "name": f"cells {letter}",
        "x": [column for column, _ in spots],
        "y": [row for _, row in spots],
        "text": [letter] * len(spots),
        "textposition": "middle center",
        "textfont": {"size": 13, "color": theme.light("muted"), "family": theme.FONT},
        "hoverinfo": "skip",
    }


# --- The names ------------------------------------------------------------------------------------


def _heads(
    names: Sequence[str], language: str
) -> tuple[list[Plotly], tuple[list[Plotly], int], int]:
    """Return the names above the columns, those of a phone with their room, and the room for both.

    Level where columns are wide enough, else from the bottom up.
    """
    wide = 700 / len(names)
    level = len(names) <= LEVEL
    top = 40 if level else _tall(names)
    notes = [
        _head(column, lines_of(name, language, wide - 8, 12, most=2), is_level=True)
        if level
        else _head(column, lines_of(name, language, 150, 12, most=2 if wide > 36 else 1))
        for column, name in enumerate(names)
    ]
    upright = [
        _head(column, lines_of(name, language, 150, 12, most=1))
        for column, name in enumerate(names)
    ]
    return notes, (upright, _tall(names)), top


def _tall(names: Sequence[str]) -> int:
    return round(max(min(width_of(name, 12), 150.0) for name in names)) + 14


def _head(column: int, text: str, *, is_level: bool = False) -> Plotly:
    note = {
        "text": text,
        "x": column,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "yshift": 4,
        "align": "center",
        **PLAIN,
        "font": {"size": 12, "color": theme.light("ink")},
    }
    return note if is_level else note | {"textangle": -90, "align": "left"}


def _names(
    indicators: Mapping[str, str], language: str, width: float, size: float, most: int
) -> list[str]:
    return [lines_of(name, language, width, size, most=most) for name in indicators.values()]


def _layout(
    indicators: Mapping[str, str],
    names: Mapping[str, str],
    notes: Sequence[Plotly],
    top: int,
    language: str,
) -> Plotly:
    near = _near(language)
    sides = [len(names) - 0.5, -0.5] if is_rtl(language) else [-0.5, len(names) - 0.5]
    plain = {"type": "linear", "tickmode": "array", "showgrid": False, "zeroline": False}
    plain |= {"fixedrange": True, "automargin": False}
    return theme.layout(
        height=HEIGHT * len(indicators) + top + 4,
        margin={"l": 2, "r": 2, "t": top, "b": 4, "pad": 0} | {near[0]: SIDE},
        xaxis={**plain, "range": sides, "tickvals": [], "ticktext": [], "showticklabels": False},
        yaxis={
            **plain,
            "range": [len(indicators) - 0.5, -0.5],
            "side": near,
            "ticklabelstandoff": 5,
            "tickvals": list(range(len(indicators))),
            "ticktext": _names(indicators, language, SIDE - 14, 12, 2),
            "tickfont": {"size": 12, "color": theme.light("ink")},
        },
        annotations=list(notes),
        bargap=0,
        barmode="overlay",
    )


# --- The words ------------------------------------------------------------------------------------


def _title(counts: Mapping[str, int], language: str) -> str:
    """Return how many results are on the way, of how many, and how many are missing."""
    good = sum(counts.get(kind, 0) for kind in DONE | ON_THE_WAY)
    told = sum(count for kind, count in counts.items() if kind in theme.STATUS)
    missing = counts.get("not_reported", 0)
    sentences = []
    if told:
        sentences.append(
            words.text(
                "Achieved, maintained or on track: {good} of the {all} results that have a status.",
                language,
                good=words.number(good, language),
                all=words.number(told, language),
            )
        )
    else:
        sentences.append(words.text("No status can be told yet.", language))
    if missing:
        sentences.append(
            words.plural(
                "{count} planned result has not been reported.",
                "{count} planned results have not been reported.",
                missing,
                language,
            )
        )
    return " ".join(sentences)


def _worst(kinds: Mapping[tuple[str, str], str], names: Mapping[str, str], language: str) -> str:
    """Return where most results are behind; empty where none is."""
    behind = Counter(
        place
        for (_, place), kind in kinds.items()
        if kind in theme.STATUS and kind not in DONE | ON_THE_WAY
    )
    if not behind:
        return ""
    place = max(names, key=lambda code: behind[code])
    return words.plural(
        "Most are behind in {name}: {count} result.",
        "Most are behind in {name}: {count} results.",
        behind[place],
        language,
        name=names[place],
    )


def _table(
    cells: Mapping[tuple[str, str], Row],
    kinds: Mapping[tuple[str, str], str],
    names: Mapping[str, str],
    indicators: Mapping[str, str],
    language: str,
) -> pd.DataFrame:
    def cell(key: tuple[str, str]) -> str:
        return " · ".join(_said(cells[key], kinds[key], language))

    lines = [(name, *(cell((code, place)) for place in names)) for code, name in indicators.items()]
    return pd.DataFrame(lines, columns=[words.text("Indicator", language), *names.values()])
