"""Numbers in narrative: fields that are bound to the data, `{{value indicator=JOB-NEW project=DA-GR}}`.

A field says which indicator, and perhaps of which `project`, `place` or `country`, for a `period` or
`until` the end of one, of a category (`sex=F`), and which number: `actual` (where nothing is said),
`baseline`, `target` or `progress`; `unit=off` leaves the unit out. `was=412` keeps what it said when it
was written, so that a change can be told. What it says is what pages say to the same reader.
"""

import math
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from dashboard import frames, sentences
from dashboard.frames import Data
from dashboard.queries import Catalogue, Record
from dashboard.reports import narrative
from dashboard.reports.document import Block
from dashboard.views import View
from schemas import words
from schemas.codes import Measure, PlaceRule, Qualifier, TimeRule
from schemas.scope import Scope
from schemas.words import N_

FIELD = re.compile(r"\{\{([^{}\n]{0,500})\}\}")

SHOWN = ("actual", "baseline", "target", "progress")
"The numbers of an indicator, the one that is meant where nothing is said first."

OF = ("project", "place", "country")
KEYS = ("indicator", *OF, "period", "until", "unit", "was")

NEAR = 60
"How alike, of 100, a word has to be to one that is known to be offered in its place."

WAS = re.compile(r"\s+was=[^\s}]*")
ONCE = re.compile(r"""\s*\bwas\s*=\s*(?:"[^"\n]*"|'[^'\n]*'|[^\s}]*)""", re.IGNORECASE)
"What a field said once; in a text that was torn, too."

MOST_READ, MOST_FIELDS = 30, 300
"Parts of the data that one text may ask for, and fields that it may have."

WITHHELD, MISSING = "withheld", "missing"
"What `was` keeps where there is no number."


@dataclass(frozen=True)
class Field:
    """A field of a text: where it begins and ends there, and what it says.

    `said` are its words with `=` in two parts; a word without has no second one.
    """

    start: int
    end: int
    text: str
    said: tuple[tuple[str, str], ...]

    @property
    def was(self) -> str | None:
        """What it said when that was kept."""
        return dict(self.said).get("was")


@dataclass(frozen=True)
class Told:
    """Something said of a field: where it stands (lines and columns from 1), and a sentence."""

    start: int
    end: int
    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Value:
    """What a field says: as people read it, and as `was` keeps it; with the observations behind it."""

    text: str
    kept: str
    observation_ids: frozenset[int] = frozenset()


class FieldError(Exception):
    "A field says something that is not known, or not enough; the text is in the reader's language"


# --- Reading --------------------------------------------------------------------------------------


def fields(text: str) -> list[Field]:
    """Return the fields of a text in their order; what stands within code is none."""
    found = list(_found(narrative.plain(text)))
    marked = _marked(narrative.plain(text), found)
    live = narrative.marks(marked)
    return [one for number, one in enumerate(found) if number in live]


def _found(text: str) -> Iterator[Field]:
    for match in islice(FIELD.finditer(text), MOST_FIELDS):
        try:
            parts = shlex.split(match[1], posix=True)
        except ValueError:  # a quotation mark that is not closed
            parts = match[1].split()
        said = tuple((key, value) for key, _, value in (part.partition("=") for part in parts))
        yield Field(match.start(), match.end(), match[0], said)


def _marked(text: str, found: Iterable[Field]) -> str:
    """Return a text with a mark in place of each field."""
    for number, one in reversed(list(enumerate(found))):
        text = text[: one.start] + narrative.mark(number) + text[one.end :]
    return text


# --- What a field says ----------------------------------------------------------------------------


