"""Tables: HTML that is written here, because each cell as a component of its own costs time.

A cell is a text or a number in words, or a dict: `t` text, `href` where it leads, `title`, `number`
right-aligned, `status`, `bar` and `expected` (0 to 1), `tiles` (several), `links` to files, `ways` to
pages, `cell` (an address in a sheet), `quote`, `severity`, `badge`, `className`, `muted`, `sub` (a
second, smaller text), `missing` and `withheld` (why there is nothing). Texts are escaped here, and
nowhere else: `assets/js/pages.js` puts the HTML where it belongs.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
from dash import html

from dashboard.components import marks
from schemas import words

Cell = str | dict[str, Any]
Row = Sequence[Cell] | dict[str, Any]

SAFE = re.compile(r"(/(?!/)|https?://)")
"Only ways that we write ourselves: within this site, or to a source on the web."


def table(
    caption: str,
    columns: Sequence[Cell],
    rows: Sequence[Row],
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
        **marks.data(html=drawn(caption, columns, rows, kind=" ".join(filter(None, names)))),
    )


def twin(frame: pd.DataFrame, language: str, *, caption: str) -> html.Details:
    """Return the table twin of a chart: its words as shown."""
    # Panels with columns of their own leave the others' empty.
    told = frame.astype(object).where(frame.notna(), "")
    rows = [[str(value) for value in row] for row in told.itertuples(index=False, name=None)]
    columns = [str(name) for name in frame.columns]
    return html.Details(
        [
            html.Summary([marks.icon("table"), html.Span(words.text("Data table", language))]),
            table(caption, columns, rows, kind="table-compact"),
        ],
        className="twin",
    )


def drawn(caption: str, columns: Sequence[Cell], rows: Sequence[Row], *, kind: str) -> str:
    """Return a table as HTML."""
    titles = [column if isinstance(column, str) else column["t"] for column in columns]
    heads = "".join(map(_head, columns))
    body = "".join(_row(row, titles) for row in rows)
    hidden = f'<caption class="visually-hidden">{escape(caption)}</caption>' if caption else ""
    return (
        f'<table class="{escape(kind)}">{hidden}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _head(column: Cell) -> str:
    if column == "":
        return "<td></td>"
    is_number = isinstance(column, dict) and column.get("number")
    kind = ' class="number"' if is_number else ""
    return f'<th{kind} scope="col">{_content(column)}</th>'


def _row(row: Row, titles: Sequence[str]) -> str:
    if isinstance(row, dict) and "group" in row:
        return (
            f'<tr class="is-group"><th colspan="{len(titles)}" scope="colgroup">'
            f"{escape(row['group'])}</th></tr>"
        )
    cells, kind = (row["cells"], row.get("className", "")) if isinstance(row, dict) else (row, "")
    drawn_cells = "".join(
        _cell(cell, title, is_first=place == 0)
        for place, (cell, title) in enumerate(zip(cells, titles, strict=True))
    )
    return f'<tr class="{escape(kind)}">{drawn_cells}</tr>' if kind else f"<tr>{drawn_cells}</tr>"


def _cell(cell: Cell, title: str, *, is_first: bool) -> str:
    kinds = []
    if isinstance(cell, dict):
        kinds = [name for name in ("number", "muted") if cell.get(name)]
        kinds += [cell["className"]] if cell.get("className") else []
    kind = f' class="{escape(" ".join(kinds))}"' if kinds else ""
    name, scope = ("th", ' scope="row"') if is_first else ("td", "")
    return f'<{name}{kind}{scope} data-label="{escape(title)}">{_content(cell)}</{name}>'


# --- What is in a cell ----------------------------------------------------------------------------


def _span(kind: str, text: str) -> str:
    return f'<span class="{escape(kind)}">{escape(text)}</span>'


def _link(address: str, content: str, kind: str = "", more: str = "") -> str:
    """Return a link; the content alone where the address is none of ours and no source's."""
    way = f' href="{escape(address)}"' if SAFE.match(address) else ""
    named = f' class="{kind}"' if kind else ""
    return f"<a{named}{way}{more}>{content}</a>"


def _bar(cell: dict[str, Any]) -> str:
    share = min(max(cell["bar"], 0), 1)
    status = escape(cell.get("status") or "none")
    expected = cell.get("expected") or 0
    mark = (
        f'<span class="bar-expected" style="inset-inline-start:{100 * expected:.1f}%"></span>'
        if 0 < expected < 1
        else ""
    )
    # The words beside it say the same.
    return (
        '<span class="bar-cell"><span class="bar bar-small" aria-hidden="true">'
        f'<span class="bar-fill status-{status}" style="inline-size:{100 * share:.1f}%"></span>'
        f"{mark}</span>{_span('number', cell['t'])}</span>"
    )


def _named(cell: dict[str, Any]) -> str:
    """Return the text of a cell in the look that it asks for."""
    text = str(cell.get("t", ""))
    if "status" in cell:
        return _span(f"status status-{cell['status'] or 'none'}", text)
    for look in ("severity", "badge"):
        if cell.get(look):
            return _span(f"{look} {look}-{cell[look]}", text)
    if cell.get("cell"):
        return f'<code class="cell">{escape(text)}</code>'
    return f"<q>{escape(text)}</q>" if cell.get("quote") else escape(text)


def _content(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    if cell.get("missing"):
        return f'<span class="none">–{_span("visually-hidden", cell["missing"])}</span>'
    if cell.get("withheld"):
        eye = '<span class="icon icon-eye-off" aria-hidden="true"></span>'
        return f'<span class="withheld">{eye}{escape(cell["withheld"])}</span>'
    if "bar" in cell:
        return _bar(cell)
    shown = _named(cell)
    if cell.get("links"):
        files = (_link(one["href"], escape(one["t"]), "tool", " download") for one in cell["links"])
        shown = "".join(files)
    if cell.get("ways"):
        shown = "".join(
            _link(
                one["href"],
                escape(one["t"]) + _span("visually-hidden", f": {one.get('about', '')}"),
                "way",
            )
            for one in cell["ways"]
        )
    if cell.get("tiles"):
        shown = "".join(
            _link(f"/sdg/{goal}", str(goal), f"sdg-tile sdg-tile-small sdg-{goal}")
            for goal in cell["tiles"]
        )
    if cell.get("href") and SAFE.match(cell["href"]):
        title = f' title="{escape(cell["title"])}"' if cell.get("title") else ""
        shown = _link(cell["href"], shown, "value" if cell.get("number") else "", title)
    if cell.get("sub"):
        shown += " " + _span("sub muted", cell["sub"])
    return shown
