"""One country: its key figures, territories, projects, and every indicator against its target."""

from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, charts, filters, programmes, results, tables
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.views import address
from schemas import database, words

DESCRIPTION = "What the projects of one country have achieved against their targets."


def title(language: str, *, country: str = "") -> str:
    """Return the name of the country; empty where there is none."""
    with database.connect() as conn:
        names = queries.country_names(conn, country)
    return words.name(names, language) if names else ""


def layout(**arguments: Any) -> Any:
    """Return the country's key figures, its territories over time, its projects and its results."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language())
    place = data.catalogue.places.get(view.country)
    if data.programme is None or place is None or place.kind != "country":
        return not_found.layout()
    language, name = data.language, data.name(place)
    head = [
        *programmes.head(
            data,
            name,
            lead=_lead(data),
            crumbs=[
                (words.text("Countries", language), address("/countries", data.view, country=""))
            ],
            tools=cards.reports("country", view.country, data.view.programme, language),
        ),
        _filters(data),
    ]
    if data.observations.empty:
        return [*head, programmes.no_values(data), _projects(data)]
    found = frames.told(frames.results(data, []))
    return [
        *head,
        programmes.outdated_note(data, f"/country/{view.country}"),
        results.key_figures(data, frames.results(data, []), most=4),
        html.Div([_trend(data), _results(data, found), _projects(data)], className="grid"),
        programmes.withheld_note(data),
    ]


def _own_projects(data: Data) -> list[Any]:
    known = data.catalogue
    return [
        row for row in data.projects() if data.view.country in known.countries_of(row.project_code)
    ]


def _lead(data: Data) -> str:
    projects = len(_own_projects(data))
    return words.plural(
        "{programme}: {count} project",
        "{programme}: {count} projects",
        projects,
        data.language,
        programme=data.name(data.programme),
    )


def _filters(data: Data) -> html.Div:
    reported = set(data.observations["indicator_code"])
    return filters.row(
        filters.choice(
            "programme",
            words.text("Programme", data.language),
            programmes.programme_options(data),
            data.view.programme,
        ),
        filters.choice(
            "level",
            words.text("Result level", data.language),
            {"": words.text("All levels", data.language)}
            | {
                level: words.text(sentences.LEVELS[level], data.language) for level in frames.LEVELS
            },
            data.view.level,
        ),
        filters.choice(
            "indicator",
            words.text("Indicator on the charts", data.language),
            {"": words.text("Automatic", data.language)}
            | {
                row.indicator_code: data.name(row)
                for row in data.indicators()
                if row.indicator_code in reported and row.measure != "text"
            },
            data.view.indicator,
        ),
        filters.until(data, frames.period_ends(data)),
    )


def _trend(data: Data) -> Any:
    """Return the chosen indicator, or the first that has a value and a target, by territory."""
    chosen = frames.most_telling(data, "place_code")
    if not chosen:
        return html.Div()
    places = sorted(set(frames.of_indicator(data, chosen)["place_code"]), key=data.place_name)
    if len(places) == 1:
        return charts.trend(data, chosen, "country-trend")
    return charts.multiples(
        data,
        chosen,
        "place_code",
        {code: data.place_name(code) for code in places[:12]},
        "country-places",
        title=words.text(
            "{name} by territory",
            data.language,
            name=data.name(data.catalogue.indicators[chosen]),
        ),
    )


def _results(data: Data, found: Any) -> html.Section:
    wanted = [data.view.level] if data.view.level in frames.LEVELS else frames.LEVELS
    heading = words.text("Indicators against their targets", data.language)
    rows = frames.by_level(data, frames.of_level(data, found, wanted))
    return cards.card(
        heading,
        "country-results",
        results.table(data, rows, heading, group=results.levels(data)),
        cards.foot(sentences.about(data, found), cards.downloads(charts.files(data, "results"))),
        lead=words.text("Every number leads to the cells that it was reported in.", data.language),
    )


def _projects(data: Data) -> html.Section:
    language = data.language
    heading = words.text("Projects", language)
    rows: list[list[tables.Cell]] = [
        [
            {"t": data.name(row), "href": f"/project/{row.project_code}", "sub": row.project_code},
            words.text(sentences.PROJECT_KINDS[row.kind], language),
            ", ".join(
                data.place_name(code) for code in data.catalogue.places_of.get(row.project_code, ())
            ),
            words.period(row.start_date, row.end_date, language)
            if row.start_date and row.end_date
            else {"missing": words.text("not known", language)},
        ]
        for row in _own_projects(data)
    ]
    heads = [words.text(head, language) for head in ("Project", "Kind", "Places", "Period")]
    return cards.card(
        heading, "country-projects", tables.table(heading, heads, rows, is_stacked=True)
    )
