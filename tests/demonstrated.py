"""The demonstration as its workbooks have it: what was typed, read from the plan and not from us."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from schemas import words

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Typed:
    """What a workbook says of one indicator in one place: a number, or a table with more."""

    project: str
    place: str
    start: date
    end: date
    said: dict[str, Any]


def read_csv(name: str) -> list[dict[str, str]]:
    with (DATA / "reference" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def typed(indicator: str) -> list[Typed]:
    """Return what accepted workbooks say of an indicator; of a period that came twice, the last."""
    listed = tomllib.loads((DATA / "demo" / "demo.toml").read_text("utf-8"))["workbooks"]
    waiting = {one["file"] for one in listed if one["state"] != "accepted" or one.get("waits")}
    order = [one["file"] for one in listed if one["file"] not in waiting]
    plans = tomllib.loads((DATA / "demo" / "plan.toml").read_text("utf-8"))["workbooks"]
    homes = {row["project_code"]: row["places"].split(";") for row in read_csv("project.csv")}
    newest: dict[tuple[str, str, date, date], Typed] = {}
    for plan in sorted(
        (p for p in plans if p["file"] in order), key=lambda p: order.index(p["file"])
    ):
        for place, said in _of(plan["values"], indicator, homes[plan["project"]]):
            start, end = words.parse_period_code(plan["period"])
            newest[plan["project"], place, start, end] = Typed(
                plan["project"], place, start, end, said
            )
    return sorted(newest.values(), key=lambda one: (one.project, one.place, one.end))


def _of(
    values: dict[str, Any], indicator: str, homes: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in values.items():
        code, _, place = key.partition(" ")
        if code == indicator:
            said = value if isinstance(value, dict) else {"value": value}
            yield place or homes[0].strip(), said


def counted(told: list[Typed], indicator: str) -> list[Typed]:
    """Return what counts of a flow: every period, or the last alone where it is reported to date."""
    to_date = {
        row["project_code"]
        for row in read_csv("project_indicator.csv")
        if row["indicator_code"] == indicator and row["reported_as"] == "to_date"
    }
    last = {(one.project, one.place): one for one in told}  # the newest stand last
    return [
        one for one in told if one.project not in to_date or one is last[one.project, one.place]
    ]


def number(value: Any) -> float:
    """Return a number as somebody typed it: 18450.75, "12 480,500", "1.840,50"."""
    if isinstance(value, str):
        plain = "".join(value.split()).replace(".", "").replace(",", ".")
        return float(plain)
    return float(value)


def per_euro(currency: str, year: int) -> float:
    """Return how much of a currency a euro was on average in a year."""
    rows = read_csv("exchange_rate.csv")
    (rate,) = [
        row["per_eur"]
        for row in rows
        if (row["currency"], row["kind"], row["rate_date"])
        == (currency, "annual_average", f"{year}-12-31")
    ]
    return float(rate)
