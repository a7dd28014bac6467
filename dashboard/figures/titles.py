"""The sentences that figures have in common: who is on the way, who is not, what is missing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dashboard.figures.figure import is_missing, of_row
from schemas import words
from schemas.codes import Status

Row = Mapping[Any, Any]

MOST = 3
"So many names stand in a title; the others are counted."

DONE = frozenset({Status.ACHIEVED, Status.MAINTAINED})
ON_THE_WAY = frozenset({Status.ON_TRACK})


def standing(rows: Iterable[tuple[str, Row]], language: str, *, most: int = MOST) -> str:
    """Return who has reached the target, who is on the path to it, and who is behind.

    `rows` are names with rows of `impact.results`. The year is that of the target, where all that
    are on the path have the same.
    """
    done, on_path, behind, silent = _sorted(rows)

    def said(names: Sequence[str]) -> str:
        return words.listed(names, language, most=most)

    sentences = []
    if done:
        sentences.append(
            words.plural(
                "{names} has reached the target.",
                "{names} have reached the target.",
                len(done),
                language,
                names=said(done),
            )
        )
    if on_path:
        sentences.append(_on_path(on_path, said, language))
    if behind:
        sentences.append(
            words.plural(
                "{names} is behind.",
                "{names} are behind.",
                len(behind),
                language,
                names=said(behind),
            )
        )
    if sentences:
        return " ".join(sentences)
    if silent:
        return words.text("No status can be told yet.", language)
    return words.text("Nothing has been reported yet.", language)


def _sorted(
    rows: Iterable[tuple[str, Row]],
) -> tuple[list[str], list[tuple[str, int]], list[str], list[str]]:
    """Return the names that are done, on the path (with the target's year), behind, and without status."""
    done: list[str] = []
    on_path: list[tuple[str, int]] = []
    behind: list[str] = []
    silent: list[str] = []
    for name, row in rows:
        status = row.get("status")
        if is_missing(status) or not status:
            silent += [] if is_missing(row.get("low")) else [name]
        elif status in DONE:
            done.append(name)
        elif status in ON_THE_WAY:
            due = row.get("target_date")
            on_path.append((name, 0 if due is None or is_missing(due) else due.year))
        else:
            behind.append(name)
    return done, on_path, behind, silent


def _on_path(on_path: Sequence[tuple[str, int]], said: Any, language: str) -> str:
    names = said([name for name, _ in on_path])
    years = {year for _, year in on_path}
    if len(years) == 1 and (year := years.pop()):
        return words.plural(
            "{names} is on the path to {year}.",
            "{names} are on the path to {year}.",
            len(on_path),
            language,
            names=names,
            year=words.period(date(year, 1, 1), date(year, 12, 31), language),
        )
    return words.plural(
        "{names} is on the path to the target.",
        "{names} are on the path to their targets.",
        len(on_path),
        language,
        names=names,
    )


def not_reported(names: Sequence[str], language: str, *, most: int = MOST) -> str:
    """Return who has not reported; empty where all have."""
    if not names:
        return ""
    return words.plural(
        "{names} has not reported.",
        "{names} have not reported.",
        len(names),
        language,
        names=words.listed(names, language, most=most),
    )


def has_value(row: Row) -> bool:
    """Return whether a row has a number."""
    return not math.isnan(of_row(row, "low")[0])
