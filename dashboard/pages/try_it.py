"""A file is tried: its findings and the marked copy, without handing it in; nothing is stored."""

from typing import Any

from dash import Input, Output, clientside_callback, dcc, html

from dashboard import access, frames, views
from dashboard.components import cards, marks, uploads
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_("See what the checks say of a file, without handing it in.")

STORE, ANSWER = "try-store", "try-answer"


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Try a file", language)


def layout(**arguments: Any) -> Any:
    """Return the place to drop a file, and where its findings will be."""
    language = access.language()
    head = cards.page_head(
        title(language),
        words.text(
            "Its findings are shown here, and in a copy of it to download. Nothing is stored: not the"
            " file, not its values, not the findings.",
            language,
        ),
        crumbs=[(words.text("Submissions", language), "/submissions")],
    )
    with database.connect() as conn:
        data = frames.load(
            conn, access.scope(), views.read(arguments), language, indicator_codes=[]
        )
    heading = words.text("The file", language)
    return [
        head,
        html.Div(
            cards.card(
                heading,
                "try-upload",
                uploads.programme_choice(data),
                uploads.slot(language, "/try/findings", STORE),
                dcc.Store(id=STORE),
            ),
            className="grid",
        ),
        html.Div(
            id=ANSWER,
            className="stack",
            role="status",
            **marks.data(
                url="/try/annotated",
                button=words.text("Download the copy with the findings in its cells", language),
                busy=words.text("Writing…", language),
                failed=words.text("The answer did not arrive. Please try again.", language),
            ),
        ),
    ]


# `assets/js/try.js` keeps the file that was dropped, and asks for its copy when that is wanted.
clientside_callback(
    """
    function show_tried(stored) {
        return stored && window.medtown.tried ? window.medtown.tried(stored) : "";
    }
    """,
    Output(ANSWER, "children"),
    Input(STORE, "data"),
    prevent_initial_call=True,
)
