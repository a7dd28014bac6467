"""How much of unknown workbooks is read right: every value against what a person found in the file.

    python -m benchmarks.recognition [FOLDER] [--file NAME] [--layout NAME] [--verbose] [--json]

Each file of FOLDER is read as `medtown tidy FILE --layout auto` reads it, once without answers and
once with those that a partner would give. What should come out is told by `benchmarks.expectations`;
`--expected` prints it, without reading anything by the program.

Compared cell by cell, by sheet and address. The *number*: equal within 1e-9. The *period*: both
days (a target or baseline may stand on the last day alone). The *value type*. The *label*: of each
label cell, all words of at least one alternative (idle words aside; of more than eight, four in
five) stand in indicator, place, project, breakdown, unit or note of the value, or in names that the
catalogue has for its categories, place and unit. A label cell that only says "total" needs no word,
but must not have become a place or a category. Two values whose labels differ but whose series is
the same are both wrong.

*Wrong in silence*: wrong, or no value at all, in a column for which (or for whose sheet) there is
neither a question nor a warning nor an error.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import etl
from benchmarks.expectations import TOTALS, Expectation, ExpectationError, Value, expand, words_of
from etl import questions, reference
from etl.markup import column_letters, column_number
from etl.parse import fold
from etl.reference import Reference
from schemas.codes import Severity
from schemas.rows import categories_of

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
FOLDER = HERE.parent / "tests" / "data" / "workbooks"
SHOWN = 20
Row = Mapping[Any, Any]
"One value as `medtown tidy` tells it, with its note."

# --- What is found -------------------------------------------------------------------------------

NAMING = ("indicator", "project", "place", "breakdown", "unit", "note")
"What labels a value."
FAULTS = ("number", "period", "value type", "label")


@dataclass
class Outcome:
    """What became of the expected values of one file in one reading."""

    found: int = 0
    found_sum: float = 0.0
    right: int = 0
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    values: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether no value was made of the file, and something was said of it."""
        return not self.values and bool(self.codes)


def compare(expected: Expectation, read: Any, catalogue: Reference, *, answered: bool) -> Outcome:
    """Return what a reading (`etl.intake.Read`) made of the values that are expected."""
    result = Outcome()
    result.questions = sorted({questions.key(f) for f in read.findings if questions.is_question(f)})
    result.codes = sorted({f.code for f in read.findings if f.severity != Severity.NOTE})
    is_told = _told_of(read.findings)
    tidy = etl.tidy(read.parsed).assign(note=read.parsed["note"])
    rows: list[Row] = [*tidy[tidy["value"].notna()].to_dict("records")]
    result.values = len(rows)
    collided = _collided(expected, rows)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        where = row["sheet"], row["cell"]
        value = expected.values.get(where)
        if value is None and where in expected.ignored:
            continue
        is_again = where in seen
        seen.add(where)
        if value is None or is_again:
            line = f"{_name(where)}: {'again ' if is_again else ''}{_shown(row)}"
            result.extra.append(line)
        else:
            if not value.is_optional:
                result.found += 1
                result.found_sum += row["value"]
            fault = _fault(value, row, catalogue, answered=answered)
            fault = fault or ("label" if where in collided else "")
            if not fault:
                result.right += not value.is_optional
                continue
            line = f"{_name(where)}: {_shown(row)}; expected {_wanted(value)}"
            line += "; its series is another value's too" if where in collided else ""
            result.wrong[fault].append(line)
        if not is_told(*where):
            result.silent.append(line)
    result.missing = _missing(expected, seen)
    return result


def _missing(expected: Expectation, seen: Collection[tuple[str, str]] = ()) -> list[str]:
    return [
        f"{_name(where)}: {_wanted(value)}"
        for where, value in expected.values.items()
        if where not in seen and not value.is_optional
    ]


