"""Warnings ask for a reason: how many have none yet, and the place to write one."""

from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard.components import cards, filters, marks
from schemas import words
from schemas.codes import Severity
from schemas.findings import Finding

WHICH, TEXT, SAVE = "submission-warning", "submission-reason", "submission-save"


def without_reason(found: pd.DataFrame) -> int:
    """Return how many warnings have no reason yet; `found` is as `queries.findings` has it."""
    is_open = (found["severity"] == Severity.WARNING) & (found["justification"] == "")
    return int(is_open.sum())


def card(found: pd.DataFrame, language: str, *, may_answer: bool) -> html.Section | None:
    """Return the place to give a reason for a warning; None where there is none, or nobody may."""
    warnings = found[found["severity"] == Severity.WARNING].to_dict("records")
    if not warnings or not may_answer:
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
                # `assets/js/pages.js` hands a choice on: Dash's own list is none for those who listen.
                html.Div(
                    **marks.data(
                        store=WHICH,
                        html=str(
                            filters.choice(
                                WHICH,
                                words.text("Warning", language),
                                {str(row["finding_id"]): _named(row, language) for row in warnings},
                                str(first["finding_id"]),
                            )
                        ),
                    )
                ),
                dcc.Store(id=WHICH, data=str(first["finding_id"])),
                html.Label(
                    [
                        html.Span(words.text("Reason", language)),
                        html.Small(
                            words.text(
                                "For example: a fair in May brought twice as many people.", language
                            )
                        ),
                        dcc.Textarea(id=TEXT, rows=3),
                    ],
                    className="filter filter-wide",
                    htmlFor=TEXT,
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
