"""A figure now against the same figure before: since a baseline, and between two surveys."""

import math
from dataclasses import dataclass

from schemas.evaluation.answers import (
    COUNTED_ALIKE,
    PERCENT,
    PLAIN,
    Answer,
    Estimate,
    How,
    Interval,
    Mark,
    Method,
    Refused,
    Unit,
    change,
    count,
    value,
)
from schemas.evaluation.inputs import (
    Known,
    Mean,
    Share,
    figure_faults,
    kind_faults,
    level_faults,
    number_faults,
    order_faults,
)
from schemas.findings import finding
from schemas.words import N_

SINCE_BASELINE = Method(
    "since_baseline",
    N_("Change since the baseline"),
    "A − B",
    N_(
        "The latest figure is compared with the one from before the project. This shows what has changed, but not why: part of it might have happened without the project."
    ),
    "OECD (2023), Glossary of Key Terms in Evaluation and Results-Based Management, 2nd ed.",
    is_difference=True,
    refusals=N_(
        "There is no answer without a reported baseline, or where the latest figure is only known as “at least” or “at most”."
    ),
)

SURVEYS = N_(
    "People were asked before and after. As only some were asked, chance moves the answers a little even if nothing changes; the range says by how much. Even a sure change does not prove that the project brought it about."
)

FEW_ANSWERS = N_(
    "There is no answer from fewer than five answers, or where the first survey does not end before the second begins."
)

WELCH = Method(
    "welch",
    N_("Difference between two means (Welch)"),
    "x̄₂ − x̄₁ ± t(ν) √(s₁²/n₁ + s₂²/n₂)",
    SURVEYS,
    "Welch, B. L. (1947), Biometrika 34, 28–35, doi:10.1093/biomet/34.1-2.28",
    is_difference=True,
    refusals=FEW_ANSWERS,
)

PAIRED = Method(
    "paired",
    N_("Mean change of the same people (paired t)"),
    "d̄ ± t(n−1) s_d/√n",
    SURVEYS,
    "Student (1908), Biometrika 6, 1–25, doi:10.1093/biomet/6.1.1",
    is_difference=True,
    refusals=FEW_ANSWERS,
)

NEWCOMBE = Method(
    "newcombe",
    N_("Difference between two shares (Newcombe)"),
    "p₂ − p₁; δ = √((p₂−l₂)² + (u₁−p₁)²), ε = √((p₁−l₁)² + (u₂−p₂)²)",
    SURVEYS,
    "Newcombe, R. G. (1998), Statistics in Medicine 17, 873–890, method 10",
    is_difference=True,
    refusals=FEW_ANSWERS,
)

BEFORE, AFTER = N_("Before"), N_("After")


@dataclass(frozen=True)
class BaselineChange:
    """A figure from before and the latest one; `n` is how many projects both are of."""

    baseline: Known
    actual: Known
    unit: Unit = PLAIN
    n: int = 1


def change_since_baseline(inputs: BaselineChange) -> Answer:
    """Return by how much a figure has changed since its baseline, in its own unit.

    Formula: actual − baseline. Where they are ranges the change is one, from `A.low − B.high` to
    `A.high − B.low`. Assumes that both count the same thing alike. Refused: a number that is
    missing, a baseline that is not from before. Source: OECD (2023), Glossary of Key Terms in
    Evaluation and Results-Based Management (baseline, change); style.md: actual minus baseline.
    """
    baseline, actual, unit = inputs.baseline, inputs.actual, inputs.unit
    faults = [*figure_faults(baseline), *figure_faults(actual), *order_faults(baseline, actual)]
    if faults:
        return Refused(SINCE_BASELINE, tuple(faults))
    low, high = actual.low - baseline.high, actual.high - baseline.low
    return Estimate(
        SINCE_BASELINE,
        actual.middle - baseline.middle,
        low,
        high,
        Interval.NONE if low == high else Interval.RANGE,
        inputs.n,
        How.CHANGE,
        unit,
        (
            N_(
                "Since the baseline the figure went from {before} to {after}: a change of {estimate}."
            ),
        ),
        {
            "before": value(baseline.low, unit, baseline.high),
            "after": value(actual.low, unit, actual.high),
            "estimate": change(low, unit, high),
        },
        (COUNTED_ALIKE,),
        (
            Mark(BEFORE, baseline.middle, baseline.low, baseline.high, baseline.end),
            Mark(AFTER, actual.middle, actual.low, actual.high, actual.end),
        ),
    )


@dataclass(frozen=True)
class BeforeAfter:
    """Two surveys with the same question: two means, or two shares.

    `sd_of_change`: where the *same* people were asked twice, the standard deviation of what each
    of them changed by; else the two samples are taken to be independent.
    """

    before: Mean | Share
    after: Mean | Share
    unit: Unit = PLAIN
    sd_of_change: float | None = None
    level: float = 0.95


