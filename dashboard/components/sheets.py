"""The picture of a sheet as the program sees it: data that `assets/js/mapping.js` draws.

What each row and column is, how sure that is and why; the questions; the words that must map to the
catalogue; and the first values as they would be read. The words for roles and cues are here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dashboard import sentences
from dashboard.components import tables
from etl import Reference, Seen
from schemas import words
from schemas.codes import Severity
from schemas.words import N_

ROLES = {
    "value": N_("Figures"),
    "numerator": N_("Part (numerator)"),
    "denominator": N_("Whole (denominator)"),
    "indicator": N_("Indicator"),
    "item": N_("Label of the row"),
    "period": N_("Period"),
    "start": N_("First day"),
    "end": N_("Last day"),
    "value_type": N_("Baseline, target or actual"),
    "unit": N_("Unit"),
    "currency": N_("Currency"),
    "project": N_("Project"),
    "place": N_("Place"),
    "dimension": N_("Group (sex, age …)"),
    "note": N_("Note"),
    "code": N_("Code, not a value"),
    "skip": N_("Left out"),
}
"What a column can be, in plain words."

FAMILIES = {
    "value": ("value", "numerator", "denominator"),
    "what": ("indicator", "item", "unit", "currency"),
    "when": ("period", "start", "end"),
    "where": ("place", "project"),
    "who": ("dimension", "value_type"),
    "beside": ("note", "code", "skip"),
}
"Roles that share a colour; the word beside it tells them apart."

FAMILY_WORDS = {
    "value": N_("figures"),
    "what": N_("what is counted"),
    "when": N_("when"),
    "where": N_("where"),
    "who": N_("for whom"),
    "beside": N_("not read as values"),
}

ROWS = {
    "title": N_("title"),
    "header": N_("header"),
    "tags": N_("tags"),
    "heading": N_("heading"),
    "data": "",
    "note": N_("footnote"),
    "empty": "",
}
"What a row can be; the many rows of data need no word."

_FIGURES, _WORDS = N_("There are figures below."), N_("There are words below.")
_KNOWN = N_("A word of the header is known.")
_NAMES = N_("The cells look like codes that name something.")
_NOTHING = N_("Nothing that is known stands in the header or the cells.")
_DAYS = N_("There are dates below.")
_OTHER = N_("A word of the header stands for something else.")

CUES = {
    "answered": N_("It was answered so."),
    "addresses": N_("There are links or addresses below."),
    "always_the_same": N_("The same figure stands in every row."),
    "begins_or_ends": N_("The header speaks of a beginning or an end."),
    "categories_below": N_("There are groups below, such as women and men."),
    "category_in_header": N_("The header names a group, such as women."),
    "code_word": N_("The header speaks of a code."),
    "codes": _NAMES,
    "comment_word": N_("The header speaks of a remark."),
    "coordinates": N_("The figures look like degrees on a map."),
    "count_word": N_("The header speaks of a count."),
    "counts_rows": N_("The figures only number the rows."),
    "currencies_below": N_("There are currencies below."),
    "day_of_writing": N_("The header speaks of the day on which something was written."),
    "days": _DAYS,
    "dimension_in_header": N_("The header names a kind of group, such as sex."),
    "empty": N_("The column is empty."),
    "few_different": N_("Few different words are repeated."),
    "few_label_columns": N_("There are few columns of words."),
    "few_small_numbers": N_("There are only a few small numbers."),
    "figures_below": _FIGURES,
    "figures_only": N_("There are nothing but figures below."),
    "fractions": N_("The figures have decimals."),
    "header_is_prose": N_("The header is a whole sentence."),
    "header_word": _KNOWN,
    "kind_of_value_in_header": N_("The header says baseline, target or actual."),
    "kinds_of_value_below": N_("The cells say baseline, target or actual."),
    "known_word": _OTHER,
    "left_of_labels": N_("It stands left of the labels."),
    "letters_and_digits": _NAMES,
    "long_texts": N_("The texts are long."),
    "many_different": N_("The words differ from row to row."),
    "measured": N_("The figures have decimals or are percentages."),
    "no_figures": N_("There are no figures below."),
    "no_header": N_("There is no header."),
    "no_periods": N_("There are no periods below."),
    "no_words": N_("There are hardly any words below."),
    "nothing_known": _NOTHING,
    "only_0_and_1": N_("There is nothing but 0 and 1."),
    "only_years": N_("There are nothing but years below."),
    "part_of_a_year": N_("There are parts of a year, such as quarters."),
    "period_in_header": N_("The header is a period."),
    "period_word": N_("The header speaks of a period."),
    "periods_below": N_("There are periods below."),
    "places_below": N_("There are known places below."),
    "plain_words": N_("The words below do not look like codes."),
    "repeated_figures": N_("The same figures are repeated."),
    "right_of_figures": N_("It stands right of the figures."),
    "shown_as_percentage": N_("The figures are shown as percentages."),
    "tag": N_("The tag of the column says so."),
    "tag_of_words": N_("The tag of the column stands for words."),
    "units_below": N_("There are units below."),
    "word_of_names": N_("The header speaks of places, groups or names."),
    "words": _WORDS,
    "words_below": _WORDS,
    "words_left_of_figures": N_("There are words left of the figures."),
    "yes_or_no_word": N_("The header asks for yes or no."),
    "yes_and_no": N_("There is yes and no below."),
}
"Per cue (`etl.roles`) the sentence that says what was seen."

CONFIDENCE = (
    (0.9, "sure", N_("Sure")),
    (0.6, "fairly", N_("Fairly sure")),
    (0.0, "look", N_("Please look")),
)
"From which confidence on it is told in which words."

FACTS = {"project": N_("Project"), "place": N_("Place"), "unit": N_("Unit"), "period": N_("Period")}
"What may hold for all values of a sheet, where no column says it."

KINDS = {
    "unknown_indicator": "indicator",
    "unknown_project": "project",
    "unknown_place": "place",
    "unknown_category": "category",
}
"Questions about a word of the sheet, and what of the catalogue it may be."

MOST_QUESTIONS = 500
"Questions that are told at once; the others follow as these are answered."

FIRST_VALUES = 12
"Values in the preview."

Told = dict[str, Any]


def family(role: str) -> str:
    """Return the family of roles that shares a colour with a role."""
    return next(name for name, roles in FAMILIES.items() if role in roles)


def confidence(share: float) -> tuple[str, str]:
    """Return the short name of a confidence and the words for it.

    >>> confidence(0.7)
    ('fairly', 'Fairly sure')
    """
    return next((name, word) for least, name, word in CONFIDENCE if share >= least)


def roles(language: str) -> list[Told]:
    """Return what a column can be, for the menu of each column."""
    return [
        {"code": role, "label": words.text(word, language), "family": family(role)}
        for role, word in ROLES.items()
    ]


def seen(found: Seen, language: str, rows: Mapping[str, int]) -> Told:
    """Return all that changes with the answers; `rows` says how many rows of a table are shown."""
    return {
        "tables": [
            _table(found, place, language, rows.get(str(place), 0))
            for place in range(len(found.tables))
        ],
        "questions": list(islice(_questions(found, language), MOST_QUESTIONS)),
        "preview": _preview(found, language),
        "verdict": _verdict(found, language),
        "tally": _tally(found, language),
        "project": found.taken.project_code or "",
    }


# --- Tables ------------------------------------------------------------------------------------


def _table(found: Seen, place: int, language: str, rows: int) -> Told:
    table = found.tables[place]
    letters = found.letters(table)
    lines = found.lines(table, rows) if rows else found.lines(table)
    shown = {line.number for line in lines}
    header = [
        row for row in range(table.header_top, table.first) if table.rows.get(row) == "header"
    ]
    return {
        "sheet": table.sheet,
        "title": _title(found, place, language),
        "columns": [
            _column(found, table.sheet, at, column, language)
            for at, column in zip(letters, table.columns, strict=True)
        ],
        "lines": [
            {
                "n": line.number,
                "role": table.rows.get(line.number - 1, "empty"),
                "label": words.text(ROWS[table.rows.get(line.number - 1, "empty")], language),
                "cells": line.cells,
            }
            for line in lines
        ],
        "hidden": sum(row + 1 not in shown for row in range(table.first, table.last)),
        "header": {
            "key": f"header@{table.sheet}!{letters[0]}",
            "first": min(header, default=table.header_top) + 1,
            "last": max(header, default=table.header_top) + 1,
        },
        "facts": [
            {
                "key": f"fact@{table.sheet}!{name}",
                "kind": name,
                "label": words.text(word, language),
                "value": found.answers.get(f"fact@{table.sheet}!{name}", ""),
                "said": table.facts.get(name, ""),
            }
            for name, word in FACTS.items()
        ],
    }


def _title(found: Seen, place: int, language: str) -> str:
    table = found.tables[place]
    rows = {"first": table.header_top + 1, "last": table.last}
    if not table.sheet:
        return words.text("Rows {first} to {last}", language, **rows)
    return words.text(
        "Sheet “{sheet}”, rows {first} to {last}", language, sheet=table.sheet, **rows
    )


def _column(found: Seen, sheet: str, letters: str, column: Any, language: str) -> Told:
    name, word = confidence(column.confidence)
    key = f"role@{sheet}!{letters}"
    is_answered = key in found.answers
    return {
        "letters": letters,
        "header": column.header,
        "role": column.role,
        "family": family(column.role),
        "key": key,
        "answered": is_answered,
        "sure": "answered" if is_answered else name,
        "word": words.text("Answered", language) if is_answered else words.text(word, language),
        "for": _reasons((r.cue for r in column.reasons if r.weight > 0), language),
        "against": _reasons((r.cue for r in column.reasons if r.weight < 0), language),
    }


def _reasons(cues: Iterable[str], language: str) -> list[str]:
    said = dict.fromkeys(CUES[cue] for cue in cues if cue in CUES)
    return [words.text(sentence, language) for sentence in said]


# --- Questions ---------------------------------------------------------------------------------


def _questions(found: Seen, language: str) -> Iterator[Told]:
    for name in found.hidden:
        key = f"hidden_sheet@{name}!"
        yield {
            "key": key,
            "kind": "choice",
            "text": words.text(
                "The sheet “{sheet}” is hidden. Is it to be read?", language, sheet=name
            ),
            "where": name,
            "options": [
                {"code": "", "label": words.text("No", language)},
                {"code": "read", "label": words.text("Yes", language)},
            ],
            "answer": found.answers.get(key, ""),
        }
    for entry in found.asked(language):
        code = entry.key.partition("@")[0].partition(":")[0]
        if code in ("role", "header", "fact", "hidden_sheet"):
            continue  # told with its table
        offered = list(zip(entry.codes, entry.labels, strict=True))
        if code == "role_unknown":
            offered = [(one, words.text(ROLES.get(one, one), language)) for one in entry.codes]
        kind = KINDS.get(code, "choice" if offered else "text")
        arguments = entry.found.arguments if entry.found else {}
        yield {
            "key": entry.key,
            "kind": kind,
            "text": entry.sentence,
            "word": entry.key.partition(":")[2] if code in KINDS else "",
            "where": "!".join(part for part in (entry.sheet, entry.cell) if part),
            "options": [{"code": one, "label": label} for one, label in offered],
            "within": str(arguments.get("dimension", "")),
            "answer": found.answers.get(entry.key, ""),
            "open": entry.found is not None,
            "severity": str(entry.severity),
        }


def _tally(found: Seen, language: str) -> list[Told]:
    """Return how many values would be read, and how much is still to be corrected or answered."""
    errors = sum(one.severity == Severity.ERROR for one in found.taken.findings)
    values = len(found.taken.read.parsed)
    told = [{"text": words.plural("{count} value", "{count} values", values, language), "kind": ""}]
    if errors:
        text = words.plural("{count} error", "{count} errors", errors, language)
        told.append({"text": text, "kind": "error"})
    return told


def _verdict(found: Seen, language: str) -> str:
    """Return why there is no table to show, empty where there is one."""
    if found.tables:
        return ""
    read = found.taken.read
    if read.layout_code:
        return words.text(
            "This workbook was read by the layout “{layout}”; nothing about it is guessed.",
            language,
            layout=read.layout_code,
        )
    return " ".join(words.sentence(one, language) for one in read.findings if not one.cell)


# --- What comes of it --------------------------------------------------------------------------


def _preview(found: Seen, language: str) -> str:
    """Return the first values as they would be read, as the HTML of a table; empty for none."""
    heads: list[tables.Cell] = [
        *(
            words.text(head, language)
            for head in (N_("Indicator"), N_("Place"), N_("Period"), N_("Value type"))
        ),
        words.text("Breakdown", language),
        {"t": words.text("Value", language), "number": True},
        words.text("Unit", language),
        words.text("Cell", language),
    ]
    rows = [
        _previewed(row, language)
        for row in found.taken.read.parsed.head(FIRST_VALUES).to_dict("records")
    ]
    caption = words.text("The first values", language)
    return tables.drawn(caption, heads, rows, kind="table table-compact") if rows else ""


def _previewed(row: Mapping[Any, Any], language: str) -> Sequence[tables.Cell]:
    missing = {"missing": words.text("not known", language)}
    has_period = row["period_start"] == row["period_start"]  # NaT is not
    period = (
        words.period(row["period_start"].date(), row["period_end"].date(), language)
        if has_period
        else missing
    )
    has_value = row["value"] == row["value"]
    value = (
        words.range_(row["value"], row["value"], language, qualifier=row["qualifier"])
        if has_value
        else row["text"] or row["raw"]
    )
    return [
        row["indicator"] or missing,
        row["place"] or missing,
        period,
        words.text(sentences.VALUE_TYPES.get(row["value_type"], row["value_type"]), language),
        row["breakdown"].replace("|", ", ") or "–",
        {"t": value, "number": True},
        row["unit"] or "–",
        {"t": f"{row['sheet']}!{row['cell']}".lstrip("!"), "cell": True},
    ]


def catalogue(reference: Reference, programme: str | None, language: str) -> Told:
    """Return what words of a sheet can mean: codes and names of a programme, and places."""

    def named(rows: Mapping[Any, Any], *, is_ours: bool) -> list[Told]:
        return [
            {"code": code, "label": words.name(row.names, language)}
            for code, row in rows.items()
            if not is_ours or not programme or row.programme_code == programme
        ]

    categories: dict[str, list[Told]] = {}
    for (dimension, code), row in reference.categories.items():
        label = words.name(row.names, language)
        categories.setdefault(dimension, []).append({"code": code, "label": label})
    return {
        "indicator": named(reference.indicators, is_ours=True),
        "project": named(reference.projects, is_ours=True),
        "place": named(reference.places, is_ours=False),
        "unit": named(reference.units, is_ours=False),
        "category": categories,
    }
