"""Where values come from: file, sheet, cell and day of each observation behind a number."""

import math
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, callback, dcc, html
from sqlalchemy import Connection

import etl
from dashboard import access, frames, history, lineage, queries, sentences, views
from dashboard.access import Policy
from dashboard.components import around, cards, marks, meanings, pager, tables, threads
from dashboard.frames import Data
from dashboard.views import View, address
from dashboard.work import evidence
from schemas import database, words
from schemas.codes import Severity
from schemas.findings import Finding
from schemas.scope import Scope
from schemas.words import N_

DESCRIPTION = N_("File, sheet, cell and day behind a value.")

NUMBER, AROUND = "value-number", "value-around"
SURROUNDED = f"{AROUND}.children"

PARTS = {"actual": "observation_ids", "baseline": "baseline_ids", "target": "target_ids"}
"The numbers of a result, and what is behind each."


def title(language: str, *, observation: str = "") -> str:
    """Return the page's title."""
    return words.text("Where this value comes from", language)


def layout(**arguments: Any) -> Any:
    """Return the observations behind a value, each with the cell that it was reported in.

    They are named by their ids, or by the place of the number among the results of a view.
    """
    view = views.read(arguments)
    scope, language = access.scope(), access.language()
    with database.connect() as conn:
        found = history.lineage(conn, scope, _asked(conn, scope, view, arguments))
        if view.known_at:
            found = found[found["accepted_at"] <= view.known_at]
        programme = found["programme_code"].iloc[0] if len(found) else ""
        named = View(programme=programme, as_of=view.as_of)
        data = frames.without_values(conn, scope, named, language)
        page = pager.number(arguments.get("page"), len(found))
        shown = found.iloc[(page - 1) * pager.PER_PAGE : page * pager.PER_PAGE]
        rows = shown.to_dict("records")
        remarks = history.remarks(conn, scope, map(_place, rows)) if len(found) == 1 else None
        shown_beside = evidence.of_value(conn, rows[0]) if len(found) == 1 else None
        talk = _talk(conn, scope, found) if len(found) == 1 and not view.known_at else None
        redefined = queries.redefined(conn, found["indicator_code"]) if len(found) == 1 else {}
    if found.empty:
        return cards.empty(
            words.text("There is no such value", language),
            words.text(
                "It was never reported, or it is withheld because it rests on few people.", language
            ),
            link=(words.text("Back to the overview", language), "/"),
            is_page=True,
        )
    codes = list(dict.fromkeys(found["indicator_code"]))
    names = words.joined(
        (data.name(data.catalogue.indicators[code]) for code in codes), data.language
    )
    head = cards.page_head(title(language), names)
    if remarks is not None:
        changed_at = redefined.get(rows[0]["indicator_code"])
        return [
            head,
            *meanings.notice(data, rows[0], changed_at),
            *_one(data, rows[0], remarks, shown_beside, talk),
        ]
    return [
        head,
        html.Section(
            [
                html.P(_lead(found, language), className="card-lead"),
                _table(data, rows),
                pager.pager(page, len(found), lambda to: _part(view, arguments, to), language),
            ],
            className="card lineage",
        ),
    ]


def _asked(conn: Connection, scope: Scope, view: View, arguments: dict[str, Any]) -> list[int]:
    """Return the ids of the observations that an address asks for."""
    ids = arguments.get("observation") or arguments.get("ids")
    if isinstance(ids, str) and ids:
        return lineage.expand(ids)
    if not view.indicator or view.part not in PARTS:
        return []
    data = frames.load(conn, scope, view, "en", indicator_codes=[view.indicator])
    named = {
        f"{name}_code": code
        for name in ("country", "project", "place")
        if (code := getattr(view, name))
    }
    found = frames.results(data, list(named), view.indicator)
    found = found[found["indicator_code"] == view.indicator]
    for column, code in named.items():
        found = found[found[column] == code]
    return [number for ids in found[PARTS[view.part]] for number in ids]


