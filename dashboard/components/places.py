"""What the pages of a country and of a territory have in common: people, contributions, projects."""

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboard import frames, sentences, territories
from dashboard.charts import choices
from dashboard.components import cards, charts, marks, results, tables
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import words
from schemas.codes import GOOD

KEYS = {"sex": "sex", "age_group": "age"}
"What the keys of charts say of a dimension."


def people(data: Data, key: str, *, rows: str, place_code: str = "") -> list[html.Section]:
    """Return who was reached: by sex and age together where that was reported, else by each.

    `rows` is what the bars are of: place or project.
    """
    found = choices.people(data, place_code)
    return [
        charts.show(
            data,
            kind,
            f"{key}-people" if kind == "pyramid" else f"{key}-{KEYS[dimension]}",
            span=12 // len(found),
            indicator=code,
            by=dimension,
            rows=rows if kind == "shares" else "",
            place=place_code,
        )
        for kind, code, dimension in found
    ]


def contributions(
    data: Data, key: str, by: str, *, place_code: str = "", span: int = 6
) -> list[html.Section]:
    """Return the chart of who makes up a total; nothing where no total has two parts."""
    code = choices.contributing(data, by, place_code=place_code)
    if not code:
        return []
    return [charts.show(data, "waterfall", key, span=span, indicator=code, by=by, place=place_code)]


def results_table(data: Data, found: Any, key: str, *, by: str = "") -> html.Section:
    """Return every indicator against its target, by result level."""
    wanted = [data.view.level] if data.view.level in frames.LEVELS else frames.LEVELS
    heading = words.text("Indicators against their targets", data.language)
    rows = frames.by_level(data, frames.of_level(data, found, wanted))
    files = charts.files(data, "results", by=by, place="")
    return cards.card(
        heading,
        key,
        results.table(data, rows, heading, group=results.levels(data)),
        cards.foot(sentences.about(data, found), cards.downloads(files)),
        lead=words.text("Every number leads to the cells that it was reported in.", data.language),
    )


def projects_table(data: Data, projects: Sequence[Record], key: str) -> html.Section:
    """Return projects with their kind, their places and their period."""
    language = data.language
    heading = words.text("Projects", language)
    rows: list[list[tables.Cell]] = [
        [
            {
                "t": data.name(row),
                "href": address(f"/project/{row.project_code}", kept(data)),
                "sub": row.project_code,
            },
            words.text(sentences.PROJECT_KINDS[row.kind], language),
            place_cell(data, data.catalogue.places_of.get(row.project_code, ())),
            words.period(row.start_date, row.end_date, language)
            if row.start_date and row.end_date
            else {"missing": words.text("not known", language)},
            {"t": words.money(row.budget, row.currency, language), "number": True}
            if row.budget is not None
            else {"missing": words.text("not published", language), "number": True},
        ]
        for row in projects
    ]
    heads: list[tables.Cell] = [
        words.text("Project", language),
        words.text("Kind", language),
        words.text("Places", language),
        words.text("Period", language),
        {"t": words.text("Budget", language), "number": True},
    ]
    return cards.card(heading, key, tables.table(heading, heads, rows, is_stacked=True))


def place_cell(data: Data, codes: Iterable[str]) -> tables.Cell:
    """Return the cell that names places, each leading to its page."""
    return {
        "ways": [
            {"t": data.place_name(code), "href": territories.page_of(data, code)} for code in codes
        ]
    }


def kept(data: Data) -> View:
    """Return what every link of a page keeps: programme, period, past day."""
    return View(programme=data.view.programme, until=data.view.until, as_of=data.view.as_of)


def listed(data: Data, codes: Sequence[str], key: str, *, span: int = 4) -> html.Section:
    """Return territories with their projects and how many of their indicators are on the path."""
    language = data.language
    found = frames.results(data, ["place_code"])
    told = found[found["low"].notna()]
    items = []
    for code in codes:
        own = told[told["place_code"] == code]
        stand = own[own["status"] != ""]
        items.append(
            html.Li(
                [
                    html.A(data.place_name(code), href=territories.page_of(data, code)),
                    html.Span(
                        words.plural(
                            "{count} project",
                            "{count} projects",
                            len(territories.projects_at(data, code)),
                            language,
                        )
                    ),
                    html.Span(
                        words.text(
                            "{good} of {all} on the path",
                            language,
                            good=words.number(int(stand["status"].isin(GOOD).sum()), language),
                            all=words.number(len(stand), language),
                        )
                        if len(stand)
                        else words.text("no status yet", language)
                    ),
                ],
                className="place-line",
            )
        )
    return cards.card(
        words.text("Territories", language),
        key,
        html.Ul(items, className="place-lines"),
        lead=words.text(
            "Indicators that are achieved, maintained or on track, of those that have a status.",
            language,
        ),
        span=span,
    )


def alike(data: Data, place_code: str, key: str) -> html.Section | None:
    """Return territories like one, by what they are alike, each with a link to compare both."""
    found = territories.alike(data, place_code)
    if not found:
        return None
    language = data.language
    items = [
        html.Li(
            [
                html.P(
                    [
                        html.A(
                            data.place_name(one.place_code),
                            href=territories.page_of(data, one.place_code),
                        ),
                        html.Span(
                            data.place_name(data.catalogue.places[one.place_code].country_code),
                            className="muted",
                        ),
                    ],
                    className="alike-name",
                ),
                html.P(_in_common(data, one)),
                html.A(
                    [
                        marks.icon("scale"),
                        words.text("Compare", language),
                        marks.hidden(f": {data.place_name(one.place_code)}"),
                    ],
                    href=_compare(data, place_code, one),
                    className="tool",
                ),
            ]
        )
        for one in found
    ]
    return cards.card(
        words.text("Similar territories", language),
        key,
        html.Ul(items, className="alikes"),
        lead=words.text(
            "They have projects of the same theme, or have reported the same indicators.", language
        ),
    )


def _in_common(data: Data, one: territories.Alike) -> str:
    language = data.language
    shared = words.plural(
        "{count} indicator in common", "{count} indicators in common", len(one.indicators), language
    )
    if not one.themes:
        return shared
    themes = words.listed([theme_name(data, code) for code in one.themes], language)
    return words.text("Same theme: {themes}; {shared}", language, themes=themes, shared=shared)


def theme_name(data: Data, code: str) -> str:
    """Return the name of a theme, which the catalogue of categories knows too."""
    return sentences.category(data, "theme", code)


def _compare(data: Data, place_code: str, one: territories.Alike) -> str:
    headline = [row.indicator_code for row in data.indicators() if row.is_headline]
    shared = [code for code in headline if code in one.indicators] or list(one.indicators)
    return address(
        "/compare",
        kept(data),
        by="place",
        among=f"{place_code},{one.place_code}",
        indicator=shared[0] if shared else "",
    )
