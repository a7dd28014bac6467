"""The web application: its pages and routes, and the guard before every request."""

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dash
import numpy  # noqa: F401 (before any thread: Plotly imports it late, and twice at once fails)
from dash.exceptions import UnsupportedRelativePath
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
    session,
)
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import RoutingException

from dashboard import (
    access,
    admin,
    asked,
    bundles,
    documents,
    embeds,
    images,
    jobs,
    kept,
    keys,
    own,
    policies,
    publishing,
    routes,
    settings,
    static,
    svg,
    theme,
    work,
    working,
)
from dashboard.access import Policy
from dashboard.components import cards, grid, past
from dashboard.operations import errors, health, logs
from dashboard.pages import (
    about,
    board,
    compare,
    coproduction,
    countries,
    country,
    explore,
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
    search,
    submission,
    submissions,
    territory,
    try_it,
    value,
    versions,
)
from schemas import words
from schemas.words import N_

PAGES: dict[str, ModuleType] = {
    "/": overview,
    "/countries": countries,
    "/country/<country>": country,
    "/territory/<place>": territory,
    "/board": board,
    "/projects": projects,
    "/project/<project>": project,
    "/indicators": indicators,
    "/indicator/<indicator>": indicator,
    "/sdg": sdgs,
    "/sdg/<goal>": sdg,
    "/compare": compare,
    "/explore": explore,
    "/search": search,
    "/submissions": submissions,
    "/submissions/compare": versions,  # before the next one, which would take it for a number
    "/submissions/<submission>/mapping": mapping,  # before the next one, for the same reason
    "/submissions/<submission>": submission,
    "/try": try_it,
    "/value": value,
    "/value/<observation>": value,
    "/method": method,
    "/coproduction": coproduction,
    "/about": about,
}
"Every page by its address. A page has `title`, `DESCRIPTION` and `layout`."

OF_WORK = {submissions, submission, mapping, versions, try_it}
"Pages that show what nobody has decided on yet."

ADDRESSES = Map([Rule(path, endpoint=path) for path in PAGES])

DASH_CALLBACK = "/_dash-update-component"

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
    declared = policies.CALLBACKS.get(body["output"])
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


def _page_policy(path: object) -> Policy | None:
    """Return the policy of the page at a path; that of a page that is not there is everybody's."""
    found = rule_at(path) if isinstance(path, str) else None
    g.page_rule = found[0] if found else "none"
    return policies.PAGES.get(found[0]) if found else Policy.EVERYBODY


def _policy(rule: str) -> Policy | None:
    """Return the policy of what a request asks for; None where none is declared."""
    if rule == DASH_CALLBACK:
        policy = _callback_policy(current_app.config["MEDTOWN_CALLBACKS"])
        body = request.get_json()
        if policy and body["output"] == PAGE_CALLBACK:
            return _page_policy(body["inputs"][0]["value"])
        return policy
    if rule not in policies.ROUTES:
        return None
    if rule in PAGE_RULES:
        return _page_policy(request.path)
    if rule == "/preview.png":
        return _page_policy(urlsplit(request.args.get("page", "/")).path)
    return policies.ROUTES.get(rule)


PAGE_CALLBACK = ".._pages_content.children..._pages_store.data.."
"What draws a page: its policy is that of the page."

PAGE_RULES = ("/", "/<path:path>")


def guard() -> Response | None:
    """Refuse a request whose page, route or callback is not for who asks.

    Whoever is not signed in and may be let in then is led to the page where that is done.
    """
    if request.url_rule is None:
        return None  # there is no such route: 404, or 405
    if request.url_rule.rule in policies.FOR_OTHERS:
        access.as_public()
    policy = _policy(request.url_rule.rule)
    if policy is not None and access.may(policy):
        return None
    if why := access.why_nobody():
        raise why
    if policy is None or not access.reader().is_anonymous:
        abort(403)
    if request.method == "GET" and not request.path.startswith("/_dash"):
        where = request.full_path.rstrip("?")
        return redirect(f"/sign-in?{urlencode({'next': where})}")  # type: ignore[return-value]
    return abort(401)


# --- What surrounds an answer -------------------------------------------------------------------


