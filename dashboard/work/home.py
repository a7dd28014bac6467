"""My work: what is due, what was returned, what was accepted, the template, and where the file goes."""

from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from flask import Response
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

import etl
from dashboard import access, accounts, documents, queries, routes
from dashboard.access import Policy
from dashboard.components import cards, forms, marks, tables, uploads
from dashboard.queries import Catalogue
from dashboard.work import asks, parts, records
from schemas import database, words
from schemas.codes import SubmissionState
from schemas.words import N_

MOST = 8
"Tasks on the page: the rounds that are open and wait for something, the latest first."

LATELY = 6

LOOKED_AT = 1000
"The newest submissions, among which those of a few projects are found."

RETURNED = (SubmissionState.RETURNED, SubmissionState.REJECTED, SubmissionState.REFUSED)
WAITING = (SubmissionState.READY, SubmissionState.RECEIVED)


def home(*, form: forms.Form | None = None) -> Response:
    """Show who asks what they have to do; the form is one that was sent with a mistake."""
    with database.connect() as conn:
        known = queries.catalogue(conn)
        own = parts.own_projects(known)
        tasks = _tasks(conn, known, own)
        handed_in = _handed_in(conn, list(own))
        looks_after = _looks_after(conn, known) if access.may(Policy.REVIEW) else []
    body: list[Any] = []
    if own:
        body += [_due(known, tasks, form), _file(), *_outcome(known, handed_in)]
    elif not looks_after:
        body.append(
            cards.card(
                documents.text("What is due"),
                "due",
                cards.empty(
                    documents.text("No project is yours yet"),
                    documents.text(
                        "Your coordinator says which projects or places you report for."
                    ),
                ),
            )
        )
    else:
        body.append(_file(span=12))
    if own or looks_after:
        body.append(_told())
    return documents.page(
        documents.text("My work"),
        cards.page_head(documents.text("My work"), _lead(known, own)),
        html.Div([*looks_after, *body], className="grid work"),
        status=400 if form is not None else 200,
    )


def _lead(known: Catalogue, own: dict[str, Any]) -> str:
    language = access.language()
    if own:
        names = [words.name(row.names, language) for row in own.values()]
        return words.listed(names, language, 3)
    return documents.text("Rounds, what waits to be decided, and where a workbook is handed in.")


# --- What is due ----------------------------------------------------------------------------------


