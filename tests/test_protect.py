"""What the public may not see: worked by hand, then attacked."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.protect import withheld
from schemas.rows import breakdown_key
from schemas.series import Dimension


@dataclass(frozen=True)
class Indicator:
    measure: str = "count"
    is_people: bool = True
    is_sensitive: bool = False
    rests_on: str | None = None
    factor: float = 1.0


RULES = {
    "PPL": Indicator(),
    "VOL": Indicator(),
    "SHELTER": Indicator(is_sensitive=True),
    "HOURS": Indicator("quantity", is_people=False, rests_on="PPL"),
    "AID": Indicator("amount", is_people=False, rests_on="PPL"),
    "SHARE": Indicator("ratio", factor=100.0),
    "SCORE": Indicator("score", is_people=False),
    "DOCS": Indicator(is_people=False),
}
AGES = ("0-17", "18-29", "30-54", "55-64", "65+")
DIMENSIONS = {
    "sex": Dimension("sex", schemes={"sex": ("F", "M", "X")}),
    "age": Dimension("age", schemes={"five": AGES, "two": ("0-29", "30+")}),
    "need": Dimension("need", is_exclusive=False),
    "disability": Dimension("disability", schemes={"yes_no": ("yes", "no")}, is_sensitive=True),
    "work": Dimension(
        "work",
        schemes={"work": ("employed", "unemployed", "refugee")},
        sensitive=frozenset({"refugee"}),
    ),
}
PERIODS = {
    "Q1": ("2023-01-01", "2023-03-31"),
    "Q2": ("2023-04-01", "2023-06-30"),
    "Q3": ("2023-07-01", "2023-09-30"),
    "Q4": ("2023-10-01", "2023-12-31"),
    "S1": ("2023-01-01", "2023-06-30"),
    "S2": ("2023-07-01", "2023-12-31"),
    "Y": ("2023-01-01", "2023-12-31"),
}


def day(number: int) -> datetime:
    return datetime(2024, 1, number, tzinfo=UTC)


def row(key: str, value: float | None, period: str = "Q1", **other: Any) -> dict[str, Any]:
    start, end = PERIODS[period]
    return {
        "programme_code": "P",
        "project_code": "DA-ES",
        "place_code": "ES-SE",
        "country_code": "ESP",
        "indicator_code": "PPL",
        "period_start": start,
        "period_end": end,
        "value_type": "actual",
        "breakdown_key": key,
        "value": value,
        "numerator": None,
        "denominator": None,
        "n": None,
        "reported_as": "in_period",
        "accepted_at": day(1),
        "superseded_at": None,
        **other,
    }


def observations(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame["observation_id"] = range(1, len(frame) + 1)
    for column in ("period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    for column in ("value", "numerator", "denominator", "n"):
        frame[column] = frame[column].astype(float)
    for column in ("accepted_at", "superseded_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def hidden(*rows: dict[str, Any], threshold: int = 5) -> dict[int, str]:
    """Return the reason of each withheld row, by its place among those given (from 0)."""
    found = withheld(
        observations(*rows), RULES, DIMENSIONS, threshold=threshold, sensitive_threshold=10
    )
    return {
        observation_id - 1: reason
        for observation_id, reason in zip(found["observation_id"], found["reason"], strict=True)
    }


def gone(table: Mapping[str, float], **other: Any) -> set[str]:
    """Return the keys that are withheld of one slice."""
    keys = list(table)
    return {keys[at] for at in hidden(*(row(key, table[key], **other) for key in keys))}


# --- Small by itself ----------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_count_of_people_below_the_threshold_is_withheld_and_zero_is_not(
    value: int, is_shown: bool
) -> None:
    assert (hidden(row("", value)) == {}) is is_shown


def test_targets_and_counts_of_things_are_never_withheld() -> None:
    assert hidden(row("", 3, value_type="target"), row("", 3, indicator_code="DOCS")) == {}


def test_a_small_baseline_is_withheld() -> None:
    assert hidden(row("", 3, value_type="baseline")) == {0: "few_people"}


def test_nothing_to_protect_is_an_empty_frame_of_the_same_columns() -> None:
    found = withheld(observations(row("", 9)), RULES, {}, threshold=5, sensitive_threshold=10)
    assert found.columns.tolist() == ["observation_id", "reason"]
    assert found.empty


def test_no_observations_are_an_empty_frame() -> None:
    found = withheld(
        observations(row("", 9)).iloc[:0], RULES, {}, threshold=5, sensitive_threshold=10
    )
    assert found.empty


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_shown"),
    [(8, 20, True), (3, 20, False), (17, 20, False), (3, 4, False), (0, 20, True), (20, 20, True)],
    ids=["enough", "few with", "few without", "few asked", "nobody", "everybody"],
)
def test_a_ratio_rests_on_three_counts(numerator: int, denominator: int, is_shown: bool) -> None:
    value = 100 * numerator / denominator
    ratio = row("", value, indicator_code="SHARE", numerator=numerator, denominator=denominator)
    assert (hidden(ratio) == {}) is is_shown
    # Who has the percentage and the denominator has the numerator.
    assert (hidden({**ratio, "numerator": None}) == {}) is is_shown


def test_a_score_of_few_answers_is_withheld() -> None:
    scores = [
        row("", 3.5, indicator_code="SCORE", n=n, period=p) for n, p in [(4, "Q1"), (9, "Q2")]
    ]
    assert hidden(*scores) == {0: "few_people"}


# --- Parts and totals ---------------------------------------------------------------------------


def test_the_other_part_keeps_a_small_one_company() -> None:
    # 12 - 9 would be 3.
    assert gone({"": 12, "sex=F": 3, "sex=M": 9}) == {"sex=F", "sex=M"}


def test_the_smallest_other_part_is_chosen() -> None:
    table = dict(zip([f"age={a}" for a in AGES], [3, 30, 12, 8, 20], strict=True))
    assert gone({"": 73, **table}) == {"age=0-17", "age=55-64"}


def test_parts_that_are_small_together_need_a_further_one() -> None:
    # 1 + 1 are known to be 2: one each. With 8 more, each may be anything up to 8.
    assert gone({"": 50, "sex=F": 1, "sex=M": 1, "sex=X": 48}) == {"sex=F", "sex=M", "sex=X"}


def test_where_every_part_is_one_the_total_goes_too() -> None:
    # Five parts that are not zero (zeros are shown) and make five are one each.
    ones = {f"age={age}": 1 for age in AGES}
    assert gone({"": 5, **ones}) == {"", *ones}


def test_two_small_parts_may_have_their_total_shown() -> None:
    assert gone({"": 5, "sex=F": 3, "sex=M": 2}) == {"sex=F", "sex=M"}


def test_a_zero_part_is_shown() -> None:
    assert gone({"": 12, "sex=F": 3, "sex=M": 9, "sex=X": 0}) == {"sex=F", "sex=M"}


def test_a_small_part_that_is_not_alone_in_not_being_known_needs_no_company() -> None:
    # 20 - 12 leaves 8: 3 men and 5 of whom the sex was not asked.
    assert gone({"": 20, "sex=F": 12, "sex=M": 3}) == {"sex=M"}


def test_a_small_rest_is_a_small_count() -> None:
    # 3 people are of an age that no row tells; the smallest band hides them.
    assert gone({"": 20, "age=0-17": 7, "age=18-29": 10}) == {"age=0-17"}


def test_of_many_answers_the_few_who_did_not_give_one_are_protected() -> None:
    assert gone({"": 20, "need=housing": 18, "need=food": 10}) == {"need=housing"}


def test_a_missing_total_leaves_a_small_part_alone() -> None:
    assert gone({"sex=F": 3, "sex=M": 9}) == {"sex=F"}


def test_a_missing_total_is_known_from_another_dimension() -> None:
    # 20 + 30 by age are all; 47 men leave 3 women.
    table = {"age=0-29": 20, "age=30+": 30, "sex=F": 3, "sex=M": 47}
    assert gone(table) == {"sex=F", "sex=M"}


def test_bands_that_unite_to_a_band_of_another_scheme_do_not_tell() -> None:
    # 0-17 and 18-29 are 0-29: to hide 3 behind 6 is enough, 9 stay visible.
    table = {"": 39, "age=0-29": 9, "age=30+": 30, "age=0-17": 3, "age=18-29": 6, "age=30-54": 30}
    assert gone(table) == {"age=0-17", "age=18-29"}


def test_ratios_and_scores_add_up_by_their_parts() -> None:
    def share(key: str, numerator: float, denominator: float) -> dict[str, Any]:
        return row(key, None, indicator_code="SHARE", numerator=numerator, denominator=denominator)

    assert set(hidden(share("", 22, 40), share("sex=F", 2, 10), share("sex=M", 20, 30))) == {1, 2}
    scores = [("", 20), ("sex=F", 4), ("sex=M", 16)]
    assert set(hidden(*(row(k, 3.5, indicator_code="SCORE", n=n) for k, n in scores))) == {1, 2}


def test_cross_breakdowns_are_shown_whole_or_not_at_all() -> None:
    table = {
        "": 100, "sex=F": 50, "sex=M": 50, "age=0-29": 40, "age=30+": 60,
        "age=0-29|sex=F": 20, "age=30+|sex=F": 30, "age=0-29|sex=M": 20, "age=30+|sex=M": 30,
    }  # fmt: skip
    crosses = {key for key in table if "|" in key}
    assert gone(table) == set()
    assert gone({**table, "age=0-29|sex=F": 3, "age=0-29|sex=M": 37}) == crosses


# --- Sensitive ----------------------------------------------------------------------------------


def test_a_sensitive_dimension_is_never_shown_by_territory_and_period() -> None:
    assert gone({"": 90, "disability=yes": 40, "disability=no": 50}) == {
        "disability=yes",
        "disability=no",
    }
    assert hidden(row("disability=yes", 40, indicator_code="DOCS")) == {0: "sensitive"}
    assert hidden(row("disability=yes", 40, value_type="target")) == {}


def test_a_sensitive_category_has_company() -> None:
    table = {"": 90, "work=employed": 50, "work=unemployed": 20, "work=refugee": 20}
    assert gone(table) == {"work=refugee", "work=unemployed"}


def test_a_sensitive_indicator_has_the_higher_threshold_and_no_breakdowns() -> None:
    assert hidden(row("", 9, indicator_code="SHELTER")) == {0: "few_people"}
    shelter = [row(key, value, indicator_code="SHELTER") for key, value in
               [("", 40), ("sex=F", 20), ("sex=M", 20)]]  # fmt: skip
    assert hidden(*shelter) == {1: "sensitive", 2: "sensitive"}


# --- What rests on people -----------------------------------------------------------------------


def test_hours_and_money_of_few_people_are_withheld() -> None:
    found = hidden(
        row("", 3), row("", 120, indicator_code="HOURS"), row("", 900, indicator_code="AID")
    )
    assert found == {0: "few_people", 1: "rests_on_few", 2: "rests_on_few"}


def test_hours_of_people_who_are_withheld_for_company_are_withheld() -> None:
    people = [row(key, value) for key, value in [("", 12), ("sex=F", 3), ("sex=M", 9)]]
    hours = [row(key, value, indicator_code="HOURS")
             for key, value in [("", 70), ("sex=F", 20), ("sex=M", 50)]]  # fmt: skip
    assert set(hidden(*people, *hours)) == {1, 2, 4, 5}


def test_hours_that_could_be_worked_out_are_withheld() -> None:
    # Men's hours of the quarter would be the half-year's less the other quarter's.
    people = [row("", 3, "Q1"), row("", 20, "Q2"), row("", 23, "S1")]
    hours = [row("", value, period, indicator_code="HOURS")
             for value, period in [(9, "Q1"), (60, "Q2"), (69, "S1")]]  # fmt: skip
    assert set(hidden(*people, *hours)) == {0, 1, 3, 4}


def test_people_who_were_counted_less_finely_still_protect() -> None:
    # Women among 3 people are fewer still; so are those of a quarter of the half-year.
    found = hidden(
        row("", 3, "S1"),
        row("sex=F", 50, "S1", indicator_code="HOURS"),
        row("", 50, "Q1", indicator_code="HOURS"),
        row("", 50, "Q3", indicator_code="HOURS"),
    )
    assert set(found) == {0, 1, 2}


# --- Periods ------------------------------------------------------------------------------------


def to_date(value: float, period: str, key: str = "", **other: Any) -> dict[str, Any]:
    return row(key, value, period, reported_as="to_date", **other)


def test_figures_to_date_that_grew_by_few_wait() -> None:
    # 12 - 10 is a count of 2; 16 is 6 more than what was shown last.
    rows = [to_date(value, period, accepted_at=day(at)) for at, (value, period) in enumerate(
        [(10, "Q1"), (12, "Q2"), (16, "Q3"), (16, "Q4")], start=1)]  # fmt: skip
    assert hidden(*rows) == {1: "small_difference"}


def test_of_figures_accepted_together_the_latest_is_kept() -> None:
    rows = [to_date(10, "Q1"), to_date(12, "Q2")]
    assert hidden(*rows) == {0: "small_difference"}


def test_a_quarter_cannot_be_taken_from_its_half_year() -> None:
    rows = [row("", 3, "Q1"), row("", 20, "Q2"), row("", 23, "S1")]
    assert hidden(*rows) == {0: "few_people", 1: "small_difference"}
    assert hidden(row("", 20, "Q2"), row("", 23, "S1")) == {0: "small_difference"}


def test_two_quarters_cannot_be_taken_from_their_year() -> None:
    rows = [row("", value, period) for value, period in
            [(3, "Q1"), (20, "Q2"), (20, "S2"), (43, "Y")]]  # fmt: skip
    assert len(hidden(*rows)) == 2


def test_to_date_and_in_period_do_not_meet() -> None:
    # 10 to date in March and 13 in June would tell the 3 of the second quarter.
    rows = [to_date(10, "Q1"), row("", 3, "Q2"), to_date(13, "Q2")]
    assert len(hidden(*rows)) == 2


def test_where_periods_build_on_one_another_parts_go_together() -> None:
    first = [
        to_date(v, "Q1", k) for k, v in [("", 40), ("sex=F", 20), ("sex=M", 10), ("sex=X", 10)]
    ]
    then = [to_date(v, "Q2", k, accepted_at=day(2)) for k, v in
            [("", 62), ("sex=F", 22), ("sex=M", 30), ("sex=X", 10)]]  # fmt: skip
    assert set(hidden(*first, *then)) == {5, 6, 7}


# --- Versions -----------------------------------------------------------------------------------


def test_all_versions_are_withheld_where_one_is_small() -> None:
    rows = [
        row("", 3, superseded_at=day(2)),
        row("", 30, accepted_at=day(2)),
    ]
    assert hidden(*rows) == {0: "few_people", 1: "few_people"}


def test_company_is_kept_on_every_day() -> None:
    old = [row(k, v, superseded_at=day(2)) for k, v in [("", 30), ("sex=F", 10), ("sex=M", 20)]]
    new = [row(k, v, accepted_at=day(2)) for k, v in
           [("", 32), ("sex=F", 10), ("sex=M", 20), ("sex=X", 2)]]  # fmt: skip
    # Today X and F hide one another; on the first day F is the total less M: M or the total goes too.
    found = set(hidden(*old, *new))
    assert {1, 4, 6} <= found
    assert found & {0, 2}


def test_parts_and_a_total_of_different_days_are_compared() -> None:
    # The total came later, without its parts; 12 - 9 would still be 3.
    rows = [row("sex=F", 3, superseded_at=day(2)), row("sex=M", 9, superseded_at=day(2)),
            row("", 12, accepted_at=day(2))]  # fmt: skip
    assert len(hidden(*rows)) == 2


# --- Attacks ------------------------------------------------------------------------------------


def test_a_zero_and_a_total_do_not_tell_the_crosses() -> None:
    # All 18 are men, so that the crosses of men, withheld for the 2, are those of everybody: the
    # 10 of the last band must not be shown either.
    table = {
        "": 18, "sex=F": 0, "sex=M": 18, "age=0-17": 2, "age=18-29": 6, "age=30-54": 10,
        "age=0-17|sex=M": 2, "age=18-29|sex=M": 6, "age=30-54|sex=M": 10,
        "age=0-17|sex=F": 0, "age=18-29|sex=F": 0, "age=30-54|sex=F": 0,
    }  # fmt: skip
    assert gone(table) == {key for key in table if key.startswith("age")}


Table = dict[tuple[str, str], list[int]]
"By period and key: which atoms (one category of each dimension in one quarter) a cell adds up."


def cells_of(dims: Mapping[str, Sequence[str]], spans: Mapping[str, Sequence[str]]) -> Table:
    quarters = sorted({quarter for span in spans.values() for quarter in span})
    atoms = list(itertools.product(quarters, *dims.values()))
    table: Table = {}
    for span, size in itertools.product(spans, range(len(dims) + 1)):
        for some in itertools.combinations(range(len(dims)), size):
            names = [list(dims)[at] for at in some]
            for categories in itertools.product(*(dims[name] for name in names)):
                chosen = dict(zip(some, categories, strict=True))
                table[span, breakdown_key({list(dims)[at]: c for at, c in chosen.items()})] = [
                    number
                    for number, (quarter, *rest) in enumerate(atoms)
                    if quarter in spans[span] and all(rest[at] == c for at, c in chosen.items())
                ]
    return table


SEX = {"sex": ("F", "M")}
ONE = {"Q1": ["Q1"]}
NEST = {"Q1": ["Q1"], "Q2": ["Q2"], "S1": ["Q1", "Q2"]}
GROWTH = {"Q1": ["Q1"], "Q2": ["Q1", "Q2"]}


@pytest.mark.parametrize(
    ("dims", "spans", "most"),
    [
        ({"age": AGES}, ONE, 6),
        ({**SEX, "age": ("0-29", "30+")}, ONE, 9),
        ({**SEX, "age": AGES[:3]}, ONE, 5),
        (SEX, NEST, 9),
        ({"sex": ("F", "M", "X")}, NEST, 5),
        (SEX, GROWTH, 9),
        ({"sex": ("F", "M", "X")}, GROWTH, 5),
    ],
    ids=["five ages", "2 x 2", "2 x 3", "sex nested", "sexes nested", "sex grows", "sexes grow"],
)
def test_trying_every_table_tells_no_more_than_that_few_are_few(
    dims: Mapping[str, Sequence[str]], spans: Mapping[str, Sequence[str]], most: int
) -> None:
    """Who tries all tables that agree with what is shown cannot narrow down a small number.

    The attacker knows that a withheld total, or part of a single period, is not zero.
    """
    table = cells_of(dims, spans)
    size = 1 + max(max(atoms, default=0) for atoms in table.values())
    guesses = np.array(list(itertools.product(range(most + 1), repeat=size)), dtype=np.int16)
    sums = {cell: guesses[:, atoms].sum(axis=1) for cell, atoms in table.items()}
    new = {key: [atom for atom in table["Q2", key] if atom not in table["Q1", key]]
           for span, key in table if span == "Q2" and spans is GROWTH}  # fmt: skip
    growth = [guesses[:, atoms].sum(axis=1) for atoms in new.values()]
    threshold = 3
    way = "to_date" if spans is GROWTH else "in_period"

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(st.lists(st.integers(0, most - 2), min_size=size, max_size=size))
    def attack(truth: list[int]) -> None:
        true = {cell: sum(truth[atom] for atom in atoms) for cell, atoms in table.items()}
        rows = [row(key, true[span, key], span, reported_as=way) for span, key in table]
        secret = {list(table)[at] for at in hidden(*rows, threshold=threshold)}
        possible = np.ones(len(guesses), dtype=bool)
        for cell in table:
            if cell not in secret:
                possible &= sums[cell] == true[cell]
            elif true[cell] and cell[1].count("=") < (2 if spans is ONE else 1):
                possible &= sums[cell] > 0
        for grown in growth:  # what happened between two figures to date is a count as well
            assert not set(grown[possible].tolist()) < set(range(1, threshold)), (true, secret)
        for cell in table:
            values = set(sums[cell][possible].tolist())
            assert not values < set(range(1, threshold)), (cell, values, true, secret)
            if cell in secret and true[cell]:
                assert len(values) > 1, (cell, values, true, secret)
                assert max(values) >= threshold - 1, (cell, values, true, secret)

    attack()


Equation = tuple[dict[Any, int], Fraction]
"A sum of unknowns by their factors, and what it is."


def solved(equations: list[Equation]) -> dict[Any, Fraction]:
    """Return the unknowns that exact elimination finds, with their values."""
    rows: dict[Any, tuple[dict[Any, Fraction], Fraction]] = {}
    for factors, known in equations:
        left = {name: Fraction(factor) for name, factor in factors.items() if factor}
        right = known
        for pivot in [name for name in rows if name in left]:
            if pivot in left:
                other, value = rows[pivot]
                times = left[pivot]
                left = {n: left.get(n, Fraction(0)) - times * other.get(n, Fraction(0))
                        for n in {*left, *other}}  # fmt: skip
                left = {name: factor for name, factor in left.items() if factor}
                right -= times * value
        if not left:
            continue
        pivot = min(left, key=str)
        scale = left[pivot]
        left, right = {n: f / scale for n, f in left.items()}, right / scale
        for name, (other, value) in list(rows.items()):
            if times := other.get(pivot, Fraction(0)):
                mixed = {n: other.get(n, Fraction(0)) - times * left.get(n, Fraction(0))
                         for n in {*left, *other}}  # fmt: skip
                rows[name] = {n: f for n, f in mixed.items() if f}, value - times * right
        rows[pivot] = left, right
    return {name: value for name, (left, value) in rows.items() if len(left) == 1}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return the rows of one series: some quarters and half-years, by sex and age, some restated."""
    is_to_date = draw(st.booleans())
    spans = draw(
        st.lists(st.sampled_from(["Q1", "Q2", "Q3", "Q4", "S1", "S2", "Y"]), min_size=1, max_size=4,
                 unique=True)
    )  # fmt: skip
    quarters = {q: [q] for q in ("Q1", "Q2", "Q3", "Q4")}
    parts = quarters | {"S1": ["Q1", "Q2"], "S2": ["Q3", "Q4"], "Y": list(quarters)}
    if is_to_date:
        ends = {"Q1": 1, "Q2": 2, "Q3": 3, "Q4": 4, "S1": 2, "S2": 4, "Y": 4}
        parts = {span: list(quarters)[:end] for span, end in ends.items()}
        spans = [span for span in spans if span.startswith("Q")] or ["Q4"]
    sexes, ages = ("F", "M", "X"), ("0-17", "18-29", "30+")
    keys = ["", *(f"sex={s}" for s in sexes), *(f"age={a}" for a in ages), "age=0-29",
            *(f"age={a}|sex={s}" for a in ages for s in sexes)]  # fmt: skip
    counts = st.integers(0, draw(st.sampled_from([3, 12, 40])))
    atoms = {atom: draw(counts) for atom in itertools.product(quarters, ages, sexes)}
    rows: list[dict[str, Any]] = []
    current: dict[str, list[dict[str, Any]]] = {}
    for at in range(1, 1 + len(spans) + draw(st.integers(0, 2))):
        span = spans[at - 1] if at <= len(spans) else draw(st.sampled_from(spans))
        if at > len(spans):  # restated: some numbers are others now
            for atom in draw(st.lists(st.sampled_from(sorted(atoms)), max_size=3)):
                atoms[atom] = draw(counts)
        for old in current.get(span, []):
            old["superseded_at"] = day(at)
        has_ages, has_crosses = draw(st.booleans()), draw(st.booleans())
        current[span] = []
        for key in keys:
            wanted = dict(part.split("=") for part in key.split("|") if part)
            if ("age" in wanted and not has_ages) or (len(wanted) > 1 and not has_crosses):
                continue
            bands = {"0-29": ("0-17", "18-29")}.get(wanted.get("age", ""), (wanted.get("age"),))
            value = sum(
                number
                for (quarter, age, sex), number in atoms.items()
                if quarter in parts[span]
                and ("age" not in wanted or age in bands)
                and wanted.get("sex", sex) == sex
            )
            way = "to_date" if is_to_date else "in_period"
            new = row(key, value, span, accepted_at=day(at), reported_as=way)
            current[span].append(new)
            rows.append(new)
    return rows


