"""What an estimate says to a reader: its record, the accepted data it rests on, and its method's answer.

It is computed each time, from the observations that the reader's scope shows and as they were known
on the day of the view. Nothing of it is kept but what somebody typed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import frames, history, queries
from dashboard.frames import Data
from dashboard.views import View
from schemas import evaluation, fields, words
from schemas.codes import Measure, RecordKind
from schemas.evaluation import Answer, Asked, Known, Refused, Unit
from schemas.evaluation.asked import answered, is_whole, signed_by
from schemas.evaluation.inputs import fingerprint
from schemas.fields import Field, Fields, Shape
from schemas.findings import finding
from schemas.records import SIGNATURE
from schemas.scope import Scope
from schemas.words import N_

MOST_CELLS = 3
"Cells that are named behind one figure; the others are counted."

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Input:
    """One figure that an estimate rests on, in words: what it is, how much, and where it is from.

    `source` is what somebody typed; where it is empty the figure was reported in `cells`: those
    of its own period (`span`), where it is of one of several.
    """

    label: str
    text: str
    source: str = ""
    when: str = ""
    observation_ids: tuple[int, ...] = ()
    span: tuple[date, date] | None = None
    cells: str = ""


@dataclass(frozen=True)
class Found:
    """An estimate as its reader is told it; `fingerprint` is that of its inputs, for who signs them."""

    record: Mapping[str, Any]
    asked: Asked
    answer: Answer
    inputs: tuple[Input, ...]
    fingerprint: str = ""

    @property
    def fields(self) -> Fields:
        """What somebody wrote."""
        fields: Fields = self.record["fields"]
        return fields

    @property
    def method(self) -> evaluation.Method:
        """The method that answers."""
        return self.answer.method

    @property
    def rows(self) -> list[Field]:
        """The fields that were filled in row by row."""
        return [one for one in self.asked.fields if one.shape is Shape.ROWS]

    @property
    def needs_signature(self) -> bool:
        """Whether an answer is only withheld until somebody signs."""
        findings = self.answer.findings if isinstance(self.answer, Refused) else ()
        return bool(findings) and {one.code for one in findings} <= SIGNING


SIGNING = {"signature_missing", "signed_otherwise", "earlier_missing"}
"What a signature answers."


def told(
    conn: Connection,
    scope: Scope,
    rows: Iterable[Mapping[str, Any]],
    view: View,
    language: str,
) -> list[Found]:
    """Return the estimates among published records, as they were known to a view."""
    return [
        found
        for row in rows
        if row["kind"] == RecordKind.ESTIMATE
        and (
            found := find(
                conn,
                scope,
                row,
                language,
                as_of=view.as_of,
                moment=view.moment,
                until=view.until,
            )
        )
    ]


def find(
    conn: Connection,
    scope: Scope,
    record: Mapping[str, Any],
    language: str,
    *,
    as_of: date | None = None,
    moment: datetime | None = None,
    until: date | None = None,
) -> Found | None:
    """Return an estimate of a record (a row of its version); None where nothing is in it any more."""
    written: Fields = record["fields"]
    asked = evaluation.ASKED.get(str(written.get("method", "")))
    if asked is None or not is_whole(written):
        return None
    told: Sequence[Input]
    if asked.inputs is not None:
        inputs, told = asked.inputs(written), _typed(asked, written, language)
    else:
        view = View(programme=record["programme_code"], as_of=as_of, moment=moment, until=until)
        reading = Reading(conn, scope, record, language, view)
        inputs, told = OBSERVED[str(written["method"])](reading)
    if isinstance(inputs, Refused):
        return Found(record, asked, inputs, tuple(told))
    told = _with_cells(conn, scope, told, language)
    if not asked.is_signed:
        return Found(record, asked, answered(asked, inputs), tuple(told))
    own = fingerprint(inputs)
    inputs = signed_by(inputs, written.get(SIGNATURE))
    return Found(record, asked, answered(asked, inputs), tuple(told), own)


# --- What was typed -------------------------------------------------------------------------------


def _typed(asked: Asked, written: Fields, language: str) -> list[Input]:
    """Return the figures of a form, each with the source that stands in the same group."""
    sources = {
        one.legend: str(written.get(one.name, "")) for one in asked.fields if _is_source(one)
    }
    told = []
    for one in asked.fields:
        text = fields.said(one, written, language)
        if _is_source(one) or not text:
            continue
        beside = [x for x in asked.fields if x.legend == one.legend and not _is_source(x)]
        label = words.text(one.label, language)
        if one.legend and len(beside) == 1:
            label = words.text(one.legend, language)
        elif one.legend:
            legend = words.text(one.legend, language)
            label = words.text("{name}: {value}", language, name=legend, value=label)
        source = sources.get(one.legend, "") if one.legend else ""
        told.append(Input(label, text, source))
    return told


def _is_source(one: Field) -> bool:
    return one.name.endswith("_source")


# --- What was reported ----------------------------------------------------------------------------

Read = tuple[Any, list[Input]]
"The inputs of a method, or why there are none; and the figures among them in words."


@dataclass(frozen=True)
class Reading:
    """The accepted data as an estimate of a record reads it."""

    conn: Connection
    scope: Scope
    record: Mapping[str, Any]
    language: str
    view: View

    @property
    def fields(self) -> Fields:
        """What was chosen."""
        fields: Fields = self.record["fields"]
        return fields

    @cached_property
    def known(self) -> queries.Catalogue:
        """The catalogue."""
        return queries.catalogue(self.conn)

    def day(self, name: str) -> date:
        """Return a day that was chosen."""
        return date.fromisoformat(str(self.fields[name]))

    def data(self, code: str, *, of_programme: bool = False) -> Data:
        """Return what was reported of an indicator: of the record's project, or of all."""
        project = "" if of_programme else str(self.record["project_code"] or "")
        return frames.load(
            self.conn,
            self.scope,
            replace(self.view, project=project),
            self.language,
            indicator_codes=[code],
            known=self.known,
        )

    def is_of_programme(self, code: str) -> bool:
        """Return whether an indicator is one of the record's programme."""
        row = self.known.indicators.get(code)
        return row is not None and row.programme_code == self.record["programme_code"]

    def result(self, code: str) -> Row | None:
        """Return the result of an indicator as its page has it, of the record's project and place."""
        if not self.is_of_programme(code):
            return None
        place = self.record["place_code"]
        found = frames.results(self.data(code), ["place_code"] if place else [], code)
        if place:
            found = found[found["place_code"] == place]
        return found.iloc[0].to_dict() if len(found) else None

    def trend(self, code: str, place: str = "", *, of_programme: bool = False) -> pd.DataFrame:
        """Return an indicator over time, in one place where it is named."""
        found = frames.trend(
            self.data(code, of_programme=of_programme), code, ["place_code"] if place else []
        )
        return found[found["place_code"] == place] if place else found

    def unit(self, code: str, currency: str = "") -> Unit:
        """Return how the values of an indicator are written."""
        indicator = self.known.indicators[code]
        if indicator.measure == Measure.AMOUNT and currency:
            return Unit(currency=currency)
        unit = self.known.units[indicator.unit_code]
        return Unit(unit.names, "", int(unit.decimals))

    def name(self, code: str) -> str:
        """Return the name of an indicator."""
        return words.name(self.known.indicators[code].names, self.language)

    def input(
        self, label: str, unit: Unit, low: float, high: float, period: str, ids: Any
    ) -> Input:
        """Return a figure in words."""
        return Input(
            label,
            unit.value(low, high, self.language),
            when=period,
            observation_ids=tuple(map(int, ids)),
        )


