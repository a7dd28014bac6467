"""Who asks, and what they may do: the reader of a request, their scope, their language."""

from dataclasses import replace
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from flask import Request, Response, g, has_request_context, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from dashboard import accounts, settings
from dashboard.accounts import Reader
from schemas import database, words
from schemas.codes import Role
from schemas.scope import Scope


class Policy(StrEnum):
    """Who may use a route, a page or a callback; where none is declared, nobody."""

    EVERYBODY = "everybody"
    ACCOUNT = "whoever is signed in"
    SUBMIT = "who hands in"
    REVIEW = "who decides"
    EVALUATE = "who reads everything"
    TELL = "who writes"
    ADMINISTER = "who administers"


ALLOWED: dict[Policy, frozenset[Role]] = {
    Policy.EVERYBODY: frozenset(Role),
    Policy.ACCOUNT: frozenset(Role),
    Policy.SUBMIT: frozenset({Role.PARTNER, Role.COORDINATOR}),
    Policy.REVIEW: frozenset({Role.COORDINATOR}),
    Policy.EVALUATE: frozenset({Role.EVALUATOR, Role.COORDINATOR}),
    Policy.TELL: frozenset({Role.PARTNER, Role.EVALUATOR, Role.COORDINATOR}),
    Policy.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}
"The roles that a policy asks for. `EVERYBODY` asks for none, `ACCOUNT` for an account alone."

SEES_ALL = frozenset({Role.EVALUATOR, Role.COORDINATOR})
"The roles that see all of what they are for. Partners see all of their own."

NOBODY = Reader()


# --- The reader -----------------------------------------------------------------------------------

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
"What a proxy adds: behind one, everybody seems to come from this machine."


def is_secure() -> bool:
    """Return whether cookies are for encrypted connections alone: wherever others are served."""
    return request.is_secure or not settings.read().is_local


def _host(address: str) -> str:
    """Return the host of `host:port` or of an origin, in small letters; empty where there is none."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").lower()
    except ValueError:
        return ""


def is_from_here(asked: Request) -> bool:
    """Return whether a request comes from this machine, to this machine, with nothing between.

    Five things must hold: the server listens on loopback, the request comes from there, no proxy
    stands between, and neither the name that the browser used nor the page that sends it is
    another's (a foreign name may be made to point here: DNS rebinding).
    """
    origin = asked.headers.get("Origin", "")
    return (
        settings.read().is_local
        and (asked.remote_addr or "") in settings.LOOPBACK
        and not any(name in asked.headers for name in FORWARDED)
        and _host(asked.headers.get("Host", "")) in settings.LOOPBACK
        and (not origin or _host(origin) in settings.LOOPBACK)
    )


def reader() -> Reader:
    """Return who asks: whoever is signed in, the visitor of a demonstration, else nobody."""
    if not has_request_context():
        return NOBODY
    if "reader" not in g:
        try:
            g.reader = _reader()
        except SQLAlchemyError as error:  # a page that is everybody's will say so itself
            g.reader, g.why_nobody = NOBODY, error
    found: Reader = g.reader
    return found


def _reader() -> Reader:
    if current_user and current_user.is_authenticated:
        return current_user.reader  # type: ignore[no-any-return]
    if not (settings.read().is_demo and is_from_here(request)):
        return NOBODY
    with database.connect() as conn:
        return accounts.demo(conn) or NOBODY


def why_nobody() -> Exception | None:
    """Return why nobody can tell who asks: the database does not answer; None where it is known."""
    reader()
    found: Exception | None = g.get("why_nobody")
    return found


def may(policy: Policy, asking: Reader | None = None) -> bool:
    """Return whether a reader, by default who asks, may use what has a policy."""
    if policy is Policy.EVERYBODY:
        return True
    who = reader() if asking is None else asking
    if policy is Policy.ACCOUNT:
        return not who.is_anonymous
    return any(grant.role in ALLOWED[policy] for grant in who.grants)


def as_public() -> None:
    """Answer the request under way as it would be answered to anybody, whoever asks.

    For what stands elsewhere: a picture of a chart may be kept on the way, and shown to others.
    """
    g.reader = NOBODY


def may_review(programme_code: str) -> bool:
    """Return whether who asks decides on what is handed in for a programme."""
    return any(
        grant.role in ALLOWED[Policy.REVIEW] and grant.is_of(programme_code)
        for grant in reader().grants
    )


def may_submit(programme_code: str, project_code: str, place_code: str = "") -> bool:
    """Return whether who asks may hand in values of a project in a place."""
    return writing().reaches(programme_code, project_code, place_code)


def scope() -> Scope:
    """Return what the request under way may see."""
    return scope_of(reader())


def writing() -> Scope:
    """Return what the request under way may hand in, answer for and correct.

    It is what is seen by the roles that write: somebody may read all of a programme as its
    evaluator, and hand in for one project of another.
    """
    who = reader()
    grants = tuple(grant for grant in who.grants if grant.role in ALLOWED[Policy.SUBMIT])
    return scope_of(replace(who, grants=grants))


def scope_of(who: Reader) -> Scope:
    """Return what a reader may see: the public part, and all of what their roles are for."""
    wide = [grant for grant in who.grants if grant.role in SEES_ALL]
    own = [grant for grant in who.grants if grant.role is Role.PARTNER]
    return Scope(
        is_everything=any(not grant.programme_code for grant in wide),
        programmes=frozenset(grant.programme_code for grant in wide) - {""},
        projects=frozenset(grant.project_code for grant in own) - {""},
        places=who.places,
        sender=who.actor,
    )


# --- The language ---------------------------------------------------------------------------------

COOKIE = "lang"


def remember_language(answer: Response, tag: str) -> None:
    """Let a browser come back in the language that was chosen."""
    answer.set_cookie(COOKIE, tag, 31_536_000, samesite="Lax", secure=is_secure())


def language() -> str:
    """Return the language of the request under way: what its address says, else what was read last.

    A question that a page asks has the page's own address as its referrer. On a first visit the
    account's language decides, else the browser's languages.
    """
    if not has_request_context():
        return "en"
    page = urlsplit(request.headers.get("Referer", ""))
    asking = dict(parse_qsl(page.query)) if page.netloc == request.host else {}
    for word in (request.args.get("lang"), asking.get("lang"), request.cookies.get(COOKIE)):
        if word in words.TAGS:
            return str(word)
    who = reader()
    if who.language in words.TAGS and not who.is_demo:
        return who.language
    return words.best(request.headers.get("Accept-Language", ""))
