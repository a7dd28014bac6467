"""How money stays in a territory: the local multiplier (LM3), and measures of its own currency."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.evaluation.answers import (
    PERCENT,
    PLAIN,
    Answer,
    Estimate,
    How,
    Interval,
    Mark,
    Method,
    Refused,
    Told,
    Unit,
    value,
)
from schemas.evaluation.inputs import Money, Span, added, divisor_faults, money_faults
from schemas.findings import finding
from schemas.steps import months
from schemas.words import N_

LM3 = Method(
    "local_multiplier",
    N_("Local multiplier (LM3)"),
    "(R₁ + R₂ + R₃) / R₁",
    N_(
        "Money that comes into the territory is followed through three hands. The more of it each of them spends locally, the more it does here before it leaves: 1 means that it left at once, 3 that all of it stayed."
    ),
    "Sacks, J. (2002), The Money Trail: Measuring your impact on the local economy using LM3, New Economics Foundation, ISBN 1 899407 60 X",
    refusals=N_(
        "There is no answer where nothing came in, or where more was spent in a round than came in before it."
    ),
)

REC = "Journal of Risk and Financial Management 14(9), 430 (2021)"
"Where the three measures of a complementary currency are defined."

NOTHING_THERE = N_(
    "There is no answer where there is nothing to divide by, or where an amount is below zero."
)

CURRENCY_MULTIPLIER = Method(
    "currency_multiplier",
    N_("Local multiplier of a complementary currency"),
    "ΣT / M₀",
    N_(
        "All payments made in the currency are divided by the amount of it that was put into use: how often each unit was spent here before it was changed back, or lay still."
    ),
    REC,
    refusals=NOTHING_THERE,
)

RECIRCULATION = Method(
    "recirculation",
    N_("Recirculation of a complementary currency"),
    "S / I",
    N_(
        "Of what shops earned in the currency, this share they spent in it again, with suppliers and neighbours, instead of changing it back."
    ),
    REC,
    refusals=NOTHING_THERE,
)

VELOCITY = Method(
    "velocity",
    N_("Velocity of a complementary currency"),
    "ΣT / M̄ · 12 / m",
    N_(
        "How many times a year each unit of the currency changes hands. A faster currency does more with the same amount; but payments that only go round in circles make it look fast, too."
    ),
    f"{REC}; de la Rosa, J. L. and Stodder, J. (2015), International Journal of Community Currency Research 19 (D), 114–127, doi:10.15133/j.ijccr.2015.012",
    refusals=NOTHING_THERE,
)

ONLY_PAYMENTS = N_(
    "Only payments between people and businesses are counted: no issuing, changing back, fees, corrections or accounts of the system."
)
ROUND_1, ROUND_2, ROUND_3 = N_("First round"), N_("Second round"), N_("Third round")
PAYMENTS, INTRODUCED = N_("Payments"), N_("Put into use")
EARNED, SPENT = N_("Earned by shops"), N_("Spent again by shops")
SUPPLY = N_("In circulation")


@dataclass(frozen=True)
class LocalSpending:
    """What came in, what of it was spent locally, and what of that was spent locally again."""

    income: Money
    spent_locally: Money
    spent_again: Money


def local_multiplier(inputs: LocalSpending) -> Answer:
    """Return LM3: how much each unit of money moves in a territory within three rounds.

    Formula: (R₁ + R₂ + R₃) / R₁ (money per money, from 1 to 3); a range where the rounds are.
    Assumes one idea of what is local, and that suppliers and staff who did not answer spend like
    those who did. Refused: negative money, unlike currencies or price levels, no income, a round
    larger than the one before. Source: Sacks (2002), The Money Trail, New Economics Foundation.
    """
    rounds = (inputs.income, inputs.spent_locally, inputs.spent_again)
    first, second, third = (one.amount for one in rounds)
    faults = [*money_faults(*rounds), *divisor_faults(first, ROUND_1)]
    faults += [
        finding("round_grows", value=after.high, n=before.high)
        for before, after in ((first, second), (second, third))
        if after.high > before.high or after.low > before.low
    ]
    if faults:
        return Refused(LM3, tuple(faults))
    rest = added((second, third))
    low, high = (first.high + rest.low) / first.high, (first.low + rest.high) / first.low
    middle = (first.middle + rest.middle) / first.middle
    money = Unit(currency=inputs.income.currency)
    told = value(low, money, high) if math.isnan(middle) else value(middle, money)
    return Estimate(
        LM3,
        middle,
        low,
        high,
        _interval(low, high),
        len(rounds),
        How.VALUE,
        money,
        (N_("Each {one} that came in moved {estimate} in the territory within three rounds."),),
        {"one": value(1.0, money), "estimate": told},
        (
            N_("What counts as local is the same in all rounds."),
            N_("Those who did not answer spend locally as those who answered do."),
        ),
        _bars(zip((ROUND_1, ROUND_2, ROUND_3), (first, second, third), strict=True)),
    )


@dataclass(frozen=True)
class CurrencyMultiplier:
    """All payments in a currency of a period, and how much of it was put into use."""

    payments: Money
    introduced: Money


def currency_multiplier(inputs: CurrencyMultiplier) -> Answer:
    """Return how many times each unit of a currency that was put into use was spent.

    Formula: value of all transactions in the currency ÷ amount of it introduced (times).
    Assumes that issuing, redemption, fees and charge-backs are not among the transactions.
    Refused: negative money, unlike currencies, nothing introduced. Source: the REC study,
    J. Risk Financial Manag. 14(9), 430 (facts.md, section 5.2).
    """
    return _quotient(
        CURRENCY_MULTIPLIER,
        (PAYMENTS, inputs.payments),
        (INTRODUCED, inputs.introduced),
        N_("Each unit that was put into use was spent {estimate} times."),
    )


@dataclass(frozen=True)
class Recirculation:
    """What retailers spent in a currency, and what they earned in it, in one period."""

    spent: Money
    earned: Money


def recirculation(inputs: Recirculation) -> Answer:
    """Return which share of their income in a currency retailers spent in it again (percent).

    Formula: retailers' spending in the currency ÷ their income in it, × 100. It may be more than
    100 where balances of earlier periods are spent. Refused: negative money, unlike currencies,
    no income. Source: as `currency_multiplier`.
    """
    return _quotient(
        RECIRCULATION,
        (SPENT, inputs.spent),
        (EARNED, inputs.earned),
        N_("Of what they earned in the currency, shops spent {estimate} in it again."),
        factor=100.0,
        unit=PERCENT,
        how=How.VALUE,
    )


@dataclass(frozen=True)
class Velocity:
    """All payments in a currency of a period, and how much of it there was on days of it."""

    payments: Money
    supplies: tuple[tuple[date, Money], ...]
    start: date
    end: date


def velocity(inputs: Velocity) -> Answer:
    """Return how many times a year each unit of a currency changes hands.

    Formula: sum of transactions in a period ÷ average money supply of the period, × 12 / months
    (times a year); the average is the mean of the readings, which lie within the period. Refused:
    negative money, unlike currencies, no reading or one of another time, an average of 0.
    Sources: as `currency_multiplier`; de la Rosa and Stodder (2015), doi:10.15133/j.ijccr.2015.012,
    who have 2.6 a year for WIR and 1.9 for RES.
    """
    outside = [day for day, _ in inputs.supplies if not inputs.start <= day <= inputs.end]
    if inputs.end <= inputs.start or not inputs.supplies:
        return Refused(VELOCITY, (finding("figure_missing"),))
    if outside:
        span = f"{inputs.start.isoformat()} – {inputs.end.isoformat()}"
        return Refused(
            VELOCITY,
            (finding("periods_apart", found=outside[0].isoformat(), day=span),),
        )
    moneys = [money for _, money in inputs.supplies]
    if faults := money_faults(inputs.payments, *moneys):
        return Refused(VELOCITY, tuple(faults))
    whole, n = added(money.amount for money in moneys), len(moneys)
    best = None if whole.best is None else whole.best / n
    average = Money(
        Span(whole.low / n, whole.high / n, best), moneys[0].currency, moneys[0].price_year
    )
    return _quotient(
        VELOCITY,
        (PAYMENTS, inputs.payments),
        (SUPPLY, average),
        N_("Each unit changed hands {estimate} times a year."),
        factor=12 / months(inputs.start, inputs.end),
        n=n,
    )


def _quotient(
    method: Method,
    above: tuple[str, Money],
    below: tuple[str, Money],
    sentence: str,
    *,
    factor: float = 1.0,
    unit: Unit = PLAIN,
    how: How = How.TIMES,
    n: int = 2,
) -> Answer:
    """Return one amount of a currency divided by another, times a factor."""
    name, divisor = below[0], below[1].amount
    part = above[1].amount
    faults = [*money_faults(above[1], below[1]), *divisor_faults(divisor, name)]
    if faults:
        return Refused(method, tuple(faults))
    low, high = factor * part.low / divisor.high, factor * part.high / divisor.low
    middle = factor * part.middle / divisor.middle
    told = (low, high) if math.isnan(middle) else (middle, middle)
    return Estimate(
        method,
        middle,
        low,
        high,
        _interval(low, high),
        n,
        how,
        unit,
        (sentence,),
        {"estimate": Told(how, *told, unit)},
        (ONLY_PAYMENTS,),
        _bars([(above[0], part), (name, divisor)]),
        drawn=PLAIN,
    )


def _interval(low: float, high: float) -> Interval:
    return Interval.NONE if low == high else Interval.RANGE


def _bars(amounts: Iterable[tuple[str, Span]]) -> tuple[Mark, ...]:
    return tuple(Mark(label, one.middle, one.low, one.high) for label, one in amounts)
