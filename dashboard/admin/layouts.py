"""The kinds of workbooks whose answers are remembered."""

from typing import Any
from urllib.parse import quote

from dash import html
from flask import Response, abort

import etl
from dashboard import access, documents
from dashboard.components import cards, forms
from dashboard.routes import attachment
from schemas import database, words
from schemas.words import N_


def layouts() -> Response:
    """Show what is remembered: keep it as a file, or forget it."""
    language = access.language()
    with database.connect() as conn:
        kept = etl.remembered_of(conn)
    title = words.text("Remembered layouts", language)
    lead = words.text("How workbooks of a kind were explained, for the next one.", language)
    crumbs = [(words.text("Administration", language), "/admin")]
    parts: list[Any] = [
        cards.card(
            one.title or one.code,
            f"layout-{place}",
            cards.facts(
                [
                    (words.text("Code", language), one.code),
                    (words.text("Project", language), one.project_code),
                    (words.text("Tables", language), words.number(len(one.tables), language)),
                ]
            ),
            html.P(
                cards.downloads(
                    {
                        words.text("As a file (TOML)", language): (
                            f"/admin/layouts/{quote(one.code, safe='')}.toml"
                        )
                    }
                )
            ),
            forms.button(
                language,
                N_("Forget"),
                f"/admin/layouts/{quote(one.code, safe='')}/forget",
                kind="danger",
                confirm=N_("Forget this layout?"),
            ),
            span=6,
        )
        for place, one in enumerate(kept)
    ]
    if not parts:
        parts = [cards.empty(words.text("Nothing is remembered yet", language))]
    return documents.page(
        title, cards.page_head(title, lead, crumbs=crumbs), html.Div(parts, className="grid")
    )


def layout_toml(code: str) -> Response:
    """Return what is remembered as a file."""
    try:
        with database.connect() as conn:
            body = etl.layout_file(conn, code)
    except LookupError:
        abort(404)
    return attachment(body.encode(), "application/toml", "layout.toml")


def forget(code: str) -> Response:
    """Remember a kind of workbook no more."""
    forms.require_button()
    try:
        etl.forget_layout(code, actor=access.reader().actor)
    except LookupError:
        abort(404)
    documents.say(words.text("The layout is forgotten.", access.language()))
    return documents.go("/admin/layouts")
