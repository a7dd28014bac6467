"""How far values are on their way: progress, status, and the frames that pages and reports show.

Frames in are current observations with the columns of `Row`, and whatever `by` names beside them
(a theme, a goal); parts by category beside the totals, where there are any. What is computed from
an observation leads back to it by `observation_ids`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import pandas as pd

from schemas import totals
from schemas.codes import (
    Direction,
    Measure,
    PlaceRule,
    Qualifier,
    Status,
    TargetBasis,
)
from schemas.rows import categories_of
from schemas.series import (
    ADDITIVE,
    DEFAULT,
    WEIGHT,
    Dimension,
    Options,
    Point,
    Row,
    Rules,
    Settings,
    column,
    combined,
    common_currency,
    dimensions_of,
    rows_of,
    rules_of,
)
from schemas.steps import Series, Step, members
from schemas.totals import Choice, Total, add, choose, choose_of, months_before, total

__all__ = [
    "DEFAULT",
    "REASONS",
    "STATUSES",
    "Dimension",
    "Row",
    "Rules",
    "Settings",
    "Total",
    "by_category",
    "dimensions_of",
    "path",
    "progress",
    "results",
    "rules_of",
    "status",
    "status_counts",
    "total",
    "trend",
]

STATUSES = tuple(Status)
"The order in which statuses are listed."

REASONS = totals.REASONS | {
    "target_missing": "There is no target.",
    "actual_missing": "There is no value to compare with the target.",
    "baseline_missing": "There is no baseline.",
    "baseline_unknown": "The baseline is not known.",
    "outdated": "The latest value is older than one reporting round.",
    "mixed_target_basis": "Some targets are for each period, others for the whole course.",
    "target_not_additive": "The targets of different projects and places do not add up for this indicator.",
    "ceiling": "The target is an upper limit to a sum, which has no path to follow.",
    "too_early": "Too little of the way is expected by now to tell.",
    "straddles_threshold": "The value is not exact enough to tell on which side of a threshold it is.",
}
"Why there is no number or no status: per code of `reason` and `status_reason` its sentence in English."


# --- One number ---------------------------------------------------------------------------------


def progress(baseline: float, target: float, actual: float) -> float:
    """Return how much of the way from baseline to target has been covered.

    1.0 is the target met; below 0 is a move the wrong way. The same formula
    serves indicators that should fall, because both differences change sign.
    NaN where the target equals the baseline: there is no way to cover.
    """
    if target == baseline:
        return math.nan
    return (actual - baseline) / (target - baseline)


def path(bends: Sequence[tuple[date, float]], day: date) -> float:
    """Return the value expected on a day: straight lines through the bends, level outside them.

    The bends, by date, are the baseline, the milestones and the target.
    """
    if day <= bends[0][0]:
        return bends[0][1]
    for (before, low), (after, high) in pairwise(bends):
        if day < after:
            return low + (high - low) * ((day - before).days / (after - before).days)
    return bends[-1][1]


def status(
    progress: float, expected: float, *, is_due: bool = False, settings: Settings = DEFAULT
) -> tuple[str, str]:
    """Return a status and "", or "" and the reason why there is none.

    The thresholds on `progress / expected` are those of Open SDG, on a linear path and not on its
    growth rate (which needs 0.001 for a baseline of 0). `is_due`: the target's day has passed.
    """
    if math.isnan(progress) or math.isnan(expected):
        return "", "straddles_threshold"
    if not _reaches(expected, settings.min_expected):
        return "", "too_early"
    if _reaches(progress, 1.0):
        return Status.ACHIEVED, ""
    if is_due:
        is_partly = _reaches(progress, settings.acceleration)
        return (Status.PARTLY_ACHIEVED if is_partly else Status.NOT_ACHIEVED), ""
    ratio = progress / expected
    if _reaches(ratio, settings.on_track):
        return Status.ON_TRACK, ""
    if _reaches(ratio, settings.acceleration):
        return Status.ACCELERATION_NEEDED, ""
    return (Status.LIMITED_PROGRESS if _reaches(ratio, 0.0) else Status.MOVING_AWAY), ""


def _reaches(share: float, threshold: float) -> bool:
    # 0.57 of 0.6 is 0.95, but not in doubles: the last bit must not decide.
    return share >= threshold - 1e-9


def _kept_up(target: float, actual: float, direction: Direction) -> tuple[str, str]:
    """Return whether what was to stay as it was has stayed so, or become better."""
    is_kept = {
        Direction.UP: actual >= target,
        Direction.DOWN: actual <= target,
        Direction.NONE: actual == target,
    }[direction]
    return (Status.MAINTAINED if is_kept else Status.NOT_MAINTAINED), ""


def _bounds(
    low: float, high: float, qualifier: str, rules: Rules, settings: Settings
) -> tuple[float, float]:
    """Return between which numbers the truth lies, for the sake of a status."""
    if qualifier == Qualifier.AT_LEAST:
        return low, math.inf
    if qualifier == Qualifier.AT_MOST:
        is_never_negative = rules.measure in (Measure.COUNT, Measure.QUANTITY)
        return (min(0.0, low) if is_never_negative else -math.inf), high
    if qualifier == Qualifier.ABOUT:
        return low - abs(low) * settings.about, high + abs(high) * settings.about
    return low, high


# --- What a series is measured against ----------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """The way of one series: from its baseline through its milestones to its target."""

    series: Series
    baseline: float
    qualifier: str
    bends: list[tuple[date, float]]
    baseline_ids: tuple[int, ...]
    target_ids: tuple[int, ...]

    @property
    def target(self) -> float:
        """The value to be reached."""
        return self.bends[-1][1]

    @property
    def due(self) -> date:
        """The day by which it is to be reached."""
        return self.bends[-1][0]


def _course(series: Series, rules: Rules, currency: str) -> Course | str:
    """Return the way of a series, or the reason why it has none.

    Only a target of basis `level` starts at the baseline; the others start at 0, which is known.
    They start on the baseline's day, else the project's first, else that of the first value.
    """
    if not series.targets:
        return "target_missing"
    first = series.baselines[-1] if series.baselines else None
    is_level = series.basis == TargetBasis.LEVEL
    if is_level and first is None:
        return "baseline_unknown" if series.has_baseline_row else "baseline_missing"
    bends = [(goal.end, _level(goal, rules, currency)) for goal in series.targets]
    baseline = _level(first, rules, currency) if is_level and first else 0.0
    if baseline is None or any(level is None for _, level in bends):
        return "mixed_currencies" if rules.measure == Measure.AMOUNT else "target_missing"
    known = [(day, level) for day, level in bends if level is not None]
    start = first.end if first else series.start_date or series.began or known[-1][0]
    return Course(
        series,
        baseline,
        first.qualifier if is_level and first else Qualifier.EXACT,
        [(start, baseline)] * (start < known[-1][0])
        + [bend for bend in known if bend[0] > start or bend is known[-1]],
        first.observation_ids if is_level and first else (),
        series.targets[-1].observation_ids,
    )


def _level(goal: Point, rules: Rules, currency: str) -> float | None:
    """Return a baseline's or a target's value; None where it has none in the currency."""
    if goal.value is None and goal.denominator:
        return rules.factor * (goal.numerator or 0.0) / goal.denominator
    return goal.number(currency)


def _goals_of(series: Iterable[Series]) -> list[Point]:
    return [goal for one in series for goal in (*one.baselines, *one.targets)]


def _adds_up(rules: Rules) -> bool:
    return rules.place_rule == PlaceRule.SUM and rules.measure not in WEIGHT


def _in_period(series: Series, start: date, end: date) -> Series:
    """Return a series as it is in exactly one period, where it begins at 0."""
    alone = series.in_period(start, end)
    return replace(
        series,
        start_date=start,
        began=start if alone else None,
        baselines=(),
        steps=(Step(start, end, alone, alone),) if alone else (),
        targets=tuple(p for p in series.targets if (p.start, p.end) == (start, end)),
    )


def _in_last_period(series: Sequence[Series], as_of: date) -> list[Series]:
    """Return the series as they are in the last period by a day that has a target and a value."""
    targets = {(p.end, p.start) for one in series for p in one.targets}
    past = {period for period in targets if period[0] <= as_of}
    told = {(end, start) for end, start in past if any(one.in_period(start, end) for one in series)}
    end, start = max(told or past or {min(targets)})
    return [_in_period(one, start, end) for one in series]


def _standing(
    series: Sequence[Series],
    rules: Rules,
    options: Options,
    as_of: date,
    choice: Choice,
    known: Total,
) -> dict[str, Any]:
    """Return baseline, target, progress and status of the series that have all it takes.

    The same series are behind baseline, target and actual; each is expected where its own path
    is on the last day of its own actual. Where there are none, baseline and target stand alone.
    `choice` and `known` are the total of all: where that is no number, there is no status.
    """
    bases = {one.basis for one in series if one.targets}
    is_per_period = TargetBasis.PER_PERIOD in bases
    if is_per_period:
        series = _in_last_period(series, as_of)
        choice = choose(series, rules, options, as_of)
    ends = {id(part.series): part.of.end for part in choice.kept}
    oldest = months_before(as_of, options.settings.round_months)
    courses: list[Course] = []
    compared: list[Course] = []
    reasons = []
    for one in series:
        course = _course(one, rules, known.currency)
        if isinstance(course, str):
            reasons.append(course)
            continue
        courses.append(course)
        reached = one.reached(as_of)
        end = ends.get(id(one), date.min if reached and reached.told else None)
        if end is None:
            reasons.append("actual_missing")
        # What has reached the last target is final: it does not age.
        elif end < min(oldest, one.final_day or oldest):
            reasons.append("outdated")
        else:
            compared.append(course)
    standing = _goals(compared or courses, rules)
    if not compared:
        reason = max(reasons, key=list(REASONS).index, default="target_missing")
        return standing | {"status_reason": reason}
    if known.reason:
        return standing | {"status_reason": known.reason}
    if len(bases) > 1 and is_per_period:
        return standing | {"status_reason": "mixed_target_basis"}
    if not standing:
        return {"status_reason": "target_not_additive"}
    same = {id(course.series) for course in compared}
    kept = [part for part in choice.kept if id(part.series) in same]
    actual = known
    if is_per_period or len(kept) < len(choice.kept):
        actual = add(replace(choice, kept=kept), rules, known.currency)
    standing |= {
        "compared_low": actual.low,
        "compared_high": actual.high,
        "projects_compared": len({part.series.project_code for part in kept} - {""}),
    }
    if actual.reason:
        return standing | {"status_reason": actual.reason}
    on_path = math.fsum(path(course.bends, ends[id(course.series)]) for course in compared)
    is_due = all(
        course.due <= ends[id(course.series)] and course.due < as_of for course in compared
    )
    return standing | _judged(compared, actual, on_path, is_due, rules, options.settings)


def _goals(courses: list[Course], rules: Rules) -> dict[str, Any]:
    """Return baseline and target of some series together; nothing where they don't add up."""
    if not courses or (len(courses) > 1 and not _adds_up(rules)):
        return {}
    return {
        "baseline": math.fsum(course.baseline for course in courses),
        "baseline_date": min(course.bends[0][0] for course in courses),
        "baseline_ids": tuple(i for course in courses for i in course.baseline_ids),
        "target": math.fsum(course.target for course in courses),
        "target_date": max(course.due for course in courses),
        "target_ids": tuple(i for course in courses for i in course.target_ids),
    }


