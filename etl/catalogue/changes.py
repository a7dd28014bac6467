"""What would change in the catalogue, with what the checks say of it; and rows of two hands joined."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Date, select

from etl import reference
from etl.catalogue.book import State
from etl.catalogue.columns import Column, Form, forms
from etl.catalogue.rows import Rows, collapsed
from etl.reference import Key, Record, Records
from schemas.codes import Severity
from schemas.findings import Finding, finding
from schemas.tables import Audit, Base

Where = Callable[[str, Key, str], tuple[str, str]]
"Where the value of a table's row and column stands: sheet and cell, or whatever names a field."


class Act(StrEnum):
    """What happens to a row."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    REMOVE = "remove"


@dataclass(frozen=True)
class Change:
    """What happens to one row; `before` and `after` hold the columns that differ."""

    table: str
    key: Key
    act: Act
    before: Record = field(default_factory=dict)
    after: Record = field(default_factory=dict)
    is_consequence: bool = False
    "It follows from another change, and nobody asked for it by name."


@dataclass(frozen=True)
class Proposal:
    """What a workbook or a form would make of the catalogue, as it was at a revision."""

    revision: str
    rows: Rows
    changes: list[Change]
    findings: list[Finding]

    @property
    def is_good(self) -> bool:
        """Whether it has no errors, and so can be accepted."""
        return not any(found.severity == Severity.ERROR for found in self.findings)


def is_same(column: Column, one: Any, other: Any) -> bool:
    """Return whether two values of a column are the same: most lists have no order of their own."""
    if column.link is not None and "sort" not in Base.metadata.tables[column.link.__tablename__].c:
        return sorted(one or ()) == sorted(other or ())
    return bool(one == other)


def changes_of(before: Rows, after: Rows) -> Iterator[Change]:
    """Yield what differs between rows, table by table."""
    for form in forms().values():
        old, new = before[form.name], after[form.name]
        for key in new.keys() - old.keys():
            yield Change(form.name, key, Act.ADD, after=new[key])
        for key in old.keys() - new.keys():
            yield Change(form.name, key, Act.REMOVE, before=old[key])
        for key in old.keys() & new.keys():
            if names := different(form, old[key], new[key]):
                yield Change(
                    form.name,
                    key,
                    Act.END if names == ["is_ended"] and new[key]["is_ended"] else Act.CHANGE,
                    {name: old[key][name] for name in names},
                    {name: new[key][name] for name in names},
                )


def different(form: Form, one: Record, other: Record) -> list[str]:
    """Return the columns in which two rows differ."""
    return [c.name for c in form.columns if not is_same(c, one[c.name], other[c.name])]


# --- Two hands ------------------------------------------------------------------------------------


def base(conn: Connection, state: State) -> Rows | None:
    """Return the catalogue of an earlier state, by the audit trail; None where it was never ours."""
    seal = conn.execute(select(Audit.hash).where(Audit.audit_id == state.audit_id)).scalar()
    if (seal or "") != state.seal:
        return None
    records = reference.stored(conn, reference.TABLES)
    later = (
        select(Audit.subject, Audit.action, Audit.before, Audit.after)
        .where(Audit.audit_id > state.audit_id, Audit.action.in_(("add", "change", "remove")))
        .order_by(Audit.audit_id.desc())
    )
    for subject, action, before, after in conn.execute(later):
        _undo(records, subject, action, before, after)
    return collapsed(records)


def _undo(records: Records, subject: str, action: str, before: Any, after: Any) -> None:
    name, _, key = subject.partition(" ")
    table = next((one for one in reference.TABLES if one.__tablename__ == name), None)
    if table is None:
        return
    by_name = {reference.row_name(known): known for known in records[table]}
    if action == "add":  # a seeding names all of a table at once
        for one in (after or {}).get("added", ()) if not key else (key,):
            records[table].pop(by_name.get(one, ()), None)
    elif action == "remove":
        row = _typed(table, before)
        columns = Base.metadata.tables[name].primary_key.columns
        records[table][tuple(row[column.name] for column in columns)] = row
    elif key in by_name:
        known = by_name[key]
        records[table][known] = records[table][known] | _typed(table, before)


def _typed(table: type[Base], plain: Record) -> Record:
    """Return values of the audit trail as the database has them: its days are texts."""
    columns = Base.metadata.tables[table.__tablename__].columns
    return {
        name: date.fromisoformat(value) if value and isinstance(columns[name].type, Date) else value
        for name, value in plain.items()
        if name in columns
    }


def merged(start: Rows, theirs: Rows, ours: Rows, where: Where, findings: list[Finding]) -> Rows:
    """Return the rows of a workbook (`ours`) with what changed since its start (`theirs`).

    Where both changed the same to something else it is a finding, and theirs stays.
    """
    found: Rows = {}
    for form in forms().values():
        name = form.name
        rows = found[name] = {}
        for key in [*ours[name], *(key for key in theirs[name] if key not in ours[name])]:
            one = _merged_row(
                form,
                start[name].get(key),
                theirs[name].get(key),
                ours[name].get(key),
                lambda column, key=key, name=name: findings.append(  # type: ignore[misc]
                    finding(
                        "catalogue_changed_meanwhile",
                        *where(name, key, column),
                        found=reference.row_name(key),
                        column=column,
                    )
                ),
            )
            if one is not None:
                rows[key] = one
    return found


def _merged_row(
    form: Form,
    start: Record | None,
    theirs: Record | None,
    ours: Record | None,
    refuse: Callable[[str], None],
) -> Record | None:
    """Return one row of two hands; None where it is removed."""
    if ours is None or theirs is None or start is None:
        same_theirs = _is_same_row(form, start, theirs)
        if same_theirs or _is_same_row(form, ours, theirs):
            return ours
        if not _is_same_row(form, start, ours):
            refuse(form.keys[0].name)
        return theirs
    row = {}
    for column in form.columns:
        name = column.name
        was, is_, becomes = start[name], theirs[name], ours[name]
        row[name] = is_ if is_same(column, was, becomes) else becomes
        changed = not is_same(column, was, is_) and not is_same(column, was, becomes)
        if changed and not is_same(column, is_, becomes):
            refuse(name)
            row[name] = is_
    return row


def _is_same_row(form: Form, one: Record | None, other: Record | None) -> bool:
    if one is None or other is None:
        return one is other
    return not different(form, one, other)
