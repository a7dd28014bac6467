"""A report as a data package: each table and each chart's twin as csv, the sources, and all of it as JSON.

Data Package 2.0 (<https://datapackage.org/standard/data-package/>): a descriptor `datapackage.json` with
a Table Schema for each csv file. `report.json` is the whole document, block by block.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard import exports
from dashboard.figures import Figure
from dashboard.reports.document import Block, Chart, Document, Table
from dashboard.reports.formats import flat

DESCRIPTOR = "datapackage.json"


def write(document: Document) -> bytes:
    """Return a report as a zip of csv and JSON files, the same whenever it is made."""
    blocks: dict[str, Table | Chart] = {_path(one): one for one in document.tables}
    blocks |= {_path(one): one for one in document.charts}
    frames = {
        path: _table(document, one) if isinstance(one, Table) else _twin(one)
        for path, one in blocks.items()
    }
    files = {path: exports.as_csv(frame, encoding="utf-8") for path, frame in frames.items()}
    resources = [_resource(path, frames[path], data, blocks[path]) for path, data in files.items()]
    told = {
        DESCRIPTOR: _json(_descriptor(document, resources)),
        "report.json": _json(_plain(document)),
    }
    return exports.zipped(told | files)


def _path(block: Table | Chart) -> str:
    """Return where the csv file of a block is; the sources are where people look first."""
    if block.code == "sources":
        return "sources.csv"
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in block.code)
    return f"{'tables' if isinstance(block, Table) else 'charts'}/{plain}.csv"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _table(document: Document, table: Table) -> pd.DataFrame:
    """Return a table as programs read it: days as ISO has them, nothing where there is nothing."""
    found = flat.columns(table, document.language)
    titles = flat.unique(column.title for column in found)
    return pd.DataFrame(
        {
            title: pd.Series(list(column.values), dtype=object)
            for title, column in zip(titles, found, strict=True)
        }
    )


def _twin(chart: Chart) -> pd.DataFrame:
    """Return a chart's twin in words, its columns under names that differ."""
    twin = chart.figure.table
    return twin.set_axis(flat.unique(str(one) or "–" for one in twin.columns), axis="columns")


def _resource(path: str, frame: pd.DataFrame, data: bytes, block: Table | Chart) -> dict[str, Any]:
    """Return what the descriptor says of a csv file."""
    return {
        "name": path.removesuffix(".csv").replace("/", "-").lower(),
        "path": path,
        "title": block.title,
        **({"description": block.about} if block.about else {}),
        "type": "table",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'},
        "schema": {
            "fields": [
                {"name": str(name), "type": _type(frame[name].tolist())} for name in frame.columns
            ],
            "missingValues": [""],
        },
    }


def _type(values: Sequence[object]) -> str:
    """Return the Table Schema type of the values of a column."""
    told = [value for value in values if value is not None]
    if told and all(isinstance(value, date) for value in told):
        return "date"
    if told and all(isinstance(value, int | float) for value in told):
        return "number"
    return "string"


def _descriptor(document: Document, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "tabular-data-package",
        "name": f"medtown-report-{document.kind}",
        "title": f"{document.title} – {document.kind_title}",
        "description": " ".join(fact.text for fact in document.notice) or document.description,
        **({"created": document.moment.isoformat()} if document.moment else {}),
        "keywords": list(document.keywords),
        "sources": [{"title": fact.text, "path": fact.url} for fact in document.notice if fact.url],
        "resources": resources,
    }


def _plain(value: Any) -> Any:
    """Return a part of a document as JSON has it; a figure by its words, a block with its kind."""
    if isinstance(value, Figure):
        return {"title": value.title, "alt": value.alt, "keys": _plain(value.keys)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"block": type(value).__name__, **fields} if isinstance(value, Block) else fields
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
