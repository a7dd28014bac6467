"""What a report is asked for, and what all of its parts are made of: one reading of the data."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection

import etl
from dashboard import frames, history, queries, territories
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.reports import subjects
from dashboard.reports.subjects import Subject
from dashboard.views import View
from schemas import words
from schemas.codes import SubmissionState, ValueType
from schemas.scope import Scope

BEHIND = ("observation_ids", "baseline_ids", "target_ids")
"The columns of results that hold the observations behind their numbers."

MOST_FIGURES = 6
"Key figures at the head of a report."

MOST_WORKBOOKS = 1000
"Workbooks of a project that a report counts."


@dataclass(frozen=True)
class Request:
    """Which report: the kind (an outline of `data/reports/`), on what, in which language, of when.

    `period` leaves out what was reported on later periods; what was reported within it has a part
    of its own. `since` is the day of the last report, whose values are compared with these.
    """

    kind: str
    code: str
    language: str = "en"
    programme_code: str = ""
    as_of: date | None = None
    period: tuple[date, date] | None = None
    since: date | None = None
    moment: datetime | None = None
    "Within the day `as_of`: what was accepted later that day is not in it."

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> "Request":
        """Return a request from what `kept` made of it."""
        as_of, since = (
            date.fromisoformat(kept[name]) if kept.get(name) else None
            for name in ("as_of", "since")
        )
        period = words.parse_period_code(kept["period"]) if kept.get("period") else None
        kind, code, language, programme = (
            kept[name] for name in ("kind", "code", "language", "programme")
        )
        moment = datetime.fromisoformat(kept["moment"]) if kept.get("moment") else None
        return cls(kind, code, language, programme, as_of, period, since, moment)

    def kept(self) -> dict[str, str]:
        """Return the request as JSON can keep it."""
        return {
            "kind": self.kind,
            "code": self.code,
            "language": self.language,
            "programme": self.programme_code,
            "period": words.period_code(*self.period) if self.period else "",
            "as_of": str(self.as_of or ""),
            "since": str(self.since or ""),
            "moment": self.moment.isoformat() if self.moment else "",
        }


@dataclass(frozen=True)
class Context:
    """What the parts of a report are made of."""

    conn: Connection
    scope: Scope
    request: Request
    subject: Subject
    data: Data
    "The observations of the subject and no others, breakdowns included."
    found: pd.DataFrame
    "Its results, as `frames.results`, by result level."
    round: Any = None
    "The row of the round that the report is on; None for any other subject."
    told_ids: frozenset[int] = frozenset()
    "The observations behind fields in what somebody wrote."

    @property
    def language(self) -> str:
        """The language that the report is in."""
        return self.data.language

    @property
    def known_at(self) -> datetime | None:
        """The moment to which everything is known; None for what is known now."""
        return self.data.view.known_at

    @property
    def is_past(self) -> bool:
        """Whether the report is of a past day, on which no page tells of rounds."""
        return self.request.as_of is not None and self.request.moment is None

    @cached_property
    def told_until(self) -> date | None:
        """The last day on which what happened in the report's period may have been published.

        As values, records come after the end of a period: until the last day on which its round may be
        answered; where no round ends with it, its own last day. None for a report without a period.
        """
        end, programme = self.data.view.until, self.data.view.programme
        return end and etl.rounds.answered_until(
            self.conn, programme, end, known_at=self.request.moment
        )

    @property
    def today(self) -> date:
        """The day by which is told what is due."""
        return self.request.as_of or datetime.now(UTC).date()

    def text(self, sentence: str, /, **arguments: object) -> str:
        """Return a sentence in the language of the report."""
        return words.text(sentence, self.language, **arguments)

    def indicator(self, code: str) -> Record:
        """Return an indicator of the catalogue."""
        return self.data.catalogue.indicators[code]

    @cached_property
    def told(self) -> list[dict[Any, Any]]:
        """The results that have a value."""
        return self.found[self.found["low"].notna()].to_dict("records")

    @cached_property
    def key_figures(self) -> list[dict[Any, Any]]:
        """The headline results, then others with a value and a target."""
        return frames.headline(self.data, self.found, most=MOST_FIGURES)

    @cached_property
    def projects(self) -> list[Record]:
        """The projects of the subject, in the order of the catalogue."""
        known, view = self.data.catalogue, self.data.view
        if view.project:
            return [known.projects[view.project]]
        if view.place:
            return territories.projects_at(self.data, view.place)
        if self.subject == Subject.INDICATOR:
            own = set(self.data.plans.query("indicator_code == @view.indicator")["project_code"])
            return [row for row in self.data.projects() if row.project_code in own]
        return [
            row
            for row in self.data.projects()
            if not view.country or view.country in known.countries_of(row.project_code)
        ]

    @cached_property
    def actuals(self) -> pd.DataFrame:
        """The actual values of the results, until the end of the report's period."""
        rows = self.data.observations
        return rows[
            (rows["value_type"] == ValueType.ACTUAL)
            & rows["indicator_code"].isin(self.found["indicator_code"])
            & (rows["period_end"] <= pd.Timestamp(self.data.day))
        ]

    @property
    def reporting(self) -> int:
        """How many projects have reported any of the results."""
        return len(set(self.actuals["project_code"]) - {""})

    @cached_property
    def accepted(self) -> pd.DataFrame:
        """The accepted workbooks of each of the subject's projects, the oldest first.

        Columns: those of `queries.submissions`, and new, changed, same, gone of what the scope may see. Of a
        place, a country, a goal or an indicator the values of it alone, and of a report on a period the
        actual values until its end; a workbook without any of them is none of the report's.
        """
        asked, parts = _values_of(self.data), []
        for project in self.projects:
            own: dict[str, Any] = {"project_code": project.project_code, "as_of": self.known_at}
            found = queries.submissions(self.conn, self.scope, limit=MOST_WORKBOOKS, **own)
            found = found[found["state"] == SubmissionState.ACCEPTED]
            ids = [int(number) for number in found["submission_id"]]
            changes = history.changes(self.conn, self.scope, ids, **own, **asked)
            how: Any = "inner" if asked else "left"
            both = found.merge(changes, on="submission_id", how=how)
            counts = {"new": 0, "changed": 0, "same": 0, "gone": 0}
            parts.append(both.fillna(counts).assign(project_code=project.project_code))
        if not parts:
            return pd.DataFrame()
        order = ["decided_at", "submission_id", "project_code"]
        return pd.concat(parts, ignore_index=True).sort_values(order, ignore_index=True)

    @cached_property
    def trends(self) -> dict[str, pd.DataFrame]:
        """The results that have a value over time, by indicator."""
        codes = (str(row["indicator_code"]) for row in self.told)
        return {code: frames.trend(self.data, code, []) for code in codes}

    @cached_property
    def breakdowns(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The results that have a value by the categories that were reported, by indicator and dimension."""
        found = {
            (code, dimension): frames.told_by(self.data, code, dimension)
            for code in self.trends
            for dimension in self.data.catalogue.dimensions_of.get(code, ())
        }
        return {key: frame for key, frame in found.items() if len(frame)}

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Every observation that a number of the report rests on, as `history.lineage`.

        In the order of the results; per series baseline, target, then actuals.
        """
        sources = history.lineage(self.conn, self.scope, self.observation_ids)
        codes = dict.fromkeys([*self.found["indicator_code"], *self.data.catalogue.indicators])
        rank = {code: place for place, code in enumerate(codes)}
        kind = {str(kind): place for place, kind in enumerate(ValueType)}
        order = sources.assign(
            indicator=sources["indicator_code"].map(rank), kind=sources["value_type"].map(kind)
        ).sort_values(
            ["indicator", "project_code", "place_code", "kind", "period_end", "breakdown_key"],
            kind="stable",
        )
        return sources.loc[order.index].reset_index(drop=True)

    @cached_property
    def observation_ids(self) -> tuple[int, ...]:
        """The observations behind the numbers, milestones of the target paths and fields included."""
        apart = frames.results(self.data, ["project_code", "place_code"])
        apart = apart[apart["indicator_code"].isin(self.found["indicator_code"])]
        lists = [
            # Side by side stand values, too, that no rule adds up.
            *(frame[name] for frame in (self.found, apart) for name in BEHIND),
            *(one["observation_ids"] for one in self.trends.values()),
            *(one["observation_ids"] for one in self.breakdowns.values()),
        ]
        ids = {int(number) for column in lists for some in column for number in some}
        goals = self.data.observations[
            self.data.observations["indicator_code"].isin(self.found["indicator_code"])
            & (self.data.observations["value_type"] == ValueType.TARGET)
            & (self.data.observations["breakdown_key"] == "")
        ]
        return tuple(sorted(ids | self.told_ids | {int(one) for one in goals["observation_id"]}))


def read(conn: Connection, scope: Scope, request: Request, subject: Subject) -> Context:
    """Return what the parts of a report are made of; KeyError where the code is none of the subject's."""
    if not subjects.is_known(conn, subject, request.code):
        raise KeyError(request.code)
    asked = _round(conn, request) if subject == Subject.ROUND else None
    programme = asked.programme_code if asked else request.programme_code
    if subject == Subject.PROGRAMME:
        programme = request.code
    view = replace(
        VIEWS[subject](request.code),
        programme=programme,
        as_of=request.as_of,
        moment=request.moment,
        until=until(conn, request, subject),
    )
    codes = [request.code] if subject == Subject.INDICATOR else None
    data = frames.load(conn, scope, view, request.language, indicator_codes=codes, breakdowns=True)
    if subject == Subject.TERRITORY:
        data = at_place(data, request.code)
    data = replace(data, hidden=_hidden(data))
    return Context(conn, scope, request, subject, data, _results(data, subject), asked)


def until(conn: Connection, request: Request, subject: Subject) -> date | None:
    """Return the last day of what a report tells: of its period, or of its round; None for everything."""
    if request.period:
        return request.period[1]
    if subject == Subject.ROUND and (row := _round(conn, request)):
        end: date = row.period_end
        return end
    return None


def _round(conn: Connection, request: Request) -> Any:
    """Return the round of a request as it was known at its moment; as it is now where it has none."""
    then = etl.rounds.round_of(conn, request.code, request.moment)
    return then or etl.rounds.round_of(conn, request.code)


VIEWS: dict[Subject, Callable[[str], View]] = {
    Subject.PROJECT: lambda code: View(project=code),
    Subject.TERRITORY: lambda code: View(place=code),
    Subject.COUNTRY: lambda code: View(country=code),
    Subject.PROGRAMME: lambda code: View(programme=code),
    Subject.GOAL: lambda code: View(goal=code),
    Subject.INDICATOR: lambda code: View(indicator=code),
    Subject.ROUND: lambda _: View(),
}


def at_place(data: Data, place_code: str) -> Data:
    """Return what was reported in one place, where only the projects that run there are expected."""
    known = data.catalogue
    here = {row.project_code for row in territories.projects_at(data, place_code)}
    plans = known.project_indicators
    catalogue = replace(
        known,
        project_indicators=plans[plans["project_code"].isin(here)],
        places_of={
            code: (place_code,) if code in here else places
            for code, places in known.places_of.items()
        },
    )
    return replace(frames.within(data, "place_code", place_code), catalogue=catalogue, kept={})


def linked(data: Data) -> Collection[str]:
    """Return the indicators of the programme that are linked to the view's goal."""
    codes = [row.indicator_code for row in data.indicators()]
    return {code for code in codes if int(data.view.goal) in data.catalogue.goals_of(code)}


def _values_of(data: Data) -> dict[str, Any]:
    """Return which values of a project the subject is about, and until when; nothing for all of them."""
    view, known = data.view, data.catalogue
    asked: dict[str, Any] = {}
    if view.place or view.country:
        asked["place_codes"] = [
            code
            for code, place in known.places.items()
            if code == view.place or (view.country and place.country_code == view.country)
        ]
    if view.goal or view.indicator:
        asked["indicator_codes"] = linked(data) if view.goal else [view.indicator]
    if view.until:
        asked["until"] = view.until
    return asked


def _results(data: Data, subject: Subject) -> pd.DataFrame:
    """Return the results of the subject by level: a project's are all that it is to report."""
    found = frames.results(data, [])
    if subject == Subject.GOAL:
        found = found[found["indicator_code"].isin(linked(data))]
    elif subject == Subject.INDICATOR:
        found = found[found["indicator_code"] == data.view.indicator]
    elif subject != Subject.PROJECT:
        found = frames.told(found)
    return frames.by_level(data, found)


def _hidden(data: Data) -> pd.DataFrame:
    """Return what the public does not see of the subject."""
    hidden, view = data.hidden, data.view
    for column, code in (
        ("project_code", view.project),
        ("place_code", view.place),
        ("indicator_code", view.indicator),
    ):
        if code:
            hidden = hidden[hidden[column] == code]
    if view.country:
        places = data.catalogue.places.items()
        countries = {code: place.country_code for code, place in places}
        hidden = hidden[hidden["place_code"].map(countries) == view.country]
    if view.goal:
        hidden = hidden[hidden["indicator_code"].isin(linked(data))]
    return hidden
