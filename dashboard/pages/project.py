"""One project: its facts, what was published about it, its results framework, and one trend."""

from typing import Any

from dash import Input, Output, callback, dcc, html

import etl
from dashboard import access, frames, history, kept, lineage, publishing, queries, sentences, views
from dashboard import estimates as asked
from dashboard.access import Policy
from dashboard.charts import framework as chains
from dashboard.charts import money
from dashboard.components import (
    amounts,
    cards,
    charts,
    documents,
    estimates,
    evidence,
    facts,
    filters,
    framework,
    marks,
    programmes,
    records,
    results,
    threads,
    timeline,
)
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.views import View, address
from schemas import database, tables, words
from schemas.codes import RecordKind, Subject
from schemas.records import ON_PAGES
from schemas.words import N_

DESCRIPTION = N_("One project: partners, territory, results framework, trends and sources.")

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
    """Return the project's facts, results framework, trends, money, evidence and documents."""
    view, scope = views.read(arguments), access.scope()
    with database.connect() as conn:
        data = kept.data(conn, view)
        row = data.catalogue.projects.get(view.project)
        if row is None:
            return not_found.layout()
        organisations = queries.organisations_of(conn, view.project)
        themes = queries.themes(conn)
        cells = history.lineage(conn, scope, _cells(data))
        remarks = history.remarks(
            conn, scope, zip(cells["submission_id"], cells["sheet"], cells["cell"], strict=True)
        )
        in_words = queries.published_records(
            conn,
            programme_code=data.view.programme,
            project_code=view.project,
            kinds=(*ON_PAGES, RecordKind.ESTIMATE),
            as_of=view.known_at,
        )
        public = publishing.line(data, "project", view.project)
        found_out = asked.told(conn, scope, in_words, view, data.language)
        told = None
        if access.may(Policy.ACCOUNT) and view.as_of is None:
            subject = etl.threads.Subject(kind=Subject.PROJECT, project_code=view.project)
            told = queries.threads_about(conn, scope, subject)
    language = data.language
    found = frames.results(data, [])
    spent = cells[cells["observation_id"].isin(money.observed(data))]
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
        *public,
        _filters(data),
        results.key_figures(data, found, most=4),
        html.Div(
            [
                facts.card(data, row, organisations, themes),
                programmes.published(data, row.facts, "project-published"),
                framework.card(data, found, view.project),
                _mains(data, found),
                _framework(data, found),
                *_trends(data),
                *_money(data, spent),
                estimates.card(found_out, language),
                records.card(data, in_words),
                evidence.card(data, cells, remarks),
                documents.card(data, row, organisations),
                *_talk(told, view.project, language),
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


def _talk(told: list[queries.Told] | None, code: str, language: str) -> list[Any]:
    """Return the discussions of a project, for those who are signed in."""
    if told is None:
        return []
    begin = threads.address(project=code) if access.may(Policy.SUBMIT) else ""
    return [threads.card(told, language, "project-threads", begin=begin)]


def _cells(data: Data) -> list[int]:
    """Return the observations whose cells the page names: all for those who see remarks on them."""
    if data.scope.reaches(data.view.programme, data.view.project):
        return [int(number) for number in data.observations["observation_id"]][: lineage.MOST_IDS]
    noted = evidence.noted(data).head(evidence.MOST)["observation_id"]
    return sorted({*map(int, noted), *money.observed(data)})


def _mains(data: Data, found: Any) -> html.Section | None:
    """Return the main indicators over time; None where there are not even two."""
    if len(chains.main_indicators(data, found)) < 2:
        return None
    return charts.show(data, "mains", "project-mains", level="")


def _money(data: Data, spent: Any) -> list[Any]:
    """Return what was spent, in both currencies, and where it came from and went where that is told."""
    code = money.spending(data)
    parts: list[Any] = [amounts.card(data, spent, "project-money")]
    if code and len(money.links(data, code, "project_code")):
        parts.append(charts.show(data, "flows", "project-flows", indicator=code))
    return parts


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
            may_decide=view.as_of is None and access.may(Policy.REVIEW),
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
        language=data.language,
    )


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
