"""What somebody is told where a request fails: a sentence, and a reference to the log."""

import logging
import secrets
from html import escape

from flask import Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RoutingException

from dashboard import access, logs, settings, theme
from schemas import words
from schemas.words import N_

log = logging.getLogger(__name__)

ERROR_PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="font-family: system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>{title}</h1><p>{text}</p><p>{reference}</p><p><a href="/">{home}</a></p></body></html>"""


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
    }
    title, text = known.get(
        code,
        (N_("Something went wrong"), N_("The error is in the log, under the reference below.")),
    )
    return words.text(title, language), words.text(text, language, size=upload_mb)


def show(error: Exception) -> Response | tuple[str, int]:
    """Return a plain answer with a reference; what happened goes to the log alone."""
    if isinstance(error, RoutingException) and isinstance(error, HTTPException):
        return make_response(error.get_response())
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    reference = secrets.token_hex(4)
    if code >= 500:
        log.error("%s %s %s", reference, request.method, logs.rule(), exc_info=error)
    else:
        log.info("%s %s %s %s", reference, code, request.method, logs.rule())
    language = access.language()
    title, text = _sentence(code, language, settings.read().upload_mb)
    if isinstance(error, CSRFError):
        title, text = _sentence(400, language, 0)
    shown = words.text("Reference {reference}", language, reference=reference)
    # What a script sends, a script reads.
    if request.method == "POST" or request.path.startswith("/_dash"):
        return make_response(jsonify({"message": text, "reference": reference}), code)
    page = ERROR_PAGE.format(
        language=language,
        direction=theme.direction(language),
        title=escape(title),
        text=escape(text),
        reference=escape(shown),
        home=escape(words.text("Overview", language)),
    )
    return page, code
