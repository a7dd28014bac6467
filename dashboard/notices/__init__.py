"""Notices: what people are told of, on their own page and by mail.

Whatever happens tells it in its own transaction (`tell`); mails go out afterwards (`send`), so that
nothing that was undone is told, and no page waits for a mail server.
"""

from dashboard.notices.choices import KINDS, OTHER, TIMES, When, choose, chosen, unsubscribe
from dashboard.notices.events import ACCEPTED_IN_PART, REOPENED, checked, decided
from dashboard.notices.kept import (
    Told,
    coordinators_of,
    evaluators_of,
    listed,
    mark_read,
    one,
    one_line,
    partners_of,
    tell,
    unread,
)
from dashboard.notices.mails import (
    MailError,
    Outcome,
    account_of,
    send,
    send_soon,
    soon,
    token_of,
)

__all__ = [
    "ACCEPTED_IN_PART",
    "KINDS",
    "OTHER",
    "REOPENED",
    "TIMES",
    "MailError",
    "Outcome",
    "Told",
    "When",
    "account_of",
    "checked",
    "choose",
    "chosen",
    "coordinators_of",
    "decided",
    "evaluators_of",
    "listed",
    "mark_read",
    "one",
    "one_line",
    "partners_of",
    "send",
    "send_soon",
    "soon",
    "tell",
    "token_of",
    "unread",
    "unsubscribe",
]
