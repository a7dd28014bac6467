"""Rows against their own series: what the workbook says of other periods, and what is known already.

Pure functions over frames; what a history is, `etl.history` says.
"""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from etl import flows, parts
from etl.history import SERIES, history_of, not_restated
from etl.parts import ADDITIVE, SLACK
from etl.reference import Reference
from etl.remarks import each, lines, series_text
from schemas.codes import Measure, ReportedAs, TargetBasis, TimeRule, ValueType
from schemas.findings import Finding, finding
from schemas.rows import SLICE
from schemas.words import UNKNOWN

POINTS = 4
"From so many earlier values on, a middle and a spread can be told."

FAR = 5.0
"""A value so many spreads from the middle of its series is asked about.

The spread is the median distance from the median, made comparable with a standard deviation. With
normal noise one value in a million is so far; real series have more, so it is no error."""

SPREAD = 1.4826
"The standard deviation of normal noise, in median distances from the median."

NOISE = 0.25
"""The least spread, as a share of the value: a quarter.

Without it nothing could follow a series that never changed. Together with `FAR`: less than 3.5 times
the middle is never far. Small counts scatter more, by the square root of their size."""

SHARE_NOISE = 5.0
"The least spread of a percentage, in points; more where few were asked (50 points by the root of n)."

SCORE_NOISE = 0.05
"The least spread of a score, as a part of its scale."

TENFOLD, TENFOLD_FROM = 10.0, 100.0
"""With fewer earlier values only what is ten times all of them, or a tenth, is asked about.

That is what a slipped decimal mark does; and only from 100 on, as small beginnings grow fast."""

WHOLE_PERCENT_FROM = 10.0
"Where all earlier percentages are at least so large, one below 1 was most likely meant as a fraction."


