"""Discussions of values, indicators, projects and submissions, kept with the value's lineage.

Who may see or write in a thread is decided before (`dashboard.queries.threads`); here it is done,
and audited, in the caller's transaction. The audit trail holds no text and no name.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from etl.slices import Slice
from schemas import audit
from schemas.codes import Subject as Kind
from schemas.scope import Scope
from schemas.tables import Mention, Message, Thread
from schemas.words import N_

LONGEST = 4000
"Characters of a message."

_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"Signs that turn the direction of what follows, so that it reads as something else."


class TextError(Exception):
    "What was written cannot be kept; the text is a sentence of the catalogue"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a thread is about, as far as it applies; a context series has no project."""

    kind: str
    programme_code: str = ""
    project_code: str = ""
    place_code: str = ""
    indicator_code: str = ""
    period_start: date | None = None
    period_end: date | None = None
    value_type: str = ""
    submission_id: int | None = None
    sheet: str = ""
    cell: str = ""


def of_slice(programme_code: str, one: Slice, **where: Any) -> Subject:
    """Return the subject that a value is; `where` says in which cell of which submission it stands."""
    return Subject(kind=Kind.VALUE, programme_code=programme_code, **one._asdict(), **where)


def cleaned(text: str) -> str:
    """Return a message as it is kept; TextError for one that is empty, too long or not only text.

    >>> cleaned(" Why\\r\\n so many? ")
    'Why\\n so many?'
    """
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise TextError(N_("Write something first."))
    if len(said) > LONGEST:
        raise TextError(N_("This is too long: at most 4,000 characters."))
    is_hidden = any(
        unicodedata.category(sign) in ("Cc", "Cs") for sign in said if sign not in "\n\t"
    )
    if is_hidden or _STEERING.search(said):
        raise TextError(N_("This holds invisible characters that are not taken; type it again."))
    return said


def plain(text: str) -> str:
    """Return what was written in a cell as a message: without what `cleaned` refuses; may be empty."""
    return visible(text).strip()[:LONGEST].strip()


def visible(text: str) -> str:
    """Return a text without the signs that nobody sees, and without those that turn its direction."""
    kept = "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
    return _STEERING.sub("", kept)


# --- Writing --------------------------------------------------------------------------------------


def open_thread(
    conn: Connection,
    subject: Subject,
    text: str,
    *,
    author: int | None,
    is_remark: bool = False,
    mentions: Iterable[int] = (),
) -> int:
    """Return a new thread with its first message; a remark goes back with the workbook."""
    said = cleaned(text)
    row = {name: value if value != "" else None for name, value in asdict(subject).items()}
    row |= {"sheet": subject.sheet, "cell": subject.cell, "is_remark": is_remark}
    row |= {"opened_by": author, "opened_at": datetime.now(UTC)}
    made = conn.execute(insert(Thread).returning(Thread.thread_id), [row])
    thread_id = int(made.scalar_one())
    told = {"kind": str(subject.kind), "is_remark": is_remark}
    audit.record(conn, audit.actor_of(author), "open_thread", f"thread {thread_id}", after=told)
    add_message(conn, thread_id, said, author=author, mentions=mentions)
    return thread_id


def add_message(
    conn: Connection,
    thread_id: int,
    text: str,
    *,
    author: int | None,
    mentions: Iterable[int] = (),
    submission_id: int | None = None,
) -> int:
    """Return a new message of a thread; `submission_id` is the workbook in which it was written."""
    row = {
        "thread_id": thread_id,
        "author": author,
        "text": cleaned(text),
        "at": datetime.now(UTC),
        "submission_id": submission_id,
    }
    made = conn.execute(insert(Message).returning(Message.message_id), [row])
    message_id = int(made.scalar_one())
    named = [{"message_id": message_id, "account_id": one} for one in sorted(set(mentions))]
    if named:
        conn.execute(insert(Mention), named)
    audit.record(
        conn,
        audit.actor_of(author),
        "write_message",
        f"thread {thread_id}",
        after={"message": message_id, "mentions": [one["account_id"] for one in named]},
    )
    return message_id


