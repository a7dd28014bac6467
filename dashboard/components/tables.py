"""Tables: drawn in the browser from data, because each cell as a component of its own costs time.

A cell is a text or a number in words, or a dict that `assets/js/pages.js` knows: `t` text, `href`
where it leads, `number` right-aligned, `status`, `bar` and `expected` (0 to 1),
`tiles` (several), `links` to files, `ways` to pages, `cell` (an address in a sheet), `quote`, `severity`, `badge`,
`className`, `muted`, `sub` (a second, smaller text), `missing` and `withheld` (why there is nothing).
"""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html

from dashboard.components import marks
from schemas import words

Cell = str | dict[str, Any]


def _data(columns: Sequence[Cell], rows: Sequence[Sequence[Cell] | dict[str, Any]]) -> str:
    return json.dumps(
        {"columns": list(columns), "rows": list(rows)}, ensure_ascii=False, separators=(",", ":")
    )


def table(
    caption: str,
    columns: Sequence[Cell],
    rows: Sequence[Sequence[Cell] | dict[str, Any]],
    *,
    is_stacked: bool = False,
    kind: str = "",
) -> html.Div:
    """Return a table; a row `{"group": text}` is a sub-heading over all columns.

    The first cell of a row is its heading. Stacked: on a phone each row becomes a card. A row may
    be `{"cells": [...], "className": ...}`; `kind` is a class of the style sheet.
    """
    names = ("table", "table-stack" if is_stacked else "", kind)
    return html.Div(
        className="table-scroll",
        tabIndex="0",
        role="group",  # not a region: its card is one already
        **marks.aria(label=caption),
        **marks.data(**{"table": _data(columns, rows), "class": " ".join(filter(None, names))}),
    )


def twin(frame: pd.DataFrame, language: str, *, caption: str) -> html.Details:
    """Return the table twin of a chart: its words as shown, drawn when it is opened."""
    rows = [[str(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return html.Details(
        html.Summary([marks.icon("table"), html.Span(words.text("Data table", language))]),
        className="twin",
        **marks.data(
            **{
                "table": _data([str(name) for name in frame.columns], rows),
                "caption": caption,
                "class": "table table-compact",
            }
        ),
    )