def _nothing(method: evaluation.Method) -> Read:
    return Refused(method, (finding("figure_missing"),)), []


def _since_baseline(of: Reading) -> Read:
    code = str(of.fields["indicator"])
    row = of.result(code)
    if row is None:
        return _nothing(evaluation.comparing.SINCE_BASELINE)
    unit = of.unit(code, str(row["currency"] or ""))
    inputs = evaluation.baseline_change_of(row, unit)
    if isinstance(inputs, Refused):
        return inputs, []
    told = []
    for label, known, ids in (
        (N_("Baseline"), inputs.baseline, row["baseline_ids"]),
        (N_("Actual"), inputs.actual, row["observation_ids"]),
    ):
        when = words.day(known.end, of.language)
        named = words.text(label, of.language)
        told.append(of.input(named, unit, known.low, known.high, when, ids))
    return inputs, told


def _differences(of: Reading) -> Read:
    code = str(of.fields["indicator"])
    if not of.is_of_programme(code):
        return _nothing(evaluation.differences.DIFFERENCES)
    places = [str(of.fields[name]) for name in ("own", "other")]
    trends = [of.trend(code, place, of_programme=True) for place in places]
    own, other = trends
    inputs = evaluation.diff_in_diff_of(own, other, of.day("began"), of.unit(code))
    if isinstance(inputs, Refused):
        return inputs, []
    return inputs, [
        told
        for place, trend, group in zip(places, trends, (inputs.own, inputs.other), strict=True)
        for told in _periods(of, code, place, trend, (*group.earlier, group.before, group.after))
    ]


