"""The progress board as a table of our own: a status in every cell, by shape, colour and word."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from markupsafe import Markup

from dashboard import frames, lineage, sentences, territories, theme
from dashboard.charts.places import order_on_board
from dashboard.components import marks
from dashboard.frames import Data
from dashboard.views import address
from schemas import words
from schemas.codes import Measure

Row = Mapping[Any, Any]

EMPTY = Markup(
    '<td class="board-blank" data-label="{}"><span class="visually-hidden">{}</span></td>'
)


def table(
    data: Data, found: pd.DataFrame, by: str, names: Mapping[str, str], caption: str
) -> html.Div:
    """Return a row for each indicator and a column for each name; a cell leads to its cells.

    `found` is that of `charts.places.on_board`. Result levels are sub-headings.
    """
    cells = {(row["indicator_code"], row[by]): row for row in found.to_dict("records")}
    order = order_on_board(data, found)
    heads = Markup("").join(_head(data, by, code, name) for code, name in names.items())
    rows = []
    level = ""
    for code in order:
        own = frames.level_of(data, code, data.view.project)
        if own != level:
            level = own
            rows.append(
                Markup(
                    '<tr class="is-group"><th colspan="{}" scope="colgroup">{}</th></tr>'
                ).format(len(names) + 1, words.text(sentences.LEVELS[own], data.language))
            )
        drawn = Markup("").join(
            _cell(data, cells.get((code, place)), name) for place, name in names.items()
        )
        rows.append(Markup("<tr>{}{}</tr>").format(_name(data, code), drawn))
    text = Markup(
        '<table class="table board"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(caption, words.text("Indicator", data.language), heads, Markup("").join(rows))
    return html.Div(
        className="table-scroll board-scroll",
        tabIndex="0",
        role="group",
        **marks.aria(label=caption),
        **marks.data(html=str(text)),
    )


def _head(data: Data, by: str, code: str, name: str) -> Markup:
    page = address(f"/project/{code}", data.view, by="", level="", goal="", status="")
    if by != "project_code":
        page = territories.page_of(data, code)
    return Markup('<th scope="col"><a href="{}">{}</a></th>').format(page, name)


def _name(data: Data, code: str) -> Markup:
    indicator = data.catalogue.indicators[code]
    page = address(f"/indicator/{code}", data.view, by="", level="", goal="", status="")
    return Markup(
        '<th scope="row"><a href="{}">{}</a> <span class="sub muted">{}</span></th>'
    ).format(page, data.name(indicator), sentences.unit_below(data, indicator))


def _cell(data: Data, row: Row | None, name: str) -> Markup:
    language = data.language
    if row is None:
        return EMPTY.format(name, words.text("Not planned", language))
    if row["is_withheld"]:
        return Markup(
            '<td class="board-cell" data-label="{}"><span class="withheld">'
            '<span class="icon icon-eye-off" aria-hidden="true"></span>{}</span></td>'
        ).format(name, words.text("withheld", language))
    if math.isnan(row["low"]):
        why = sentences.why(str(row["reason"]), language) or words.text("not reported", language)
        return Markup(
            '<td class="board-cell" data-label="{}"><span class="none" title="{}">–'
            '<span class="visually-hidden">{}</span></span></td>'
        ).format(name, why, why)
    status = str(row["status"])
    value = Markup('<span class="number">{}</span>').format(short(data, row))
    if cells := lineage.cells(data, row):
        value = Markup('<a class="number value" href="{}">{}</a>').format(cells, short(data, row))
    return Markup(
        '<td class="board-cell board-{}" data-label="{}">'
        '<span class="status status-{}" title="{}"><span class="visually-hidden">{}</span></span>{}</td>'
    ).format(
        status or "none",
        name,
        status or "none",
        sentences.status_inputs(data, row),
        marks.status_word(status, language),
        value,
    )


def short(data: Data, row: Row) -> str:
    """Return a value without its small change: an amount in whole units of its currency."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    if indicator.measure != Measure.AMOUNT or not row["currency"]:
        return sentences.actual(data, row)
    whole = words.range_(row["low"], row["high"], data.language, decimals=0)
    return words.text("{amount} {currency}", data.language, amount=whole, currency=row["currency"])


SIGNS: dict[str, Any] = {
    "silent": html.Span("–", **marks.aria(hidden="true")),
    "withheld": marks.icon("eye-off"),
}
"What stands in a cell that has no value."


def key(data: Data, found: pd.DataFrame) -> html.Ul:
    """Return what the marks mean, each with how many cells have it."""
    language = data.language
    rows = found.to_dict("records")
    kinds = Counter(_kind(row) for row in rows)
    told = [
        html.Li(
            [
                marks.status(status, language),
                html.Strong(words.number(kinds[status or "none"], language)),
            ]
        )
        for status in [*theme.STATUS, ""]
        if kinds[status or "none"]
    ]
    for kind, word in (
        ("silent", words.text("Not reported", language)),
        ("withheld", words.text("Withheld", language)),
    ):
        if kinds[kind]:
            told.append(
                html.Li(
                    [SIGNS[kind], html.Span(word), html.Strong(words.number(kinds[kind], language))]
                )
            )
    return html.Ul(told, className="board-key")


def _kind(row: Row) -> str:
    if row["is_withheld"]:
        return "withheld"
    if math.isnan(row["low"]):
        return "silent"
    return str(row["status"]) or "none"
