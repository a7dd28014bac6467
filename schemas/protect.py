"""Which observations the public may not see, so that few people stay unknown: pure.

The public sees the observations that are not withheld, and whatever else it sees (totals, ratios,
statuses, charts, sentences) is computed from those alone. So nothing can leak through a total;
what is solved here are the equations among the stored observations themselves:

- a total is the sum of the parts of an exclusive dimension, and the rest that no part covers is a
  part too; cross-breakdowns (sex x age) nest;
- figures to date of two periods, and periods that contain one another, differ by what happened
  between: a difference below the threshold is as small as a count;
- a ratio has a numerator, a denominator and what lies between, a score has its n;
- money, hours and ratios may rest on a count of people (`rests_on`);
- former versions stay visible for their days: all versions of a key are withheld together, and the
  equations are looked at as they stood on every day and across days.

What is withheld follows simple rules that rather hide too much:

- baselines and actuals below the threshold are withheld, targets never; zero is shown, for it
  describes nobody;
- breakdowns by a sensitive dimension or category, or of a sensitive indicator, are withheld whatever
  they are; a sensitive indicator's totals have the higher threshold;
- in a sum at least two cells are withheld or none, the smallest other part first, until their sum
  leaves every one of them free to be anything from 1 to the threshold;
- where periods build on one another, a period's parts of a dimension are withheld all or none, zeros
  included; so are cross-breakdowns of a slice;
- of two periods that differ too little, the one accepted first stays, then the longer one: what was
  once public is not hidden for the sake of what comes later;
- last, linear algebra looks for withheld values that can still be worked out.

What is not solved: sums over places (a series belongs to one), and what follows from a category that
has no row in one of several periods that build on one another.

The reason of a withheld observation is for those who may see it: shown to the public, it would
tell the small counts from those that only keep them company.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, groupby, pairwise
from operator import attrgetter
from typing import Any, Protocol

import numpy as np
import pandas as pd

from schemas.codes import Measure, ReportedAs, ValueType
from schemas.rows import breakdown_key, categories_of
from schemas.series import Dimension

SERIES = ["programme_code", "project_code", "place_code", "indicator_code", "value_type"]
"Whose periods and breakdowns can be computed from one another."

CELL = [*SERIES, "period_start", "period_end", "breakdown_key"]
"What is withheld together, whatever its versions."


class Reason(StrEnum):
    """Why an observation is withheld; never shown to the public."""

    FEW = "few_people"
    SENSITIVE = "sensitive"
    RESTS_ON = "rests_on_few"
    DIFFERENCE = "small_difference"
    COMPLEMENT = "complement"


class Rule(Protocol):
    """What protection must know of an indicator: a row of table `indicator` will do."""

    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def is_people(self) -> bool: ...  # noqa: D102
    @property
    def is_sensitive(self) -> bool: ...  # noqa: D102
    @property
    def rests_on(self) -> str | None: ...  # noqa: D102
    @property
    def factor(self) -> float: ...  # noqa: D102


Whose = tuple[str, str, str, str]
"Programme, project, place and value type: a series but for its indicator."

Categories = frozenset[tuple[str, str]]
Parts = tuple[float, ...]
"What of a value adds up: the value; numerator, denominator and what lies between; n. Absent is NaN."


@dataclass
class Cell:
    """One key with all its versions: (accepted, superseded, parts).

    Imagined: a total that no row tells. With a reason it is unknown to the public, else worked out.
    """

    start: int
    end: int
    is_to_date: bool
    key: str
    categories: Categories
    versions: list[tuple[int, int, Parts]] = field(default_factory=list)
    is_sensitive: bool = False
    reason: Reason | None = None
    is_imagined: bool = False

    @property
    def period(self) -> tuple[int, int]:
        """Return what cells of one slice share."""
        return self.start, self.end

    @property
    def nodes(self) -> tuple[int, int]:
        """Return the days between which the value lies; to date is since before any day."""
        return (BEGINNING if self.is_to_date else self.start), self.end

    @property
    def is_cross(self) -> bool:
        """Return whether the cell is of more than one dimension, and not withheld anyway."""
        return len(self.categories) > 1 and not self.is_sensitive


BEGINNING = -(2**62)
FOREVER = 2**63 - 1
SLACK = 1e-6

Values = dict[int, Parts]
"The cells, by position, that hold a number at one time."


@dataclass(frozen=True)
class Sum:
    """A base that is the sum of its parts and a rest.

    Closed: nothing is left over, so that the public can take one from the other.
    """

    base: int
    parts: tuple[int, ...]
    rest: Parts
    is_closed: bool


@dataclass(frozen=True)
class Scene:
    """What stood side by side at one time."""

    values: Values
    sums: list[Sum]
    chains: list[list[int]]
    "The cells of one breakdown over several periods."


@dataclass(frozen=True)
class Limits:
    """What holds for one series: thresholds, whether it counts people, whether periods build on others."""

    threshold: int
    sensitive_threshold: int
    is_counted: bool
    are_zeros_known: bool
    is_linked: bool = False


def withheld(
    frame: pd.DataFrame,
    rules: Mapping[str, Rule],
    dimensions: Mapping[str, Dimension],
    *,
    threshold: int,
    sensitive_threshold: int,
) -> pd.DataFrame:
    """Return the observations to withhold from the public: columns observation_id, reason.

    `frame` has all observations of whole projects, superseded ones included: with fewer, an equation
    would be overlooked. An indicator without a rule is left alone.
    """
    rows = _rows(frame, rules, dimensions, threshold, sensitive_threshold)
    reasons: dict[int, Reason] = {}
    people: dict[str, People] = {}
    for code in _bases_first(rows["indicator_code"].unique().tolist(), rules):
        rule = rules[code]
        mine = rows[rows["indicator_code"] == code]
        limits = Limits(
            threshold=sensitive_threshold if rule.is_sensitive else threshold,
            sensitive_threshold=max(threshold, sensitive_threshold),
            is_counted=_is_counted(rule),
            are_zeros_known=rule.measure in (Measure.COUNT, Measure.QUANTITY),
        )
        if any(other.rests_on == code for other in rules.values()):
            people[code] = People()
        for whose, cells, ids in _series(mine, 3 if rule.measure == Measure.RATIO else 1):
            if rule.rests_on in people:
                _pass_on(people[rule.rests_on], whose, cells)
            _settle(cells, dimensions, limits)
            for cell, observation_ids in zip(cells, ids, strict=True):
                if cell.reason:
                    reasons.update(dict.fromkeys(observation_ids, cell.reason))
            if code in people:
                _learn(people[code], whose, cells, limits.threshold)
    result = pd.DataFrame(
        {"observation_id": list(reasons), "reason": [str(reason) for reason in reasons.values()]}
    ).astype({"observation_id": "int64", "reason": "str"})
    return result.sort_values("observation_id", ignore_index=True)


# --- What is small or sensitive by itself -------------------------------------------------------


def _is_counted(rule: Rule) -> bool:
    """Return whether the parts of an indicator's values are people."""
    if rule.measure == Measure.SCORE:
        return True
    if rule.measure == Measure.RATIO:
        return rule.is_people or rule.is_sensitive or bool(rule.rests_on)
    return rule.measure in (Measure.COUNT, Measure.QUANTITY) and (
        rule.is_people or rule.is_sensitive
    )


