"""What a coordinator does with the calendar: rounds are made, moved, closed, removed."""

from flask import Response, abort, request

import etl
from dashboard import access, documents, queries
from dashboard.work import asks, parts, rounds
from schemas import database, words
from schemas.codes import Calendar


def create() -> Response:
    """Make the rounds of a programme."""
    programme = request.args.get("programme", "")
    with database.connect() as conn:
        known = queries.catalogue(conn)
    if programme not in known.programmes or not access.may_review(programme):
        abort(404)
    form, where = asks.new_form(), f"/work/rounds?programme={programme}"
    if not form.validate_on_submit():
        return rounds.list_rounds(form=form)
    try:
        with database.begin() as conn:
            made = etl.rounds.create(
                conn,
                programme,
                Calendar(form.kind.data),
                start=form.start.data,
                end=form.end.data,
                due_days=form.due_days.data,
                grace_days=form.grace_days.data,
                actor=access.reader().actor,
            )
    except etl.rounds.RoundError as error:
        return parts.again(error, form, where, lambda: rounds.list_rounds(form=form))
    documents.say(
        words.plural(
            "{count} round was made.", "{count} rounds were made.", len(made), access.language()
        )
    )
    return parts.to(where)


def _own_round(code: str) -> str:
    """Return the programme of a round that who asks looks after; 404 for any other."""
    with database.connect() as conn:
        row = etl.rounds.round_of(conn, code)
    if row is None or not access.may_review(row.programme_code):
        abort(404)
    return str(row.programme_code)


def edit(code: str) -> Response:
    """Move the day on which a round is due, or its grace."""
    _own_round(code)
    form, where = asks.Days(prefix="days"), f"/work/rounds/{code}"
    if not form.validate_on_submit():
        return rounds.show_round(code, form=form)
    try:
        with database.begin() as conn:
            etl.rounds.edit(
                conn,
                code,
                due_date=form.due_date.data,
                grace_days=form.grace_days.data,
                actor=access.reader().actor,
            )
    except etl.rounds.RoundError as error:
        return parts.again(error, form, where, lambda: rounds.show_round(code, form=form))
    documents.say(documents.text("Kept."))
    return parts.to(where)


def close(code: str) -> Response:
    """Close a round, or open it again where it is closed."""
    _own_round(code)
    with database.begin() as conn:
        row = etl.rounds.round_of(conn, code)
        is_closed = row is not None and row.closed_at is None
        etl.rounds.close(conn, code, is_closed=is_closed, actor=access.reader().actor)
    documents.say(
        documents.text("The round is closed.")
        if is_closed
        else documents.text("The round is open again.")
    )
    return parts.to(f"/work/rounds/{code}")


def remove(code: str) -> Response:
    """Remove a round of which nothing was said."""
    programme = _own_round(code)
    try:
        with database.begin() as conn:
            etl.rounds.remove(conn, code, actor=access.reader().actor)
    except etl.rounds.RoundError as error:
        return parts.refuse(error, f"/work/rounds/{code}")
    documents.say(documents.text("The round is removed."))
    return parts.to(f"/work/rounds?programme={programme}")