def unknown(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a number is called in equations.

    One that did not change between two days is one unknown, as an attacker would hope.
    """
    return row["period_start"], row["period_end"], row["breakdown_key"], row["value"]


def equations_between(rows: Sequence[Mapping[str, Any]]) -> list[Equation]:
    """Return what holds between the numbers of one series (`histories`), on any day."""
    equations: list[Equation] = []
    for moment in sorted({r["accepted_at"] for r in rows}):
        today = {
            (r["period_start"], r["period_end"], r["breakdown_key"]): (unknown(r), r["value"])
            for r in rows
            if r["accepted_at"] <= moment
            and (r["superseded_at"] is None or r["superseded_at"] > moment)
        }
        for (start, end, key), (whole, value) in today.items():
            above = dict(part.split("=") for part in key.split("|") if part)
            for kind, categories in [("sex", ("F", "M", "X")), ("age", ("0-17", "18-29", "30+")),
                                     ("age", ("0-29", "30+"))]:  # fmt: skip
                keys = [breakdown_key({**above, kind: c}) for c in categories]
                if kind not in above and all((start, end, k) in today for k in keys):
                    members = [today[start, end, k] for k in keys]
                    assert sum(number for _, number in members) == value
                    equations.append(({whole: 1, **{n: -1 for n, _ in members}}, Fraction(0)))
            if rows[0]["reported_as"] == "in_period":
                for first, second in [("Q1", "Q2"), ("Q3", "Q4"), ("S1", "S2")]:
                    if (start, end) == (PERIODS[first][0], PERIODS[second][1]):
                        pair = [today.get((*PERIODS[p], key)) for p in (first, second)]
                        if all(pair) and sum(p[1] for p in pair if p) == value:
                            names = {p[0]: -1 for p in pair if p}
                            equations.append(({whole: 1, **names}, Fraction(0)))
    return equations


def secrets(rows: list[dict[str, Any]]) -> set[int]:
    """Return which of the rows of one series (`histories`) are withheld, by their place."""
    ages = {"three": ("0-17", "18-29", "30+"), "two": ("0-29", "30+")}
    dimensions = {**DIMENSIONS, "age": Dimension("age", schemes=ages)}
    found = withheld(observations(*rows), RULES, dimensions, threshold=5, sensitive_threshold=10)
    return {number - 1 for number in found["observation_id"]}


@settings(max_examples=120, deadline=None, database=None, derandomize=True)
@given(histories())
def test_linear_algebra_over_all_days_finds_no_withheld_number(
    rows: list[dict[str, Any]],
) -> None:
    secret = secrets(rows)
    name = [unknown(row) for row in rows]
    equations: list[Equation] = [
        ({name[at]: 1}, Fraction(int(r["value"]))) for at, r in enumerate(rows) if at not in secret
    ]
    equations += equations_between(rows)
    known = solved(equations)
    for at in secret:
        assert not rows[at]["value"] or name[at] not in known, (rows[at], known[name[at]])
