"""The five principles of co-production: what shows each, how many projects tell it, and their facts."""

import math
from collections.abc import Mapping

from dash import html

from dashboard import frames, lineage, sentences
from dashboard.charts import coproduction
from dashboard.charts.coproduction import Fact
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import words

Facts = Mapping[tuple[str, str], Fact]


def name(data: Data, principle: str) -> str:
    """Return the name of a principle."""
    return sentences.category(data, coproduction.DIMENSION, principle)


def cards_of(data: Data, found: Facts) -> html.Ol:
    """Return a card for each principle: what shows it, and how many projects tell that."""
    return html.Ol(
        [
            _card(data, number, principle, codes, found)
            for number, (principle, codes) in enumerate(coproduction.known(data).items(), start=1)
        ],
        className="principles",
    )


def _card(data: Data, number: int, principle: str, codes: tuple[str, ...], found: Facts) -> html.Li:
    language = data.language
    planned = [fact for (_, of), fact in found.items() if of == principle]
    told = [fact for fact in planned if not math.isnan(fact.result["low"])]
    shown_by = [
        html.A(
            data.name(data.catalogue.indicators[code]),
            href=address(f"/indicator/{code}", data.view, indicator=""),
        )
        for code in codes
    ]
    proof = words.name(data.catalogue.indicators[codes[0]].verification, language)
    return html.Li(
        [
            html.Span(words.number(number, language), className="principle-number"),
            html.H2(name(data, principle), className="principle-name"),
            html.P(
                [part for link in shown_by for part in (link, html.Br())][:-1],
                className="principle-fact",
            ),
            html.P(
                words.text("Checked in: {proof}", language, proof=proof),
                className="principle-proof",
            )
            if proof
            else "",
            html.P(
                words.plural(
                    "{told} of {count} project that measures it has reported.",
                    "{told} of {count} projects that measure it have reported.",
                    len(planned),
                    language,
                    told=words.number(len(told), language),
                ),
                className="principle-told",
            ),
        ],
        className=f"principle principle-{principle}",
    )


def table(data: Data, found: Facts) -> html.Section:
    """Return one fact for each project and principle; where nothing is told, that."""
    language = data.language
    heading = words.text("One fact for each principle, project by project", language)
    names = list(coproduction.known(data))
    rows: list[list[tables.Cell]] = []
    silent: list[str] = []
    for project in data.projects():
        own = [found.get((project.project_code, principle)) for principle in names]
        if not any(own):
            silent.append(data.name(project))
            continue
        first: tables.Cell = {
            "t": data.name(project),
            "href": f"/project/{project.project_code}",
            "sub": project.project_code,
        }
        rows.append([first, *(_cell(data, fact) for fact in own)])
    heads = [words.text("Project", language), *(name(data, principle) for principle in names)]
    notes = [
        words.plural(
            "{count} project measures none of these: {names}.",
            "{count} projects measure none of these: {names}.",
            len(silent),
            language,
            names=words.listed(silent, language, most=6),
        )
        if silent
        else ""
    ]
    return cards.card(
        heading,
        "coproduction-facts",
        tables.table(heading, heads, rows, is_stacked=True, kind="facts-of"),
        html.P(notes[0], className="muted") if silent else None,
        cards.foot([sentences.as_of(data), sentences.source(data)], []),
        lead=words.text(
            "What was counted, not what was felt: each number stands in minutes, arrangements or plans"
            " that a reviewer can read, and leads to its cell.",
            language,
        ),
    )


def _cell(data: Data, fact: Fact | None) -> tables.Cell:
    """Return a fact in words: its value, what it was counted from, its status."""
    language = data.language
    if fact is None:
        return {"missing": words.text("not measured by this project", language)}
    row = fact.result
    if frames.is_withheld(data, row):
        return {"withheld": words.text("withheld", language)}
    if math.isnan(row["low"]):
        return {"t": words.text("not reported", language), "muted": True}
    shown, unit = sentences.actual(data, row), sentences.unit_beside(data, row)
    more = [unit]
    if fact.parts:
        more = [f"{shown} {unit}".strip()]
        part, whole = (words.number(number, language) for number in fact.parts)
        shown = words.text("{part} of {whole}", language, part=part, whole=whole)
    if row["status"]:
        more.append(marks.status_word(str(row["status"]), language))
    return {
        "t": shown,
        "href": lineage.cells(data, row),
        "sub": " · ".join(filter(None, more)),
        "className": "principle-cell",
    }


def questionnaire(data: Data, indicator_code: str) -> html.Section | None:
    """Return how the scores come about, and why they are never put together; None where there are none."""
    indicator = data.catalogue.indicators.get(indicator_code)
    if indicator is None:
        return None
    language = data.language
    return cards.card(
        words.text("How the scores come about", language),
        "coproduction-method",
        cards.facts(
            [
                (
                    words.text("Indicator", language),
                    html.A(data.name(indicator), href=f"/indicator/{indicator_code}"),
                ),
                (words.text("Definition", language), words.name(indicator.definition, language)),
                (
                    words.text("Instrument", language),
                    words.text(indicator.instrument or "", language),
                ),
                (
                    words.text("Each on its own", language),
                    words.text(
                        "Scores of different questionnaires are never put together. Each project stands"
                        " for itself here, with the latest answers of each group; a small difference"
                        " between few answers means little.",
                        language,
                    ),
                ),
            ]
        ),
    )
