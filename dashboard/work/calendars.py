"""What a coordinator does with the calendar: rounds are made, moved, closed, removed."""

from flask import Response, abort, request
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

import etl
from dashboard import access, documents, queries
from dashboard.components import forms
from dashboard.work import parts
from schemas import database, words
from schemas.codes import Calendar
from schemas.words import N_

KINDS = {
    Calendar.SIX_MONTHS: N_("Every six months"),
    Calendar.QUARTERS: N_("Every quarter"),
    Calendar.PROJECTS: N_("By the dates of each project"),
}

MOST_DAYS = 366


def _days(label: str, hint: str = "") -> IntegerField:
    return IntegerField(
        label,
        [forms.NEEDED, NumberRange(0, MOST_DAYS)],
        description=hint,
        render_kw={"inputmode": "numeric", "min": 0, "max": MOST_DAYS},
    )


class New(forms.Form):
    """A calendar of rounds."""

    kind = SelectField(N_("Rounds"))
    start = DateField(
        N_("First day"), [Optional()], description=N_("Not needed for rounds by project.")
    )
    end = DateField(N_("Until"), [Optional()])
    due_days = _days(N_("Days until it is due"), N_("After the end of the period."))
    grace_days = _days(N_("Days of grace"), N_("What comes within them is not late."))


class Days(forms.Form):
    """When a round is due."""

    due_date = DateField(N_("Due on"), [forms.NEEDED])
    grace_days = _days(N_("Days of grace"), N_("What comes within them is not late."))


def new_form() -> New:
    """Return the form of a new calendar, with its choices in the language of whoever asks."""
    form = New(prefix="new")
    form.kind.choices = [(kind.value, documents.text(said)) for kind, said in KINDS.items()]
    if form.due_days.data is None and not form.is_submitted():
        form.due_days.data, form.grace_days.data = 31, 14
    return form


def create() -> Response:
    """Make the rounds of a programme."""
    programme = request.args.get("programme", "")
    with database.connect() as conn:
        known = queries.catalogue(conn)
    if programme not in known.programmes or not access.may_review(programme):
        abort(404)
    form, where = new_form(), f"/work/rounds?programme={programme}"
    if not form.validate_on_submit():
        return parts.mistaken(form, where)
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
        return parts.refuse(error, where)
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
    form, where = Days(prefix="days"), f"/work/rounds/{code}"
    if not form.validate_on_submit():
        return parts.mistaken(form, where)
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
        return parts.refuse(error, where)
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
