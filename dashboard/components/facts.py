"""The facts of a project: what kind it is, where, by whom, for how long, and with how much money."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import sentences
from dashboard.components import cards
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import words


def card(
    data: Data, row: Record, organisations: Sequence[Record], themes: Mapping[str, Record]
) -> html.Section:
    """Return the facts of a project, those that are known."""
    language, known = data.language, data.catalogue
    theme = themes.get(row.theme_code)
    unknown = html.Span(words.text("not published", language), className="muted")
    codes = known.places_of.get(row.project_code, ())
    names = [
        f"{data.place_name(code)} ({data.place_name(known.places[code].country_code)})"
        for code in codes
    ]
    joint = words.joint(names, language)
    places: list[Any] = [
        html.A(name, href=address(f"/territory/{code}", View(programme=data.view.programme)))
        for name, code in zip(names, codes, strict=True)
    ]
    partners = [
        html.Li(
            [
                html.A(data.name(one), href=one.source_url) if one.source_url else data.name(one),
                html.Span(_role(one.role, language), className="role") if one.role else "",
            ]
        )
        for one in organisations
    ]
    source = (
        html.A(words.text("publication", language), href=row.source_url) if row.source_url else ""
    )
    return cards.card(
        words.text("The project", language),
        "project-facts",
        cards.facts(
            [
                (words.text("Code", language), f"{row.project_code}"),
                (
                    words.text("Kind", language),
                    words.text(sentences.PROJECT_KINDS[row.kind], language),
                ),
                (words.text("Theme", language), data.name(theme) if theme else unknown),
                (words.text("Places", language), _parted(places, joint)),
                (
                    words.text("Partners", language),
                    html.Ul(partners, className="partners") if partners else unknown,
                ),
                (words.text("Period", language), _period(row, language) or unknown),
                (
                    words.text("Budget", language),
                    _money(row.budget, row.currency, language) or unknown,
                ),
                (words.text("Co-financing", language), _own_share(row, language) or unknown),
                (words.text("Source", language), source),
            ]
        ),
        span=6 if row.facts else 12,
    )


def _own_share(row: Record, language: str) -> str:
    """Return the project's own contribution, and which share of the budget it is."""
    shown = _money(row.own_contribution, row.currency, language)
    if not shown or not row.budget:
        return shown
    return words.text(
        "{amount}, {share} of the budget",
        language,
        amount=shown,
        share=words.percent(row.own_contribution / row.budget, language, 1),
    )


def _role(role: str, language: str) -> str:
    return words.text(sentences.ROLES.get(role, role), language)


def _parted(parts: list[Any], joint: str) -> list[Any]:
    """Return parts with a joint between them."""
    return [one for part in parts for one in (joint, part)][1:]


def _period(row: Record, language: str) -> str:
    if row.start_date and row.end_date:
        return words.period(row.start_date, row.end_date, language)
    if row.start_date:
        return words.text("from {day}", language, day=words.day(row.start_date, language))
    return (
        words.text("until {day}", language, day=words.day(row.end_date, language))
        if row.end_date
        else ""
    )


def _money(amount: float | None, currency: str, language: str) -> str:
    return words.money(amount, currency, language) if amount is not None else ""
