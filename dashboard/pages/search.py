"""The catalogue: indicators, projects, places, goals and organisations, found by any word of theirs."""

from typing import Any

from dash import html

from dashboard import access, frames, queries, search, views
from dashboard.components import cards, filters, hits
from dashboard.frames import Data
from dashboard.search import Entry, Found
from dashboard.views import View, address
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "Search indicators, projects, territories, countries, goals and organisations in any language."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Search", language)


def layout(**arguments: Any) -> Any:
    """Return what fits the words of the address, in groups; what there is where it has none."""
    view = views.read(arguments)
    language = access.language()
    with database.connect() as conn:
        data = frames.without_values(conn, access.scope(), view, language)
        entries = search.entries(data.catalogue, queries.further(conn))
    found = search.find(entries, view.q, language)
    return [
        cards.page_head(
            title(language),
            words.text("Write a word in any language; slips of the pen do no harm.", language),
        ),
        _form(data),
        *(_result(data, found) if view.q else _start(data, entries)),
    ]


def _form(data: Data) -> html.Div:
    language = data.language
    kinds = {"": words.text("Everything", language)}
    kinds |= {kind: words.text(name, language) for kind, name in search.KINDS.items()}
    return filters.row(
        filters.text("q", words.text("Look for", language), data.view.q),
        filters.choice("by", words.text("Show", language), kinds, data.view.by),
        language=language,
        show=words.text("Search", language),
    )


def _result(data: Data, found: Found) -> list[Any]:
    language, view = data.language, data.view
    only = view.by if view.by in search.KINDS else ""
    shown = [hit for hit in found.hits if only in ("", hit.entry.kind)]
    if not shown:
        return [_nothing(data, found, only)]
    said = words.plural(
        "{count} entry fits “{query}”.",
        "{count} entries fit “{query}”.",
        len(shown),
        language,
        query=words.isolated(view.q, language),
    )
    if found.is_near:
        said = words.text(
            "No entry has all of the words “{query}”.",
            language,
            query=words.isolated(view.q, language),
        )
    parts: list[Any] = [html.P(said, className="hits-said", role="status")]
    if found.is_near:
        parts.append(html.P(words.text("These come closest:", language), className="hits-near"))
    return [*parts, html.Div(hits.groups(data, shown, only=only), className="hits-groups")]


def _nothing(data: Data, found: Found, only: str) -> html.Div:
    """Return what stands where nothing fits: another kind that does, or words that would."""
    language, view = data.language, data.view
    heading = words.text("Nothing fits “{query}”", language, query=words.isolated(view.q, language))
    link = None
    if found.hits:
        everything = words.plural(
            "Show {count} entry of another kind",
            "Show {count} entries of other kinds",
            len(found.hits),
            language,
        )
        link = (everything, address("/search", View(q=view.q)))
    elif found.suggestion:
        meant = words.text(
            "Did you mean “{words}”?", language, words=words.isolated(found.suggestion, language)
        )
        link = (meant, address("/search", View(q=found.suggestion, by=only)))
    advice = words.text("Fewer words, or a part of a word, find more.", language)
    return html.Div([cards.empty(heading, advice, link=link), hits.examples(language)])


def _start(data: Data, entries: list[Entry]) -> list[Any]:
    """Return what can be looked for, and where to find it without looking."""
    language = data.language
    ways = {"indicator": "/indicators", "project": "/projects", "country": "/countries"}
    ways |= {"territory": "/countries", "goal": "/sdg", "target": "/sdg"}
    counts = {kind: sum(entry.kind == kind for entry in entries) for kind in search.KINDS}
    listed = [
        html.Li(
            [
                html.A(words.text(search.KINDS[kind], language), href=ways[kind])
                if kind in ways
                else words.text(search.KINDS[kind], language),
                html.Span(words.number(count, language), className="hits-count"),
            ]
        )
        for kind, count in counts.items()
        if count
    ]
    return [
        hits.examples(language),
        cards.card(
            words.text("What can be found", language),
            "search-kinds",
            html.Ul(listed, className="kinds"),
        ),
    ]
