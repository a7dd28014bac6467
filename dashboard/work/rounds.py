"""Reporting rounds: who has reported, how much of it, and in time or not; for who reads everything."""

from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from flask import Response, request

import etl
from dashboard import access, accounts, documents, queries
from dashboard.components import cards, forms, marks, tables
from dashboard.queries import Catalogue
from dashboard.sentences import PUNCTUAL, TIMELINESS
from dashboard.work import asks, parts
from schemas import completeness, database, words
from schemas.codes import Timeliness
from schemas.words import N_

COLUMNS = 8
"Rounds in the heat table: the latest."

SHADES = 4
"Steps of a cell's ground, by the share of values that came."


def list_rounds(*, form: forms.Form | None = None) -> Response:
    """Show the rounds of a programme, completeness and timeliness by territory, and what is asked.

    The form is one that was sent with a mistake, here as below.
    """
    language = access.language()
    with database.connect() as conn:
        known = queries.catalogue(conn)
        mine = parts.programmes(known)
        asked = request.args.get("programme", "")
        code = asked if asked in mine else next(iter(mine), "")
        rounds = etl.rounds.rounds(conn, code)
        board = etl.rounds.board(conn, code, parts.today())
        requests = _requests(conn, known, code)
    programme = words.name(mine[code].names, language) if code else ""
    may_decide = access.may_review(code)
    return documents.page(
        documents.text("Reporting rounds"),
        cards.page_head(
            documents.text("Reporting rounds"),
            programme,
            crumbs=[(documents.text("My work"), "/work")],
        ),
        _choice(mine, code) if len(mine) > 1 else None,
        html.Div(
            [
                _heat(known, rounds, board),
                *([_asked(known, requests)] if requests else []),
                _calendar(rounds, board, may_decide=may_decide),
                *([_new(code, form)] if may_decide else []),
            ],
            className="grid work",
        ),
        status=400 if form is not None else 200,
    )


def _choice(mine: dict[str, Any], code: str) -> html.P:
    language = access.language()
    links: list[Any] = [
        html.A(
            words.name(row.names, language),
            href=f"/work/rounds?programme={quote(one)}",
            className="tool",
            **(marks.aria(current="true") if one == code else {}),
        )
        for one, row in mine.items()
    ]
    return html.P(links, className="row")


# --- By territory ---------------------------------------------------------------------------------


def _cell(row: Any) -> tables.Cell:
    """Return how a territory stands in a round: shape and word, values, and a ground by their share."""
    if row is None:
        return {"missing": documents.text("nothing is expected")}
    word = Timeliness(row["timeliness"])
    return {
        "status": PUNCTUAL[word],
        "t": documents.text(TIMELINESS[word]),
        "sub": parts.counted(row["received"], row["expected"]),
        "className": f"heat heat-{round(SHADES * row['share'])}",
    }


def _name(known: Catalogue, place_code: str) -> str:
    return words.name(known.places[place_code].names, access.language())


def _heat(known: Catalogue, rounds: list[Any], board: etl.rounds.Board) -> html.Section:
    heading = documents.text("Completeness and timeliness by territory")
    found = board.by_place
    asked = set(found["round_code"])
    shown = [row for row in rounds if row.round_code in asked][-COLUMNS:]
    if not shown:
        return cards.card(
            heading,
            "heat",
            cards.empty(
                documents.text("No round asks for anything yet"),
                documents.text("Make a calendar; projects with indicators are expected in it."),
            ),
        )
    cells = {(row["place_code"], row["round_code"]): row for row in found.to_dict("records")}
    places = sorted(
        set(found["place_code"]),
        key=lambda code: tuple(
            _name(known, one) for one in (known.places[code].country_code, code)
        ),
    )
    body = [
        [
            {
                "t": _name(known, place),
                "sub": _name(known, known.places[place].country_code),
            },
            *(_cell(cells.get((place, row.round_code))) for row in shown),
        ]
        for place in places
    ]
    heads: list[tables.Cell] = [
        documents.text("Territory"),
        *(parts.round_name(row) for row in shown),
    ]
    return cards.card(
        heading,
        "heat",
        tables.table(heading, heads, body, kind="table-heat", is_stacked=True),
        lead=documents.text(
            "The word is that of the project which is furthest behind; the darker the ground, the"
            " more of the values came."
        ),
    )


