"""The page on privacy: what is kept of whom, why, how long, and how to get it out or erased."""

from typing import Any

from dash import html
from flask import Flask, Response

from dashboard import access, documents, retention, settings
from dashboard.components import cards, tables
from schemas.words import N_


def page() -> Response:
    """Show what is kept about people: the same list that `medtown purge` goes by."""
    language, known = access.language(), settings.read()
    heads: list[tables.Cell] = [
        documents.text(word) for word in (N_("What"), N_("Of whom"), N_("Why"), N_("How long"))
    ]
    rows: list[tables.Row] = [
        [
            documents.text(one.what),
            documents.text(one.whose),
            documents.text(one.why),
            one.for_long(known.keeping, language),
        ]
        for one in retention.LIST
    ]
    title = documents.text("What is kept about people")
    return documents.page(
        documents.text("Your data and privacy"),
        cards.page_head(
            documents.text("Your data and privacy"),
            documents.text(
                "The dashboard is about totals, not about persons. What it keeps of those who work"
                " with it stands here; it goes to nobody but the servers that carry pages and mails."
            ),
        ),
        html.Div(
            [
                cards.card(
                    title,
                    "kept",
                    tables.table(title, heads, rows, is_stacked=True),
                    lead=documents.text(
                        "What has had its time goes with the next clean-up, once a day."
                    ),
                ),
                _rights(),
                _few(),
                _contact(known.contact),
            ],
            className="grid",
        ),
    )


def _rights() -> html.Section:
    own = "/account#data-title"
    ways = [
        (N_("Get out everything that is kept of you"), own),
        (N_("Delete your account"), own),
        (N_("Correct your name or language"), "/account#details-title"),
        (N_("Choose which mails you get"), "/account#notices-title"),
    ]
    return cards.card(
        documents.text("What you can do yourself"),
        "rights",
        html.Ul(
            [html.Li(html.A(documents.text(said), href=way)) for said, way in ways],
            className="ways-list",
        ),
        html.P(
            documents.text(
                "You may also have data corrected, object to their use, or complain to the data"
                " protection authority of your country."
            )
        ),
        span=6,
    )


def _few() -> html.Section:
    return cards.card(
        documents.text("Those who are counted"),
        "few",
        html.P(
            documents.text(
                "Lists of persons are refused and deleted when somebody hands them in. Numbers of"
                " few people are withheld from the public."
            )
        ),
        html.P(html.A(documents.text("How numbers are made"), href="/method")),
        span=6,
    )


def _contact(contact: str) -> html.Section:
    told: Any = documents.text(
        "Ask whoever runs this server, or the coordinator of your programme."
    )
    if contact:
        is_mail = "@" in contact and " " not in contact
        shown: Any = html.A(contact, href=f"mailto:{contact}") if is_mail else contact
        told = [documents.text("Write to:"), " ", shown]
    return cards.card(documents.text("Whom to ask"), "contact", html.P(told), span=6)


def add(server: Flask) -> None:
    """Add the page to the server."""
    server.add_url_rule("/privacy", "privacy", page)
