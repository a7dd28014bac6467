"""What is kept of whom, why, and for how long: one list for the privacy page and for `medtown purge`.

So the page cannot promise what the command does not do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

import etl
from dashboard import accounts, settings
from dashboard.settings import Keeping
from schemas import audit, database, words
from schemas.codes import COMMAND, SubmissionState
from schemas.tables import Attempt, FindingRow, Invitation, Notice, Sitting, Submission
from schemas.words import N_

UNREAD = 2
"Notices that nobody reads are kept so many times as long as those that were read."

NAMELESS = "–"
"What stands for the name of a file that is forgotten."

Purge = Callable[[Connection, datetime, Keeping], int]


@dataclass(frozen=True)
class Kept:
    """One kind of what is kept about people; `for_long` says how long, `purge` sees to it."""

    name: str
    what: str
    whose: str
    why: str
    for_long: Callable[[Keeping, str], str]
    purge: Purge | None = None


def _always(said: str) -> Callable[[Keeping, str], str]:
    return lambda _keeping, language: words.text(said, language)


def _days(one: str, many: str, count: Callable[[Keeping], int]) -> Callable[[Keeping, str], str]:
    return lambda keeping, language: words.plural(one, many, count(keeping), language)


def _hours(one: str, many: str, span: timedelta) -> Callable[[Keeping, str], str]:
    hours = round(span.total_seconds() / 3600)
    return lambda _keeping, language: words.plural(one, many, hours, language)


# --- What is thrown away --------------------------------------------------------------------------


def _gone(conn: Connection, table: Any, *conditions: ColumnElement[bool]) -> int:
    return int(conn.execute(delete(table).where(*conditions)).rowcount)


def _sittings(conn: Connection, now: datetime, _keeping: Keeping) -> int:
    ended = or_(Sitting.seen_at < now - accounts.IDLE, Sitting.started_at < now - accounts.LONGEST)
    return _gone(conn, Sitting, ended)


def _attempts(conn: Connection, now: datetime, _keeping: Keeping) -> int:
    return _gone(conn, Attempt, Attempt.failed_at < now - accounts.WINDOW)


def _invitations(conn: Connection, now: datetime, _keeping: Keeping) -> int:
    return _gone(conn, Invitation, Invitation.expires_at < now)


def _notices(conn: Connection, now: datetime, keeping: Keeping) -> int:
    day = timedelta(days=keeping.notices)
    old = or_(Notice.read_at < now - day, Notice.created_at < now - UNREAD * day)
    return _gone(conn, Notice, old)


def _refused(conn: Connection, now: datetime, keeping: Keeping) -> int:
    """Forget the names of refused files, and what their findings quote."""
    old = (
        Submission.state == SubmissionState.REFUSED,
        Submission.received_at < now - timedelta(days=keeping.refused),
        Submission.file_name != NAMELESS,
    )
    theirs = select(Submission.submission_id).where(*old)
    conn.execute(delete(FindingRow).where(FindingRow.submission_id.in_(theirs)))
    return int(conn.execute(update(Submission).where(*old).values(file_name=NAMELESS)).rowcount)


# --- What is kept ---------------------------------------------------------------------------------

LIST: tuple[Kept, ...] = (
    Kept(
        "accounts",
        N_(
            "Name, e-mail address, language, roles, choices; the password and the second step as what cannot be read back"
        ),
        N_("Whoever has an account"),
        N_(
            "To let in whom the programme has invited, and to show each what is theirs: the project's agreement with its partners."
        ),
        _always(
            N_(
                "Until the account is deleted, which erases them at once; its number stays beside what was decided."
            )
        ),
    ),
    Kept(
        "sittings",
        N_(
            "The browsers that are signed in: kind of browser, when it began, when it was seen last"
        ),
        N_("Whoever has an account"),
        N_("So that each can see them and sign them out: security."),
        _hours(
            *N_(
                "At most {count} hour, or until signing out.",
                "At most {count} hours, or until signing out.",
            ),
            accounts.LONGEST,
        ),
        _sittings,
    ),
    Kept(
        "attempts",
        N_("Attempts to sign in that failed, by account and network address, both scrambled"),
        N_("Whoever tries to sign in"),
        N_("Against guessing of passwords: security."),
        _hours(*N_("{count} hour.", "{count} hours."), accounts.WINDOW),
        _attempts,
    ),
    Kept(
        "invitations",
        N_("Links with which a password is chosen, scrambled"),
        N_("Whoever is invited"),
        N_("To let in whom the programme has invited."),
        _days(
            *N_(
                "Until they are used, at most {count} day.",
                "Until they are used, at most {count} days.",
            ),
            lambda _keeping: accounts.INVITED_FOR.days,
        ),
        _invitations,
    ),
    Kept(
        "notices",
        N_("What somebody was told: sentences with names and codes, never values"),
        N_("Whoever has an account"),
        N_("To work together in time; mails can be switched off by each."),
        _days(
            *N_(
                "{count} day after they were read; unread ones twice as long.",
                "{count} days after they were read; unread ones twice as long.",
            ),
            lambda keeping: keeping.notices,
        ),
        _notices,
    ),
    Kept(
        "submissions",
        N_("Who handed in a workbook, with the workbook: totals, no lists of persons"),
        N_("Whoever hands in"),
        N_("To show where every number comes from: the project's duty to report."),
        _always(
            N_(
                "As long as the project's duty to keep its evidence lasts; a deleted account leaves no name."
            )
        ),
    ),
    Kept(
        "rounds",
        N_("What somebody answered or asked for in a round, attached as evidence or wrote"),
        N_("Whoever reports or coordinates"),
        N_("To show where every number comes from: the project's duty to report."),
        _always(
            N_(
                "As long as the project's duty to keep its evidence lasts; a deleted account leaves no name."
            )
        ),
    ),
    Kept(
        "records",
        N_(
            "What was told in words: stories with a pseudonym and how consent was given, outcomes,"
            " lessons, judgements; and who wrote it"
        ),
        N_("Whoever tells a story, and whoever writes it down"),
        N_("To show what changed, with the consent of whoever tells it."),
        _always(
            N_(
                "Until it is erased, which whoever told a story may ask of the programme at any time;"
                " a deleted account leaves no name."
            )
        ),
    ),
    Kept(
        "reports",
        N_(
            "Texts of evaluation reports, files that were made of them, and who wrote and made them"
        ),
        N_("Whoever evaluates or coordinates"),
        N_("To say how a programme did, and to be able to show later what that rested on."),
        _always(
            N_(
                "As long as the project's duty to keep its evidence lasts; a deleted account leaves no name."
            )
        ),
    ),
    Kept(
        "jobs",
        N_("Reports and marked copies that somebody asked for"),
        N_("Whoever has an account"),
        N_("To hand them over when they are ready."),
        _days(
            *N_(
                "{count} day; the files for one day.",
                "{count} days; the files for one day.",
            ),
            lambda _keeping: etl.JOBS_FORGOTTEN.days,
        ),
    ),
    Kept(
        "refused",
        N_("Of a file that is refused, its name and why; its content is deleted at once"),
        N_("Whoever hands in"),
        N_("To say what became of it."),
        _days(*N_("{count} day.", "{count} days."), lambda keeping: keeping.refused),
        _refused,
    ),
    Kept(
        "audit",
        N_("Who decided, changed or took out what, and when, by the number of the account"),
        N_("Whoever has an account"),
        N_(
            "So that every number can be accounted for, and misuse be found: the project's duty to its funders, and security."
        ),
        _always(N_("As long as the data; a deleted account leaves no name.")),
    ),
    Kept(
        "cookies",
        N_(
            "Cookies for the visit, against forged requests and for the language; in the browser"
            " alone, whether pages are light or dark; nothing by third parties"
        ),
        N_("Whoever visits"),
        N_("The pages need them to work."),
        _always(N_("Until the browser is closed; the language for a year.")),
    ),
)
"Everything that is kept about people."


def purge(conn: Connection, *, now: datetime | None = None, actor: str) -> dict[str, int]:
    """Throw away what was kept long enough, and return how much of what; audited by counts alone."""
    moment, keeping = now or datetime.now(UTC), settings.read().keeping
    counts = {one.name: one.purge(conn, moment, keeping) for one in LIST if one.purge}
    if any(counts.values()):
        removed = {name: count for name, count in counts.items() if count}
        audit.record(conn, actor, "purge", "personal data", after=removed)
    return counts


def would_purge(*, now: datetime | None = None) -> dict[str, int]:
    """Return what a purge would throw away: it is done, and undone."""
    with database.begin() as conn:
        undone = conn.begin_nested()
        counts = purge(conn, now=now, actor=COMMAND)
        undone.rollback()
    return counts
