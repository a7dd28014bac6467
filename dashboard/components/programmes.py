"""What a page says about its programme: whose data, invented or not, and what is missing or withheld."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import html

from dashboard import frames, sentences
from dashboard.components import cards, marks
from dashboard.frames import Data
from dashboard.views import address
from schemas import words
from schemas.totals import months_before


def notes(data: Data, path: str = "") -> html.Div | None:
    """Return in one line what a reader has to know: whether values are invented, whose, how old.

    `path` is the address of a page that shows statuses, and so says when none can be told today.
    """
    told = [part for part in (_notice(data), _outdated(data, path) if path else None) if part]
    return html.Div(told, className="notes") if told else None


def _notice(data: Data) -> Any:
    """Return whose data a programme's are; that they are invented stands before everything."""
    programme, language = data.programme, data.language
    text = words.name(programme.notice, language)
    source: list[Any] = []
    if programme.source:
        named = words.text(programme.source, language)
        link = html.A(named, href=programme.source_url) if programme.source_url else named
        licence = f" ({words.text(programme.licence, language)})" if programme.licence else ""
        source = [words.text("Source:", language), " ", link, licence]
    kind = "note note-warning" if programme.is_invented else "note"
    sign = marks.icon("warning" if programme.is_invented else "info")
    if text and source:
        return html.Details([html.Summary([sign, html.Span(text)]), html.P(source)], className=kind)
    if text or source:
        return html.P([sign, html.Span(text or source)], className=kind)
    return None


def _outdated(data: Data, path: str) -> Any:
    """Return that the latest values are old, and the way to the statuses of their day; else None."""
    ends = frames.period_ends(data)
    is_recent = ends and ends[0] >= months_before(data.day, data.settings.round_months)
    if data.view.until or not ends or is_recent:
        return None
    day = words.day(ends[0], data.language)
    view = replace(data.view, country="", project="", place="", indicator="", goal="")
    return html.P(
        [
            marks.icon("info"),
            html.Span(
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
            ),
        ],
        className="note",
    )


def head(
    data: Data,
    title: str,
    *,
    lead: Any = "",
    crumbs: Sequence[tuple[str, str]] = (),
    tools: Sequence[Any] = (),
    path: str = "",
) -> list[Any]:
    """Return the head of a page of a programme, with its notes; `path` as there."""
    lead = lead or data.name(data.programme)
    told = notes(data, path)
    return [cards.page_head(title, lead, crumbs=crumbs, tools=tools), *([told] if told else [])]


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
                            f" {sentences.day_of(fact, data.language)} ",
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
