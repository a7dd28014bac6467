"""What somebody is told where a request fails: a sentence, and a reference to the log."""

import logging
import secrets
from html import escape

from flask import Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RoutingException

from dashboard import access, settings, static
from dashboard.operations import logs
from schemas import database, words
from schemas.words import N_

log = logging.getLogger(__name__)

BODY = """<body><main class="alone card">
<h1>{title}</h1><p>{text}</p><p class="card-foot">{reference}</p>
<p><a class="button" href="/?lang={language}">{home}</a></p>
</main></body>"""
"Without what surrounds a page, which asks the database who looks at it."


def _sentence(code: int, language: str, upload_mb: int) -> tuple[str, str]:
    """Return title and text for an error that a person meets."""
    known = {
        400: (
            N_("Not understood"),
            N_("The request was incomplete, or the page is too old: load it again."),
        ),
        401: (N_("Sign in first"), N_("This is for those who are signed in.")),
        403: (N_("Not allowed here"), N_("Your account has no role that lets you do this.")),
        404: (N_("Not found"), N_("There is nothing at this address.")),
        405: (N_("Not understood"), N_("This address does not take such a request.")),
        413: (N_("Too large"), N_("The file is larger than {size} MB.")),
        415: (
            N_("Not understood"),
            N_("The request is of a kind that this address does not take."),
        ),
        429: (
            N_("Not just now"),
            N_("Too much is asked for at once. Try again in a moment."),
        ),
        503: (
            N_("Not just now"),
            N_("The database does not answer. Try again in a moment."),
        ),
        507: (
            N_("No room"),
            N_(
                "There is no room left on the server. Everything can still be read; try again when"
                " whoever runs it has made room."
            ),
        ),
    }
    title, text = known.get(
        code,
        (N_("Something went wrong"), N_("The error is in the log, under the reference below.")),
    )
    return words.text(title, language), words.text(text, language, size=upload_mb)


def code_of(error: Exception) -> int:
    """Return the status of an answer that an error prevents."""
    if isinstance(error, HTTPException):
        return error.code or 500
    if database.is_full(error):
        return 507
    return 503 if database.is_away(error) else 500


def note(reference: str, what: str, error: Exception) -> int:
    """Write an error to the log, and return the status of the answer.

    A database that is away or full is a line for each request: what it says itself (never a cell),
    and no traceback.
    """
    code = code_of(error)
    if code == 500:
        log.error("%s %s", reference, what, exc_info=error)
    else:
        said = str(getattr(error, "orig", None) or type(error).__name__).partition("\n")[0]
        log.error("%s %s %s: %s", reference, code, what, said)
    return code


def _is_for_a_script() -> bool:
    """Return whether a script reads the answer: it sent the question, and asked for no page."""
    asked = request.accept_mimetypes
    wants_page = asked["text/html"] > asked["application/json"]
    return request.path.startswith("/_dash") or (request.method == "POST" and not wants_page)


def show(error: Exception) -> Response | tuple[str, int]:
    """Return a plain answer with a reference; what happened goes to the log alone."""
    if isinstance(error, RoutingException) and isinstance(error, HTTPException):
        return make_response(error.get_response())
    code, reference = code_of(error), secrets.token_hex(4)
    if code >= 500:
        note(reference, f"{request.method} {logs.rule()}", error)
    else:
        log.info("%s %s %s %s", reference, code, request.method, logs.rule())
    language = access.language()
    title, text = _sentence(code, language, settings.read().upload_mb)
    if isinstance(error, CSRFError):
        title, text = _sentence(400, language, 0)
    shown = words.text("Reference {reference}", language, reference=reference)
    if _is_for_a_script():
        return make_response(jsonify({"message": text, "reference": reference}), code)
    body = BODY.format(
        language=language,
        title=escape(title),
        text=escape(text),
        reference=escape(shown),
        home=escape(words.text("Overview", language)),
    )
    return static.document(language, title, head=static.looks(), body=body), code
