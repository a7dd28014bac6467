"""The plain routes beside the pages: upload, files to download."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from werkzeug.routing import IntegerConverter, Map

import etl
from dashboard import access, downloads, exports, kept, made, queries, settings, trail, views
from dashboard.views import View
from schemas import codes, database, words
from schemas.words import N_

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGE = 250_000
"Bytes of a workbook whose annotated copy takes so long that a worker makes it."

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"For files that others wrote, or that are documents of their own: no script, no form, no origin."


class RowNumber(IntegerConverter):
    """The number of a row in an address: no larger than its column holds, so that none is asked for."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def attachment(data: bytes, kind: str, name: str) -> Response:
    """Return a file to keep, which the browser neither opens nor takes for anything else."""
    response = Response(data, content_type=kind)
    names = {"filename": name}
    if not name.isascii():  # a header holds ASCII alone: RFC 6266
        plain = re.sub(r"[^ -~]+", "_", name)
        names = {"filename": plain, "filename*": f"UTF-8''{quote(name)}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def plain_name(name: str) -> str:
    """Return a file's name as it may be kept and shown: no folders, no invisible signs.

    >>> plain_name("C:\\\\data\\\\Seville 2023.xlsx")
    'Seville 2023.xlsx'
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return shown.strip()[-200:] or "workbook"


def sent_file() -> tuple[str, bytes] | None:
    """Return name and bytes of the file in a request, None where there is none; 413 where it is too large."""
    sent = request.files.get("file")
    if sent is None:
        return None
    most = settings.read().upload_mb * 2**20
    data = sent.stream.read(most + 1)
    if len(data) > most:
        abort(413)
    return plain_name(sent.filename or ""), data


def received(sent: tuple[str, bytes], language: str) -> etl.Receipt:
    """Hand in a file that was sent, for who asks, and return what became of it (`etl.hand_in`)."""
    name, data = sent
    who = access.reader()
    return etl.hand_in(
        data,
        name,
        language=language,
        programme_code=request.form.get("programme", "")[: views.LONGEST] or None,
        sender=who.actor,
        writer=access.writing(),
        account_id=who.account_id or None,
    )


def upload() -> tuple[Response, int]:
    """Take a workbook, and return where its findings are: submission_id, state, url, message."""
    language = _language(request.form.get("language", ""))
    sent = sent_file()
    if sent is None:
        return jsonify({"message": words.text("No file arrived.", language)}), 400
    receipt = received(sent, language)
    message = {
        codes.SubmissionState.READY: N_("The workbook has no errors and can be accepted."),
        codes.SubmissionState.REJECTED: N_("The workbook has errors to correct."),
        codes.SubmissionState.REFUSED: N_("The file cannot be taken."),
    }.get(codes.SubmissionState(receipt.state), N_("The workbook was received."))
    if not receipt.is_new and receipt.state != codes.SubmissionState.RECEIVED:
        message = N_("The same workbook was received before; this is what became of it.")
    return jsonify(
        {
            "submission_id": receipt.submission_id,
            "state": receipt.state,
            "url": f"/submissions/{receipt.submission_id}",
            "message": words.text(message, language),
        }
    ), 200


def _language(word: str) -> str:
    return word if word in words.TAGS else access.language()


def _period(text: str) -> tuple[date, date]:
    """Return the period of an address, `2023-S1` or `2023-01-01/2023-06-30`; 400 where it is none."""
    try:
        return words.parse_period_code(text)
    except ValueError:
        abort(400)


def _view() -> View:
    """Return what the address asks for; 400 for a past day that is none.

    A page says that it shows today instead; in a file nobody could be told.
    """
    view = views.read(request.args.to_dict())
    if request.args.get("as_of", "").strip() and view.as_of is None:
        abort(400)
    return view


def chosen_template() -> Response:
    """Lead to the template that was chosen in a form."""
    return _chosen("template", ("period", "lang"))


def chosen_register() -> Response:
    """Lead to the register that was chosen in a form."""
    return _chosen("register", ("lang",))


def _chosen(kind: str, names: Sequence[str]) -> Response:
    said = {name: word for name in names if (word := request.args.get(name))}
    project = quote(request.args.get("project", ""), safe="")
    return redirect(f"/{kind}/{project}.xlsx?{urlencode(said)}")  # type: ignore[return-value]


def template(project: str) -> Response:
    """Return the workbook to fill in, for a project and a period; what it repeats is public or ours."""
    start, end = _period(request.args.get("period", ""))
    language = _language(request.args.get("lang", ""))
    with database.connect() as conn:
        if project not in queries.catalogue(conn).projects:
            abort(404)
        known = queries.observations(conn, access.scope(), project_code=project, breakdowns=True)
        data = etl.write_template(
            etl.load_reference(conn), project, start, end, language=language, known=known
        )
    period = words.period_code(start, end)
    trail.audit_seen(f"project {project}", kind="template", period=period)
    name = exports.file_name(project, period, language, file_format="xlsx")
    return attachment(data, WORKBOOK, name)


def register(project: str) -> Response:
    """Return the offline register of a project, which counts people once."""
    language = _language(request.args.get("lang", ""))
    with database.connect() as conn:
        if project not in queries.catalogue(conn).projects:
            abort(404)
        data = etl.write_register(etl.load_reference(conn), project, language)
    return attachment(
        data, WORKBOOK, exports.file_name("register", project, language, file_format="xlsx")
    )


def download(table: str, file_format: str) -> Response:
    """Return a table of a page as a file: the same frame that the page shows."""
    if table not in downloads.TABLES:
        abort(404)
    view, language = _view(), access.language()
    try:
        with database.connect() as conn:
            made = downloads.TABLES[table](conn, access.scope(), view, language)
    except etl.DecisionError:
        abort(404)
    data = exports.write(
        made.frame, file_format, title=made.title, notes=made.notes, language=language
    )
    trail.audit_seen(
        f"table {table}", kind=file_format, asked_for=request.query_string.decode()[:500]
    )
    day = f"as-of-{view.as_of}" if view.as_of else ""
    parts = [table, view.programme, view.country, view.project, view.indicator, view.goal, view.by]
    parts += [view.a, view.b, day]
    return attachment(
        data, exports.TYPES[file_format], exports.file_name(*parts, file_format=file_format)
    )


def open_data(kind: str) -> Response:
    """Return the data in one of the formats of others, as far as who asks may see them; 404 where there is nothing."""
    from dashboard import open_data  # late: it brings libraries that no page needs

    known = settings.read()
    base = known.address or request.host_url.rstrip("/")
    asked = open_data.Request(access.scope(), _view(), access.language(), known.reporter, base)

    def make() -> etl.File:
        with database.connect() as conn:
            return open_data.write(conn, kind, asked)

    try:
        made_file = kept.once(("open data", request.full_path), make)
    except open_data.NothingToTellError:
        abort(404)
    trail.audit_seen(
        f"open data {kind}",
        kind=open_data.KINDS[kind].ending,
        asked_for=request.query_string.decode()[:500],
    )
    return attachment(made_file.data, open_data.KINDS[kind].media_type, made_file.name)


def report(kind: str, code: str, file_format: str) -> Response:
    """Return a report of a kind (`data/reports/`) on a subject.

    A large file on many projects is made by a worker, where there are workers and somebody is signed in.
    """
    from dashboard import reports  # late: documents bring libraries that no page needs

    outline, view = reports.outlines().get(kind), _view()
    if outline is None or file_format not in reports.formats.WRITERS:
        abort(404)
    asked = reports.Request(
        kind,
        code,
        access.language(),
        view.programme,
        view.as_of,
        period=_asked_period(),
        since=_asked_since(),
    )
    with database.connect() as conn:
        if not reports.is_known(conn, outline.subject, code):
            abort(404)
        is_large = file_format != "html" and outline.subject != reports.Subject.PROJECT
        if etl.has_broker() and is_large and not access.reader().is_anonymous:
            database.let_go(conn)  # or its own reader would keep the job from being written
            return _report_later(asked.kept(), file_format)
        with made.turn():
            made_file = made.report(conn, access.scope(), asked, file_format)
    trail.audit_seen(
        f"{kind} {code}",
        kind=f"report {file_format}",
        asked_for=request.query_string.decode()[:500],
    )
    return attachment(made_file.data, reports.formats.TYPES[file_format], made_file.name)


def _asked_period() -> tuple[date, date] | None:
    """Return the period of a report that an address asks for; 400 for what is none."""
    word = request.args.get("period", "").strip()
    try:
        return words.parse_period_code(word) if word else None
    except ValueError:
        abort(400)


def _asked_since() -> date | None:
    """Return the day of the last report that an address names; 400 for what is no past day."""
    word = request.args.get("since", "").strip()
    day = views.past_day(word)
    if word and day is None:
        abort(400)
    return day


def _report_later(asked: Mapping[str, str], file_format: str) -> Response:
    """Have a worker make a report, and lead to the page that says when it is there."""
    job_id = etl.later(
        codes.JobKind.REPORT,
        {**asked, "format": file_format},
        account_id=access.reader().account_id,
    )
    return redirect(f"/work/jobs/{job_id}", 303)  # type: ignore[return-value]


def submitted_file(submission_id: int) -> Response:
    """Return a workbook as it was received, to whoever may see what nobody has accepted."""
    with database.connect() as conn:
        found = queries.workbook(conn, access.scope(), submission_id)
    if found is None:
        abort(404)
    name, data = found
    digest = hashlib.sha256(data).hexdigest()
    trail.audit_export(f"submission {submission_id}", kind="file", sha256=digest)
    ending = re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())[:4] or "bin"
    return attachment(
        data,
        "application/octet-stream",
        exports.file_name(f"submission-{submission_id}", file_format=ending),
    )


def annotated_file(submission_id: int) -> Response:
    """Return a workbook with its findings in its cells, to whoever may see the file.

    A large one is made by a worker, where there are workers: then the page that says when it is there.
    """
    with database.connect() as conn:
        size = queries.workbook_size(conn, access.scope(), submission_id)
        if size is None:
            abort(404)
        if etl.has_broker() and size > LARGE:
            database.let_go(conn)  # or its own reader would keep the job from being written
            return _annotated_later(submission_id)
        copy = made.marked_copy(conn, access.scope(), submission_id, access.language())
    trail.audit_export(f"submission {submission_id}", kind="annotated file")
    return attachment(copy.data, "application/octet-stream", plain_name(copy.name))


def _annotated_later(submission_id: int) -> Response:
    """Have a worker mark a copy, and lead to the page that says when it is there."""
    job_id = etl.later(
        codes.JobKind.ANNOTATE,
        {"language": access.language()},
        account_id=access.reader().account_id,
        submission_id=submission_id,
    )
    return redirect(f"/work/jobs/{job_id}", 303)  # type: ignore[return-value]


def add(server: Flask) -> None:
    """Add the routes to the server."""
    views_of: dict[str, Callable[..., Any]] = {
        "/template": chosen_template,
        "/register": chosen_register,
        "/template/<project>.xlsx": template,
        "/register/<project>.xlsx": register,
        "/download/<table>.<any(csv, xlsx):file_format>": download,
        "/open/<any(iati, sdmx, structure, hxl, datapackage, dcat):kind>": open_data,
        "/report/<kind>/<code>.<file_format>": report,
        "/submission/<int:submission_id>/file": submitted_file,
        "/submission/<int:submission_id>/annotated": annotated_file,
    }
    add_views(server, views_of)
    add_views(server, {"/upload": upload}, method="POST")


def add_views(
    server: Flask, views_of: Mapping[str, Callable[..., Any]], *, method: str = "GET"
) -> None:
    """Add functions under their addresses; `dashboard.policies` says who may use each."""
    for rule, view in views_of.items():
        server.add_url_rule(rule, view.__name__, view, methods=[method])