class Values:
    """What fields say to a reader: of a programme, in a language, as known today or on a day.

    Frames are read once for each part of the programme that a text speaks of.
    """

    def __init__(
        self,
        conn: Connection,
        scope: Scope,
        language: str,
        *,
        programme_code: str = "",
        as_of: date | None = None,
        moment: datetime | None = None,
        until: date | None = None,
    ) -> None:
        self.conn, self.scope, self.language = conn, scope, language
        view = View(programme=programme_code, as_of=as_of, moment=moment, until=until)
        self.base = frames.without_values(conn, scope, view, language)
        self.read: dict[View, Data] = {}
        self.dimensions = [one for one in self.known.dimensions if one not in {*KEYS, *SHOWN}]

    @property
    def known(self) -> Catalogue:
        """The catalogue."""
        return self.base.catalogue

    def of(self, one: Field) -> Value:
        """Return what a field says; FieldError where it cannot be told what it asks for."""
        asked = self._asked(one)
        indicator = self.known.indicators[asked["indicator"]]
        if indicator.measure == Measure.TEXT:
            raise FieldError(self._say(N_("This indicator is answered in words, not by a number.")))
        shown = asked.get("shown", SHOWN[0])
        category = next(((key, asked[key]) for key in asked if key in self.dimensions), None)
        if category and (shown != SHOWN[0] or "period" in asked):
            told = N_("A category has no baseline, target, progress or period here.")
            raise FieldError(self._say(told))
        view = View(
            programme=self.base.view.programme,
            project=asked.get("project", ""),
            country=asked.get("country", ""),
            as_of=self.base.view.as_of,
            moment=self.base.view.moment,
            until=self.base.view.until,
        )
        spans = {
            key: words.parse_period_code(asked[key]) for key in ("period", "until") if key in asked
        }
        until = spans.get("until") or (spans.get("period") if shown != SHOWN[0] else None)
        data = self._data(replace(view, until=until[1]) if until else view)
        by = ["place_code"] if "place" in asked else []
        if category:
            row = self._of_category(data, indicator, asked, *category)
        elif "period" in spans and shown == SHOWN[0]:
            row = _of_period(
                frames.trend(data, indicator.indicator_code, by), asked, spans["period"]
            )
        else:
            row = _of_place(frames.results(data, by, indicator.indicator_code), asked)
        row = {**BLANK, **row, "indicator_code": indicator.indicator_code}
        return self._value(data, indicator, row, asked, shown, is_total=category is None)

    def _say(self, told: str, /, **values: str) -> str:
        apart = {key: words.isolated(value, self.language) for key, value in values.items()}
        return words.text(told, self.language, **apart)

    def _data(self, view: View) -> Data:
        if view not in self.read:
            if len(self.read) >= MOST_READ:
                raise FieldError(
                    self._say(N_("This text asks for too many different parts of the data."))
                )
            self.read[view] = frames.load(
                self.conn, self.scope, view, self.language, by_category=True, known=self.known
            )
        return self.read[view]

    # What is asked for

    def asked(self, text: str) -> list[dict[str, str]]:
        """Return what each field of a text asks for, by its keys; those with a mistake ask for nothing."""
        found = []
        for one in _found(narrative.plain(text)):
            try:
                found.append(self._asked(one))
            except FieldError:
                continue
        return found

    def _asked(self, one: Field) -> dict[str, str]:
        """Return what a field says by its keys, every code as it is known."""
        if not one.said or one.said[0] != ("value", ""):
            raise FieldError(self._say(N_("A field begins with “value”.")))
        asked: dict[str, str] = {}
        for key, word in one.said[1:]:
            if key in SHOWN and not word:
                key, word = "shown", key
            elif key not in KEYS and key not in self.dimensions:
                self._unknown(key, [*KEYS, *SHOWN[1:], *self.dimensions])
            if key in asked:
                raise FieldError(self._say(N_("“{found}” stands twice in this field."), found=key))
            asked[key] = self._code(key, word)
        if "indicator" not in asked:
            raise FieldError(self._say(N_("This field does not say which indicator.")))
        return asked

    def _code(self, key: str, word: str) -> str:
        """Return a code of a field as it is known, whatever its case."""
        if key in ("period", "until"):
            try:
                words.parse_period_code(word)
            except ValueError:
                told = N_("“{found}” is not a period: write 2023, 2023-S1, 2023-Q2 or 2023-05.")
                raise FieldError(self._say(told, found=word)) from None
            return word
        known = self._known(key)
        if known is None:
            return word
        by_spelling = {code.casefold(): code for code in known}
        if word.casefold() not in by_spelling:
            self._unknown(word, known)
        return by_spelling[word.casefold()]

    def _known(self, key: str) -> list[str] | None:
        """Return the codes that a key takes; None where it takes any word."""
        own = self.base.view.programme
        if key == "unit":
            return ["on", "off"]
        if key in self.dimensions:
            return [code for dimension, code in self.known.categories if dimension == key]
        rows: Mapping[str, Record]
        if key in ("indicator", "project"):
            rows = self.known.indicators if key == "indicator" else self.known.projects
            return [code for code, row in rows.items() if row.programme_code == own]
        if key in ("place", "country"):
            is_country = key == "country"
            places = self.known.places.items()
            return [code for code, row in places if (row.kind == "country") is is_country]
        return None

    def _unknown(self, word: str, known: Iterable[str]) -> None:
        spelled = {code.casefold(): code for code in known}
        near = process.extractOne(
            word.casefold(), list(spelled), scorer=fuzz.WRatio, score_cutoff=NEAR
        )
        if near is None:
            raise FieldError(self._say(N_("“{found}” is not known in a field."), found=word))
        told = N_("“{found}” is not known in a field; did you mean “{suggestion}”?")
        raise FieldError(self._say(told, found=word, suggestion=spelled[near[0]]))

    # The number

    def _of_category(
        self, data: Data, indicator: Record, asked: Mapping[str, str], dimension: str, code: str
    ) -> dict[str, Any]:
        if dimension not in self.known.dimensions_of.get(indicator.indicator_code, ()):
            told = N_("This indicator is not told by “{found}”.")
            raise FieldError(self._say(told, found=dimension))
        if "place" in asked:
            data = frames.within(data, "place_code", asked["place"])
        found = frames.categories(data, indicator.indicator_code, dimension)
        return _first(found[found["category_code"] == code])

    def _value(
        self,
        data: Data,
        indicator: Record,
        row: Mapping[str, Any],
        asked: Mapping[str, str],
        shown: str,
        *,
        is_total: bool,
    ) -> Value:
        """Return a number of a row in words; or that it is withheld, or missing."""
        low, high = _ends(row, shown)
        is_partial = _is_withheld(data, indicator.indicator_code, asked, is_total=is_total)
        if is_partial and (math.isnan(low) or low == high == 0):
            return Value(self._say(N_("withheld")), WITHHELD)
        if math.isnan(low):
            return Value(self._missing(row, shown), MISSING)
        ids = _ids(row, shown)
        if shown == "progress":
            text = self._noted(sentences.progress(data, row), is_partial=is_partial)
            return Value(text, _kept(100 * low, 100 * high, "=", "%"), ids)
        qualifier = str(row["qualifier"] or "=") if shown == SHOWN[0] else "="
        if is_partial and _is_bound(indicator, qualifier):
            is_partial, high, qualifier = False, low, Qualifier.AT_LEAST
        told_row = {**row, "low": low, "high": high}
        currency = str(row["currency"] or "")
        text = sentences.value(data, indicator, low, high, qualifier=qualifier, currency=currency)
        if asked.get("unit") != "off":
            text = f"{text} {sentences.unit_beside(data, told_row)}".strip()
        text = self._noted(text, is_partial=is_partial)
        return Value(text, _kept(low, high, qualifier, currency), ids)

    def _noted(self, text: str, *, is_partial: bool) -> str:
        """Return a number, with a word that something is left out of it where that is so."""
        return (
            self._say(N_("{value} (some values are withheld)"), value=text) if is_partial else text
        )

    def _missing(self, row: Mapping[str, Any], shown: str) -> str:
        """Return why there is no number, as pages say it."""
        if shown in ("baseline", "target"):
            return self._say({"baseline": N_("no baseline"), "target": N_("no target")}[shown])
        reason = row["status_reason" if shown == "progress" else "reason"]
        return sentences.why(str(reason), self.language) or self._say(N_("not reported"))