def compare(rows: pd.DataFrame, known: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Return what the rows of a workbook say against their series; the current ones are `known`.

    `known` has at least KEY, `value`, `reported_as` and `currency`; `accepted_at` says since when.
    """
    before = not_restated(known, rows)
    history = history_of(rows, before, reference)
    changed_kind = flows.flows_like_totals(history)
    told = {(found.sheet, found.cell) for found in changed_kind}
    return [
        *_overlapping(history),
        *_moved_targets(rows, known, reference),
        *changed_kind,
        *flows.falling_totals(history),
        *flows.small_totals(history),
        *_without(_far_values(history), told),
        *flows.copied_values(history),
        *flows.copied_blocks(rows, before, reference),
        *_above_budget(history, reference),
    ]


def _without(findings: Iterable[Finding], told: set[tuple[str, str]]) -> list[Finding]:
    """Return the findings about other cells than those of which more was said."""
    return [found for found in findings if (found.sheet, found.cell) not in told]


# --- Periods and targets -----------------------------------------------------------------------


def _overlapping(history: pd.DataFrame) -> list[Finding]:
    """Ask about new values whose period overlaps another of the series: they are never added up."""
    told = history[history["reported_as"] == ReportedAs.IN_PERIOD]
    told = told.sort_values([*SERIES, "period_start", "period_end"], kind="stable")
    by_series = told.groupby(SERIES, sort=False)
    latest = by_series["period_end"].cummax().groupby([told[name] for name in SERIES]).shift()
    following = by_series[["period_start", "is_new"]].shift(-1)
    # A known period that begins later is not told itself, so the new one before it is.
    is_followed = (following["period_start"] <= told["period_end"]) & (
        following["is_new"].eq(False)
    )
    overlapping = (told["period_start"] <= latest) | is_followed
    return each(told, overlapping & told["is_new"], "periods_overlap")


def _moved_targets(rows: pd.DataFrame, known: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask why a target or a baseline is another one than before, or due on another day."""
    aims = rows[(rows["value_type"] != ValueType.ACTUAL) & rows["value"].notna()]
    before = known[(known["value_type"] != ValueType.ACTUAL) & known["value"].notna()]
    aims, before = (frame[frame["breakdown_key"] == ""] for frame in (aims, before))
    if aims.empty or before.empty:
        return []
    if "accepted_at" not in before:
        before = before.assign(accepted_at=pd.Series(pd.NaT, before.index))
    columns = ["value", "accepted_at"]
    both = aims.merge(before[[*SLICE, *columns]], on=SLICE, suffixes=("", "_before"))
    moved = both[both["value"] != both["value_before"]]
    findings = [
        finding(
            "target_moved" if row.value_type == ValueType.TARGET else "baseline_moved",
            row.sheet,
            row.cell,
            found=row.raw,
            before=float(row.value_before),
            day=f"{row.period_end:%Y-%m-%d}",
            since=UNKNOWN if pd.isna(row.accepted_at) else f"{row.accepted_at:%Y-%m-%d}",
        )
        for row in lines(moved)
    ]
    return findings + _moved_days(aims, before, reference)


def _moved_days(aims: pd.DataFrame, before: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask about cumulative targets that are the same but due later, the former day left out.

    A level to be kept, or a target for each period, is the same every year and has not moved.
    """
    used = reference.project_indicators
    targets = aims[(aims["value_type"] == ValueType.TARGET) & (aims["value"] > 0)]
    last = before[before["value_type"] == ValueType.TARGET].sort_values("period_end")
    last = last.drop_duplicates(SERIES, keep="last")
    both = targets.merge(
        last[[*SERIES, "period_end", "value"]], on=SERIES, suffixes=("", "_before")
    )
    restated = set(aims[[*SERIES, "period_end"]].itertuples(index=False, name=None))
    findings = []
    for row in lines(both):
        own = reference.indicators[row.indicator_code]
        basis = used.get((row.project_code, row.indicator_code), own)
        series = tuple(getattr(row, name) for name in SERIES)
        if (
            basis.target_basis == TargetBasis.CUMULATIVE
            and row.value == row.value_before
            and row.period_end > row.period_end_before
            and (*series, row.period_end_before) not in restated
        ):
            findings.append(
                finding(
                    "target_postponed",
                    row.sheet,
                    row.cell,
                    found=row.raw,
                    before=f"{row.period_end_before:%Y-%m-%d}",
                    day=f"{row.period_end:%Y-%m-%d}",
                )
            )
    return findings


# --- Unlikely values ---------------------------------------------------------------------------


def _far_values(history: pd.DataFrame) -> list[Finding]:
    """Ask about values far from the earlier ones of their own series.

    Flows are compared by what they bring a day, so that a year may follow quarters. Zeros are left
    out: a series may begin with them, and an end is not an error. What lies within the range so far
    is never far.
    """
    days = (history["period_end"] - history["period_start"]).dt.days + 1
    is_flow = (history["reported_as"] == ReportedAs.IN_PERIOD) & (
        history["time_rule"] == TimeRule.SUM
    )
    is_flow &= history["measure"].isin(ADDITIVE)
    told = history.assign(days=days.where(is_flow, 1.0))
    told = told.assign(level=told["value"] / told["days"])
    told = told[told["level"] > 0]
    keys = ["track", "reported_as"]
    groups = told.groupby(keys, sort=False)
    by = [told[key] for key in keys]
    count = groups.cumcount()
    low = groups["level"].cummin().groupby(by).shift()
    high = groups["level"].cummax().groupby(by).shift()
    is_outside = (told["level"] > high) | (told["level"] < low)
    asked = told[told["is_new"] & is_outside].assign(count=count, low=low, high=high)
    is_far = (asked["count"] >= POINTS) & _may_be_far(asked)
    is_short = (asked["count"] < POINTS) & _is_slip(asked)
    findings = []
    for row in lines(asked[is_far | is_short]):
        points = groups.get_group((row.track, row.reported_as)).loc[: row.Index]
        earlier = points.iloc[:-1]
        if row.count >= POINTS and not _is_far(row.level, points):
            continue
        findings.append(
            finding(
                "value_far_from_series",
                row.sheet,
                row.cell,
                found=row.raw,
                series=series_text(earlier),
                median=float(f"{np.median(earlier['level']) * row.days:.4g}"),
            )
        )
    return findings


def _is_linear(points: pd.DataFrame) -> "pd.Series[bool]":
    """Return which values are compared by difference (points of a scale), not by proportion."""
    is_share = (points["measure"] == Measure.RATIO) & (points["factor"] == 100)
    return is_share | (points["measure"] == Measure.SCORE)


def _may_be_far(asked: pd.DataFrame) -> "pd.Series[bool]":
    """Return what could be far from its series, by a look at the range so far: cheap and generous."""
    factor = 2.0  # below the 3.5 that `NOISE` and `FAR` make
    outside = (asked["level"] > factor * asked["high"]) | (asked["level"] < asked["low"] / factor)
    return _is_linear(asked) | outside


def _is_slip(asked: pd.DataFrame) -> "pd.Series[bool]":
    """Return what a slipped decimal mark would do to a series too short for a middle."""
    level, days = asked["level"], asked["days"]
    up = (level >= TENFOLD * asked["high"]) & (level * days >= TENFOLD_FROM)
    down = (level <= asked["low"] / TENFOLD) & (asked["low"] * days >= TENFOLD_FROM)
    is_share = (asked["measure"] == Measure.RATIO) & (asked["factor"] == 100)
    is_fraction = is_share & (level < 1) & (asked["low"] >= WHOLE_PERCENT_FROM)
    return ((up | down) & ~_is_linear(asked)) | is_fraction


def _is_far(level: float, points: pd.DataFrame) -> bool:
    """Return whether a value is far from those before it; the last of the points is the value."""
    last = points.iloc[-1]
    earlier = points["level"].to_numpy(dtype=float)[:-1]
    if _is_linear(points.tail(1)).item():
        middle = float(np.median(earlier))
        spread = SPREAD * float(np.median(np.abs(earlier - middle)))
        if last["measure"] == Measure.SCORE:
            least = SCORE_NOISE * float(last["scale"])
        else:
            asked = float(last["denominator"])
            least = max(SHARE_NOISE, 50 / math.sqrt(asked)) if asked > 0 else SHARE_NOISE
        return abs(level - middle) > FAR * max(spread, least)
    logs = np.log(earlier)
    middle = float(np.median(logs))
    spread = SPREAD * float(np.median(np.abs(logs - middle)))
    count = math.exp(middle) * float(last["days"])
    scatter = 1 / math.sqrt(count) if last["measure"] == Measure.COUNT else 0.0
    return abs(math.log(level) - middle) > FAR * max(spread, NOISE, scatter)


# --- Money -------------------------------------------------------------------------------------


def _above_budget(history: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask about expenditure that comes to more than the budget of its project, in its currency."""
    findings = []
    spent = {c for c, row in reference.indicators.items() if parts.is_expenditure(row)}
    told = history[history["indicator_code"].isin(spent)]
    for code, rows in told.groupby("project_code", sort=False):
        project = reference.projects.get(str(code))
        if project is None or not project.budget:
            continue
        own = rows[rows["currency"] == project.currency]
        total = math.fsum(_to_now(points) for _, points in own.groupby("track"))
        if total > project.budget * (1 + SLACK):
            for row in lines(own[own["is_new"]].tail(1)):
                findings.append(
                    finding(
                        "expenditure_above_budget",
                        row.sheet,
                        row.cell,
                        found=row.raw,
                        sum=total,
                        budget=project.budget,
                        currency=project.currency,
                    )
                )
    return findings


def _to_now(points: pd.DataFrame) -> float:
    """Return what a series comes to: the last figure to date and the periods after it, none twice."""
    total, until = 0.0, pd.Timestamp.min
    dated = points[points["reported_as"] == ReportedAs.TO_DATE]
    if len(dated):
        total, until = float(dated["value"].iloc[-1]), dated["period_end"].iloc[-1]
    for row in lines(points[points["reported_as"] == ReportedAs.IN_PERIOD]):
        if row.period_start > until:
            total, until = total + row.value, row.period_end
    return total