def _rows(
    frame: pd.DataFrame,
    rules: Mapping[str, Rule],
    dimensions: Mapping[str, Dimension],
    threshold: int,
    sensitive_threshold: int,
) -> pd.DataFrame:
    """Return the baselines and actuals with their parts, cell, series and first reason.

    Adds columns part_0 to part_2, series, cell, is_sensitive, is_few.
    """
    is_kept = (frame["value_type"] != ValueType.TARGET) & frame["indicator_code"].isin(list(rules))
    rows = frame[is_kept].copy()
    rows["project_code"] = rows["project_code"].fillna("")

    def of_rule(attribute: str) -> Any:
        by_code = {code: getattr(rule, attribute) for code, rule in rules.items()}
        return rows["indicator_code"].map(by_code)

    measure = of_rule("measure")
    is_counted = rows["indicator_code"].map({code: _is_counted(r) for code, r in rules.items()})
    is_ratio, is_score = measure == Measure.RATIO, measure == Measure.SCORE
    is_number = measure.isin([Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY])
    # A reader with the percentage and the denominator has the numerator.
    numerator = rows["numerator"].fillna(
        rows["value"] * rows["denominator"] / of_rule("factor").astype(float)
    )
    nothing = pd.Series(np.nan, index=rows.index)
    rows["part_0"] = (
        nothing.mask(is_number, rows["value"]).mask(is_ratio, numerator).mask(is_score, rows["n"])
    )
    rows["part_1"] = nothing.mask(is_ratio, rows["denominator"])
    rows["part_2"] = nothing.mask(is_ratio, rows["denominator"] - numerator)

    limit = of_rule("is_sensitive").map({True: sensitive_threshold, False: threshold})
    parts = rows[["part_0", "part_1", "part_2", "n"]]
    is_small = parts.gt(0) & parts.lt(limit, axis=0)
    rows["is_few"] = is_small.any(axis=1) & is_counted
    keys = {key: _is_sensitive(key, dimensions) for key in rows["breakdown_key"].unique()}
    rows["is_sensitive"] = rows["breakdown_key"].map(keys).astype(bool) | (
        of_rule("is_sensitive").astype(bool) & (rows["breakdown_key"] != "")
    )
    rows["series"] = rows.groupby(SERIES).ngroup()
    rows["cell"] = rows.groupby(CELL).ngroup()
    return rows.sort_values(["series", "cell", "accepted_at"])


