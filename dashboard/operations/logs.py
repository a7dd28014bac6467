"""The log: one line of JSON for each event, with the request that it belongs to.

Nothing personal is in it: a request is told by its route's rule, not by its address, which may name
a file, a search or a token; an error by its kind and where it arose, not by its words, which may
quote a cell.
"""

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from dashboard import settings

requests = logging.getLogger("medtown.requests")

OURS = ("rule", "method", "status", "seconds", "reference")
"What a line may say besides its text."

REQUEST_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each event: when, how grave, from where, what, in which request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: vars(record)[name] for name in OURS if name in vars(record)}
        if has_request_context() and "request_id" in g:
            said["request_id"] = g.request_id
        if isinstance(record.exc_info, tuple) and record.exc_info[1]:
            said["traceback"] = _where(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False, default=str)


def _where(failed: BaseException) -> list[str]:
    """Return the kinds of an error and of those that led to it, each with the lines it went through."""
    lines: list[str] = []
    error: BaseException | None = failed
    while error is not None and len(lines) < 100:
        lines.append(f"{type(error).__module__}.{type(error).__name__}")
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            lines.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        error = error.__cause__ or error.__context__
    return lines


def set_up() -> None:
    """Write the log of this process as JSON; at a terminal only what is wrong, as plain text."""
    if sys.stderr.isatty():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for own in logging.getLogger("gunicorn.error").handlers:
        own.setFormatter(JsonFormatter())


def rule() -> str:
    """Return the rule of the page or the route that a request asks for."""
    known = request.url_rule.rule if request.url_rule else ""
    return str(g.get("page_rule") or known or "none")


def seconds() -> float:
    """Return how long the request has taken so far."""
    return time.perf_counter() - float(g.begun)


def _begin() -> None:
    """Name a request: as the proxy on this machine did, else by chance."""
    g.begun = time.perf_counter()
    named = request.headers.get("X-Request-Id", "")
    is_trusted = (request.remote_addr or "") in settings.LOOPBACK and REQUEST_ID.fullmatch(named)
    g.request_id = named if is_trusted else secrets.token_hex(8)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    requests.info(
        "request",
        extra={
            "rule": rule(),
            "method": request.method,
            "status": response.status_code,
            "seconds": round(seconds(), 4),
        },
    )
    return response


def add(server: Flask) -> None:
    """Name and log every request of a server; before anything else looks at it."""
    server.before_request(_begin)
    server.after_request(_end)