REPRESENTATIVE = N_("Those who answered stand for all, both times: they were drawn at random.")
INDEPENDENT = N_("Those asked afterwards were drawn independently of those asked before.")
SAME_PEOPLE = N_(
    "The same people were asked both times, and those who dropped out are like those who stayed."
)


def before_after(inputs: BeforeAfter) -> Answer:
    """Return the difference between two surveys with its confidence interval.

    Means (any unit): Welch's t interval, x̄₂ − x̄₁ ± t(ν)·√(s₁²/n₁ + s₂²/n₂), with Satterthwaite's ν;
    of the same people (`sd_of_change`) the paired t interval with n − 1 degrees of freedom. Shares
    (result in percentage points): Newcombe's hybrid score interval without continuity correction
    (method 10), which holds for few answers and for shares of 0 and 1. Assumes random samples and,
    for means of few answers, roughly normal ones. Refused: fewer than `MIN_SAMPLE` answers, a mean
    against a share, impossible counts, answers without any spread, a survey "before" that is not.
    Sources: Welch (1947) doi:10.1093/biomet/34.1-2.28; Satterthwaite (1946) doi:10.2307/3002019;
    Newcombe (1998) Stat. Med. 17, 873-890.
    """
    before, after = inputs.before, inputs.after
    method = WELCH if inputs.sd_of_change is None else PAIRED
    method = NEWCOMBE if isinstance(before, Share) else method
    faults = [
        *kind_faults((before, after)),
        *figure_faults(before),
        *figure_faults(after),
        *order_faults(before, after),
        *level_faults(inputs.level),
    ]
    is_same = inputs.sd_of_change is not None
    if is_same and before.n != after.n:
        faults.append(finding("not_the_same_people", value=before.n, n=after.n))
    if is_same and method is NEWCOMBE:
        faults.append(finding("shares_of_the_same_people"))
    if is_same:
        faults += number_faults(inputs.sd_of_change or 0.0)
    if not faults and method is not NEWCOMBE and not _variance(inputs):
        faults.append(finding("no_spread"))
    if faults:
        return Refused(method, tuple(faults))
    unit = PERCENT if method is NEWCOMBE else inputs.unit
    estimate = after.middle - before.middle
    low, high = _interval(inputs, estimate)
    return Estimate(
        method,
        estimate,
        low,
        high,
        Interval.CONFIDENCE,
        before.n if is_same else before.n + after.n,
        How.CHANGE,
        unit,
        (
            N_(
                "Before it was {before} ({n_before} answers), afterwards {after} ({n_after} answers): a difference of {estimate}."
            ),
        ),
        {
            "before": value(before.middle, unit),
            "after": value(after.middle, unit),
            "n_before": count(before.n),
            "n_after": count(after.n),
            "estimate": change(estimate, unit),
        },
        (REPRESENTATIVE, SAME_PEOPLE if is_same else INDEPENDENT, COUNTED_ALIKE),
        (
            Mark(BEFORE, before.middle, day=before.end),
            Mark(AFTER, after.middle, day=after.end),
        ),
        inputs.level,
    )


def _variance(inputs: BeforeAfter) -> float:
    """Return the variance of the difference of two means."""
    if inputs.sd_of_change is not None:
        return inputs.sd_of_change**2 / inputs.before.n
    return inputs.before.variance + inputs.after.variance


def _interval(inputs: BeforeAfter, estimate: float) -> tuple[float, float]:
    """Return the ends of the confidence interval of a difference."""
    before, after = inputs.before, inputs.after
    if isinstance(before, Share) and isinstance(after, Share):
        from statsmodels.stats.proportion import confint_proportions_2indep

        low, high = confint_proportions_2indep(
            after.count,
            after.n,
            before.count,
            before.n,
            compare="diff",
            method="newcomb",
            alpha=1 - inputs.level,
        )
        # The last bit of a share of 1 is not always that of 1.
        return max(100 * float(low), -100.0), min(100 * float(high), 100.0)
    if inputs.sd_of_change is not None:
        degrees = before.n - 1.0
    else:
        degrees = satterthwaite([(one.variance, one.n) for one in (before, after)])
    reach = reach_of(_variance(inputs), degrees, inputs.level)
    return estimate - reach, estimate + reach


def satterthwaite(parts: list[tuple[float, int]]) -> float:
    """Return the degrees of freedom of a sum of variances, which are given with their n."""
    whole = math.fsum(variance for variance, _ in parts)
    return whole**2 / math.fsum(variance**2 / (n - 1) for variance, n in parts)


def reach_of(variance: float, degrees: float, level: float) -> float:
    """Return how far the t interval of a variance reaches to either side; normal where inf."""
    from scipy import stats

    return float(stats.t.ppf((1 + level) / 2, degrees)) * math.sqrt(variance)
