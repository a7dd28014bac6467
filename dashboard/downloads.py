"""The tables that can be downloaded: the frames of the pages, with names beside the codes.

Columns keep one English name in every language, because programs read them; numbers are numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from dashboard import frames, history, pivot, sentences, views
from dashboard.frames import Data
from dashboard.views import View
from schemas import words
from schemas.rows import KEY
from schemas.scope import Scope


@dataclass(frozen=True)
class Table:
    """One table to download, with its title and where it comes from."""

    frame: pd.DataFrame
    title: str
    notes: Sequence[str]


BY = {
    "country": "country_code",
    "place": "place_code",
    "project": "project_code",
    "sdg_goal": "sdg_goal",
}
"What a table may be by, as the address says it."


def _by(view: View) -> list[str]:
    return [BY[word] for word in view.by.split(",") if word in BY]


def _among(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the places, projects or countries that a view compares; all where none."""
    codes, by = [code for code in view.among.split(",") if code], _by(view)
    return frame[frame[by[0]].isin(codes)] if codes and by else frame


def _notes(data: Data) -> list[str]:
    """Return what the second sheet says: programme, notice, source, licence, day."""
    programme = data.programme
    if programme is None:
        return []
    return [
        data.name(programme),
        words.name(programme.notice, data.language),
        sentences.source(data),
        programme.source_url,
        words.text(programme.licence, data.language),
        sentences.as_of(data),
        words.text(
            "Empty means not reported, or withheld because few people are behind it; 0 is a value.",
            data.language,
        ),
    ]


def _named(data: Data, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with a name beside each code, and without what only the pages need."""
    known = data.catalogue
    rows = {
        "indicator_code": known.indicators,
        "project_code": known.projects,
        "place_code": known.places,
        "country_code": known.places,
    }
    named = frame.copy()
    for column, catalogue in rows.items():
        if column in named:
            names = [
                data.name(catalogue[code]) if code in catalogue else "" for code in named[column]
            ]
            place = named.columns.get_loc(column)
            assert isinstance(place, int)
            named.insert(
                place + 1,
                column.removesuffix("_code"),
                pd.Series(names, index=named.index, dtype="str"),
            )
    if "indicator_code" in named:
        units = [sentences.unit(data, known.indicators[code]) for code in named["indicator_code"]]
        named["unit"] = pd.Series(units, index=named.index, dtype="str")
    return named.drop(
        columns=[
            name for name in map(str, named) if name.endswith("_ids") or name == "programme_code"
        ]
    )


def results(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return baseline, target, actual, progress and status; of one indicator or goal where asked."""
    data = frames.load(conn, scope, view, language)
    found = frames.results(data, [name for name in _by(view) if name != "sdg_goal"])
    if "sdg_goal" in _by(view):
        found = frames.by_goal(data, found)
    if view.indicator:
        found = found[found["indicator_code"].isin({view.indicator, view.other})]
    found = _among(view, found)
    if view.goal.isdecimal():
        goal = int(view.goal)
        found = found[[goal in data.catalogue.goals_of(code) for code in found["indicator_code"]]]
    if view.level:
        found = frames.of_level(data, found, [view.level])
    return Table(_named(data, found), words.text("Results", language), _notes(data))


def trend(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return one indicator over time."""
    data = frames.load(conn, scope, view, language, indicator_codes=[view.indicator])
    if view.indicator not in data.catalogue.indicators:
        return Table(pd.DataFrame(), "", [])
    found = _among(view, frames.trend(data, view.indicator, _by(view)))
    found = found.assign(indicator_code=view.indicator)
    name = data.name(data.catalogue.indicators[view.indicator])
    return Table(_named(data, found), name, _notes(data))


def categories(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return one indicator by the categories of a dimension."""
    data = frames.load(conn, scope, view, language, indicator_codes=[view.indicator])
    known = data.catalogue
    if view.indicator not in known.indicators or view.by not in known.dimensions:
        return Table(pd.DataFrame(), "", [])
    found = frames.categories(data, view.indicator, view.by).assign(
        indicator_code=view.indicator, dimension=view.by
    )
    names = [sentences.category(data, view.by, code) for code in found["category_code"]]
    found.insert(1, "category", pd.Series(names, index=found.index, dtype="str"))
    return Table(_named(data, found), data.name(known.indicators[view.indicator]), _notes(data))


def explored(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return a measure by two dimensions, as the page Explore shows it; heads are in the language."""
    data = frames.load(conn, scope, view, language, breakdowns=pivot.needs_parts(view))
    made = pivot.make(data, view)
    title = words.text(pivot.MEASURES[made.measure], language)
    return Table(pivot.as_frame(data, made), title, _notes(data))


def observations(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return the observations that count, as reported."""
    codes = [view.indicator] if view.indicator else None
    data = frames.load(conn, scope, view, language, indicator_codes=codes, breakdowns=True)
    return Table(
        _named(data, data.observations), words.text("Observations", language), _notes(data)
    )


def indicators(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return the catalogue of a programme's indicators."""
    data = frames.load(conn, scope, view, language, indicator_codes=[])
    rows = [
        {
            "indicator_code": row.indicator_code,
            "definition": words.name(row.definition, language),
            "measure": row.measure,
            "time_rule": row.time_rule,
            "place_rule": row.place_rule,
            "overlap": row.overlap,
            "direction": row.direction,
            "level": row.level,
            "how_it_adds_up": " ".join(sentences.adding_up(row, language)),
            "sdg_targets": ", ".join(data.catalogue.sdg_targets_of.get(row.indicator_code, ())),
            "provenance": row.provenance,
        }
        for row in data.indicators()
    ]
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["indicator_code"])
    return Table(_named(data, frame), words.text("Indicators", language), _notes(data))


def differences(conn: Connection, scope: Scope, view: View, language: str) -> Table:
    """Return what differs between two versions, with what stays the same."""
    data = frames.load(conn, scope, view, language, indicator_codes=[])
    name = words.text("Compare two versions", language)
    a, b = views.version(view.a), views.version(view.b)
    if a is None or b is None:
        return Table(pd.DataFrame(), name, [])
    found = history.differences(conn, scope, a, b, project_code=view.project)
    notes = [f"{view.a} → {view.b}", *_notes(data)]
    return Table(_named(data, found[DIFFERENCE]), name, notes)


DIFFERENCE = [
    *KEY,
    "change",
    *(
        f"{name}{side}"
        for side in ("before", "after")
        for name in (
            "",
            "text_",
            "answer_",
            "qualifier_",
            "currency_",
            "submission_",
            "sheet_",
            "cell_",
        )
    ),
]
"Columns of a comparison to download: nothing of it is a cell's own text."


TABLES: dict[str, Callable[[Connection, Scope, View, str], Table]] = {
    "results": results,
    "trend": trend,
    "categories": categories,
    "pivot": explored,
    "observations": observations,
    "indicators": indicators,
    "differences": differences,
}
"Every table by its name in the address, `/download/results.csv?programme=MEDTOWN`."
