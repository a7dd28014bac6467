"""The queue of review: what waits for a decision, what was returned, and what is talked about."""

from collections.abc import Mapping
from typing import Any

from dash import html
from flask import Flask, Response, request
from markupsafe import Markup
from sqlalchemy import Connection

import etl
from dashboard import access, documents, queries, sentences
from dashboard.components import cards, marks, tables, threads
from schemas import database, words
from schemas.codes import SubmissionState
from schemas.words import N_


def _text(said: str, **values: Any) -> str:
    return words.text(said, access.language(), **values)


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
        _text("Review and discussion"),
        cards.page_head(
            _text("Review and discussion"),
            _text("What waits, the oldest first. Nothing is ever overwritten."),
        ),
        _filter(known, place, language),
        html.Div(
            [
                _submissions(N_("Waiting"), "waiting", waiting, names, known, language),
                _submissions(N_("Returned"), "returned", back, names, known, language),
                _values(values, known, language),
                threads.card(told, language, "discussions", title=_text("In discussion")),
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
    numbers = {one for row in rows if (one := etl.account_of(row.sender))}
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
        for name, code in [(_text("All territories"), ""), *named]
    )
    form = Markup(
        '<form class="review-filter" method="get"><label for="place">{}</label>'
        '<select class="field" id="place" name="place">{}</select>'
        '<button class="button button-quiet">{}</button></form>'
    ).format(_text("Territory"), options, _text("Show"))
    return html.Div(**marks.data(html=str(form)))


def _submissions(
    title: str, key: str, rows: list[Any], names: Mapping[int, str], known: Any, language: str
) -> html.Section:
    if not rows:
        return cards.card(_text(title), key, html.P(_text("Nothing."), className="muted"))
    heads: list[tables.Cell] = [
        _text("Workbook"),
        _text("Project"),
        _text("Handed in by"),
        _text("Received"),
        _text("State"),
        {"t": _text("Values"), "number": True},
        {"t": _text("Open discussions"), "number": True},
    ]
    body: list[Any] = []
    for row in rows:
        project = known.projects.get(row.project_code)
        body.append(
            [
                {"t": row.file_name, "href": f"/work/review/{row.submission_id}"},
                words.name(project.names, language) if project else (row.programme_code or "–"),
                names.get(etl.account_of(row.sender) or 0, ""),
                words.moment(row.received_at, language),
                {"t": _text(sentences.STATES[row.state]), "badge": row.state},
                {"t": words.number(row.values_found, language), "number": True},
                {"t": words.number(row.open_threads, language), "number": True},
            ]
        )
    return cards.card(_text(title), key, tables.table(_text(title), heads, body, is_stacked=True))


def _values(rows: list[Any], known: Any, language: str) -> html.Section:
    title = _text("Values to be handed in again")
    lead = _text("A workbook that holds them settles them once it is accepted.")
    if not rows:
        return cards.card(title, "values", html.P(_text("Nothing."), className="muted"))
    heads: list[tables.Cell] = [
        *map(
            _text, (N_("Indicator"), N_("Project"), N_("Period"), N_("Asked on"), N_("It counts"))
        ),
        _text("Why"),
    ]
    body: list[Any] = []
    for row in rows:
        indicator, project = (
            known.indicators[row.indicator_code],
            known.projects.get(row.project_code),
        )
        why: tables.Cell = ""
        if row.thread_id:
            why = {"t": _text("Discussion"), "href": f"/work/threads/{row.thread_id}"}
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
                _text("Yes, until then") if row.is_reopened else _text("No"),
                why,
            ]
        )
    return cards.card(title, "values", tables.table(title, heads, body, is_stacked=True), lead=lead)


def add(server: Flask) -> None:
    """Add the queue to the server."""
    server.add_url_rule("/work/review", "review_queue", queue)