def _ids(row: Mapping[str, Any], shown: str) -> frozenset[int]:
    """Return the observations behind the number of a row."""
    return frozenset(
        int(number) for name in BEHIND[shown] if name in row for number in row[name] or ()
    )


BEHIND = {
    "actual": ("observation_ids",),
    "baseline": ("baseline_ids",),
    "target": ("target_ids",),
    "progress": ("observation_ids", "baseline_ids", "target_ids"),
}
"The columns of a result that hold the observations behind its numbers."


def _is_bound(indicator: Record, qualifier: str) -> bool:
    """Return whether what is seen of a total is a lower bound of all of it: what is added up to it."""
    return (
        indicator.measure in (Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY)
        and indicator.time_rule in (TimeRule.SUM, TimeRule.MAX)
        and indicator.place_rule == PlaceRule.SUM
        and qualifier in ("=", Qualifier.AT_LEAST)
    )


BLANK: dict[str, Any] = {
    **dict.fromkeys(
        ("low", "high", "baseline", "target", "progress_low", "progress_high"), math.nan
    ),
    "qualifier": "=",
    **dict.fromkeys(("currency", "reason", "status_reason"), ""),
}
"A result of which nothing is known."


def _first(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(key): value for key, value in rows.iloc[0].items()} if len(rows) else {}


