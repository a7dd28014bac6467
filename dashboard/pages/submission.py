"""One submission: its findings, what accepting it would change, and the decision."""

from collections.abc import Callable
from typing import Any

from dash import Input, Output, State, callback, clientside_callback, ctx, dcc, html
from flask import abort
from sqlalchemy import Connection

import etl
from dashboard import access, frames, queries, sentences, views
from dashboard.access import Policy
from dashboard.components import cards, findings, marks, previews, reasons, threads, working
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View
from dashboard.work import deciding
from schemas import database, words
from schemas import tables as database_tables
from schemas.codes import Subject, SubmissionState
from schemas.words import N_

DESCRIPTION = N_("Findings of one workbook, and what accepting it changes.")

NUMBER = "submission-number"
CHANGES, DECISION, DONE = "submission-changes", "submission-decision", "submission-done"
ACCEPT, WITHDRAW, REINSTATE = "submission-accept", "submission-withdraw", "submission-reinstate"
SAID, KEPT = "submission-said", "submission-kept"

TEMPLATE = "template"
"The layout of our own templates."

CHANGED = f"{CHANGES}.children"
DECIDED = f"..{DECISION}.children...{DONE}.data.."
REASONED = f"..{SAID}.children...{KEPT}.data.."


def _id(word: str) -> int:
    return int(word) if word.isdecimal() and len(word) < 19 else 0


def _may_answer(conn: Connection, number: int) -> bool:
    """Return whether who asks may say why values of a submission are right."""
    row = queries.submission(conn, access.writing(), number)
    return access.may(Policy.SUBMIT) and row is not None and row.is_own


def title(language: str, *, submission: str = "") -> str:
    """Return the name of the file; empty where there is no such submission for the reader."""
    with database.connect() as conn:
        row = queries.submission(conn, access.scope(), _id(submission))
    return str(row.file_name) if row else ""


def layout(submission: str = "", **arguments: Any) -> Any:
    """Return findings and decision of a submission; what it changes follows on its own.

    On a past day it is in the state of then, and nothing can be decided.
    """
    number = _id(submission) if isinstance(submission, str) else 0
    past = views.read(arguments).known_at
    language = access.language()
    with database.connect() as conn:
        row = queries.submission(conn, access.scope(), number, as_of=past)
        if row is None:
            return not_found.layout()
        found = queries.findings(conn, access.scope(), number)
        reading = None if past else queries.reading(conn, access.scope(), number)
        may_decide = past is None and access.may_review(row.programme_code or "")
        may_answer = past is None and _may_answer(conn, number)
        told = _talk(conn, number) if row.is_own and past is None else None
        names = queries.name_of(
            conn, database_tables.Project, row.project_code or ""
        ) or queries.name_of(conn, database_tables.Programme, row.programme_code or "")
    return [
        cards.page_head(
            row.file_name,
            words.name(names, language),
            crumbs=[(words.text("Submissions", language), "/submissions")],
            tools=_tools(row, language, may_decide=may_decide),
        ),
        _steps(row, language),
        html.Div(id=DECISION, role="status"),
        html.Div(id=SAID, role="status"),
        dcc.Store(id=NUMBER, data=number if past is None else 0),
        dcc.Store(id=DONE),
        dcc.Store(id=KEPT),
        html.Div(
            [
                *([_reading(reading, language)] if reading else []),
                _facts(row, language),
                # Others do not see what nobody has accepted.
                *([findings.card(found, language)] if row.is_own and _was_read(row) else []),
                reasons.card(found, language, may_answer=may_answer),
                html.Div(
                    dcc.Loading(html.Div(id=CHANGES, **marks.aria(live="polite")), type="dot"),
                    className="span-12",
                ),
                _threads(told, number, language),
            ],
            className="grid",
        ),
    ]


def _talk(conn: Connection, number: int) -> list[queries.Told]:
    subject = etl.threads.Subject(kind=Subject.SUBMISSION, submission_id=number)
    return queries.threads_about(conn, access.scope(), subject)


def _threads(told: list[queries.Told] | None, number: int, language: str) -> html.Section | None:
    """Return the discussions of a submission, for those who see all of it."""
    if told is None or not access.may(Policy.ACCOUNT):
        return None
    begin = threads.address(submission=number) if access.may(Policy.SUBMIT) else ""
    return threads.card(told, language, "submission-threads", begin=begin)


def _was_read(row: Record) -> bool:
    return bool(row.state != SubmissionState.RECEIVED)


def _reading(job: Record, language: str) -> html.Section:
    """Return how far the reading of the workbook is, or why it failed."""
    return working.card(job, language, words.text("Reading the workbook", language))


