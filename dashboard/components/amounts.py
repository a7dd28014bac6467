"""Money as it was reported and in euros, with the rate between: its kind, its day, its source."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import lineage, sentences
from dashboard.charts import places
from dashboard.components import cards, charts, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import words

Row = Mapping[Any, Any]

MOST_ROWS = 24


def card(
    data: Data, reported: pd.DataFrame, key: str, *, place_code: str = "", span: int = 12
) -> html.Section | None:
    """Return amounts as reported and in euros; None where none was reported.

    `reported` is `history.lineage` of `observed`.
    """
    if reported.empty:
        return None
    language = data.language
    heading = words.text("Money, as reported and in euros", language)
    rows: list[Any] = []
    for code in dict.fromkeys(reported["indicator_code"]):
        own = reported[reported["indicator_code"] == code]
        rows.append({"group": data.name(data.catalogue.indicators[code])})
        ranked = own.sort_values(["project_code", "period_end"])
        rows += [_row(data, row) for row in ranked.to_dict("records")]
        rows.append(_total(data, str(code), place_code))
    heads: list[tables.Cell] = [
        words.text("Project", language),
        words.text("Period", language),
        {"t": words.text("As reported", language), "number": True},
        {"t": words.text("In euros", language), "number": True},
        words.text("Exchange rate", language),
    ]
    named = (
        sentences.rate_source(one, language) for one in reported["rate_source"].dropna() if one
    )
    sources = list(dict.fromkeys(named))
    about = [
        words.text("Exchange rates: {sources}", language, sources=words.listed(sources, language))
        if sources
        else "",
        *sentences.about(data, reported),
    ]
    files = charts.files(data, "observations")
    return cards.card(
        heading,
        key,
        tables.table(heading, heads, rows[:MOST_ROWS], is_stacked=True),
        cards.foot(about, cards.downloads(files)),
        lead=words.text(
            "Progress is told in the currency of the report; euros are for comparing.", language
        ),
        span=span,
    )


def _row(data: Data, row: Row) -> list[tables.Cell]:
    language, project = data.language, row["project_code"]
    name: tables.Cell = (
        {
            "t": data.name(data.catalogue.projects[project]),
            "href": address(f"/project/{project}", data.view, country="", place="", project=""),
            "sub": data.place_name(row["place_code"]),
        }
        if project in data.catalogue.projects
        else data.place_name(row["place_code"])
    )
    behind = lineage.by_ids([int(row["observation_id"])])
    euros: tables.Cell = (
        {"missing": words.text("no exchange rate is known", language), "number": True}
        if pd.isna(row["value_eur"])
        else {"t": words.money(row["value_eur"], "EUR", language), "number": True}
    )
    return [
        name,
        words.period(row["period_start"].date(), row["period_end"].date(), language),
        {
            "t": words.money(row["value"], row["currency"], language),
            "number": True,
            "href": behind,
        },
        euros,
        _rate(row, language),
    ]


def _rate(row: Row, language: str) -> tables.Cell:
    """Return at which rate an amount became euros."""
    told, day = sentences.rate(row, language)
    if not told:
        return {"missing": words.text("reported in euros", language)}
    return {"t": told, "sub": day}


def _total(data: Data, code: str, place_code: str) -> dict[str, Any]:
    """Return the last line of an indicator: its total, as its rules add it up."""
    language = data.language
    told = places.at(data, place_code)
    own = places.found_at(told, place_code, (), code)
    eur = places.found_at(places.in_euros(told, code, always=True), place_code, (), code)
    cells: list[tables.Cell] = [words.text("Total", language), ""]
    for found in (own, eur):
        row = found.iloc[0].to_dict() if len(found) else {"low": float("nan")}
        shown = sentences.actual(data, row) if len(found) else ""
        cells.append(
            {"t": shown, "number": True, "href": lineage.cells(data, row)}
            if shown
            else {"missing": words.text("does not add up", language), "number": True}
        )
    return {"cells": [*cells, ""], "className": "is-total"}