def _sha256(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _security_policy(app: dash.Dash) -> str:
    """Return the Content-Security-Policy: our own files, and the inline scripts that Dash writes."""
    scripts = " ".join(
        ["'self'", _sha256(theme.FIRST_PAINT), _sha256(SCRIPTS_LATER), *app.csp_hashes()]
    )
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


ANSWERS = ("text/html", "application/json")
"What depends on who asks, and in which language."

END_ID = re.compile(rb'"end_id":"[^"]*"')
"What Dash makes up for each answer."


def _lasting(data: bytes) -> bytes:
    """Return an answer without what is new in each: who has it already is told so."""
    token = str(g.get("csrf_token", "")).encode()
    lasting = str(session.get("csrf_token", "")).encode()
    return END_ID.sub(b"", data.replace(token, lasting) if token else data)


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
    if not settings.read().is_local:  # heeded over HTTPS alone
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype in ANSWERS:
        response.vary.update(("Accept-Language", "Cookie"))
        if not (access.reader().is_anonymous or access.reader().is_demo):
            headers["Cache-Control"] = "no-store"  # of somebody's own pages nobody keeps a copy
        elif request.method == "GET" and response.status_code == 200 and "ETag" not in headers:
            response.set_etag(bundles.fingerprint(_lasting(response.get_data())))
    is_page = response.mimetype == "text/html" and response.status_code == 200
    if is_page and (chosen := request.args.get("lang")) in words.TAGS:
        access.remember_language(response, str(chosen))
    if token := g.get("csrf_token"):
        # Dash reads it from a cookie and sends it back in a header.
        response.set_cookie("_csrf_token", token, samesite="Strict", secure=access.is_secure())
    return response


# --- Pages --------------------------------------------------------------------------------------


def page_at(path: str) -> tuple[ModuleType, dict[str, Any]] | None:
    """Return the page at a path and what the path names; None where there is none."""
    found = rule_at(path)
    return (PAGES[found[0]], found[1]) if found else None


def rule_at(path: str) -> tuple[str, dict[str, Any]] | None:
    """Return the rule in `PAGES` that a path follows, and what the path names."""
    try:
        rule, named = ADDRESSES.bind("").match(path.rstrip("/") or "/")
    except (HTTPException, RoutingException):
        return None
    return rule, dict(named)


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
    return documents.full_title(title or words.text("Not found", language), language)


def _layout(page: ModuleType, path: str = "", *, is_folded: bool = False) -> Callable[..., Any]:
    """Return a page's layout function that says which day it is of, and what went wrong.

    Folded it is as Dash shall draw it.
    """

    def drawn(arguments: dict[str, Any]) -> Any:
        shown = page.layout(**arguments)
        day = past.banner(path, arguments, access.language()) if path else []
        return [*day, *(shown if isinstance(shown, list) else [shown])] if day else shown

    def layout(**arguments: Any) -> Any:
        # Once more where it is drawn: Dash finds a page by more spellings of its address than the
        # guard knows (`//try/`).
        policy = policies.PAGES.get(path) if path else Policy.EVERYBODY
        if has_request_context() and (policy is None or not access.may(policy)):
            abort(403)
        try:
            said = sorted((name, word) for name, word in arguments.items() if name != "lang")
            asked_for = (page.__name__, path, repr(said))
            is_of_work = page in OF_WORK
            shown = kept.once(asked_for, lambda: drawn(arguments), is_of_work=is_of_work)
            if not is_folded:
                return shown
            folded = (*asked_for, "folded")
            return kept.once(folded, lambda: _folded(shown), is_of_work=is_of_work)
        except Exception as error:
            reference = secrets.token_hex(4)
            status = errors.note(reference, f"page {page.__name__}", error)
            if has_request_context():
                g.failed_with = status
            language = access.language()
            text = N_("The error is in the log, under the reference {reference}.")
            if isinstance(error, SQLAlchemyError):
                text = N_(
                    "The database does not answer. If it was never set up, run “medtown seed”."
                    " Reference {reference}."
                )
            return cards.empty(
                words.text("This page cannot be shown", language),
                words.text(text, language, reference=reference),
                is_page=True,
            )

    return layout


BODY = """<body>
<div id="first-view">{first_view}</div>
<div id="react-entry-point" hidden></div>
{config}
{scripts}
{renderer}
<script>{scripts_later}</script>
</body>"""
"What the server wrote stands until Dash has drawn the same (`assets/js/first-view.js`)."

SCRIPTS_LATER = (
    "(function(){var begun;function begin(){if(begun)return;begun=true;var last;"
    'document.querySelectorAll("script[data-src]").forEach(function(one){'
    'last=document.createElement("script");last.src=one.dataset.src;last.async=false;'
    "document.body.append(last)});"
    "last.onload=function(){window.renderer=new DashRenderer()}}"
    "requestAnimationFrame(function(){setTimeout(begin)});setTimeout(begin,1000)})()"
)
"""The script at the end of a page: it fetches all others once the page was painted.

On a poor network they would share the line with the page and its style sheet. A page that nobody
looks at is not painted; it waits a second.
"""

PLOTLY = "js/plotly-4.1.1.min.js"
"Fetched by `assets/js/charts.js` when the first chart is seen."


class Dashboard(dash.Dash):
    """Dash, with our own index page."""

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """Return the index page; 404 where no page is at the address, 5xx where it cannot be drawn."""
        g.page_title = title_at(request.path, access.language())
        page = super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        return make_response(page, g.get("failed_with", 200 if g.page_title else 404))

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """Return the index page as the page asked for: its words, and its first view as HTML."""
        language = access.language()
        found = page_at(request.path)
        description = words.text(found[0].DESCRIPTION, language) if found else ""
        return static.document(
            language,
            _full_title(g.page_title, language),
            head=[
                *static.looks(),
                f'<link rel="icon" type="image/svg+xml" href="{bundles.address("icons/mark.svg")}">',
                f'<meta name="description" content="{escape(description)}">',
                f'<meta name="csrf-token" content="{escape(generate_csrf())}">',
                f'<meta name="plotly" content="{bundles.address(PLOTLY)}">',
                *_sharing(language, g.page_title, description),
                _alternates(),
            ],
            body=BODY.format(
                first_view=_first_view(language),
                config=parts["config"],
                scripts=_later(f"{bundles.tags()[1]}\n{_scripts(parts['scripts'])}"),
                renderer=_later(parts["renderer"]),
                scripts_later=SCRIPTS_LATER,
            ),
        )


UNUSED = re.compile(r"<script [^>]*/(?:dash_table|deps/polyfill@)[^>]*></script>\n?")
GRID_SCRIPT = re.compile(rf"<script [^>]*/{grid.NAMESPACE}/[^>]*></script>\n?")


def _scripts(tags: str) -> str:
    """Return the scripts of a page; those of the grid only where there is one.

    Dash names those of every component that was ever imported, of a table that nobody shows, and
    what browsers lacked ten years ago.
    """
    used = UNUSED.sub("", tags)
    return used if rule_at(request.path) == ("/explore", {}) else GRID_SCRIPT.sub("", used)


def _later(tags: str) -> str:
    """Return scripts as what `SCRIPTS_LATER` fetches."""
    named = tags.replace("<script src=", '<script type="text/plain" data-src=')
    return named.replace('type="application/javascript"', 'type="text/plain"')


def _first_view(language: str) -> str:
    """Return the whole page that is asked for as HTML, links in its language and of its day."""
    several = request.args.to_dict(flat=False)
    arguments: dict[str, Any] = {
        name: said if len(said) > 1 else said[0] for name, said in several.items()
    }
    page = not_found
    if found := rule_at(request.path):
        rule, named = found
        page = PAGES[rule]
        shown = _layout(page, rule)(**{**arguments, **named})
    else:
        shown = _layout(page)()

    def drawn() -> str:
        whole = documents.around(language)
        first = static.render(whole, language, {"_pages_content": shown})
        return static.with_kept(first, said, address)

    said = {"lang": language, "as_of": request.args.get("as_of", "")}
    address = request.full_path.rstrip("?")
    if "failed_with" in g:
        return drawn()
    return kept.once(("first view", address), drawn, is_of_work=page in OF_WORK)


def preview() -> Response:
    """Return the picture that others show beside a link to a page: its title and its first chart."""
    language, path = access.language(), request.args.get("page", "/")
    found = rule_at(urlsplit(path).path)
    if not found:
        abort(404)
    rule, named = found
    page = PAGES[rule]
    figure = static.first_figure(
        _layout(page, rule)(**{**dict(parse_qsl(urlsplit(path).query)), **named})
    )
    lead = figure["layout"]["meta"]["title"] if figure else words.text(page.DESCRIPTION, language)
    drawn = svg.draw(figure, 440, language=language) if figure else None
    answer = make_response(images.social(_title(page, named, language), lead, drawn, language))
    answer.headers.update(
        {"Content-Type": "image/png", "Cross-Origin-Resource-Policy": "cross-origin"}
    )
    return answer


def _sharing(language: str, title: str, description: str) -> list[str]:
    """Return what others need to show a link to this page: title, sentence, picture."""
    here = static.kept_in(request.full_path.rstrip("?"), {"lang": language}, "/")
    picture = f"{request.url_root}preview.png?{urlencode({'page': here, 'lang': language})}"
    said = {
        "og:type": "website",
        "og:site_name": words.text("MedTOWN impact dashboard", language),
        "og:title": title,
        "og:description": description,
        "og:url": f"{request.url_root.rstrip('/')}{here}",
        "og:image": picture,
        "og:image:width": str(images.PREVIEW[0]),
        "og:image:height": str(images.PREVIEW[1]),
    }
    return static.shared(said)


def _alternates() -> str:
    """Return the links that tell search engines of the page in the other languages."""
    here = request.full_path.rstrip("?")
    return "\n".join(
        f'<link rel="alternate" hreflang="{tag}"'
        f' href="{escape(static.kept_in(f"?lang={tag}", {}, here))}">'
        for tag in words.LANGUAGES
    )


def _page_title(page: ModuleType) -> Callable[..., str]:
    def title(**named: Any) -> str:
        language = access.language()
        return _full_title(_title(page, named, language), language)

    return title


def _called(callbacks: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Return the ids that callbacks name, as Dash tells the browser of them."""
    return frozenset(
        name
        for one in callbacks
        for name in (
            *(part["id"] for part in [*one["inputs"], *one["state"]]),
            *(part.rpartition(".")[0] for part in one["output"].strip(".").split("...")),
        )
    )


def _folded(node: Any) -> Any:
    """Return components as Dash shall draw them."""
    return static.folded(node, current_app.config["CALLED_IDS"])


def _add_pages() -> None:
    """List every page with Dash; an unknown address shows `not_found`."""
    for place, (path, page) in enumerate(PAGES.items()):
        where = {"path_template": path} if "<" in path else {"path": path}
        layout = _layout(page, path, is_folded=True)
        dash.register_page(  # type: ignore[no-untyped-call]
            path, **where, title=_page_title(page), layout=layout, order=place
        )
    dash.register_page(  # type: ignore[no-untyped-call]
        "not_found_404", path="/404", title=_full_title("", "en"), layout=_layout(not_found)
    )


@cache
def create_app() -> dash.Dash:
    """Return the application, warmed up; one a process, because Dash keeps its callbacks globally."""
    server = Flask("dashboard")
    server.url_map.converters["int"] = routes.RowNumber
    server.config.update(
        SECRET_KEY=keys.server_key(),
        MAX_CONTENT_LENGTH=(settings.read().upload_mb + 1) * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.read().is_local,
        SESSION_COOKIE_NAME="session" if settings.read().is_local else "__Host-session",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page may stay open for days
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIMETYPES=bundles.COMPRESSIBLE,
        COMPRESS_CACHE_BACKEND=bundles.Compressed,
        COMPRESS_CACHE_KEY=lambda asked: asked.path,
    )
    if proxies := settings.read().proxies:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            server.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    server.json.sort_keys = False  # type: ignore[attr-defined]
    Compress(server)
    logs.add(server)
    health.add(server)
    # First of all, so that a forged request learns nothing but that it is refused.
    server.before_request(guard)
    protection = CSRFProtect(server)
    own.add(server, protection)
    work.add(server)
    admin.add(server)
    routes.add(server)
    asked.add(server)
    working.add(server)
    publishing.add(server)
    jobs.add()
    embeds.add(server)
    server.add_url_rule("/preview.png", "preview", preview)
    app = Dashboard(
        "dashboard",
        server=server,  # type: ignore[arg-type]
        use_pages=True,
        pages_folder="",
        assets_folder=str(Path(__file__).parent.parent / "assets"),
        assets_ignore=".*",  # `bundles` names them
        suppress_callback_exceptions=True,
        serve_locally=True,
        include_pages_meta=False,
        enable_mcp=False,
        title="MedTOWN",
        update_title="",
    )
    bundles.add(server, "_dash_assets.static")
    app.layout = lambda: _folded(documents.around(access.language()))
    _add_pages()
    server.register_error_handler(Exception, errors.show)
    # A forged question: no browser asks for what is no path.
    server.register_error_handler(UnsupportedRelativePath, lambda _: errors.show(BadRequest()))
    server.config["MEDTOWN_CSP"] = "default-src 'self'"
    server.config["CALLED_IDS"] = frozenset()
    server.after_request(_add_headers)
    server.config["MEDTOWN_CALLBACKS"] = app.callback_map
    # Dash finishes its set-up with the first request, and fails where several come first.
    known = server.test_client().get("/_dash-dependencies").get_json()
    server.config["CALLED_IDS"] = _called(known)
    server.config["MEDTOWN_CSP"] = _security_policy(app)
    return app


def __getattr__(name: str) -> Any:
    """Return `server` for gunicorn (`dashboard.app:server`), made when it is asked for."""
    if name == "server":
        return create_app().server
    raise AttributeError(name)
