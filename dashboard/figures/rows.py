"""Figures of one row a thing: what they have in common.

The name stands above its bar and not beside it, so that the same figure fits a phone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.figure import PLAIN, Plotly, label, number_axis, width_of

Row = Mapping[Any, Any]

ROW = 46
"Pixels from one row to the next."

BAR = 12 / ROW
"How thick a bar is, in rows."

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
    if theme.direction(language) == "rtl":
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
    **more: Any,
) -> Plotly:
    """Return the layout of rows: names above their bars, numbers at the far end of them."""
    is_rtl = theme.direction(language) == "rtl"
    near, far = ("right", "left") if is_rtl else ("left", "right")
    room = round(max(width_of(text, 13) for text in texts)) + 14
    has_axis = axis.get("showticklabels", True)
    bottom = 6 + (20 if has_axis else 0) + (20 if unit else 0)
    notes = []
    for number, (name, text) in enumerate(zip(names, texts, strict=True)):
        at = {"y": number + LOWER, "yref": "y", "xref": "paper", **PLAIN}
        start, end = (1, 0) if is_rtl else (0, 1)
        ink = {"size": 13, "color": theme.light("ink")}
        notes.append(
            at
            | {
                "text": label(name, language, longest=46),
                "x": start,
                "xanchor": near,
                "yanchor": "bottom",
                "yshift": round(thick * ROW / 2) + 4,
                "font": ink,
            }
        )
        notes.append(
            at
            | {
                "text": label(text, language),
                "x": end,
                "xanchor": far,
                "xshift": -room if is_rtl else room,
                "yanchor": "middle",
                "font": ink | {"weight": 600},
            }
        )
    if unit:
        notes.append(
            {
                "text": label(unit, language, longest=60),
                "x": 1 if is_rtl else 0,
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
    edge = max(2, round(width_of(axis["ticktext"][0]) / 2))
    margin = {"l": edge, "r": edge, "t": 2, "b": bottom, "pad": 0}
    margin["l" if is_rtl else "r"] = room
    return theme.layout(
        height=ROW * len(names) + 2 + bottom,
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
        **({"barmode": "overlay"} | more),
    )


def line(x0: float, x1: float, y0: float, y1: float, style: Plotly) -> Plotly:
    """Return a line under the marks."""
    ends = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "xref": "x", "yref": "y"}
    return {"type": "line", **ends, "line": style, "layer": "below"}
