"""A cell among those around it, as people know a sheet: letters above, numbers beside, one cell marked."""

from typing import Any

from dash import html

import etl
from dashboard.components import tables


def table(found: etl.Surroundings, caption: str) -> html.Div:
    """Return the surroundings of a cell as a table; where rows are left out, a line is drawn."""
    rows: list[Any] = []
    before = found.lines[0].number - 1
    for place, line in enumerate(found.lines):
        names = ["is-header"] if line.is_header else []
        names += ["is-gap"] if line.number != before + 1 else []
        before = line.number
        cells: list[tables.Cell] = [str(line.number)]
        for column, text in enumerate(line.cells):
            is_hit = (place, column) == (found.row, found.column)
            cells.append({"t": text, "className": "is-hit"} if is_hit else {"t": text})
        rows.append({"cells": cells, "className": " ".join(names)})
    # A sheet runs from left to right, whatever the language of the page around it.
    return html.Div(tables.table(caption, ["", *found.letters], rows, kind="around"), dir="ltr")