def _judged(
    courses: list[Course],
    actual: Total,
    on_path: float,
    is_due: bool,
    rules: Rules,
    settings: Settings,
) -> dict[str, Any]:
    """Return progress and status of series together, where `on_path` is expected of them.

    A status stands only if it is the same wherever in their bounds baseline and actual are.
    """
    baseline = math.fsum(course.baseline for course in courses)
    target = math.fsum(course.target for course in courses)
    expected = progress(baseline, target, on_path)
    low, high = sorted(progress(baseline, target, value) for value in (actual.low, actual.high))
    exact = low if low == high else math.nan
    judged = {
        "progress": exact,
        "progress_low": low,
        "progress_high": high,
        "expected": expected,
        "ratio": exact / expected if expected else math.nan,
    }
    if rules.direction == Direction.DOWN and any(
        course.series.basis != TargetBasis.LEVEL for course in courses
    ):
        return judged | {"status_reason": "ceiling"}
    qualifier = combined(course.qualifier for course in courses)
    starts = _bounds(baseline, baseline, qualifier, rules, settings)
    values = _bounds(actual.low, actual.high, actual.qualifier, rules, settings)
    verdicts = {
        _kept_up(target, value, rules.direction)
        if start == baseline == target
        else status(progress(start, target, value), expected, is_due=is_due, settings=settings)
        for start, value in product(starts, values)
    }
    verdict = verdicts.pop() if len(verdicts) == 1 else ("", "straddles_threshold")
    return judged | {"status": str(verdict[0]), "status_reason": verdict[1]}