def _fault(value: Value, row: Row, catalogue: Reference, *, answered: bool) -> str:
    """Return what is wrong with a value, the first of FAULTS; empty where it is right."""
    numbers = [
        value.number,
        *([100 * value.number, value.number / 100] if value.is_percent else []),
    ]
    if not any(math.isclose(row["value"], number, rel_tol=1e-9) for number in numbers):
        return "number"
    days = row["period_start"], row["period_end"]
    is_open = value.is_asked and not answered and days == ("", "")
    on_a_day = value.value_type in ("target", "baseline") and days[1] == value.end
    is_dated = on_a_day and days[0] in (value.start, value.end, "")
    if value.start != "any" and not (is_open or is_dated or days == (value.start, value.end)):
        return "period"
    if value.value_type not in ("any", row["value_type"]):
        return "value type"
    return "" if _is_labelled(value, row, catalogue) else "label"


def _is_labelled(value: Value, row: Row, catalogue: Reference) -> bool:
    """Return whether the labels of a value are told, and no total became a category."""
    categories = categories_of(row["breakdown"])
    if any(label.is_total for label in value.labels):
        places = [
            row["place"],
            row["project"],
            *(text.replace("_", " ") for text in categories.values()),
        ]
        if any(fold(place) in TOTALS for place in places):
            return False
    told = _words_told(row, catalogue)
    return all(label.is_in(told) for label in value.labels)


def _words_told(row: Row, catalogue: Reference) -> frozenset[str]:
    """Return all words that a value is labelled with, in its own text or by the catalogue."""
    texts = [row[name].replace("_", " ") for name in NAMING]
    known: list[Any] = [
        entry
        for dimension, code in categories_of(row["breakdown"]).items()
        for entry in (
            catalogue.dimensions.get(dimension),
            catalogue.categories.get((dimension, code)),
        )
    ]
    place_code, unit_code = catalogue.find_place(row["place"]), catalogue.find_unit(row["unit"])
    known += [catalogue.places[place_code]] if place_code else []
    known += [catalogue.units[unit_code]] if unit_code else []
    for entry in known:
        texts += [*entry.names.values(), *entry.aliases] if entry else []
    return words_of(" ".join(texts))


