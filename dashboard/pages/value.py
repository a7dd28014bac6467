"""Where values come from: file, sheet, cell and day of each observation behind a number."""

import math
from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from schemas import database, words

DESCRIPTION = "File, sheet, cell and day behind a value."


def title(language: str, *, observation: str = "") -> str:
    """Return the page's title."""
    return words.text("Where this value comes from", language)


def layout(ids: str = "", observation: str = "", **_arguments: Any) -> Any:
    """Return the observations behind a value, each with the cell that it was reported in."""
    asked = marks.expand(observation or ids) if isinstance(ids, str) else []
    language = access.language()
    with database.connect() as conn:
        found = queries.lineage(conn, access.scope(), asked)
        programme = found["programme_code"].iloc[0] if len(found) else ""
        data = frames.load(
            conn, access.scope(), views.View(programme=programme), language, indicator_codes=[]
        )
    if found.empty:
        return cards.empty(
            words.text("There is no such value", language),
            words.text(
                "It was never reported, or it is withheld because it rests on few people.", language
            ),
            link=(words.text("Back to the overview", language), "/"),
            is_page=True,
        )
    rows = found.to_dict("records")
    codes = list(dict.fromkeys(row["indicator_code"] for row in rows))
    names = ", ".join(data.name(data.catalogue.indicators[code]) for code in codes)
    head = cards.page_head(title(language), names)
    if len(rows) == 1:
        return [head, html.Section(_one(data, rows[0]), className="card lineage")]
    lead = words.plural(
        "It rests on {count} reported value.",
        "It rests on {count} reported values.",
        len(rows),
        language,
    )
    return [
        head,
        html.Section(
            [html.P(lead, className="card-lead"), _table(data, rows)], className="card lineage"
        ),
    ]


def _address(row: dict[Any, Any]) -> str:
    return f"{row['sheet']}!{row['cell']}" if row["sheet"] else str(row["cell"])


def _day(data: Data, moment: Any) -> str:
    return words.day(moment.date(), data.language)


def _period(data: Data, row: dict[Any, Any]) -> str:
    return words.period(row["period_start"].date(), row["period_end"].date(), data.language)


def _one(data: Data, row: dict[Any, Any]) -> html.Dl:
    language = data.language
    indicator = data.catalogue.indicators[row["indicator_code"]]
    ended = row["superseded_at"]
    return cards.facts(
        [
            (words.text("Value", language), html.Strong(sentences.reported(data, row))),
            (
                words.text("Indicator", language),
                html.A(data.name(indicator), href=f"/indicator/{row['indicator_code']}"),
            ),
            (words.text("Where", language), sentences.where(data, row)),
            (words.text("What", language), sentences.what(data, row)),
            (words.text("Period", language), _period(data, row)),
            (words.text("File", language), _file(row)),
            (words.text("Cell", language), html.Code(_address(row), className="cell")),
            (
                words.text("As written in the cell", language),
                html.Q(row["raw"]) if row["raw"] else "",
            ),
            (words.text("Received", language), _day(data, row["received_at"])),
            (words.text("Counts since", language), _day(data, row["accepted_at"])),
            (
                words.text("Replaced", language),
                _day(data, ended) if ended == ended and ended else "",
            ),
            (words.text("Basis", language), words.text(sentences.BASES[row["basis"]], language)),
            (words.text("In euros", language), _euros(data, row)),
            (words.text("Note", language), row["note"]),
        ]
    )


def _file(row: dict[Any, Any]) -> html.A:
    return html.A(row["file_name"], href=f"/submissions/{row['submission_id']}")


def _euros(data: Data, row: dict[Any, Any]) -> str:
    if math.isnan(row["value_eur"]) or row["currency"] in ("", "EUR"):
        return ""
    return words.text(
        "{euros} at {rate} {currency} a euro ({source})",
        data.language,
        euros=words.money(row["value_eur"], "EUR", data.language),
        rate=words.number(row["rate"], data.language),
        currency=row["currency"],
        source=row["rate_source"] or "",
    )


def _table(data: Data, rows: list[dict[Any, Any]]) -> html.Div:
    language = data.language
    heads: list[tables.Cell] = [
        words.text("Where", language),
        words.text("What", language),
        words.text("Period", language),
        {"t": words.text("Value", language), "number": True},
        words.text("File", language),
        words.text("Cell", language),
        words.text("Counts since", language),
    ]
    body: list[Any] = [
        [
            sentences.where(data, row),
            sentences.what(data, row),
            {"t": _period(data, row), "className": "nowrap"},
            {
                "t": sentences.reported(data, row),
                "number": True,
                "href": f"/value/{row['observation_id']}",
            },
            {"t": row["file_name"], "href": f"/submissions/{row['submission_id']}"},
            {"t": _address(row), "cell": True},
            {"t": _day(data, row["accepted_at"]), "className": "nowrap"},
        ]
        for row in rows
    ]
    return tables.table(title(language), heads, body, is_stacked=True)
