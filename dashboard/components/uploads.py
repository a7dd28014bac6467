"""Where a workbook is handed in; `assets/js/upload.js` draws the place and sends the file."""

from dash import Input, Output, clientside_callback, dcc, html
from markupsafe import Markup

from dashboard import access, settings
from dashboard.access import Policy
from dashboard.components import cards, filters, marks
from dashboard.frames import Data
from schemas import words

SLOT, STORE, ANSWER = "upload-slot", "upload-store", "submissions-answer"


def card(data: Data) -> html.Section:
    """Return the place to hand in a workbook, or the way to it."""
    language = data.language
    heading = words.text("Hand in a workbook", language)
    if not access.may(Policy.SUBMIT):
        text = words.text(
            "Partners hand in their workbooks here, once they are signed in.", language
        )
        way = html.A(words.text("Sign in", language), href="/sign-in?next=/submissions")
        shown = [html.P(text), *([html.P(way)] if access.reader().is_anonymous else [])]
        return cards.card(heading, "submissions-upload", *shown, span=6)
    return cards.card(
        heading,
        "submissions-upload",
        programme_choice(data),
        slot(language, "/upload", STORE),
        dcc.Store(id=STORE),
        html.Div(id=ANSWER, role="alert"),
        html.P(
            html.A(words.text("Try a file without handing it in", language), href="/try"),
            className="card-foot",
        ),
        lead=words.text("The template, or a workbook in a layout that is known.", language),
        span=6,
    )


def programme_choice(data: Data) -> html.Div:
    """Return the choice of the programme that a workbook is of, where it does not say so itself."""
    language = data.language
    options = {
        "": words.text("As the workbook says", language),
        **filters.programmes(data),
    }
    label = words.text("Programme of the workbook", language)
    hint = Markup('<small id="programme-hint">{}</small>').format(
        words.text("Our templates say it themselves.", language)
    )
    # `assets/js/upload.js` sends what is chosen in here along with the file.
    return html.Div(
        className="upload-fields",
        **marks.data(html=str(filters.choice("programme", label, options, "") + hint)),
    )


ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv"


def slot(language: str, address: str, store: str = "", plain: str = "") -> html.Div:
    """Return the place where a file is dropped, which is sent to an address; the answer is stored.

    On a page without Dash there is no store: its answer is followed, and `plain` is the form (HTML)
    that stands there for whoever has no script.
    """
    size = settings.read().upload_mb
    more = {name: text for name, text in (("store", store), ("html", plain)) if text}
    return html.Div(
        id=SLOT,
        className="upload",
        **marks.data(
            url=address,
            accept=ACCEPTED,
            max_bytes=str(size * 2**20),
            label=words.text("Choose a workbook or drop it here", language),
            hint=words.text("xlsx, xls, ods or csv, up to {size} MB", language, size=size),
            busy=words.text("Uploading {percent} %", language, percent="{percent}"),
            checking=words.text("Checking…", language),
            failed=words.text("The file did not arrive. Please try again.", language),
            too_large=words.text("The file is larger than {size} MB.", language, size=size),
            field_language=language,
            **more,
        ),
    )


# The workbook that was taken is shown on its page; what went wrong is said here.
clientside_callback(
    """
    function show_answer(stored) {
        if (!stored) return window.dash_clientside.no_update;
        if (stored.ok && stored.answer && stored.answer.url) {
            window.medtown.open(stored.answer.url);
            return "";
        }
        return (stored.answer && stored.answer.message) || "";
    }
    """,
    Output(ANSWER, "children"),
    Input(STORE, "data"),
    prevent_initial_call=True,
)
