"""What the labels of rows say: of which item, place and group of people each row is.

Statistical tables nest without saying so: a region, under it its women and men; "by age", under it
the ages. The words tell (catalogue and word lists), then headings (rows without values), then bold
print and indents; where nothing tells, a label is the name of an item, as written.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from etl.parse import age_band, fold, meaning, slug, words
from etl.reference import Reference

SELF_EVIDENT = ("sex", "age_group", "area")
"Dimensions that a label names without a heading; other categories count only under their own."

PLACE = "place"
"The dimension of a heading over places."

LONG = 5
"A heading of so many words that says nothing known is the name of what is counted, not a dimension."


class Line(NamedTuple):
    """A row as its labels show it: in several languages perhaps, the preferred one first.

    `level` is its depth: higher for rows that are indented, or not in bold.
    """

    texts: tuple[str, ...]
    has_values: bool
    level: int = 0


class Label(NamedTuple):
    """What the labels of one row say; empty where they say nothing of it."""

    item: str = ""
    place: str = ""
    breakdown: tuple[tuple[str, str], ...] = ()
    note: str = ""


class _Sense(NamedTuple):
    """What a label is by its words alone: total, place, category or item."""

    kind: str
    text: str
    dimension: str = ""
    code: str = ""


def read_labels(
    lines: Sequence[Line],
    reference: Reference,
    notes: Iterable[str] = (),
    *,
    has_sections: bool = False,
) -> list[Label]:
    """Return what each row's labels say; `notes` are the footnotes that their marks point to.

    With `has_sections`, a heading of unknown words is a chapter of the table, not a dimension.
    """
    footnotes = dict(map(_footnote, reversed(list(notes))))  # the preferred language last, to stay
    reader = _Reader(reference, has_sections=has_sections)
    labels = []
    parents = []
    for place, line in enumerate(lines):
        cleaned = [_without_mark(text, footnotes) for text in line.texts]
        texts = tuple(text for text, _ in cleaned if text)
        note = next((note for _, note in cleaned if note), "")
        if not line.has_values:
            below = [row.texts for row in _below(lines, place)]
            reader.heading(texts, below)
            labels.append(Label())
            parents.append("")
        else:
            label, parent = reader.row(texts, line.level)
            labels.append(label._replace(note=note))
            parents.append(parent)
    return _told_apart(lines, labels, parents)


def _below(lines: Sequence[Line], place: int) -> list[Line]:
    """Return the rows with values between a heading and the next one."""
    below = []
    for line in lines[place + 1 :]:
        if not line.has_values and any(line.texts):
            break
        below.append(line)
    return below


def _told_apart(
    lines: Sequence[Line], labels: Sequence[Label], parents: Sequence[str]
) -> list[Label]:
    """Return the labels, those that would be the same named after the row that they belong to."""
    times = Counter(
        label._replace(note="")
        for line, label in zip(lines, labels, strict=True)
        if line.has_values
    )
    return [
        label._replace(item=f"{parent}: {label.item}")
        if parent and times[label._replace(note="")] > 1
        else label
        for label, parent in zip(labels, parents, strict=True)
    ]


# --- Words -------------------------------------------------------------------------------------


def _of_which(text: str) -> str:
    """Return what follows "of which" at the beginning of a label, empty where it does not."""
    tokens = re.split(r"[\s:,]+", text.strip(" :,-–•"))
    for length in range(min(4, len(tokens) - 1), 0, -1):
        if meaning("of_which", " ".join(tokens[:length])):
            return " ".join(tokens[length:])
    return ""


def _footnote(text: str) -> tuple[str, str]:
    match = re.match(r"\s*(\d{1,2}|\*+)\)?\s*(?=[^\W\d])", text)
    return (match[1], text[match.end() :].strip()) if match else ("", "")


def _without_mark(text: str, footnotes: dict[str, str]) -> tuple[str, str]:
    """Return a label without the mark of its footnote, and that footnote.

    A digit at the end is a mark only where a footnote begins with it.
    """
    text = " ".join(text.split())
    match = re.search(r"(?<=[^\W\d])(\d{1,2})\)?$|(\*+)$", text)
    if match and (match[2] or match[1] in footnotes):
        return text[: match.start()].strip(), footnotes.get(match[1] or match[2], "")
    return text, ""


def category(dimension: str, texts: Iterable[str], reference: Reference) -> str:
    """Return the code of a category of a dimension by any of its names; empty where unknown.

    Age groups that the catalogue does not have are named by their ages.
    """
    texts = list(texts)
    for text in texts:
        if code := reference.find_category(dimension, text):
            return code
    if dimension == "age_group":
        return next((band for text in texts if (band := age_band(text))), "")
    return ""


def dimension_of(text: str, reference: Reference) -> str:
    """Return the code of the dimension that a header or a heading names ("By sex"), or empty."""
    base = re.sub(r"\([^)]*\)", " ", fold(text)).strip(" :.;-")
    forms = [base, base.split(",")[0].strip()]
    for form in tuple(forms):
        head, _, tail = form.partition(" ")
        if meaning("by", head):
            forms.append(tail)
        start, _, last = form.rpartition(" ")
        if meaning("by", last):
            forms.append(start)
    for form in forms:
        if form and (code := meaning("dimensions", form) or reference.find_dimension(form)):
            return code
    return ""


def _named_by(text: str, reference: Reference) -> bool:
    """Return whether a heading names what is counted and a dimension: "Victims by sex"."""
    tokens = fold(text).strip(" :").split()
    return any(
        meaning("by", token) and dimension_of(" ".join(tokens[place + 1 :]), reference)
        for place, token in enumerate(tokens)
        if place > 0
    )


def is_place(text: str, reference: Reference) -> bool:
    """Return whether a label names a place, in the catalogue or by a word like "district"."""
    tokens = re.findall(r"\w+", fold(text))
    if 2 <= len(tokens) <= 4 and any(token in words("place_words") for token in tokens):
        return True
    # Not shorter ones: "No" is a word before it is Norway.
    return len(text) > 3 and reference.find_place(text) is not None


class _Reader:
    """Reads rows from the top, remembering the headings that are in force."""

    def __init__(self, reference: Reference, *, has_sections: bool) -> None:
        self.reference = reference
        self.headings: list[tuple[str, str, str]] = []  # kind, dimension, code or text
        self.place = ""  # of the last row that was one
        self.items: list[tuple[str, int]] = []  # of rows, with their level
        self.last: dict[str, str] = {}  # the last category of the heading in force
        self.is_known = True  # whether that heading's dimension is
        self.has_sections = has_sections  # whether headings of unknown words are chapters

    def sense(self, texts: Sequence[str]) -> _Sense:
        """Return what the words of a label say by themselves."""
        text = texts[0] if texts else ""
        if any(meaning("totals", word) for word in texts):
            return _Sense("total", text)
        for dimension in SELF_EVIDENT:
            # Bare numbers may be anything; "18-29 years" is an age.
            spoken = [word for word in texts if any(map(str.isalpha, word))]
            if code := category(dimension, spoken, self.reference):
                return _Sense("category", text, dimension, code)
        if any(is_place(word, self.reference) for word in texts):
            return _Sense("place", text)
        return _Sense("item", text)

    def _force(self, kind: str, dimension: str, code: str) -> None:
        """Put a heading in force: it ends those of its kind, and all that came after them."""
        ended = [
            at
            for at, heading in enumerate(self.headings)
            if heading[:2] == (kind, dimension) or (kind == "group" == heading[0])
        ]
        del self.headings[min(ended, default=len(self.headings)) :]
        if kind != "group":
            self.headings = [heading for heading in self.headings if heading[0] != "group"]
            self.items = []
        self.headings.append((kind, dimension, code))
        self.place, self.last = "", {}

    def heading(self, texts: tuple[str, ...], below: Sequence[tuple[str, ...]]) -> None:
        """Take note of a row without values."""
        if not texts:
            return
        sense = self.sense(texts)
        dimension = next((d for t in texts if (d := dimension_of(t, self.reference))), "")
        self.is_known = True
        if dimension:
            self._force("group", "", dimension)
        elif sense.kind == "place":
            self._force("place", "", sense.text)
        elif sense.kind == "category":
            self._force("category", sense.dimension, sense.code)
        elif any(_named_by(text, self.reference) for text in texts):
            self._force("item", "", sense.text)
        else:
            self._unknown_heading(sense.text, below)

    def _unknown_heading(self, text: str, below: Sequence[tuple[str, ...]]) -> None:
        """Decide from the rows below what a heading is: a dimension, a subject, or nothing new."""
        if self.has_sections:
            self._force("section", "", text)
            return
        known = sum(self.sense(texts).kind in ("category", "total") for texts in below)
        if not below or (3 * known >= 2 * len(below) and len(text.split()) >= LONG):
            self._force("item", "", text)
        elif 3 * known >= 2 * len(below):
            self._force("group", "", "")
        else:
            self._force("group", "", slug(text))
            self.is_known = False

    def row(self, texts: tuple[str, ...], level: int) -> tuple[Label, str]:
        """Return what the labels of a row with values say, and the item it is a part of."""
        inner = tuple(_of_which(text) for text in texts)
        if any(inner):  # "of which women": a part of the row above
            return self._part_of_above(tuple(filter(None, inner)))
        sense = self.sense(texts)
        if sense.kind == "place" and self._section():  # a donor among donors, not where it was
            sense = sense._replace(kind="item")
        group = next((code for kind, _, code in self.headings if kind == "group"), "")
        breakdown = {d: code for kind, d, code in self.headings if kind == "category"}
        if group and group != PLACE:
            self._of_group(group, sense, texts, breakdown)
        elif sense.kind == "category":
            breakdown[sense.dimension] = sense.code
        elif sense.kind == "total":
            self.place = ""
        elif group == PLACE or sense.kind == "place":
            self.place = sense.text
        elif sense.text:
            parent = next((t for t, above in reversed(self.items) if above < level), "")
            self.items.append((sense.text, level))
            section = self._section()
            item = f"{section}: {sense.text}" if section else sense.text
            return self._label(item, breakdown), parent
        named = [code for kind, _, code in self.headings if kind == "item"]
        rows = {text for text, _ in self.items}
        item = named[-1] if named else rows.pop() if len(rows) == 1 else ""
        return self._label(item, breakdown), ""

    def _section(self) -> str:
        """Return the chapter that the rows belong to, empty for none."""
        return next((text for kind, _, text in self.headings if kind == "section"), "")

    def _part_of_above(self, texts: tuple[str, ...]) -> tuple[Label, str]:
        """Return the label of a row that says to be a part of the one above it."""
        sense = self.sense(texts)
        above = self.items[-1][0] if self.items else ""
        breakdown = {d: code for kind, d, code in self.headings if kind == "category"}
        if sense.kind == "category":
            return self._label(above, breakdown | {sense.dimension: sense.code}), ""
        return self._label(f"{above}: {sense.text}" if above else sense.text, breakdown), ""

    def _of_group(
        self, group: str, sense: _Sense, texts: Sequence[str], breakdown: dict[str, str]
    ) -> None:
        """Add the category of a row under the heading of a dimension."""
        own = category(group, texts, self.reference) if self.is_known else ""
        if sense.kind == "total":
            self.last = {}
        elif own or not self.is_known or sense.kind != "category" or sense.dimension == group:
            self.last = {group: own or slug(sense.text)}
        else:  # women and men again, of each age
            breakdown |= self.last | {sense.dimension: sense.code}
            return
        breakdown |= self.last

    def _label(self, item: str, breakdown: dict[str, str]) -> Label:
        over = [code for kind, _, code in self.headings if kind == "place"]
        place = self.place or (over[-1] if over else "")
        return Label(item, place, tuple(sorted(breakdown.items())))


# --- Units -------------------------------------------------------------------------------------

_PER = re.compile(r"(?<!\w)(?:per|par|por|ανα|لكل|на) (\d[\d ,.]*\d) [^\W\d]+")


def unit_of(item: str) -> str:
    """Return the unit that the name of an item holds: in brackets at its end, or "per 100 000 people"."""
    bracket = re.search(r"\(([^()]*)\)[\s*]*$", item)
    if bracket and any(word in words("unit_words") for word in _unit_tokens(bracket[1])):
        return " ".join(bracket[1].split())
    per = _PER.search(fold(item))
    return per[0] if per else ""


def _unit_tokens(text: str) -> list[str]:
    folded = fold(text)
    return [folded, *re.findall(r"[^\W\d]+|%|[€$£]", folded)]
