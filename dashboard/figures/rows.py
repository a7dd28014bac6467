"""Figures of one row a thing: what they have in common.

The name stands above its bar and not beside it, so that the same figure fits a phone.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.figure import (
    PHONE,
    PLAIN,
    Plotly,
    is_rtl,
    label,
    lines_of,
    number_axis,
    width_of,
    wrapped,
)
from schemas import words

Row = Mapping[Any, Any]

ROW = 46
"Pixels from one row to the next."

BAR = 12 / ROW
"How thick a bar is, in rows."

WIDE = 460
"Pixels of the longest name on a page."

LOWER = 0.16
"How far below the middle of its row a bar lies, in rows: the name stands above it."


def status_of(row: Row) -> str:
    """Return the status of a row, empty where it has none."""
    status = row.get("status")
    return status if isinstance(status, str) else ""


def axis_along(low: float, high: float, language: str) -> Plotly:
    """Return the axis along the rows; in Arabic it begins at the right."""
    axis = number_axis(low, high, language, most=5) | {
        "showgrid": True,
        "gridcolor": theme.light("grid"),
        "showline": False,
    }
    # A word for zero, where the bars begin, would be cut off at the edge and says nothing.
    texts = zip(axis["tickvals"], axis["ticktext"], strict=True)
    axis["ticktext"] = [label(text, language) if value else "" for value, text in texts]
    if is_rtl(language):
        axis["range"] = axis["range"][::-1]
    return axis


def layout_of(
    names: Sequence[str],
    texts: Sequence[str],
    axis: Plotly,
    language: str,
    *,
    unit: str = "",
    thick: float = BAR,
    row: int = ROW,
    edge: int = 2,
    **more: Any,
) -> Plotly:
    """Return the layout of rows: names above their bars, numbers at the far end of them.

    `thick` is how much of its row a bar takes, `row` how many pixels a row is high, `edge`
    how many the marks at zero need.
    """
    is_right = is_rtl(language)
    near, far = ("right", "left") if is_right else ("left", "right")
    room = round(max(width_of(text, 13) for text in texts)) + 14
    has_axis = axis.get("showticklabels", True)
    bottom = 6 + (20 if has_axis else 0) + (20 if unit else 0)
    notes: list[Plotly] = []
    shorter: dict[int, str] = {}
    for number, (name, text) in enumerate(zip(names, texts, strict=True)):
        (short,) = wrapped(name, PHONE, 13, most=1)
        if short != name:
            shorter[len(notes)] = label(short, language)
        at = {"y": number + LOWER, "yref": "y", "xref": "paper", **PLAIN}
        start, end = (1, 0) if is_right else (0, 1)
        ink = {"size": 13, "color": theme.light("ink")}
        notes.append(
            at
            | {
                "text": lines_of(name, language, WIDE, 13, most=1),
                "x": start,
                "xanchor": near,
                "yanchor": "bottom",
                "yshift": round(thick * row / 2) + 4,
                "font": ink,
            }
        )
        notes.append(
            at
            | {
                "text": label(text, language),
                "x": end,
                "xanchor": far,
                "xshift": -room if is_right else room,
                "yanchor": "middle",
                "font": ink | {"weight": 600},
            }
        )
    notes = [note for note in notes if note["text"]]
    if unit:
        notes.append(
            {
                "text": label(unit, language, longest=60),
                "x": 1 if is_right else 0,
                "y": 0,
                "xref": "paper",
                "yref": "paper",
                "xanchor": near,
                "yanchor": "top",
                "yshift": -22,
                **PLAIN,
                "font": {"size": 12, "color": theme.light("muted")},
            }
        )
    edge = max(edge, round(width_of(axis["ticktext"][0]) / 2))
    margin = {"l": edge, "r": edge, "t": 2, "b": bottom, "pad": 0}
    margin["l" if is_right else "r"] = room
    return theme.layout(
        height=row * len(names) + 2 + bottom,
        margin=margin,
        xaxis=axis,
        yaxis={
            "type": "linear",
            "range": [len(names) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": [],
            "ticktext": [],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        annotations=notes,
        bargap=0,
        # On a phone long names are cut shorter.
        **({"meta": {"narrow": {"annotations": _with_texts(notes, shorter)}}} if shorter else {}),
        **({"barmode": "overlay"} | more),
    )


def _with_texts(notes: Sequence[Plotly], texts: Mapping[int, str]) -> list[Plotly]:
    return [
        note | {"text": texts[number]} if number in texts else note
        for number, note in enumerate(notes)
    ]


def line(x0: float, x1: float, y0: float, y1: float, style: Plotly) -> Plotly:
    """Return a line under the marks."""
    ends = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "xref": "x", "yref": "y"}
    return {"type": "line", **ends, "line": style, "layer": "below"}


def status_keys(rows: Iterable[Row], language: str) -> list[tuple[str, str]]:
    """Return the legend of the statuses that some rows have, from best to worst."""
    present = {status_of(row) for row in rows}
    return [
        (f"status-{status or 'none'}", words.text(theme.look(status).word, language))
        for status in [*theme.STATUS, ""]
        if status in present
    ]


MOST_SAID = 12
"So many rows are told in a text alternative."


def in_order(
    title: str,
    names: Iterable[str],
    texts: Iterable[str],
    numbers: Iterable[float],
    language: str,
) -> str:
    """Return a title with what each row shows, the largest first: what the bars say to the eye."""
    told = [row for row in zip(numbers, names, texts, strict=True) if not math.isnan(row[0])]
    if not told:
        return title
    told.sort(key=lambda row: -row[0])
    said = [
        words.text("{name}: {value}", language, name=name, value=text) for _, name, text in told
    ]
    listed = words.listed(said, language, most=MOST_SAID)
    return f"{title} {words.text('In order: {list}.', language, list=listed)}"