def _calendar(rounds: list[Any], board: etl.rounds.Board, *, may_decide: bool) -> html.Section:
    """Return the rounds, the latest first, each with its days and how much of it came."""
    heading, language = documents.text("Calendar"), access.language()
    counted = completeness.completeness(board.received, ["round_code"])
    shares = {row["round_code"]: row for row in counted.to_dict("records")}
    body: list[list[tables.Cell]] = []
    for row in reversed(rounds):
        share = shares.get(row.round_code)
        body.append(
            [
                {
                    "t": parts.round_name(row),
                    "sub": row.project_code or "",
                    "href": f"/work/rounds/{quote(row.round_code)}",
                },
                words.period(row.period_start, row.period_end, language),
                words.day(row.due_date, language),
                words.plural("{count} day", "{count} days", row.grace_days, language),
                parts.counted(share["received"], share["expected"]) if share else "–",
                documents.text("closed") if row.closed_at else documents.text("open"),
            ]
        )
    heads: list[tables.Cell] = [
        *(
            documents.text("Round"),
            documents.text("Period"),
            documents.text("Due on"),
            documents.text("Grace"),
        ),
        *(documents.text("Received"), documents.text("State")),
    ]
    shown = (
        tables.table(heading, heads, body, is_stacked=True)
        if body
        else html.P(documents.text("There are no rounds yet."), className="muted")
    )
    return cards.card(heading, "calendar", shown, span=8 if may_decide else 12)


def _new(programme: str, form: forms.Form | None) -> html.Section:
    return cards.card(
        documents.text("Make rounds"),
        "new",
        forms.drawn(
            form or asks.new_form(),
            access.language(),
            N_("Make the rounds"),
            action=f"/work/rounds/new?programme={quote(programme)}",
        ),
        lead=documents.text("What is there already stays as it is."),
        span=4,
    )


# --- More time ------------------------------------------------------------------------------------


def _requests(conn: Any, known: Catalogue, programme: str, round_code: str = "") -> list[Any]:
    """Return the requests for more time that wait, each with its round and who asks."""
    codes = [row.project_code for row in known.projects.values() if row.programme_code == programme]
    waiting = [
        row
        for row in etl.rounds.extensions(conn, codes).values()
        if row.state == "asked" and round_code in ("", row.round_code)
    ]
    names = accounts.named(conn, {row.asked_by for row in waiting})
    rounds = {row.round_code: row for row in etl.rounds.rounds(conn, programme)}
    return [(row, rounds[row.round_code], names.get(row.asked_by, "")) for row in waiting]


def _asked(known: Catalogue, requests: list[Any], sent: forms.Form | None = None) -> html.Section:
    language = access.language()
    listed = []
    for row, of, who in requests:
        project = words.name(known.projects[row.project_code].names, language)
        told = [
            html.H3(
                documents.text("{round}: {project}", round=parts.round_name(of), project=project)
            ),
            html.P(parts.extended(row)),
        ]
        if who:
            told.append(html.P(documents.text("Asked by {who}", who=who), className="muted"))
        ways = []
        if access.may_review(of.programme_code):
            form = asks.Decided(prefix=f"x{row.extension_id}", granted_until=row.wanted_until)
            where = f"/work/extensions/{row.extension_id}"
            ways = [
                forms.drawn(forms.sent(sent, form), language, N_("Grant"), action=where),
                forms.drawn(
                    forms.Plain(prefix=f"x{row.extension_id}-no"),
                    language,
                    N_("Refuse"),
                    action=where,
                    kind="danger",
                ),
            ]
        listed.append(
            html.Li([*told, html.Div(ways, className="task-ways task-decided")], className="task")
        )
    return html.Section(
        [
            html.H2(
                documents.text("Requests for more time"), className="card-title", id="requests"
            ),
            html.Ul(listed, className="tasks"),
        ],
        className="card span-12",
        **marks.aria(labelledby="requests"),
    )


# --- One round ------------------------------------------------------------------------------------


def show_round(code: str, *, form: forms.Form | None = None) -> Response:
    """Show one round: each project, what is missing, what was said, and the days."""
    language = access.language()
    with database.connect() as conn:
        known = queries.catalogue(conn)
        of = parts.asked_round(conn, code)
        board = etl.rounds.board(conn, of.programme_code, parts.today(), round_codes=[code])
        projects = list(board.tasks["project_code"])
        said = etl.rounds.answers(conn, projects)
        more = etl.rounds.extensions(conn, projects)
        actors = {actor for row in said.values() for actor in (row.actor, row.replaced_actor)}
        names = accounts.named(conn, actors)
        requests = _requests(conn, known, of.programme_code, code)
    told = {
        project: " ".join(
            [
                *([parts.answered(said[code, project], names)] if (code, project) in said else []),
                *([parts.extended(more[code, project])] if (code, project) in more else []),
            ]
        )
        for project in projects
    }
    day, period = (
        words.day(of.due_date, language),
        words.period(of.period_start, of.period_end, language),
    )
    lead = (
        documents.text("{period}, due on {day}", period=period, day=day)
        if of.names
        else documents.text("Due on {day}", day=day)
    )
    back = f"/work/rounds?programme={quote(of.programme_code)}"
    return documents.page(
        parts.round_name(of),
        cards.page_head(
            parts.round_name(of),
            lead,
            crumbs=[
                (documents.text("My work"), "/work"),
                (documents.text("Reporting rounds"), back),
            ],
        ),
        html.Div(
            [
                _projects(known, board, told),
                *([_asked(known, requests, form)] if requests else []),
                _missing(known, board),
                *([_days(of, form)] if access.may_review(of.programme_code) else []),
            ],
            className="grid work",
        ),
        status=400 if form is not None else 200,
    )


