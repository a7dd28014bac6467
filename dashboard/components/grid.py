"""The pivot of Explore: in the grid where a script runs, and as a plain table everywhere.

The only module that knows the grid: importing it adds its scripts to Dash's, which `dashboard.app`
leaves out of every other page.
"""

import math
from typing import Any

import dash_ag_grid
from dash import html

from dashboard import pivot
from dashboard.components import marks, tables
from dashboard.frames import Data
from dashboard.pivot import Cell, Head, Pivot
from schemas import words
from schemas.words import N_

GRID = "explore-grid"

NAMESPACE = dash_ag_grid.package_name
"What the addresses of its scripts have in them."

MOST_ROWS, MOST_COLUMNS = 400, 60
"What a page shows; a download has everything."

A_PAGE = 100
"Rows, before the grid has pages."

LOCALE = {
    "page": N_("Page"),
    "to": N_("to"),
    "of": N_("of"),
    "more": N_("more"),
    "firstPage": N_("First page"),
    "previousPage": N_("Previous page"),
    "nextPage": N_("Next page"),
    "lastPage": N_("Last page"),
    "ariaPagingButton": N_("Pages"),
    "ariaPagingBar": N_("Pages of the table"),
    "ariaSortableColumn": N_("Press Enter to sort"),
    "noRowsToShow": N_("Nothing to show"),
    "loadingOoo": N_("Loading …"),
    "loadingError": N_("This could not be loaded"),
}
"What the grid says, by its own names."

THEME = (
    "themeQuartz.withParams({backgroundColor: 'var(--card)', foregroundColor: 'var(--ink)',"
    " headerBackgroundColor: 'var(--raised)', headerTextColor: 'var(--muted)',"
    " borderColor: 'var(--line)', accentColor: 'var(--accent)', chromeBackgroundColor: 'var(--card)',"
    " oddRowBackgroundColor: 'var(--card)', rowHoverColor: 'var(--raised)', fontFamily: 'inherit',"
    " headerFontFamily: 'inherit', cellFontFamily: 'inherit', fontSize: 14, headerFontSize: 13,"
    " wrapperBorderRadius: 8, spacing: 7, focusShadow: 'none', iconSize: 14})"
)


def shown(made: Pivot) -> tuple[list[Head], list[Head]]:
    """Return the rows and columns that a page has room for; all together stays among them."""
    return _first(made.rows, MOST_ROWS), _first(made.columns, MOST_COLUMNS)


def _first(heads: Any, most: int) -> list[Head]:
    return [*heads[:most], *(head for head in heads[most:] if head.key == pivot.ALL)]


def table(data: Data, made: Pivot, caption: str) -> html.Div:
    """Return the pivot: the grid, and the plain table that is its twin and stands there first."""
    rows, columns = shown(made)
    return html.Div(
        [
            html.Div(
                _grid(data, made, rows, columns),
                className="explore-grid",
                role="group",
                **marks.aria(label=caption),
            ),
            html.Details(
                [
                    html.Summary(
                        [marks.icon("table"), html.Span(words.text("Data table", data.language))]
                    ),
                    _plain(data, made, rows, columns, caption),
                ],
                className="twin explore-twin",
                open=True,
            ),
        ]
    )


# --- The grid -------------------------------------------------------------------------------------


def _grid(data: Data, made: Pivot, rows: list[Head], columns: list[Head]) -> dash_ag_grid.AgGrid:
    language = data.language
    is_rtl = words.is_rtl(language)
    first = {
        "field": "name",
        "headerName": pivot.name_of(data, made.row_dimension),
        "cellRenderer": "PivotHead",
        "pinned": "right" if is_rtl else "left",
        "lockPinned": True,
        "minWidth": 120,
        "initialWidth": 300,
        "autoHeight": True,
        "wrapText": True,
    }
    heads = [
        {
            "field": f"c{place}",
            "headerName": f"{head.name} ({head.sub})" if head.sub else head.name,
            "cellRenderer": "PivotCell",
            "headerClass": _class(made, head),
            "cellClass": _class(made, head),
            "minWidth": _width(made, head, rows),
            "flex": 1,
        }
        for place, head in enumerate(columns)
    ]
    return dash_ag_grid.AgGrid(
        id=GRID,
        columnDefs=[first, *heads],
        rowData=[_line(made, row, columns) for row in rows],
        defaultColDef={"sortable": True, "resizable": True, "filter": False, "wrapHeaderText": True}
        | {"autoHeaderHeight": True, "suppressMovable": True},
        dashGridOptions={
            "theme": {"function": THEME},
            "domLayout": "autoHeight",
            "enableRtl": is_rtl,
            "localeText": {name: words.text(word, language) for name, word in LOCALE.items()},
            # In Arabic on a phone, heads that are not seen yet would not be drawn at all.
            "suppressColumnVirtualisation": True,
            "ensureDomOrder": True,
            "enableCellTextSelection": True,
            "pagination": len(rows) > A_PAGE,
            "paginationPageSize": A_PAGE,
            "paginationPageSizeSelector": False,
            # The key leaves the grid; arrows move inside of it. Otherwise every cell is a stop.
            "tabToNextCell": {"function": "medtownLeave(params)"},
            "tabToNextHeader": {"function": "medtownLeave(params)"},
        },
        eventListeners={"cellKeyDown": ["medtownOpen(params)"]},
        className="explore-ag",
        style={"height": None},
        dangerously_allow_code=False,
    )


