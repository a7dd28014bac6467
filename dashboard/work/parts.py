"""What the pages of the workspace share: whose projects, how a task stands, forms of many."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from dash import html
from flask import Response, abort
from sqlalchemy import Connection

import etl
from dashboard import access, documents, sentences
from dashboard.access import Policy
from dashboard.components import forms
from dashboard.queries import Catalogue, Record
from schemas import words
from schemas.codes import Answer, Role, Timeliness
from schemas.words import N_

ANSWERS = {
    Answer.NOTHING_TO_REPORT: N_("Nothing to report"),
    Answer.NOT_APPLICABLE: N_("Not applicable"),
}


def today() -> date:
    """Return the day by which is told what is due."""
    return datetime.now(UTC).date()


def to(where: str) -> Response:
    """Lead to a page after something was done."""
    return documents.go(where)


def refuse(error: Any, where: str) -> Response:
    """Say why something was not done, and lead back."""
    documents.say(documents.text(error.text), "error")
    return to(where)


def again(error: Any, form: forms.Form, where: str, show: Callable[[], Response]) -> Response:
    """Show a form again with what is not right beside its field; what is of no field leads back."""
    if error.field not in form:
        return refuse(error, where)
    form.refuse(error.field, error.text)
    return show()


# --- Whose ----------------------------------------------------------------------------------------


def own_projects(known: Catalogue) -> dict[str, Record]:
    """Return the projects that who asks reports for as a partner: by name, or by their places."""
    reader = access.reader()
    named = {grant.project_code for grant in reader.grants if grant.role is Role.PARTNER}
    return {
        code: row
        for code, row in known.projects.items()
        if code in named or set(known.places_of.get(code, ())) & reader.places
    }


def may_speak_for(known: Catalogue, project_code: str) -> bool:
    """Return whether who asks may answer for a project."""
    row = known.projects.get(project_code)
    places = known.places_of.get(project_code, ())
    return row is not None and any(
        access.may_submit(row.programme_code, project_code, place) for place in ("", *places)
    )


def may_see(known: Catalogue, project_code: str) -> bool:
    """Return whether who asks sees all of a project in one of its places."""
    row = known.projects.get(project_code)
    places = known.places_of.get(project_code, ())
    return row is not None and any(
        access.scope().reaches(row.programme_code, project_code, place) for place in ("", *places)
    )


def programmes(known: Catalogue) -> dict[str, Record]:
    """Return the programmes whose rounds who asks may see."""
    scope = access.scope()
    return {code: row for code, row in known.programmes.items() if scope.reaches(code)}


def asked_round(conn: Connection, code: str) -> Any:
    """Return the round of an address, where who asks may see the rounds of its programme; else 404."""
    row = etl.rounds.round_of(conn, code)
    if row is None or not access.scope().reaches(row.programme_code):
        abort(404)
    return row


def task(conn: Connection, known: Catalogue, code: str, project: str) -> Any:
    """Return the round of a project that who asks may answer for; 404 for anything else."""
    if not may_speak_for(known, project):
        abort(404)
    row = etl.rounds.round_of(conn, code)
    programme = known.projects[project].programme_code
    if row is None or row.programme_code != programme:
        abort(404)
    found = etl.rounds.board(conn, programme, today(), project_codes=[project], round_codes=[code])
    if found.tasks.empty:
        abort(404)
    return row


def coordinates(known: Catalogue) -> bool:
    """Return whether who asks looks after rounds."""
    return access.may(Policy.EVALUATE) and bool(programmes(known))


# --- In words -------------------------------------------------------------------------------------


def round_name(row: Any) -> str:
    """Return the name of a round: its own, or its period."""
    language = access.language()
    return words.name(row.names, language) or words.period(
        row.period_start, row.period_end, language
    )


def period_code(row: Any) -> str:
    """Return the period of a round as addresses say it."""
    return words.period_code(row.period_start, row.period_end)


def counted(received: int, expected: int) -> str:
    """Return how many values came, of how many."""
    language = access.language()
    return words.text(
        "{received} of {expected} values",
        language,
        received=words.number(received, language),
        expected=words.number(expected, language),
    )


def standing(timeliness: str) -> html.Span:
    """Return how a task stands, as shape, colour and word."""
    word = Timeliness(timeliness)
    return html.Span(
        documents.text(sentences.TIMELINESS[word]),
        className=f"status status-{sentences.PUNCTUAL[word]}",
    )


def answered(row: Any, names: Mapping[str, str]) -> str:
    """Return who answered what for a round, and whose answer that replaced."""
    said = documents.text(ANSWERS[Answer(row.answer)])
    who = names.get(row.actor, documents.text("Somebody"))
    day = words.day(row.answered_at.date(), access.language())
    told = documents.text("{answer}, said {who} on {day}.", answer=said, who=who, day=day)
    if row.reason:
        told = documents.text("{told} Reason: {reason}", told=told, reason=row.reason)
    if row.replaced_answer:
        told = documents.text(
            "{told} It replaced what {who} had answered: {answer}.",
            told=told,
            who=names.get(row.replaced_actor, documents.text("somebody")),
            answer=documents.text(ANSWERS[Answer(row.replaced_answer)]),
        )
    return told


def extended(row: Any) -> str:
    """Return what became of a request for more time."""
    language = access.language()
    if row.state == "granted":
        told = documents.text(
            "More time was granted until {day}.", day=words.day(row.granted_until, language)
        )
    elif row.state == "refused":
        told = documents.text("More time was not granted.")
    else:
        told = documents.text(
            "More time until {day} was asked for: {reason}",
            day=words.day(row.wanted_until, language),
            reason=row.reason,
        )
    return (
        documents.text("{told} Remark: {remark}", told=told, remark=row.remark)
        if row.remark
        else told
    )
