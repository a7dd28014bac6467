"""What is done in the background: how far it is, and the file that came of it."""

from collections.abc import Mapping
from typing import Any

from dash import html
from flask import Flask, Response, abort, jsonify, redirect

import etl
from dashboard import access, documents, queries, trail
from dashboard.components import cards, marks, working
from dashboard.queries import Record
from dashboard.routes import add_views, attachment, plain_name
from schemas import database, words
from schemas.codes import JobKind, JobState
from schemas.words import N_


def _job(job_id: int) -> Record:
    """Return a job that is for who asks; 404 for any other. What was left behind is taken up again."""
    with database.connect() as conn:
        row = queries.job(conn, access.scope(), access.reader().account_id, job_id)
    if row is None:
        abort(404)
    if row.state in (JobState.WAITING, JobState.RUNNING):
        etl.look_after()
    return row


def job(job_id: int) -> Response:
    """Return how far a job is: state, done, total, text."""
    row = _job(job_id)
    answer = jsonify(
        {
            "state": row.state,
            "done": row.done,
            "total": row.total,
            "text": working.text(row, access.language()),
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def job_file(job_id: int) -> Response:
    """Return the file that a job made."""
    who = access.reader().account_id
    with database.connect() as conn:
        row = queries.job(conn, access.scope(), who, job_id)
        found = queries.result(conn, access.scope(), who, job_id)
    if found is None:
        abort(404)
    if row.kind == JobKind.REPORT:
        asked = row.arguments
        what = (
            f"report {asked['report']}" if "report" in asked else f"{asked['kind']} {asked['code']}"
        )
        trail.audit_seen(what, kind=f"report {asked['format']}")
    else:
        trail.audit_export(f"submission {row.submission_id}", kind="annotated file")
    return attachment(found[1], "application/octet-stream", plain_name(found[0]))


def job_page(job_id: int) -> Response:
    """Return the page on which somebody waits for a file."""
    row, language = _job(job_id), access.language()
    if row.submission_id and row.kind == "ingest":
        return redirect(f"/submissions/{row.submission_id}", 303)  # type: ignore[return-value]
    title = words.text("Your file", language)
    link = html.A(
        [marks.icon("download"), words.text("Download", language)],
        href=f"/jobs/{row.job_id}/file",
        className="button",
        download="",
    )
    shown = [working.card(row, language, title), *_report(row, language)]
    return documents.page(
        title, cards.page_head(title, tools=[link] if row.has_file else []), *shown
    )


def _report(row: Record, language: str) -> list[Any]:
    """Return the way to the report that a file was made of, and what came of making one again."""
    report_id, number = (int(row.arguments.get(name, 0)) for name in ("report", "again"))
    if not report_id or row.state != JobState.DONE:
        return []
    said: list[Any] = []
    if number:
        with database.connect() as conn:
            one = queries.made_report(conn, access.scope(), number)
            again = queries.made_again(conn, [number]).get(number)
        if one and again:
            said.append(html.P(compared(one, again, language)))
    where = (
        f"/work/reports/{report_id}#made-{number}"
        if number
        else f"/work/reports/{report_id}#made-title"
    )
    link = html.A(words.text("The report", language), href=where, className="tool")
    return [html.Div([*said, html.P(link)], className="card")]


def compared(one: Mapping[str, Any], again: Record, language: str) -> str:
    """Return what came of making a file once more: the same to the byte, or why another."""
    when = words.moment(again.made_at, language)
    if again.sha256 == one["sha256"]:
        told = N_("Made again on {moment}: the same file, byte for byte.")
    elif again.software != one["inputs"]["software"]:
        told = N_(
            "Made again on {moment}: another file, by another version of the program. The file that"
            " was made then is kept."
        )
    else:
        told = N_(
            "Made again on {moment}: another file. What it rests on was changed since; the file that"
            " was made then is kept."
        )
    return words.text(told, language, moment=when)


def add(server: Flask) -> None:
    """Add the routes to the server."""
    add_views(
        server,
        {
            "/jobs/<int:job_id>": job,
            "/jobs/<int:job_id>/file": job_file,
            "/work/jobs/<int:job_id>": job_page,
        },
    )
