"""An amount takes the rate that its kind of value asks for, or none."""

from datetime import date

from schemas.money import Rate, rate_for

RATES = [
    Rate("JOD", "annual_average", date(2022, 12, 31), 0.75, "IMF"),
    Rate("JOD", "annual_average", date(2023, 12, 31), 0.77, "IMF"),
    Rate("ILS", "month", date(2023, 6, 30), 4.03, "ECB"),
    Rate("ILS", "day", date(2023, 6, 15), 3.9, "ECB"),
    Rate("ILS", "annual_average", date(2023, 12, 31), 3.988, "ECB"),
]
HALF = (date(2023, 1, 1), date(2023, 6, 30))


def test_a_flow_takes_the_average_of_the_year_it_ends_in() -> None:
    assert rate_for(RATES, "ILS", *HALF, is_stock=False) == RATES[4]
    straddling = (date(2022, 10, 1), date(2023, 5, 31))
    assert rate_for(RATES, "JOD", *straddling, is_stock=False) == RATES[1]


def test_a_stock_takes_the_last_rate_of_the_month_it_ends_in() -> None:
    assert rate_for(RATES, "ILS", *HALF, is_stock=True) == RATES[2]


def test_a_stock_without_a_closer_rate_takes_the_annual_average() -> None:
    assert rate_for(RATES, "JOD", *HALF, is_stock=True) == RATES[1]


def test_euros_are_euros() -> None:
    rate = rate_for([], "EUR", *HALF, is_stock=False)
    assert rate is not None
    assert rate.per_eur == 1.0


def test_what_has_no_rate_has_no_euros() -> None:
    assert rate_for(RATES, "TND", *HALF, is_stock=False) is None
    assert rate_for(RATES, "JOD", date(2021, 1, 1), date(2021, 6, 30), is_stock=False) is None