def _part(view: View, arguments: dict[str, Any], page: int) -> str:
    """Return the address of a further part of the list."""
    ids = arguments.get("ids")
    if isinstance(ids, str) and ids:
        kept = {"ids": ids, "page": page} | ({"as_of": str(view.as_of)} if view.as_of else {})
        return f"/value?{urlencode(kept, safe=',')}"
    return f"{address('/value', view)}&page={page}"


def _lead(found: pd.DataFrame, language: str) -> str:
    values = words.plural(
        "It rests on {count} reported value.",
        "It rests on {count} reported values.",
        len(found),
        language,
    )
    files = words.plural(
        "They stand in {count} workbook.",
        "They stand in {count} workbooks.",
        found["submission_id"].nunique(),
        language,
    )
    return f"{values} {files}"


def _place(row: dict[Any, Any]) -> tuple[int, str, str]:
    return int(row["submission_id"]), str(row["sheet"]), str(row["cell"])


def _address(row: dict[Any, Any]) -> str:
    return f"{row['sheet']}!{row['cell']}" if row["sheet"] else str(row["cell"])


def _day(data: Data, moment: Any) -> str:
    return words.day(moment.date(), data.language)


def _period(data: Data, row: dict[Any, Any]) -> str:
    return words.period(row["period_start"].date(), row["period_end"].date(), data.language)


# --- One value -----------------------------------------------------------------------------------


Talk = tuple[list[queries.Told], bool]
"What is said about a value, and whether it is asked about again."


def _talk(conn: Connection, scope: Scope, found: pd.DataFrame) -> Talk | None:
    """Return the discussions of one value (`history.lineage`), for those who see all of it."""
    row = found.iloc[0]
    if not scope.reaches(row["programme_code"], row["project_code"], row["place_code"]):
        return None
    one = etl.slices.of_frame(found)[0]
    returned = {etl.slices.of_row(other) for other in queries.returned_values(conn, scope)}
    subject = etl.threads.of_slice(row["programme_code"], one)
    return queries.threads_about(conn, scope, subject), one in returned


def _under_review(data: Data, row: dict[Any, Any], talk: Talk) -> list[Any]:
    """Return the discussions of a value, and how it may be asked about again."""
    language, number = data.language, int(row["observation_id"])
    told, is_returned = talk
    parts: list[Any] = []
    if is_returned:
        said = N_("This value is under review: its partner is asked about it again.")
        parts.append(html.Div(cards.notice(words.text(said, language)), className="span-12"))
    begin = threads.address(observation=number) if access.may(Policy.SUBMIT) else ""
    parts.append(threads.card(told, language, "value-threads", begin=begin))
    counts = row["superseded_at"] is None or row["superseded_at"] != row["superseded_at"]
    if counts and not is_returned and access.may_review(row["programme_code"]):
        parts.append(
            html.P(
                html.A(
                    words.text("Ask about this value again", language),
                    href=f"/work/reopen/{number}",
                    className="button button-quiet",
                ),
                className="span-12",
            )
        )
    return parts


def _one(
    data: Data, row: dict[Any, Any], remarks: pd.DataFrame, shown_beside: Any, talk: Talk | None
) -> list[Any]:
    """Return one value: what it is, what was said about its cell, evidence, the cell as received."""
    parts: list[Any] = [html.Section(_facts(data, row), className="card lineage span-12")]
    if len(remarks):
        parts.append(_remarks(data, remarks))
    if shown_beside is not None:
        parts.append(shown_beside)
    if talk:
        parts += _under_review(data, row, talk)
    if data.scope.reaches(row["programme_code"], row["project_code"], row["place_code"]):
        parts += [
            dcc.Store(id=NUMBER, data=int(row["observation_id"])),
            html.Div(
                dcc.Loading(html.Div(id=AROUND, **marks.aria(live="polite")), type="dot"),
                className="span-12",
            ),
        ]
    return [html.Div(parts, className="grid")]


