"""What partners answer for a round, what they ask for, and what is decided on it."""

from flask import Response, abort

import etl
from dashboard import access, documents, notices, queries
from dashboard.work import asks, home, parts, rounds
from schemas import database
from schemas.codes import Answer
from schemas.words import N_


def answer(code: str, project: str) -> Response:
    """Answer for a project and a round: not applicable where a reason is sent, else nothing."""
    with database.connect() as conn:
        parts.task(conn, queries.catalogue(conn), code, project)
    reason = asks.Reason(prefix=f"{code}-{project}-reason")
    is_reasoned = reason.reason.raw_data is not None and bool(reason.reason.raw_data)
    if is_reasoned and not reason.validate_on_submit():
        return home.home(form=reason)
    said = Answer.NOT_APPLICABLE if is_reasoned else Answer.NOTHING_TO_REPORT
    told = " ".join((reason.reason.data or "").split()) if is_reasoned else ""
    try:
        with database.begin() as conn:
            parts.task(conn, queries.catalogue(conn), code, project)
            actor = access.reader().actor
            etl.rounds.answer(conn, code, project, said, reason=told, actor=actor)
    except etl.rounds.RoundError as error:
        return parts.refuse(error, "/work")
    documents.say(
        documents.text("Your answer is kept. It can be taken back until the round is closed.")
    )
    return parts.to("/work")


def take_back(code: str, project: str) -> Response:
    """Take an answer back."""
    try:
        with database.begin() as conn:
            parts.task(conn, queries.catalogue(conn), code, project)
            etl.rounds.take_back(conn, code, project, actor=access.reader().actor)
    except etl.rounds.RoundError as error:
        return parts.refuse(error, "/work")
    documents.say(documents.text("The answer is taken back."))
    return parts.to("/work")


def ask(code: str, project: str) -> Response:
    """Ask for more time, and tell those who decide."""
    form = asks.More(prefix=f"{code}-{project}-more")
    with database.connect() as conn:
        parts.task(conn, queries.catalogue(conn), code, project)
    if not form.validate_on_submit():
        return home.home(form=form)
    try:
        with database.begin() as conn:
            of = parts.task(conn, queries.catalogue(conn), code, project)
            etl.rounds.ask(
                conn,
                code,
                project,
                wanted_until=form.wanted_until.data,
                reason=" ".join(form.reason.data.split()),
                actor=access.reader().actor,
            )
            notices.tell(
                conn,
                notices.coordinators_of(conn, of.programme_code),
                "round",
                N_("{project} asks for more time in {round}."),
                link=f"/work/rounds/{code}",
                project=project,
                round=code,
            )
    except etl.rounds.RoundError as error:
        return parts.again(error, form, "/work", lambda: home.home(form=form))
    documents.say(documents.text("Your request is sent."))
    return parts.to("/work")


def decide(extension_id: int) -> Response:
    """Grant more time where a day is sent, else refuse it; who asked for it is told."""
    form = asks.Decided(prefix=f"x{extension_id}")
    with database.connect() as conn:
        row = etl.rounds.extension(conn, extension_id)
        of = etl.rounds.round_of(conn, row.round_code) if row else None
    if row is None or of is None or not access.may_review(of.programme_code):
        abort(404)
    where = f"/work/rounds/{row.round_code}"
    is_granted = bool(form.granted_until.raw_data)
    if is_granted and not form.validate_on_submit():
        return rounds.show_round(row.round_code, form=form)
    until = form.granted_until.data if is_granted else None
    try:
        with database.begin() as conn:
            etl.rounds.decide(
                conn,
                extension_id,
                granted_until=until,
                remark=" ".join((form.remark.data or "").split())[:1000],
                actor=access.reader().actor,
            )
            notices.tell(
                conn,
                notices.partners_of(conn, of.programme_code, row.project_code),
                "round",
                N_("More time for {project} in {round} was granted.")
                if until
                else N_("More time for {project} in {round} was not granted."),
                link="/work",
                project=row.project_code,
                round=row.round_code,
            )
    except etl.rounds.RoundError as error:
        return parts.again(error, form, where, lambda: rounds.show_round(row.round_code, form=form))
    documents.say(documents.text("Decided; the partner is told."))
    return parts.to(where)