def _is_sensitive(key: str, dimensions: Mapping[str, Dimension]) -> bool:
    """Return whether a breakdown is by a sensitive dimension or category."""
    return any(
        dimensions[code].is_sensitive or category in dimensions[code].sensitive
        for code, category in categories_of(key).items()
        if code in dimensions
    )


def _bases_first(codes: list[str], rules: Mapping[str, Rule]) -> list[str]:
    """Return indicator codes in such an order that each comes after the one it rests on."""

    def depth(code: str, seen: frozenset[str] = frozenset()) -> int:
        base = rules[code].rests_on
        if base is None or base not in rules or code in seen:
            return 0
        return 1 + depth(base, seen | {code})

    return sorted(codes, key=lambda code: (depth(code), code))


def _series(rows: pd.DataFrame, width: int) -> Iterator[tuple[Whose, list[Cell], list[list[int]]]]:
    """Yield each series of sorted rows: whose it is, its cells, and their observations' ids."""

    def microseconds(column: str) -> "pd.Series[int]":
        times = pd.to_datetime(rows[column], utc=True).dt.as_unit("us")
        return times.astype("int64").where(times.notna(), FOREVER)

    lines = pd.DataFrame(
        {
            **{name: rows[name] for name in (*SERIES, "series", "cell", "observation_id")},
            **{name: rows[name] for name in ("is_sensitive", "is_few")},
            "start": rows["period_start"].to_numpy().astype("datetime64[D]").astype("int64"),
            "end": rows["period_end"].to_numpy().astype("datetime64[D]").astype("int64"),
            "is_to_date": rows["reported_as"] == ReportedAs.TO_DATE,
            "key": rows["breakdown_key"],
            "version": list(
                zip(
                    microseconds("accepted_at").tolist(),
                    microseconds("superseded_at").tolist(),
                    map(tuple, rows[["part_0", "part_1", "part_2"][:width]].to_numpy().tolist()),
                    strict=True,
                )
            ),
        }
    ).itertuples(index=False)
    categories = {k: frozenset(categories_of(k).items()) for k in rows["breakdown_key"].unique()}
    for _, members in groupby(lines, key=attrgetter("series")):
        cells: list[Cell] = []
        ids: list[list[int]] = []
        for _, versions in groupby(members, key=attrgetter("cell")):
            same: list[Any] = list(versions)
            one = same[0]
            reason = Reason.FEW if any(line.is_few for line in same) else None
            cells.append(
                Cell(
                    one.start,
                    one.end + 1,
                    any(line.is_to_date for line in same),
                    one.key,
                    categories[one.key],
                    [line.version for line in same],
                    one.is_sensitive,
                    Reason.SENSITIVE if one.is_sensitive else reason,
                )
            )
            ids.append([line.observation_id for line in same])
        yield (one.programme_code, one.project_code, one.place_code, one.value_type), cells, ids


