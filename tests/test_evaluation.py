"""Methods of evaluation: published examples to the printed digit, invariants, and each refusal.

Where no published example with all of its data could be verified (cost-effectiveness, social return,
LM3, the measures of a currency), an independent computation in fractions stands in; it says so.
"""

import ast
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import evaluation, words
from schemas.codes import LANGUAGES
from schemas.evaluation import (
    Answer,
    BaselineChange,
    BeforeAfter,
    CostEffectiveness,
    CurrencyMultiplier,
    DiffInDiff,
    Estimate,
    Group,
    Interval,
    Known,
    LocalSpending,
    Mark,
    Mean,
    Money,
    MonthlySeries,
    Outcome,
    Recirculation,
    Refused,
    Share,
    SocialReturn,
    Span,
    Unit,
    Velocity,
    before_after,
    change_since_baseline,
    cost_effectiveness,
    currency_multiplier,
    difference_in_differences,
    exactly,
    interrupted_series,
    local_multiplier,
    recirculation,
    segmented,
    sensitivity,
    signed,
    social_return,
    velocity,
)
from schemas.findings import SENTENCES

# --- Builders -------------------------------------------------------------------------------------

EARLY, LATE = (date(2022, 1, 1), date(2022, 6, 30)), (date(2023, 1, 1), date(2023, 6, 30))
TODAY = date(2024, 3, 31)
PERSONS = Unit({"en": "persons", "es": "personas", "fr": "personnes", "ar": "أشخاص"})


def share(count: int, n: int, period: tuple[date, date]) -> Share:
    return Share(n, count, *period)


def mean(n: int, value: float, sd: float, period: tuple[date, date]) -> Mean:
    return Mean(n, value, sd, *period)


def known(low: float, period: tuple[date, date], high: float | None = None) -> Known:
    return Known(low, low if high is None else high, *period)


def euros(low: float, high: float | None = None, best: float | None = None) -> Money:
    return Money(Span(low, low if high is None else high, best), "EUR", 2023)


def found(answer: Answer) -> Estimate:
    assert isinstance(answer, Estimate), answer
    return answer


def codes(answer: object) -> set[str]:
    assert isinstance(answer, Refused), answer
    return {one.code for one in answer.findings}


def months(values: list[float], first: date = date(2021, 1, 1)) -> tuple[tuple[date, float], ...]:
    starts = [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(len(values))
    ]
    return tuple(zip(starts, values, strict=True))


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


def earlier(*values: float) -> tuple[Known, ...]:
    return tuple(known(value, year(2015 + n)) for n, value in enumerate(values))


# --- Published examples ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
    ids=[*"abcdefgh"],
)
def test_shares_of_newcombe_1998_table_2_method_10(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    answer = found(before_after(BeforeAfter(share(*before, EARLY), share(*after, LATE))))
    assert round(answer.low / 100, 4) == low
    assert round(answer.high / 100, 4) == high
    assert answer.estimate == pytest.approx(100 * (after[0] / after[1] - before[0] / before[1]))


# Extra hours of sleep of ten patients with two drugs (Student 1908), as R's data set `sleep` has them.
SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)


def summary(values: list[float] | tuple[float, ...]) -> tuple[int, float, float]:
    """Return n, mean and standard deviation, by their definitions."""
    n, middle = len(values), math.fsum(values) / len(values)
    return n, middle, math.sqrt(math.fsum((one - middle) ** 2 for one in values) / (n - 1))


def test_means_of_student_1908_as_the_help_page_of_r_prints_them() -> None:
    first, second = (summary(values) for values in SLEEP)
    answer = found(before_after(BeforeAfter(mean(*first, EARLY), mean(*second, LATE))))
    # t.test(extra ~ group): 0.75, 2.33, 95 percent confidence interval -3.3654832 0.2054832
    assert (round(first[1], 2), round(second[1], 2)) == (0.75, 2.33)
    assert (round(answer.low, 7), round(answer.high, 7)) == (-0.2054832, 3.3654832)


def test_means_of_the_same_people_as_the_help_page_of_r_prints_them() -> None:
    first, second = (summary(values) for values in SLEEP)
    _, change, sd = summary([two - one for one, two in zip(*SLEEP, strict=True)])
    inputs = BeforeAfter(mean(*first, EARLY), mean(*second, LATE), sd_of_change=sd)
    answer = found(before_after(inputs))
    # t.test(..., paired = TRUE): mean difference -1.58, interval -2.4598858 -0.7001142
    assert answer.estimate == pytest.approx(change)
    assert (round(answer.low, 7), round(answer.high, 7)) == (0.7001142, 2.4598858)
    assert answer.n == 10


