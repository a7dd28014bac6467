"""The queue of review: what waits for a decision, what was returned, and what is talked about."""

from collections.abc import Mapping
from typing import Any

from dash import html
from flask import Flask, Response, request
from markupsafe import Markup
from sqlalchemy import Connection

from dashboard import access, documents, queries, sentences
from dashboard.components import cards, marks, tables, threads
from schemas import audit, database, words
from schemas.codes import SubmissionState
from schemas.words import N_


def queue() -> Response:
    """Show what waits for a decision, what was returned, and what is talked about: oldest first."""
    language, scope = access.language(), access.scope()
    place = request.args.get("place", "")[:80]
    with database.connect() as conn:
        known = queries.catalogue(conn)
        inside = _within(known.places, place) if place in known.places else ()
        waiting = queries.queue(conn, scope, queries.WAITING, place_codes=inside)
        back = queries.queue(conn, scope, (SubmissionState.RETURNED,), place_codes=inside)
        values = [
            row
            for row in queries.returned_values(conn, scope)
            if not inside or row.place_code in inside
        ]
        told = [
            one
            for one in queries.discussions(conn, scope)
            if not inside or one.thread.place_code in inside
        ]
        names = _sent_by(conn, [*waiting, *back])
    return documents.page(
        documents.text("Review and discussion"),
        cards.page_head(
            documents.text("Review and discussion"),
            documents.text("What waits, the oldest first. Nothing is ever overwritten."),
        ),
        _filter(known, place, language),
        html.Div(
            [
                _submissions(N_("Waiting"), "waiting", waiting, names, known, language),
                _submissions(N_("Returned"), "returned", back, names, known, language),
                _values(values, known, language),
                threads.card(told, language, "discussions", title=documents.text("In discussion")),
            ],
            className="grid",
        ),
    )


def _within(places: Mapping[str, Any], code: str) -> set[str]:
    """Return a place with everything within it."""
    found = {code}
    while more := {c for c, row in places.items() if row.parent_code in found} - found:
        found |= more
    return found


def _sent_by(conn: Connection, rows: list[Any]) -> dict[int, str]:
    numbers = {one for row in rows if (one := audit.account_of(row.sender))}
    return queries.names_of(conn, numbers)


def _filter(known: Any, place: str, language: str) -> html.Div:
    """Return the choice of a territory, which works without a script."""
    used = {code for places in known.places_of.values() for code in places}
    named = sorted(
        (words.name(known.places[c].names, language), c) for c in used if c in known.places
    )
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            code, Markup(" selected") if code == place else "", name
        )
        for name, code in [(documents.text("All territories"), ""), *named]
    )
    form = Markup(
        '<form class="review-filter" method="get"><label for="place">{}</label>'
        '<select class="field" id="place" name="place">{}</select>'
        '<button class="button button-quiet">{}</button></form>'
    ).format(documents.text("Territory"), options, documents.text("Show"))
    return html.Div(**marks.data(html=str(form)))


def _submissions(
    title: str, key: str, rows: list[Any], names: Mapping[int, str], known: Any, language: str
) -> html.Section:
    if not rows:
        return cards.card(
            documents.text(title), key, html.P(documents.text("Nothing."), className="muted")
        )
    heads: list[tables.Cell] = [
        documents.text("Workbook"),
        documents.text("Project"),
        documents.text("Handed in by"),
        documents.text("Received"),
        documents.text("State"),
        {"t": documents.text("Values"), "number": True},
        {"t": documents.text("Open discussions"), "number": True},
    ]
    body: list[Any] = []
    for row in rows:
        project = known.projects.get(row.project_code)
        body.append(
            [
                {"t": row.file_name, "href": f"/work/review/{row.submission_id}"},
                words.name(project.names, language) if project else (row.programme_code or "–"),
                names.get(audit.account_of(row.sender) or 0, ""),
                words.moment(row.received_at, language),
                {"t": documents.text(sentences.STATES[row.state]), "badge": row.state},
                {"t": words.number(row.values_found, language), "number": True},
                {"t": words.number(row.open_threads, language), "number": True},
            ]
        )
    return cards.card(
        documents.text(title),
        key,
        tables.table(documents.text(title), heads, body, is_stacked=True),
    )


def _values(rows: list[Any], known: Any, language: str) -> html.Section:
    title = documents.text("Values to be handed in again")
    lead = documents.text("A workbook that holds them settles them once it is accepted.")
    if not rows:
        return cards.card(title, "values", html.P(documents.text("Nothing."), className="muted"))
    heads: list[tables.Cell] = [
        *map(
            documents.text,
            (N_("Indicator"), N_("Project"), N_("Period"), N_("Asked on"), N_("It counts")),
        ),
        documents.text("Why"),
    ]
    body: list[Any] = []
    for row in rows:
        indicator, project = (
            known.indicators[row.indicator_code],
            known.projects.get(row.project_code),
        )
        why: tables.Cell = ""
        if row.thread_id:
            why = {"t": documents.text("Discussion"), "href": f"/work/threads/{row.thread_id}"}
        body.append(
            [
                {
                    "t": words.name(indicator.names, language),
                    "href": f"/work/review/{row.submission_id}",
                    "sub": words.name(known.places[row.place_code].names, language),
                },
                words.name(project.names, language) if project else "",
                words.period(row.period_start, row.period_end, language),
                words.day(row.returned_at.date(), language),
                documents.text("Yes, until then") if row.is_reopened else documents.text("No"),
                why,
            ]
        )
    return cards.card(title, "values", tables.table(title, heads, body, is_stacked=True), lead=lead)


def add(server: Flask) -> None:
    """Add the queue to the server."""
    server.add_url_rule("/work/review", "review_queue", queue)
