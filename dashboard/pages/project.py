"""One project: its facts, what was published about it, its results framework, and one trend."""

from typing import Any

from dash import Input, Output, callback, dcc, html

from dashboard import access, frames, history, queries, sentences, views
from dashboard.components import cards, charts, filters, marks, programmes, results, timeline
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import database, tables, words

DESCRIPTION = "One project: partners, territory, results framework, trends and sources."

PROJECT, DAY, HISTORY = "project-code", "project-day", "project-submissions"
CALLED = f"{HISTORY}.children"

MOST_SUBMISSIONS = 12
"Workbooks in the history of a project; the page of submissions has all."


def title(language: str, *, project: str = "") -> str:
    """Return the name of the project; empty where there is none."""
    with database.connect() as conn:
        names = queries.name_of(conn, tables.Project, project)
    return words.name(names, language) if names else ""


def layout(**arguments: Any) -> Any:
    """Return the project's facts, results framework and trends."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language())
        organisations = queries.organisations_of(conn, view.project)
        themes = queries.themes(conn)
    row = data.catalogue.projects.get(view.project)
    if row is None:
        return not_found.layout()
    language = data.language
    found = frames.results(data, [])
    parts: list[Any] = [
        *programmes.head(
            data,
            data.name(row),
            lead=words.name(row.summary, language),
            crumbs=[
                (
                    words.text("Projects", language),
                    address("/projects", View(programme=data.view.programme)),
                )
            ],
            tools=cards.reports("project", view.project, data.view.programme, language),
        ),
        _filters(data),
        results.key_figures(data, found, most=4),
        html.Div(
            [
                _facts(data, row, organisations, themes),
                programmes.published(data, row.facts, "project-published"),
                _framework(data, found),
                *_trends(data),
                html.Div(
                    dcc.Loading(html.Div(id=HISTORY, **marks.aria(live="polite")), type="dot"),
                    className="span-12",
                ),
            ],
            className="grid",
        ),
        programmes.withheld_note(data, project_code=view.project),
        dcc.Store(id=PROJECT, data=view.project),
        dcc.Store(id=DAY, data=view.as_of.isoformat() if view.as_of else ""),
    ]
    return [part for part in parts if part is not None]


@callback(Output(HISTORY, "children"), Input(PROJECT, "data"), Input(DAY, "data"))
def show_history(project: str, day: str) -> Any:
    """Return what was handed in for a project until a day, and what each workbook changed."""
    view = views.read({"project": project, "as_of": day})
    scope, language = access.scope(), access.language()
    with database.connect() as conn:
        data = frames.without_values(conn, scope, view, language)
        handed_in = queries.submissions(
            conn, scope, project_code=view.project, as_of=view.known_at, limit=MOST_SUBMISSIONS
        )
        changes = history.changes(
            conn,
            scope,
            list(handed_in["submission_id"]),
            project_code=view.project,
            as_of=view.known_at,
        )
    if handed_in.empty or not view.project:
        return ""
    heading = words.text("What was handed in", language)
    compare = View(project=view.project)
    return cards.card(
        heading,
        "project-history",
        timeline.table(
            data,
            handed_in,
            changes,
            heading,
            project_code=view.project,
            can_write=access.can_write() and view.as_of is None,
        ),
        html.P(
            [
                html.A(
                    words.text("Compare two versions", language),
                    href=address("/submissions/compare", compare),
                ),
                " · ",
                html.A(words.text("All of them", language), href=address("/submissions", compare)),
            ],
            className="card-foot",
        ),
        lead=words.text(
            "Nothing is overwritten: every workbook stays, and any two can be compared.", language
        ),
    )


def _filters(data: Data) -> html.Div:
    found = frames.results(data, [])
    told = found[found["low"].notna()]["indicator_code"]
    return filters.row(
        filters.choice(
            "indicator",
            words.text("Indicator on the charts", data.language),
            {"": words.text("Automatic", data.language)}
            | {code: data.name(data.catalogue.indicators[code]) for code in told},
            data.view.indicator,
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
        filters.until(data, frames.period_ends(data)),
    )


def _facts(
    data: Data, row: Record, organisations: list[Record], themes: dict[str, Record]
) -> html.Section:
    language, known = data.language, data.catalogue
    places = [
        html.A(
            f"{data.place_name(code)} ({data.place_name(known.places[code].country_code)})",
            href=address(
                f"/country/{known.places[code].country_code}", View(programme=data.view.programme)
            ),
        )
        for code in known.places_of.get(row.project_code, ())
    ]
    partners = [
        html.Span([data.name(one), f" ({_role(one.role, language)})" if one.role else ""])
        for one in organisations
    ]
    theme = themes.get(row.theme_code)
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
                (words.text("Theme", language), data.name(theme) if theme else ""),
                (words.text("Places", language), _listed(places)),
                (words.text("Organisations", language), _listed(partners)),
                (words.text("Period", language), _period(row, language)),
                (words.text("Budget", language), _money(row.budget, row.currency, language)),
                (
                    words.text("Own contribution", language),
                    _money(row.own_contribution, row.currency, language),
                ),
                (
                    words.text("Source", language),
                    html.A(words.text("publication", language), href=row.source_url)
                    if row.source_url
                    else "",
                ),
            ]
        ),
        span=6 if row.facts else 12,
    )


def _role(role: str, language: str) -> str:
    return words.text(sentences.ROLES.get(role, role), language)


def _listed(parts: list[Any]) -> Any:
    listed: list[Any] = []
    for part in parts:
        listed += [", ", part] if listed else [part]
    return listed


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


def _framework(data: Data, found: Any) -> html.Section:
    heading = words.text("Results framework", data.language)
    wanted = [data.view.level] if data.view.level in frames.LEVELS else frames.LEVELS
    rows = frames.by_level(data, frames.of_level(data, found, wanted))
    if rows.empty:
        return cards.card(
            heading,
            "project-framework",
            cards.empty(
                words.text("No indicators at this level", data.language),
                words.text("The project has not said which indicators it reports.", data.language),
            ),
        )
    return cards.card(
        heading,
        "project-framework",
        results.table(data, rows, heading, group=results.levels(data)),
        cards.foot(sentences.about(data, found), cards.downloads(charts.files(data, "results"))),
        lead=words.text(
            "By result level; every number leads to the cells that it was reported in.",
            data.language,
        ),
    )


def _trends(data: Data) -> list[Any]:
    """Return the chosen indicator over time and by its categories."""
    chosen = frames.most_telling(data, "place_code")
    return charts.over_time_and_by(data, chosen, "project") if chosen else []
