"""The routes of what a workbook leaves open: what the program saw, answers, and trying a file.

All but the last take and give JSON; none is for the public, because they show cells that nobody has
accepted.
"""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
from flask import Flask, Response, abort, jsonify, request
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Connection

import etl
from dashboard import access, exports, notices, queries, trail
from dashboard.access import Policy
from dashboard.components import findings, sheets
from dashboard.routes import WORKBOOK, add_views, attachment, sent_file
from dashboard.views import LONGEST
from schemas import database, words
from schemas.codes import Severity
from schemas.findings import Finding
from schemas.words import N_

MOST_ANSWERS, LONGEST_ANSWER = 5000, 500
MOST_ROWS = 2000
"Rows of one table that can be shown."


def _asked() -> dict[str, Any]:
    """Return the JSON object of a request; 400 where it is none."""
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400)
    return body


def _answers(body: dict[str, Any]) -> dict[str, str]:
    """Return the answers in a request: short texts by short texts; 400 where they are not."""
    answers = body.get("answers")
    if not isinstance(answers, dict) or len(answers) > MOST_ANSWERS:
        abort(400)
    for part in (*answers, *answers.values()):
        if not isinstance(part, str) or len(part) > LONGEST_ANSWER or not _is_writable(part):
            abort(400)
    return {key: text for key, text in answers.items() if text}


def _is_writable(text: str) -> bool:
    """Return whether a text can be stored: JSON can write halves of signs and zeros, nothing else can."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _word(body: dict[str, Any], name: str) -> str:
    text = body.get(name, "")
    if not isinstance(text, str) or not _is_writable(text):
        abort(400)
    return " ".join(text.split())[:LONGEST]


def _own(submission_id: int) -> None:
    """Answer 404 unless who asks may answer for a submission: not all who may read it may."""
    with database.connect() as conn:
        row = queries.submission(conn, access.writing(), submission_id)
    if row is None or not row.is_own:
        abort(404)


def _is_for_project(code: str) -> bool:
    """Return whether who asks may keep, and have, layouts of a project; for none coordinators may."""
    with database.connect() as conn:
        known = queries.catalogue(conn)
    if code not in known.projects:
        return access.may(Policy.REVIEW)
    programme = known.projects[code].programme_code
    return any(
        access.may_submit(programme, code, place) for place in known.places_of.get(code, ("",))
    )


def _refused(error: etl.DecisionError) -> tuple[Response, int]:
    return jsonify({"message": words.sentence(error.finding, access.language())}), 409


def seen(submission_id: int) -> tuple[Response, int]:
    """Return what the program sees in a submission under the answers of the request; nothing is kept.

    `rows` says how many rows of each table are shown; with `catalogue` what words can mean is told.
    """
    body, language = _asked(), access.language()
    rows = body.get("rows") or {}
    if not isinstance(rows, dict) or not all(type(count) is int for count in rows.values()):
        abort(400)
    given = _answers(body) if "answers" in body else None
    _own(submission_id)
    try:
        found = etl.see(submission_id, given, writer=access.writing())
    except etl.DecisionError as error:
        return _refused(error)
    shown = {place: min(max(count, 1), MOST_ROWS) for place, count in rows.items()}
    told = sheets.seen(found, language, shown)
    if given is None:
        told["answers"] = dict(found.answers)
    if body.get("catalogue"):
        told["catalogue"] = sheets.catalogue(found.reference, found.taken.programme_code, language)
        told["roles"] = sheets.roles(language)
    return jsonify(told), 200


def answers(submission_id: int) -> tuple[Response, int]:
    """Keep the answers to a submission, check it again, and return where its findings are: url."""
    given, actor = _answers(_asked()), access.reader().actor
    _own(submission_id)

    def tell(conn: Connection, receipt: etl.Receipt) -> None:
        notices.checked(conn, receipt, actor=actor)

    try:
        with database.connect() as conn:
            before = etl.answers_of(conn, submission_id)
        etl.answer(
            submission_id,
            {**dict.fromkeys(before, ""), **given},
            actor=actor,
            writer=access.writing(),
            also=tell,
        )
    except etl.DecisionError as error:
        return _refused(error)
    notices.send_soon()
    return jsonify({"url": f"/submissions/{submission_id}"}), 200


def layout(submission_id: int) -> tuple[Response, int]:
    """Remember the answers for the next workbook of the kind: message, and the address of the file."""
    body, language = _asked(), access.language()
    given, project = _answers(body), _word(body, "project")
    _own(submission_id)
    if not _is_for_project(project):
        abort(404)
    try:
        kept = etl.keep_layout(
            submission_id, given, _word(body, "title"), project, actor=access.reader().actor
        )
    except etl.DecisionError as error:
        return _refused(error)
    message = words.text(
        "“{title}” is remembered for the next workbook of this kind.", language, title=kept.title
    )
    return jsonify({"message": message, "url": f"/layout/{kept.code}.toml", "code": kept.code}), 200


def layout_file(code: str) -> Response:
    """Return a remembered kind of workbook as the file that belongs into `data/layouts/`."""
    try:
        with database.connect() as conn:
            body = etl.layout_file(conn, code, is_for=_is_for_project)
    except LookupError:
        abort(404)
    trail.audit_export(f"layout {code}", kind="toml")
    return attachment(
        body.encode(), "application/toml", exports.file_name(code, file_format="toml")
    )


# --- Trying a file ---------------------------------------------------------------------------------


def try_findings() -> tuple[Response, int]:
    """Return the findings of a file that is not handed in, as the component that shows them."""
    language = access.language()
    sent = sent_file()
    if sent is None:
        return jsonify({"message": words.text("No file arrived.", language)}), 400
    name, data = sent
    taken = etl.check_file(data, name, programme_code=_programme(), writer=access.writing())
    shown = findings.card(_frame(taken.findings), language)
    verdict = N_("The workbook has no errors.")
    if taken.read.is_refused:
        verdict = N_("The file cannot be taken.")
    elif any(found.severity == Severity.ERROR for found in taken.findings):
        verdict = N_("The workbook has errors to correct.")
    return jsonify(
        {
            "message": words.text(verdict, language),
            "values": words.plural(
                "{count} value", "{count} values", len(taken.read.parsed), language
            ),
            "shown": json.loads(json.dumps(shown, cls=PlotlyJSONEncoder)),
        }
    ), 200


def try_annotated() -> Response:
    """Return the marked copy of a file that is not handed in."""
    sent = sent_file()
    if sent is None:
        abort(400)
    name, data = sent
    taken = etl.check_file(data, name, programme_code=_programme(), writer=access.writing())
    copy = etl.annotate(data, name, taken.findings, access.language(), taken.read.answers)
    return attachment(copy.data, WORKBOOK, copy.file_name)


def _programme() -> str | None:
    return request.form.get("programme", "")[:LONGEST] or None


def _frame(found: list[Finding]) -> pd.DataFrame:
    """Return findings as the page of a submission reads them from the database."""
    rows = [
        (number, one.code, str(one.severity), one.sheet, one.cell, one.found, one.arguments, "")
        for number, one in enumerate(found)
    ]
    return pd.DataFrame(rows, columns=queries.FINDING)


def add(server: Flask) -> None:
    """Add the routes to the server."""
    views_of: dict[str, Callable[..., Any]] = {
        "/submission/<int:submission_id>/seen": seen,
        "/submission/<int:submission_id>/answers": answers,
        "/submission/<int:submission_id>/layout": layout,
        "/try/findings": try_findings,
        "/try/annotated": try_annotated,
    }
    add_views(server, views_of, method="POST")
    add_views(server, {"/layout/<code>.toml": layout_file})
