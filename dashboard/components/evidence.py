"""What a project's numbers rest on: workbooks and cells, what was noted beside values, reasons given."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import lineage, sentences
from dashboard.components import cards, tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import words
from schemas.findings import Finding
from schemas.words import N_

MOST = 12
"Notes and reasons on a page; the files to download have all."


def noted(data: Data) -> pd.DataFrame:
    """Return the observations that something was noted beside, the newest period first."""
    own = data.observations
    own = own[(own["note"] != "") & (own["period_end"] <= pd.Timestamp(data.day))]
    return own.sort_values("period_end", ascending=False).drop_duplicates(
        ["indicator_code", "place_code", "note"]
    )


def card(data: Data, cells: pd.DataFrame, remarks: pd.DataFrame) -> html.Section | None:
    """Return what the numbers of a project rest on; None where nothing was accepted.

    `cells` is `history.lineage` of its observations, or of those that `noted` names, `remarks` as
    `history.remarks` has it.
    """
    if data.observations.empty:
        return None
    language = data.language
    heading = words.text("Evidence", language)
    rows = [*_notes(data, cells), *_reasons(data, cells, remarks)]
    heads = [
        words.text(head, language) for head in (N_("Indicator"), N_("Period"), N_("What was said"))
    ]
    heads.append(words.text("Cell", language))
    parts: list[Any] = [tables.table(heading, heads, rows, is_stacked=True)] if rows else []
    if not rows:
        parts.append(
            html.P(words.text("Nothing was noted beside the values.", language), className="muted")
        )
    files = {
        kind: address(f"/download/observations.{kind.lower()}", View(project=data.view.project))
        for kind in ("CSV", "XLSX")
    }
    return cards.card(
        heading,
        "project-evidence",
        *parts,
        cards.foot([sentences.as_of(data)], cards.downloads(files)),
        lead=_lead(data),
    )


def _lead(data: Data) -> str:
    own = data.observations
    return words.plural(
        "{count} value stands in a cell of the workbooks handed in; every number here leads to its cells.",
        "{count} values stand in cells of the workbooks handed in; every number here leads to its cells.",
        len(own),
        data.language,
    )


def _notes(data: Data, cells: pd.DataFrame) -> list[list[tables.Cell]]:
    at = cells.set_index("observation_id")[["sheet", "cell"]].to_dict("index")
    rows = []
    for row in noted(data).head(MOST).to_dict("records"):
        place = at.get(row["observation_id"], {"sheet": "", "cell": ""})
        rows.append(
            _row(data, row, {"t": row["note"], "quote": True}, f"{place['sheet']}!{place['cell']}")
        )
    return rows


def _row(data: Data, row: dict[Any, Any], said: tables.Cell, cell: str) -> list[tables.Cell]:
    code = str(row["indicator_code"])
    return [
        {
            "t": data.name(data.catalogue.indicators[code]),
            "href": f"/indicator/{code}",
            "sub": data.place_name(row["place_code"]),
        },
        words.period(row["period_start"].date(), row["period_end"].date(), data.language),
        said,
        {"t": cell, "cell": True, "href": lineage.by_ids([int(row["observation_id"])])},
    ]


def _reasons(data: Data, cells: pd.DataFrame, remarks: pd.DataFrame) -> list[list[tables.Cell]]:
    """Return the warnings about cells with the reasons that were given for them."""
    by_cell = {
        (row["submission_id"], row["sheet"], row["cell"]): row for row in cells.to_dict("records")
    }
    rows = []
    for one in remarks.head(MOST).to_dict("records"):
        found = by_cell.get((one["submission_id"], one["sheet"], one["cell"]))
        if found is None:
            continue
        warning = Finding(
            one["sheet"],
            one["cell"],
            one["code"],
            one["severity"],
            one["found"],
            one["arguments"] or {},
        )
        reason = one["justification"] or words.text("No reason was given yet.", data.language)
        said: tables.Cell = {"t": words.sentence(warning, data.language), "sub": reason}
        rows.append(_row(data, found, said, f"{one['sheet']}!{one['cell']}"))
    return rows
