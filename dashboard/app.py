"""The web application: its pages and routes, the guard before every request, and /health."""

import hashlib
import logging
import re
import secrets
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import dash
import numpy  # noqa: F401 (before any thread: Plotly imports it late, and twice at once fails)
from dash.exceptions import UnsupportedRelativePath
from flask import Flask, Response, abort, current_app, g, jsonify, make_response, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import RoutingException

from dashboard import access, asked, routes, settings, theme
from dashboard.access import Policy
from dashboard.components import cards, past, shell
from dashboard.pages import (
    compare,
    countries,
    country,
    indicator,
    indicators,
    mapping,
    method,
    not_found,
    overview,
    project,
    projects,
    sdg,
    sdgs,
    submission,
    submissions,
    try_it,
    value,
)
from schemas import database, words

log = logging.getLogger(__name__)

PAGES: dict[str, ModuleType] = {
    "/": overview,
    "/countries": countries,
    "/country/<country>": country,
    "/projects": projects,
    "/project/<project>": project,
    "/indicators": indicators,
    "/indicator/<indicator>": indicator,
    "/sdg": sdgs,
    "/sdg/<goal>": sdg,
    "/submissions": submissions,
    "/submissions/compare": compare,  # before the next one, which would take it for a number
    "/submissions/<submission>/mapping": mapping,  # before the next one, for the same reason
    "/submissions/<submission>": submission,
    "/try": try_it,
    "/value": value,
    "/value/<observation>": value,
    "/method": method,
}
"Every page by its address. A page has `title`, `DESCRIPTION` and `layout`."

ADDRESSES = Map([Rule(path, endpoint=path) for path in PAGES])

DASH_CALLBACK = "/_dash-update-component"

ROUTES: dict[str, Policy] = {
    "/": Policy.READ,
    "/<path:path>": Policy.READ,
    "/assets/<path:filename>": Policy.READ,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Policy.READ,
    "/_dash-layout": Policy.READ,
    "/_dash-dependencies": Policy.READ,
    "/_favicon.ico": Policy.READ,
    **routes.POLICY,
    **asked.POLICY,
}
"What each route does. A route that is not named here answers nobody."

CALLBACKS: dict[str, tuple[Policy, tuple[Any, ...]]] = {
    ".._pages_content.children..._pages_store.data..": (Policy.READ, (str, str)),
    submission.CHANGED: (Policy.READ, (int,)),
    submission.DECIDED: (Policy.WRITE, (int | None, int | None, int | None, int)),
    submission.REASONED: (Policy.WRITE, (int | None, str | None, str | None, int)),
    value.SURROUNDED: (Policy.READ, (int,)),
    project.CALLED: (Policy.READ, (str, str)),
}
"What each callback that the server answers does, by its output, and the types of its inputs."


# --- The guard ----------------------------------------------------------------------------------


HALF_A_SIGN = re.compile("[\ud800-\udfff]")
"One half of a surrogate pair: JSON can write it, nothing else can."


def _name(part: Any) -> str:
    """Return `id.property` of one input or output as the browser sends it; 400 for anything else."""
    if not isinstance(part, dict) or not isinstance(part.get("property"), str):
        abort(400)
    return f"{part.get('id')}.{part['property']}"


def _callback_policy(callbacks: dict[str, Any]) -> Policy | None:
    """Return the policy of the callback that is asked for; 400 unless the question is as declared."""
    body = request.get_json()
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        abort(400)
    declared = CALLBACKS.get(body["output"])
    if declared is None:
        return None
    policy, types = declared
    known = callbacks[body["output"]]
    expected = [_name(part) for part in [*known["inputs"], *known["state"]]]
    inputs, state, outputs = body.get("inputs", []), body.get("state", []), body.get("outputs")
    if not isinstance(inputs, list) or not isinstance(state, list):
        abort(400)
    given = [*inputs, *state]
    if [_name(part) for part in given] != expected or len(given) != len(types):
        abort(400)
    for part, kind in zip(given, types, strict=True):
        value = part.get("value")
        if not isinstance(value, kind) or (isinstance(value, str) and HALF_A_SIGN.search(value)):
            abort(400)
    told = f"..{'...'.join(map(_name, outputs))}.." if isinstance(outputs, list) else _name(outputs)
    if body["output"] != told:
        abort(400)
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not set(map(str, changed)) <= set(expected):
        abort(400)
    return policy


