"""What a reader chose: the address of a page, read and written in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

LONGEST = 200
"Characters of a word in an address; six codes of ours with commas between them are no longer."


@dataclass(frozen=True)
class View:
    """What the address of a page asks for; empty where it says nothing.

    `until` leaves out what was reported on later periods; `as_of` shows what was known on that day.
    `place` and `part` (actual, baseline, target) name one number among those of a view; `a` and `b`
    are the versions to compare: a submission's number, or a day. `among` are the places or projects
    that are compared, with commas between them, `other` is a second indicator and `scale` what
    they are compared by. `rows` and `columns` are those of a table, `q` is what is searched for.
    """

    programme: str = ""
    country: str = ""
    project: str = ""
    indicator: str = ""
    goal: str = ""
    level: str = ""
    status: str = ""
    by: str = ""
    place: str = ""
    part: str = ""
    a: str = ""
    b: str = ""
    among: str = ""
    other: str = ""
    scale: str = ""
    rows: str = ""
    columns: str = ""
    q: str = ""
    until: date | None = None
    as_of: date | None = None
    moment: datetime | None = None
    "Within the day `as_of`; of a report that is made again, and in no address."

    @property
    def known_at(self) -> datetime | None:
        """The end of the day `as_of`, or the moment within it; None for what is known today."""
        if self.moment:
            return self.moment
        return datetime.combine(self.as_of, time.max, UTC) if self.as_of else None


EARLIEST = date(1900, 1, 1)
"No workbook is older, and nothing has to be counted back over the first day of the calendar."


def _day(word: str) -> date | None:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if day >= EARLIEST else None


def past_day(word: str) -> date | None:
    """Return the day that a word names (UTC); None where it names none, or one that is yet to come."""
    day = _day(word)
    return day if day and day <= datetime.now(UTC).date() else None


def _word(name: str, given: object) -> object:
    """Return what an address says of one thing; a form without a script names each of several."""
    is_several = isinstance(given, list) and all(isinstance(one, str) for one in given)
    return ",".join(given) if name == "among" and is_several else given  # type: ignore[arg-type]


def read(arguments: Mapping[str, object]) -> View:
    """Return the view of an address's arguments; what makes no sense is as if it were not there.

    Of a past day that is none, the page says so (`dashboard.components.past`).
    """
    words = {
        name: word.strip()
        for name, given in arguments.items()
        if isinstance(word := _word(name, given), str)
        and len(word) <= LONGEST
        and word.isprintable()
    }
    texts: dict[str, Any] = {
        field.name: words[field.name]
        for field in fields(View)
        if field.default == "" and field.name in words
    }
    return View(**texts, until=_day(words.get("until", "")), as_of=past_day(words.get("as_of", "")))


def version(word: str) -> int | date | None:
    """Return the version that a word of an address names: a submission's number, or a past day.

    >>> version("12"), version("2023-06-30"), version("2023-06-31")
    (12, datetime.date(2023, 6, 30), None)
    """
    if word.isdecimal() and len(word) < 10:
        return int(word)
    return past_day(word)


def address(path: str, view: View, **changes: object) -> str:
    """Return the address of a path with what a view holds, the named things changed.

    >>> address("/country/TUN", View(programme="medtown", until=date(2023, 6, 30)), country="")
    '/country/TUN?programme=medtown&until=2023-06-30'
    """
    changed = replace(view, moment=None, **changes)  # type: ignore[arg-type]
    chosen = {
        field.name: str(value) for field in fields(View) if (value := getattr(changed, field.name))
    }
    return f"{path}?{urlencode(chosen)}" if chosen else path
