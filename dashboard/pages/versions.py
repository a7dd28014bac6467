"""Two versions of a project, value by value: two workbooks, two days, or one of each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from dash import html

import etl
from dashboard import access, frames, history, queries, sentences, views
from dashboard.components import cards, charts, filters, pager, tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_("What differs between two workbooks, or between two days, value by value.")


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Compare two versions", language)


def layout(**arguments: Any) -> Any:
    """Return the choice of two versions, and what differs between them."""
    view = views.read(arguments)
    scope, language = access.scope(), access.language()
    found: pd.DataFrame | None = None
    told = ""
    with database.connect() as conn:
        data = frames.without_values(conn, scope, view, language)
        handed_in = queries.submissions(conn, scope, project_code=view.project, as_of=view.known_at)
        days = (
            history.decision_days(conn, project_code=view.project, as_of=view.known_at)
            if view.project
            else []
        )
        is_open = bool(view.project) and not (view.a or view.b)
        changes = history.changes(
            conn, scope, list(handed_in["submission_id"]) if is_open else [], as_of=view.known_at
        )
        view = _chosen(view, handed_in, changes)
        a, b = views.version(view.a), views.version(view.b)
        if a is not None and b is not None:
            try:
                found = history.differences(conn, scope, a, b, project_code=view.project)
            except etl.DecisionError as error:
                told = words.sentence(error.finding, language)
    if data.programme is None:
        return cards.empty(title(language), is_page=True)
    parts: list[Any] = [
        cards.page_head(
            title(language),
            words.text(DESCRIPTION, language),
            crumbs=[(words.text("Submissions", language), "/submissions")],
        ),
        _choices(data, view, handed_in, days),
    ]
    if told:
        parts.append(cards.notice(told, kind="error"))
    elif found is None:
        parts.append(
            cards.empty(
                words.text("Choose two versions", language),
                words.text(
                    "A project first; then two of its workbooks, or two days on which its values"
                    " changed.",
                    language,
                ),
            )
        )
    else:
        shown = replace(data, view=view)
        parts.append(_differences(shown, found, arguments.get("page")))
    return parts


def _chosen(view: View, handed_in: pd.DataFrame, changes: pd.DataFrame) -> View:
    """Return a view whose versions are of its project.

    Where none is named: its newest workbook that replaced something, with the one it replaced; else
    its two newest.
    """
    known = [
        str(number) for number in handed_in.loc[handed_in["values_found"] > 0, "submission_id"]
    ]
    a, b = (
        word if word in known or isinstance(views.version(word), date) else ""
        for word in (view.a, view.b)
    )
    if view.project and not (a or b) and len(known) > 1:
        pairs = {
            str(row[0]): str(row[1]) for row in changes[["submission_id", "former"]].to_numpy()
        }
        replaced = [(pairs[number], number) for number in known if pairs.get(number, "0") in known]
        a, b = (*replaced, (known[1], known[0]))[0]
    return replace(view, a=a, b=b)


def _choices(data: Data, view: View, handed_in: pd.DataFrame, days: list[date]) -> html.Div:
    language = data.language
    options = {
        str(row["submission_id"]): f"{row['file_name']} ({row['submission_id']})"
        for row in handed_in.to_dict("records")
        if row["values_found"]
    } | {
        day.isoformat(): words.text("as known on {day}", language, day=words.day(day, language))
        for day in days
    }
    for word in (view.a, view.b):
        version = views.version(word)
        if isinstance(version, date):
            shown = words.day(version, language)
            options.setdefault(word, words.text("as known on {day}", language, day=shown))
    return filters.row(
        filters.choice(
            "project",
            words.text("Project", language),
            {"": words.text("All projects", language)}
            | {row.project_code: data.name(row) for row in data.projects()},
            view.project,
        ),
        filters.choice("a", words.text("From", language), options, view.a),
        filters.choice("b", words.text("To", language), options, view.b),
        language=language,
    )


def _differences(data: Data, found: pd.DataFrame, page: object) -> html.Section:
    language = data.language
    # What changed is looked for first; what stands in one of them only is often another period.
    moved = found[found["change"] != "same"].sort_values(
        "change", key=lambda kinds: kinds.map(list(CHANGES).index), kind="stable"
    )
    shown = pager.number(page, len(moved))
    start = (shown - 1) * pager.PER_PAGE
    heading = words.text("Value by value", language)
    here = address("/submissions/compare", data.view)
    parts: list[Any] = []
    if len(moved):
        rows = moved.iloc[start : start + pager.PER_PAGE].to_dict("records")
        parts = [
            _table(data, rows, heading),
            pager.pager(shown, len(moved), lambda to: f"{here}&page={to}", language),
        ]
    return cards.card(
        heading,
        "compare-values",
        *parts,
        cards.foot(
            [words.text("The file holds the values that stay the same, too.", language)],
            cards.downloads(charts.files(data, "differences")),
        ),
        lead=_counted(found, language) or words.text("Nothing differs.", language),
    )


CHANGES = {
    "changed": N_("Changed"),
    "new": N_("Only after"),
    "gone": N_("Only before"),
    "same": N_("The same"),
}

COUNTED = (
    ("changed", *N_("{count} value changed", "{count} values changed")),
    (
        "new",
        *N_("{count} is only in the later version", "{count} are only in the later version"),
    ),
    (
        "gone",
        *N_("{count} is only in the earlier version", "{count} are only in the earlier version"),
    ),
    ("same", *N_("{count} is the same", "{count} are the same")),
)


def _counted(found: pd.DataFrame, language: str) -> str:
    """Return how many values changed, are in one version only, and are the same; empty for none."""
    counts = found["change"].value_counts()
    said = [
        words.plural(one, many, int(counts[kind]), language)
        for kind, one, many in COUNTED
        if kind in counts
    ]
    return f"{words.joined(said, language)}." if said else ""


def _table(data: Data, rows: list[dict[Any, Any]], heading: str) -> html.Div:
    language = data.language
    body: list[Any] = []
    for row in rows:
        indicator = data.catalogue.indicators[row["indicator_code"]]
        sides = [
            {
                "t": sentences.version(data, row, side) or "–",
                "number": True,
                "sub": "!".join(
                    part for part in (row[f"sheet_{side}"], row[f"cell_{side}"]) if part
                ),
            }
            for side in ("before", "after")
        ]
        body.append(
            [
                {"t": data.name(indicator), "sub": sentences.where(data, row)},
                sentences.what(data, row),
                words.period(row["period_start"].date(), row["period_end"].date(), language),
                *sides,
                words.text(CHANGES[row["change"]], language),
            ]
        )
    heads: list[Any] = [
        *(words.text(head, language) for head in (N_("Indicator"), N_("What"), N_("Period"))),
        {"t": words.text("Before", language), "number": True},
        {"t": words.text("After", language), "number": True},
        words.text("Change", language),
    ]
    return tables.table(heading, heads, body, is_stacked=True)
