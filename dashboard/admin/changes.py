"""What would change in the catalogue, as people read it before they accept it."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd
from dash import html

import etl
from dashboard.components import cards, findings, tables
from schemas import words
from schemas.findings import Finding
from schemas.words import N_

ACTS = {
    "add": N_("added"),
    "change": N_("changed"),
    "end": N_("ended"),
    "remove": N_("removed"),
}

COUNTED = {
    "add": N_("{count} row is added", "{count} rows are added"),
    "change": N_("{count} row is changed", "{count} rows are changed"),
    "end": N_("{count} row ends", "{count} rows end"),
    "remove": N_("{count} row is removed", "{count} rows are removed"),
}

SHOWN = 200
"Changes that are shown; the rest is counted."


def told(value: Any, language: str) -> str:
    """Return a value of the catalogue in words."""
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return words.text("yes", language) if value else words.text("no", language)
    if isinstance(value, dict):
        return " · ".join(f"{tag}: {text}" for tag, text in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, date):
        return words.day(value, language)
    return str(value)


def differing(before: Any, after: Any) -> tuple[Any, Any]:
    """Return two values; of texts in languages only those that differ."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    tags = [tag for tag in {**before, **after} if before.get(tag) != after.get(tag)]
    return (
        {tag: before[tag] for tag in tags if tag in before},
        {tag: after[tag] for tag in tags if tag in after},
    )


def listed(changes: list[Any], language: str) -> list[Any]:
    """Return the changes as a table, by table and row, each with what was before."""
    if not changes:
        return [cards.notice(words.text("Nothing would change.", language))]
    forms = etl.catalogue.forms()
    body: list[list[tables.Cell]] = []
    for change in changes[:SHOWN]:
        form = forms[change.table]
        what = words.text(ACTS[change.act], language)
        row: tables.Cell = {
            "t": words.text(form.label, language),
            "sub": etl.catalogue.key_name(change.key),
        }
        if change.is_consequence:
            what = words.text("{what}, as a consequence", language, what=what)
        if change.act in ("add", "remove"):
            names = (change.after or change.before).get("names")
            body.append([row, what, "", told(names and words.name(names, language), language)])
            continue
        for name in change.after:
            before, after = differing(change.before[name], change.after[name])
            column = words.text(etl.catalogue.label(form.column(name)), language)
            body.append(
                [
                    row,
                    {"t": what, "sub": column},
                    told(before, language),
                    told(after, language),
                ]
            )
    title = words.text("What would change", language)
    heads: list[tables.Cell] = [
        words.text(head, language)
        for head in (N_("Row"), N_("What happens"), N_("Before"), N_("After"))
    ]
    parts: list[Any] = [html.P(counted(changes, language), className="card-lead")]
    parts.append(tables.table(title, heads, body, is_stacked=True))
    if len(changes) > SHOWN:
        left = words.plural(
            "{count} more change is not shown.",
            "{count} more changes are not shown.",
            len(changes) - SHOWN,
            language,
        )
        parts.append(html.P(left))
    return parts


def counted(changes: list[Any], language: str) -> str:
    """Return how many rows would be added, changed, ended and removed."""
    numbers = Counter(change.act for change in changes)
    parts = [
        words.plural(*told, numbers[act], language) for act, told in COUNTED.items() if numbers[act]
    ]
    return words.listed(parts, language)


def said(found: list[Finding], language: str) -> list[Any]:
    """Return what the checks say, errors first, each with sheet and cell."""
    if not found:
        return []
    rows = [{**asdict(one), "severity": str(one.severity), "justification": ""} for one in found]
    return [findings.card(pd.DataFrame(rows), language)]