def guard() -> None:
    """Refuse a request whose route or callback has no policy, or writes from where nobody may."""
    if request.url_rule is None:
        return  # there is no such route: 404, or 405
    policy = ROUTES.get(request.url_rule.rule)
    if request.url_rule.rule == DASH_CALLBACK:
        policy = _callback_policy(current_app.config["MEDTOWN_CALLBACKS"])
    if policy is None or (policy is Policy.WRITE and not access.is_writable(request)):
        abort(403)


# --- What surrounds an answer -------------------------------------------------------------------


def _sha256(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _security_policy(app: dash.Dash) -> str:
    """Return the Content-Security-Policy: our own files, and the inline scripts that Dash writes."""
    scripts = " ".join(["'self'", _sha256(theme.FIRST_PAINT), *app.csp_hashes()])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def _add_headers(response: Response) -> Response:
    """Return an answer with what keeps browsers from doing more than they should."""
    headers = response.headers
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = current_app.config["MEDTOWN_CSP"]
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers.setdefault("Cache-Control", "no-cache, private")
    if token := g.get("csrf_token"):
        # Dash reads it from a cookie and sends it back in a header.
        response.set_cookie("_csrf_token", token, samesite="Strict", secure=request.is_secure)
    return response


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
            "Not understood",
            "The request was incomplete, or the page is too old: load it again.",
        ),
        403: ("Not allowed here", "This server is read-only from where you are."),
        404: ("Not found", "There is nothing at this address."),
        405: ("Not understood", "This address does not take such a request."),
        413: ("Too large", "The file is larger than {size} MB."),
        415: ("Not understood", "The request is of a kind that this address does not take."),
    }
    title, text = known.get(
        code, ("Something went wrong", "The error is in the log, under the reference below.")
    )
    return words.text(title, language), words.text(text, language, size=upload_mb)


def _show_error(error: Exception) -> Response | tuple[str, int]:
    """Return a plain answer with a reference; what happened goes to the log alone."""
    if isinstance(error, RoutingException) and isinstance(error, HTTPException):
        return make_response(error.get_response())
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    if isinstance(error, UnsupportedRelativePath):
        code = 400  # a forged question: no browser asks for what is no path
    reference = secrets.token_hex(4)
    if code >= 500:
        log.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    else:
        log.info("%s %s %s %s", reference, code, request.method, request.path)
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


def _secret_key() -> str:
    """Return the key that signs sessions: the setting, else a random one that this machine keeps."""
    if chosen := settings.read().secret_key:
        return chosen
    kept = database.home() / "secret_key"
    if not kept.exists():
        draft = kept.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            kept.hardlink_to(draft)  # the first of several processes wins, and none reads half
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")


class SuiteCache:
    """Compressed files of Dash's components, which never change; nothing else is kept."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return a kept file."""
        return self.kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep a file of a component; two answers of any other address may differ."""
        if ";/_dash-component-suites/" in key:
            self.kept[key] = value


# --- Pages --------------------------------------------------------------------------------------


def page_at(path: str) -> tuple[ModuleType, dict[str, Any]] | None:
    """Return the page at a path and what the path names; None where there is none."""
    try:
        rule, named = ADDRESSES.bind("").match(path.rstrip("/") or "/")
    except (HTTPException, RoutingException):
        return None
    return PAGES[rule], dict(named)


def title_at(path: str, language: str) -> str:
    """Return the title of the page at a path; empty where there is nothing to show."""
    found = page_at(path)
    return _title(*found, language) if found else ""


def _title(page: ModuleType, named: dict[str, Any], language: str) -> str:
    try:
        return str(page.title(language, **named))
    except SQLAlchemyError:  # the page itself will say so
        return words.text("This page cannot be shown", language)


def _full_title(title: str, language: str) -> str:
    name = words.text("MedTOWN impact dashboard", language)
    return f"{title or words.text('Not found', language)} – {name}"


def _layout(page: ModuleType, path: str = "") -> Callable[..., Any]:
    """Return a page's layout function that says which day it is of, and what went wrong."""

    def layout(**arguments: Any) -> Any:
        try:
            shown = page.layout(**arguments)
            day = past.banner(path, arguments, access.language()) if path else []
            return [*day, *(shown if isinstance(shown, list) else [shown])] if day else shown
        except Exception as error:
            reference = secrets.token_hex(4)
            log.exception("%s page %s", reference, page.__name__)
            language = access.language()
            text = "The error is in the log, under the reference {reference}."
            if isinstance(error, SQLAlchemyError):
                text = (
                    "The database does not answer. If it was never set up, run “medtown seed”."
                    " Reference {reference}."
                )
            return cards.empty(
                words.text("This page cannot be shown", language),
                words.text(text, language, reference=reference),
                is_page=True,
            )

    return layout


