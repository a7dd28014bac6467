"""What accepting a workbook would change: results on the pages, then value by value."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import changes, sentences
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from schemas import words
from schemas.codes import SubmissionState
from schemas.words import N_

MOST = 500
"Values in one table."


HEADINGS: dict[str, str] = {
    SubmissionState.ACCEPTED: N_("What withdrawing changes"),
    SubmissionState.WITHDRAWN: N_("What reinstating changes"),
}
"By the state of a submission: what its next decision is; else it is its acceptance."


def card(data: Data, preview: pd.DataFrame, state: str = "") -> html.Section:
    """Return what the next decision about a workbook changes; `preview` is that of `etl.preview`."""
    language = data.language
    heading = words.text(HEADINGS.get(state, "What accepting changes"), language)
    found = changes.of_results(data, preview)
    parts: list[Any] = []
    if len(found):
        table = _changed_results(data, found)
        # Who looks at what counts does not mean to withdraw it.
        is_open = state != SubmissionState.ACCEPTED
        parts.append(table if is_open else _folded(N_("What the pages will show"), table, language))
    moved = preview[preview["change"] != "same"].head(MOST)
    if len(moved):
        parts.append(_folded(N_("Value by value"), _changed_values(data, moved), language))
    lead = counted(preview, language) or words.text("Nothing would change.", language)
    return cards.card(heading, "submission-changes", *parts, lead=lead)


def _folded(summary: str, table: html.Div, language: str) -> html.Details:
    return html.Details([html.Summary(words.text(summary, language)), table], className="twin")


def counted(found: pd.DataFrame, language: str) -> str:
    """Return how many values are new, changed, gone and the same; empty where there is none."""
    counts = found["change"].value_counts()
    said = [
        words.plural(one, many, int(counts[kind]), language)
        for kind, one, many in (
            ("new", *N_("{count} new value", "{count} new values")),
            ("changed", *N_("{count} value changes", "{count} values change")),
            ("gone", *N_("{count} value disappears", "{count} values disappear")),
            ("same", *N_("{count} value stays as it is", "{count} values stay as they are")),
        )
        if kind in counts
    ]
    return f"{words.joined(said, language)}." if said else ""


CHANGES = {"new": N_("New"), "changed": N_("Changes"), "gone": N_("Disappears")}


def _changed_results(data: Data, found: pd.DataFrame) -> html.Div:
    language = data.language
    rows: list[Any] = [
        [
            {
                "t": data.name(data.catalogue.indicators[row["indicator_code"]]),
                "sub": sentences.where(data, row),
            },
            {"t": _shown(data, row, "before") or "–", "number": True},
            {"t": _shown(data, row, "after") or "–", "number": True},
            {
                "status": row["status_before"],
                "t": marks.status_word(row["status_before"], language),
            },
            {"status": row["status_after"], "t": marks.status_word(row["status_after"], language)},
        ]
        for row in found.to_dict("records")
    ]
    heads: list[Any] = [
        words.text("Indicator", language),
        {"t": words.text("Now", language), "number": True},
        {"t": words.text("After", language), "number": True},
        words.text("Status now", language),
        words.text("Status after", language),
    ]
    return tables.table(
        words.text("What the pages will show", language),
        heads,
        rows,
        is_stacked=True,
        kind="changes",
    )


def _shown(data: Data, row: dict[Any, Any], side: str) -> str:
    """Return the value of a changed result, before or after."""
    return sentences.value(
        data,
        data.catalogue.indicators[row["indicator_code"]],
        row[f"low_{side}"],
        row[f"high_{side}"],
        qualifier=row[f"qualifier_{side}"],
        currency=row[f"currency_{side}"],
    )


def _changed_values(data: Data, moved: pd.DataFrame) -> html.Div:
    language = data.language
    rows: list[Any] = []
    for row in moved.to_dict("records"):
        indicator = data.catalogue.indicators[row["indicator_code"]]
        before, after = (sentences.version(data, row, side) or "–" for side in ("before", "after"))
        what = words.text(sentences.VALUE_TYPES[row["value_type"]], language)
        parts = sentences.breakdown(data, row["breakdown_key"])
        rows.append(
            [
                {"t": data.name(indicator), "sub": sentences.where(data, row)},
                f"{what}, {parts}" if parts else what,
                words.period(row["period_start"].date(), row["period_end"].date(), language),
                {"t": before, "number": True},
                {"t": after, "number": True},
                words.text(CHANGES[row["change"]], language),
            ]
        )
    heads: list[Any] = [
        *(words.text(head, language) for head in (N_("Indicator"), N_("What"), N_("Period"))),
        {"t": words.text("Now", language), "number": True},
        {"t": words.text("After", language), "number": True},
        words.text("Change", language),
    ]
    return tables.table(words.text("Value by value", language), heads, rows, is_stacked=True)