def _of_place(rows: pd.DataFrame, asked: Mapping[str, str]) -> dict[str, Any]:
    return _first(rows[rows["place_code"] == asked["place"]] if "place" in asked else rows)


def _of_period(
    rows: pd.DataFrame, asked: Mapping[str, str], period: tuple[date, date]
) -> dict[str, Any]:
    """Return the row of exactly one period, with what was reached within it."""
    start, end = map(pd.Timestamp, period)
    same = (rows["period_start"] == start) & (rows["period_end"] == end)
    row = _of_place(rows[same], asked)
    return row | {"low": row["in_period_low"], "high": row["in_period_high"]} if row else {}


def _ends(row: Mapping[str, Any], shown: str) -> tuple[float, float]:
    """Return the lower and the upper end of the number of a row."""
    names = {
        "actual": ("low", "high"),
        "progress": ("progress_low", "progress_high"),
    }.get(shown, (shown, shown))
    low, high = (float("nan") if row[name] is None else float(row[name]) for name in names)
    return low, low if math.isnan(high) else high


def _is_withheld(
    data: Data, indicator_code: str, asked: Mapping[str, str], *, is_total: bool
) -> bool:
    """Return whether something of what a field asks for is kept from its reader."""
    hidden = data.hidden
    if hidden.empty:
        return False
    same = (hidden["indicator_code"] == indicator_code) & (
        hidden["is_total"].astype(bool) == is_total
    )
    for key in ("project", "place"):
        if key in asked:
            same &= hidden[f"{key}_code"] == asked[key]
    if "country" in asked:
        countries = {code: place.country_code for code, place in data.catalogue.places.items()}
        same &= hidden["place_code"].map(countries) == asked["country"]
    return bool(same.any())


# --- What was said before -------------------------------------------------------------------------

KEPT = re.compile(
    r"(>=|<=|~)?(-?\d{1,15}(?:\.\d{1,9})?)(?:\.\.(-?\d{1,15}(?:\.\d{1,9})?))?([A-Z]{3}|%)?"
)


def _kept(low: float, high: float, qualifier: str, sign_after: str) -> str:
    """Return a number as `was` keeps it, in no language: `412`, `431..612`, `>=300`, `1250.5EUR`, `72%`.

    >>> _kept(431.0, 612.0, "=", ""), _kept(300.0, 300.0, ">=", "JOD")
    ('431..612', '>=300JOD')
    """
    sign = "" if qualifier == "=" else qualifier
    ends = [f"{end:.6f}".rstrip("0").rstrip(".") for end in dict.fromkeys((low, high))]
    return f"{sign}{'..'.join(ends)}{sign_after}"


