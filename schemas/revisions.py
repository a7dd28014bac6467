"""Which revision each part of the database is at: a token that its triggers renew with every change.

`catalogue`; `shown`, what is shown of values and rounds to everybody; `told`, what people say to
each other and are told.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from sqlalchemy import Connection, select

from schemas.tables import Revision

KEPT = 4
"So many revisions a process remembers: today's, and those of other databases."

T = TypeVar("T")


def revisions(conn: Connection) -> dict[str, str]:
    """Return the revision of each part, by its name."""
    return {row.name: row.token for row in conn.execute(select(Revision.name, Revision.token))}


def revision(conn: Connection, *, is_locked: bool = False) -> str:
    """Return the revision of the catalogue; locked, so that nobody else changes it meanwhile."""
    query = select(Revision.token).where(Revision.name == "catalogue")
    return str(conn.execute(query.with_for_update() if is_locked else query).scalar_one())


def once_a_revision(read: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """Return what reads the catalogue once for each revision of it; what it gives must not be changed."""
    kept: OrderedDict[str, T] = OrderedDict()

    @wraps(read)
    def known(conn: Connection) -> T:
        # Before anything is read: what is read is of this revision, or of a later one.
        now = revision(conn)
        made = kept.get(now)
        if made is None:
            made = kept[now] = read(conn)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return made

    return known