def _facts(data: Data, row: dict[Any, Any]) -> html.Dl:
    language = data.language
    indicator = data.catalogue.indicators[row["indicator_code"]]
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
            (words.text("Replaced", language), _replaced(data, row)),
            (words.text("Basis", language), words.text(sentences.BASES[row["basis"]], language)),
            (words.text("In euros", language), _euros(data, row)),
            (words.text("Note", language), row["note"]),
        ]
    )


def _replaced(data: Data, row: dict[Any, Any]) -> str:
    """Return when a value was replaced; empty where it counts, or counted on the past day."""
    ended = row["superseded_at"]
    if ended is None or ended != ended:
        return ""
    return "" if data.view.known_at and ended > data.view.known_at else _day(data, ended)


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
        source=sentences.rate_source(row["rate_source"] or "", data.language),
    )


def _remarks(data: Data, remarks: pd.DataFrame) -> html.Section:
    """Return what the checks asked about the cell, and the reason that was given."""
    language = data.language
    listed = []
    for row in remarks.to_dict("records"):
        asked = Finding(
            row["sheet"],
            row["cell"],
            row["code"],
            Severity(row["severity"]),
            row["found"],
            row["arguments"] or {},
        )
        reason = row["justification"]
        listed.append(
            html.Li(
                [
                    html.P(words.sentence(asked, language)),
                    html.P(
                        words.text("Reason given: {reason}", language, reason=reason)
                        if reason
                        else words.text("No reason was given yet.", language),
                        className="" if reason else "muted",
                    ),
                ]
            )
        )
    return cards.card(
        words.text("What the checks asked about this cell", language),
        "value-remarks",
        html.Ul(listed, className="stack"),
    )


@callback(Output(AROUND, "children"), Input(NUMBER, "data"))
def show_surroundings(number: int) -> Any:
    """Return the cell of an observation in its surroundings, as received; nothing for the public."""
    scope, language = access.scope(), access.language()
    if scope.is_public:
        return ""
    with database.connect() as conn:
        found = history.lineage(conn, scope, [number])
        if found.empty:
            return ""
        row = found.iloc[0].to_dict()
        # Around it stand values of others, unless all of the workbook is the reader's.
        whole = queries.submission(conn, scope, int(row["submission_id"]))
        if whole is None or not whole.is_own:
            return ""
        shown = etl.surroundings(conn, *_place(row))
    heading = words.text("The cell in the workbook that was received", language)
    if shown is None:
        return cards.card(
            heading,
            "value-cell",
            cards.notice(
                words.text("The file is no longer kept, or the cell is not in it.", language)
            ),
        )
    lead = [row["file_name"], f" · {shown.sheet}" if shown.sheet else ""]
    if not shown.is_visible:
        lead.append(f" · {words.text('a hidden sheet', language)}")
    return cards.card(
        heading,
        "value-cell",
        around.table(shown, heading),
        lead=lead,
        aside=html.A(
            [marks.icon("download"), words.text("Original file", language)],
            href=f"/submission/{row['submission_id']}/file",
            className="button button-quiet",
            download="",
        ),
    )


# --- Several -------------------------------------------------------------------------------------


def _table(data: Data, rows: list[dict[Any, Any]]) -> html.Div:
    language, is_public = data.language, data.scope.is_public
    heads: list[tables.Cell] = [
        words.text("Where", language),
        words.text("What", language),
        words.text("Period", language),
        {"t": words.text("Value", language), "number": True},
        words.text("File", language),
        words.text("Cell", language),
        *([] if is_public else [words.text("As written in the cell", language)]),
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
            *([] if is_public else [{"t": row["raw"], "quote": bool(row["raw"])}]),
            {"t": _day(data, row["accepted_at"]), "className": "nowrap"},
        ]
        for row in rows
    ]
    return tables.table(title(language), heads, body, is_stacked=True)