def employment(state: str, wave: int) -> tuple[float, float]:
    """Return mean and standard error of table 3 of Card and Krueger (1994)."""
    return {
        ("PA", 1): (23.33, 1.35),
        ("NJ", 1): (20.44, 0.51),
        ("PA", 2): (21.17, 0.94),
        ("NJ", 2): (21.03, 0.52),
    }[state, wave]


@pytest.mark.parametrize(("wave", "difference", "error"), [(1, -2.89, 1.44), (2, -0.14, 1.07)])
def test_rows_1_and_2_of_table_3_of_card_and_krueger_1994(
    wave: int, difference: float, error: float
) -> None:
    """Full-time equivalents in New Jersey less Pennsylvania; the sizes do not enter the error."""
    n = 1000
    groups = [employment(state, wave) for state in ("PA", "NJ")]
    pa, nj = (
        mean(n, value, se * math.sqrt(n), period)
        for (value, se), period in zip(groups, (EARLY, LATE), strict=True)
    )
    answer = found(before_after(BeforeAfter(pa, nj, level=0.9)))
    assert round(answer.estimate, 2) == difference
    # 1.6459 and 1.6456 are the 95th percentile of t with 1300 to 2000 degrees of freedom.
    assert round((answer.high - answer.low) / 2 / 1.6458, 2) == error


def test_row_4_of_table_3_of_card_and_krueger_1994() -> None:
    """Balanced sample: the changes -2.28 (1.25) and 0.47 (0.48) differ by 2.75 (1.34).

    Only changes are printed, so the level before is 0. There is one period before, so that somebody
    has to sign for parallel trends; the sizes of the two groups do not enter the error.
    """
    n = 10_000

    def group(change: float, error: float) -> Group:
        before, after = mean(n, 0.0, 9.0, EARLY), mean(n, change, 9.0, LATE)
        return Group(before, after, sd_of_change=error * math.sqrt(n))

    inputs = signed(DiffInDiff(group(0.47, 0.48), group(-2.28, 1.25)), "A. Evaluator", TODAY)
    answer = found(difference_in_differences(inputs))
    assert round(answer.estimate, 2) == 2.75
    assert round((answer.high - answer.low) / 2 / 1.9602, 2) == 1.34


# Packs of cigarettes sold a head in California, 1970 to 2000 (Abadie et al. 2010); tax since 1989.
CIGARETTES = (
    *(123.0, 121.0, 123.5, 124.4, 126.7, 127.1, 128.0, 126.4, 126.1, 121.9, 120.2, 118.6),
    *(115.4, 110.8, 104.8, 102.8, 99.7, 97.5, 90.1, 82.4, 77.8, 68.7, 67.5, 63.4, 58.6),
    *(56.4, 54.5, 53.8, 52.3, 47.2, 41.6),
)


def test_the_california_example_of_linden_2015() -> None:
    """Stata Journal 15(2), single-group analysis: newey with lag(1), trend -1.7795, level -20.0581."""
    answer = segmented(CIGARETTES, 19, lags=1)
    level, trend, jump, bend = answer.coefficients
    assert (round(level, 4), round(trend, 4)) == (132.2258, -1.7795)
    assert (round(jump, 4), round(bend, 4)) == (-20.0581, -1.4947)
    assert round(answer.errors[2], 4) == 4.7244
    assert answer.jump[0] == jump


def test_segments_agree_with_two_lines_fitted_by_hand() -> None:
    """An independent computation: a line through each side; the jump is their gap at the break."""

    def line(values: tuple[float, ...], start: int) -> tuple[float, float]:
        times = range(start, start + len(values))
        middle, height = math.fsum(times) / len(values), math.fsum(values) / len(values)
        slope = math.fsum((t - middle) * (v - height) for t, v in zip(times, values, strict=True))
        slope /= math.fsum((t - middle) ** 2 for t in times)
        return height - slope * middle, slope

    (low, before), (high, after) = line(CIGARETTES[:19], 0), line(CIGARETTES[19:], 19)
    answer = segmented(CIGARETTES, 19)
    assert answer.jump[0] == pytest.approx((high + after * 19) - (low + before * 19))
    assert answer.bend[0] == pytest.approx(after - before)
    assert answer.at_end[0] == pytest.approx((high + after * 30) - (low + before * 30))
    assert answer.expected[-1] == pytest.approx(low + before * 30)


# --- Independent computations, where no published data could be verified ---------------------------


def outcome(**changed: Any) -> Outcome:
    inputs: dict[str, Any] = {
        "name": "fewer evictions",
        "quantity": Span(8, 12, 10),
        "worth": euros(900, 1100, 1000),
        "years": 3,
        "deadweight": Span(0.2, 0.4, 0.25),
        "attribution": Span(0.1, 0.3, 0.2),
        "displacement": exactly(0.0),
        "drop_off": Span(0.1, 0.5, 0.3),
    }
    return Outcome(**inputs | changed)


