"""One indicator: what it measures, how it adds up, where it stands, over time and by whom."""

from typing import Any

import pandas as pd
from dash import html

import etl
from dashboard import access, frames, lineage, publishing, queries, sentences, views
from dashboard.access import Policy
from dashboard.charts import framework as chains
from dashboard.charts import places
from dashboard.components import (
    cards,
    charts,
    definitions,
    filters,
    meanings,
    programmes,
    results,
    tables,
    threads,
)
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import database, words
from schemas import tables as database_tables
from schemas.codes import Measure, Subject
from schemas.words import N_

DESCRIPTION = N_("One indicator: definition, how it adds up, trend by territory, disaggregations.")


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
        told = None
        if access.may(Policy.ACCOUNT) and view.as_of is None:
            subject = etl.threads.Subject(kind=Subject.INDICATOR, indicator_code=view.indicator)
            told = queries.threads_about(conn, access.scope(), subject)
        meant = queries.definitions(conn, view.indicator)
        public = publishing.line(data, "indicator", view.indicator)
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
            tools=cards.reports("indicator", view.indicator, data.view.programme, language),
        ),
        *public,
        *meanings.ended(data, row),
        _filters(data),
        html.Div(
            [
                *_total(data, found),
                *_charts(data, row),
                definitions.card(data, row),
                definitions.metadata(data, row),
                *meanings.card(data, meant),
                definitions.downloads(data, row),
                *_talk(told, view.indicator, language),
            ],
            className="grid",
        ),
        programmes.withheld_note(data, indicator_code=view.indicator),
    ]
    return parts


def _talk(told: list[queries.Told] | None, code: str, language: str) -> list[Any]:
    """Return the discussions of an indicator, for those who are signed in."""
    if told is None:
        return []
    begin = threads.address(indicator=code) if access.may(Policy.SUBMIT) else ""
    return [threads.card(told, language, "indicator-threads", begin=begin)]


def _filters(data: Data) -> html.Div:
    countries = sorted({*data.reported["country_code"], *data.countries()}, key=data.place_name)
    return filters.row(
        filters.choice(
            "country",
            words.text("Country", data.language),
            {"": words.text("All countries", data.language)}
            | {code: data.place_name(code) for code in countries},
            data.view.country,
        ),
        filters.until(data, frames.period_ends(data)),
        language=data.language,
    )


def _total(data: Data, found: Any) -> list[Any]:
    """Return the total, and how its status comes about."""
    own = found[found["indicator_code"] == data.view.indicator]
    if own.empty:
        return []
    row = own.iloc[0].to_dict()
    figure = results.key_figure(data, row, leads_to_cells=True)
    if pd.isna(row["target"]):
        return [html.Div(figure, className="span-12 stack")]
    return [html.Div(figure, className="span-4 stack"), definitions.worked(data, row)]


def _charts(data: Data, row: Record) -> list[Any]:
    """Return trend by territory, disaggregations, and the table of projects and places."""
    code = row.indicator_code
    if data.reported.empty:
        return [html.Div(programmes.no_values(data), className="span-12")]
    if row.measure == Measure.TEXT:
        return [_answers(data, row)]
    parts: list[Any] = charts.over_time_and_by(data, code, "indicator")
    if _places_told(data) > 1:
        parts.append(charts.show(data, "multiples", "indicator-places", indicator=code, by="place"))
    if by := chains.spread(data, code):
        parts.append(
            charts.show(data, "distribution", "indicator-spread", indicator=code, by=by, span=6)
        )
    if places.adds_up(data, code) and _places_told(data) > 1:
        span = 6 if by else 12
        parts.append(
            charts.show(
                data, "waterfall", "indicator-waterfall", indicator=code, by="project", span=span
            )
        )
    elif by:
        parts[-1] = charts.show(data, "distribution", "indicator-spread", indicator=code, by=by)
    return [*parts, _table(data)]


def _places_told(data: Data) -> int:
    found = frames.results(data, ["place_code"])
    return int(found[found["low"].notna()]["place_code"].nunique())


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
            first_head=N_("Project"),
            second=lambda row: data.place_name(row["place_code"]),
            second_head=N_("Place"),
        ),
        cards.foot(
            sentences.about(data, found),
            cards.downloads(charts.files(data, "results", by="project,place")),
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
                "href": lineage.by_ids([int(one["observation_id"])]),
            },
            words.period(one["period_start"].date(), one["period_end"].date(), language),
            one["text"] or words.text(sentences.ANSWERS.get(one["answer"], "–"), language),
        ]
        for one in frame.to_dict("records")
    ]
    heads = [words.text(head, language) for head in (N_("Place"), N_("Period"), N_("Answer"))]
    return cards.card(
        data.name(row),
        "indicator-answers",
        tables.table(data.name(row), heads, rows, is_stacked=True),
    )
