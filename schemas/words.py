"""Translation, numbers, periods and money for people; the language is always an argument.

English is the source language: its sentences are the msgids of `data/words/<language>.po`. Only
this module rounds, for the eye. Numbers, dates and money follow CLDR through Babel.
"""

import gettext
import io
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from math import isfinite
from pathlib import Path
from string import Formatter
from typing import Any, overload

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from schemas import codes
from schemas.codes import Qualifier
from schemas.findings import SENTENCES, SINGULAR, Finding

FOLDER = Path(__file__).parent.parent / "data" / "words"

# Arabic is read in three countries with two kinds of digits (CLDR: 0-9 in Tunisia, ٠-٩ in Jordan and
# Palestine). Without a country it has Tunisia's, which readers of all three know from their phones.
LOCALES = {
    "en": "en_GB",
    "es": "es",
    "fr": "fr",
    "pt": "pt_PT",
    "el": "el",
    "ar": "ar_TN",
    "ar-JO": "ar_JO",
    "ar-PS": "ar_PS",
    "ar-TN": "ar_TN",
}
"Per tag the CLDR locale for numbers."

# The months have three sets of names in Arabic; these are understood in all three countries. (And
# Babel gives those of ar_TN or of ar, by which of the two was asked for first.)
CALENDARS = LOCALES | dict.fromkeys((tag for tag in LOCALES if tag.startswith("ar")), "ar")
"Per tag the CLDR locale for dates."

TAGS = tuple(LOCALES)
"What a language may be called: a language, or Arabic with the digits of its reader's country."

LANGUAGES = dict(
    zip(
        codes.LANGUAGES,
        ("English", "Español", "Français", "Português", "Ελληνικά", "العربية"),
        strict=True,
    )
)
"Every language with its own name."

RIGHT_TO_LEFT = frozenset({"ar"})

ARABIC_INDIC = str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪")

MARKS = {
    Qualifier.EXACT: "",
    Qualifier.AT_LEAST: "≥ ",
    Qualifier.AT_MOST: "≤ ",
    Qualifier.ABOUT: "~",
}

OURS = frozenset({"kind", "dimension", "said", "expected"})
"Arguments of findings that are words of ours: kinds of personal data, codes of groups, units."

DAYS = frozenset({"day", "before", "since", "today"})
"Arguments of findings that may be days."

PERIODS = frozenset({"period_backwards", "period_unlikely", "periods_apart", "not_monthly"})
"Findings that quote a period as its first and last day."

UNKNOWN = "–"
"What a finding has for a day that nobody knows, and a word that nothing is like: it is said without them."

MANY = 100
"A number of things whose plural is right where nobody knows how many there are."


@overload
def N_(one: str) -> str: ...
@overload
def N_(one: str, many: str) -> tuple[str, str]: ...
def N_(one: str, many: str = "") -> str | tuple[str, str]:  # noqa: N802 - as gettext calls it
    """Return a sentence, or its forms for one and for many, as it is.

    It is said later, by a variable: this marks it for those who collect what is to be translated.
    """
    return (one, many) if many else one


def base(tag: str) -> str:
    """Return the language of a tag, which names its catalogue: `ar` of `ar-JO`."""
    return tag.partition("-")[0]


def is_rtl(tag: str) -> bool:
    """Return whether a language is written from right to left."""
    return base(tag) in RIGHT_TO_LEFT


def best(header: str) -> str:
    """Return the tag that suits an `Accept-Language` header best; English where none does.

    >>> best("ca, pt-BR;q=0.8, fr;q=0.5"), best("ar-JO"), best("ar-MA"), best("de")
    ('pt', 'ar-JO', 'ar', 'en')
    """
    for wanted, quality in parse_accept_header(header, LanguageAccept):
        if not quality:
            continue
        language, _, region = wanted.replace("_", "-").partition("-")
        tag = f"{language.lower()}-{region.upper()}"
        if tag in TAGS:
            return tag
        if base(tag) in LANGUAGES:
            return _with_digits(base(tag), region.upper())
    return "en"


def _with_digits(language: str, region: str) -> str:
    """Return the tag of a language whose digits are those of a region (CLDR)."""
    try:
        digits = _locale(f"{language}_{region}" if region else language).default_numbering_system
    except (UnknownLocaleError, ValueError):
        return language
    return "ar-JO" if language == "ar" and digits == "arab" else language


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def text(msgid: str, language: str, /, **arguments: object) -> str:
    """Return a sentence in a language, its {named} places filled."""
    sentence = _catalogue(base(language)).gettext(msgid) if msgid else ""
    return sentence.format(**arguments) if arguments else sentence


