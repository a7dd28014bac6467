"""What an account wants to be mailed of, and when."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from dashboard import accounts
from schemas import audit
from schemas.words import N_


class When(StrEnum):
    """When somebody is mailed about something; on the own page everything is told at once."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


TIMES = {
    When.AT_ONCE: N_("At once"),
    When.DAILY: N_("Once a day"),
    When.NEVER: N_("Never"),
}
"What each time is called."

OTHER = "other"
"What is of no kind that we know."

KINDS = {
    "submission": N_("Workbooks that are handed in"),
    "decision": N_("Decisions about workbooks"),
    "thread": N_("Questions and answers"),
    "round": N_("Reporting rounds and due dates"),
    "report": N_("Reports that are made after a round"),
    "job": N_("Work that goes on in the background"),
    OTHER: N_("Everything else"),
}
"What there is to be told of."

SETTING = "notices"
"Where the choices stand among the settings of an account."


def chosen(settings: Mapping[str, Any] | None) -> dict[str, When]:
    """Return when an account with such settings is mailed, of every kind; at once where it never chose."""
    kept = (settings or {}).get(SETTING)
    said = kept if isinstance(kept, dict) else {}
    usual = _when(said.get(OTHER))
    return {kind: _when(said[kind]) if kind in said else usual for kind in KINDS}


def _when(word: object) -> When:
    return next((when for when in When if when == word), When.AT_ONCE)


def choose(conn: Connection, account_id: int, wanted: Mapping[str, When], *, actor: str) -> None:
    """Keep when an account is mailed, of the kinds that are named; audited."""
    row = accounts.account(conn, account_id)
    now = {**chosen(row.settings), **wanted}
    settings = {**(row.settings or {}), SETTING: {kind: str(when) for kind, when in now.items()}}
    accounts.change(conn, account_id, actor=actor, settings=settings)


def unsubscribe(conn: Connection, account_id: int) -> bool:
    """Mail an account nothing any more; return whether there is one."""
    row = accounts.account(conn, account_id)
    if row is None or row.deleted_at:
        return False
    choose(conn, account_id, dict.fromkeys(KINDS, When.NEVER), actor=audit.actor_of(account_id))
    return True