RETURN = SocialReturn((euros(6000), euros(2000)), (outcome(),), 0.035)


def test_a_social_return_is_the_sum_that_a_loop_in_fractions_makes() -> None:
    """Not a published figure: that of the SROI guide could not be verified with all of its data."""
    value, total = Fraction(10 * 1000) * Fraction(3, 4) * Fraction(4, 5), Fraction(0)
    for number in (1, 2, 3):
        total += value / Fraction(1035, 1000) ** number
        value *= Fraction(7, 10)
    answer = found(social_return(signed(RETURN, "A. Evaluator", TODAY)))
    assert answer.estimate == pytest.approx(float(total / 8000))
    # 6000 * (1/1.035 + 0.7/1.035^2 + 0.49/1.035^3) = 12369.89..., over 8000
    assert round(answer.estimate, 4) == 1.5462


def test_a_local_multiplier_is_what_three_rounds_make() -> None:
    """Not a published figure: 100,000 in, 40 % spent locally, and of that again 60 %."""
    answer = found(local_multiplier(LocalSpending(euros(100_000), euros(40_000), euros(24_000))))
    assert answer.estimate == float(Fraction(100 + 40 + 24, 100)) == 1.64
    assert answer.interval == Interval.NONE
    ranged = LocalSpending(euros(100_000), euros(40_000), euros(20_000, 28_000))
    answer = found(local_multiplier(ranged))
    assert math.isnan(answer.estimate)
    assert (answer.low, answer.high) == (1.6, 1.68)


def test_the_three_measures_of_a_currency_are_their_quotients() -> None:
    """Not published figures; 2.6 a year is what de la Rosa and Stodder (2015) have for WIR."""
    used = found(currency_multiplier(CurrencyMultiplier(euros(54_000), euros(24_000))))
    again = found(recirculation(Recirculation(euros(9_000), euros(36_000))))
    half = (date(2023, 1, 1), date(2023, 6, 30))
    readings = ((date(2023, 1, 31), euros(900)), (date(2023, 6, 30), euros(1100)))
    fast = found(velocity(Velocity(euros(1300), readings, *half)))
    assert (used.estimate, again.estimate) == (2.25, 25.0)
    assert fast.estimate == pytest.approx(2.6)  # 1300 over 1000 in half a year
    assert again.said("en").startswith("Of what they earned in the currency, shops spent 25.0%")


COST = CostEffectiveness((euros(9_000), euros(3_000)), exactly(240), LATE, LATE, PERSONS)


def test_what_one_result_cost_is_a_range_where_people_are() -> None:
    """Not a published figure: 12,000 for 240 people is 50 each; for 200 to 300 of them 40 to 60."""
    assert found(cost_effectiveness(COST)).estimate == 50
    answer = found(cost_effectiveness(replace(COST, effect=Span(200, 300))))
    assert (answer.low, answer.high) == (40, 60)
    assert math.isnan(answer.estimate)
    assert answer.said("en") == (
        "€12,000.00 brought 200–300 persons: €40.00–€60.00 for each. It is a range because"
        " not everything is known exactly."
    )


def test_a_change_since_the_baseline_is_a_range_where_people_are() -> None:
    inputs = BaselineChange(known(100, EARLY), known(431, LATE, 612), PERSONS, 3)
    answer = found(change_since_baseline(inputs))
    assert (answer.low, answer.high, answer.n) == (331, 512, 3)
    assert math.isnan(answer.estimate)
    exact = found(change_since_baseline(replace(inputs, actual=known(90, LATE))))
    assert (exact.estimate, exact.interval) == (-10, Interval.NONE)
    assert exact.said("en") == (
        "Since the baseline the figure went from 100 persons to 90 persons: a change of -10 persons."
        " There is no range: every figure in it is taken as exact."
    )


def test_a_baseline_that_is_a_range_makes_the_change_one() -> None:
    inputs = BaselineChange(known(40, EARLY, 50), known(60, LATE, 75))
    answer = found(change_since_baseline(inputs))
    assert (answer.low, answer.high, answer.interval) == (10, 35, Interval.RANGE)


def test_errors_are_related_over_as_many_months_as_newey_and_west_say() -> None:
    # 4 * (31/100)^(2/9) is 3.08.
    assert segmented(CIGARETTES, 19).errors == segmented(CIGARETTES, 19, lags=3).errors
    assert segmented(CIGARETTES, 19).errors != segmented(CIGARETTES, 19, lags=2).errors


# --- Invariants -----------------------------------------------------------------------------------