@dataclass
class People:
    """What is known of the people that another indicator rests on: where any, and where few, were counted."""

    known: set[tuple[Whose, int, int, str]] = field(default_factory=set)
    few: dict[Whose, list[Cell]] = field(default_factory=lambda: defaultdict(list))


def _learn(people: People, whose: Whose, cells: Iterable[Cell], threshold: int) -> None:
    """Remember the settled cells of one series."""
    for cell in cells:
        people.known.add((whose, cell.start, cell.end, cell.key))
        if cell.reason or any(_is_close(version[2], threshold) for version in cell.versions):
            people.few[whose].append(cell)


def _pass_on(people: People, whose: Whose, cells: Iterable[Cell]) -> None:
    """Withhold what rests on few people of the same slice and breakdown.

    Where those were not counted, on few people of a wider breakdown or a longer period: fewer still
    are behind the cell.
    """
    few = people.few.get(whose, [])
    for cell in cells if few else ():
        is_known = (whose, cell.start, cell.end, cell.key) in people.known
        if not cell.reason and any(
            (other.start, other.end, other.key) == (cell.start, cell.end, cell.key)
            or (
                not is_known
                and other.start <= cell.start
                and other.end >= cell.end
                and other.categories <= cell.categories
            )
            for other in few
        ):
            cell.reason = Reason.RESTS_ON


# --- What else must be withheld, so that nothing can be worked out ------------------------------


def _settle(cells: list[Cell], dimensions: Mapping[str, Dimension], limits: Limits) -> None:
    """Withhold further cells of a series until none of those withheld can be worked out."""
    if not limits.is_counted and not any(cell.reason for cell in cells):
        return
    is_linked = _is_linked(cells)
    if not is_linked and not any(cell.key for cell in cells):
        return
    limits = replace(limits, is_linked=is_linked)
    cells = cells + _imagined(cells)
    scenes = [_scene(cells, values, dimensions) for values in _stories(cells)]

    def count() -> int:
        return sum(cell.reason is not None and not cell.is_imagined for cell in cells)

    quiet: set[tuple[int, tuple[bool, ...]]] = set()
    while True:
        before = count()
        for scene in scenes:
            _work_out(cells, scene)
            for total in scene.sums:
                _complete(cells, scene, total, limits)
        _withhold_crosses(cells)
        if is_linked:
            for scene in scenes:
                _work_out(cells, scene)
                _withhold_small_differences(cells, scene, limits, quiet)
        if count() == before and not any(_close_gap(cells, scene, limits) for scene in scenes):
            return


def _is_linked(cells: Iterable[Cell]) -> bool:
    """Return whether one period's value can be taken from another's."""
    return any(one[1] > other[0] for one, other in pairwise(sorted({c.nodes for c in cells})))


def _imagined(cells: Iterable[Cell]) -> list[Cell]:
    """Return the totals and margins that no row tells, though rows of their parts do."""
    known = {(cell.period, cell.categories) for cell in cells}
    found = []
    for cell in cells:
        for size in range(len(cell.categories)):
            for some in combinations(sorted(cell.categories), size):
                categories = frozenset(some)
                if (cell.period, categories) not in known:
                    known.add((cell.period, categories))
                    key = breakdown_key(dict(categories))
                    span = (*cell.period, cell.is_to_date)
                    found.append(Cell(*span, key, categories, is_imagined=True))
    return found


