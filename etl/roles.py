"""What each column of a table is: every role has a score from named cues, and the best one wins.

A cue looks at the header (words, tag, period) or at the cells below (kinds, words, distinctness).
How far the best role is ahead of the next is its confidence; where figures are concerned and it is
low, the column is asked about (`role_unknown`) and not read.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from etl import grid as g
from etl import labels, lexicon, parse
from etl.grid import Grid
from etl.lexicon import ROLE_OF, Says
from etl.parse import meaning, words
from etl.reference import Reference

SAMPLE = 60
"So many different texts of a column are looked at."

ROLES = (
    *("value", "numerator", "denominator", "indicator", "item", "period", "start", "end"),
    *("value_type", "unit", "currency", "project", "place", "dimension", "note", "code", "skip"),
)
NUMBER_ROLES = ("value", "numerator", "denominator")

PERIODS = (parse.DATE, parse.AMBIGUOUS, parse.UNANCHORED)
"What a text that is a period can be, proven or not."

UNSURE = 0.6
"Below this confidence a column of figures is asked about."


@dataclass(frozen=True)
class ColumnView:
    """What can be seen of one column of a table."""

    grid: Grid
    reference: Reference
    column: int
    levels: tuple[str, ...]
    tag: str
    rows: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    says: Says
    is_left: bool
    is_leftmost: bool
    has_header: bool
    texts_left: int

    @property
    def header(self) -> str:
        """The header as one line, its levels from the top."""
        return lexicon.SEPARATOR.join(dict.fromkeys(filter(None, self.levels)))

    @cached_property
    def kinds(self) -> dict[int, int]:
        """How many cells there are of each kind."""
        counts = np.bincount(self.grid.kinds[self.rows, self.column], minlength=8)
        return dict(enumerate(counts.tolist()))

    @cached_property
    def filled(self) -> int:
        """How many cells are filled."""
        return sum(self.kinds.values()) - self.kinds[g.EMPTY]

    def share(self, *kinds: int) -> float:
        """Return the share of some kinds among the filled cells."""
        return sum(self.kinds[kind] for kind in kinds) / self.filled if self.filled else 0.0

    @cached_property
    def sample(self) -> list[str]:
        """Different texts of the column, from its whole length."""
        filled = self.rows[self.grid.kinds[self.rows, self.column] != g.EMPTY]
        step = max(len(filled) // (5 * SAMPLE), 1)
        texts = dict.fromkeys(self.grid.text(r, self.column) for r in filled[::step].tolist())
        return list(texts)[:SAMPLE]

    @cached_property
    def distinct(self) -> float:
        """The share of different texts among those looked at."""
        filled = self.rows[self.grid.kinds[self.rows, self.column] != g.EMPTY]
        looked = filled[: 4 * SAMPLE].tolist()
        return len({self.grid.text(r, self.column) for r in looked}) / max(len(looked), 1)

    @cached_property
    def length(self) -> float:
        """The mean length of a text."""
        return sum(map(len, self.sample)) / max(len(self.sample), 1)

    def share_of(self, test: Callable[[str], object]) -> float:
        """Return the share of the sample that passes a test."""
        return sum(bool(test(text)) for text in self.sample) / max(len(self.sample), 1)

    @cached_property
    def numbers(self) -> list[float]:
        """The numbers of the column: as typed, with a point, else with a comma; at most hundreds."""
        found = []
        for row in self.rows[: 10 * SAMPLE].tolist():
            cell = self.grid.cell(row, self.column)
            if isinstance(cell, float):
                found.append(cell)
            elif isinstance(cell, str):
                _, point, comma = parse.read_number(cell)
                found += [value for value in (point, comma) if not math.isnan(value)][:1]
        return found

    @cached_property
    def is_counter(self) -> bool:
        """Whether the column, left of the words, counts its rows: 1, 2, 3."""
        steps = [b - a for a, b in zip(self.numbers, self.numbers[1:], strict=False)]
        return (
            self.is_leftmost
            and len(steps) > 2
            and self.numbers[0] in (0, 1)
            and steps.count(1) >= 0.6 * len(steps)
        )

    @cached_property
    def is_flags(self) -> bool:
        """Whether there is nothing but 0 and 1, often."""
        return len(self.numbers) >= 8 and set(self.numbers) == {0.0, 1.0}

    @cached_property
    def is_all_zero(self) -> bool:
        """Whether there is nothing but 0."""
        return bool(self.numbers) and set(self.numbers) == {0.0}

    @cached_property
    def is_constant(self) -> bool:
        """Whether one number stands in every row; a 1 in few rows may have been counted."""
        alike = set(self.numbers)
        few = 10 if alike == {1.0} else 6
        return len(alike) == 1 and alike != {0.0} and len(self.numbers) >= few

    @cached_property
    def years(self) -> float:
        """The share of figures that are years."""
        figures = self.kinds[g.YEAR] + self.kinds[g.NUMBER]
        return self.kinds[g.YEAR] / figures if figures else 0.0

    @cached_property
    def periods(self) -> float:
        """The share of texts that are periods."""
        if not self.sample:
            return 0.0
        column = parse.periods(self.sample)
        parts = [bool(parse.partial_period(text)) for text in self.sample]
        read = zip(column.kind.tolist(), parts, strict=True)
        known = [kind in PERIODS or is_part for kind, is_part in read]
        return sum(known) / len(known)

    @cached_property
    def part_form(self) -> str:
        """How a cell says its part of a year, as a template; empty where it says none.

        Months and quarters in words say it alone, numbers and ordinals below a header that names
        the part: "Quarter | 2", "Τρίμηνο | Β'".
        """
        if not self.sample:
            return ""
        header = self.levels[-1] if self.levels else ""
        is_short = len(lexicon.plain(header).split()) <= 2  # "Week", not "Hours per week"
        named = lexicon.header_words(header) if is_short else ()
        forms = ["{part}"]
        for section, form in PARTS.items():
            if any(word == section and weight >= lexicon.EDGE for word, weight in named):
                forms += [form, f"{header} {{part}}", f"{{part}} {header}"]
        return next((form for form in forms if self.share_of(partial(_is_part, form)) > 0.8), "")

    @cached_property
    def sections(self) -> set[str]:
        """The sections of words that occur in the header."""
        return {section for level in self.levels for section, _ in lexicon.header_words(level)}

    @cached_property
    def tag_section(self) -> str:
        """What the tag of the column stands for."""
        return lexicon.tag_section(self.tag) if self.tag else ""

    def word(self, *roles: str) -> float:
        """Return how much the words of the header, the lowest level first, speak for some roles."""
        best = 0.0
        for depth, level in enumerate(reversed([level for level in self.levels if level])):
            for section, weight in lexicon.header_words(level):
                if ROLE_OF[section] in roles:
                    best = max(best, weight / (1 + depth))
        return best

    @cached_property
    def updated(self) -> float:
        """How much the header says that a day is one of writing, not of happening."""
        return max(
            (w for level in self.levels for s, w in lexicon.header_words(level) if s == "updated"),
            default=0.0,
        )


PARTS = {"month": "M{part:0>2}", "quarter": "Q{part}", "half": "S{part}", "week": "W{part:0>2}"}
"Per section of headers over parts of a year how a number is written as one."


def _is_part(form: str, text: str) -> bool:
    written = form.format(part=text)
    if parse.partial_period(written):
        return True
    return form in PARTS.values() and parse.periods([f"2023 {written}"]).kind[0] == parse.DATE


def _value_type(text: str) -> str:
    return meaning("value_types", text)


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"(?=.*\d)[\w.:/-]*[A-Za-z][\w.:/-]*", text)) and " " not in text


def _category_share(view: ColumnView) -> float:
    """Return the share of texts that are categories of one dimension, or totals."""
    best = 0.0
    spoken = [text for text in view.sample if any(map(str.isalpha, text))]
    for dimension in labels.SELF_EVIDENT:
        known = sum(bool(labels.category(dimension, [text], view.reference)) for text in spoken)
        totals = sum(bool(meaning("totals", text)) for text in spoken)
        if known:
            best = max(best, (known + totals) / len(spoken))
    return best


Cue = tuple[str, float, Callable[[ColumnView], float]]


def _text(view: ColumnView) -> float:
    return view.share(g.TEXT)


def _figures(view: ColumnView) -> float:
    return view.share(g.NUMBER, g.YEAR, g.MARK)


def _named(*roles: str) -> Callable[[ColumnView], float]:
    return lambda view: view.word(*roles)


def _tagged(*roles: str) -> Callable[[ColumnView], float]:
    return lambda view: ROLE_OF.get(view.tag_section, "") in roles


def _is_measured(view: ColumnView) -> bool:
    """Return whether figures can be nothing but measured: with fractions, or a unit in the header."""
    return (
        _is_percentage(view)
        or bool(lexicon.unit_of(view.levels))
        or (any(not number.is_integer() for number in view.numbers) and not _names_degrees(view))
    )


def _names_degrees(view: ColumnView) -> bool:
    header = view.header.casefold()
    named = r"(?<![a-z])(?:lat|lon|lng)(?![a-z])|latitud|longitud|shape"
    return header in ("x", "y") or bool(re.search(named, header))


def _is_code_like(text: str) -> bool:
    return _is_code(text) or (text.isupper() and " " not in text)


def _code_word(view: ColumnView) -> float:
    """Return how much the header speaks for numbers that name something; "No (%)" does not."""
    weight = view.word("code")
    return weight if weight >= lexicon.WHOLE or not _is_measured(view) else 0.0


def _names_things(view: ColumnView) -> float:
    """Return how much the header speaks for names of things, where it does so more than for figures."""
    weight = view.word("dimension", "place", "project")
    if weight <= view.word("value"):
        return 0.0
    return 2 * weight if weight >= lexicon.WHOLE and len(view.levels) == 1 else weight


def _mostly_words(view: ColumnView) -> float:
    return view.share(g.TEXT, g.MARK) >= 0.7 and view.share(g.TEXT) > 0.2


NOT_WORDS: Cue = ("no_words", -6.0, lambda v: not _mostly_words(v))

CUES: dict[str, tuple[Cue, ...]] = {
    "value": (
        ("figures_below", 3.0, lambda v: _figures(v) >= 0.6 and v.numbers != []),
        ("no_figures", -8.0, lambda v: not v.numbers),
        ("words_below", -5.0, lambda v: v.share(g.TEXT) > 0.5 or v.share(g.DAY) > 0.5),
        ("header_word", 1.0, _named("value")),
        ("code_word", -1.5, lambda v: _code_word(v) * (v.word("value") < v.word("code"))),
        ("word_of_names", -0.6, _names_things),
        ("period_word", -0.8, lambda v: v.word("period") * (not v.says.period)),
        ("no_header", -2.5, lambda v: not v.header and v.has_header),
        ("header_is_prose", -4.0, lambda v: len(v.header.split()) > 60),
        ("tag", 4.0, _tagged("value")),
        ("tag_of_words", -4.0, _tagged("dimension", "place", "code")),
        ("period_in_header", 2.5, lambda v: bool(v.says.period)),
        ("kind_of_value_in_header", 2.0, lambda v: bool(v.says.value_type)),
        ("category_in_header", 1.5, lambda v: bool(v.says.categories)),
        ("shown_as_percentage", 1.5, lambda v: _is_percentage(v)),
        ("fractions", 0.7, lambda v: any(not n.is_integer() for n in v.numbers)),
        ("counts_rows", -4.0, lambda v: v.is_counter),
        ("only_0_and_1", -2.0, lambda v: v.is_flags),
        ("only_years", -3.0, lambda v: v.years > 0.9 and len(v.numbers) > 0),
        ("coordinates", -3.0, lambda v: _are_coordinates(v)),
        ("yes_or_no_word", -2.0, lambda v: ("flag" in v.sections) * (v.is_flags or v.is_all_zero)),
        ("always_the_same", -3.0, lambda v: v.is_constant),
        ("part_of_a_year", -3.0, lambda v: bool(v.part_form)),
        ("left_of_labels", -1.0, lambda v: v.is_left),
    ),
    "numerator": (
        ("header_word", 2.0, _named("numerator")),
        ("no_figures", -8.0, lambda v: not v.numbers),
    ),
    "denominator": (
        ("header_word", 2.0, _named("denominator")),
        ("no_figures", -8.0, lambda v: not v.numbers),
    ),
    "code": (
        ("header_word", 1.5, _code_word),
        ("plain_words", -2.5, lambda v: _mostly_words(v) and not v.share_of(_is_code_like)),
        ("tag", 5.0, _tagged("code")),
        ("counts_rows", 2.5, lambda v: v.is_counter),
        ("letters_and_digits", 2.5, lambda v: v.share_of(_is_code) > 0.8),
        ("coordinates", 2.0, lambda v: _are_coordinates(v)),
        ("figures_below", 0.3, lambda v: _figures(v) >= 0.6),
        ("count_word", -1.0, _named("value")),
        ("measured", -2.5, _is_measured),
        ("repeated_figures", -2.0, lambda v: len(v.numbers) > 4 and v.distinct < 0.8),
    ),
    "period": (
        ("header_word", 1.3, _named("period")),
        ("tag", 4.0, _tagged("period")),
        ("periods_below", 3.0, lambda v: v.periods >= 0.8 or v.share(g.DAY) >= 0.8),
        ("only_years", 2.5, lambda v: v.years > 0.9 and v.kinds[g.YEAR] > 0),
        ("part_of_a_year", 9.0, lambda v: bool(v.part_form)),
        (
            "no_periods",
            -7.0,
            lambda v: not v.part_form and v.periods < 0.5 and v.share(g.DAY, g.YEAR) < 0.5,
        ),
        ("day_of_writing", -1.5, lambda v: v.updated),
        ("period_in_header", -4.0, lambda v: bool(v.says.period)),
        ("begins_or_ends", -1.0, _named("start", "end")),
        ("count_word", -1.0, lambda v: v.word("value") * (v.word("period") == 0)),
    ),
    "start": (
        ("header_word", 2.0, _named("start")),
        ("tag", 5.0, _tagged("start")),
        ("no_periods", -7.0, lambda v: v.periods < 0.5 and v.share(g.DAY, g.YEAR) < 0.5),
    ),
    "end": (
        ("header_word", 2.0, _named("end")),
        ("tag", 5.0, _tagged("end")),
        ("no_periods", -7.0, lambda v: v.periods < 0.5 and v.share(g.DAY, g.YEAR) < 0.5),
    ),
    "place": (
        ("header_word", 1.4, _named("place")),
        ("tag", 4.0, _tagged("place")),
        (
            "places_below",
            3.0,
            lambda v: v.share_of(lambda t: labels.is_place(t, v.reference)) > 0.6,
        ),
        NOT_WORDS,
    ),
    "indicator": (
        ("header_word", 1.5, _named("indicator")),
        ("tag", 4.0, _tagged("indicator")),
        ("code_word", -0.5, _named("code")),
        ("comment_word", -0.5, _named("note")),
        ("figures_only", -5.0, lambda v: _figures(v) > 0.7),
        NOT_WORDS,
    ),
    "item": (
        ("words_left_of_figures", 2.2, lambda v: v.is_left and _mostly_words(v)),
        ("few_label_columns", 0.8, lambda v: v.is_left and v.texts_left <= 4),
        ("many_different", 0.6, lambda v: v.is_left and v.distinct > 0.7),
        ("no_header", 0.6, lambda v: v.is_left and not v.header),
        ("header_word", 1.2, _named("item")),
        ("known_word", -0.7, _named("place", "project", "dimension", "note", "period", "unit")),
        ("codes", -3.0, lambda v: v.share_of(_is_code) > 0.8),
        NOT_WORDS,
    ),
    "value_type": (
        ("header_word", 1.5, _named("value_type")),
        (
            "kinds_of_value_below",
            9.0,
            lambda v: v.share_of(_value_type) > 0.8 and len(set(map(_value_type, v.sample))) > 1,
        ),
        NOT_WORDS,
    ),
    "unit": (
        ("header_word", 1.7, _named("unit")),
        (
            "units_below",
            1.5,
            lambda v: v.share_of(lambda t: t.casefold() in words("unit_words")) > 0.6,
        ),
        NOT_WORDS,
    ),
    "currency": (
        ("header_word", 1.7, _named("currency")),
        ("currencies_below", 2.5, lambda v: v.share_of(lambda t: t in words("currencies")) > 0.8),
        NOT_WORDS,
    ),
    "project": (
        ("header_word", 1.4, _named("project")),
        ("tag", 4.0, _tagged("project")),
        NOT_WORDS,
    ),
    "dimension": (
        ("header_word", 1.4, _named("dimension")),
        ("tag", 4.0, _tagged("dimension")),
        (
            "dimension_in_header",
            3.0,
            lambda v: _dimension(v) not in ("", labels.PLACE),
        ),
        ("categories_below", 3.5, lambda v: _category_share(v) > 0.7),
        ("few_different", 1.2, lambda v: v.distinct < 0.5),
        ("words", 1.0, lambda v: _mostly_words(v) and v.length < 60),
        ("long_texts", -2.0, lambda v: v.length > 80),
        ("no_words", -3.0, lambda v: not _mostly_words(v)),
        ("few_small_numbers", 2.0, lambda v: _is_scale(v) and v.tag_section == "group"),
    ),
    "note": (
        ("header_word", 1.4, _named("note")),
        ("tag", 4.0, _tagged("note")),
        ("long_texts", 2.5, lambda v: v.length > 60),
        ("right_of_figures", 0.4, lambda v: not v.is_left),
        ("words", 0.3, _mostly_words),
        ("figures_only", -3.0, lambda v: _figures(v) > 0.7),
    ),
    "skip": (
        ("nothing_known", 0.5, lambda v: True),
        ("yes_or_no_word", 2.0, lambda v: ("flag" in v.sections) * (v.is_flags or v.is_all_zero)),
        ("empty", 10.0, lambda v: v.filled == 0),
        ("day_of_writing", 1.5, lambda v: v.updated * (v.periods > 0.5 or v.share(g.DAY) > 0.5)),
        ("days", 1.5, lambda v: v.share(g.DAY) > 0.7),
        ("yes_and_no", 4.0, lambda v: v.share(g.FLAG) > 0.5),
        ("only_0_and_1", 1.5, lambda v: v.is_flags),
        ("addresses", 5.0, lambda v: v.share_of(lambda t: "://" in t or "@" in t) > 0.5),
    ),
}
"Per role its cues: name, weight, and how far they hold (0 to 1, or the weight of a word)."


def _is_percentage(view: ColumnView) -> bool:
    formats = view.grid.sheet.formats
    return any("%" in formats.get((row, view.column), "") for row in view.rows[:20].tolist())


def _dimension(view: ColumnView) -> str:
    """Return the dimension that the header names, empty for none."""
    return labels.dimension_of(view.levels[-1] if view.levels else "", view.reference)


def _is_scale(view: ColumnView) -> bool:
    """Return whether there are only few whole numbers, as of a priority or a class."""
    return len(view.numbers) > 8 and len(set(view.numbers)) <= 6 and max(view.numbers) <= 10


def _are_coordinates(view: ColumnView) -> bool:
    """Return whether numbers look like degrees: many decimals, all within a narrow band."""
    numbers = view.numbers
    if len(numbers) < 4 or not all(abs(n) <= 180 for n in numbers):
        return False
    fine = sum(len(repr(n).partition(".")[2]) >= 4 for n in numbers) / len(numbers)
    spread = max(numbers) - min(numbers)
    return fine > 0.8 and spread < 30 and _names_degrees(view)


@dataclass(frozen=True)
class Chosen:
    """The role of a column, its confidence, the reasons, and the next best role."""

    role: str
    confidence: float
    reasons: tuple[tuple[str, float], ...]
    next_role: str


def role_of(view: ColumnView) -> Chosen:
    """Return the role that the cues speak for."""
    scores: dict[str, float] = {}
    reasons: dict[str, list[tuple[str, float]]] = {}
    for role, cues in CUES.items():
        spoken = [(name, round(weight * float(holds(view)), 2)) for name, weight, holds in cues]
        reasons[role] = [(name, weight) for name, weight in spoken if weight]
        scores[role] = sum(weight for _, weight in reasons[role])
    ranked = sorted(scores, key=lambda role: -scores[role])
    first, second = ranked[:2]
    confidence = 1 / (1 + math.exp(scores[second] - scores[first]))
    return Chosen(first, round(confidence, 2), tuple(reasons[first]), second)
