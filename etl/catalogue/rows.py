"""Rows of the catalogue as people edit them, and the rows of the database that they are."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection

from etl import reference
from etl.catalogue.columns import Column, Form, Kind, forms
from etl.reference import Key, Record, Records
from schemas.tables import Base

Rows = dict[str, dict[Key, Record]]
"The rows of each edited table, by its name and their key; lists of codes are columns of theirs."

BETWEEN = "~"
"What joins the parts of a key in an address; no code has it."


def edited(conn: Connection) -> Rows:
    """Return the rows of the database as they are edited."""
    return collapsed(reference.stored(conn, reference.TABLES))


def key_name(key: Key) -> str:
    """Return a key as it stands in an address.

    >>> key_name(("sex", "F"))
    'sex~F'
    """
    return BETWEEN.join(map(str, key))


def collapsed(records: Records) -> Rows:
    """Return rows of the database as they are edited."""
    found: Rows = {}
    for form in forms().values():
        plain = [column.name for column in form.columns if column.link is None]
        found[form.name] = {
            key: {name: row[name] for name in plain} for key, row in records[form.table].items()
        }
        for column in form.columns:
            if column.link is not None:
                _add_list(found[form.name], records, form, column, column.link)
    return found


def _add_list(
    rows: dict[Key, Record], records: Records, form: Form, column: Column, link: type[Base]
) -> None:
    """Add to rows the list that a table of its own holds."""
    (own,) = (key.name for key in form.keys)
    names = reference.LISTS[link][2]
    items: dict[str, list[str]] = defaultdict(list)
    ordered = sorted(records[link].items(), key=lambda one: (one[1].get("sort", 0), one[0]))
    for _, record in ordered:
        item = ":".join(str(record[name]) for name in names)
        items[record[own]].append(item)
    for (code,), row in rows.items():
        row[column.name] = items[code]


def expanded(rows: Rows, before: Records) -> Records:
    """Return the rows of the database that edited ones are; what is not edited stays as before."""
    records = dict(before)
    for form in forms().values():
        names = [column.name for column in form.columns if column.link is None]
        kept = before[form.table]
        records[form.table] = {
            key: kept.get(key, _left_out(form)) | {name: row[name] for name in names}
            for key, row in rows[form.name].items()
        }
        for column in form.columns:
            if column.link is not None:
                made = reference.listed(rows[form.name].values(), column.link)
                records[column.link] = _with_kept(made, before[column.link])
    return records


def _with_kept(made: dict[Key, Record], before: dict[Key, Record]) -> dict[Key, Record]:
    """Return rows of a list, with what only the database knows of those that were there."""
    return {
        key: before.get(key, row) | {name: row[name] for name in row if name == "sort"}
        for key, row in made.items()
    }


def _left_out(form: Form) -> Record:
    """Return the columns of a new row that nobody edits."""
    edited_names = {column.name for column in form.columns}
    columns = Base.metadata.tables[form.name].columns
    return {one.name: [] for one in columns if one.name not in edited_names}


def blank(form: Form) -> Record:
    """Return a row in which nothing was filled in yet."""
    empty: dict[Kind, Any] = {Kind.TEXTS: {}, Kind.LIST: [], Kind.CODES: []}
    columns = Base.metadata.tables[form.name].columns
    row: Record = {}
    for column in form.columns:
        default = None if column.link else columns[column.name].default
        if default is not None and default.is_scalar:
            row[column.name] = default.arg  # type: ignore[attr-defined]
        elif column.kind is Kind.TEXTS and columns[column.name].nullable:
            row[column.name] = None
        else:
            row[column.name] = empty.get(column.kind)
    return row
