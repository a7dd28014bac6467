"""What a data package holds: tables of ours as Table Schemas, a value as a cell and back. Pure.

Data Package and Table Schema 2.0, <https://datapackage.org/standard/data-package/> and
<https://datapackage.org/standard/table-schema/>. The fields, keys and references are those of
`schemas.tables`: nothing is described a second time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Table

from schemas import tables
from schemas.tables import Base, UtcDateTime

CATALOGUE: tuple[type[Base], ...] = (
    tables.Programme,
    tables.Theme,
    tables.Unit,
    tables.Dimension,
    tables.Category,
    tables.SdgGoal,
    tables.SdgTarget,
    tables.SdgIndicator,
    tables.Place,
    tables.Organisation,
    tables.Indicator,
    tables.IndicatorSdg,
    tables.IndicatorDimension,
    tables.Project,
    tables.ProjectPlace,
    tables.ProjectOrganisation,
    tables.ProjectIndicator,
    tables.Round,
    tables.ExchangeRate,
)
"The tables of the catalogue, each after those that it refers to."

REPORTED: tuple[type[Base], ...] = (
    tables.Submission,
    tables.Decision,
    tables.Observation,
    tables.WithheldElsewhere,
)
"What was reported: workbooks, what was decided about them, all versions of their values."

TOLD: tuple[type[Base], ...] = (tables.Record, tables.RecordVersion)
"What is told in words: published records with all of their published versions."

TABLES: tuple[type[Base], ...] = (*CATALOGUE, tables.IndicatorVersion, *REPORTED, *TOLD)

UNTOLD = {
    "indicator_version": {"actor"},
    "submission": {"sender", "period_ends"},
    "decision": {"decision_id", "actor", "left_out"},
    "record_version": {"is_private", "state", "written_by"},
}
"""Columns by table that stay at home: who did what, what was left out of an acceptance, what still waits,
and of records in words what all that are told have in common: they are published, and not private."""

DESCRIPTOR = "datapackage.json"

TYPES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
}
"The type of a field by that of its values in Python; moments and JSON have columns of their own kind."

READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "object": json.loads,
    "array": json.loads,
    "string": str,
}
"What reads a cell, by the type of its field."


FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"What a spreadsheet may take for the start of a formula; full-width signs count in some languages."


def is_formula_like(text: str) -> bool:
    """Return whether a spreadsheet could run a text instead of showing it."""
    return text.lstrip(" \u00a0\u200b\u200e\u200f\ufeff").startswith(FORMULA_STARTS)


def is_guarded(text: str) -> bool:
    """Return whether an apostrophe stands before what a spreadsheet could run."""
    return text.startswith("'") and is_formula_like(text.lstrip("'"))


@dataclass(frozen=True)
class Field:
    """One column of a table, as Table Schema names it."""

    name: str
    kind: str
    is_required: bool

    def cell(self, value: Any) -> Any:
        """Return a value as it stands in a file: lists and words as JSON, true and false in small letters."""
        if value is None:
            return None
        if self.kind in ("object", "array"):
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        if self.kind == "boolean":
            return "true" if value else "false"
        # The writer of files guards what could be run; what looks guarded by itself is told apart.
        return "'" + value if isinstance(value, str) and is_guarded(value) else value

    def value(self, cell: str) -> Any:
        """Return the value of a cell; ValueError or KeyError where it is none of the type."""
        if is_guarded(cell):
            cell = cell[1:]
        if not cell:
            return "" if self.kind == "string" and self.is_required else None
        return READERS[self.kind](cell)


ADDED = {"submission": [Field("kilobytes", "integer", is_required=True)]}
"Columns by table that its own does not have: how large a file is, as its page says."


def table_of(table: type[Base]) -> Table:
    """Return the database's own description of a table."""
    return Base.metadata.tables[table.__tablename__]


def fields(table: type[Base]) -> list[Field]:
    """Return the columns of a table that are published, in their order."""
    untold = UNTOLD.get(table.__tablename__, set())
    return [
        Field(column.name, _kind(table, column), not column.nullable)
        for column in table_of(table).columns
        if column.name not in untold
    ] + ADDED.get(table.__tablename__, [])


def _kind(table: type[Base], column: Column[Any]) -> str:
    if isinstance(column.type, UtcDateTime):
        return "datetime"
    if isinstance(column.type, JSON):
        return "array" if "list" in str(table.__annotations__[column.name]) else "object"
    return TYPES[column.type.python_type]


def schema(table: type[Base]) -> dict[str, Any]:
    """Return the Table Schema of a table: fields, primary key, foreign keys into the same package."""
    told = fields(table)
    names = {field.name for field in told}
    published = {one.__tablename__ for one in TABLES}
    references = [
        {
            "fields": [column.name],
            "reference": {
                # A table that refers to itself is not named.
                "resource": "" if own == table.__tablename__ else own,
                "fields": [foreign.column.name],
            },
        }
        for column in table_of(table).columns
        for foreign in sorted(column.foreign_keys, key=lambda key: key.target_fullname)
        if column.name in names and (own := foreign.column.table.name) in published
    ]
    keys = [column.name for column in table_of(table).primary_key if column.name in names]
    return {
        "fields": [
            {"name": one.name, "type": one.kind}
            | (
                {"constraints": {"required": True}}
                if one.is_required and one.kind != "string"
                else {}
            )
            for one in told
        ],
        "missingValues": [""],
        **({"primaryKey": keys} if keys else {}),
        **({"foreignKeys": references} if references else {}),
    }


def record(table: type[Base], row: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of a file as the database takes it; ValueError or KeyError where a cell is wrong."""
    return {field.name: field.value(row[field.name]) for field in fields(table)}