def resolve(conn: Connection, thread_id: int, *, actor: int | None) -> None:
    """Close a thread; what was said stays."""
    _turn(conn, thread_id, actor, "resolve_thread", datetime.now(UTC))


def reopen(conn: Connection, thread_id: int, *, actor: int | None) -> None:
    """Open a thread again."""
    _turn(conn, thread_id, actor, "reopen_thread", None)


def _turn(
    conn: Connection, thread_id: int, actor: int | None, action: str, moment: datetime | None
) -> None:
    is_open = Thread.resolved_at.is_(None)
    changed = conn.execute(
        update(Thread)
        .where(Thread.thread_id == thread_id, is_open if moment else ~is_open)
        .values(resolved_at=moment, resolved_by=actor if moment else None)
    )
    if changed.rowcount:
        audit.record(conn, audit.actor_of(actor), action, f"thread {thread_id}")


def answered(
    conn: Connection,
    submission_id: int,
    said: Mapping[int, str],
    *,
    author: int | None,
    writer: Scope,
) -> list[int]:
    """Keep what was written in a workbook beside its remarks; return the threads that it went to.

    Only within what its sender may answer for. What is there already is not said again: the same
    list may come back several times.
    """
    texts = {number: text for number, cell in said.items() if (text := plain(cell))}
    within = select(Thread.thread_id).where(
        Thread.thread_id.in_(sorted(texts)), writer.sees_thread()
    )
    allowed = set(conn.execute(within).scalars()) if texts else set()
    there = {
        (row.thread_id, row.text)
        for row in conn.execute(
            select(Message.thread_id, Message.text).where(Message.thread_id.in_(sorted(allowed)))
        )
    }
    new = [
        number
        for number, text in sorted(texts.items())
        if number in allowed and (number, text) not in there
    ]
    for number in new:
        add_message(conn, number, texts[number], author=author, submission_id=submission_id)
    return new


# --- Reading --------------------------------------------------------------------------------------


def about(subject: Subject) -> ColumnElement[bool]:
    """Return the condition that a thread is about a subject.

    A value's is about its slice, whichever workbook it stands in; a submission's may stand anywhere
    in it.
    """
    if subject.kind == Kind.SUBMISSION:
        return Thread.submission_id == subject.submission_id
    names = {
        Kind.VALUE: ("programme_code", *Slice._fields),
        Kind.INDICATOR: ("indicator_code",),
        Kind.PROJECT: ("project_code",),
    }[Kind(subject.kind)]
    condition: ColumnElement[bool] = Thread.kind == subject.kind
    for name in names:
        value, column = getattr(subject, name), getattr(Thread, name)
        condition &= column.is_(None) if value in ("", None) else column == value
    return condition


def threads_of(
    conn: Connection, subject: Subject, *, seen: ColumnElement[bool] | None = None
) -> list[Any]:
    """Return the threads about a subject, open ones first, the newest first.

    `seen` is the condition that a thread may be seen.
    """
    found = select(Thread.__table__).where(about(subject), true() if seen is None else seen)
    order = (Thread.resolved_at.is_not(None), Thread.thread_id.desc())
    return list(conn.execute(found.order_by(*order)))


def remarks_of(
    conn: Connection, submission_id: int, *, seen: ColumnElement[bool] | None = None
) -> list[Any]:
    """Return the open remarks on a submission, in the order in which they were made."""
    found = select(Thread.__table__).where(
        Thread.submission_id == submission_id,
        Thread.is_remark,
        Thread.resolved_at.is_(None),
        true() if seen is None else seen,
    )
    return list(conn.execute(found.order_by(Thread.thread_id)))


def messages_of(conn: Connection, thread_ids: Collection[int]) -> list[Any]:
    """Return the messages of some threads, the oldest first."""
    found = select(Message.__table__).where(Message.thread_id.in_(sorted(thread_ids)))
    return list(conn.execute(found.order_by(Message.at, Message.message_id)))


def mentioned(conn: Connection, message_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the accounts that are named in some messages."""
    rows = conn.execute(
        select(Mention.__table__)
        .where(Mention.message_id.in_(sorted(message_ids)))
        .order_by(Mention.account_id)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.message_id, []).append(row.account_id)
    return found
