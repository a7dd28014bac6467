"""What accepting a workbook would change: results on the pages, then value by value."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import changes, sentences
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from schemas import words

MOST = 500
"Values in one table."


def card(data: Data, preview: pd.DataFrame) -> html.Section:
    """Return what accepting a workbook changes; `preview` is that of `etl.preview`."""
    language = data.language
    heading = words.text("What accepting changes", language)
    counts = preview["change"].value_counts()
    said = [
        words.plural(one, many, int(counts[kind]), language)
        for kind, one, many in (
            ("new", "{count} new value", "{count} new values"),
            ("changed", "{count} value changes", "{count} values change"),
            ("gone", "{count} value disappears", "{count} values disappear"),
            ("same", "{count} value stays as it is", "{count} values stay as they are"),
        )
        if kind in counts
    ]
    found = changes.of_results(data, preview)
    parts: list[Any] = []
    if len(found):
        parts.append(_changed_results(data, found))
    moved = preview[preview["change"] != "same"].head(MOST)
    if len(moved):
        parts.append(
            html.Details(
                [
                    html.Summary(words.text("Value by value", language)),
                    _changed_values(data, moved),
                ],
                className="twin",
            )
        )
    return cards.card(heading, "submission-changes", *parts, lead=", ".join(said) + ".")


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
    names = {"new": "New", "changed": "Changes", "gone": "Disappears"}
    rows: list[Any] = []
    for row in moved.to_dict("records"):
        indicator = data.catalogue.indicators[row["indicator_code"]]
        before, after = (
            sentences.value(data, indicator, row[side], row[side], currency=row["currency"])
            or row[f"text_{side}"]
            or "–"
            for side in ("before", "after")
        )
        what = words.text(sentences.VALUE_TYPES[row["value_type"]], language)
        parts = sentences.breakdown(data, row["breakdown_key"])
        rows.append(
            [
                {"t": data.name(indicator), "sub": sentences.where(data, row)},
                f"{what}, {parts}" if parts else what,
                words.period(row["period_start"].date(), row["period_end"].date(), language),
                {"t": before, "number": True},
                {"t": after, "number": True},
                words.text(names[row["change"]], language),
            ]
        )
    heads: list[Any] = [
        *(words.text(head, language) for head in ("Indicator", "What", "Period")),
        {"t": words.text("Now", language), "number": True},
        {"t": words.text("After", language), "number": True},
        words.text("Change", language),
    ]
    return tables.table(words.text("Value by value", language), heads, rows, is_stacked=True)
