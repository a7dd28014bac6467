"""One indicator: what it measures, how it adds up, where it stands, over time and by whom."""

from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, charts, filters, marks, programmes, results, tables
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import database, words
from schemas import tables as database_tables
from schemas.codes import Measure

DESCRIPTION = "One indicator: definition, how it adds up, trend by territory, disaggregations."

MOST_PLACES = 12
"Small charts on one page; the table has all places."


def title(language: str, *, indicator: str = "") -> str:
    """Return the name of the indicator; empty where there is none."""
    with database.connect() as conn:
        names = queries.name_of(conn, database_tables.Indicator, indicator)
    return words.name(names, language) if names else ""


def layout(**arguments: Any) -> Any:
    """Return definition, total, trend by territory, disaggregations and table of an indicator."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(
            conn,
            access.scope(),
            view,
            access.language(),
            indicator_codes=[view.indicator],
        )
    row = data.catalogue.indicators.get(view.indicator)
    if row is None:
        return not_found.layout()
    language = data.language
    found = frames.results(data, [])
    parts: list[Any] = [
        *programmes.head(
            data,
            data.name(row),
            lead=words.name(row.definition, language),
            crumbs=[
                (
                    words.text("Indicators", language),
                    address("/indicators", View(programme=data.view.programme)),
                )
            ],
        ),
        _filters(data),
        html.Div([*_total(data, found), _facts(data, row), *_charts(data, row)], className="grid"),
        programmes.withheld_note(data, indicator_code=view.indicator),
    ]
    return parts


def _filters(data: Data) -> html.Div:
    countries = sorted({*data.observations["country_code"], *data.countries()}, key=data.place_name)
    return filters.row(
        filters.choice(
            "country",
            words.text("Country", data.language),
            {"": words.text("All countries", data.language)}
            | {code: data.place_name(code) for code in countries},
            data.view.country,
        ),
        filters.until(data, frames.period_ends(data)),
    )


def _total(data: Data, found: Any) -> list[Any]:
    own = found[found["indicator_code"] == data.view.indicator]
    if own.empty:
        return []
    row = own.iloc[0].to_dict()
    inputs = sentences.status_inputs(data, row) if row["status"] else ""
    return [
        html.Div(
            [results.key_figure(data, row, leads_to_cells=True), html.P(inputs, className="muted")],
            className="span-4 stack",
        )
    ]


def _facts(data: Data, row: Record) -> html.Section:
    language = data.language
    goals = [
        html.A(
            marks.sdg_tile(goal, is_small=True),
            href=f"/sdg/{goal}",
            **marks.aria(label=f"SDG {goal}"),
        )
        for goal in data.catalogue.goals_of(row.indicator_code)
    ]
    dimensions = [
        data.name(data.catalogue.dimensions[code])
        for code in data.catalogue.dimensions_of.get(row.indicator_code, ())
    ]
    parts: list[tuple[str, Any]] = [
        (words.text("Code", language), row.indicator_code),
        (
            words.text("Measure", language),
            words.text(sentences.MEASURES[Measure(row.measure)], language),
        ),
        (words.text("Unit", language), sentences.unit(data, row)),
        (words.text("Result level", language), words.text(sentences.LEVELS[row.level], language)),
        (
            words.text("Direction", language),
            words.text(sentences.DIRECTIONS[row.direction], language),
        ),
        (words.text("How it adds up", language), " ".join(sentences.adding_up(row, language))),
        (words.text("Numerator", language), words.name(row.numerator_names or {}, language)),
        (words.text("Denominator", language), words.name(row.denominator_names or {}, language)),
        (words.text("Disaggregations", language), ", ".join(dimensions)),
        (words.text("Means of verification", language), words.name(row.verification, language)),
        (words.text("Why it is measured", language), row.reason),
        (
            words.text("SDG targets (link is ours)", language),
            html.Span(goals, className="row") if goals else "",
        ),
        (
            words.text("Provenance", language),
            words.text(
                "Ours: a proposal, not the programme’s own code"
                if row.provenance == "own"
                else "Published",
                language,
            ),
        ),
    ]
    return cards.card(
        words.text("What it measures", language), "indicator-facts", cards.facts(parts), span=8
    )


def _charts(data: Data, row: Record) -> list[Any]:
    """Return trend by territory, disaggregations, and the table of projects and places."""
    language = data.language
    code = row.indicator_code
    if data.observations.empty:
        return [html.Div(programmes.no_values(data), className="span-12")]
    if row.measure == Measure.TEXT:
        return [_answers(data, row)]
    places = sorted(set(data.observations["place_code"]), key=data.place_name)
    by_place = frames.results(data, ["place_code"])
    told = [p for p in places if p in set(by_place[by_place["low"].notna()]["place_code"])]
    parts: list[Any] = charts.over_time_and_by(data, code, "indicator")
    if len(told) > 1:
        parts.append(
            charts.multiples(
                data,
                code,
                "place_code",
                {place: data.place_name(place) for place in told[:MOST_PLACES]},
                "indicator-places",
                title=words.text("By territory", language),
            )
        )
    return [*parts, _table(data)]


def _table(data: Data) -> html.Section:
    language = data.language
    heading = words.text("By project and place", language)
    found = frames.told(frames.results(data, ["project_code", "place_code"]))

    def project(row: Any) -> Any:
        code = row["project_code"]
        if not code:
            return words.text("Official series, no project", language)
        return {
            "t": data.name(data.catalogue.projects[code]),
            "href": f"/project/{code}",
            "sub": code,
        }

    return cards.card(
        heading,
        "indicator-table",
        results.table(
            data,
            found,
            heading,
            first=project,
            first_head="Project",
            second=lambda row: data.place_name(row["place_code"]),
            second_head="Place",
        ),
        cards.foot(
            sentences.about(data, found),
            cards.downloads(charts.files(data, "results", by="project,place"))
            + cards.downloads(
                {
                    words.text("Observations ({format})", language, format=kind): address_
                    for kind, address_ in charts.files(data, "observations").items()
                }
            ),
        ),
    )


def _answers(data: Data, row: Record) -> html.Section:
    """Return the answers in words, newest first."""
    language = data.language
    frame = data.observations.sort_values("period_end", ascending=False)
    rows = [
        [
            {
                "t": data.place_name(one["place_code"]),
                "href": marks.lineage_address([int(one["observation_id"])]),
            },
            words.period(one["period_start"].date(), one["period_end"].date(), language),
            one["text"] or words.text(sentences.ANSWERS.get(one["answer"], "–"), language),
        ]
        for one in frame.to_dict("records")
    ]
    heads = [words.text(head, language) for head in ("Place", "Period", "Answer")]
    return cards.card(
        data.name(row),
        "indicator-answers",
        tables.table(data.name(row), heads, rows, is_stacked=True),
    )
