"""Asking again about one value that counts, which it does until a newer one is accepted."""

from typing import Any

from dash import html
from flask import Flask, Response, abort
from wtforms import TextAreaField

import etl
from dashboard import access, documents, frames, history, notices, sentences
from dashboard.components import cards, forms
from dashboard.frames import Data
from dashboard.views import View
from schemas import database, words
from schemas.words import N_


class Reopen(forms.Form):
    """Why a value that counts is asked about again."""

    text = TextAreaField(
        N_("What is to be looked at again"),
        render_kw={"rows": 4, "maxlength": etl.threads.LONGEST, "dir": "auto"},
    )


def reopen(observation_id: int) -> Response:
    """Ask again about a value that counts; it counts on until a newer one is accepted."""
    language, scope = access.language(), access.scope()
    with database.connect() as conn:
        found = history.lineage(conn, scope, [observation_id])
        if found.empty or not access.may_review(found["programme_code"].iloc[0]):
            abort(404)
        row = found.iloc[0].to_dict()
        data = frames.without_values(conn, scope, View(programme=row["programme_code"]), language)
    form = Reopen()
    if form.validate_on_submit():
        try:
            with database.begin() as conn:
                author = access.reader().account_id
                number = etl.review.reopen(
                    conn, observation_id, form.text.data or "", author=author
                )
                notices.decided(
                    conn,
                    int(row["submission_id"]),
                    notices.REOPENED,
                    actor=access.reader().actor,
                )
        except etl.threads.TextError as error:
            form.refuse("text", str(error))
        except etl.DecisionError as error:
            form.refuse("text", words.sentence(error.finding, language))
        else:
            documents.say(
                documents.text("The value is under review; it counts on until a newer one does.")
            )
            return documents.go(f"/work/threads/{number}")
    return _asked(form, data, row, language)


def _asked(form: Reopen, data: Data, row: dict[Any, Any], language: str) -> Response:
    facts = [
        (documents.text("Value"), sentences.reported(data, row)),
        (documents.text("Where"), sentences.where(data, row)),
        (documents.text("What"), sentences.what(data, row)),
        (documents.text("Cell"), html.Code(f"{row['sheet']}!{row['cell']}", className="cell")),
    ]
    name = data.name(data.catalogue.indicators[row["indicator_code"]])
    return documents.page(
        documents.text("Ask about a value again"),
        cards.page_head(
            documents.text("Ask about a value again"),
            name,
            crumbs=[(documents.text("Review and discussion"), "/work/review")],
        ),
        html.Div(
            [
                cards.card(documents.text("The value"), "reopen-value", cards.facts(facts), span=6),
                cards.card(
                    documents.text("Why"),
                    "reopen-why",
                    forms.drawn(form, language, N_("Ask again")),
                    span=6,
                ),
            ],
            className="grid",
        ),
        status=400 if form.errors else 200,
    )


def add(server: Flask) -> None:
    """Add the page to the server."""
    server.add_url_rule(
        "/work/reopen/<int:observation_id>", "reopen_value", reopen, methods=["GET", "POST"]
    )