WITHDRAWING = N_(
    "Withdraw this workbook? Its values no longer count from now on; what counted before it counts"
    " again. It can be reinstated."
)
REINSTATING = N_(
    "Reinstate this workbook? It counts again as if it had never been withdrawn, but for values that"
    " a workbook accepted after it has restated."
)


def _confirmed(question: str, answer: str, language: str) -> dict[str, Any]:
    """Return the attributes of a button that asks before it is pressed (`assets/js/pages.js`)."""
    return marks.data(
        confirm=words.text(question, language),
        yes=words.text(answer, language),
        no=words.text("Cancel", language),
    )


def _tools(row: Record, language: str, *, may_decide: bool) -> list[Any]:
    """Return the buttons: the decision that is possible now, and the file; all always exist."""
    tools: list[Any] = [
        html.Button(
            [marks.icon("check"), words.text("Accept", language)],
            id=ACCEPT,
            className="button",
            n_clicks=0,
            hidden=not (
                may_decide and row.state in (SubmissionState.READY, SubmissionState.RETURNED)
            ),
        ),
        html.Button(
            [marks.icon("trash"), words.text("Withdraw", language)],
            id=WITHDRAW,
            className="button button-danger",
            n_clicks=0,
            hidden=not (may_decide and row.state == SubmissionState.ACCEPTED),
            **_confirmed(WITHDRAWING, N_("Withdraw"), language),
        ),
        html.Button(
            [marks.icon("check"), words.text("Reinstate", language)],
            id=REINSTATE,
            className="button",
            n_clicks=0,
            hidden=not (may_decide and row.state == SubmissionState.WITHDRAWN),
            **_confirmed(REINSTATING, N_("Reinstate"), language),
        ),
    ]
    if row.is_own and access.may(Policy.ACCOUNT):
        tools.append(
            html.A(
                words.text("Review", language),
                href=f"/work/review/{row.submission_id}",
                className="button button-quiet",
            )
        )
    if row.has_file and row.is_own:
        tools.append(
            html.A(
                [marks.icon("download"), words.text("Original file", language)],
                href=f"/submission/{row.submission_id}/file",
                className="button button-quiet",
                download="",
            )
        )
        tools.append(
            html.A(
                [marks.icon("download"), words.text("Annotated copy", language)],
                href=f"/submission/{row.submission_id}/annotated",
                className="button button-quiet",
                download="",
            )
        )
        if row.layout_code != TEMPLATE:  # which says itself what its cells are
            tools.append(
                html.A(
                    [marks.icon("table"), words.text("What the program saw", language)],
                    href=f"/submissions/{row.submission_id}/mapping",
                    className="button button-quiet",
                )
            )
    return tools


STEPS = (
    (N_("Received"), ""),
    (N_("Read and checked"), N_("Not read to the end")),
    (N_("Accepted"), N_("Not accepted")),
)
"The steps of a submission: what each is called once it is done, and before."


def _steps(row: Record, language: str) -> html.Ol:
    """Return how far a submission has come."""
    done = {
        SubmissionState.RECEIVED: 1,
        SubmissionState.REFUSED: 1,
        SubmissionState.REJECTED: 1,
        SubmissionState.READY: 2,
        SubmissionState.RETURNED: 2,
        SubmissionState.WITHDRAWN: 2,
        SubmissionState.ACCEPTED: 3,
    }[SubmissionState(row.state)]
    items = []
    for place, (after, before) in enumerate(STEPS):
        current = marks.aria(current="step") if place == done else {}
        is_done = place < done
        name = "step is-done" if is_done else "step"
        items.append(
            html.Li(words.text(after if is_done else before, language), className=name, **current)
        )
    return html.Ol(items, className="steps")


def _facts(row: Record, language: str) -> html.Section:
    return cards.card(
        words.text("The workbook", language),
        "submission-facts",
        cards.facts(
            [
                (
                    words.text("State", language),
                    html.Span(
                        words.text(sentences.STATES[row.state], language),
                        className=f"badge badge-{row.state}",
                    ),
                ),
                (words.text("Received", language), words.day(row.received_at.date(), language)),
                (
                    words.text("Decided", language),
                    words.day(row.decided_at.date(), language) if row.decided_at else "",
                ),
                (words.text("Layout", language), _layout(row, language)),
                (words.text("Values found", language), words.number(row.values_found, language)),
                (
                    words.text("Size", language),
                    words.text(
                        "{size} kB",
                        language,
                        size=words.number(queries.kilobytes(row.size), language),
                    ),
                ),
                (
                    words.text("SHA-256", language),
                    # With it a guess at the content of somebody's file could be proved.
                    html.Code(row.sha256[:16] + "…", title=row.sha256) if row.is_own else "",
                ),
            ]
        ),
    )


