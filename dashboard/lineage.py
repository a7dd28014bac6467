"""Where the cells behind a number are: addresses of the page of values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.frames import Data
from dashboard.views import address

MOST_IDS = 10_000
"Observations that an address can name."

LONGEST_IDS = 4000
"Characters of the ids in an address; servers take twice that. More are named by their view."


def compact(ids: Iterable[int]) -> str:
    """Return ids as short text.

    >>> compact([7, 3, 4, 5])
    '3-5,7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(ids)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def expand(text: str) -> list[int]:
    """Return the ids of a short text, at most `MOST_IDS`; what is no id is left out.

    >>> expand("3-5,7,x")
    [3, 4, 5, 7]
    """
    ids: list[int] = []
    for part in text.split(","):
        low, _, high = part.strip().partition("-")
        # Ids are below 2^63 in every database.
        if (
            low.isdecimal()
            and len(low) < 19
            and (not high or (high.isdecimal() and len(high) < 19))
        ):
            first, last = int(low), int(high or low)
            ids.extend(range(first, min(last, first + MOST_IDS) + 1))
    return list(dict.fromkeys(ids))[:MOST_IDS]


def by_ids(ids: Sequence[int], *, otherwise: str = "") -> str:
    """Return the address that shows the cells of observations; empty where nothing is behind."""
    if not ids:
        return ""
    named = compact(ids)
    is_short = len(named) <= LONGEST_IDS and len(set(ids)) <= MOST_IDS
    return f"/value?ids={named}" if is_short else otherwise


def by_view(data: Data, row: Mapping[Any, Any], part: str = "actual") -> str:
    """Return the address of what is behind a number, which names the number and not its cells."""
    named = {
        name: str(code)
        for name in ("country", "project", "place")
        if (code := row.get(f"{name}_code"))
    }
    code = str(row["indicator_code"])
    return address(
        "/value", data.view, indicator=code, part=part, level="", by="", goal="", **named
    )


def cells(data: Data, row: Mapping[Any, Any], part: str = "actual") -> str:
    """Return where the cells behind an actual, a baseline or a target are; empty where none are.

    Of a sum of very many no ids are kept (`etl.rollup`); it is named by its view.
    """
    ids = row["observation_ids" if part == "actual" else f"{part}_ids"]
    if not ids:
        is_sum = part == "actual" and not math.isnan(row.get("low", math.nan))
        return by_view(data, row, part) if is_sum else ""
    return by_ids(list(ids), otherwise=by_view(data, row, part))