def plural(one: str, many: str, count: int, language: str, /, **arguments: object) -> str:
    """Return the sentence for so many things; {count} is the number as people write it."""
    sentence = _catalogue(base(language)).ngettext(one, many, count)
    return sentence.format(**{"count": number(count, language), **arguments})


def name(names: Mapping[str, str] | None, language: str) -> str:
    """Return a name in a language, else in English, else in any."""
    names = names or {}
    return names.get(base(language)) or names.get("en") or next(iter(names.values()), "")


SEMICOLONS = {"ar": "؛ ", "el": " · "}
"What parts names that have commas of their own; any other language has “; ”."


def comma(language: str) -> str:
    """Return the comma of a language, with its space."""
    return "، " if is_rtl(language) else ", "


def joint(names: Iterable[str], language: str) -> str:
    """Return what stands between names: a comma, or a semicolon where a name has one of a list's joints."""
    told = list(names)
    has_own = len(told) > 1 and any(part in name for part in _joints(language) for name in told)
    return SEMICOLONS.get(base(language), "; ") if has_own else comma(language)


@lru_cache
def _joints(language: str) -> frozenset[str]:
    """Return what parts the names of a list in a language: commas, and “ and ”."""
    patterns = _locale(LOCALES[language]).list_patterns["standard"].values()
    return frozenset(re.sub(r"\{\d\}", "", one) for one in patterns) | {", ", comma(language)}


def joined(names: Iterable[str], language: str) -> str:
    """Return names one after another, without an “and”: “Jordan, Spain, Tunisia”."""
    told = list(names)
    return joint(told, language).join(told)


def listed(names: Sequence[str], language: str, most: int | None = None) -> str:
    """Return names as a list people read: “Jordan, Spain and Tunisia”; past `most`, the others are counted.

    Names that have commas or an “and” of their own are parted by semicolons alone.

    >>> listed(["Jordan", "Spain", "Tunisia"], "en", most=2)
    'Jordan, Spain and 1 other'
    >>> listed(["Sevilla", "Women and men", "Jordan"], "en")
    'Sevilla; Women and men; Jordan'
    """
    shown = list(names)
    if most is not None and len(shown) > most:
        rest = plural("{count} other", "{count} others", len(shown) - most, language)
        shown = [*shown[:most], rest]
    if joint(shown, language) != comma(language):
        return joined(shown, language)
    return str(lists.format_list(shown, locale=_locale(LOCALES[language])))


def _digits(told: str, language: str) -> str:
    """Return what Babel wrote with the digits of the tag; it writes them all in Latin ones."""
    if not is_rtl(language):
        return told
    if _locale(LOCALES[language]).default_numbering_system == "arab":
        return told.translate(ARABIC_INDIC)
    # CLDR's minus: without the mark it would stand on the other side of Latin digits.
    return re.sub(r"-(?=\d)", "\N{LEFT-TO-RIGHT MARK}-", told)


def number(value: float, language: str, decimals: int | None = None) -> str:
    """Return a number as people write it; up to two decimals, or exactly so many."""
    tail = "##" if decimals is None else "0" * decimals
    return _written(value or 0.0, f"#,##0.{tail}".rstrip("."), language)


@lru_cache(maxsize=20_000)
def _written(value: float, pattern: str, language: str) -> str:
    with localcontext(rounding=ROUND_HALF_UP):  # as spreadsheets do
        told = numbers.format_decimal(
            value, pattern, locale=_locale(LOCALES[language]), numbering_system="default"
        )
    # What rounds to zero is not negative.
    is_written = value >= 0 or re.search("[1-9]", told)
    return _digits(told if is_written else re.sub("[-\u2212\u200e]", "", told), language)


def percent(share: float, language: str, decimals: int | None = 0) -> str:
    """Return a share (1.0 is the whole) as a percentage; with None, up to two decimals."""
    return percents(share, share, language, decimals=decimals)


def _percent(share: float, language: str, decimals: int | None) -> str:
    pattern = _locale(LOCALES[language]).percent_formats[None].pattern
    tail = "##" if decimals is None else "0" * decimals
    return _written(share or 0.0, re.sub(r"(?<=#0)", f".{tail}".rstrip("."), pattern), language)


def money(amount: float, currency: str, language: str) -> str:
    """Return an amount with its currency and the digits that the currency has (EUR 2, TND 3)."""
    return _money(amount or 0.0, currency, language)


