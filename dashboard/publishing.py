"""Reports that everybody may fetch, at an address that stays: `/reports/<number>`.

A file is given away only while all that it tells may be told (`queries.closed`); nothing on the way may
keep it without asking again.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, abort, redirect, request
from sqlalchemy import Connection

from dashboard import access, documents, frames, kept, queries, trail
from dashboard.components import cards, published
from dashboard.components.published import Listed
from dashboard.queries import Catalogue, Closed, Record
from dashboard.reports import Subject, outlines, subjects
from dashboard.reports.formats import TYPES
from dashboard.routes import add_views, attachment
from schemas import database, words
from schemas.words import N_

PAGES: dict[Subject, str] = {
    Subject.PROJECT: "/project/{code}?programme={programme}",
    Subject.TERRITORY: "/territory/{code}?programme={programme}",
    Subject.COUNTRY: "/country/{code}?programme={programme}",
    Subject.PROGRAMME: "/?programme={programme}",
    Subject.GOAL: "/sdg/{code}?programme={programme}",
    Subject.INDICATOR: "/indicator/{code}?programme={programme}",
    Subject.ROUND: "/?programme={programme}",
}
"The page of what a report is on."

# --- What is published ----------------------------------------------------------------------------


def listed(
    conn: Connection, known: Catalogue, rows: Iterable[Record], language: str
) -> list[Listed]:
    """Return published files in words."""
    return [
        Listed(
            row.made_report_id,
            row.programme_code,
            row.subject,
            row.code,
            _title(row.kind, language),
            subjects.named(conn, known, Subject(row.subject), row.code, language),
            PAGES[Subject(row.subject)].format(
                code=quote(row.code, safe=""), programme=quote(row.programme_code, safe="")
            ),
            row.language,
            row.file_format,
            row.published_at.date(),
        )
        for row in rows
    ]


def _title(kind: str, language: str) -> str:
    outline = outlines().get(kind)
    return words.text(outline.title if outline else N_("Report"), language)


def still_open(conn: Connection, rows: Iterable[Record]) -> list[Record]:
    """Return those of some published files that may be fetched: the newest of each kind, language and format.

    The files come with the newest first; an older one is asked for only where all newer ones are closed.
    """
    by_kind: dict[tuple[Any, ...], list[Record]] = {}
    for row in rows:
        key = (row.subject, row.code, row.programme_code, row.kind, row.language, row.file_format)
        by_kind.setdefault(key, []).append(row)
    found: list[Record] = []
    waiting = list(by_kind.values())
    while waiting:
        closed = queries.closed(conn, [files[0] for files in waiting])
        found += [files[0] for files in waiting if files[0].made_report_id not in closed]
        waiting = [
            files[1:] for files in waiting if files[0].made_report_id in closed and files[1:]
        ]
    return sorted(found, key=lambda row: (row.published_at, row.made_report_id), reverse=True)


def every(language: str) -> list[Listed]:
    """Return every published file that may be fetched; read once for what people are shown."""

    def read() -> list[Listed]:
        with database.connect() as conn:
            rows = still_open(conn, queries.published_reports(conn))
            return listed(conn, queries.catalogue(conn), rows, language)

    return kept.once("reports", read)


def line(data: frames.Data, subject: str, code: str) -> list[Any]:
    """Return the line of a page with the published reports on its subject; nothing on a past day.

    Those on the rounds of a programme are on its page.
    """
    if data.view.as_of or data.programme is None:
        return []
    files = [
        one
        for one in every(data.language)
        if one.programme_code == data.view.programme
        and (
            (one.subject, one.code) == (subject, code)
            or (subject == Subject.PROGRAMME and one.subject == Subject.ROUND)
        )
    ]
    shown = published.line(files, data.language)
    return [shown] if shown else []


# --- Routes ---------------------------------------------------------------------------------------


def list_published() -> Response:
    """Show every published report that may be fetched."""
    language = access.language()
    files = every(language)
    title = documents.text("Published reports")
    lead = documents.text("Made once, and kept as they were on that day at an address that stays.")
    return documents.page(title, cards.page_head(title, lead), published.table(files, language))


def file(made_report_id: int) -> Any:
    """Return a file that was made: to everybody where it is published and open, else to who may write it.

    410 with the reason where it was published and is closed.
    """
    with database.connect() as conn:
        own = queries.made_report(conn, access.scope(), made_report_id)
        row = queries.published_report(conn, made_report_id)
        if own is None and row is not None:
            if why := queries.closed(conn, [row]).get(made_report_id):
                return _gone(conn, row, why)
            return _given(queries.published_file(conn, made_report_id))
    if own is None:
        return _refused()
    told = f"report {own['file_format']}"
    trail.audit_export(f"report {own['report_id']}", kind=told, sha256=own["sha256"])
    return attachment(own["content"], TYPES[own["file_format"]], own["file_name"])


def _refused() -> Any:
    """Answer for what is not published, or is not there: nobody learns which."""
    if access.reader().is_anonymous:
        where = request.full_path.rstrip("?")
        return redirect(f"/sign-in?{urlencode({'next': where})}")
    return abort(404)


def _given(made: dict[str, Any]) -> Response:
    """Return a file to everybody, who may keep it but has to ask whether it is still open."""
    answer = attachment(made["content"], TYPES[made["file_format"]], made["file_name"])
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.add("Cookie")
    answer.set_etag(made["sha256"])
    trail.audit_seen(f"report {made['report_id']}", kind=f"report {made['file_format']}")
    answer.make_conditional(request)
    return answer


def _gone(conn: Connection, row: Record, why: Closed) -> Response:
    """Return the page that says why a file is gone, with the newest one of the same report."""
    language = access.language()
    known = queries.catalogue(conn)
    rows = queries.published_reports(conn, report_id=row.report_id)
    others = [one for one in still_open(conn, rows) if one.language == row.language]
    others.sort(key=lambda one: one.file_format != row.file_format)
    one, *newest = listed(conn, known, [row, *others[:1]], language)
    title = documents.text("This report is not public any more")
    shown = published.gone(one, why, newest[0] if newest else None, language)
    return documents.page(title, cards.page_head(title), shown, status=410)


def add(server: Flask) -> None:
    """Add the routes to the server."""
    views_of: dict[str, Callable[..., Any]] = {
        "/reports": list_published,
        "/reports/<int:made_report_id>": file,
    }
    add_views(server, views_of)
