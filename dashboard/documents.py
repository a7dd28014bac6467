"""Pages without Dash: forms and lists that the server writes whole, in the same shell as all others."""

from html import escape
from typing import Any

from flask import Response, flash, get_flashed_messages, make_response, redirect, request
from flask_wtf.csrf import generate_csrf

from dashboard import access, bundles, notices, static
from dashboard.components import cards, shell
from schemas import database, words

BODY = """<body>
<div id="first-view">{body}</div>
{scripts}
</body>"""


def text(said: str, /, **values: Any) -> str:
    """Return a sentence of the catalogue in the language of whoever asks."""
    return words.text(said, access.language(), **values)


def full_title(title: str, language: str) -> str:
    """Return the title of a page with the name of the whole, as a browser shows it."""
    return f"{title} – {words.text('MedTOWN impact dashboard', language)}"


def around(language: str) -> Any:
    """Return what surrounds every page for who asks, with the number of notices that wait.

    A kept page is of one reader and one state of the database, and so is the number on it.
    """
    reader = access.reader()
    if reader.is_anonymous:
        return shell.shell(language, reader)
    with database.connect() as conn:
        return shell.shell(language, reader, unread=notices.unread(conn, reader.account_id))


def page(title: str, *body: Any, status: int = 200) -> Response:
    """Return a page of its own: what was said by the request before it stands above.

    Nobody keeps a copy of it, for it is somebody's own.
    """
    language = access.language()
    flashed: Any = get_flashed_messages(with_categories=True)
    said = [cards.notice(text, kind=kind) for kind, text in flashed]
    whole = around(language)
    shown = static.render(whole, language, {"_pages_content": [*said, *body]})
    kept = {"lang": language if "lang" in request.args else ""}
    whole_page = static.document(
        language,
        full_title(title, language),
        head=[
            *static.looks(),
            f'<link rel="icon" type="image/svg+xml" href="{bundles.address("icons/mark.svg")}">',
            '<meta name="robots" content="noindex">',
            f'<meta name="csrf-token" content="{escape(generate_csrf())}">',
        ],
        body=BODY.format(
            body=static.with_kept(shown, kept, request.full_path.rstrip("?")),
            scripts=bundles.tags()[1],
        ),
    )
    answer = make_response(whole_page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def go(where: str) -> Response:
    """Return the way to the page that shows what a form has done (303)."""
    return redirect(where, 303)  # type: ignore[return-value]


def say(text: str, kind: str = "success") -> None:
    """Keep what is said above the next page; its kind is that of a notice."""
    flash(text, kind)
