"""Who may do what: the policy of every route and callback, and the scope of a request."""

from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from flask import Request, has_request_context, request

from dashboard import settings
from dashboard.queries import Scope
from schemas import words


class Policy(StrEnum):
    """What a route or a callback does; where none is declared, nobody may use it."""

    READ = "read"
    WRITE = "write"


FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
"What a proxy adds: behind one, everybody seems to come from this machine."


def _host(address: str) -> str:
    """Return the host of `host:port` or of an origin, in small letters; empty where there is none."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").lower()
    except ValueError:
        return ""


def is_writable(asked: Request) -> bool:
    """Return whether a request may change something: only from this machine, to this machine.

    Until there are accounts, five things must hold: the server listens on loopback, the request
    comes from there, no proxy stands between, and neither the name that the browser used nor the
    page that sends it is another's (a foreign name may be made to point here: DNS rebinding).
    """
    origin = asked.headers.get("Origin", "")
    return (
        settings.read().is_local
        and (asked.remote_addr or "") in settings.LOOPBACK
        and not any(name in asked.headers for name in FORWARDED)
        and _host(asked.headers.get("Host", "")) in settings.LOOPBACK
        and (not origin or _host(origin) in settings.LOOPBACK)
    )


def can_write() -> bool:
    """Return whether the request under way may change something; False outside of a request."""
    return has_request_context() and is_writable(request)


def scope() -> Scope:
    """Return what the request under way may see: everything for whoever may write, else the public part."""
    return Scope(is_public=not can_write())


COOKIE = "lang"


def language() -> str:
    """Return the language of the request under way: what its address says, else what was read last.

    A question that a page asks has the page's own address as its referrer. On a first visit the
    browser's languages decide.
    """
    if not has_request_context():
        return "en"
    page = urlsplit(request.headers.get("Referer", ""))
    asking = dict(parse_qsl(page.query)) if page.netloc == request.host else {}
    for word in (request.args.get("lang"), asking.get("lang"), request.cookies.get(COOKIE)):
        if word in words.TAGS:
            return str(word)
    return words.best(request.headers.get("Accept-Language", ""))