NUMBERS = st.floats(-1e4, 1e4)
SPREADS = st.floats(0.01, 1e3)
SIZES = st.integers(5, 500)
MEANS = st.builds(lambda n, value, sd: (n, value, sd), SIZES, NUMBERS, SPREADS)
SHARES = SIZES.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def contains(answer: Estimate) -> bool:
    # The last bits of a percentage are not those of its ends.
    return answer.low - 1e-6 <= answer.estimate <= answer.high + 1e-6


@given(SHARES, SHARES)
@settings(max_examples=60, deadline=None)
def test_shares_the_other_way_round_differ_the_other_way(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    there = found(before_after(BeforeAfter(share(*first, EARLY), share(*second, LATE))))
    back = found(before_after(BeforeAfter(share(*second, EARLY), share(*first, LATE))))
    assert contains(there)
    assert there.estimate == -back.estimate
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -100 <= there.low <= there.high <= 100


@given(MEANS, MEANS, st.floats(0.1, 100), NUMBERS)
@settings(max_examples=60, deadline=None)
def test_means_in_another_scale_differ_in_that_scale(
    first: tuple[int, float, float],
    second: tuple[int, float, float],
    factor: float,
    shift: float,
) -> None:
    def scaled(given: tuple[int, float, float], period: tuple[date, date]) -> Mean:
        return mean(given[0], factor * given[1] + shift, factor * given[2], period)

    own = found(before_after(BeforeAfter(mean(*first, EARLY), mean(*second, LATE))))
    other = found(before_after(BeforeAfter(scaled(first, EARLY), scaled(second, LATE))))
    assert contains(own)
    assert other.low == pytest.approx(factor * own.low, abs=1e-5 * factor)
    assert other.high == pytest.approx(factor * own.high, abs=1e-5 * factor)


@given(MEANS, MEANS, st.floats(0.8, 0.98))
@settings(max_examples=40, deadline=None)
def test_more_confidence_is_a_wider_interval(
    first: tuple[int, float, float], second: tuple[int, float, float], level: float
) -> None:
    surveys = BeforeAfter(mean(*first, EARLY), mean(*second, LATE), level=level)
    narrow = found(before_after(surveys))
    wide = found(before_after(replace(surveys, level=0.99)))
    assert wide.low < narrow.low < narrow.high < wide.high


FOUR = st.lists(st.floats(0, 1000), min_size=4, max_size=4)


@given(MEANS, MEANS, FOUR)
@settings(max_examples=40, deadline=None)
def test_identical_groups_do_not_differ(
    first: tuple[int, float, float], second: tuple[int, float, float], before: list[float]
) -> None:
    group = Group(mean(*first, EARLY), mean(*second, LATE), earlier(*before))
    answer = found(difference_in_differences(DiffInDiff(group, group)))
    assert answer.estimate == 0
    assert contains(answer)


@given(MEANS, MEANS, NUMBERS, FOUR)
@settings(max_examples=40, deadline=None)
def test_a_gap_that_stays_is_no_difference_and_groups_are_antisymmetric(
    first: tuple[int, float, float],
    second: tuple[int, float, float],
    gap: float,
    before: list[float],
) -> None:
    def group(shift: float) -> Group:
        return Group(
            mean(first[0], first[1] + shift, first[2], EARLY),
            mean(second[0], second[1] + shift, second[2], LATE),
            earlier(*(round(value + shift, 6) for value in before)),
        )

    own, other = group(0.0), group(gap)
    there = difference_in_differences(DiffInDiff(own, other))
    back = difference_in_differences(DiffInDiff(other, own))
    if isinstance(there, Refused):  # rounding alone may look like a trend
        assert codes(there) == {"ran_apart"} == codes(back)
        return
    assert there.estimate == pytest.approx(0, abs=1e-7)
    assert found(back).low == pytest.approx(-there.high, abs=1e-7)


@given(st.lists(st.floats(-100, 100), min_size=20, max_size=40), NUMBERS, st.floats(-10, 10))
@settings(max_examples=40, deadline=None)
def test_a_straight_line_added_to_a_series_is_no_jump(
    values: list[float], level: float, slope: float
) -> None:
    own = segmented(values, 10)
    other = segmented([v + level + slope * t for t, v in enumerate(values)], 10)
    assert other.jump == pytest.approx(own.jump, abs=1e-5)
    assert other.bend == pytest.approx(own.bend, abs=1e-5)
    assert own.jump[1] <= own.jump[0] + 1e-9 <= own.jump[2] + 2e-9


@given(st.floats(1, 1e6), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_local_multiplier_lies_between_1_and_3(
    income: float, least: float, most: float, again: float, more: float
) -> None:
    low, high = sorted((least, most))
    third, fourth = sorted((again, more))
    rounds = LocalSpending(
        euros(income),
        euros(income * low, income * high),
        euros(income * low * third, income * high * fourth),
    )
    answer = found(local_multiplier(rounds))
    assert 1 <= answer.low <= answer.high <= 3 + 1e-9


@given(st.floats(0.01, 100), st.floats(1, 1e6), st.floats(1, 1e4))
def test_twice_the_costs_are_twice_the_cost_of_each(factor: float, cost: float, of: float) -> None:
    own = found(cost_effectiveness(replace(COST, costs=(euros(cost),), effect=exactly(of))))
    other = replace(COST, costs=(euros(factor * cost),), effect=exactly(of))
    assert found(cost_effectiveness(other)).estimate == pytest.approx(factor * own.estimate)


PARTS = st.floats(0, 1)


@given(PARTS, PARTS, PARTS, PARTS, st.floats(0, 0.2))
@settings(deadline=None)
def test_what_is_taken_off_never_adds_value(
    deadweight: float, attribution: float, displacement: float, drop_off: float, rate: float
) -> None:
    def ratio(**taken_off: float) -> float:
        shares = {name: exactly(value) for name, value in taken_off.items()}
        inputs = replace(RETURN, outcomes=(outcome(**shares),), discount_rate=rate)
        answer = found(social_return(signed(inputs, "A. Evaluator", TODAY)))
        assert answer.low <= answer.estimate <= answer.high
        return answer.estimate

    taken = {"deadweight": deadweight, "attribution": attribution, "displacement": displacement}
    some = ratio(**taken, drop_off=drop_off)
    for name in taken:
        assert ratio(**taken | {name: 0.0}, drop_off=drop_off) >= some - 1e-12
    assert ratio(**taken, drop_off=0.0) >= some - 1e-12
    assert ratio(**taken | {"deadweight": 1.0}, drop_off=drop_off) == 0


# --- Signatures -----------------------------------------------------------------------------------


def test_nothing_of_a_social_return_is_shown_before_somebody_signs() -> None:
    assert codes(social_return(RETURN)) == {"signature_missing"}
    assert codes(sensitivity(RETURN)) == {"signature_missing"}
    nobody = signed(RETURN, "  ", TODAY)
    assert codes(social_return(nobody)) == {"signature_missing"}


def test_assumptions_that_change_after_they_were_signed_are_signed_again() -> None:
    inputs = signed(RETURN, "A. Evaluator", TODAY)
    assert "A. Evaluator signed on 31 Mar 2024" in found(social_return(inputs)).said("en")
    bolder = replace(inputs, outcomes=(outcome(deadweight=exactly(0.0)),))
    assert codes(social_return(bolder)) == {"signed_otherwise"}
    assert found(social_return(signed(bolder, "A. Evaluator", TODAY)))


def test_a_sensitivity_chart_has_a_bar_for_each_kind_of_assumption_the_widest_first() -> None:
    inputs = signed(RETURN, "A. Evaluator", TODAY)
    marks = sensitivity(inputs)
    assert not isinstance(marks, Refused)
    reach = [mark.high - mark.low for mark in marks]
    assert reach == sorted(reach, reverse=True)
    by_name = {mark.label: mark for mark in marks}
    best = found(social_return(inputs)).estimate
    # 8 to 12 of them instead of 10; nothing is displaced in any case.
    assert by_name["Quantity"][2:4] == pytest.approx((0.8 * best, 1.2 * best))
    assert by_name["Displacement"][1:4] == pytest.approx((best, best, best))
    # 0.75 is kept at best guess, 0.6 at worst and 0.8 at best.
    assert by_name["Deadweight"][2:4] == pytest.approx((0.6 / 0.75 * best, 0.8 / 0.75 * best))
    frame = found(social_return(inputs)).frame("en")
    assert list(frame["label"]) == [mark.label for mark in marks]
    assert list(frame.columns) == [*Mark._fields]


def test_parallel_trends_are_shown_by_earlier_periods_or_signed_for() -> None:
    own = Group(known(50, year(2020)), known(80, year(2022)))
    other = Group(known(40, year(2020)), known(55, year(2022)))
    bare = DiffInDiff(own, other)
    assert codes(difference_in_differences(bare)) == {"earlier_missing", "signature_missing"}
    by = found(difference_in_differences(signed(bare, "A. Evaluator", TODAY)))
    assert (by.estimate, by.interval, by.n) == (15, Interval.NONE, 4)
    assert "A. Evaluator signed for it on 31 Mar 2024." in " ".join(by.assumed("en"))
    shown = DiffInDiff(
        replace(own, earlier=earlier(30, 35, 41)), replace(other, earlier=earlier(20, 26, 30))
    )
    answer = found(difference_in_differences(shown))
    # Gaps 10, 9, 11, 10: the slope is (3 * 0 + 1 * 2) / 10 = 0.2 a period.
    assert answer.told["trend"].low == pytest.approx(0.2)
    assert answer.estimate == 15
    apart = replace(shown, own=replace(own, earlier=earlier(10, 23.5, 36)))
    apart = replace(apart, other=replace(other, earlier=earlier(30, 33, 36)))
    assert codes(difference_in_differences(apart)) == {"ran_apart"}


def test_only_periods_that_both_have_show_parallel_trends() -> None:
    own = Group(known(50, year(2020)), known(80, year(2022)), earlier(30, 35, 41))
    elsewhere = tuple(known(n, year(2000 + n)) for n in range(3))
    other = Group(known(40, year(2020)), known(55, year(2022)), elsewhere)
    assert "earlier_missing" in codes(difference_in_differences(DiffInDiff(own, other)))


def test_a_period_that_does_not_end_before_is_not_earlier() -> None:
    late = (known(30, year(2018)), known(31, year(2020)), known(32, year(2021)))
    own = Group(known(50, year(2020)), known(80, year(2022)), late)
    refused = difference_in_differences(DiffInDiff(own, own))
    assert isinstance(refused, Refused)
    assert refused.findings[0].arguments["value"] == 1


# --- Refusals -------------------------------------------------------------------------------------

SURVEYS = BeforeAfter(mean(50, 10, 3, EARLY), mean(60, 12, 3, LATE))
TWO = DiffInDiff(
    Group(mean(50, 10, 3, EARLY), mean(50, 14, 3, LATE), earlier(7, 8, 9)),
    Group(mean(50, 9, 3, EARLY), mean(50, 10, 3, LATE), earlier(6, 7.2, 8.1)),
)
SERIES = MonthlySeries(months([float(n % 5) for n in range(24)]), date(2022, 1, 1))
ROUNDS = LocalSpending(euros(100), euros(50), euros(20))
PACE = Velocity(euros(10), ((date(2023, 3, 1), euros(5)),), *LATE)


def of_outcome(**changed: Any) -> SocialReturn:
    return signed(replace(RETURN, outcomes=(outcome(**changed),)), "A. Evaluator", TODAY)


NAN = math.nan
REFUSALS: list[tuple[str, Callable[[Any], object], Any]] = [
    ("figure_missing", before_after, replace(SURVEYS, after=mean(60, NAN, 3, LATE))),
    ("figure_missing", change_since_baseline, BaselineChange(known(1, EARLY), known(NAN, LATE))),
    ("figure_missing", cost_effectiveness, replace(COST, costs=())),
    ("figure_missing", velocity, replace(PACE, supplies=())),
    ("figure_missing", social_return, signed(replace(RETURN, outcomes=()), "A", TODAY)),
    ("sample_too_small", before_after, replace(SURVEYS, before=mean(4, 10, 3, EARLY))),
    ("sample_too_small", difference_in_differences,
     replace(TWO, other=replace(TWO.other, after=mean(4, 10, 3, LATE)))),
    ("count_impossible", before_after, BeforeAfter(share(9, 8, EARLY), share(3, 8, LATE))),
    ("events_too_few", difference_in_differences,
     DiffInDiff(Group(share(4, 50, EARLY), share(20, 50, LATE)),
                Group(share(20, 50, EARLY), share(20, 50, LATE)))),
    ("sd_negative", before_after, replace(SURVEYS, before=mean(50, 10, -3, EARLY))),
    ("no_spread", before_after, BeforeAfter(mean(50, 1, 0, EARLY), mean(50, 2, 0, LATE))),
    ("no_spread", interrupted_series, replace(SERIES, values=months([3.0] * 24))),
    ("unlike_figures", before_after, BeforeAfter(mean(50, 1, 1, EARLY), share(5, 50, LATE))),
    ("unlike_figures", difference_in_differences,
     replace(TWO, other=Group(known(1, EARLY), known(2, LATE)))),
    ("not_the_same_people", before_after, replace(SURVEYS, sd_of_change=2.0)),
    ("not_the_same_people", difference_in_differences,
     replace(TWO, own=replace(TWO.own, after=mean(49, 14, 3, LATE), sd_of_change=2.0))),
    ("shares_of_the_same_people", before_after,
     BeforeAfter(share(5, 50, EARLY), share(9, 50, LATE), sd_of_change=1.0)),
    ("level_impossible", before_after, replace(SURVEYS, level=95)),
    ("level_impossible", interrupted_series, replace(SERIES, level=0.5)),
    ("range_turned", change_since_baseline, BaselineChange(known(1, EARLY), known(9, LATE, 8))),
    ("range_turned", cost_effectiveness, replace(COST, effect=Span(10, 20, 30))),
    ("before_not_before", before_after, replace(SURVEYS, before=mean(50, 10, 3, LATE))),
    ("before_not_before", change_since_baseline, BaselineChange(known(1, LATE), known(2, EARLY))),
    ("periods_apart", difference_in_differences,
     replace(TWO, other=replace(TWO.other, before=mean(50, 9, 3, year(2019))))),
    ("periods_apart", cost_effectiveness, replace(COST, effect_period=EARLY)),
    ("periods_apart", velocity, replace(PACE, start=date(2023, 4, 1))),
    ("earlier_missing", difference_in_differences,
     replace(TWO, own=replace(TWO.own, earlier=earlier(7)))),
    ("ran_apart", difference_in_differences,
     replace(TWO, own=replace(TWO.own, earlier=earlier(1, 4.1, 7)))),
    ("months_too_few", interrupted_series, replace(SERIES, began=date(2022, 6, 1))),
    ("months_too_few", interrupted_series, replace(SERIES, values=())),
    ("months_too_few", interrupted_series,
     replace(SERIES, began=date(2021, 12, 1), has_seasons=True)),
    ("months_missing", interrupted_series,
     replace(SERIES, values=SERIES.values[:5] + SERIES.values[6:])),
    ("months_missing", interrupted_series,
     replace(SERIES, values=(*SERIES.values, SERIES.values[0]))),
    ("negative_money", cost_effectiveness, replace(COST, costs=(euros(-1),))),
    ("negative_money", recirculation, Recirculation(euros(-1), euros(5))),
    ("negative_money", local_multiplier, replace(ROUNDS, spent_again=euros(-1, 5))),
    ("unlike_currencies", cost_effectiveness,
     replace(COST, costs=(euros(1), replace(euros(1), currency="TND")))),
    ("unlike_currencies", local_multiplier,
     replace(ROUNDS, spent_again=replace(euros(1), currency="JOD"))),
    ("unlike_prices", cost_effectiveness,
     replace(COST, costs=(euros(1), replace(euros(1), price_year=2019)))),
    ("unlike_prices", social_return, of_outcome(worth=Money(exactly(10), "EUR", 2010))),
    ("divided_by_zero", cost_effectiveness, replace(COST, effect=Span(0, 5))),
    ("divided_by_zero", currency_multiplier, CurrencyMultiplier(euros(5), euros(0))),
    ("divided_by_zero", social_return,
     signed(replace(RETURN, investment=(euros(0),)), "A", TODAY)),
    ("divided_by_zero", local_multiplier, LocalSpending(euros(0), euros(0), euros(0))),
    ("round_grows", local_multiplier, replace(ROUNDS, spent_again=euros(51))),
    ("round_grows", local_multiplier,
     replace(ROUNDS, spent_locally=euros(50, 80), spent_again=euros(60, 70))),
    ("share_impossible", social_return, of_outcome(deadweight=exactly(1.2))),
    ("share_impossible", social_return, of_outcome(drop_off=exactly(-0.1))),
    ("quantity_negative", social_return, of_outcome(quantity=exactly(-3))),
    ("no_years", social_return, of_outcome(years=0)),
    ("number_too_large", social_return, of_outcome(years=101)),
    ("rate_impossible", social_return, signed(replace(RETURN, discount_rate=-1), "A", TODAY)),
    ("best_guess_missing", social_return, of_outcome(quantity=Span(8, 12))),
    ("signature_missing", social_return, RETURN),
    ("signed_otherwise", social_return,
     replace(signed(RETURN, "A", TODAY), discount_rate=0.05)),
]  # fmt: skip

OF_FRAMES = {
    "figure_bounded",
    "baseline_not_reported",
    "no_common_period",
    "not_monthly",
    "not_exact",
}
"What is refused before a method is asked: `tests/test_evaluation_frames.py`."


@pytest.mark.parametrize(
    ("code", "method", "inputs"), REFUSALS, ids=[f"{one[0]} {one[1].__name__}" for one in REFUSALS]
)
def test_what_cannot_be_is_refused(
    code: str, method: Callable[[Any], object], inputs: object
) -> None:
    refused = method(inputs)
    assert code in codes(refused)
    assert isinstance(refused, Refused)
    for language in LANGUAGES:
        assert "…" not in refused.said(language)
        assert "{" not in refused.said(language)


def test_every_finding_of_the_methods_has_a_bad_case() -> None:
    folder = Path(evaluation.__file__).parent
    told = {
        node.args[0].value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "finding"
        and isinstance(node.args[0], ast.Constant)
    }
    assert told == {code for code, _, _ in REFUSALS} | OF_FRAMES
    assert told <= {*SENTENCES}


def test_all_faults_are_found_at_once() -> None:
    inputs = CostEffectiveness(
        (euros(-1), replace(euros(1), currency="TND")), Span(5, 4), EARLY, LATE
    )
    assert codes(cost_effectiveness(inputs)) == {
        "negative_money",
        "unlike_currencies",
        "range_turned",
        "periods_apart",
    }


# --- Monthly series -------------------------------------------------------------------------------


def test_a_jump_is_told_with_the_month_and_how_far_it_led() -> None:
    noise = [0.0, 0.3, -0.2, 0.1, -0.3, 0.2]
    values = [10 + n + noise[n % 6] + (5 + 2 * (n - 12) if n >= 12 else 0) for n in range(24)]
    answer = found(
        interrupted_series(MonthlySeries(months(values), date(2022, 1, 17), Unit(decimals=0)))
    )
    assert answer.said("en").startswith(
        "In Jan 2022, when the project began, the figure jumped by +5. Since then its change from"
        " month to month differs by +2 from before; after 12 months it is +27 away"
    )
    assert (answer.n, answer.interval) == (24, Interval.CONFIDENCE)
    frame = answer.frame("fr")
    observed = frame[frame["label"] == words.text("Observed", "fr")]
    continued = frame[frame["label"] == words.text("Expected from the earlier trend", "fr")]
    assert list(observed["value"]) == values
    assert (len(continued), continued["day"].min().month) == (12, 1)


def test_eight_months_on_each_side_are_enough() -> None:
    series = MonthlySeries(months([float(n % 5) for n in range(16)]), date(2021, 9, 1))
    assert found(interrupted_series(series)).n == 16
    fewer = replace(series, values=series.values[1:])
    assert codes(interrupted_series(fewer)) == {"months_too_few"}


def test_seasons_are_allowed_for() -> None:
    wave = [10 * math.sin(2 * math.pi * n / 12) + 0.1 * (n % 3) for n in range(30)]
    inputs = MonthlySeries(months(wave), date(2022, 4, 1))
    plain = found(interrupted_series(inputs))
    seasonal = found(interrupted_series(replace(inputs, has_seasons=True)))
    assert abs(plain.estimate) > 10 * abs(seasonal.estimate)
    assert abs(seasonal.estimate) < 0.2
    assert len(seasonal.assumptions) == len(plain.assumptions) + 1


def test_a_series_without_any_noise_has_an_interval_of_no_width() -> None:
    values = [2.0 * n + (7 if n >= 12 else 0) for n in range(24)]
    answer = found(interrupted_series(MonthlySeries(months(values), date(2022, 1, 1))))
    assert (answer.low, answer.estimate, answer.high) == pytest.approx((7, 7, 7))


# --- In six languages -----------------------------------------------------------------------------

ANSWERS = [
    change_since_baseline(BaselineChange(known(100, EARLY), known(431, LATE, 612), PERSONS)),
    before_after(SURVEYS),
    before_after(BeforeAfter(share(10, 80, EARLY), share(40, 80, LATE))),
    before_after(BeforeAfter(mean(50, 9, 3, EARLY), mean(50, 9.5, 3, LATE), sd_of_change=4.0)),
    difference_in_differences(TWO),
    difference_in_differences(
        signed(replace(TWO, own=replace(TWO.own, earlier=())), "A. Evaluator", TODAY)
    ),
    interrupted_series(SERIES),
    cost_effectiveness(replace(COST, effect=Span(200, 300))),
    social_return(signed(RETURN, "A. Evaluator", TODAY)),
    local_multiplier(ROUNDS),
    currency_multiplier(CurrencyMultiplier(euros(54), euros(24))),
    recirculation(Recirculation(euros(9), euros(36))),
    velocity(PACE),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", ANSWERS, ids=[found(one).method.code for one in ANSWERS])
def test_an_answer_is_said_in_every_language(answer: Answer, language: str) -> None:
    told = found(answer)
    sentences = [told.said(language), told.method.explained(language), *told.assumed(language)]
    assert all(one and "{" not in one for one in sentences)
    assert told.method.formula
    assert told.method.source
    assert not told.frame(language).empty
    if language != "en":
        english = [told.said("en"), told.method.explained("en"), *told.assumed("en")]
        assert not {*sentences} & {*english}


def test_zero_in_the_range_is_said() -> None:
    nothing = found(before_after(replace(SURVEYS, after=mean(60, 10.1, 3, LATE))))
    something = found(before_after(SURVEYS))
    assert "Zero is in this range" in nothing.said("en")
    assert "Zero is not in this range" in something.said("en")


def test_money_and_shares_are_written_as_readers_write_them() -> None:
    answer = found(before_after(BeforeAfter(share(10, 80, EARLY), share(40, 80, LATE))))
    assert "+37,5 " in answer.said("es")
    cost = found(cost_effectiveness(COST))
    assert "50,00\u00a0€" in cost.said("pt")


def test_a_page_does_not_wait_for_statistics() -> None:
    code = "import sys, schemas.evaluation; print({'scipy', 'statsmodels'} & {*sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