def _projects(known: Catalogue, board: etl.rounds.Board, told: dict[str, str]) -> html.Section:
    heading, language = documents.text("Projects"), access.language()
    if board.tasks.empty:
        nothing = cards.empty(documents.text("Nobody is expected in this round"))
        return cards.card(heading, "projects", nothing)
    body: list[list[tables.Cell]] = []
    for task in board.tasks.to_dict("records"):
        code, word = task["project_code"], Timeliness(task["timeliness"])
        places = [known.places[place].names for place in known.places_of.get(code, ())]
        came = task["came_on"]
        body.append(
            [
                {
                    "t": words.name(known.projects[code].names, language),
                    "sub": words.listed([words.name(one, language) for one in places], language),
                    "href": f"/project/{quote(code)}",
                },
                {"status": PUNCTUAL[word], "t": documents.text(TIMELINESS[word])},
                {"t": words.day(task["due_date"].date(), language), "className": "nowrap"},
                {"t": words.day(came.date(), language), "className": "nowrap"}
                if not pd.isna(came)
                else {"missing": documents.text("nothing came")},
                {"t": parts.counted(task["received"], task["expected"]), "bar": task["share"]},
                told[code],
            ]
        )
    heads: list[tables.Cell] = [
        *(
            documents.text("Project"),
            documents.text("State"),
            documents.text("Due on"),
            documents.text("Came on"),
        ),
        *(documents.text("Received"), documents.text("What was said")),
    ]
    return cards.card(heading, "projects", tables.table(heading, heads, body, is_stacked=True))


def _missing(known: Catalogue, board: etl.rounds.Board) -> html.Section | None:
    """Return the values that did not come, by project and place."""
    language = access.language()
    gone = board.received[~board.received["is_received"]]
    if gone.empty:
        return None
    body: list[list[tables.Cell]] = [
        [
            words.name(known.projects[str(project)].names, language),
            words.name(known.places[str(place)].names, language),
            words.joined(
                (words.name(known.indicators[code].names, language) for code in rows), language
            ),
        ]
        for (project, place), rows in gone.groupby(["project_code", "place_code"])["indicator_code"]
    ]
    heading = documents.text("Values that are missing")
    heads: list[tables.Cell] = [
        documents.text("Project"),
        documents.text("Territory"),
        documents.text("Indicators"),
    ]
    return cards.card(
        heading,
        "missing",
        html.Details(
            [
                html.Summary(
                    words.plural("{count} value", "{count} values", len(gone), language),
                    className="button button-quiet",
                ),
                tables.table(heading, heads, body, is_stacked=True),
            ],
            className="folded",
        ),
    )


def _days(of: Any, sent: forms.Form | None) -> html.Section:
    language, code = access.language(), quote(of.round_code)
    blank = asks.Days(prefix="days", due_date=of.due_date, grace_days=of.grace_days)
    is_open = of.closed_at is None
    return cards.card(
        documents.text("Days and state"),
        "days",
        forms.drawn(
            forms.sent(sent, blank), language, N_("Keep"), action=f"/work/rounds/{code}/days"
        ),
        html.Div(
            [
                forms.drawn(
                    forms.Plain(prefix="state"),
                    language,
                    N_("Close the round") if is_open else N_("Open the round again"),
                    action=f"/work/rounds/{code}/state",
                    kind="quiet",
                ),
                forms.drawn(
                    forms.Plain(prefix="remove"),
                    language,
                    N_("Remove the round"),
                    action=f"/work/rounds/{code}/remove",
                    kind="danger",
                    confirm=N_("Remove this round?"),
                ),
            ],
            className="task-ways",
        ),
        lead=documents.text("In a closed round answers can be neither given nor taken back."),
        span=6,
    )
