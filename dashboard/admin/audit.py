"""The audit trail for administrators: who did what, when, with what effect; is the chain whole."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from flask import Flask, Response, abort, request
from wtforms import DateField, Form, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Optional

from dashboard import access, documents, exports, queries, trail
from dashboard.components import cards, forms, pager, tables
from dashboard.queries import Asked, Record
from dashboard.routes import attachment
from schemas import audit, database, words
from schemas.words import N_

PER_PAGE = 100
MOST = 100_000
"Entries in one file; a spreadsheet cannot show many more."

LONGEST = 300
"Characters of an effect that the page shows; the file has all of them."


class Filter(Form):  # type: ignore[misc]
    """Which entries are shown; it stands in the address, so that a view can be kept."""

    action = SelectField(N_("Action"))
    actor = SelectField(N_("Who"))
    subject = StringField(N_("Subject begins with"), [Length(max=120)])
    since = DateField(N_("From day"), [Optional()])
    until = DateField(N_("To day"), [Optional()])


def _filter(actions: list[str], actors: Mapping[str, str]) -> tuple[Filter, Asked]:
    """Return the form as the address fills it, and what is asked for; 400 for what no form sends."""
    form = Filter(request.args)
    everything = SelectChoice("", documents.text("All"))
    form.action.choices = [everything, *map(SelectChoice, actions)]
    form.actor.choices = [
        everything,
        *(
            SelectChoice(actor, f"{name} ({actor})" if name else actor)
            for actor, name in actors.items()
        ),
    ]
    for field in (form.action, form.actor):
        field.data = field.data if field.data and field.data != "None" else ""
    if not form.validate():
        abort(400)
    since, until = form.since.data, form.until.data
    return form, Asked(
        form.action.data,
        form.actor.data,
        (form.subject.data or "").strip(),
        since if isinstance(since, date) else None,
        until if isinstance(until, date) else None,
    )


def _query(asked: Asked, **more: str) -> str:
    said = {
        "action": asked.action,
        "actor": asked.actor,
        "subject": asked.subject,
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
        **more,
    }
    return urlencode({name: word for name, word in said.items() if word})


# --- The page -------------------------------------------------------------------------------------


def page() -> Response:
    """Show the entries that are asked for, the newest first."""
    language = access.language()
    with database.connect() as conn:
        actors = queries.audit_actors(conn)
        form, asked = _filter(queries.audit_actions(conn), actors)
        length = queries.audit_length(conn, asked)
        part = pager.number(request.args.get("page"), length, per_page=PER_PAGE)
        rows = queries.audit_entries(conn, asked, limit=PER_PAGE, offset=(part - 1) * PER_PAGE)
        verified = queries.last_verified(conn)

    def address(number: int) -> str:
        return f"/admin/audit?{_query(asked, page=str(number))}"

    files = {name: f"/admin/audit.{ending}?{_query(asked)}" for name, ending in FILES.items()}
    shown = (
        [_table(rows, actors, language)]
        if rows
        else [html.P(documents.text("Nothing of the kind."))]
    )
    return documents.page(
        documents.text("Audit trail"),
        cards.page_head(
            documents.text("Audit trail"),
            documents.text(
                "Every decision, change, sign-in and export of what is not public; nothing of it can be changed."
            ),
            tools=cards.downloads(files),
        ),
        html.Div(
            [
                _chain(verified, language),
                cards.card(documents.text("Filter"), "filter", _drawn(form, language), span=8),
                cards.card(
                    words.plural("{count} entry", "{count} entries", length, language),
                    "entries",
                    *shown,
                    pager.pager(part, length, address, language, per_page=PER_PAGE),
                ),
            ],
            className="grid",
        ),
    )


FILES = {"CSV": "csv", "Excel": "xlsx"}


def _drawn(form: Filter, language: str) -> html.Div:
    """Return the filter as a form that asks again, by the address alone."""
    return forms.asking(form, language, N_("Show"))


def _chain(verified: Any, language: str) -> html.Section:
    """Return whether the chain was whole when it was looked at last, and the button to look again."""
    if verified is None:
        told = cards.notice(documents.text("Nobody has checked the chain yet."))
    elif verified.after["broken"]:
        told = cards.notice(
            words.plural(
                "{count} entry is not as it was written, or the one before it is gone (checked {when}).",
                "{count} entries are not as they were written, or those before them are gone (checked {when}).",
                verified.after["broken_count"],
                language,
                when=words.moment(verified.at, language),
            ),
            html.P(words.joined([str(one) for one in verified.after["broken"]], language)),
            kind="error",
        )
    else:
        told = cards.notice(
            words.plural(
                "The chain is whole: {count} entry (checked {when}).",
                "The chain is whole: {count} entries (checked {when}).",
                verified.after["length"],
                language,
                when=words.moment(verified.at, language),
            ),
            kind="success",
        )
    check = forms.button(language, N_("Check the chain"), "/admin/audit/verify", kind="quiet")
    lead = documents.text("Each entry is sealed with the one before it, so that a change shows.")
    return cards.card(documents.text("The chain"), "chain", told, check, lead=lead, span=4)


def _effect(effect: Mapping[str, Any] | None) -> str:
    return json.dumps(effect, ensure_ascii=False, sort_keys=True) if effect else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _table(rows: list[Record], actors: Mapping[str, str], language: str) -> html.Div:
    heads: list[tables.Cell] = [
        documents.text(word)
        for word in (N_("When"), N_("Who"), N_("Action"), N_("Subject"), N_("Before"), N_("After"))
    ]
    body: list[tables.Row] = [
        [
            {
                "t": words.moment(row.at, language),
                "sub": str(row.audit_id),
                "className": "is-moment",
            },
            {
                "t": actors.get(row.actor) or row.actor,
                "sub": row.actor if actors.get(row.actor) else "",
            },
            row.action,
            row.subject,
            {"t": _short(_effect(row.before)), "className": "wide effect"},
            {"t": _short(_effect(row.after)), "className": "wide effect"},
        ]
        for row in rows
    ]
    return tables.table(
        documents.text("Audit trail"), heads, body, is_stacked=True, kind="table-compact"
    )


# --- What it does ---------------------------------------------------------------------------------


def verify() -> Response:
    """Look at the whole chain, and keep in it what was found and when."""
    forms.require_button()
    with database.begin() as conn:
        keep_verdict(conn, access.reader().actor)
    return documents.go("/admin/audit")


def keep_verdict(conn: Any, actor: str) -> audit.Verdict:
    """Return what is found of the chain, which is an entry of it too."""
    found = audit.verdict(conn)
    audit.record(
        conn,
        actor,
        queries.VERIFIED,
        "audit trail",
        after={
            "length": found.length,
            "last_hash": found.last_hash,
            "broken_count": len(found.broken),
            "broken": list(found.broken[:20]),
        },
    )
    return found


COLUMNS = (
    "audit_id",
    "at",
    "actor",
    "name",
    "action",
    "subject",
    "before",
    "after",
    "previous_hash",
    "hash",
)


def export(file_format: str) -> Response:
    """Return the entries that are asked for as a file, which is an entry too."""
    language = access.language()
    with database.connect() as conn:
        actors = queries.audit_actors(conn)
        _, asked = _filter(queries.audit_actions(conn), actors)
        rows = queries.audit_entries(conn, asked, limit=MOST)
    trail.audit_export("audit trail", kind=file_format, asked_for=_query(asked))
    told = [
        (
            row.audit_id,
            row.at.isoformat(timespec="microseconds"),
            row.actor,
            actors.get(row.actor, ""),
            row.action,
            row.subject,
            _effect(row.before),
            _effect(row.after),
            row.previous_hash,
            row.hash,
        )
        for row in rows
    ]
    frame = pd.DataFrame(told, columns=list(COLUMNS))
    data = exports.write(frame, file_format, title=documents.text("Audit trail"), language=language)
    return attachment(
        data, exports.TYPES[file_format], exports.file_name("audit", file_format=file_format)
    )


def add(server: Flask) -> None:
    """Add the page of the audit trail to the server."""
    server.add_url_rule("/admin/audit", "audit", page)
    server.add_url_rule("/admin/audit/verify", "verify_audit", verify, methods=["POST"])
    server.add_url_rule("/admin/audit.<any(csv, xlsx):file_format>", "export_audit", export)
