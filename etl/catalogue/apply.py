"""A proposal becomes the catalogue: one transaction, audited, with everything that rests on it."""

import pandas as pd
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from etl import decisions, definitions, reference, rollup
from etl.catalogue.changes import Change, Proposal
from etl.catalogue.rows import expanded
from etl.reference import Key, Record, Records
from schemas import audit
from schemas.revisions import revision
from schemas.tables import Base, Observation, Programme


class CatalogueMovedError(Exception):
    "The catalogue is not any more what a proposal was made for: look at it again"


PROTECTING = {
    "programme": {"threshold", "sensitive_threshold"},
    "indicator": {
        *("is_people", "is_sensitive", "rests_on", "measure", "unit_code", "time_rule"),
        *("place_rule", "overlap", "reported_as", "dimensions", "factor", "is_annualised"),
        *("numerator_time_rule", "denominator_time_rule"),
    },
    "dimension": {"is_exclusive", "is_sensitive"},
    "category": {"schemes", "age_from", "age_to", "is_unknown", "is_sensitive"},
}
"What decides which values the public may not see, by table: columns."


def apply_catalogue(conn: Connection, proposal: Proposal, actor: str) -> None:
    """Make a proposal the catalogue; CatalogueMovedError where it has changed meanwhile.

    What the public may not see, and what series come to, is decided anew in the same transaction.
    """
    if not proposal.is_good:
        raise ValueError("a proposal with errors")
    if revision(conn, is_locked=True) != proposal.revision:
        raise CatalogueMovedError
    # Of a catalogue that was never looked at in this way, what it means so far is the first version.
    definitions.keep(conn, reference.ACTOR)
    before = reference.stored(conn, reference.TABLES)
    after = expanded(proposal.rows, before)
    try:
        _write(conn, before, after, actor)
    except IntegrityError as error:  # something came to refer to a row that goes
        raise CatalogueMovedError from error
    definitions.keep(conn, actor)
    derive_again(conn, proposal.changes)


def _write(conn: Connection, before: Records, after: Records, actor: str) -> None:
    for table in reference.TABLES:
        new = {key: row for key, row in after[table].items() if key not in before[table]}
        if new:
            conn.execute(insert(table), reference.parents_first(table, new))
        for key, row in new.items():
            audit.record(conn, actor, "add", _subject(table, key), after=row)
        for key in after[table].keys() & before[table].keys():
            _update(conn, table, key, before[table][key], after[table][key], actor)
    for table in reversed(reference.TABLES):
        gone = {key: row for key, row in before[table].items() if key not in after[table]}
        for row in reversed(reference.parents_first(table, gone)):
            key = reference.key_of(table, row)
            conn.execute(delete(table).where(reference.is_row(table, key)))
            audit.record(conn, actor, "remove", _subject(table, key), before=row)


def _update(
    conn: Connection, table: type[Base], key: Key, old: Record, new: Record, actor: str
) -> None:
    different = [name for name in new if new[name] != old[name]]
    if different:
        values = {name: new[name] for name in different}
        conn.execute(update(table).where(reference.is_row(table, key)).values(values))
        former = {name: old[name] for name in different}
        audit.record(conn, actor, "change", _subject(table, key), former, values)


def _subject(table: type[Base], key: Key) -> str:
    return f"{table.__tablename__} {reference.row_name(key)}"


def derive_again(conn: Connection, changes: list[Change]) -> None:
    """Decide anew what the public may not see, where a change could matter, and what series come to."""
    touched = [
        change
        for change in changes
        if PROTECTING.get(change.table, set()) & (change.after.keys() | change.before.keys())
    ]
    only = {change.key[0] for change in touched}
    is_one_sort = all(change.table == "programme" for change in touched)
    query = select(Programme.programme_code).order_by(Programme.programme_code)
    if touched:
        for programme in conn.execute(query).scalars().all():
            if not is_one_sort or programme in only:
                _protect(conn, programme)
    rollup.renew_outdated(conn)


def _protect(conn: Connection, programme: str) -> None:
    decisions.lock(conn, programme)
    columns = [getattr(Observation, name) for name in decisions.SERIES]
    mine = Observation.programme_code == programme
    rows = conn.execute(select(*columns).where(mine).distinct()).all()
    if rows:
        frame = pd.DataFrame(rows, columns=decisions.SERIES)
        frame["project_code"] = frame["project_code"].fillna("")
        decisions.protect_again(conn, programme, frame)