INDEX = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}" data-mantine-color-scheme="light">
<head>
{metas}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{description}">
<meta name="csrf-token" content="{token}">
<title>{title}</title>
<script>{first_paint}</script>
{favicon}
{css}
</head>
<body>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""

SKELETON = """<div class="shell skeleton"><header class="header"><a class="brand" href="/">
<span class="brand-mark"></span><span class="brand-name">MedTOWN</span></a></header>
<main class="main"><h1 class="page-title">{title}</h1>
<div class="kpis">{cards}</div></main></div>"""
"What stands there until the page is drawn."


class Dashboard(dash.Dash):
    """Dash, with our own index page."""

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """Return the index page; 404 where no page is at the address."""
        g.page_title = title_at(request.path, access.language())
        page = super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        return make_response(page, 200 if g.page_title else 404)

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """Return the index page with language, title and description of the page asked for."""
        language = access.language()
        found = page_at(request.path)
        title = _full_title(g.page_title, language)
        description = words.text(found[0].DESCRIPTION if found else "", language) if found else ""
        grey = '<div class="kpi is-loading"></div>' * 4
        skeleton = SKELETON.format(title=escape(g.page_title), cards=grey)
        return INDEX.format(
            **{
                **parts,
                "app_entry": f'<div id="react-entry-point">{skeleton}</div>',
                "title": escape(title),
            },
            language=language,
            direction=theme.direction(language),
            description=escape(description),
            token=escape(generate_csrf()),
            first_paint=theme.FIRST_PAINT,
        )


def _page_title(page: ModuleType) -> Callable[..., str]:
    def title(**named: Any) -> str:
        language = access.language()
        return _full_title(_title(page, named, language), language)

    return title


def _add_pages() -> None:
    """List every page with Dash; an unknown address shows `not_found`."""
    for place, (path, page) in enumerate(PAGES.items()):
        where = {"path_template": path} if "<" in path else {"path": path}
        dash.register_page(  # type: ignore[no-untyped-call]
            path, **where, title=_page_title(page), layout=_layout(page, path), order=place
        )
    dash.register_page(  # type: ignore[no-untyped-call]
        "not_found_404", path="/404", title=_full_title("", "en"), layout=_layout(not_found)
    )


@cache
def create_app() -> dash.Dash:
    """Return the application, warmed up; one a process, because Dash keeps its callbacks globally."""
    server = Flask("dashboard")
    server.config.update(
        SECRET_KEY=_secret_key(),
        MAX_CONTENT_LENGTH=(settings.read().upload_mb + 1) * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page may stay open for days
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_CACHE_BACKEND=SuiteCache,
        COMPRESS_CACHE_KEY=lambda asked: asked.full_path,
    )
    server.json.sort_keys = False  # type: ignore[attr-defined]
    Compress(server)
    # First of all, so that a forged request learns nothing but that it is refused.
    server.before_request(guard)
    CSRFProtect(server)
    routes.add(server)
    asked.add(server)
    app = Dashboard(
        "dashboard",
        server=server,  # type: ignore[arg-type]
        use_pages=True,
        pages_folder="",
        assets_folder=str(Path(__file__).parent.parent / "assets"),
        # Scripts that build the assets, and files that are fetched by name, are not for the page.
        assets_ignore=r"^build$|\.(py|geojson|txt|md)$",
        suppress_callback_exceptions=True,
        serve_locally=True,
        include_pages_meta=False,
        enable_mcp=False,
        title="MedTOWN",
        update_title="",
    )
    app.layout = lambda: shell.shell(access.language(), can_write=access.can_write())
    _add_pages()
    server.register_error_handler(Exception, _show_error)
    server.config["MEDTOWN_CSP"] = "default-src 'self'"
    server.after_request(_add_headers)
    server.config["MEDTOWN_CALLBACKS"] = app.callback_map
    # Dash finishes its set-up with the first request, and fails where several come first.
    server.test_client().get("/_dash-dependencies")
    server.config["MEDTOWN_CSP"] = _security_policy(app)
    return app


def __getattr__(name: str) -> Any:
    """Return `server` for gunicorn (`dashboard.app:server`), made when it is asked for."""
    if name == "server":
        return create_app().server
    raise AttributeError(name)
