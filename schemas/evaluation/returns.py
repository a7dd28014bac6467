"""What results cost, and what they are worth: cost-effectiveness, and social return on investment."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from schemas.evaluation.answers import (
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
    period,
    value,
)
from schemas.evaluation.inputs import (
    Money,
    Signature,
    Span,
    added,
    divisor_faults,
    money_faults,
    number_faults,
    signing_faults,
    span_faults,
)
from schemas.findings import Finding, finding
from schemas.words import N_

COST_EFFECTIVENESS = Method(
    "cost_effectiveness",
    N_("Cost-effectiveness"),
    "C / E",
    N_(
        "All that was spent is divided by what was achieved: what one result cost. A low cost alone is no merit; only projects that do the same for people in a similar situation can be compared."
    ),
    "Dhaliwal, I. et al. (2013), Comparative Cost-Effectiveness Analysis to Inform Policy in Developing Countries, in: Education Policy in Developing Countries, University of Chicago Press, ch. 8",
    refusals=N_(
        "There is no answer without a result to divide by, or where costs and results are of periods that have no day in common."
    ),
)

SOCIAL_RETURN = Method(
    "social_return",
    N_("Social return on investment"),
    "Σₒ Σₜ q·v·(1−dw)(1−at)(1−dp)(1−do)ᵗ⁻¹ / (1+r)ᵗ ÷ Σ I",
    N_(
        "Each change that people experienced is given a value in money. What would have happened anyway, what others brought about, what only moved elsewhere, and what fades over the years is taken off; the rest is divided by what was invested. The values are judgements, so that ratios of different projects cannot be compared."
    ),
    "Nicholls, J. et al. (2012), A Guide to Social Return on Investment, The SROI Network (1st ed. Cabinet Office 2009), ISBN 978-0-9562274-0-9",
    refusals=N_(
        "There is no answer until somebody has signed for exactly these assumptions; whoever changes one takes the signature back."
    ),
)

EFFECT = N_("result")
INVESTMENT = N_("investment")
QUANTITY = N_("Quantity")
WORTH = N_("Value in money")
DEADWEIGHT = N_("Deadweight")
ATTRIBUTION = N_("Attribution to others")
DISPLACEMENT = N_("Displacement")
DROP_OFF = N_("Drop-off per year")

MOST_YEARS = 100
"Years for which a change is counted."


@dataclass(frozen=True)
class CostEffectiveness:
    """What was spent and what came of it, each in its period; `unit` is that of the effect."""

    costs: tuple[Money, ...]
    effect: Span
    cost_period: tuple[date, date]
    effect_period: tuple[date, date]
    unit: Unit = PLAIN


def cost_effectiveness(inputs: CostEffectiveness) -> Answer:
    """Return what one unit of a result cost, in the currency of the costs.

    Formula: ΣC / E, from `C.low / E.high` to `C.high / E.low`; the estimate is that of the best
    guesses, NaN where there are none. Assumes that the costs are complete and the results due to
    them; overheads, gifts and unpaid work are costs too. Refused: negative money, unlike
    currencies or price levels, an effect of 0 or less, periods that do not overlap. Source:
    Dhaliwal et al. (2013), Comparative Cost-Effectiveness Analysis (J-PAL).
    """
    costs, effect, unit = inputs.costs, inputs.effect, inputs.unit
    faults = money_faults(*costs) if costs else [finding("figure_missing")]
    faults += span_faults(effect, EFFECT) or divisor_faults(effect, EFFECT)
    (start, end), (began, ended) = inputs.cost_period, inputs.effect_period
    if end < began or ended < start:
        faults.append(finding("periods_apart", found=f"{start} – {end}", day=f"{began} – {ended}"))
    if faults:
        return Refused(COST_EFFECTIVENESS, tuple(faults))
    whole = added(one.amount for one in costs)
    low, high = whole.low / effect.high, whole.high / effect.low
    middle = whole.middle / effect.middle
    money = Unit(currency=costs[0].currency)
    exact = low == high
    return Estimate(
        COST_EFFECTIVENESS,
        middle,
        low,
        high,
        Interval.NONE if exact else Interval.RANGE,
        len(costs),
        How.VALUE,
        money,
        (N_("{cost} brought {effect}: {estimate} for each."),),
        {
            "cost": value(whole.low, money, whole.high),
            "effect": value(effect.low, unit, effect.high),
            "estimate": value(low, money, high) if math.isnan(middle) else value(middle, money),
            "spent": period(start, end),
            "achieved": period(began, ended),
        },
        (
            N_("What was spent is of {spent}, what was achieved of {achieved}."),
            N_("All costs are in it, also what others gave and unpaid work."),
            N_("The results are due to this spending, and would not have come without it."),
        ),
        (Mark(COST_EFFECTIVENESS.name, middle, low, high),),
    )


# --- Social return on investment ------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """One change that people experienced, its value in money, and what is taken off.

    `quantity` of them, each worth `worth` a year for `years` years. Shares from 0 to 1: `deadweight`
    would have happened anyway, `attribution` is what others brought about, `displacement` only
    moved elsewhere, and `drop_off` is lost from each year to the next.
    """

    name: str
    quantity: Span
    worth: Money
    years: int
    deadweight: Span
    attribution: Span
    displacement: Span
    drop_off: Span

    @property
    def shares(self) -> dict[str, Span]:
        """What is taken off, by its name."""
        return {
            DEADWEIGHT: self.deadweight,
            ATTRIBUTION: self.attribution,
            DISPLACEMENT: self.displacement,
            DROP_OFF: self.drop_off,
        }


@dataclass(frozen=True)
class SocialReturn:
    """What was invested, what changed, the discount rate a year, and who signs for all of it."""

    investment: tuple[Money, ...]
    outcomes: tuple[Outcome, ...]
    discount_rate: float
    signature: Signature | None = None


def social_return(inputs: SocialReturn) -> Answer:
    """Return the value that each unit of money invested created, by signed assumptions.

    Formula: Σ over outcomes o and years t ≥ 1 of quantity · worth · (1 − deadweight)
    · (1 − attribution) · (1 − displacement) · (1 − drop-off)^(t − 1) / (1 + rate)^t, divided by the
    investment (money per money). The range has every input at its worst, and at its best. Assumes
    all that the inputs say. Refused: no valid signature (what was changed after it was signed is
    signed anew), negative money, unlike currencies or price levels, a share outside 0 to 1, a
    best guess that is missing, more than 100 years. Source: Nicholls et al. (2012), A Guide to Social Return on
    Investment, stages 3 to 5.
    """
    faults = _social_faults(inputs) + signing_faults(inputs)
    if faults or inputs.signature is None:
        return Refused(SOCIAL_RETURN, tuple(faults))
    money = Unit(currency=inputs.investment[0].currency)
    estimate, low, high = (_ratio(inputs, end, end) for end in (_best, _worst, _finest))
    return Estimate(
        SOCIAL_RETURN,
        estimate,
        low,
        high,
        Interval.NONE if low == high else Interval.RANGE,
        len(inputs.outcomes),
        How.VALUE,
        money,
        (
            N_(
                "For each {one} invested, a value of {estimate} was created, by assumptions for which {by} signed on {day}."
            ),
        ),
        {
            "one": value(1.0, money),
            "estimate": value(estimate, money),
            "by": Told(How.NAME, word=inputs.signature.by),
            "day": Told(How.DAY, word=inputs.signature.at.isoformat()),
            "rate": value(100 * inputs.discount_rate, Unit({"en": "%"})),
        },
        (
            N_("What each change is worth in money is a judgement."),
            N_("So is what is taken off for what would have happened anyway, and for others."),
            N_("What comes in later years is discounted by {rate} a year."),
        ),
        _tornado(inputs, estimate),
    )


def sensitivity(inputs: SocialReturn) -> tuple[Mark, ...] | Refused:
    """Return the ratio where one kind of assumption is at its worst, and at its best: a chart.

    One mark for each kind, the widest first; all the others stay at their best guess. Refused as
    `social_return` is: without a signature nothing of it is shown.
    """
    answer = social_return(inputs)
    return answer if isinstance(answer, Refused) else answer.marks


End = Callable[[Span, bool], float]
"Which end of an input is taken; whether more of it makes the ratio larger."


def _best(span: Span, is_gain: bool) -> float:
    return span.middle


def _worst(span: Span, is_gain: bool) -> float:
    return span.low if is_gain else span.high


def _finest(span: Span, is_gain: bool) -> float:
    return span.high if is_gain else span.low


def _ratio(inputs: SocialReturn, end: End, others: End, varied: str = "") -> float:
    """Return the ratio with one kind of input at an end, and all others at another."""

    def taken(name: str, span: Span, is_gain: bool) -> float:
        return (end if name == varied else others)(span, is_gain)

    present = 0.0
    for one in inputs.outcomes:
        a_year = taken(QUANTITY, one.quantity, True) * taken(WORTH, one.worth.amount, True)
        for name in (DEADWEIGHT, ATTRIBUTION, DISPLACEMENT):
            a_year *= 1 - taken(name, one.shares[name], False)
        kept = 1 - taken(DROP_OFF, one.drop_off, False)
        present += math.fsum(
            a_year * kept ** (year - 1) / (1 + inputs.discount_rate) ** year
            for year in range(1, one.years + 1)
        )
    invested = added(one.amount for one in inputs.investment)
    return present / taken(INVESTMENT, invested, False)


def _tornado(inputs: SocialReturn, estimate: float) -> tuple[Mark, ...]:
    names = (QUANTITY, WORTH, DEADWEIGHT, ATTRIBUTION, DISPLACEMENT, DROP_OFF)
    marks = [
        Mark(
            name,
            estimate,
            _ratio(inputs, _worst, _best, varied=name),
            _ratio(inputs, _finest, _best, varied=name),
        )
        for name in names
    ]
    return tuple(sorted(marks, key=lambda mark: mark.low - mark.high))


def _social_faults(inputs: SocialReturn) -> list[Finding]:
    """Return what cannot be right in the inputs."""
    worths = [one.worth for one in inputs.outcomes]
    faults = money_faults(*inputs.investment, *worths)
    if not inputs.investment or not inputs.outcomes:
        faults.append(finding("figure_missing"))
    faults += number_faults(inputs.discount_rate)
    if inputs.discount_rate <= -1:
        faults.append(finding("rate_impossible", value=inputs.discount_rate))
    if inputs.investment:
        invested = added(one.amount for one in inputs.investment)
        faults += divisor_faults(invested, INVESTMENT)
    for one in inputs.outcomes:
        faults += span_faults(one.quantity, QUANTITY)
        if one.quantity.low < 0:
            faults.append(finding("quantity_negative", value=one.quantity.low))
        if one.years < 1:
            faults.append(finding("no_years", value=one.years))
        if one.years > MOST_YEARS:
            faults.append(finding("number_too_large"))
        spans = {QUANTITY: one.quantity, WORTH: one.worth.amount, **one.shares}
        for name, span in spans.items():
            if math.isnan(span.middle):
                faults.append(finding("best_guess_missing", said=name))
        for name, span in one.shares.items():
            faults += span_faults(span, name)
            if not 0 <= span.low <= span.high <= 1:
                faults.append(finding("share_impossible", value=span.high, said=name))
    return faults