@lru_cache(maxsize=20_000)
def _money(amount: float, currency: str, language: str) -> str:
    locale = _locale(LOCALES[language])
    with localcontext(rounding=ROUND_HALF_UP):
        told = str(
            numbers.format_currency(amount, currency, locale=locale, numbering_system="default")
        )
    # CLDR parts letters from digits (“JOD 35,000.000”); Babel leaves that out.
    return _digits(re.sub(r"(?<=[A-Za-z])(?=\d)", "\N{NO-BREAK SPACE}", told), language)


def day(when: date, language: str) -> str:
    """Return a day, its month by name."""
    told = dates.format_date(when, "d MMM y", locale=_locale(CALENDARS[language]))
    return _digits(told, language)


def moment(when: datetime, language: str) -> str:
    """Return a day with its hour and minute, in UTC: `30 Jun 2023, 14:05`."""
    at = when.astimezone(UTC)
    told = dates.format_datetime(at, "d MMM y, HH:mm", locale=_locale(CALENDARS[language]))
    return _digits(told, language)


def period(start: date, end: date, language: str) -> str:
    """Return a period as people say it: 2023, Jan–Jun 2023, 12 Mar – 4 May 2023."""
    return _period(start, end, language)


@lru_cache(maxsize=5_000)
def _period(start: date, end: date, language: str) -> str:
    locale = _locale(CALENDARS[language])
    told = period_code(start, end)
    if start == end:
        told = dates.format_date(start, "d MMM y", locale=locale)
    elif not re.fullmatch(r"\d{4}", told):
        is_whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
        is_one = (start.year, start.month) == (end.year, end.month)
        if is_whole and is_one:
            told = dates.format_date(start, "MMM y", locale=locale)
        else:
            skeleton = "yMMM" if is_whole else "yMMMd"
            told = dates.format_interval(start, end, skeleton, locale=locale)
    return _digits(str(told), language)


def range_(
    low: float, high: float, language: str, *, qualifier: str = "=", decimals: int | None = None
) -> str:
    """Return a value or the range it lies in, with the mark of its qualifier: 431–612, ≥ 300, ~450."""
    ends = [number(end, language, decimals).lstrip("\u200e") for end in (low, high)]
    told = MARKS[Qualifier(qualifier)] + "–".join(dict.fromkeys(ends))
    return _isolated(told, language) if told != ends[0] or low < 0 else told


def difference(value: float, language: str, decimals: int | None = None) -> str:
    """Return a difference with its sign: +0.4, -0.4, ±0.0."""
    told = number(value, language, decimals).lstrip("\u200e")
    sign = "+" if value > 0 else "" if value < 0 else "±"
    return _isolated(f"{sign}{told}", language)


def percents(
    low: float, high: float, language: str, *, qualifier: str = "=", decimals: int | None = 0
) -> str:
    """Return a share or the range that it lies in, with the mark of its qualifier: 40%, 65%–85%, ~40%."""
    ends = [_percent(end, language, decimals).lstrip("\u200e") for end in (low, high)]
    return _isolated(MARKS[Qualifier(qualifier)] + "–".join(dict.fromkeys(ends)), language)


def _isolated(told: str, language: str) -> str:
    """Return a range, a percentage or a marked number that keeps its direction in Arabic text.

    It runs from left to right; a percentage in Arabic digits from right to left, for its sign
    stands at its left.
    """
    if not is_rtl(language):
        return told
    if "٪" in told and told[0] not in "≥≤":  # which would be mirrored
        return f"\N{RIGHT-TO-LEFT ISOLATE}{told}\N{POP DIRECTIONAL ISOLATE}"
    return f"\N{LEFT-TO-RIGHT ISOLATE}{told}\N{POP DIRECTIONAL ISOLATE}"


def apart(name: str, language: str) -> str:
    """Return a name that reads the same in the midst of an Arabic sentence as it does alone.

    The digits with which it begins would else follow the letters before it: “54-30” for 30-54.
    """
    return isolated(name, language) if name[:1].isdigit() else name


def isolated(told: str, language: str) -> str:
    """Return a text that keeps its own direction in Arabic, and leaves that of what is around it alone."""
    if not is_rtl(language):
        return told
    return f"\N{FIRST STRONG ISOLATE}{told}\N{POP DIRECTIONAL ISOLATE}"


def form(value: float, language: str, decimals: int | None = None) -> int:
    """Return a whole number that has the plural of a number as `number` writes it (CLDR).

    >>> form(1, "en"), form(1, "en", 1) == MANY, form(1.5, "fr"), form(1.5, "ar") == MANY
    (1, True, 1, True)
    """
    if not isfinite(value):
        return MANY
    last = Decimal(1).scaleb(-(2 if decimals is None else decimals))
    told = abs(Decimal(str(value))).quantize(last, ROUND_HALF_UP)
    told = told.normalize() if decimals is None else told
    if _locale(LOCALES[language]).plural_form(told) == "one":
        return 1
    return int(told) if told == int(told) != 1 else MANY


