"""A second, naive implementation of what a round asks for and what came: loops over dicts."""

from datetime import date, timedelta
from typing import Any

Fields = dict[str, Any]


def tasks(rounds: list[Fields], projects: list[Fields], indicators: list[Fields]) -> list[Any]:
    own = {row["project_code"] for row in rounds if row["project_code"]}
    found = []
    for of in rounds:
        for project in projects:
            code = project["project_code"]
            if project["programme_code"] != of["programme_code"]:
                continue
            if not any(row["project_code"] == code for row in indicators):
                continue
            if of["project_code"] and of["project_code"] != code:
                continue
            if not of["project_code"] and code in own:
                continue
            if project["start_date"] and project["start_date"] > of["period_end"]:
                continue
            if project["end_date"] and project["end_date"] < of["period_start"]:
                continue
            found.append((of["round_code"], code))
    return sorted(found)


def received(
    found: list[Any],
    rounds: list[Fields],
    places: list[Fields],
    indicators: list[Fields],
    values: list[Fields],
    answers: list[Any],
) -> dict[Any, bool]:
    told = {}
    for code, project in found:
        of = next(row for row in rounds if row["round_code"] == code)
        for place in (row["place_code"] for row in places if row["project_code"] == project):
            for one in (r["indicator_code"] for r in indicators if r["project_code"] == project):
                told[code, project, place, one] = (code, project) in answers or any(
                    (row["project_code"], row["place_code"], row["indicator_code"])
                    == (project, place, one)
                    and of["period_start"] <= row["period_end"] <= of["period_end"]
                    for row in values
                )
    return told


def word(due: date, grace: int, granted: list[date], came: date | None, today: date) -> str:
    longest = max([due, *granted])
    last = longest + timedelta(days=grace)
    if came is None:
        return "missing" if today > last else "due"
    if came > last:
        return "late"
    if came > longest:
        return "within_grace"
    return "with_extension" if came > due else "on_time"