def _stories(cells: list[Cell]) -> list[Values]:
    """Return the numbers as they stood whenever one was superseded, and the last and first of each.

    Between two such moments cells are only added, so that the later state says all.
    """
    stories = {
        position: [version for version in cell.versions if any(p == p for p in version[2])]
        for position, cell in enumerate(cells)
    }
    stories = {position: story for position, story in stories.items() if story}
    found = [{position: story[-1][2] for position, story in stories.items()}]
    if all(len(story) == 1 and story[0][1] == FOREVER for story in stories.values()):
        return found
    found.append({position: story[0][2] for position, story in stories.items()})
    for moment in sorted({version[1] for story in stories.values() for version in story}):
        state = {
            position: parts
            for position, story in stories.items()
            for accepted, superseded, parts in story
            if accepted < moment <= superseded
        }
        if state not in found:
            found.append(state)
    return found


def _scene(cells: list[Cell], values: Values, dimensions: Mapping[str, Dimension]) -> Scene:
    """Return the sums among the cells that have a number at one time, parts before their bases.

    A base that was imagined is as large as the largest sum of its parts.
    """
    slices: dict[tuple[int, int], dict[Categories, int]] = defaultdict(dict)
    for position, cell in enumerate(cells):
        if cell.is_imagined or position in values:
            slices[cell.period][cell.categories] = position
    values = dict(values)
    sums: list[Sum] = []
    for places in slices.values():
        for size in range(max(map(len, places)), 0, -1):
            groups: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
            for categories, position in places.items():
                for code, category in categories if len(categories) == size else ():
                    base = places.get(categories - {(code, category)})
                    if base is not None and position in values:
                        groups[base, code][category] = position
            found = [
                (base, parts, is_exclusive, _total([values[part] for part in parts]))
                for (base, code), by_category in sorted(groups.items())
                for parts, is_exclusive in _partitions(by_category, dimensions.get(code))
            ]
            for base, _, _, total in found:
                if cells[base].is_imagined and values.get(base, total) <= total:
                    values[base] = total
            for base, parts, is_exclusive, total in found:
                rest = tuple(
                    0.0 if abs(one - other) <= SLACK * (1 + abs(one)) else one - other
                    for one, other in zip(values[base], total, strict=True)
                )
                is_closed = is_exclusive and len(parts) > 1 and 0.0 in rest
                sums.append(Sum(base, parts, rest, is_closed))
    chains: dict[str, list[int]] = defaultdict(list)
    for position in values:
        chains[cells[position].key].append(position)
    return Scene(values, sums, [chain for chain in chains.values() if len(chain) > 1])


def _partitions(
    by_category: dict[str, int], dimension: Dimension | None
) -> list[tuple[tuple[int, ...], bool]]:
    """Return the lists of cells that may make up a base, and whether they exclude one another."""
    present = frozenset(by_category)
    if dimension is None:
        lists = [present]
    elif not dimension.is_exclusive:
        lists = [frozenset([category]) for category in present]
    else:
        schemes = [present & set(scheme) for scheme in dimension.schemes.values()] or [present]
        rest = present.difference(*schemes)
        lists = [*dict.fromkeys(schemes), *(frozenset([category]) for category in rest)]
        lists = [one for one in lists if one and not any(one < other for other in lists)]
    return sorted(
        (tuple(sorted(by_category[category] for category in one)), len(one) > 1) for one in lists
    )


def _total(amounts: Iterable[Parts]) -> Parts:
    return tuple(map(sum, zip(*amounts, strict=True)))


def _is_zero(parts: Parts) -> bool:
    for part in parts:  # noqa: SIM110 (called very often)
        if part > 0 or part < 0:
            return False
    return True


def _work_out(cells: list[Cell], scene: Scene) -> None:
    """Mark the imagined cells that are told by their parts: without a reason they are as if shown."""
    for cell in cells:
        if cell.is_imagined:
            cell.reason = Reason.COMPLEMENT
    for total in scene.sums:
        if cells[total.base].is_imagined and total.is_closed and _are_shown(cells, total.parts):
            cells[total.base].reason = None


def _are_shown(cells: list[Cell], positions: Iterable[int]) -> bool:
    return all(cells[position].reason is None for position in positions)


