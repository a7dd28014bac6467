"""What the program proposes for workbooks, in a form that tests compare."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import etl
from etl.intake import Read
from schemas.codes import Severity
from tests.made_workbooks import Page, written

PARTS = {"year": (1, 12), "S1": (1, 6), "S2": (7, 6)} | {
    f"Q{quarter}": (3 * quarter - 2, 3) for quarter in (1, 2, 3, 4)
}
"First month and length of the parts of a year."
DATED_AT_END = ("target", "baseline")
"The kinds of value that hold on the last day of their period."


class Told(NamedTuple):
    """A value as it is compared: its series, its period as first and last day, its number."""

    indicator: str
    days: tuple[str, str]
    value_type: str
    number: float
    place: str = ""
    breakdown: str = ""
    unit: str = ""


def days_of(period: str, value_type: str = "actual") -> tuple[str, str]:
    """Return the days of a period; of a target or baseline the last one alone."""
    if not period:
        return "", ""
    month, length = (
        PARTS[period[5:] or "year"] if not re.search("-[0-9]", period) else (int(period[5:]), 1)
    )
    last = date(
        int(period[:4]) + (month + length > 12), (month + length - 1) % 12 + 1, 1
    ) - timedelta(1)
    first = date(int(period[:4]), month, 1)
    return (str(last), str(last)) if value_type in DATED_AT_END else (str(first), str(last))


def read_page(*pages: Page, **answers: str) -> Read:
    return etl.read_file(written(*pages), "book.xlsx", layout_name="auto", answers=answers)


def told(read: Read) -> dict[str, Told]:
    """Return the values by their cell."""
    tidy = etl.tidy(read.parsed)
    return {
        row["cell"]: Told(
            row["indicator"],
            (row["period_start"], row["period_end"]),
            row["value_type"],
            row["value"],
            row["place"],
            row["breakdown"],
            row["unit"],
        )
        for row in tidy[tidy["value"].notna()].to_dict("records")
    }


def codes(read: Read) -> set[str]:
    """Return what was asked, warned of or refused."""
    return {found.code for found in read.findings if found.severity != Severity.NOTE}
