"""What frames hold as cells of a table: as people read it, and exactly."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.numbers import get_currency_precision

from dashboard import frames, sentences, theme
from dashboard.frames import Data
from dashboard.reports.document import Cell
from dashboard.sentences import Row
from schemas import units, words
from schemas.codes import Measure, Qualifier

NUMBER, SHARE, DAY = "#,##0", "0%", "yyyy-mm-dd"

NOTHING = Cell("–")
"What stands where there is nothing to tell."


def text(told: str, *under: str, code: str = "") -> Cell:
    """Return words; a dash for none."""
    return Cell(told or "–", under=_lines(under), code=code)


def verbatim(told: str, *under: str) -> Cell:
    """Return words as somebody wrote them; a dash for none."""
    return Cell(told, under=_lines(under), is_verbatim=True) if told else NOTHING


def none(why: str) -> Cell:
    """Return a dash, with why there is nothing."""
    return Cell("–", under=_lines([why]))


def count(number: float, language: str, *under: str) -> Cell:
    """Return a number of things."""
    return Cell(words.number(number, language), float(number), pattern=NUMBER, under=_lines(under))


def share(low: float, language: str, high: float | None = None) -> Cell:
    """Return a share of 1 as a percentage, or the two that it lies between; a dash for none."""
    if low is None or math.isnan(low):
        return NOTHING
    told = words.percents(low, low if high is None else high, language)
    return Cell(told, float(low), high if high is None else float(high), SHARE)


def day(when: Any, language: str) -> Cell:
    """Return a day; a dash for none."""
    found = as_day(when)
    return Cell(words.day(found, language), found, pattern=DAY) if found else NOTHING


def period(start: Any, end: Any, language: str) -> Cell:
    """Return a period, with its code from which programs have its days; a dash for none."""
    first, last = as_day(start), as_day(end)
    if first is None or last is None:
        return NOTHING
    told = words.period(first, last, language)
    return Cell(told, pattern=DAY, code=words.period_code(first, last))


def money(amount: float | None, currency: str, language: str, *under: str) -> Cell:
    """Return an amount in its currency; a dash for none."""
    if amount is None or amount != amount:
        return NOTHING
    digits = get_currency_precision(currency)
    told = words.money(amount, currency, language)
    return Cell(told, float(amount), pattern=pattern(digits), under=_lines(under))


def status(code: str, language: str, *under: str) -> Cell:
    """Return a status with its word."""
    word = words.text(theme.look(code).word, language)
    return Cell(word, status=code, under=_lines(under), code=code)


def as_day(when: Any) -> date | None:
    """Return the day of a moment, a timestamp or a day; None for none."""
    if when is None or when != when:
        return None
    found: date = when.date() if hasattr(when, "date") else when
    return found


def pattern(decimals: int) -> str:
    """Return how a spreadsheet shows a number with so many decimals."""
    return f"{NUMBER}.{'0' * decimals}" if decimals else NUMBER


def _lines(told: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in told if line)


# --- Values of indicators -------------------------------------------------------------------------


def shape(data: Data, row: Row) -> str:
    """Return how a spreadsheet shows the values of an indicator."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    decimals = sentences.decimals(data, indicator) or 0
    if indicator.measure == Measure.AMOUNT and row.get("currency"):
        return pattern(get_currency_precision(row["currency"]))
    if sentences.unit(data, indicator) == units.PERCENT:
        return f'{pattern(decimals)}"%"'
    return pattern(decimals)


def value(
    data: Data, row: Row, low: float, high: float | None = None, *under: str, how: str = "="
) -> Cell:
    """Return a value of an indicator, or the two that it lies between; a dash for none."""
    if math.isnan(low):
        return NOTHING
    indicator = data.catalogue.indicators[row["indicator_code"]]
    currency = str(row.get("currency") or "")
    upper = low if high is None else high
    told = sentences.value(data, indicator, low, upper, qualifier=how, currency=currency)
    return Cell(
        told,
        float(low),
        high if high is None else float(high),
        shape(data, row),
        under=_lines(under),
        qualifier=words.MARKS[Qualifier(how)].strip(),
    )


def actual(data: Data, row: Row) -> Cell:
    """Return the actual of a result with its period and its coverage, or why there is none."""
    if math.isnan(row["low"]):
        return none(missing(data, row))
    told = period(row["period_start"], row["period_end"], data.language)
    under = ("" if told is NOTHING else told.text, sentences.coverage(data, row))
    return value(data, row, row["low"], row["high"], *under, how=str(row["qualifier"] or "="))


def goal(data: Data, row: Row, name: str) -> Cell:
    """Return the baseline or the target of a result with its day, or that there is none."""
    if math.isnan(row[name]):
        return none(words.text("no baseline" if name == "baseline" else "no target", data.language))
    found = as_day(row[f"{name}_date"])
    under = words.day(found, data.language) if found else ""
    return value(data, row, row[name], None, under)


def missing(data: Data, row: Mapping[Any, Any]) -> str:
    """Return why a result has no value; empty where it has one."""
    if not math.isnan(row["low"]):
        return ""
    if frames.is_withheld(data, row):
        return words.text("Withheld, because it rests on few people.", data.language)
    return sentences.why(str(row["reason"] or "no_value"), data.language)


def named(data: Data, code: str, *under: str) -> Cell:
    """Return an indicator by its name."""
    return text(data.name(data.catalogue.indicators[code]), *under, code=code)