def _tasks(conn: Any, known: Catalogue, own: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is still open for the own projects: each task with its round and what was said."""
    told = etl.rounds.answers(conn, list(own))
    more = etl.rounds.extensions(conn, list(own))
    names = accounts.named(
        conn, {actor for row in told.values() for actor in (row.actor, row.replaced_actor)}
    )
    found: list[dict[str, Any]] = []
    for programme in dict.fromkeys(row.programme_code for row in own.values()):
        rounds = {row.round_code: row for row in etl.rounds.rounds(conn, programme)}
        mine = [code for code, row in own.items() if row.programme_code == programme]
        board = etl.rounds.board(conn, programme, parts.today(), project_codes=mine)
        for task in board.tasks.to_dict("records"):
            of, key = rounds[task["round_code"]], (task["round_code"], task["project_code"])
            if of.closed_at is None and of.period_start <= parts.today():
                answer = told.get(key)
                said = parts.answered(answer, names) if answer else ""
                more_time = {"round": of, "said": said, "extension": more.get(key)}
                found.append({str(name): value for name, value in task.items()} | more_time)
    found.sort(key=lambda task: (task["round"].period_end, task["project_code"]), reverse=True)
    newest = max((task["round"].period_end for task in found), default=None)
    return [
        task
        for task in found
        if pd.isna(task["came_on"]) or task["round"].period_end == newest or task["said"]
    ][:MOST]


def _due(known: Catalogue, tasks: list[dict[str, Any]], form: forms.Form | None) -> html.Section:
    heading = documents.text("What is due")
    if not tasks:
        nothing = cards.empty(
            documents.text("Nothing is due"),
            documents.text("Every open round has what it asks for."),
        )
        return cards.card(heading, "due", nothing, span=8)
    return cards.card(
        heading,
        "due",
        html.Ul([_task(known, task, form) for task in tasks], className="tasks"),
        span=8,
    )


def _task(known: Catalogue, task: dict[str, Any], form: forms.Form | None) -> html.Li:
    language, of, code = access.language(), task["round"], task["project_code"]
    name = words.name(known.projects[code].names, language)
    due = words.day(task["due_date"].date(), language)
    grace = words.day(task["until"].date(), language)
    told = documents.text("due {day}", day=due)
    if task["until"] > task["due_date"]:
        told = documents.text("due {day}, with grace until {grace}", day=due, grace=grace)
    lines: list[Any] = [
        html.H3(documents.text("{round}: {project}", round=parts.round_name(of), project=name)),
        html.P(
            [
                parts.standing(task["timeliness"]),
                html.Span(told),
                html.Span(parts.counted(task["received"], task["expected"])),
            ],
            className="task-state",
        ),
    ]
    if task["said"]:
        lines.append(html.P(task["said"], className="task-said"))
    if task["extension"] is not None:
        lines.append(html.P(parts.extended(task["extension"]), className="task-said"))
    return html.Li([*lines, _ways(task, form)], className="task")


def _ways(task: dict[str, Any], form: forms.Form | None) -> html.Div:
    """Return what can be done about a task: the template, an answer, more time, evidence."""
    language, of, code = access.language(), task["round"], task["project_code"]
    where, project = f"{quote(of.round_code)}/{quote(code)}", quote(code, safe="")
    prefix = f"{of.round_code}-{code}"
    period = quote(parts.period_code(of), safe="/")
    ways: list[Any] = [
        html.A(
            [marks.icon("file-spreadsheet"), documents.text("Prefilled template")],
            href=f"/template/{project}.xlsx?period={period}&lang={words.base(language)}",
            className="button",
            download="",
        )
    ]
    if task["said"]:
        ways.append(
            forms.drawn(
                forms.Plain(prefix=f"{prefix}-back"),
                language,
                N_("Take the answer back"),
                action=f"/work/answers/{where}/back",
                kind="quiet",
            )
        )
    elif pd.isna(task["came_on"]):
        ways += _instead(where, prefix, form)
    ways.append(
        html.A(
            [marks.icon("link"), documents.text("Evidence")],
            href=f"/work/evidence/{project}?round={quote(of.round_code)}",
            className="tool",
        )
    )
    return html.Div(ways, className="task-ways")


def _instead(where: str, prefix: str, form: forms.Form | None) -> list[Any]:
    """Return the answers that can be given instead of values, and the request for more time."""
    language = access.language()
    reason = forms.sent(form, asks.Reason(prefix=f"{prefix}-reason"))
    more = forms.sent(form, asks.More(prefix=f"{prefix}-more"))
    return [
        forms.drawn(
            forms.Plain(prefix=f"{prefix}-nothing"),
            language,
            N_("Nothing to report"),
            action=f"/work/answers/{where}",
            kind="quiet",
        ),
        _folded(
            N_("Not applicable"),
            forms.drawn(
                reason,
                language,
                N_("It does not apply"),
                action=f"/work/answers/{where}",
                kind="quiet",
            ),
            is_open=bool(reason.errors),
        ),
        _folded(
            N_("More time"),
            forms.drawn(
                more,
                language,
                N_("Ask for more time"),
                action=f"/work/extensions/{where}",
                kind="quiet",
            ),
            is_open=bool(more.errors),
        ),
    ]


def _folded(summary: str, form: html.Div, *, is_open: bool) -> html.Details:
    return html.Details(
        [html.Summary(documents.text(summary), className="button button-quiet"), form],
        className="folded",
        open=is_open,
    )


def _told() -> html.Section:
    """Return the way to what is told in words beside the numbers."""
    return cards.card(
        documents.text(records.TITLE),
        "told",
        html.P(
            html.A(
                [marks.icon("edit"), documents.text("Write, or read what was written")],
                href=records.PAGE,
                className="button button-quiet",
            )
        ),
        lead=documents.text(
            "What changed and for whom, stories with consent, lessons: what numbers cannot say."
        ),
    )


# --- The file, and what became of others ----------------------------------------------------------


def _file(*, span: int = 4) -> html.Section:
    language = access.language()
    plain = Markup(
        '<form class="form" method="post" action="/work/upload" enctype="multipart/form-data">'
        '<input type="hidden" name="csrf_token" value="{}">'
        '<p class="form-field"><label for="workbook">{}</label>'
        '<input class="field" id="workbook" type="file" name="file" accept="{}" required></p>'
        '<p><button class="button">{}</button></p></form>'
    ).format(
        generate_csrf(),
        documents.text("Workbook (xlsx, xls, ods or csv)"),
        uploads.ACCEPTED,
        documents.text("Hand in"),
    )
    return cards.card(
        documents.text("Hand in a workbook"),
        "hand-in",
        uploads.slot(language, "/upload", plain=str(plain)),
        html.P(
            html.A(documents.text("Try a file without handing it in"), href="/try"),
            className="card-foot",
        ),
        lead=documents.text("It is checked at once; every problem is named with its cell."),
        span=span,
    )


def hand_in() -> Response:
    """Take a workbook that a plain form sent, and lead to what became of it."""
    sent = routes.sent_file()
    if sent is None or not sent[1]:
        documents.say(documents.text("No file arrived."), "error")
        return parts.to("/work")
    receipt = routes.received(sent, access.language())
    return parts.to(f"/submissions/{receipt.submission_id}")


def _handed_in(conn: Any, project_codes: list[str]) -> pd.DataFrame:
    """Return the last submissions of some projects that who asks may see all of, the newest first."""
    found = queries.submissions(conn, access.scope(), limit=LOOKED_AT if project_codes else 0)
    return found[found["is_own"] & found["project_code"].isin(project_codes)]


def _outcome(known: Catalogue, handed_in: pd.DataFrame) -> list[html.Section]:
    """Return what was returned, what waits, and what was accepted."""
    kinds = (
        ("returned", N_("What was returned"), RETURNED, N_("Nothing was returned.")),
        ("accepted", N_("What was accepted"), (SubmissionState.ACCEPTED,), N_("Nothing yet.")),
        ("waiting", N_("What waits for a decision"), WAITING, ""),
    )
    found = []
    for key, heading, states, nothing in kinds:
        rows = handed_in[handed_in["state"].isin([*states])].head(LATELY)
        if rows.empty and not nothing:
            continue
        shown = (
            html.P(documents.text(nothing), className="muted")
            if rows.empty
            else _list(known, rows, documents.text(heading))
        )
        review = html.A(documents.text("Review and discussion"), href="/work/review")
        foot = [] if key == "accepted" else [html.P(review, className="card-foot")]
        found.append(cards.card(documents.text(heading), key, shown, *foot, span=6))
    return found


def _list(known: Catalogue, rows: pd.DataFrame, heading: str) -> html.Div:
    language = access.language()
    body: list[list[tables.Cell]] = []
    for row in rows.to_dict("records"):
        project = known.projects.get(row["project_code"])
        returned = row["state"] in RETURNED
        errors = words.plural("{count} error", "{count} errors", int(row["errors"]), language)
        annotated = f"/submission/{row['submission_id']}/annotated"
        body.append(
            [
                {"t": row["file_name"], "href": _page_of(row)},
                words.name(project.names, language) if project else "–",
                words.day(row["received_at"].date(), language),
                {"links": [{"t": documents.text("Annotated copy"), "href": annotated}]}
                if returned and row["state"] != SubmissionState.REFUSED
                else "",
                errors if returned else words.number(row["values_found"], language),
            ]
        )
    last = (
        documents.text("Errors")
        if rows["state"].isin([*RETURNED]).any()
        else documents.text("Values")
    )
    heads: list[tables.Cell] = [
        documents.text("File"),
        documents.text("Project"),
        documents.text("Handed in"),
        "",
        last,
    ]
    if not any(row[3] for row in body):
        heads.pop(3)
        body = [[*row[:3], row[4]] for row in body]
    return tables.table(heading, heads, body, is_stacked=True)


def _page_of(row: dict[Any, Any]) -> str:
    """Return where a workbook is talked about, once it was sent back; else what the checks said of it."""
    is_talked_about = row["state"] == SubmissionState.RETURNED
    return f"{'/work/review' if is_talked_about else '/submissions'}/{row['submission_id']}"


# --- Whoever decides ------------------------------------------------------------------------------


def _looks_after(conn: Any, known: Catalogue) -> list[html.Section]:
    """Return the ways of a coordinator: to the rounds, and to what waits to be decided."""
    waiting = queries.submissions(conn, access.scope(), limit=LOOKED_AT)
    ready = int((waiting["is_own"] & (waiting["state"] == SubmissionState.READY)).sum())
    projects = [row.project_code for row in known.projects.values()]
    asked = [row for row in etl.rounds.extensions(conn, projects).values() if row.state == "asked"]
    seen = [row for row in asked if parts.may_see(known, row.project_code)]
    language = access.language()
    ways = (
        ("calendar", N_("Reporting rounds"), "/work/rounds", _round_line(conn, known)),
        (
            "list-check",
            N_("Review and discussion"),
            "/work/review",
            words.plural(
                "{count} workbook waits for a decision.",
                "{count} workbooks wait for a decision.",
                ready,
                language,
            ),
        ),
        (
            "clock",
            N_("More time"),
            "/work/rounds#requests",
            words.plural(
                "{count} request waits for an answer.",
                "{count} requests wait for an answer.",
                len(seen),
                language,
            ),
        ),
    )
    return [
        cards.card(
            documents.text(heading),
            f"way-{sign}",
            html.P(told),
            html.P(
                html.A([marks.icon(sign), documents.text("Show")], href=where, className="button")
            ),
            span=4,
        )
        for sign, heading, where, told in ways
    ]


def _round_line(conn: Any, known: Catalogue) -> str:
    for programme in parts.programmes(known):
        of = etl.rounds.latest(conn, programme, parts.today())
        if of is not None:
            told, every = etl.rounds.told(conn, of)
            return documents.text(
                "{told} of {all} territories have reported for {round}.",
                told=words.number(told, access.language()),
                all=words.number(every, access.language()),
                round=parts.round_name(of),
            )
    return documents.text("Who has reported, how much of it, and in time or not.")