def _periods(
    of: Reading, code: str, place: str, trend: pd.DataFrame, used: Sequence[Any]
) -> list[Input]:
    """Return the periods of a series that an estimate uses."""
    row = of.known.places.get(place)
    name = words.name(row.names, of.language) if row else of.name(code)
    periods = {(one.start, one.end) for one in used if isinstance(one, Known)}
    told = []
    for one in trend.to_dict("records"):
        start, end = (pd.Timestamp(one[name]).date() for name in ("period_start", "period_end"))
        if (start, end) in periods:
            ends = (one["in_period_low"], one["in_period_high"])
            when = words.period(start, end, of.language)
            found = of.input(name, of.unit(code), *ends, when, one["observation_ids"])
            told.append(replace(found, span=(start, end)))
    return told


def _interrupted(of: Reading) -> Read:
    code = str(of.fields["indicator"])
    if not of.is_of_programme(code):
        return _nothing(evaluation.series.INTERRUPTED)
    place = str(of.record["place_code"] or "")
    trend = of.trend(code, place)
    inputs = evaluation.monthly_series_of(
        trend, of.day("began"), of.unit(code), has_seasons=bool(of.fields.get("has_seasons"))
    )
    if isinstance(inputs, Refused):
        return inputs, []
    months = [Known(number, number, month, _month_end(month)) for month, number in inputs.values]
    return inputs, _periods(of, code, place, trend, months)


def _month_end(month: date) -> date:
    return (pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()


def _costs(of: Reading) -> Read:
    codes = [str(of.fields[name]) for name in ("cost", "indicator")]
    cost, effect = (of.result(code) for code in codes)
    if cost is None or effect is None:
        return _nothing(evaluation.returns.COST_EFFECTIVENESS)
    inputs = evaluation.cost_effectiveness_of(cost, effect, of.unit(codes[1]))
    if isinstance(inputs, Refused):
        return inputs, []
    return inputs, [
        of.input(
            of.name(code),
            of.unit(code, str(row["currency"] or "")),
            row["low"],
            row["high"],
            words.period(_day(row["period_start"]), _day(row["period_end"]), of.language),
            row["observation_ids"],
        )
        for code, row in zip(codes, (cost, effect), strict=True)
    ]


def _day(when: Any) -> date:
    return pd.Timestamp(when).date()


OBSERVED: dict[str, Callable[[Reading], Read]] = {
    "since_baseline": _since_baseline,
    "difference_in_differences": _differences,
    "interrupted_time_series": _interrupted,
    "cost_effectiveness": _costs,
}
"How the figures of a method are read, by its code; all other methods are given what was typed."


def _with_cells(
    conn: Connection, scope: Scope, told: Sequence[Input], language: str
) -> list[Input]:
    """Return figures with the cells that they were reported in."""
    wanted = sorted({number for one in told for number in one.observation_ids})
    if not wanted:
        return list(told)
    found = history.lineage(conn, scope, wanted)
    rows = {int(row["observation_id"]): row for row in found.to_dict("records")}
    return [replace(one, cells=_cells(one, rows, language)) for one in told]


def _cells(one: Input, rows: Mapping[int, Row], language: str) -> str:
    """Return the cells that a figure was reported in, the first few by name."""
    own = [rows[number] for number in one.observation_ids if number in rows]
    if one.span:
        start, end = one.span
        own = [
            row
            for row in own
            if start <= _day(row["period_start"]) <= _day(row["period_end"]) <= end
        ]
    named = [f"{row['file_name']} · {row['sheet']} {row['cell']}" for row in own]
    return words.listed(list(dict.fromkeys(named)), language, most=MOST_CELLS) if named else ""


# --- In words -------------------------------------------------------------------------------------


def reasons(answer: Answer, language: str) -> list[str]:
    """Return why there is no answer, a sentence each; none where there is one."""
    found = answer.findings if isinstance(answer, Refused) else ()
    return [words.sentence(one, language) for one in found]
