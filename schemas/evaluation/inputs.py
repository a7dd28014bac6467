"""What methods are given: figures, survey summaries and money, and what cannot be right in them."""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from schemas.findings import Finding, finding
from schemas.words import N_

MIN_SAMPLE = 5
"The fewest answers that a sample may have: fewer tell nothing, and tell of single people."

LEVELS = (0.8, 0.999)
"Between which shares a level of confidence lies."


@dataclass(frozen=True)
class Known:
    """A figure from records, or the range it lies in, of a period; no sample is behind it."""

    low: float
    high: float
    start: date
    end: date

    @property
    def middle(self) -> float:
        """The figure; NaN for a range."""
        return self.low if self.low == self.high else math.nan

    @property
    def variance(self) -> float:
        """How much chance moves it: not at all."""
        return 0.0


@dataclass(frozen=True)
class Mean:
    """A survey's mean of a number (`sd`: the standard deviation of single answers, of n - 1)."""

    n: int
    mean: float
    sd: float
    start: date
    end: date

    @property
    def middle(self) -> float:
        """The mean."""
        return self.mean

    @property
    def variance(self) -> float:
        """The variance of the mean."""
        return self.sd**2 / self.n


@dataclass(frozen=True)
class Share:
    """How many of those asked said so; as a figure it is a percentage, 0 to 100."""

    n: int
    count: int
    start: date
    end: date

    @property
    def middle(self) -> float:
        """The percentage."""
        return 100 * self.count / self.n

    @property
    def variance(self) -> float:
        """The variance of the percentage (binomial)."""
        share = self.count / self.n
        return 100**2 * share * (1 - share) / self.n


Figure = Known | Mean | Share

Inputs = TypeVar("Inputs")
"The inputs of a method that somebody has to sign for."


@dataclass(frozen=True)
class Span:
    """A number that lies between two ends; `best` is the best guess, where there is one."""

    low: float
    high: float
    best: float | None = None

    @property
    def middle(self) -> float:
        """The best guess, or the number where it is exact; NaN where neither is."""
        if self.best is not None:
            return self.best
        return self.low if self.low == self.high else math.nan

    @property
    def is_exact(self) -> bool:
        """Whether both ends are one."""
        return self.low == self.high


def exactly(number: float) -> Span:
    """Return a number that is known exactly."""
    return Span(number, number)


def added(spans: Iterable[Span]) -> Span:
    """Return the sum of numbers, end by end."""
    told = list(spans)
    middle = math.fsum(one.middle for one in told)
    best = None if math.isnan(middle) else middle
    return Span(math.fsum(one.low for one in told), math.fsum(one.high for one in told), best)


@dataclass(frozen=True)
class Money:
    """An amount in a currency, at the prices of a year."""

    amount: Span
    currency: str
    price_year: int


@dataclass(frozen=True)
class Signature:
    """Who answers for assumptions, since when, and the fingerprint of what was signed."""

    by: str
    at: date
    fingerprint: str


def fingerprint(inputs: Any) -> str:
    """Return the sha256 of the inputs of a method, but for who signed them."""
    told = asdict(replace(inputs, signature=None))
    text = json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def signed(inputs: Inputs, by: str, at: date) -> Inputs:
    """Return inputs with the signature of somebody who answers for them as they are."""
    signature = Signature(by, at, fingerprint(inputs))
    return cast(Inputs, replace(cast(Any, inputs), signature=signature))


def signing_faults(inputs: Any) -> list[Finding]:
    """Return what is wrong with the signature under assumptions: it is missing, or of others."""
    signature: Signature | None = inputs.signature
    if signature is None or not signature.by.strip():
        return [finding("signature_missing")]
    if signature.fingerprint != fingerprint(inputs):
        return [finding("signed_otherwise", found=signature.by)]
    return []


# --- What cannot be right -------------------------------------------------------------------------


def figure_faults(figure: Figure) -> list[Finding]:
    """Return what cannot be right in one figure."""
    if isinstance(figure, Known):
        return number_faults(figure.low, figure.high) or (
            [] if figure.low <= figure.high else [finding("range_turned", value=figure.low)]
        )
    if isinstance(figure, Mean) and (faults := number_faults(figure.mean, figure.sd)):
        return faults
    if figure.n < MIN_SAMPLE:
        return [finding("sample_too_small", value=figure.n, limit=MIN_SAMPLE)]
    if isinstance(figure, Mean):
        return [finding("sd_negative", value=figure.sd)] if figure.sd < 0 else []
    is_possible = 0 <= figure.count <= figure.n
    return [] if is_possible else [finding("count_impossible", value=figure.count, n=figure.n)]


def number_faults(*numbers: float) -> list[Finding]:
    """Return that a number is missing where one is not finite."""
    return [] if all(map(math.isfinite, numbers)) else [finding("figure_missing")]


def level_faults(level: float) -> list[Finding]:
    """Return that a level of confidence is none."""
    return [] if LEVELS[0] <= level <= LEVELS[1] else [finding("level_impossible", value=level)]


def order_faults(before: Figure, after: Figure) -> list[Finding]:
    """Return that a figure from before is not from before the other one."""
    if before.end < after.start:
        return []
    return [
        finding("before_not_before", before=before.end.isoformat(), day=after.start.isoformat())
    ]


def kind_faults(figures: Sequence[Figure]) -> list[Finding]:
    """Return that figures are of different kinds, so that nothing can be computed from them."""
    return [] if len({type(one) for one in figures}) == 1 else [finding("unlike_figures")]


def span_faults(span: Span, name: str) -> list[Finding]:
    """Return what cannot be right in a number that lies between two ends; `name` says of what."""
    if faults := number_faults(span.low, span.high, *([] if span.best is None else [span.best])):
        return faults
    is_between = span.best is None or span.low <= span.best <= span.high
    if span.low <= span.high and is_between:
        return []
    return [finding("range_turned", value=span.low, said=name)]


def money_faults(*amounts: Money) -> list[Finding]:
    """Return what cannot be right in amounts that are put together."""
    faults = [fault for one in amounts for fault in span_faults(one.amount, AMOUNT)]
    faults += [
        finding("negative_money", value=one.amount.low) for one in amounts if one.amount.low < 0
    ]
    currencies = sorted({one.currency for one in amounts})
    if len(currencies) > 1:
        faults.append(finding("unlike_currencies", found=", ".join(currencies)))
    years = sorted({one.price_year for one in amounts})
    if len(years) > 1:
        faults.append(finding("unlike_prices", found=", ".join(map(str, years))))
    return faults


def divisor_faults(span: Span, name: str) -> list[Finding]:
    """Return that something would be divided by zero or less; `name` says by what."""
    return [] if min(span.low, span.high) > 0 else [finding("divided_by_zero", said=name)]


AMOUNT = N_("amount of money")
"What findings call a sum."
