"""The findings of a workbook: what stands in which cell, and what to write instead."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import sentences
from dashboard.components import cards, tables
from schemas import words
from schemas.codes import Severity
from schemas.findings import Finding
from schemas.words import N_

MOST = 500
"Findings in one table; who has more of them starts at the first."

ORDER = [str(severity) for severity in Severity]
"Errors before warnings before notes."


def card(found: pd.DataFrame, language: str) -> html.Section:
    """Return what the checks said of a workbook: errors first, each with its sheet and cell."""
    heading = words.text("Findings", language)
    if found.empty:
        text = words.text("The checks found nothing to correct.", language)
        return cards.card(heading, "submission-findings", cards.notice(text, kind="success"))
    tally = [
        html.Li(
            words.plural(one, many, int((found["severity"] == severity).sum()), language),
            className=f"severity severity-{severity}",
        )
        for severity, one, many in (
            (Severity.ERROR, *N_("{count} error", "{count} errors")),
            (Severity.WARNING, *N_("{count} warning", "{count} warnings")),
            (Severity.NOTE, *N_("{count} note", "{count} notes")),
        )
        if (found["severity"] == severity).any()
    ]
    worst_first = found.sort_values("severity", key=lambda s: s.map(ORDER.index), kind="stable")
    rows = [_finding(one, language) for one in worst_first.head(MOST).to_dict("records")]
    heads = [
        words.text(head, language)
        for head in (
            N_("Severity"),
            N_("Sheet and cell"),
            N_("Found there"),
            N_("What it is, and what to do"),
        )
    ]
    table = tables.table(heading, heads, rows, is_stacked=True, kind="findings")
    more = len(found) - MOST
    below = (
        [html.P(words.text("{count} more are not listed.", language, count=more))]
        if more > 0
        else []
    )
    lead = (
        words.text("Correct the cells in the workbook, save it, and hand it in again.", language)
        if (found["severity"] == Severity.ERROR).any()
        else ""
    )
    return cards.card(
        heading,
        "submission-findings",
        html.Ul(tally, className="tally"),
        table,
        *below,
        lead=lead,
    )


def _finding(row: dict[Any, Any], language: str) -> dict[str, Any]:
    said = Finding(
        row["sheet"],
        row["cell"],
        row["code"],
        Severity(row["severity"]),
        row["found"],
        row["arguments"] or {},
    )
    where = (
        f"{row['sheet']}!{row['cell']}"
        if row["sheet"] and row["cell"]
        else row["sheet"] or row["cell"]
    )
    return {
        "className": f"finding finding-{row['severity']}",
        "cells": [
            {
                "t": words.text(sentences.SEVERITIES[row["severity"]], language),
                "severity": row["severity"],
            },
            {"t": where, "cell": True} if where else words.text("the whole file", language),
            {
                "t": words.quoted(said, language),
                "quote": bool(row["found"]),
                "className": "finding-found",
            },
            {
                "t": words.sentence(said, language),
                "className": "finding-text",
                "sub": words.text("Reason given: {reason}", language, reason=row["justification"])
                if row["justification"]
                else "",
            },
        ],
    }
