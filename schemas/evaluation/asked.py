"""What each method asks for, declared as fields: forms, tables of inputs and the inputs follow from it.

Methods over our own data ask which indicator and where; their figures are read when they are
answered (`dashboard.estimates`). The others take what people type, each figure with its source.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from schemas import words
from schemas.codes import Measure
from schemas.evaluation.answers import Answer, Method, Refused, Unit
from schemas.evaluation.circulation import (
    CURRENCY_MULTIPLIER,
    EARNED,
    INTRODUCED,
    LM3,
    PAYMENTS,
    RECIRCULATION,
    ROUND_1,
    ROUND_2,
    ROUND_3,
    SPENT,
    SUPPLY,
    VELOCITY,
    CurrencyMultiplier,
    LocalSpending,
    Recirculation,
    Velocity,
    currency_multiplier,
    local_multiplier,
    recirculation,
    velocity,
)
from schemas.evaluation.comparing import (
    AFTER,
    BEFORE,
    NEWCOMBE,
    PAIRED,
    SINCE_BASELINE,
    WELCH,
    BeforeAfter,
    before_after,
    change_since_baseline,
)
from schemas.evaluation.differences import DIFFERENCES, difference_in_differences
from schemas.evaluation.inputs import Mean, Money, Share, Signature, Span
from schemas.evaluation.returns import (
    ATTRIBUTION,
    COST_EFFECTIVENESS,
    DEADWEIGHT,
    DISPLACEMENT,
    DROP_OFF,
    QUANTITY,
    SOCIAL_RETURN,
    WORTH,
    Outcome,
    SocialReturn,
    cost_effectiveness,
    social_return,
)
from schemas.evaluation.series import INTERRUPTED, interrupted_series
from schemas.fields import Field, Fields, Shape
from schemas.findings import finding
from schemas.words import N_

CURRENCIES = ("EUR", "DZD", "EGP", "GBP", "ILS", "JOD", "LBP", "MAD", "TND", "TRY", "USD")
"The currencies of the Mediterranean that amounts are typed in, and three that grants come in."

SOURCE = N_("Where it is from")
PERIOD_HINT = N_("2023, 2023-S1, 2023-Q2, 2023-05, or two days: 2023-05-03/2023-06-20.")


@dataclass(frozen=True)
class Asked:
    """A method as people choose it: what it is called and asks for, and how it is answered.

    `inputs` makes the method's inputs of what was typed; None where they are read from the data.
    """

    name: str
    methods: tuple[Method, ...]
    fields: tuple[Field, ...]
    answer: Callable[[Any], Answer]
    inputs: Callable[[Fields], Any] | None = None
    is_signed: bool = False
    "Whether somebody may have to sign for what it assumes."

    @property
    def is_observed(self) -> bool:
        """Whether its figures are those of the accepted data."""
        return self.inputs is None

    @property
    def method(self) -> Method:
        """The method that is told of before it is known which of several answers."""
        return self.methods[0]


# --- Fields that several methods have -------------------------------------------------------------


def _source(name: str, legend: str = "") -> Field:
    return Field(name, SOURCE, Shape.LINE, True, legend=legend)


def _span(name: str, label: str, legend: str = "", unit: str = "") -> Field:
    return Field(name, label, Shape.SPAN, True, legend=legend, unit=unit)


def _sourced(name: str, label: str) -> tuple[Field, Field]:
    """Return an amount and where it is from."""
    return _span(name, N_("Amount"), label), _source(f"{name}_source", label)


MONEY = (
    Field("currency", N_("Currency"), Shape.CHOICE, True, choices=dict(zip(CURRENCIES, CURRENCIES, strict=True))),
    Field("price_year", N_("Prices of the year"), Shape.YEAR, True),
)  # fmt: skip
"Of all amounts alike: what is of another currency or year is converted before it is typed."

OWN_CURRENCY = (
    Field("currency", N_("Name of the currency"), Shape.LINE, True, N_("A complementary currency, for example REC.")),
)  # fmt: skip

BEGAN = Field(
    "began",
    N_("When the project began"),
    Shape.DAY,
    True,
    N_("What ends before this day is before, what begins on it or later is after."),
)


def _indicator(name: str, label: str, measure: str = "") -> Field:
    return Field(name, label, Shape.INDICATOR, True, measure=measure)


# --- From what was typed to what methods are given ------------------------------------------------


def span_of(ends: Any, factor: float = 1.0) -> Span:
    """Return what was typed as a number, a range, or a range with its best guess."""
    numbers = [factor * float(end) for end in ends]
    best = numbers[1] if len(numbers) == 3 else None
    return Span(numbers[0], numbers[-1], best)


def _money(fields: Fields, ends: Any) -> Money:
    return Money(span_of(ends), str(fields["currency"]), int(fields.get("price_year", 0)))


def _period(fields: Fields, name: str) -> tuple[date, date]:
    return words.parse_period_code(str(fields[name]))


def _mean(fields: Fields, when: str) -> Mean:
    n, mean, sd = (fields[f"{when}_{name}"] for name in ("n", "mean", "sd"))
    return Mean(int(n), float(mean), float(sd), *_period(fields, f"{when}_period"))


def _means(fields: Fields) -> BeforeAfter:
    sd = fields.get("sd_of_change")
    return BeforeAfter(
        _mean(fields, "before"),
        _mean(fields, "after"),
        Unit({"en": str(fields.get("unit", ""))}),
        None if sd is None else float(sd),
    )


def _share(fields: Fields, when: str) -> Share:
    n, count = (int(fields[f"{when}_{name}"]) for name in ("n", "count"))
    return Share(n, count, *_period(fields, f"{when}_period"))


def _velocity(fields: Fields) -> Velocity:
    supplies = tuple(
        (date.fromisoformat(row["day"]), _money(fields, row["amount"]))
        for row in fields["supplies"]
    )
    payments = _money(fields, fields["payments"])
    return Velocity(payments, supplies, *_period(fields, "period"))


def _social_return(fields: Fields) -> SocialReturn:
    return SocialReturn(
        tuple(_money(fields, row["amount"]) for row in fields["investment"]),
        tuple(
            Outcome(
                str(row["name"]),
                span_of(row["quantity"]),
                _money(fields, row["worth"]),
                int(row["years"]),
                *(span_of(row[name], 0.01) for name in SHARES),
            )
            for row in fields["outcomes"]
        ),
        float(fields["discount_rate"]) / 100,
    )


SHARES = ("deadweight", "attribution", "displacement", "drop_off")
"What is taken off a change, as percentages."


# --- The methods ----------------------------------------------------------------------------------


def _survey(when: str, legend: str, *names: tuple[str, str, Shape]) -> tuple[Field, ...]:
    """Return the fields of one of two surveys."""
    return (
        *(Field(f"{when}_{name}", label, shape, True, legend=legend) for name, label, shape in names),
        Field(f"{when}_period", N_("Asked in"), Shape.PERIOD, True, PERIOD_HINT, legend=legend),
        _source(f"{when}_source", legend),
    )  # fmt: skip


ANSWERS = ("n", N_("Answers"), Shape.COUNT)
OF_MEANS = (ANSWERS, ("mean", N_("Mean"), Shape.NUMBER), ("sd", N_("Standard deviation"), Shape.NUMBER))  # fmt: skip
OF_SHARES = (ANSWERS, ("count", N_("Of them, said so"), Shape.COUNT))

ASKED: Mapping[str, Asked] = {
    "since_baseline": Asked(
        SINCE_BASELINE.name,
        (SINCE_BASELINE,),
        (_indicator("indicator", N_("Indicator")),),
        change_since_baseline,
    ),
    "means": Asked(
        N_("Two surveys: means"),
        (WELCH, PAIRED),
        (
            Field("unit", N_("Unit"), Shape.LINE, hint=N_("What the mean is of: points, hours.")),
            *_survey("before", BEFORE, *OF_MEANS),
            *_survey("after", AFTER, *OF_MEANS),
            Field(
                "sd_of_change",
                N_("Standard deviation of the changes"),
                Shape.NUMBER,
                hint=N_("Only where the same people were asked twice: of what each changed by."),
            ),
        ),
        before_after,
        _means,
    ),
    "shares": Asked(
        N_("Two surveys: shares"),
        (NEWCOMBE,),
        (*_survey("before", BEFORE, *OF_SHARES), *_survey("after", AFTER, *OF_SHARES)),
        before_after,
        lambda fields: BeforeAfter(_share(fields, "before"), _share(fields, "after")),
    ),
    "difference_in_differences": Asked(
        DIFFERENCES.name,
        (DIFFERENCES,),
        (
            _indicator("indicator", N_("Indicator")),
            Field("own", N_("Territory with the project"), Shape.TERRITORY, True),
            Field("other", N_("Comparison territory"), Shape.TERRITORY, True),
            BEGAN,
        ),
        difference_in_differences,
        is_signed=True,
    ),
    "interrupted_time_series": Asked(
        INTERRUPTED.name,
        (INTERRUPTED,),
        (
            _indicator("indicator", N_("Indicator")),
            BEGAN,
            Field("has_seasons", N_("The months of the year differ"), Shape.YES),
        ),
        interrupted_series,
    ),
    "cost_effectiveness": Asked(
        COST_EFFECTIVENESS.name,
        (COST_EFFECTIVENESS,),
        (
            _indicator("cost", N_("What was spent"), Measure.AMOUNT),
            _indicator("indicator", N_("What was achieved")),
        ),
        cost_effectiveness,
    ),
    "social_return": Asked(
        SOCIAL_RETURN.name,
        (SOCIAL_RETURN,),
        (
            *MONEY,
            Field("discount_rate", N_("Discount rate a year"), Shape.NUMBER, True, unit="%", legend=N_("Discount rate a year")),
            _source("discount_source", N_("Discount rate a year")),
            Field(
                "investment",
                N_("Investment"),
                Shape.ROWS,
                True,
                columns=(
                    Field("name", N_("Who gave what"), Shape.LINE, True),
                    _span("amount", N_("Amount")),
                    _source("source"),
                ),
            ),
            Field(
                "outcomes",
                N_("Changes that people experienced"),
                Shape.ROWS,
                True,
                columns=(
                    Field("name", N_("What changed, for whom"), Shape.LINE, True),
                    _span("quantity", QUANTITY),
                    _span("worth", WORTH),
                    Field("years", N_("Years that it lasts"), Shape.COUNT, True),
                    _span("deadweight", DEADWEIGHT, unit="%"),
                    _span("attribution", ATTRIBUTION, unit="%"),
                    _span("displacement", DISPLACEMENT, unit="%"),
                    _span("drop_off", DROP_OFF, unit="%"),
                    _source("source"),
                ),
            ),
        ),
        social_return,
        _social_return,
        is_signed=True,
    ),
    "local_multiplier": Asked(
        LM3.name,
        (LM3,),
        (
            *MONEY,
            *_sourced("round_1", ROUND_1),
            *_sourced("round_2", ROUND_2),
            *_sourced("round_3", ROUND_3),
        ),
        local_multiplier,
        lambda fields: LocalSpending(*(_money(fields, fields[f"round_{n}"]) for n in (1, 2, 3))),
    ),
    "currency_multiplier": Asked(
        CURRENCY_MULTIPLIER.name,
        (CURRENCY_MULTIPLIER,),
        (*OWN_CURRENCY, *_sourced("payments", PAYMENTS), *_sourced("introduced", INTRODUCED)),
        currency_multiplier,
        lambda fields: CurrencyMultiplier(
            *(_money(fields, fields[name]) for name in ("payments", "introduced"))
        ),
    ),
    "recirculation": Asked(
        RECIRCULATION.name,
        (RECIRCULATION,),
        (*OWN_CURRENCY, *_sourced("earned", EARNED), *_sourced("spent", SPENT)),
        recirculation,
        lambda fields: Recirculation(
            *(_money(fields, fields[name]) for name in ("spent", "earned"))
        ),
    ),
    "velocity": Asked(
        VELOCITY.name,
        (VELOCITY,),
        (
            *OWN_CURRENCY,
            *_sourced("payments", PAYMENTS),
            Field("period", N_("Period"), Shape.PERIOD, True, PERIOD_HINT, legend=PAYMENTS),
            Field(
                "supplies",
                SUPPLY,
                Shape.ROWS,
                True,
                N_("How much of it there was, on days of the period."),
                columns=(
                    Field("day", N_("Day"), Shape.DAY, True),
                    _span("amount", N_("Amount")),
                    _source("source"),
                ),
            ),
        ),
        velocity,
        _velocity,
    ),
}  # fmt: skip
"Every method that an estimate may be by, in the order in which they are offered."

NAMES = {code: one.name for code, one in ASKED.items()}


# --- The answer -----------------------------------------------------------------------------------


def signed_by(inputs: Any, signature: Mapping[str, Any] | None) -> Any:
    """Return inputs with the signature that was kept for them, where there is one."""
    if not signature:
        return inputs
    day = date.fromisoformat(signature["at"])
    kept = Signature(str(signature["by"]), day, str(signature["fingerprint"]))
    return replace(inputs, signature=kept)


def answered(one: Asked, inputs: Any) -> Answer:
    """Return what a method answers; refused where a number is beyond what can be told."""
    try:
        answer = one.answer(inputs)
    except ArithmeticError:
        return Refused(one.method, (finding("number_too_large"),))
    if isinstance(answer, Refused):
        return answer
    numbers = [answer.estimate, answer.low, answer.high]
    numbers += [number for mark in answer.marks for number in (mark.value, mark.low, mark.high)]
    if any(abs(number) > MOST for number in numbers):
        return Refused(answer.method, (finding("number_too_large"),))
    return answer


MOST = 1e15
"The largest number that a method answers with."


def groups(fields: Fields) -> Iterator[int]:
    """Yield how many people stand behind each number of two surveys: all, those who said so, the others.

    >>> list(groups({"before_n": 40, "before_count": 38, "after_n": 50}))
    [40, 38, 2, 50]
    """
    for when in ("before", "after"):
        answers, count = fields.get(f"{when}_n"), fields.get(f"{when}_count")
        if answers is not None:
            yield int(answers)
            if count is not None:
                yield from (int(count), int(answers) - int(count))


def is_whole(fields: Fields) -> bool:
    """Return whether everything stands there that the method needs: an erased record has nothing."""
    one = ASKED.get(str(fields.get("method", "")))
    return one is not None and all(
        field.name in fields or not field.needs(fields) for field in one.fields
    )
