"""Warnings ask for a reason: how many have none yet, and the place to write one."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html

from dashboard.components import cards
from schemas import words
from schemas.codes import Severity
from schemas.findings import Finding

WHICH, TEXT, SAVE = "submission-warning", "submission-reason", "submission-save"


def without_reason(found: pd.DataFrame) -> int:
    """Return how many warnings have no reason yet; `found` is as `queries.findings` has it."""
    is_open = (found["severity"] == Severity.WARNING) & (found["justification"] == "")
    return int(is_open.sum())


def card(found: pd.DataFrame, language: str, *, can_write: bool) -> html.Section | None:
    """Return the place to give a reason for a warning; None where there is none, or nobody may."""
    warnings = found[found["severity"] == Severity.WARNING].to_dict("records")
    if not warnings or not can_write:
        return None
    waiting = without_reason(found)
    lead = (
        words.plural(
            "{count} warning has no reason yet. It can be accepted all the same; the reason is kept"
            " with the value.",
            "{count} warnings have no reason yet. They can be accepted all the same; the reason is"
            " kept with the value.",
            waiting,
            language,
        )
        if waiting
        else words.text("Every warning has its reason, which is kept with the value.", language)
    )
    first = next((row for row in warnings if not row["justification"]), warnings[0])
    return cards.card(
        words.text("Why the values are right", language),
        "submission-reasons",
        html.Div(
            [
                dmc.Select(
                    id=WHICH,
                    label=words.text("Warning", language),
                    data=[
                        {"value": str(row["finding_id"]), "label": _named(row, language)}
                        for row in warnings
                    ],
                    value=str(first["finding_id"]),
                    allowDeselect=False,
                    searchable=len(warnings) > 12,
                ),
                dmc.Textarea(
                    id=TEXT,
                    label=words.text("Reason", language),
                    description=words.text(
                        "For example: a fair in May brought twice as many people.", language
                    ),
                    autosize=True,
                    minRows=2,
                ),
                html.Div(
                    html.Button(
                        words.text("Keep the reason", language),
                        id=SAVE,
                        className="button",
                        n_clicks=0,
                    )
                ),
            ],
            className="stack",
        ),
        lead=lead,
    )


def _named(row: dict[Any, Any], language: str) -> str:
    """Return a warning in one line: its cell, what it says, and whether it has its reason."""
    asked = Finding(
        row["sheet"],
        row["cell"],
        row["code"],
        Severity.WARNING,
        row["found"],
        row["arguments"] or {},
    )
    where = "!".join(part for part in (row["sheet"], row["cell"]) if part)
    mark = "✓ " if row["justification"] else ""
    sentence = words.sentence(asked, language)
    return f"{mark}{where}: {sentence}" if where else f"{mark}{sentence}"
