"""What a page says about its programme: whose data, invented or not, and what is missing or withheld."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import html

from dashboard import frames, sentences
from dashboard.components import cards
from dashboard.frames import Data
from dashboard.views import address
from schemas import words
from schemas.totals import months_before


def notice(data: Data) -> list[Any]:
    """Return the notice of a programme: that values are invented, or where they are from."""
    programme = data.programme
    if programme is None:
        return []
    said: list[Any] = []
    if text := words.name(programme.notice, data.language):
        said.append(html.P(text))
    if programme.source:
        link = (
            html.A(programme.source, href=programme.source_url)
            if programme.source_url
            else programme.source
        )
        licence = f" ({programme.licence})" if programme.licence else ""
        said.append(html.P([words.text("Source:", data.language), " ", link, licence]))
    if not said:
        return []
    return [cards.notice(*said, kind="warning" if programme.is_invented else "info")]


def head(
    data: Data,
    title: str,
    *,
    lead: Any = "",
    crumbs: Sequence[tuple[str, str]] = (),
    tools: Sequence[Any] = (),
) -> list[Any]:
    """Return the head of a page of a programme, with its notice."""
    lead = lead or data.name(data.programme)
    return [cards.page_head(title, lead, crumbs=crumbs, tools=tools), *notice(data)]


def nothing_yet(language: str) -> html.Div:
    """Return what stands in a database without any programme."""
    return cards.empty(
        words.text("There is no programme yet", language),
        words.text(
            "Run “medtown seed” for the reference data, or “medtown demo” for a programme to look at.",
            language,
        ),
        is_page=True,
    )


def no_values(data: Data) -> html.Div:
    """Return what stands where nothing was accepted yet, or nothing of it may be shown."""
    language = data.language
    if data.view.as_of and data.hidden.empty:
        return html.Div(
            cards.empty(
                words.text("Nothing was known yet", language),
                words.text("No workbook had been accepted by the end of that day.", language),
            )
        )
    return html.Div(
        [
            cards.empty(
                words.text("Nothing has been reported yet", language),
                words.text(
                    "As soon as a workbook is accepted, its values are shown here.", language
                ),
                link=(words.text("Hand in a workbook", language), "/submissions"),
            )
            if data.hidden.empty
            else "",
            withheld_note(data),
        ]
    )


def outdated_note(data: Data, path: str) -> Any:
    """Return that the latest values are old, and the way to the statuses of their day; else nothing."""
    ends = frames.period_ends(data)
    if (
        data.view.until
        or not ends
        or ends[0] >= months_before(data.day, data.settings.round_months)
    ):
        return html.Div()
    day = words.day(ends[0], data.language)
    view = replace(data.view, country="", project="", indicator="", goal="")
    return cards.notice(
        html.P(
            [
                words.text(
                    "The latest values are of {day}, so open targets have no status today.",
                    data.language,
                    day=day,
                ),
                " ",
                html.A(
                    words.text("Show the statuses of {day}", data.language, day=day),
                    href=address(path, view, until=ends[0]),
                ),
            ]
        )
    )


def withheld_note(data: Data, *, indicator_code: str = "", project_code: str = "") -> Any:
    """Return how many values the public does not see here, and why; empty where it sees all."""
    hidden = data.hidden
    if indicator_code:
        hidden = hidden[hidden["indicator_code"] == indicator_code]
    if project_code:
        hidden = hidden[hidden["project_code"] == project_code]
    if data.view.country:
        places = data.catalogue.places
        hidden = hidden[
            [places[code].country_code == data.view.country for code in hidden["place_code"]]
        ]
    if hidden.empty:
        return html.Div()
    return cards.notice(
        html.P(
            [
                words.plural(
                    "{count} value is withheld, because it rests on few people or would give others away.",
                    "{count} values are withheld, because they rest on few people or would give others away.",
                    int(hidden["values"].sum()),
                    data.language,
                ),
                " ",
                html.A(
                    words.text("How few people are protected", data.language), href="/method#few"
                ),
            ]
        )
    )


def programme_options(data: Data) -> dict[str, str]:
    """Return the names of the programmes by code."""
    return {code: data.name(row) for code, row in data.catalogue.programmes.items()}


def published(data: Data, facts: Sequence[dict[str, Any]], key: str) -> Any:
    """Return published figures, each with its source, apart from what was reported; None for none."""
    if not facts:
        return None
    rows = []
    for fact in facts:
        figure = sentences.published(fact, data.language)
        source = fact.get("source_url")
        rows.append(
            html.Div(
                [
                    html.Dt(sentences.in_words(fact.get("text"), data.language)),
                    html.Dd(
                        [
                            html.Strong(figure) if figure else "",
                            f" {fact['date']} " if fact.get("date") else " ",
                            html.A(words.text("source", data.language), href=source)
                            if source
                            else "",
                        ]
                    ),
                ]
            )
        )
    return cards.card(
        words.text("Published figures", data.language),
        key,
        html.Dl(rows, className="facts"),
        lead=words.text(
            "As published elsewhere; they are not part of what was reported here, and are never added to it.",
            data.language,
        ),
        span=6,
    )