def _spare(cells: list[Cell], scene: Scene, parts: Iterable[int], limits: Limits) -> list[int]:
    """Return which parts to withhold next: the smallest one shown that is not zero.

    All of them where periods are linked, zeros too: over several periods they would tell the rest.
    """

    def size(position: int) -> tuple[float, str]:
        return max(p for p in scene.values[position] if p == p), cells[position].key

    shown = [p for p in parts if cells[p].reason is None and not cells[p].is_imagined]
    if limits.is_linked:
        return shown
    return sorted((p for p in shown if not _is_zero(scene.values[p])), key=size)[:1]


def _withhold(
    cells: list[Cell], scene: Scene, position: int, limits: Limits, reason: Reason
) -> None:
    """Withhold a cell; one that was only imagined is withheld by its parts."""
    cells[position].reason = reason
    if cells[position].is_imagined:
        for total in scene.sums:
            if total.base == position and total.is_closed and _are_shown(cells, total.parts):
                for part in _spare(cells, scene, total.parts, limits):
                    cells[part].reason = reason


def _complete(cells: list[Cell], scene: Scene, total: Sum, limits: Limits) -> None:
    """Withhold further parts of a sum, then its base, until the withheld ones are free enough."""
    while True:
        spare = _spare(cells, scene, total.parts, limits)
        if _is_free(cells, scene, total, bool(spare), limits):
            return
        for part in spare:
            cells[part].reason = Reason.COMPLEMENT
        if not spare:
            if cells[total.base].reason or _is_zero(scene.values[total.base]):
                return
            _withhold(cells, scene, total.base, limits, Reason.COMPLEMENT)


def _is_free(
    cells: list[Cell], scene: Scene, total: Sum, is_part_spare: bool, limits: Limits
) -> bool:
    """Return whether a sum says little enough of its withheld cells.

    Being withheld says "1 to threshold - 1, or hidden for another's sake". The sum must say no more,
    though zeros are shown: with k withheld parts it has to leave threshold - 1 for each of them.
    """
    # What was imagined and cannot be worked out is like a rest: no row tells it.
    untold = [p for p in total.parts if cells[p].reason and cells[p].is_imagined]
    hidden = [p for p in total.parts if cells[p].reason and not cells[p].is_imagined]
    rest = _total([total.rest, *(scene.values[p] for p in untold)])
    is_closed = total.is_closed and not untold
    is_any = any(not _is_zero(scene.values[p]) for p in hidden)
    if limits.is_linked and is_part_spare and is_any:
        return False
    if cells[total.base].reason:
        return bool(hidden) or not is_closed or cells[total.base].is_imagined
    if not is_any:
        return not (limits.is_counted and _is_close(rest, limits.threshold))
    if is_closed and len(hidden) < 2:
        return False
    if not limits.is_counted:
        return True
    known = sum(
        limits.are_zeros_known
        and not limits.is_linked
        and not cells[p].is_sensitive
        and not cells[p].is_cross
        and not _is_zero(scene.values[p])
        for p in hidden
    )
    is_sensitive = is_part_spare and any(cells[p].is_sensitive for p in hidden)
    threshold = limits.sensitive_threshold if is_sensitive else limits.threshold
    together = _total([*(scene.values[p] for p in hidden), tuple(max(p, 0.0) for p in rest)])
    return not _is_close(together, threshold + max(known, 2) - 2)


def _is_close(parts: Parts, threshold: int) -> bool:
    """Return whether something is left, but less than the threshold."""
    for part in parts:  # noqa: SIM110 (called very often)
        if SLACK < abs(part) < threshold - SLACK:
            return True
    return False


def _withhold_crosses(cells: list[Cell]) -> None:
    """Withhold all cross-breakdowns of a slice where one of them, or a margin of theirs, is."""
    slices: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        if not cell.is_imagined:
            slices[cell.period].append(cell)
    for members in slices.values():
        crosses = [cell for cell in members if cell.is_cross]
        gone = {cell.categories for cell in members if cell.reason and not cell.is_sensitive}
        if any(one <= cross.categories for cross in crosses for one in gone):
            for cross in crosses:
                cross.reason = cross.reason or Reason.COMPLEMENT


