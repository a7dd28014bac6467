"""The share of the way that a result has covered, in words."""

import math
from collections.abc import Sequence

from dashboard.figures.figure import of_row
from dashboard.figures.rows import Row
from schemas import words


def way_of(row: Row) -> tuple[float, float]:
    """Return between which shares of the way a row stands; NaN where there is no way."""
    progress, low, high = of_row(row, "progress", "progress_low", "progress_high")
    return (low, high) if math.isnan(progress) else (progress, progress)


def share_of_way(row: Row, language: str) -> str:
    """Return how much of the way a row has covered, "–" where nothing tells."""
    low, high = way_of(row)
    if math.isnan(low):
        return "–"
    return span_of(low, high, language)


def span_of(low: float, high: float, language: str) -> str:
    """Return a share, or the two between which it lies."""
    least, most = (words.percent(share, language) for share in (low, high))
    return least if least == most else f"{least} – {most}"


def furthest(told: Sequence[tuple[float, float, str]], language: str) -> str:
    """Return who has covered most and least of the way."""
    (least, least_high, last), (most, most_high, first) = min(told), max(told)
    said = {"first": first, "most": span_of(most, most_high, language), "last": last}
    if len(told) == 1:
        return words.text("{first} has covered {most} of the way to its target.", language, **said)
    if (least, least_high) == (most, most_high):
        return words.text("All have covered {most} of the way to their targets.", language, **said)
    return words.text(
        "Furthest on the way to its target is {first} ({most}), least far {last} ({least}).",
        language,
        **said,
        least=span_of(least, least_high, language),
    )
