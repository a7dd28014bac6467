"""Any measure by any two dimensions, with filters: a table that is computed by the rules, to take along."""

from dataclasses import replace
from typing import Any

from dash import html

from dashboard import access, frames, pivot, sentences, theme, views
from dashboard.components import cards, charts, filters, grid, marks, programmes
from dashboard.frames import Data
from dashboard.pivot import Pivot
from dashboard.views import View, address
from schemas import database, impact, words
from schemas.words import N_

DESCRIPTION = N_(
    "A table of your own: any measure by country, territory, project, indicator, goal, period or group."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Explore", language)


def layout(**arguments: Any) -> Any:
    """Return the table that the address asks for."""
    view = views.read(arguments)
    has_parts = pivot.needs_parts(view)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language(), breakdowns=has_parts)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    data = data.seen(_known(data))
    language = data.language
    lead = words.text(
        "Choose a measure, rows and columns. Every cell is computed by the rules of its indicator;"
        " none is a sum of other cells.",
        language,
    )
    return [
        *programmes.head(data, title(language), lead=lead),
        _filters(data),
        _table(data) if pivot.is_reported(data) else programmes.no_values(data),
        programmes.withheld_note(data),
    ]


def _known(data: Data) -> View:
    """Return the view without codes that are not in the catalogue."""
    view, known = data.view, data.catalogue
    return replace(
        view,
        indicator=view.indicator if view.indicator in known.indicators else "",
        goal=view.goal if view.goal in map(str, known.goals) else "",
        level=view.level if view.level in frames.LEVELS else "",
        by="",
    )


def _filters(data: Data) -> html.Div:
    language, view = data.language, data.view
    rows, columns = pivot.sides(data, view)
    dimensions = {
        words.text("Results by", language): _words(pivot.DIMENSIONS, language),
        words.text("Groups of people and things", language): pivot.dimensions(data),
    }
    nothing = {"": {pivot.NONE: words.text("No columns", language)}}
    every = words.text("All", language)
    measures = _words(pivot.MEASURES, language)
    return filters.row(
        filters.choice("part", words.text("Measure", language), measures, pivot.measure_of(view)),
        filters.grouped("rows", words.text("Rows", language), dimensions, rows),
        filters.grouped(
            "columns", words.text("Columns", language), nothing | dimensions, columns or pivot.NONE
        ),
        *_narrowing(data, every),
        filters.until(data, frames.period_ends(data)),
        language=language,
        kept=[("programme", view.programme)],
    )


def _narrowing(data: Data, every: str) -> list[Any]:
    """Return the filters that leave something out."""
    language, view, known = data.language, data.view, data.catalogue
    options = {
        "indicator": {row.indicator_code: data.name(row) for row in data.indicators()},
        "level": {str(one): words.text(sentences.LEVELS[one], language) for one in frames.LEVELS},
        "goal": {
            str(goal): f"{goal} {words.name(row.short_names, language)}"
            for goal, row in known.goals.items()
        },
        "country": {code: data.place_name(code) for code in data.countries()},
        "project": {row.project_code: data.name(row) for row in data.projects()},
        "status": {
            code or pivot.NO_STATUS: words.text(theme.look(code).word, language)
            for code in (*map(str, impact.STATUSES), "")
        },
    }
    return [
        filters.choice(
            name,
            words.text(pivot.DIMENSIONS[name], language),
            {"": every} | named,
            getattr(view, name),
        )
        for name, named in options.items()
    ]


def _words(named: dict[str, str], language: str) -> dict[str, str]:
    return {key: words.text(word, language) for key, word in named.items()}


def _table(data: Data) -> html.Section:
    language, view = data.language, data.view
    made = pivot.make(data, view)
    caption = _caption(data, made)
    if not made.cells or not made.rows:
        empty = cards.empty(
            words.text("Nothing was reported of this", language),
            words.text("Take back a filter, or choose other rows and columns.", language),
            link=(words.text("Begin anew", language), "/explore"),
        )
        return html.Section(empty, className="card")
    texts = {
        "apart": words.text("not additive", language),
        "withheld": words.text("withheld", language),
    }
    about = [grid.size(data, made), sentences.as_of(data), sentences.source(data)]
    return cards.card(
        caption,
        "explore",
        grid.table(data, made, caption),
        html.Div(className="explore-words", **marks.data(**texts)),
        *grid.notes(data, made),
        cards.foot(about, cards.downloads(charts.files(data, "pivot"))),
        aside=_swap(data, made),
    )


def _caption(data: Data, made: Pivot) -> str:
    language = data.language
    measure = words.text(pivot.MEASURES[made.measure], language)
    rows = pivot.name_of(data, made.row_dimension)
    if not made.column_dimension:
        return words.text("{measure}: {rows}", language, measure=measure, rows=rows)
    columns = pivot.name_of(data, made.column_dimension)
    return words.text(
        "{measure}: {rows} × {columns}", language, measure=measure, rows=rows, columns=columns
    )


def _swap(data: Data, made: Pivot) -> html.A | None:
    """Return the way to the same table with rows and columns exchanged."""
    if not made.column_dimension:
        return None
    where = address("/explore", data.view, rows=made.column_dimension, columns=made.row_dimension)
    return html.A(words.text("Swap rows and columns", data.language), href=where, className="tool")