def _collided(expected: Expectation, rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Return the cells whose values are of one series and one period, though their labels differ."""
    series = (
        "indicator",
        "project",
        "place",
        "period_start",
        "period_end",
        "value_type",
        "breakdown",
        "unit",
    )
    together: dict[tuple[str, ...], list[Value]] = defaultdict(list)
    for row in rows:
        if value := expected.values.get((row["sheet"], row["cell"])):
            together[tuple(fold(row[name]) for name in series)].append(value)
    return {
        (value.sheet, value.cell)
        for values in together.values()
        if len({value.says for value in values}) > 1
        for value in values
    }


def _told_of(findings: Iterable[Any]) -> Callable[[str, str], bool]:
    """Return whether something was asked or warned of about a cell's column, or its sheet."""
    told: set[tuple[str, str]] = set()
    for found in findings:
        if not questions.is_question(found) and found.severity == Severity.NOTE:
            continue
        first, _, last = found.cell.rstrip("0123456789").partition(":")
        first = first.rstrip("0123456789")
        if not first:
            told.add((found.sheet, ""))
            continue
        columns = range(column_number(first), column_number(last or first) + 1)
        told |= {(found.sheet, column_letters(column)) for column in columns}
    return lambda sheet, cell: (sheet, "") in told or (sheet, cell.rstrip("0123456789")) in told


def _name(where: tuple[str, str]) -> str:
    return "!".join(part for part in where if part)


def _shown(row: Row) -> str:
    labels = " / ".join(row[name] for name in NAMING if row[name])
    return f"{row['value']:.10g} {row['period_start']}–{row['period_end']} {row['value_type']} [{labels}]"


def _wanted(value: Value) -> str:
    labels = " / ".join(label.alternatives[0] for label in value.labels if label.alternatives)
    return f"{value.number:.10g} {value.start}–{value.end} {value.value_type} [{labels}]"


# --- Running -----------------------------------------------------------------------------------


@dataclass
class Measured:
    """A file, what was expected of it, and what came out without and with answers."""

    file: str
    expected: Expectation | None = None
    asked: Outcome = field(default_factory=Outcome)
    answered: Outcome = field(default_factory=Outcome)
    failure: str = ""

    @property
    def wanted(self) -> list[Value]:
        """The values that must be found."""
        values = self.expected.values.values() if self.expected else ()
        return [value for value in values if not value.is_optional]


def measure(
    path: Path, catalogue: Reference, layout: str | None = "auto", expectations: Path = EXPECTED
) -> Measured:
    """Return what becomes of a file, compared with its expectation."""
    result = Measured(path.name)
    body = expectations / f"{path.name}.toml"
    if not body.exists():
        result.failure = "no expectation"
        return result
    try:
        expected = result.expected = expand(path, body.read_text("utf-8"))
    except ExpectationError as error:
        result.failure = str(error)
        return result
    read: Callable[..., Any] = etl.read_file
    data = path.read_bytes()
    result.asked = result.answered = Outcome(missing=_missing(expected))
    try:
        first = read(data, path.name, layout_name=layout)
        result.asked = result.answered = compare(expected, first, catalogue, answered=False)
        if expected.answers:
            second = read(data, path.name, layout_name=layout, answers=expected.answers)
            result.answered = compare(expected, second, catalogue, answered=True)
    except Exception as error:  # a fault of the program is a result of the measure
        result.failure = f"{type(error).__name__}: {error}"
    return result


def line_of(one: Measured) -> str:
    """Return the line of a file: found/expected, sums, faults, extra values, questions, rights."""
    if one.expected is None:
        return f"{one.file:45.45} {one.failure}"
    asked, answered = one.asked, one.answered
    questions_and_rest = f"{len(asked.questions):3} questions"
    if one.expected.kind != "table":
        verdict = (
            f"said: {', '.join(asked.codes)}" if asked.is_refused else "NOT SAID to hold no values"
        )
        text = f"{one.expected.kind}: {verdict}; {len(asked.extra)} extra, {questions_and_rest}"
    else:
        wanted = sum(value.number for value in one.wanted)
        faults = [f"{len(asked.wrong[fault])} {fault}" for fault in FAULTS if asked.wrong[fault]]
        wrong = ", ".join(faults) or "0"
        text = (
            f"{asked.found:6}/{len(one.wanted):<6} sum {asked.found_sum:.10g}/{wanted:.10g}"
            f"  right {asked.right}  wrong {wrong}  missing {len(asked.missing)}  extra {len(asked.extra)}"
            f"  silent {len(asked.silent)} {questions_and_rest}  then right {answered.right}"
        )
    return f"{one.file:45.45} {text}{'  FAILED ' + one.failure if one.failure else ''}"


def totals_of(measured: Sequence[Measured]) -> dict[str, float]:
    """Return the totals over all files that have an expectation."""
    known = [one for one in measured if one.expected]
    others = [one for one in known if one.expected and one.expected.kind != "table"]
    wanted = sum(len(one.wanted) for one in known)
    shares = [one.asked.right / len(one.wanted) for one in known if one.wanted]
    return {
        "files": len(known),
        "files without expectation": len(measured) - len(known),
        "failures": sum(bool(one.failure) for one in known),
        "expected": wanted,
        "right": sum(one.asked.right for one in known),
        "right after the questions": sum(one.answered.right for one in known),
        "share right": sum(one.asked.right for one in known) / (wanted or 1),
        "share right after the questions": sum(one.answered.right for one in known) / (wanted or 1),
        "share right, mean of files": sum(shares) / (len(shares) or 1),
        "wrong": sum(len(lines) for one in known for lines in one.asked.wrong.values()),
        "wrong after the questions": sum(
            len(w) for one in known for w in one.answered.wrong.values()
        ),
        "extra": sum(len(one.asked.extra) for one in known),
        "wrong in silence": sum(len(one.asked.silent) for one in known),
        "questions": sum(len(one.asked.questions) for one in known),
        "no tables": len(others),
        "said to be no tables": sum(one.asked.is_refused for one in others),
    }


def _told_more(one: Measured) -> Iterator[str]:
    for name, outcome in (("", one.asked), ("after the questions, ", one.answered)):
        if outcome is one.asked and name:
            return
        kinds = [*((f"wrong {fault}", outcome.wrong[fault]) for fault in FAULTS)]
        kinds += [
            ("missing", outcome.missing),
            ("extra", outcome.extra),
            ("silent", outcome.silent),
        ]
        for kind, lines in [*kinds, ("question", outcome.questions), ("finding", outcome.codes)]:
            yield from (f"    {name}{kind}: {line}" for line in lines[:SHOWN])
            yield from ([f"    ... {len(lines) - SHOWN} more"] if len(lines) > SHOWN else [])


def show_expected(expected: Expectation) -> None:
    """Print what an expectation demands: numbers and sums by sheet, and the texts among them."""
    print(f"{expected.file}: {expected.kind}, {len(expected.values)} values")
    kinds: dict[tuple[str, str, bool], list[float]] = defaultdict(list)
    for value in expected.values.values():
        kinds[value.sheet, value.value_type, value.is_optional].append(value.number)
    for (sheet, value_type, is_optional), numbers in kinds.items():
        kind = f"{value_type}{' (optional)' if is_optional else ''}"
        print(f"    {sheet} {kind}: {len(numbers)} numbers, sum {math.fsum(numbers):.12g}")
    for table, texts in expected.not_numbers.items():
        counts = {text: texts.count(text) for text in dict.fromkeys(texts)}
        if counts:
            shown = ", ".join(
                f"{text[:30]!r} x {times}" for text, times in list(counts.items())[:12]
            )
            print(f"    no numbers in table {table}: {shown}")
    for value in list(expected.values.values())[:: max(1, len(expected.values) // 3)]:
        print(f"    e.g. {_name((value.sheet, value.cell))} {_wanted(value)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the files of a folder and print what became of them; without arguments, the command's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognition")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER, metavar="FOLDER")
    parser.add_argument("--file", help="only this file")
    parser.add_argument("--layout", default="auto", help="a declared layout; any: the best of them")
    parser.add_argument("--verbose", action="store_true", help=f"the first {SHOWN} of each fault")
    parser.add_argument(
        "--expected", action="store_true", help="print the expectations, read nothing"
    )
    parser.add_argument("--json", action="store_true", help="everything, for a program")
    given = parser.parse_args(arguments)
    paths = sorted(path for path in given.folder.iterdir() if given.file in (None, path.name))
    if given.expected:
        for path in paths:
            body = EXPECTED / f"{path.name}.toml"
            try:
                show_expected(expand(path, body.read_text("utf-8")))
            except FileNotFoundError:
                print(f"{path.name}: no expectation")
            except ExpectationError as error:
                print(error)
        return
    catalogue = reference.read_files()
    measured = []
    for path in paths:
        measured.append(measure(path, catalogue, None if given.layout == "any" else given.layout))
        if not given.json:
            print(line_of(measured[-1]), flush=True)
            if given.verbose:
                for line in _told_more(measured[-1]):
                    print(line)
    totals = totals_of(measured)
    if given.json:
        files = {
            one.file: {
                "failure": one.failure,
                "expected": len(one.wanted),
                "without answers": vars(one.asked),
                "with answers": vars(one.answered),
            }
            for one in measured
        }
        json.dump({"files": files, "totals": totals}, sys.stdout, ensure_ascii=False, indent=1)
        return
    print()
    for name, number in totals.items():
        print(f"{name:35} {number:.1%}" if name.startswith("share") else f"{name:35} {number:g}")


if __name__ == "__main__":
    main()