def _word_of_ours(said: str, language: str) -> str:
    """Return a word of ours, or several with commas between them, in a language."""
    whole = text(said, language)
    if whole != said:
        return whole
    return joined((text(one.replace("_", " "), language) for one in said.split(", ")), language)


class _Sentence(Formatter):
    """Fills the places of a finding's sentence: numbers are written in the language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Return an argument: words of ours in the language, “…” for one that a finding lacks."""
        value = kwargs.get(f"{key}_{base(self.language)}", kwargs.get(str(key)))
        if key in DAYS and isinstance(value, str):
            return _days(value, self.language)
        if key in OURS and isinstance(value, str):
            return _word_of_ours(value, self.language)
        return "…" if value is None else value

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return an argument as it is written; quoted words keep their own direction."""
        if isinstance(value, int):
            return number(value, self.language)
        if isinstance(value, float) and isfinite(value):
            # What a cell may hold is told as exactly, and without a mark that could be read in two ways.
            return _written(value or 0.0, "0.######", self.language)
        word = str(value)
        # Of several names offered each has a direction of its own, and they follow as the text runs.
        names = word.split(" / ") if word else ()
        return " / ".join(isolated(name, self.language) for name in names)


def sentence(found: Finding, language: str) -> str:
    """Return what a finding says, in a language; it never fails for the arguments of a finding.

    >>> from schemas.findings import finding
    >>> sentence(finding("more_unreadable", found="F", times=1), "en")
    '1 more cell in column F cannot be read as a number: this one.'
    """
    _, many = SENTENCES[found.code]
    one, times = SINGULAR.get(found.code), found.arguments.get("times")
    count = times if isinstance(times, int) else MANY
    told = _catalogue(base(language)).ngettext(one, many, count) if one else text(many, language)
    if found.arguments.get("since") == UNKNOWN:
        told = re.sub(r" \([^()]*\{since\}\)", "", told)
    if found.arguments.get("suggestion") == UNKNOWN:  # nobody is asked whether nothing was meant
        told = re.sub(r"(?<=\.)\s+[^.]*\{suggestion\}[^.]*\.?$", "", told)
    return _Sentence(language).format(told, **{"found": quoted(found, language), **found.arguments})


def quoted(found: Finding, language: str) -> str:
    """Return what a finding quotes; the days of a period as people write them."""
    return _days(found.found, language) if found.code in PERIODS else found.found


def _days(told: str, language: str) -> str:
    """Return a text with the days in it (2023-06-30) as people write them; no other words change."""

    def written(match: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(match[0]), language)
        except ValueError:
            return match[0]

    return re.sub(r"\b\d{4}-\d\d-\d\d\b", written, told, flags=re.ASCII)


def period_code(start: date, end: date) -> str:
    """Return the short code of a period: 2023, 2023-S1, 2023-Q2, 2023-05, 2023-05-31, else both days."""
    months = end.month - start.month + 1
    is_whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if is_whole and start.year == end.year and (start.month - 1) % months == 0:
        part = 1 + start.month // months if months > 1 else start.month
        kinds = {12: "", 6: f"-S{part}", 3: f"-Q{part}", 1: f"-{part:02}"}
        if months in kinds:
            return f"{start.year:04}{kinds[months]}"
    return start.isoformat() if start == end else f"{start}/{end}"


def parse_period_code(code: str) -> tuple[date, date]:
    """Return the first and the last day of a period's code; ValueError where it is none."""
    try:
        if match := re.fullmatch(r"(\d{4})(?:-(?:S([12])|Q([1-4])|(\d{2})))?", code, re.ASCII):
            year, half, quarter, month = match.groups()
            months = 6 if half else 3 if quarter else 1 if month else 12
            last = int(half or quarter or month or 1) * months
            start = date(int(year), last - months + 1, 1)
            return start, start.replace(month=last, day=monthrange(start.year, last)[1])
        first, slash, second = code.partition("/")
        # Python reads more forms than people should have to tell apart (20230101, 2023-W01-1).
        if "W" not in code and len(first) == 10 and len(second) == (10 if slash else 0):
            start, end = date.fromisoformat(first), date.fromisoformat(second or first)
            if start <= end:
                return start, end
    except ValueError:
        pass
    raise ValueError(
        f"“{code}” is not a period: write 2023, 2023-S1, 2023-Q2, 2023-05 or 2023-01-01/2023-06-30."
    )
