"""What a reader chose: the address of a page, read and written in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

LONGEST = 100
"Characters of a word in an address; no code of ours is longer."


@dataclass(frozen=True)
class View:
    """What the address of a page asks for; empty where it says nothing.

    `until` leaves out what was reported on later periods; `as_of` shows what was known on that day.
    """

    programme: str = ""
    country: str = ""
    project: str = ""
    indicator: str = ""
    goal: str = ""
    level: str = ""
    by: str = ""
    until: date | None = None
    as_of: date | None = None

    @property
    def known_at(self) -> datetime | None:
        """The end of the day `as_of`; None for what is known today."""
        return datetime.combine(self.as_of, time.max, UTC) if self.as_of else None


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def read(arguments: Mapping[str, object]) -> View:
    """Return the view of an address's arguments; what makes no sense is as if it were not there."""
    words = {
        name: word.strip()
        for name, word in arguments.items()
        if isinstance(word, str) and len(word) <= LONGEST and word.isprintable()
    }
    texts = {
        field.name: words[field.name]
        for field in fields(View)
        if field.default == "" and field.name in words
    }
    return View(**texts, until=_day(words.get("until", "")), as_of=_day(words.get("as_of", "")))


def address(path: str, view: View, **changes: object) -> str:
    """Return the address of a path with what a view holds, the named things changed.

    >>> address("/country/TUN", View(programme="medtown", until=date(2023, 6, 30)), country="")
    '/country/TUN?programme=medtown&until=2023-06-30'
    """
    changed = replace(view, **changes)  # type: ignore[arg-type]
    chosen = {
        field.name: str(value) for field in fields(View) if (value := getattr(changed, field.name))
    }
    return f"{path}?{urlencode(chosen)}" if chosen else path
