"""Which exchange rate an amount is converted at; pure.

Flows convert at the average rate of their period, stocks at the rate of its end; what a table of
rates lacks is approximated by the annual average, and the rate's kind says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.codes import RateKind

EURO = "EUR"


@dataclass(frozen=True)
class Rate:
    """How many units of a currency one euro bought, when, of what kind, by whose word."""

    currency: str
    kind: str
    rate_date: date
    per_eur: float
    source: str


def rate_for(
    rates: Iterable[Rate], currency: str, period_start: date, period_end: date, *, is_stock: bool
) -> Rate | None:
    """Return the rate for an amount of a period, or None where the table has none that fits.

    A stock takes the last rate quoted in the month of the period's end. A flow within one year, and
    whatever else finds no closer rate, takes the annual average of the year of the period's end.
    """
    if currency == EURO:
        return Rate(EURO, RateKind.DAY, period_end, 1.0, "")
    own = [rate for rate in rates if rate.currency == currency]
    if is_stock:
        quoted = [
            rate
            for rate in own
            if rate.kind != RateKind.ANNUAL_AVERAGE
            and (rate.rate_date.year, rate.rate_date.month) == (period_end.year, period_end.month)
        ]
        if quoted:
            return max(quoted, key=lambda rate: rate.rate_date)
    averages = [
        rate
        for rate in own
        if rate.kind == RateKind.ANNUAL_AVERAGE and rate.rate_date.year == period_end.year
    ]
    return averages[0] if averages else None
