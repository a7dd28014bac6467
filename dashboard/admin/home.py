"""What there is to administer, with counts."""

from typing import Any

from dash import html
from flask import Response

import etl
from dashboard import access, documents, queries
from dashboard.components import cards
from schemas import database, words
from schemas.words import N_

Link = tuple[str, str, int | None]
"Words, where they lead, and how many there are."


def administration() -> Response:
    """Show what there is to administer."""
    language = access.language()
    with database.connect() as conn:
        accounts, entries = (
            queries.accounts_in_use(conn),
            queries.audit_length(conn, queries.Asked()),
        )
        rows = {name: len(of) for name, of in etl.catalogue.edited(conn).items()}
        layouts = len(etl.remembered_of(conn))
    title = words.text("Administration", language)
    whole: Link = (words.text("All of it as one workbook", language), "/admin/catalogue", None)
    tables: list[Link] = [
        (words.text(form.label, language), f"/admin/catalogue/{name}", rows[name])
        for name, form in etl.catalogue.forms().items()
    ]
    return documents.page(
        title,
        cards.page_head(
            title, words.text("Accounts, the catalogue, and what is remembered.", language)
        ),
        html.Div(
            [
                _card(N_("Catalogue"), "catalogue", [whole, *tables], language, span=8),
                _card(
                    N_("Accounts"),
                    "people",
                    [
                        (words.text("Accounts and roles", language), "/admin/users", accounts),
                        (words.text("Audit trail", language), "/admin/audit", entries),
                        (words.text("Remembered layouts", language), "/admin/layouts", layouts),
                    ],
                    language,
                    span=4,
                ),
            ],
            className="grid",
        ),
    )


def _card(title: str, key: str, links: list[Link], language: str, *, span: int) -> Any:
    return cards.card(
        words.text(title, language),
        key,
        html.Ul(
            [
                html.Li([html.A(name, href=address), _count(count, language)])
                for name, address, count in links
            ],
            className="admin-list",
        ),
        span=span,
    )


def _count(count: int | None, language: str) -> html.Span:
    told = "" if count is None else words.number(count, language)
    return html.Span(told, className="muted")