def _class(made: Pivot, head: Head) -> list[str]:
    kinds = [] if made.measure == pivot.STATUS else ["explore-number"]
    return [*kinds, "explore-all"] if head.key == pivot.ALL else kinds


LETTER, BESIDE, NARROWEST, WIDEST = 8, 36, 104, 240


def _width(made: Pivot, head: Head, rows: list[Head]) -> int:
    """Return the pixels that the longest value of a column needs, about."""
    texts = (made.cells.get((row.key, head.key), Cell()).text for row in rows)
    longest = max((len(text) for text in texts), default=0)
    return min(max(LETTER * longest + BESIDE, NARROWEST), WIDEST)


def _line(made: Pivot, row: Head, columns: list[Head]) -> dict[str, Any]:
    line: dict[str, Any] = {"name": row.name, "sub": row.sub, "isAll": row.key == pivot.ALL}
    for place, column in enumerate(columns):
        cell = made.cells.get((row.key, column.key), Cell())
        line[f"c{place}"] = None if math.isnan(cell.number) else cell.number
        line[f"x{place}"] = _told(cell)
    return line


def _told(cell: Cell) -> dict[str, Any]:
    """Return what the script draws of a cell."""
    kind = "withheld" if cell.is_withheld else "apart" if cell.is_apart else ""
    told = {"text": cell.text, "href": cell.href, "why": cell.why, "kind": kind}
    if cell.status is not None:
        told["status"] = cell.status or "none"
    return {name: word for name, word in told.items() if word}


# --- The plain table ------------------------------------------------------------------------------


def _plain(
    data: Data, made: Pivot, rows: list[Head], columns: list[Head], caption: str
) -> html.Div:
    is_number = made.measure != pivot.STATUS
    heads: list[tables.Cell] = [pivot.name_of(data, made.row_dimension)]
    heads += [
        {"t": head.name, "number": is_number} | ({"sub": head.sub} if head.sub else {})
        for head in columns
    ]
    lines: list[Any] = []
    for row in rows:
        cells = (made.cells.get((row.key, column.key), Cell()) for column in columns)
        name = {"t": row.name} | ({"sub": row.sub} if row.sub else {})
        line = [name, *(_cell(data, cell, is_number) for cell in cells)]
        lines.append({"cells": line, "className": "explore-all"} if row.key == pivot.ALL else line)
    return tables.table(caption, heads, lines, kind="table-compact explore-table")


def _cell(data: Data, cell: Cell, is_number: bool) -> tables.Cell:
    if cell.is_withheld:
        return {"withheld": words.text("withheld", data.language), "number": is_number}
    if cell.is_apart:
        word = words.text("not additive", data.language)
        return {"t": word, "muted": True, "number": is_number}
    if not cell.text:
        return {"missing": words.text("not reported", data.language), "number": is_number}
    told: dict[str, Any] = {"t": cell.text, "href": cell.href, "number": is_number}
    if cell.status is not None:
        told["status"] = cell.status
    return told


# --- What stands beside it ------------------------------------------------------------------------


def size(data: Data, made: Pivot) -> str:
    """Return how much of the table is shown, where it is not all of it."""
    language = data.language
    rows, columns = shown(made)
    if len(rows) == len(made.rows) and len(columns) == len(made.columns):
        return words.plural("{count} row", "{count} rows", len(rows), language)
    return words.text(
        "{rows} of {all_rows} rows and {columns} of {all_columns} columns are shown;"
        " the files have all of them.",
        language,
        rows=words.number(len(rows), language),
        all_rows=words.number(len(made.rows), language),
        columns=words.number(len(columns), language),
        all_columns=words.number(len(made.columns), language),
    )


def _reasons(made: Pivot) -> list[str]:
    """Return why values are not added up, each reason once; counts of indicators say it themselves."""
    found = dict.fromkeys(cell.why for cell in made.cells.values() if cell.is_apart)
    return list(found)[:MOST_REASONS]


MOST_REASONS = 3


def notes(data: Data, made: Pivot) -> list[html.P]:
    """Return what has to be known to read the table."""
    language = data.language
    said = []
    sides = (made.row_dimension, made.column_dimension)
    if reasons := _reasons(made):
        word = words.text(
            "“Not additive”: no rule puts these values together; choose further rows or filters.",
            language,
        )
        said.append(" ".join([word, *reasons]))
    if any(side not in ("", *pivot.DIMENSIONS) for side in sides):
        said.append(
            words.text(
                "Groups need not add up to the total: of some people the group is not known,"
                " and small numbers are withheld.",
                language,
            )
        )
    if pivot.PERIOD in sides and made.measure != pivot.IN_PERIOD:
        said.append(
            words.text("Each value is as it stood on the last day of the period.", language)
        )
    if "goal" in sides:
        said.append(
            words.text(
                "An indicator that is linked to several goals stands with each of them.", language
            )
        )
    return [html.P(text, className="explore-note") for text in said]