def _in_words(kept: str, values: Values) -> str:
    """Return what was kept as people read it, without its unit; as it stands where it is no number of ours."""
    if kept in (WITHHELD, MISSING):
        told = {WITHHELD: N_("withheld"), MISSING: N_("not reported")}[kept]
        return words.text(told, values.language)
    match = KEPT.fullmatch(kept)
    if not match:
        return kept
    low = float(match[2])
    high = float(match[3]) if match[3] else low
    if match[4] == "%":
        return words.percents(low / 100, high / 100, values.language)
    if match[4]:
        return words.money(low, match[4], values.language)
    return words.range_(low, high, values.language, qualifier=match[1] or "=")


def observation_ids(text: str, values: Values) -> frozenset[int]:
    """Return the observations behind the numbers of a text."""
    found: set[int] = set()
    for one in fields(text):
        try:
            found |= values.of(one).observation_ids
        except FieldError:
            continue  # said by `problems`
    return frozenset(found)


def problems(text: str, values: Values) -> list[Told]:
    """Return what is wrong with the fields of a text, each with its place and what may be meant."""
    found = []
    for one in fields(text):
        try:
            values.of(one)
        except FieldError as error:
            found.append(_told(text, one, str(error)))
    return found


def changes(text: str, values: Values) -> list[Told]:
    """Return which fields say something else today than when their `was` was kept: “412 → 431”."""
    found = []
    for one in fields(text):
        if one.was is None:
            continue
        try:
            now = values.of(one)
        except FieldError:
            continue  # said by `problems`
        if now.kept != one.was:
            said = words.text(
                "{was} → {now} since you wrote this",
                values.language,
                was=words.isolated(_in_words(one.was, values), values.language),
                now=words.isolated(now.text, values.language),
            )
            found.append(_told(text, one, said))
    return found


def recorded(text: str, values: Values, *, only_new: bool = False) -> str:
    """Return a text whose fields keep what they say today; those with a mistake stay as they are.

    With `only_new` those that keep something already stay as they are too.
    """
    for one in reversed(fields(text)):
        if only_new and one.was is not None:
            continue
        try:
            kept = values.of(one).kept
        except FieldError:
            continue
        rest = " ".join(
            f"{key}={shlex.quote(word)}" if word else key for key, word in one.said if key != "was"
        )
        text = f"{text[: one.start]}{{{{{rest} was={kept}}}}}{text[one.end :]}"
    return text


def forgotten(text: str) -> str:
    """Return a text without anything that a field once said, wherever that stands: for other readers.

    >>> forgotten("{{value indicator=JOB-NEW was=7}}, and a torn one: was='8 or 9'}")
    '{{value indicator=JOB-NEW}}, and a torn one:}'
    """
    return ONCE.sub("", text)


def _told(text: str, one: Field, said: str) -> Told:
    above = text[: one.start]
    return Told(
        one.start, one.end, above.count("\n") + 1, one.start - (above.rfind("\n") + 1) + 1, said
    )


# --- Blocks ---------------------------------------------------------------------------------------


def blocks(text: str, values: Values, *, code: str = "narrative") -> tuple[Block, ...]:
    """Return a text as blocks of a document, each field in the words of its value.

    A field with a mistake stands there as it was written: `problems` says what is wrong with it.
    """
    plain = narrative.plain(text)
    found = list(_found(plain))

    def literal(number: int) -> str:
        # What was kept with it may be more than the reader of a report may know.
        return WAS.sub("", found[number].text) if number < len(found) else ""

    def said(number: int) -> str:
        try:
            return values.of(found[number]).text if number < len(found) else ""
        except FieldError:
            return literal(number)

    return narrative.blocks(
        _marked(plain, found),
        said,
        literal,
        code=code,
        caption=words.text("Table", values.language),
    )
