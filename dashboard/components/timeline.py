"""What was handed in: each workbook with its day, its state, what accepting it changed, and what to do."""

from typing import Any

import pandas as pd

from dashboard import sentences
from dashboard.components import tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import words
from schemas.codes import SubmissionState
from schemas.words import N_

KINDS = (
    ("new", *N_("{count} new", "{count} new")),
    ("changed", *N_("{count} changed", "{count} changed")),
    ("gone", *N_("{count} gone", "{count} gone")),
    ("same", *N_("{count} the same", "{count} the same")),
)


def table(
    data: Data,
    found: pd.DataFrame,
    changes: pd.DataFrame,
    caption: str,
    *,
    project_code: str = "",
    may_decide: bool = False,
) -> Any:
    """Return submissions as a table, newest first.

    `found` is as `queries.submissions` has it, `changes` as `history.changes`. Of one project where
    it is named. Each can be compared with the one that it replaced, of a project else with the one
    before.
    """
    language, is_public = data.language, data.scope.is_public
    told = {row["submission_id"]: row for row in changes.to_dict("records")}
    rows = found.to_dict("records")
    body: list[list[tables.Cell]] = []
    for place, row in enumerate(rows):
        changed = told.get(row["submission_id"])
        former = int(changed["former"]) if changed else 0
        if project_code and not former:
            former = _before(rows[place + 1 :])
        cells: list[tables.Cell] = [
            {"t": row["file_name"], "href": f"/submissions/{row['submission_id']}"},
            *([] if project_code else [_project(data, row)]),
            {
                "t": words.day(row["received_at"].date(), language),
                "sub": row["sent_by"],
                "className": "with-sender",
            },
            {"t": words.number(row["values_found"], language), "number": True},
            *([] if is_public or project_code else [_findings(row, language)]),
            {"t": words.text(sentences.STATES[row["state"]], language), "badge": row["state"]},
            _changes(changed, language),
            {"ways": _ways(row, former, project_code, language, may_decide=may_decide)},
        ]
        body.append(cells)
    heads: list[tables.Cell] = [
        words.text("File", language),
        *([] if project_code else [words.text("Project or programme", language)]),
        words.text("Received", language),
        {"t": words.text("Values", language), "number": True},
        *([] if is_public or project_code else [words.text("Findings", language)]),
        words.text("State", language),
        words.text("What it changed", language),
        words.text("What to do", language),
    ]
    return tables.table(caption, heads, body, is_stacked=True)


def _project(data: Data, row: dict[Any, Any]) -> tables.Cell:
    code = row["project_code"]
    if code in data.catalogue.projects:
        return {"t": data.name(data.catalogue.projects[code]), "href": f"/project/{code}"}
    programme = data.catalogue.programmes.get(row["programme_code"])
    return (
        data.name(programme) if programme else {"missing": words.text("not known", data.language)}
    )


def _findings(row: dict[Any, Any], language: str) -> str:
    parts = []
    if row["errors"]:
        parts.append(words.plural("{count} error", "{count} errors", int(row["errors"]), language))
    if row["warnings"]:
        parts.append(
            words.plural("{count} warning", "{count} warnings", int(row["warnings"]), language)
        )
    return words.joined(parts, language) or "–"


def _changes(row: dict[Any, Any] | None, language: str) -> tables.Cell:
    """Return how many values were new, changed, gone or the same when it was accepted."""
    told = [
        words.plural(one, many, int(row[kind]), language)
        for kind, one, many in KINDS
        if row and row[kind]
    ]
    return words.joined(told, language) or {"missing": words.text("nothing yet", language)}


def _before(earlier: list[dict[Any, Any]]) -> int:
    """Return the newest of some submissions that holds values; 0 where there is none."""
    held = (row["submission_id"] for row in earlier if row["values_found"])
    return next(held, 0)


def _ways(
    row: dict[Any, Any],
    former: int,
    project_code: str,
    language: str,
    *,
    may_decide: bool,
) -> list[dict[str, str]]:
    """Return what may be done with a submission: compare, accept, withdraw or reinstate it."""
    number = row["submission_id"]
    ways = []
    if former and row["values_found"]:
        ways.append(
            {
                "t": words.text("Compare", language),
                "href": address(
                    "/submissions/compare",
                    View(project=project_code or row["project_code"], a=str(former), b=str(number)),
                ),
                "about": str(row["file_name"]),
            }
        )
    decision = {
        SubmissionState.READY: N_("Accept"),
        SubmissionState.ACCEPTED: N_("Withdraw"),
        SubmissionState.WITHDRAWN: N_("Reinstate"),
    }.get(row["state"])
    if decision and may_decide:
        ways.append(
            {
                "t": words.text(decision, language),
                "href": f"/submissions/{number}",
                "about": str(row["file_name"]),
            }
        )
    return ways
