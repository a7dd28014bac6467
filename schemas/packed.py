"""What a series has come to as a short text, and back: how the derived tables keep it."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from schemas.series import Dimension, Point, Rules
from schemas.steps import Contribution, Series

VERSION = "1"
"Of what is kept; another makes all of it anew."

_encode: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":")).encode


def digest(rules: Iterable[Rules], dimensions: Iterable[Dimension]) -> str:
    """Return what changes whenever series may come to something else, from the same observations."""
    said = sorted(str(one) for one in rules)
    said += sorted(
        str(
            (code, one.is_exclusive, sorted(map(sorted, one.schemes.values())), sorted(one.unknown))
        )
        for one in dimensions
        for code in [one.dimension_code]
    )
    return hashlib.sha256("\n".join([VERSION, *said]).encode()).hexdigest()


def pack(contribution: Contribution) -> str:
    """Return a contribution as text; its days are counted from the first of the calendar."""
    answered, start, end, *others = contribution
    first = start.toordinal() if start else None
    return _encode([answered.toordinal(), first, end.toordinal(), *others])


def unpack(text: str) -> Contribution:
    """Return the contribution that a text keeps."""
    answered, start, end, told, reason, qualifier, currencies, *others, ids = json.loads(text)
    days = (date.fromordinal(answered), _from(start), date.fromordinal(end))
    said = (told, reason, qualifier, tuple(currencies), *others)
    return Contribution._make((*days, *said, None if ids is None else tuple(ids)))


class Facts(NamedTuple):
    """What holds of a series whatever the day: see `Series`."""

    began: date | None
    baselines: tuple[Point, ...]
    targets: tuple[Point, ...]
    has_baseline_row: bool
    is_expected: bool
    parts_from: date | None


def facts_of(series: Series) -> Facts:
    """Return what holds of a series whatever the day."""
    return Facts(*(getattr(series, name) for name in Facts._fields))


def pack_facts(facts: Facts) -> str:
    """Return the facts of a series as text."""
    began, baselines, targets, *flags, parts_from = facts
    goals = [[_point(goal) for goal in goals] for goals in (baselines, targets)]
    return _encode([_day(began), *goals, *flags, _day(parts_from)])


def unpack_facts(text: str) -> Facts:
    """Return the facts that a text keeps."""
    began, baselines, targets, *flags, parts_from = json.loads(text)
    goals = (tuple(map(_unpack_point, goals)) for goals in (baselines, targets))
    return Facts._make((_from(began), *goals, *flags, _from(parts_from)))


def _day(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _from(number: int | None) -> date | None:
    return date.fromordinal(number) if number else None


def _point(point: Point) -> list[Any]:
    start, end, *others = point
    return [start.toordinal(), end.toordinal(), *others]


def _unpack_point(listed: list[Any]) -> Point:
    start, end, *others, ids = listed
    return Point._make((date.fromordinal(start), date.fromordinal(end), *others, tuple(ids)))
