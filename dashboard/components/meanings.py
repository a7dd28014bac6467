"""What an indicator meant before: the notice on old values, and the earlier texts."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from dash import html

from dashboard import sentences
from dashboard.components import cards
from dashboard.frames import Data
from dashboard.queries import Record
from schemas import words
from schemas.codes import Measure
from schemas.words import N_


def card(data: Data, versions: list[Record]) -> list[html.Section]:
    """Return what an indicator meant before; nothing where that never changed."""
    day = data.view.known_at
    known = [one for one in versions if day is None or one.valid_from <= day]
    if len(known) < 2:
        return []
    language = data.language
    parts: list[Any] = []
    for after, before in pairwise(known):
        notice = words.text(
            "Definition changed on {day}: values before were collected under the earlier one.",
            language,
            day=words.day(after.valid_from.date(), language),
        )
        parts += [cards.notice(notice), cards.facts(_facts(data, before, after))]
    return [cards.card(words.text("Earlier definitions", language), "indicator-versions", *parts)]


def _facts(data: Data, before: Record, after: Record) -> list[tuple[str, Any]]:
    """Return what an earlier version said otherwise, and its definition."""
    language, known = data.language, data.catalogue
    rules, now = before.rules, after.rules
    parts: list[tuple[str, Any]] = [
        (words.text("Earlier definition", language), words.name(before.definition, language))
    ]
    if before.unit_code != after.unit_code and before.unit_code in known.units:
        named = data.name(known.units[before.unit_code])
        parts.append((words.text("Earlier unit", language), named))
    if rules.get("measure") != now.get("measure"):
        measure = words.text(sentences.MEASURES[Measure(rules["measure"])], language)
        parts.append((words.text("Earlier measure", language), measure))
    if set(before.dimensions) != set(after.dimensions):
        names = [
            data.name(known.dimensions[code]) if code in known.dimensions else code
            for code in before.dimensions
        ]
        told = words.listed(names, language) or words.text("none", language)
        parts.append((words.text("Earlier disaggregations", language), told))
    others = [name for name in rules if name != "measure" and rules[name] != now.get(name)]
    if others:
        told = words.text("How values add up was another rule then.", language)
        parts.append((words.text("Earlier rules", language), told))
    return parts


def notice(data: Data, row: dict[Any, Any], changed_at: datetime | None) -> list[html.Div]:
    """Return the notice on a value that was collected under an earlier definition."""
    day = data.view.known_at
    if changed_at is None or row["received_at"] >= changed_at or (day and changed_at > day):
        return []
    language = data.language
    text = words.text(
        "The definition of the indicator changed on {day}; this value was collected under the"
        " earlier one.",
        language,
        day=words.day(changed_at.date(), language),
    )
    link = html.A(
        words.text("Earlier definitions", language), href=f"/indicator/{row['indicator_code']}"
    )
    return [cards.notice(text, html.P(link), kind="warning")]


ENDED = N_("No longer asked for. What was reported by it stays.")


def ended(data: Data, row: Record) -> list[html.Div]:
    """Return the notice on an indicator that is no longer asked for."""
    return [cards.notice(words.text(ENDED, data.language))] if row.is_ended else []
