"""What is done to reports that people write: begun, written, made, made again, published, scheduled, removed."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, jsonify, request
from sqlalchemy import Connection

import etl
from dashboard import (
    access,
    accounts,
    building,
    documents,
    made,
    queries,
    static,
    views,
)
from dashboard.components import forms
from dashboard.queries import Record
from dashboard.reports import fields, outlines
from dashboard.reports.formats import WRITERS
from dashboard.reports.outlines import Outline
from dashboard.work import parts, reports, subjects
from schemas import database, words
from schemas.codes import JobKind
from schemas.words import N_

PAGE = reports.PAGE
NOT_A_PERIOD = N_("This is not a period: write 2023, 2023-S1, 2023-Q2 or 2023-05.")


def _page(report_id: int, part: str = "") -> Response:
    return documents.go(f"{PAGE}/{report_id}{f'#part-{part}-title' if part else ''}")


# --- Choosing -------------------------------------------------------------------------------------


def _of(form: reports.Choice, kind: Outline, left_out: list[str]) -> etl.reports.Of:
    """Return what a form says; what is of a programme has its own, whichever was chosen."""
    with database.connect() as conn:
        known = queries.catalogue(conn)
        programme = subjects.programme_of(
            conn, known, kind.subject, form.code.data, form.programme.data
        )
        database.let_go(conn)
    choices: dict[str, Any] = {
        "period": (form.period.data or "").strip(),
        "as_of": str(form.as_of.data or ""),
        "since": str(form.since.data or ""),
    }
    kept = {name: word for name, word in choices.items() if word}
    if left_out:
        kept["left_out"] = left_out
    return etl.reports.Of(
        programme,
        kind.kind,
        form.code.data,
        form.language.data,
        kept,
    )


def _is_right(form: reports.Choice) -> bool:
    """Return whether a form can be kept; what is wrong stands beside its field."""
    if not form.validate_on_submit():
        return False
    if said := (form.period.data or "").strip():
        try:
            words.parse_period_code(said)
        except ValueError:
            form.refuse("period", NOT_A_PERIOD)
            return False
    for name in ("as_of", "since"):
        day = form[name].data
        if day and not views.EARLIEST <= day <= parts.today():
            form.refuse(name, N_("Write a day that has passed: 2023-06-30."))
            return False
    return True


def begin(kind: str) -> Response:
    """Begin a report of a kind."""
    one = outlines().get(kind)
    if one is None:
        abort(404)
    with database.connect() as conn:
        form = reports.choice(conn, queries.catalogue(conn), one)
    if not _is_right(form):
        return reports.new_report(kind, sent=form)
    of = _of(form, one, [])
    with database.begin() as conn:
        number = etl.reports.begin(conn, of, actor=access.reader().actor)
    return _page(number)


def choose(report_id: int) -> Response:
    """Change what a report is on, of when, and for whom."""
    with database.connect() as conn:
        row = reports.found(conn, report_id)
        kind = reports.outline(row)
        form = reports.choice(conn, queries.catalogue(conn), kind, row)
    if not _is_right(form):
        return reports.show_report(report_id, sent=form)
    left_out = list(row.choices.get("left_out", ()))
    of = _of(form, kind, left_out)
    if of.programme_code != row.programme_code:  # what was written stays within its programme
        form.refuse("code", N_("Choose from the list."))
        return reports.show_report(report_id, sent=form)
    with database.begin() as conn:
        etl.reports.choose(conn, report_id, of, actor=access.reader().actor)
    documents.say(documents.text("Kept."))
    return _page(report_id)


def wanted(report_id: int, part: str) -> Response:
    """Leave a part out, or put it back; its text stays."""
    forms.require_button()
    with database.begin() as conn:
        row = _with_part(reports.found(conn, report_id), part)
        out = set(row.choices.get("left_out", ()))
        choices = {**row.choices, "left_out": sorted(out ^ {part})}
        of = etl.reports.Of(row.programme_code, row.kind, row.code, row.language, choices)
        etl.reports.choose(conn, report_id, of, actor=access.reader().actor)
    return _page(report_id, part)


def _with_part(row: Record, part: str) -> Record:
    """Return a report that has a part; else 404."""
    if part not in {one.code for one in reports.outline(row).parts}:
        abort(404)
    return row


def remove(report_id: int) -> Response:
    """Take a report out of the list."""
    forms.require_button()
    with database.begin() as conn:
        reports.found(conn, report_id)
        public = queries.published_reports(conn, report_id=report_id)
        if len(queries.closed(conn, public)) < len(public):
            documents.say(documents.text("Withdraw its published files first."), "error")
            return _page(report_id)
        etl.reports.remove(conn, report_id, actor=access.reader().actor)
    documents.say(documents.text("Removed."))
    return documents.go(PAGE)


# --- Writing --------------------------------------------------------------------------------------


def write(report_id: int, part: str) -> Any:
    """Keep the text of a part: for a script with how it will look (409 where it moved), else the page."""
    text, seen = request.form.get("text", ""), request.form.get("seen", "")
    if not seen.isdecimal() or len(seen) > 9:
        abort(400)
    is_script = request.accept_mimetypes.best == "application/json"
    with database.connect() as conn:
        row = _with_part(reports.found(conn, report_id), part)
        values = reports.values_of(conn, row)
        if "settled" in request.form or not is_script:
            text = fields.recorded(text, values, only_new=True)
        # Before it is kept: what cannot be shown must not stand on the page for everybody else.
        shown = static.render(reports.preview(text, values), access.language()) if text else ""
        database.let_go(conn)  # or its own reader would keep the text from being written
    try:
        with database.begin() as conn:
            version = etl.reports.write(
                conn, report_id, part, text, seen=int(seen), actor=access.reader().actor
            )
    except etl.threads.TextError as error:
        return _refused(report_id, part, str(error), is_script)
    except etl.reports.TextMovedError as moved:
        return _moved(report_id, part, moved, is_script=is_script)
    if not is_script:
        documents.say(documents.text("Kept."))
        return _page(report_id, part)
    return jsonify({"version": version, "html": shown, "text": text})


def _refused(report_id: int, part: str, why: str, is_script: bool) -> Any:
    said = documents.text(why)
    if is_script:
        return jsonify({"message": said}), 400
    documents.say(said, "error")
    return _page(report_id, part)


def _moved(report_id: int, part: str, moved: etl.reports.TextMovedError, *, is_script: bool) -> Any:
    """Answer that somebody else wrote a text meanwhile, with theirs: nothing was written over."""
    with database.connect() as conn:
        names = accounts.named(conn, {moved.written_by} - {""})
    who = names.get(moved.written_by, documents.text("Somebody"))
    said = documents.text(
        "{who} wrote here meanwhile. Nothing of theirs was written over.", who=who
    )
    if is_script:
        return jsonify({"message": said, "text": moved.text, "version": moved.version}), 409
    documents.say(said, "error")
    return _page(report_id, part)


def renew(report_id: int, part: str) -> Any:
    """Let the numbers of a text be those of today: what they said when it was written is forgotten."""
    forms.require_button()
    with database.connect() as conn:
        row = _with_part(reports.found(conn, report_id), part)
        kept = queries.report_texts(conn, report_id).get(part)
        text = fields.recorded(kept.text, reports.values_of(conn, row)) if kept else ""
        database.let_go(conn)
    if kept is None:
        return _page(report_id, part)
    try:
        with database.begin() as conn:
            actor = access.reader().actor
            etl.reports.write(conn, report_id, part, text, seen=kept.version, actor=actor)
    except etl.reports.TextMovedError as moved:
        return _moved(report_id, part, moved, is_script=False)
    return _page(report_id, part)


# --- Making ---------------------------------------------------------------------------------------


def make(report_id: int, file_format: str) -> Response:
    """Make the file of a report: by a worker where there are workers, else at once."""
    forms.require_button()
    if file_format not in WRITERS:
        abort(404)
    return _make(report_id, file_format)


def publish(report_id: int) -> Response:
    """Make the file of a report as everybody may see it, and let everybody fetch it."""
    form = reports.publishing()
    if not form.validate_on_submit():
        abort(400)
    return _make(report_id, form.file_format.data, is_public=True)


def _make(report_id: int, file_format: str, *, is_public: bool = False) -> Response:
    with database.connect() as conn:
        row = reports.found(conn, report_id)
    if etl.has_broker():
        asked = {"report": report_id, "format": file_format, "is_public": is_public}
        return _later(asked)
    try:
        with made.turn():
            number, _ = building.keep(
                row, file_format, actor=access.reader().actor, is_public=is_public
            )
    except etl.DecisionError as error:
        return _not_made(report_id, error)
    told = N_("The report is published.") if is_public else N_("The report is made.")
    documents.say(documents.text(told))
    return documents.go(f"{PAGE}/{report_id}#made-{number}")


def _later(asked: dict[str, Any]) -> Response:
    """Have a worker make a file, and lead to the page that says when it is there."""
    job_id = etl.later(JobKind.REPORT, asked, account_id=access.reader().account_id)
    return documents.go(f"/work/jobs/{job_id}")


def _not_made(report_id: int, error: etl.DecisionError) -> Response:
    """Say why a file could not be made."""
    documents.say(words.sentence(error.finding, access.language()), "error")
    return _page(report_id)


def again(report_id: int, made_report_id: int) -> Response:
    """Make a file once more and keep whether it is the same to the byte; by a worker where there are workers."""
    forms.require_button()
    with database.connect() as conn:
        row = _file_of(conn, report_id, made_report_id)
        database.let_go(conn)
    if etl.has_broker():
        return _later({"report": report_id, "again": made_report_id, "format": row["file_format"]})
    try:
        with made.turn():
            building.compare(row, actor=access.reader().actor)
    except etl.DecisionError as error:
        return _not_made(report_id, error)
    return documents.go(f"{PAGE}/{report_id}#made-{made_report_id}")


def _file_of(conn: Connection, report_id: int, made_report_id: int) -> dict[str, Any]:
    """Return a file that was made of a report; 404 where it is none of it."""
    reports.found(conn, report_id)
    row = queries.made_report(conn, access.scope(), made_report_id)
    if row is None or row["report_id"] != report_id:
        abort(404)
    return row


def withdraw(report_id: int, made_report_id: int) -> Response:
    """Let nobody fetch a published file any more."""
    forms.require_button()
    with database.begin() as conn:
        _file_of(conn, report_id, made_report_id)
        etl.publishing.withdraw(conn, made_report_id, actor=access.reader().actor)
    documents.say(documents.text("Withdrawn."))
    return documents.go(f"{PAGE}/{report_id}#made-{made_report_id}")


def schedule(report_id: int) -> Response:
    """Have a report made after each round, or no more."""
    with database.connect() as conn:
        reports.found(conn, report_id)
    form = reports.schedule(None)
    if not form.validate_on_submit():
        return reports.show_report(report_id, planned=form)
    with database.begin() as conn:
        etl.scheduled.schedule(
            conn,
            report_id,
            form.file_formats.data or [],
            form.days.data,
            actor=access.reader().actor,
        )
    documents.say(documents.text("Kept."))
    return documents.go(f"{PAGE}/{report_id}#schedule-title")


SHOWN: dict[str, Callable[..., Any]] = {
    PAGE: reports.list_reports,
    f"{PAGE}/new/<kind>": reports.new_report,
    f"{PAGE}/<int:report_id>": reports.show_report,
    f"{PAGE}/<int:report_id>/parts/<part>": reports.show_versions,
}

DONE: dict[str, Callable[..., Any]] = {
    f"{PAGE}/new/<kind>": begin,
    f"{PAGE}/<int:report_id>/choose": choose,
    f"{PAGE}/<int:report_id>/parts/<part>": write,
    f"{PAGE}/<int:report_id>/parts/<part>/wanted": wanted,
    f"{PAGE}/<int:report_id>/parts/<part>/renew": renew,
    f"{PAGE}/<int:report_id>/make/<file_format>": make,
    f"{PAGE}/<int:report_id>/again/<int:made_report_id>": again,
    f"{PAGE}/<int:report_id>/publish": publish,
    f"{PAGE}/<int:report_id>/withdraw/<int:made_report_id>": withdraw,
    f"{PAGE}/<int:report_id>/schedule": schedule,
    f"{PAGE}/<int:report_id>/remove": remove,
}
