"""The catalogue as one workbook: download it, change it, drop it in, look, accept."""

from typing import Any

from dash import html
from flask import Response, abort
from wtforms import BooleanField, FileField, HiddenField

import etl
from dashboard import access, documents
from dashboard.admin import changes
from dashboard.components import cards, forms, tables
from dashboard.routes import WORKBOOK, attachment, sent_file
from schemas import database, words
from schemas.words import N_

NEEDS_A_YES = frozenset({"catalogue_threshold_lowered", "catalogue_will_end"})
"Findings after which somebody has to say that it is meant so."


class Drop(forms.Form):
    """A workbook."""

    file = FileField(N_("Workbook of the catalogue"), render_kw={"accept": ".xlsx,.xlsm,.ods"})


class Accept(forms.Form):
    """What was looked at, and that it is meant so."""

    revision = HiddenField()
    is_sure = BooleanField(N_("I have looked at what would change, and mean it so."))


def crumbs() -> list[tuple[str, str]]:
    """Return the way to the pages of the catalogue."""
    return [
        (documents.text("Administration"), "/admin"),
        (documents.text("Catalogue"), "/admin/catalogue"),
    ]


def catalogue() -> Response:
    """Show the tables of the catalogue, and how to change them all by one workbook."""
    language = access.language()
    with database.connect() as conn:
        rows = etl.catalogue.edited(conn)
    body: list[list[tables.Cell]] = [
        [
            {"t": words.text(form.label, language), "href": f"/admin/catalogue/{name}"},
            {"t": name, "cell": True},
            {"t": words.number(len(rows[name]), language), "number": True},
        ]
        for name, form in etl.catalogue.forms().items()
    ]
    title = documents.text("Catalogue")
    heads: list[tables.Cell] = [
        documents.text("Table"),
        documents.text("Sheet"),
        {"t": documents.text("Rows"), "number": True},
    ]
    download = cards.downloads({documents.text("Download the workbook"): "/admin/catalogue.xlsx"})
    return documents.page(
        title,
        cards.page_head(title, crumbs=[(documents.text("Administration"), "/admin")]),
        html.Div(
            [
                cards.card(
                    documents.text("As one workbook"),
                    "workbook",
                    html.P(download),
                    forms.drawn(
                        Drop(), language, N_("See what would change"), action="/admin/draft/receive"
                    ),
                    lead=documents.text(
                        "Download it, change it, drop it in. You see what would change before"
                        " anything does."
                    ),
                    span=6,
                ),
                cards.card(
                    documents.text("Row by row"),
                    "tables",
                    tables.table(documents.text("Tables"), heads, body, is_stacked=True),
                    span=6,
                ),
            ],
            className="grid",
        ),
    )


def catalogue_workbook() -> Response:
    """Return the catalogue as a workbook."""
    with database.connect() as conn:
        data = etl.catalogue.write_catalogue(conn, access.language())
    return attachment(data, WORKBOOK, "catalogue.xlsx")


# --- What was dropped in --------------------------------------------------------------------------


def receive_draft() -> Response:
    """Keep a workbook that is dropped in, and lead to what it would change."""
    forms.require_button()
    sent = sent_file()
    if sent is None or not sent[1]:
        documents.say(documents.text("Choose the workbook first."), "error")
        return documents.go("/admin/catalogue")
    with database.begin() as conn:
        etl.catalogue.keep_draft(conn, access.reader().account_id, *sent)
    return documents.go("/admin/draft")


def draft() -> Response:
    """Show what the workbook that was dropped in would change."""
    with database.connect() as conn:
        kept = etl.catalogue.draft(conn, access.reader().account_id)
        if kept is None:
            return documents.go("/admin/catalogue")
        proposal = etl.catalogue.check_catalogue(conn, kept.content, kept.file_name)
    language = access.language()
    title = documents.text("What would change")
    return documents.page(
        title,
        cards.page_head(title, marks_of_file(kept.file_name), crumbs=crumbs()),
        html.Div(
            [
                *changes.said(proposal.findings, language),
                cards.card(title, "changes", *changes.listed(proposal.changes, language)),
                cards.card(
                    documents.text("Decide"), "decide", *_decision(proposal, language), span=6
                ),
            ],
            className="grid",
        ),
    )


def marks_of_file(name: str) -> str:
    """Return the name of a file as it is said."""
    return documents.text("By the workbook {name}", name=words.isolated(name, access.language()))


def needs_a_yes(proposal: Any) -> bool:
    """Return whether somebody has to say that a proposal is meant so."""
    return any(found.code in NEEDS_A_YES for found in proposal.findings) or any(
        change.is_consequence or change.act in ("remove", "end") for change in proposal.changes
    )


def _decision(proposal: Any, language: str) -> list[Any]:
    discard = forms.button(language, N_("Discard"), "/admin/draft/discard", kind="quiet")
    if not proposal.is_good:
        told = documents.text(
            "Correct the errors in the workbook, and drop it in again. Nothing has changed."
        )
        return [cards.notice(told, kind="error"), discard]
    if not proposal.changes:
        return [discard]
    form = Accept(formdata=None, revision=proposal.revision)
    if not needs_a_yes(proposal):
        del form.is_sure
    accept = forms.drawn(form, language, N_("Accept"), action="/admin/draft/accept")
    return [accept, discard]


def accept_draft() -> Response:
    """Make what was looked at the catalogue; where it has changed meanwhile, show it again."""
    form, reader = Accept(), access.reader()
    if not form.validate_on_submit():
        abort(400)
    try:
        with database.begin() as conn:
            kept = etl.catalogue.draft(conn, reader.account_id)
            if kept is None:
                abort(404)
            proposal = etl.catalogue.check_catalogue(conn, kept.content, kept.file_name)
            if proposal.revision != form.revision.data:
                raise etl.catalogue.CatalogueMovedError
            if not proposal.is_good:
                abort(400)
            if needs_a_yes(proposal) and not form.is_sure.data:
                documents.say(documents.text("Tick first that it is meant so."), "error")
                return documents.go("/admin/draft")
            etl.catalogue.apply_catalogue(conn, proposal, reader.actor)
            etl.catalogue.forget_draft(conn, reader.account_id)
    except etl.catalogue.CatalogueMovedError:
        return moved("/admin/draft")
    language = access.language()
    told = changes.counted(proposal.changes, language)
    documents.say(words.text("The catalogue is changed: {what}.", language, what=told))
    return documents.go("/admin/catalogue")


def moved(where: str) -> Response:
    """Say that the catalogue has changed meanwhile, and show again what would change now."""
    documents.say(
        documents.text(
            "Somebody else changed the catalogue meanwhile. Nothing was changed by you: look at it"
            " again."
        ),
        "warning",
    )
    return documents.go(where)


def discard_draft() -> Response:
    """Forget what was dropped in."""
    forms.require_button()
    with database.begin() as conn:
        etl.catalogue.forget_draft(conn, access.reader().account_id)
    documents.say(documents.text("The workbook is discarded; nothing has changed."))
    return documents.go("/admin/catalogue")
