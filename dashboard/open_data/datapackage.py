"""The data package: every table behind the pages, as the reader may see it, in one zip.

Data Package 2.0 (<https://datapackage.org/standard/data-package/>), readable as 1.0 too: a descriptor
`datapackage.json`, and a csv file with its Table Schema for each table (`schemas.published`). It can be
loaded into an empty installation (`medtown import`), whose pages are then the same.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import exports, queries
from schemas import published, tables
from schemas.scope import Scope
from schemas.tables import Base

Row = queries.Row

DESCRIPTIONS = {
    "programme": "What projects, indicators and rounds belong to; thresholds of protection, licence, source.",
    "theme": "Sectors that projects work in.",
    "unit": "What a number counts; the unit of a value is that of its indicator.",
    "dimension": "Disaggregations: who is counted, by what.",
    "category": "The answers of a disaggregation; age bands with their limits.",
    "sdg_goal": "The 17 Sustainable Development Goals.",
    "sdg_target": "Their 169 targets.",
    "sdg_indicator": "Their indicators.",
    "place": "Countries (ISO 3166-1 alpha-3), regions (ISO 3166-2) and territories.",
    "organisation": "Partners, municipalities, cooperatives.",
    "indicator": "What is measured, in which unit, and how its values may be added up.",
    "indicator_sdg": "Links of indicators to SDG targets; a link is not an attribution.",
    "indicator_dimension": "The disaggregations by which an indicator may be reported.",
    "indicator_version": "What indicators meant at which time.",
    "project": "Demonstrative actions and pilots.",
    "project_place": "Where projects run.",
    "project_organisation": "Who runs projects, in which role.",
    "project_indicator": "Which project reports what, at which result level.",
    "round": "Reporting rounds with their due days.",
    "exchange_rate": "Units of a currency that one euro buys.",
    "submission": "The workbooks that values come from; sha256 of those that the reader may see whole.",
    "decision": "When workbooks were accepted and withdrawn.",
    "observation": "All values, former versions included: the one that counts has no superseded_at."
    " Values stand in the unit of their indicator (money in its currency, and in euros).",
    "record": "What is told in words beside the numbers: outcomes, stories, lessons, recommendations,"
    " judgements, steps of theories of change.",
    "record_version": "How records were published, former versions included. Stories are told under a"
    " pseudonym, with the consent of whoever tells them.",
    "withheld_elsewhere": "How many values of a series are left out, because they rest on few people or"
    " would give others away.",
}


def write(
    conn: Connection, scope: Scope, *, programme_code: str = "", as_of: datetime | None = None
) -> bytes:
    """Return the package of a programme, or of all, as a scope sees it now or saw it at a moment."""
    found = rows(conn, scope, programme_code=programme_code, as_of=as_of)
    files = {f"data/{table.__tablename__}.csv": _file(table, told) for table, told in found.items()}
    told = descriptor(found, files)
    whole = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return exports.zipped({published.DESCRIPTOR: whole.encode(), **files})


def rows(
    conn: Connection, scope: Scope, *, programme_code: str = "", as_of: datetime | None = None
) -> dict[type[Base], list[Row]]:
    """Return the rows of each table, of a programme or of all."""
    readers: dict[type[Base], Callable[[Connection, Scope, datetime | None], list[Row]]] = {
        tables.Submission: queries.submitted_rows,
        tables.Decision: queries.decided_rows,
        tables.Observation: queries.observed_rows,
        tables.WithheldElsewhere: queries.withheld_rows,
    }
    found = {
        table: readers[table](conn, scope, as_of)
        if table in readers
        else queries.catalogue_rows(conn, table)
        for table in published.TABLES
        if table not in published.TOLD
    }
    found[tables.Record], found[tables.RecordVersion] = queries.told_rows(conn, as_of)
    # What was withdrawn and given back is nobody's business, nor what it once said.
    seen = {row["submission_id"] for row in found[tables.Submission]}
    found[tables.Observation] = [
        row for row in found[tables.Observation] if row["submission_id"] in seen
    ]
    return _of_programme(found, programme_code) if programme_code else found


def _of_programme(found: dict[type[Base], list[Row]], code: str) -> dict[type[Base], list[Row]]:
    """Return the rows that are of one programme, of its projects and indicators, or of none."""
    own = {
        "programme_code": {code},
        **{
            f"{table.__tablename__}_code": {
                row[f"{table.__tablename__}_code"]
                for row in found[table]
                if row["programme_code"] == code
            }
            for table in (tables.Project, tables.Indicator)
        },
    }
    kept = {
        table: [
            row
            for row in told
            if all(not row.get(name) or row[name] in codes for name, codes in own.items())
        ]
        for table, told in found.items()
    }
    numbers = {row["record_id"] for row in kept[tables.Record]}
    kept[tables.RecordVersion] = [
        row for row in kept[tables.RecordVersion] if row["record_id"] in numbers
    ]
    kept[tables.Indicator] = [
        {**row, "shared_indicator_code": None} for row in kept[tables.Indicator]
    ]
    return kept


def _file(table: type[Base], told: Iterable[Row]) -> bytes:
    """Return the csv file of a table."""
    columns = published.fields(table)
    lines = [[field.cell(row[field.name]) for field in columns] for row in told]
    frame = pd.DataFrame(lines, columns=[field.name for field in columns], dtype=object)
    return exports.as_csv(frame, encoding="utf-8")


def descriptor(found: dict[type[Base], list[Row]], files: dict[str, bytes]) -> dict[str, Any]:
    """Return what `datapackage.json` says of the tables and their files."""
    programmes = found[tables.Programme]
    decided = [row["decided_at"] for row in found[tables.Decision]]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "tabular-data-package",
        "name": "-".join(["medtown", *(_slug(row["programme_code"]) for row in programmes)])[:100],
        "title": ", ".join(row["names"]["en"] for row in programmes) or "An empty dashboard",
        "description": "Impacts of co-produced social services: catalogue, workbooks and values."
        " Empty means not reported, or withheld because few people are behind it; 0 is a value."
        " A text that a spreadsheet could run has an apostrophe before it.",
        **({"created": max(decided).isoformat()} if decided else {}),
        **_credits(programmes),
        "resources": [
            {
                "name": table.__tablename__,
                "path": path,
                "type": "table",
                "profile": "tabular-data-resource",
                "description": DESCRIPTIONS[table.__tablename__],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'},
                "schema": published.schema(table),
            }
            for table, (path, data) in zip(found, files.items(), strict=True)
        ],
    }


def _credits(programmes: Sequence[Row]) -> dict[str, list[dict[str, str]]]:
    """Return licences and sources; a programme that names none has none."""
    licences = [
        # The words of the programme: no licence of a list is claimed for it.
        {"name": "notspecified", "title": f"{row['names']['en']}: {row['licence']}"}
        for row in programmes
        if row["licence"]
    ]
    sources = [
        {"title": row["source"]} | ({"path": row["source_url"]} if row["source_url"] else {})
        for row in programmes
        if row["source"]
    ]
    return {name: told for name, told in (("licenses", licences), ("sources", sources)) if told}


def _slug(code: str) -> str:
    """Return a code in the letters of a package's name.

    >>> _slug("ROWCA 2014")
    'rowca-2014'
    """
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in code.lower())
