"""What one series is measured against, and what its figure says: the sentence, the table, the legend."""

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard.figures.figure import exactly, of_row, value_of
from dashboard.figures.timeline import Row, Span, day_of, end_of, with_gaps
from schemas import words
from schemas.codes import Status
from schemas.words import N_

SENTENCES = {
    Status.ACHIEVED: N_(
        "{name} has reached its target: {value} by {day}; the target is {target} by {due}."
    ),
    Status.MAINTAINED: N_("{name} was maintained as the target asks: {value} by {day}."),
    Status.ON_TRACK: N_("{name} is on track: {value} by {day}, towards {target} by {due}."),
    Status.ACCELERATION_NEEDED: N_(
        "{name} has to speed up: {value} by {day}, towards {target} by {due}."
    ),
    Status.PARTLY_ACHIEVED: N_(
        "{name} partly achieved its target: {value} by {day}; the target was {target} by {due}."
    ),
    Status.LIMITED_PROGRESS: N_(
        "{name} shows limited progress: {value} by {day}, towards {target} by {due}."
    ),
    Status.NOT_ACHIEVED: N_(
        "{name} did not achieve its target: {value} by {day}; the target was {target} by {due}."
    ),
    Status.NOT_MAINTAINED: N_(
        "{name} was not maintained: {value} by {day}; the target was {target} by {due}."
    ),
    Status.MOVING_AWAY: N_(
        "{name} is moving away from its target: {value} by {day}; the target is {target} by {due}."
    ),
}
"What the trend says, by status."

WITH_TARGET = N_("{name} stood at {value} by {day}; the target is {target} by {due}.")
TARGET_OF_A_PART = N_("{name} stood at {value} by {day}; only a part of it has a target.")
WITHOUT_TARGET = N_("{name} stood at {value} by {day}; no target is set.")
TARGET_ALONE = N_("Nothing has been reported on {name} yet; the target is {target} by {due}.")
NOTHING = N_("Nothing has been reported on {name} yet.")


def goal_of(result: Row, name: str) -> tuple[date, float] | None:
    """Return day and value of the baseline or the target, where they are of the whole line."""
    day, (value,) = day_of(result.get(f"{name}_date")), of_row(result, name)
    return None if day is None or math.isnan(value) or is_of_a_part(result) else (day, value)


def target_of(result: Row) -> tuple[date, float] | None:
    """Return day and value of the target, where it is of the whole line."""
    return goal_of(result, "target")


def baseline_of(result: Row) -> tuple[date, float] | None:
    """Return day and value of the baseline, where it is of the whole line."""
    return goal_of(result, "baseline")


def is_of_a_part(result: Row) -> bool:
    """Return whether only some of the series have a target: it must not stand beside their total."""
    ends = of_row(result, "compared_low", "compared_high")
    return not math.isnan(ends[0]) and ends != of_row(result, "low", "high")


def span_of(rows: Sequence[Row], result: Row) -> Span | None:
    """Return the first and the last day that the figure shows; None where there is nothing."""
    days = [end_of(row) for row in rows]
    days += [point[0] for point in (baseline_of(result), target_of(result)) if point]
    return (min(days), max(days)) if days else None


def reach_of(rows: Sequence[Row], result: Row) -> tuple[float, float]:
    """Return the lowest and the highest number that the figure shows."""
    numbers = [n for row in rows for n in of_row(row, "low", "high", "target_path")]
    numbers += [point[1] for point in (baseline_of(result), target_of(result)) if point]
    told = [number for number in numbers if math.isfinite(number)]
    return (min(0.0, *told), max(told)) if told else (0.0, 0.0)


def sentence(rows: Sequence[Row], result: Row, name: str, language: str) -> str:
    """Return what the figure shows, in a sentence."""
    goal = target_of(result)
    said: dict[str, str] = {"name": name}
    if goal:
        said["target"] = exactly(goal[1], language)
        said["due"] = words.day(goal[0], language)
    if rows:
        last = rows[-1]
        said["value"] = value_of(last, language)
        said["day"] = words.day(end_of(last), language)
        status = str(result.get("status") or "")
        pattern = SENTENCES.get(Status(status)) if status and goal else None
        without = TARGET_OF_A_PART if is_of_a_part(result) else WITHOUT_TARGET
        pattern = pattern or (WITH_TARGET if goal else without)
    else:
        pattern = TARGET_ALONE if goal else NOTHING
    return words.text(pattern, language, **said)


def alt_of(title: str, rows: Sequence[Row], language: str) -> str:
    """Return the sentence with what else the picture shows: where it began, its ends, its gaps."""
    if len(rows) < 2:
        return title
    told = {"value": value_of(rows[0], language), "day": words.day(end_of(rows[0]), language)}
    said = [title, words.text("It began at {value} by {day}.", language, **told)]
    if len(rows) > 3:
        least, most = (choose(rows, key=lambda row: float(row["low"])) for choose in (min, max))
        said.append(
            words.text(
                "The lowest of {count} values is {least}, the highest {most}.",
                language,
                count=words.number(len(rows), language),
                least=value_of(least, language),
                most=value_of(most, language),
            )
        )
    if None in with_gaps(rows)[1]:
        said.append(words.text("Where nothing was reported, the line has a gap.", language))
    return " ".join(said)


def table_of(rows: Sequence[Row], result: Row, unit: str, language: str) -> pd.DataFrame:
    """Return period, value and expected value in words; baseline first, target last."""
    lines: list[tuple[str, str, str]] = []
    start, goal = baseline_of(result), target_of(result)
    if start:
        day = words.day(start[0], language)
        baseline = words.text("Baseline, {day}", language, day=day)
        lines.append((baseline, exactly(start[1], language), ""))
    for row in rows:
        (expected,) = of_row(row, "target_path")
        lines.append(
            (
                words.period(day_of(row["period_start"]) or end_of(row), end_of(row), language),
                value_of(row, language),
                exactly(expected, language),
            )
        )
    if goal:
        day = words.day(goal[0], language)
        target = words.text("Target, {day}", language, day=day)
        lines.append((target, "", exactly(goal[1], language)))
    value = (
        words.text("Value ({unit})", language, unit=unit) if unit else words.text("Value", language)
    )
    heads = [words.text("Period", language), value, words.text("Target path", language)]
    return pd.DataFrame(lines, columns=heads)


def keys_of(rows: Sequence[Row], result: Row, language: str) -> list[tuple[str, str]]:
    """Return the legend of what is there."""
    keys = [("line", words.text("Actual", language))] if rows else []
    if any(row["high"] > row["low"] for row in rows):
        keys.append(("band", words.text("Between, where people may be counted twice", language)))
    if target_of(result):
        keys.append(("dash", words.text("Target path", language)))
        keys.append(("diamond", words.text("Target", language)))
    if baseline_of(result):
        keys.append(("ring", words.text("Baseline", language)))
    return keys
