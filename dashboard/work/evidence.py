"""Evidence: files and links beside values, for whoever sees all of them."""

from typing import Any
from urllib.parse import quote

from dash import html
from flask import Response, abort, request
from sqlalchemy import Connection
from wtforms import FileField, SelectField, StringField
from wtforms.validators import Length

import etl
from dashboard import access, accounts, documents, queries, routes
from dashboard.components import cards, forms, marks
from dashboard.queries import Catalogue
from dashboard.work import parts
from schemas import database, words
from schemas.words import N_


class Attach(forms.Form):
    """A file or a link, and what it is for."""

    place = SelectField(N_("Territory"))
    indicator = SelectField(N_("Indicator"))
    period = SelectField(N_("Period"))
    file = FileField(N_("File"), description=N_("pdf, png, jpg, xlsx or docx, up to 10 MB"))
    url = StringField(
        N_("Or a link"),
        [Length(max=500)],
        description=N_("It begins with https://"),
        render_kw={"inputmode": "url", "placeholder": "https://", "dir": "ltr"},
    )
    name = StringField(N_("What the link is to"), [Length(max=200)])


def _form(conn: Connection, known: Catalogue, project: str) -> Attach:
    """Return the form of a project: its places, indicators and the rounds of its programme."""
    language, form = access.language(), Attach(prefix="evidence")
    row = known.projects[project]
    of = known.project_indicators
    form.place.choices = [
        (code, words.name(known.places[code].names, language))
        for code in known.places_of.get(project, ())
        if access.may_submit(row.programme_code, project, code)
    ]
    form.indicator.choices = [
        (code, words.name(known.indicators[code].names, language))
        for code in of.loc[of["project_code"] == project, "indicator_code"]
    ]
    periods = {
        parts.period_code(one): parts.round_name(one)
        for one in etl.rounds.rounds(conn, row.programme_code)
        if one.project_code in (None, project)
    }
    if asked := _asked_period():
        periods.setdefault(asked, words.period(*words.parse_period_code(asked), language))
    form.period.choices = list(periods.items())
    return form


def _asked_period() -> str:
    """Return the period of the address, where it is one."""
    said = request.args.get("period", "")[:21]
    try:
        words.parse_period_code(said)
    except ValueError:
        return ""
    return said


def show_evidence(project: str, *, sent: Attach | None = None) -> Response:
    """Show the evidence of a project, and the form for more: the one sent with a mistake."""
    with database.connect() as conn:
        known = queries.catalogue(conn)
        if not parts.may_see(known, project):
            abort(404)
        form = sent or _form(conn, known, project)
        known_rounds = etl.rounds.rounds(conn, known.projects[project].programme_code)
        chosen = etl.rounds.round_of(conn, request.args.get("round", ""))
        rows = [row for row in etl.rounds.evidence(conn, [project]) if sees(row)]
        names = accounts.named(conn, {row.added_by for row in rows})
    begun = [one for one in known_rounds if one.period_start <= parts.today()]
    chosen = chosen or (begun[-1] if begun and not _asked_period() else None)
    if sent is None:
        form.period.data = parts.period_code(chosen) if chosen else _asked_period() or None
        for field in (form.place, form.indicator):
            field.data = request.args.get(field.short_name) or None
    title = words.name(known.projects[project].names, access.language())
    shown: list[Any] = [_list(known, rows, names)]
    if form.place.choices:
        shown.append(
            cards.card(
                documents.text("Attach evidence"),
                "attach",
                forms.drawn(
                    form,
                    access.language(),
                    N_("Attach"),
                    action=f"/work/evidence/{quote(project)}/new?period={quote(_asked_period())}",
                ),
                span=4,
            )
        )
    return documents.page(
        documents.text("Evidence"),
        cards.page_head(
            documents.text("Evidence"), title, crumbs=[(documents.text("My work"), "/work")]
        ),
        html.Div(shown, className="grid work"),
        status=400 if sent is not None else 200,
    )


def sees(row: Any) -> bool:
    """Return whether who asks sees all of the value that evidence is for."""
    return access.scope().reaches(row.programme_code, row.project_code, row.place_code)


def may_remove(row: Any) -> bool:
    """Return whether who asks added a piece of evidence, or coordinates its programme."""
    added = row.added_by == access.reader().actor and sees(row)
    return added or access.may_review(row.programme_code)


def way(row: Any) -> str:
    """Return the address of a piece of evidence: the link itself, or our file."""
    return row.url or f"/work/evidence/{row.evidence_id}/file"