def _withhold_small_differences(
    cells: list[Cell], scene: Scene, limits: Limits, quiet: set[tuple[int, tuple[bool, ...]]]
) -> None:
    """Withhold periods that leave too little beside another, or lay bare a withheld one.

    A period's value is what was reached by its end less what was reached by its start. So each
    shown period ties two days together: nothing small may lie between two tied days, nor may the
    ends of a withheld period be tied. `quiet` remembers the states in which a chain needed nothing.
    """
    for chain in scene.chains:
        state = tuple(cells[position].reason is None for position in chain)
        if (id(chain), state) not in quiet:
            _loosen(cells, scene, chain, limits)
            if state == tuple(cells[position].reason is None for position in chain):
                quiet.add((id(chain), state))


def _loosen(cells: list[Cell], scene: Scene, chain: list[int], limits: Limits) -> None:
    """Withhold periods of one breakdown until none tells of another."""
    gone = [p for p in chain if cells[p].reason and not _is_zero(scene.values[p])]
    secret = {cells[p].nodes for p in gone if not cells[p].is_imagined}
    has_versions = any(len(cells[p].versions) > 1 for p in chain)
    shown: list[int] = []
    tied: dict[int, dict[int, Parts]] = {}  # day: what was reached by each day tied to it
    for position in sorted(
        (p for p in chain if cells[p].reason is None),
        key=lambda p: (not _is_zero(scene.values[p]), _seniority(cells[p])),
    ):
        start, end = cells[position].nodes
        value = scene.values[position]
        zero = tuple(part * 0 for part in value)
        before, after = tied.get(start, {start: zero}), tied.get(end, {end: zero})
        shift = _less(_total([before[start], value]), after[end])
        moved = {day: _total([reached, shift]) for day, reached in after.items()}
        if before is after:
            is_bad = limits.is_counted and _is_close(shift, limits.threshold)
        else:
            is_bad = _is_telling(before, moved, secret, limits)
        if has_versions and limits.is_counted and not is_bad:
            is_bad = any(
                _differ_little(cells[position], cells[other], limits.threshold) for other in shown
            )
        if is_bad:
            _withhold(cells, scene, position, limits, Reason.DIFFERENCE)
            if not _is_zero(value):
                secret.add((start, end))
        else:
            shown.append(position)
            group = before | moved
            tied.update(dict.fromkeys(group, group))


def _is_telling(
    before: dict[int, Parts],
    after: dict[int, Parts],
    secret: Collection[tuple[int, int]],
    limits: Limits,
) -> bool:
    """Return whether to tie two groups of days would tell something small or withheld."""
    limit = limits.threshold
    for one, reached in before.items():
        for other, by_then in after.items():
            if secret:
                if (min(one, other), max(one, other)) in secret:
                    return True
                # As in a sum: each of the withheld periods between has to stay free.
                limit = limits.threshold + max(_inside(secret, one, other), 2) - 2
            if limits.is_counted and _is_close(_less(by_then, reached), limit):
                return True
    return False


def _seniority(cell: Cell) -> tuple[int, int, int]:
    """Return the order in which periods are kept: a sum of parts, which has no row to withhold, first."""
    start, end = cell.nodes
    return cell.versions[0][0] if cell.versions else BEGINNING, start - end, end


def _less(one: Parts, other: Parts) -> Parts:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _inside(periods: Iterable[tuple[int, int]], one: int, other: int) -> int:
    """Return how many of the periods fit side by side between two days."""
    low, high = min(one, other), max(one, other)
    count, reached = 0, low
    for start, end in sorted(periods, key=lambda period: period[1]):
        if start >= reached and end <= high:
            count, reached = count + 1, end
    return count


def _differ_little(one: Cell, other: Cell, threshold: int) -> bool:
    """Return whether two periods with a common start or end are too close in any two versions."""
    (start, end), (first, last) = one.nodes, other.nodes
    return (start == first) != (end == last) and any(
        _is_close(_less(a, b), threshold) for *_, a in one.versions for *_, b in other.versions
    )