def _layout(row: Record, language: str) -> Any:
    """Return the layout by which a workbook was read: our template, or the code of another."""
    if row.layout_code == TEMPLATE:
        return words.text("Template", language)
    return html.Code(row.layout_code)


# --- What the next decision would change -----------------------------------------------------------


DECIDABLE = (
    SubmissionState.READY,
    SubmissionState.RETURNED,
    SubmissionState.ACCEPTED,
    SubmissionState.WITHDRAWN,
)


@callback(Output(CHANGES, "children"), Input(NUMBER, "data"))
def show_changes(number: int) -> Any:
    """Return what accepting, withdrawing or reinstating a submission would change on the pages."""
    scope, language = access.scope(), access.language()
    with database.connect() as conn:
        row = queries.submission(conn, scope, number)
        if row is None or not row.is_own or row.state not in DECIDABLE:
            return ""
        try:
            preview = etl.preview(conn, number)
        except etl.DecisionError as error:
            return cards.notice(words.sentence(error.finding, language), kind="error")
        # Who sent it may have lost the role since, and former values are not theirs to see.
        touched = preview[["project_code", "place_code"]].drop_duplicates()
        whose = touched.itertuples(index=False, name=None)
        if not all(scope.reaches(row.programme_code or "", *one) for one in whose):
            return ""
        data = frames.load(
            conn,
            scope,
            View(programme=row.programme_code or ""),
            language,
            indicator_codes=sorted(set(preview["indicator_code"])),
            breakdowns=True,
        )
    return previews.card(data, preview, row.state)


@callback(
    Output(DECISION, "children"),
    Output(DONE, "data"),
    Input(ACCEPT, "n_clicks"),
    Input(WITHDRAW, "n_clicks"),
    Input(REINSTATE, "n_clicks"),
    State(NUMBER, "data"),
    prevent_initial_call=True,
)
def show_decision(
    accepted: int | None, withdrawn: int | None, reinstated: int | None, number: int
) -> tuple[Any, str]:
    """Accept, withdraw or reinstate, and return why it is not possible, or what was done."""
    language = access.language()
    pressed = {ACCEPT: accepted, WITHDRAW: withdrawn, REINSTATE: reinstated}
    ways: dict[Any, tuple[Callable[[int], None] | None, str]] = {
        ACCEPT: (deciding.accept, "accepted"),
        WITHDRAW: (deciding.withdraw, "withdrawn"),
        REINSTATE: (deciding.reinstate, "reinstated"),
    }
    decide, done = ways.get(ctx.triggered_id, (None, ""))
    if decide is None or not pressed[ctx.triggered_id]:
        return "", ""
    with database.connect() as conn:
        row = queries.submission(conn, access.scope(), number)
    if row is None or not access.may_review(row.programme_code or ""):
        abort(403)
    try:
        decide(number)
    except etl.DecisionError as error:
        return cards.notice(words.sentence(error.finding, language), kind="error"), ""
    return "", done


@callback(
    Output(SAID, "children"),
    Output(KEPT, "data"),
    Input(reasons.SAVE, "n_clicks"),
    State(reasons.WHICH, "data"),
    State(reasons.TEXT, "value"),
    State(NUMBER, "data"),
    prevent_initial_call=True,
)
def show_reason(
    clicks: int | None, which: str | None, text: str | None, number: int
) -> tuple[Any, str]:
    """Keep the reason for a warning, and return why it is not possible, or that it was done."""
    language = access.language()
    if not clicks:
        return "", ""
    with database.connect() as conn:
        may_answer = _may_answer(conn, number)
    if not may_answer:
        abort(403)
    if not (text or "").strip():
        said = words.text("Write a reason first.", language)
        return cards.notice(said, kind="warning"), ""
    try:
        etl.justify(number, _id(which or ""), text or "", actor=access.reader().actor)
    except etl.DecisionError as error:
        return cards.notice(words.sentence(error.finding, language), kind="error"), ""
    return "", "kept"


# The page is drawn again, as it is now.
clientside_callback(
    """
    function show_done(done, kept) {
        if (done || kept)
            window.medtown.open(window.location.pathname + "?done=" + (done || kept + Date.now()));
    }
    """,
    Input(DONE, "data"),
    Input(KEPT, "data"),
    prevent_initial_call=True,
)
