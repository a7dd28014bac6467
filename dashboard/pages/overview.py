"""The overview: what a programme has achieved, where, and on which goals."""

from typing import Any

from dash import html

from dashboard import access, frames, views
from dashboard.components import cards, charts, filters, goals, programmes, results
from dashboard.frames import Data
from dashboard.views import View
from schemas import database, impact, words
from schemas.codes import Measure

DESCRIPTION = (
    "What the demonstrative actions and pilots have achieved against their targets, by country and"
    " by Sustainable Development Goal."
)

MOST_KEY_FIGURES = 6


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Impact overview", language)


def layout(**arguments: Any) -> Any:
    """Return key figures, one indicator by country, the map, the goals and the statuses."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language())
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    head = [
        *programmes.head(
            data,
            title(data.language),
            lead=words.name(data.programme.description, data.language),
        ),
        _filters(data, view),
    ]
    if data.observations.empty:
        return [*head, programmes.no_values(data)]
    head.append(programmes.outdated_note(data, "/"))
    shown = frames.most_telling(data, "country_code")
    totals = frames.results(data, [])
    return [
        *head,
        results.key_figures(data, totals, most=MOST_KEY_FIGURES),
        html.Div(
            [
                charts.multiples(
                    data,
                    shown,
                    "country_code",
                    {code: data.place_name(code) for code in data.countries()},
                    "overview-countries",
                    title=words.text(
                        "{name} against the target path",
                        data.language,
                        name=data.name(data.catalogue.indicators[shown]),
                    ),
                ),
                html.Div(
                    [charts.map_card(data, shown, "overview-map"), _statuses(data)],
                    className="span-8 stack",
                ),
                _goals(data),
            ],
            className="grid",
        ),
        programmes.withheld_note(data),
    ]


def _headline(data: Data) -> list[Any]:
    """Return the indicators that a chart of the overview can be of: headline ones first."""
    reported = set(data.observations["indicator_code"])
    rows = [
        row
        for row in data.indicators()
        if row.indicator_code in reported and row.measure != Measure.TEXT
    ]
    headline = [row for row in rows if row.is_headline]
    return headline or rows


def _filters(data: Data, view: View) -> html.Div:
    language = data.language
    indicators = _headline(data) if len(data.observations) else []
    return filters.row(
        filters.choice(
            "programme",
            words.text("Programme", language),
            programmes.programme_options(data),
            data.view.programme,
        ),
        filters.choice(
            "indicator",
            words.text("Indicator on the charts", language),
            {
                "": words.text("Automatic", language),
                **{row.indicator_code: data.name(row) for row in indicators},
            },
            view.indicator,
        ),
        filters.until(data, frames.period_ends(data)),
    )


def _goals(data: Data) -> html.Section:
    found = frames.by_goal(data, frames.told(frames.results(data, [])))
    return cards.card(
        words.text("Contribution to the Sustainable Development Goals", data.language),
        "overview-goals",
        goals.tiles(data, impact.status_counts(found, ["sdg_goal"])),
        lead=goals.lead(data.language),
        span=4,
    )


def _statuses(data: Data) -> html.Section:
    found = frames.results(data, ["country_code"])
    return charts.statuses(
        data,
        found,
        "country_code",
        {code: data.place_name(code) for code in data.countries()},
        "overview-statuses",
        title=words.text("Where the indicators stand, by country", data.language),
    )