def _list(known: Catalogue, rows: list[Any], names: dict[str, str]) -> html.Section:
    heading, language = documents.text("Kept beside values"), access.language()
    if not rows:
        nothing = html.P(documents.text("No file or link was attached yet."), className="muted")
        return cards.card(heading, "evidence", nothing, span=8)
    listed = []
    for row in rows:
        told = words.listed(
            [
                words.name(known.indicators[row.indicator_code].names, language),
                words.name(known.places[row.place_code].names, language),
                words.period(row.period_start, row.period_end, language),
            ],
            language,
        )
        who = documents.text(
            "{who}, {day}",
            who=names.get(row.added_by, documents.text("Somebody")),
            day=words.day(row.added_at.date(), language),
        )
        gone = (
            forms.drawn(
                forms.Plain(prefix=f"e{row.evidence_id}"),
                language,
                N_("Remove"),
                action=f"/work/evidence/{row.evidence_id}/remove",
                kind="quiet",
                confirm=N_("Remove this evidence?"),
            )
            if may_remove(row)
            else None
        )
        listed.append(
            html.Li(
                [link(row), html.P(told), html.P(who, className="muted"), gone], className="task"
            )
        )
    return cards.card(heading, "evidence", html.Ul(listed, className="tasks"), span=8)


def link(row: Any) -> html.A:
    """Return the way to a piece of evidence."""
    if row.url:
        return html.A(
            [marks.icon("external"), row.name],
            href=row.url,
            className="tool",
            rel="noopener noreferrer nofollow",
        )
    return html.A([marks.icon("download"), row.name], href=way(row), className="tool", download="")


# --- In and out -----------------------------------------------------------------------------------


def attach(project: str) -> Response:
    """Keep a file or a link as evidence for a value."""
    with database.connect() as conn:
        known = queries.catalogue(conn)
        if not parts.may_speak_for(known, project):
            abort(404)
        form = _form(conn, known, project)
        posted = request.form.get(form.period.name, "")[:21]
    where = f"/work/evidence/{quote(project)}"
    if not form.validate_on_submit():
        return show_evidence(project, sent=form)
    key = (project, form.place.data, form.indicator.data)
    period = words.parse_period_code(posted)
    sent = request.files.get(form.file.name)
    actor = access.reader().actor
    try:
        with database.begin() as conn:
            if sent is not None and sent.filename:
                data = sent.stream.read(etl.rounds.LARGEST + 1)
                name = routes.plain_name(sent.filename)
                etl.rounds.add_file(conn, key, period, name=name, data=data, actor=actor)
            else:
                name, url = form.name.data or "", form.url.data or ""
                etl.rounds.add_link(conn, key, period, name=name, url=url, actor=actor)
    except etl.rounds.EvidenceError as error:
        return parts.again(error, form, where, lambda: show_evidence(project, sent=form))
    documents.say(documents.text("The evidence is kept."))
    return parts.to(where)


def _seen(conn: Connection, evidence_id: int) -> Any:
    row = etl.rounds.evidence_of(conn, evidence_id)
    if row is None or not sees(row):
        abort(404)
    return row


def file(evidence_id: int) -> Response:
    """Return a file that was attached, to keep: nothing of it is opened here."""
    with database.connect() as conn:
        row = _seen(conn, evidence_id)
        data = etl.rounds.evidence_file(conn, evidence_id)
    if data is None:
        abort(404)
    return routes.attachment(data, "application/octet-stream", row.name)


def remove(evidence_id: int) -> Response:
    """Remove a piece of evidence."""
    with database.begin() as conn:
        row = _seen(conn, evidence_id)
        if not may_remove(row):
            abort(403)
        etl.rounds.remove_evidence(conn, evidence_id, actor=access.reader().actor)
    documents.say(documents.text("The evidence is removed."))
    return parts.to(f"/work/evidence/{quote(row.project_code)}")


def of_value(conn: Connection, row: dict[Any, Any]) -> html.Section | None:
    """Return the evidence of one value, for its page; None for whoever does not see all of it."""
    key = ("project_code", "place_code", "indicator_code")
    period = (row["period_start"].date(), row["period_end"].date())
    scope = access.scope()
    if not row["project_code"] or not scope.reaches(
        row["programme_code"], *(row[n] for n in key[:2])
    ):
        return None
    found = [
        one
        for one in etl.rounds.evidence(conn, [row["project_code"]])
        if all(getattr(one, name) == row[name] for name in key)
        and (one.period_start, one.period_end) == period
    ]
    more = (
        f"/work/evidence/{quote(row['project_code'])}?place={quote(row['place_code'])}"
        f"&indicator={quote(row['indicator_code'])}&period={words.period_code(*period)}"
    )
    shown: list[Any] = [
        html.P(documents.text("No file or link was attached yet."), className="muted")
    ]
    if found:
        shown = [html.Ul([html.Li(link(one)) for one in found], className="stack")]
    return cards.card(
        documents.text("Evidence"),
        "value-evidence",
        *shown,
        html.P(
            html.A([marks.icon("link"), documents.text("All evidence of the project")], href=more)
        ),
    )