# --- The last word: what linear algebra can still work out --------------------------------------

Equation = dict[Any, int]


def _close_gap(cells: list[Cell], scene: Scene, limits: Limits) -> bool:
    """Withhold one more cell where a withheld one can be worked out; return whether it was so."""
    _work_out(cells, scene)
    empty = {  # the parts of a zero that is shown are zeros
        part
        for total in scene.sums
        if cells[total.base].reason is None and _is_zero(scene.values[total.base])
        for part in total.parts
    }
    equations = [
        _equation(cells, empty, {total.base: 1, **dict.fromkeys(total.parts, -1)}, {})
        for total in scene.sums
        if total.is_closed
    ]
    if limits.is_linked:
        equations += _ties(cells, scene)
    for group in _connected([one for one in equations if one[0]]):
        unknown = sorted({name for equation, _ in group for name in equation}, key=str)
        at = {name: column for column, name in enumerate(unknown)}
        matrix = tuple(
            tuple(sorted((at[name], factor) for name, factor in equation.items()))
            for equation, _ in group
        )
        for column in _determined(matrix, len(unknown)):
            name = unknown[column]
            if not isinstance(name, int) or _is_zero(scene.values[name]):
                continue
            if cells[name].is_imagined and not (
                limits.is_counted and _is_close(scene.values[name], limits.threshold)
            ):
                continue  # no row tells it, and it is not small
            near = [p for equation, shown in group if name in equation for p in shown]
            for candidates in (near, [p for _, shown in group for p in shown]):
                deepest = max((len(cells[p].categories) for p in candidates), default=0)
                parts = [p for p in candidates if len(cells[p].categories) == deepest]
                for spare in (parts, candidates):
                    gone = _spare(cells, scene, spare, limits)
                    for position in gone:
                        cells[position].reason = Reason.COMPLEMENT
                    if gone:
                        return True
    return False


def _equation(
    cells: list[Cell], empty: Collection[int], members: Mapping[int, int], ends: Equation
) -> tuple[Equation, list[int]]:
    """Return what is unknown in an equation, with its factors, and the cells that are shown."""
    shown = [position for position in members if cells[position].reason is None]
    unknown = {p: factor for p, factor in members.items() if cells[p].reason and p not in empty}
    return {**ends, **unknown}, shown


def _ties(cells: list[Cell], scene: Scene) -> list[tuple[Equation, list[int]]]:
    """Return the equations between periods, where some run in a circle (two halves and their year)."""
    equations = []
    for chain in scene.chains:
        key = cells[chain[0]].key
        if len({cells[position].nodes[0] for position in chain}) == 1:
            continue  # figures to date alone: nothing leads back
        for position in chain:
            start, end = cells[position].nodes
            ends: Equation = {(key, start): 1, (key, end): -1}
            equations.append(_equation(cells, (), {position: 1}, ends))
    return equations


def _connected(
    equations: list[tuple[Equation, list[int]]],
) -> list[list[tuple[Equation, list[int]]]]:
    """Return the equations in groups that share unknowns."""
    group_of: dict[Any, list[tuple[Equation, list[int]]]] = {}
    for one in equations:
        merged = [one]
        for group in {
            id(group_of[name]): group_of[name] for name in one[0] if name in group_of
        }.values():
            merged += group
        for equation, _ in merged:
            for name in equation:
                group_of[name] = merged
    return list({id(group): group for group in group_of.values()}.values())


@lru_cache(maxsize=10_000)
def _determined(matrix: tuple[tuple[tuple[int, int], ...], ...], width: int) -> tuple[int, ...]:
    """Return the columns whose unknown has one value only, whatever the known side is."""
    dense = np.zeros((len(matrix), width))
    for row, factors in enumerate(matrix):
        for column, factor in factors:
            dense[row, column] = factor
    _, sizes, directions = np.linalg.svd(dense)
    free = directions[int((sizes > 1e-9).sum()) :]
    return tuple(int(column) for column in np.flatnonzero((abs(free) < 1e-9).all(axis=0)))
