"""What changed lately: the last decisions on workbooks, in terms of the values that the pages show."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from markupsafe import Markup

from dashboard import sentences
from dashboard.components import cards, marks
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import words
from schemas.codes import SubmissionState
from schemas.words import N_

Row = Mapping[Any, Any]

LOOKED_AT, MOST, MOST_MOVES = 8, 3, 3
"Projects whose last decision is looked at, those that are told of, and values of each."

DECIDED = (SubmissionState.ACCEPTED, SubmissionState.WITHDRAWN)

WORDS = {"accepted": N_("accepted on {day}"), "withdrawn": N_("withdrawn on {day}")}


def last_of(data: Data, submissions: pd.DataFrame, *, most: int = LOOKED_AT) -> pd.DataFrame:
    """Return the last decision on each of the projects that were decided on last, newest first.

    `submissions` is `queries.submissions`; those of a whole programme are no project's.
    """
    decided = submissions[
        submissions["state"].isin(DECIDED)
        & (submissions["programme_code"] == data.view.programme)
        & submissions["project_code"].isin(data.catalogue.projects)
    ]
    if data.view.country:
        of = data.catalogue.countries_of
        decided = decided[[data.view.country in of(code) for code in decided["project_code"]]]
    newest = decided.sort_values(["decided_at", "submission_id"], ascending=False)
    return newest.drop_duplicates("project_code").head(most)


def moments(last: pd.DataFrame) -> dict[str, Any]:
    """Return by project when it was decided on last, for `history.before`."""
    return dict(zip(last["project_code"], last["decided_at"], strict=True))


def card(data: Data, last: pd.DataFrame, moved: pd.DataFrame, *, span: int = 4) -> html.Section:
    """Return the last decisions, each with those of the results that it moved (`changes.since`)."""
    language = data.language
    entries = (_entry(data, row, moved) for row in last.to_dict("records"))
    told = Markup("").join([entry for entry in entries if entry][:MOST])
    body: Any = html.P(
        words.text("No decision on a workbook has moved a value that is shown here.", language)
    )
    if told:
        # One component: there are many small parts, and none is ever changed.
        body = html.Div(**marks.data(html=Markup('<ol class="lately">{}</ol>').format(told)))
    everything = html.A(
        words.text("All submissions", language),
        href=address("/submissions", View(programme=data.view.programme, as_of=data.view.as_of)),
        className="tool",
    )
    return cards.card(
        words.text("What changed lately", language),
        "lately",
        body,
        cards.foot([], [everything]),
        lead=words.text("The latest decision on each project, and what it moved.", language),
        span=span,
    )


def _entry(data: Data, row: Row, moved: pd.DataFrame) -> Markup:
    """Return one decision with what it moved; empty where that is nothing."""
    language, project = data.language, row["project_code"]
    ranked = _ranked(data, moved[moved["project_code"] == project])
    day = words.day(row["decided_at"].date(), language)
    who = Markup(
        '<p class="lately-who"><a href="{}">{}</a><a href="{}" title="{}">{}</a></p>'
    ).format(
        address(f"/project/{project}", _kept(data)),
        data.name(data.catalogue.projects[project]),
        f"/submissions/{row['submission_id']}",
        row["file_name"],
        words.text(WORDS[row["state"]], language, day=day),
    )
    if not ranked:
        return Markup("")
    moves = Markup("").join(_move(data, one) for one in ranked[:MOST_MOVES])
    rest = Markup("")
    if len(ranked) > MOST_MOVES:
        said = words.plural(
            "and {count} more value",
            "and {count} more values",
            len(ranked) - MOST_MOVES,
            language,
        )
        rest = Markup('<p class="lately-rest">{}</p>').format(said)
    return Markup("<li>{}<ul>{}</ul>{}</li>").format(who, moves, rest)


def _kept(data: Data) -> View:
    return View(programme=data.view.programme, until=data.view.until, as_of=data.view.as_of)


def _ranked(data: Data, moved: pd.DataFrame) -> list[Row]:
    """Return moved results: headline indicators first, then changed statuses, then the rest."""
    headline = {row.indicator_code for row in data.indicators() if row.is_headline}
    order = {code: number for number, code in enumerate(data.catalogue.indicators)}

    def rank(row: Row) -> tuple[bool, bool, bool, int]:
        is_other = row["status_before"] == row["status_after"]
        is_new = math.isnan(row["low_before"])
        code = row["indicator_code"]
        return (code not in headline, is_other, is_new, order[code])

    told = [
        row
        for row in moved.to_dict("records")
        if _said(data, row, "after") != _said(data, row, "before")
    ]
    return sorted(told, key=rank)


def _move(data: Data, row: Row) -> Markup:
    language, code = data.language, row["indicator_code"]
    before, after = (_said(data, row, side) for side in ("before", "after"))
    new = Markup("<strong>{}</strong>").format(after or words.text("no value", language))
    former = Markup(
        '<span>{}</span><span class="arrow"><span class="visually-hidden">{}</span></span>'
    )
    told = (
        former.format(before, f"{words.comma(language)}{words.text('then', language)} ")
        if before
        else Markup("<span>{}</span>").format(words.text("new:", language))
    )
    status = Markup("")
    if row["status_after"] and row["status_after"] != row["status_before"]:
        status = Markup('<span class="status status-{}">{}</span>').format(
            row["status_after"], marks.status_word(row["status_after"], language)
        )
    return Markup(
        '<li><span class="lately-what"><a href="{}">{}</a><span class="muted">{}</span></span>'
        '<span class="lately-moved">{}{}{}</span></li>'
    ).format(
        address(f"/indicator/{code}", _kept(data)),
        data.name(data.catalogue.indicators[code]),
        data.place_name(row["place_code"]),
        told,
        new,
        status,
    )


def _said(data: Data, row: Row, side: str) -> str:
    """Return the value of a result on one side of a change."""
    return sentences.value(
        data,
        data.catalogue.indicators[row["indicator_code"]],
        row[f"low_{side}"],
        row[f"high_{side}"],
        qualifier=str(row[f"qualifier_{side}"] or "="),
        currency=str(row[f"currency_{side}"] or ""),
    )