# --- Frames for pages and reports ---------------------------------------------------------------

TOTAL = [
    "low",
    "high",
    "qualifier",
    "currency",
    "reason",
    "period_start",
    "period_end",
    "observation_ids",
]
RESULT: dict[str, Any] = {
    **dict.fromkeys(TOTAL),
    "baseline": math.nan,
    "baseline_date": None,
    "baseline_ids": (),
    "target": math.nan,
    "target_date": None,
    "target_ids": (),
    "compared_low": math.nan,
    "compared_high": math.nan,
    "progress": math.nan,
    "progress_low": math.nan,
    "progress_high": math.nan,
    "expected": math.nan,
    "ratio": math.nan,
    "status": "",
    "status_reason": "",
    "projects_compared": 0,
    "projects_reporting": 0,
    "projects_expected": 0,
}
"The columns of `results`: those of a total, then others with what stands for nothing."

Key = tuple[Any, ...]


def results(
    frame: pd.DataFrame,
    rules_by_code: Mapping[str, Rules],
    *,
    by: Sequence[str],
    as_of: date,
    settings: Settings = DEFAULT,
    dimensions: Iterable[Dimension] = (),
    parents: Mapping[str, str] | None = None,
    project_indicators: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per values of `by` and indicator: where each stands on a day.

    Columns: `by`, `indicator_code` and those of `RESULT`. `low` and `high` are the total of all
    actuals (to date, or the stock); baseline, target, `compared_low` and `compared_high` are those
    of the series that have all three, in the same currency, and progress and status rest on
    these. `progress` and `ratio` are NaN for a range; its ends are `progress_low` and `_high`.

    `project_indicators` (project_code, indicator_code, target_basis, perhaps start_date) say which
    projects are expected to report; with the columns of `by` (country_code) also where.
    """
    options = options_of(settings, dimensions, parents, project_indicators)
    groups: dict[tuple[Key, str], list[Row]] = defaultdict(list)
    for key, row in zip(_keys(frame, by), rows_of(frame), strict=True):
        groups[key, row.indicator_code].append(row)
    series = {
        (key, code): members(rows, rules_by_code[code], options, as_of, is_last_enough=True)
        for (key, code), rows in groups.items()
    }
    return results_of(
        series, rules_by_code, options, by=by, as_of=as_of, project_indicators=project_indicators
    )


def results_of(
    groups: Mapping[tuple[Key, str], Sequence[Series]],
    rules_by_code: Mapping[str, Rules],
    options: Options,
    *,
    by: Sequence[str],
    as_of: date,
    project_indicators: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return `results` of series, which are given by the values of `by` and their indicator."""
    declared = _declared(project_indicators, by)
    records = []
    for key, code in sorted({*groups, *(group for group in declared if group[1] in rules_by_code)}):
        rules = rules_by_code[code]
        series = groups.get((key, code), [])
        choice = choose(series, rules, options, as_of)
        known = add(choice, rules, common_currency([*choice.told, *_goals_of(series)]))
        result = RESULT | {name: getattr(known, name) for name in TOTAL}
        result |= _standing(series, rules, options, as_of, choice, known)
        result["projects_reporting"] = len(known.projects)
        result["projects_expected"] = _count_expected(series, declared.get((key, code), set()))
        records.append((*key, code, *result.values()))
    return _frame(records, [*by, "indicator_code", *RESULT])


def options_of(
    settings: Settings,
    dimensions: Iterable[Dimension],
    parents: Mapping[str, str] | None,
    project_indicators: pd.DataFrame | None,
) -> Options:
    """Return what adding up needs to know beside the rules; `project_indicators` as in `results`."""
    plans: dict[tuple[str, str], tuple[str, date | None]] = {}
    if project_indicators is not None:
        names = ("project_code", "indicator_code", "target_basis", "start_date")
        columns = [column(project_indicators, name) for name in names]
        plans = {(p, i): (basis or "", start) for p, i, basis, start in zip(*columns, strict=True)}
    return Options(settings, tuple(dimensions), parents or {}, plans)


def _keys(frame: pd.DataFrame, by: Sequence[str]) -> list[Key]:
    """Return the values of `by` in each row."""
    return list(zip(*(frame[name].tolist() for name in by), strict=True)) or [()] * len(frame)


def _declared(
    project_indicators: pd.DataFrame | None, by: Sequence[str]
) -> dict[tuple[Key, str], set[str]]:
    """Return the projects that are to report, by group and indicator, where that is known."""
    projects: dict[tuple[Key, str], set[str]] = defaultdict(set)
    if project_indicators is not None and {*by} <= {*project_indicators.columns}:
        names = ("indicator_code", "project_code")
        pairs = zip(*(column(project_indicators, name) for name in names), strict=True)
        for key, (code, project) in zip(_keys(project_indicators, by), pairs, strict=True):
            projects[key, code].add(project)
    return projects


def _count_expected(series: Sequence[Series], declared: set[str]) -> int:
    """Return how many projects should have reported; "not applicable" releases one from it."""
    present = {one.project_code for one in series}
    expected = {one.project_code for one in series if one.is_expected}
    return len((declared - present | expected) - {""})


def _frame(records: list[Key], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(records, columns=columns)
    for name in columns:
        if name.endswith("_date") or name in ("period_start", "period_end"):
            frame[name] = pd.to_datetime(frame[name]).dt.as_unit("s")
    return frame


TREND = [
    "period_start",
    "period_end",
    "low",
    "high",
    "in_period_low",
    "in_period_high",
    "qualifier",
    "currency",
    "target_path",
    "reason",
    "projects_reporting",
    "observation_ids",
]
"The columns of `trend`."


def trend(
    frame: pd.DataFrame,
    rules: Rules,
    *,
    by: Sequence[str] = (),
    as_of: date | None = None,
    settings: Settings = DEFAULT,
    dimensions: Iterable[Dimension] = (),
    parents: Mapping[str, str] | None = None,
    project_indicators: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per values of `by` and period of one indicator: its way so far.

    Columns: `by` and `TREND`. `low` and `high` are the total as it was on the period's last day
    (where targets are per period: of the period alone); the total of exactly this period is
    `in_period_low` and `_high` (NaN where only figures to date are known). `target_path` is what
    was expected on that day: NaN where a series has no path, or where targets don't add up.
    """
    options = options_of(settings, dimensions, parents, project_indicators)
    groups: dict[Key, list[Row]] = defaultdict(list)
    for key, row in zip(_keys(frame, by), rows_of(frame), strict=True):
        groups[key].append(row)
    series = {key: members(rows, rules, options) for key, rows in groups.items()}
    return trend_of(series, rules, options, by=by, as_of=as_of)


def trend_of(
    groups: Mapping[Key, Sequence[Series]],
    rules: Rules,
    options: Options,
    *,
    by: Sequence[str] = (),
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return `trend` of series with all of their steps, which are given by the values of `by`."""
    records = [
        (*key, *record)
        for key in sorted(groups)
        for record in _trend(groups[key], rules, options, as_of)
    ]
    return _frame(records, [*by, *TREND])


def _trend(
    series: Sequence[Series], rules: Rules, options: Options, as_of: date | None
) -> Iterator[Key]:
    steps = [step for one in series for step in one.steps if as_of is None or step.end <= as_of]
    told = [of for step in steps for of in (step.so_far, step.in_period) if of and of.told]
    currency = common_currency([*told, *_goals_of(series)])
    is_per_period = {one.basis for one in series} == {TargetBasis.PER_PERIOD}
    courses = [] if is_per_period else _courses(series, rules, currency)
    for end, start in sorted({(step.end, step.start) for step in steps}):
        alone = [one.in_period(start, end) for one in series]
        in_period = add(choose_of(series, alone, rules, options, end), rules, currency)
        so_far = add(choose(series, rules, options, end), rules, currency)
        shown = in_period if is_per_period else so_far
        if is_per_period:
            courses = _courses([_in_period(one, start, end) for one in series], rules, currency)
        yield (
            *(start, end, shown.low, shown.high),
            *(in_period.low, in_period.high, shown.qualifier, shown.currency),
            *(_expected(courses, rules, end), shown.reason, len(shown.projects)),
            shown.observation_ids,
        )


def _courses(series: Sequence[Series], rules: Rules, currency: str | None) -> list[Course | str]:
    """Return the way of each series that has a value or a target, or the reason why it has none."""
    known = [one for one in series if one.began or one.targets]
    return [_course(one, rules, currency or "") for one in known]


def _expected(courses: Sequence[Course | str], rules: Rules, day: date) -> float:
    """Return what is expected of series together on a day; NaN where one of them has no path."""
    paths = [path(course.bends, day) for course in courses if isinstance(course, Course)]
    if not paths or len(paths) < len(courses) or (len(paths) > 1 and not _adds_up(rules)):
        return math.nan
    return math.fsum(paths)


CATEGORIES = [
    "category_code",
    "scheme",
    "low",
    "high",
    "qualifier",
    "currency",
    "share",
    "coverage",
    "reason",
    "observation_ids",
]
"The columns of `by_category`."


def by_category(
    frame: pd.DataFrame,
    rules: Rules,
    dimension: Dimension,
    *,
    as_of: date | None = None,
    settings: Settings = DEFAULT,
    dimensions: Iterable[Dimension] | None = None,
    parents: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return one row per category that was reported: its total, by the rules of the indicator.

    Columns: `CATEGORIES`. Of an exclusive dimension the scheme that covers most is named; its
    `share`s are of all whose category is known, and `coverage` is how much that is of the total
    ("sex known for 0.78"). Where several may be chosen, a share is of the total, and they may be
    more than 1 together. Shares and coverage are of sums (of participations where people are
    counted twice), NaN where there are none; other schemes and "unknown" have no share.
    """
    known = (dimension,) if dimensions is None else tuple(dimensions)
    options = Options(settings, known, parents or {})
    rows = list(rows_of(frame))
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        categories = categories_of(row.breakdown_key)
        if [*categories] == [dimension.dimension_code]:
            parts[categories[dimension.dimension_code]].append(row._replace(breakdown_key=""))
    whole, *others = (
        members(some, rules, options, as_of, is_last_enough=True)
        for some in (rows, *parts.values())
    )
    by_code = dict(zip(parts, others, strict=True))
    return by_category_of(whole, by_code, rules, dimension, options, as_of=as_of)


def by_category_of(
    whole: Sequence[Series],
    parts: Mapping[str, Sequence[Series]],
    rules: Rules,
    dimension: Dimension,
    options: Options,
    *,
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return `by_category` of series: those of the total, and those of each category."""
    of_whole, *choices = (choose(some, rules, options, as_of) for some in (whole, *parts.values()))
    currency = common_currency(of for choice in (of_whole, *choices) for of in choice.told)
    of_all = add(of_whole, rules, currency)
    of_each = {
        code: add(choice, rules, currency) for code, choice in zip(parts, choices, strict=True)
    }
    scheme, codes = _widest_scheme(dimension, of_each)
    adds_up = rules.measure in ADDITIVE and currency is not None
    known = math.fsum(of_each[code].high for code in codes)
    has_coverage = adds_up and dimension.is_exclusive and of_all.qualifier in _MEASURED
    coverage = _share(known, of_all.high) if has_coverage else math.nan
    ground = known if dimension.is_exclusive else of_all.high
    order = [code for codes in dimension.schemes.values() for code in codes]
    ranked = sorted(of_each, key=lambda code: (code not in order, [*order, code].index(code), code))
    records = []
    for code in ranked:
        each = of_each[code]
        share = _share(each.high, ground) if adds_up and code in codes else math.nan
        named = scheme if code in codes or code in dimension.unknown else ""
        numbers = (each.low, each.high, each.qualifier, each.currency, share, coverage)
        records.append((code, named, *numbers, each.reason, each.observation_ids))
    return _frame(records, CATEGORIES)


_MEASURED = (Qualifier.EXACT, Qualifier.ABOUT)
"How exact a total must be to divide by it: of 'over 300', a share is not known."


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _widest_scheme(dimension: Dimension, of_each: dict[str, Total]) -> tuple[str, list[str]]:
    """Return the scheme with the largest sum of known categories, and those that have a number."""
    numbers = {
        code: each.high
        for code, each in of_each.items()
        if code not in dimension.unknown and not math.isnan(each.high)
    }
    if not dimension.is_exclusive:
        return "", list(numbers)
    fitting = {
        name: [code for code in codes if code in numbers]
        for name, codes in dimension.schemes.items()
    }
    name = max(fitting, key=lambda name: math.fsum(numbers[c] for c in fitting[name]), default="")
    return name, fitting.get(name, [])


def status_counts(results: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return how many rows of `results` have each status: `by`, status ("" for none), count.

    Progress is never averaged over indicators: a country and a goal show these counts.
    """
    counts = results.groupby([*by, "status"]).size().reset_index(name="count")
    rank = [*map(str, STATUSES), ""]
    return counts.sort_values(
        [*by, "status"],
        key=lambda values: values.map(rank.index) if values.name == "status" else values,
        ignore_index=True,
    )
