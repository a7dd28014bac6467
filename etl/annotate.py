"""A partner's own workbook comes back with every finding in its cell, and a list of them all.

The marks are written into the package as it is (`etl.package`, `etl.marks`). What is no such package
(csv, xls, ods) comes back as an xlsx twin with the same values; what cannot be opened, as the list alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from etl import gate, replies, twin, workbook
from etl.book import sheet_name
from etl.cell_styles import Look, Styles
from etl.gate import Gate
from etl.listing import Entry, Listing, Remark, entries_of
from etl.marks import Mark, mark, unmark
from etl.notes import heading
from etl.package import Changes, Element, Package, PackageError, parse
from etl.page import Page, Place, corners, quoted
from etl.questions import Answers
from etl.workbook import WorkbookError
from schemas import words
from schemas.codes import Severity
from schemas.findings import Finding
from schemas.words import N_

MOST = 20_000
"Findings that are listed and marked: with more comments spreadsheet programs become slow."

_SEVERITIES = list(Severity)
_SUFFIX = "_medtown"

NO_MARKS = N_(
    "Marks cannot be written into a .{kind} file: this is a copy of its values as .xlsx. Formulas, pictures and looks are in your own file only."
)
NOT_OPENED = N_("The file cannot be opened, so the findings are listed here and not in its cells.")
NOT_SAFE = N_(
    "The file is built in a way in which nothing can safely be added to it, so the findings are listed here and not in its cells."
)


@dataclass(frozen=True)
class Annotated:
    """The marked copy of a workbook; `reason` says why it is not the partner's own file.

    Then it is a twin: a workbook of ours with the values of the file, or the list of findings alone.
    """

    data: bytes
    file_name: str
    is_twin: bool = False
    reason: str = ""


def annotate(
    data: bytes,
    file_name: str,
    findings: Sequence[Finding],
    language: str,
    answers: Answers | None = None,
    remarks: Sequence[Remark] = (),
) -> Annotated:
    """Return a workbook with its findings in its cells and in a list; marks of ours are replaced.

    `answers` that are given already are in the list too, so that they come back with the workbook.
    So are `remarks` of people, each with room for an answer.
    """
    gate_ = gate.examine(data, file_name)
    said = _Said(findings, remarks)
    if gate_.is_refused:
        return _list_alone(gate_, said, language, answers, NOT_OPENED)
    try:
        if gate_.kind in ("xlsx", "xlsm"):
            package = Package(data)
            earlier = _undo(package, data, gate_)
            there = [found for found in findings if not found.sheet or found.sheet != earlier.sheet]
            left = replace(said, findings=there)
            marked = _marked(package, gate_, left, language, earlier.with_(answers))
            return Annotated(marked, _named(file_name))
        book = workbook.read(data, gate_)
        names, copy = twin.write(book, _stem(file_name))
        renamed = said.renamed(names)
        reason = words.text(NO_MARKS, language, kind=gate_.kind)
        told = {_renamed(key, names): answer for key, answer in (answers or {}).items()}
        marked = _marked(Package(copy), gate_, renamed, language, _Earlier(answers=told), reason)
        return Annotated(marked, _named(file_name, ".xlsx"), is_twin=True, reason=reason)
    except PackageError:
        return _list_alone(gate_, said, language, answers, NOT_SAFE)
    except WorkbookError:
        return _list_alone(gate_, said, language, answers, NOT_OPENED)


def _list_alone(
    gate_: Gate, said: "_Said", language: str, answers: Answers | None, why: str
) -> Annotated:
    reason = words.text(why, language)
    earlier = _Earlier(answers=answers or {})
    data = _marked(Package(twin.nothing()), gate_, said, language, earlier, reason)
    return Annotated(data, _named(gate_.file_name, ".xlsx"), is_twin=True, reason=reason)


def _stem(file_name: str) -> str:
    return PurePath(file_name.replace("\\", "/")).stem


def _named(file_name: str, ending: str = "") -> str:
    own = PurePath(file_name.replace("\\", "/"))
    return f"{own.stem.removesuffix(_SUFFIX)}{_SUFFIX}{ending or own.suffix}"


def _renamed(key: str, names: Mapping[str, str]) -> str:
    """Return the key of a question with its sheet called as in the twin."""
    code, at, place = key.partition("@")
    sheet, _, letters = place.rpartition("!")
    return f"{code}@{names[sheet]}!{letters}" if at and sheet in names else key


# --- marks and list --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """What is said of the cells of a workbook: by the checks, and by people."""

    findings: Sequence[Finding]
    remarks: Sequence[Remark] = ()

    def renamed(self, names: Mapping[str, str]) -> "_Said":
        """Return the same with sheets called as in the twin."""
        return _Said(
            [replace(one, sheet=names.get(one.sheet, one.sheet)) for one in self.findings],
            [replace(one, sheet=names.get(one.sheet, one.sheet)) for one in self.remarks],
        )


@dataclass(frozen=True)
class _Earlier:
    """What was written into an earlier list of the same workbook, and what it said of its marks."""

    sheet: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def with_(self, answers: Answers | None) -> "_Earlier":
        return replace(self, answers={**self.answers, **(answers or {})})


def _marked(
    package: Package,
    gate_: Gate,
    said: _Said,
    language: str,
    earlier: _Earlier,
    reason: str = "",
) -> bytes:
    """Return the package with marks in its cells and the list as its last sheet."""
    title = _free_title(package, words.text("Findings", language))
    styles = Styles(package)
    worst_first = sorted(said.findings, key=lambda found: _SEVERITIES.index(found.severity))
    entries = entries_of(
        worst_first[:MOST], language, earlier.answers, earlier.reasons, said.remarks
    )
    is_rtl = words.is_rtl(language)
    for name, part in package.sheets().items():
        own = [entry for entry in entries if entry.is_marked and entry.sheet == name]
        if own and part in package and b"sheetData" in package[part]:
            _mark_sheet(package, part, styles, own, title, language, is_rtl=is_rtl)
    listing = Listing(title, _stem(gate_.file_name).removesuffix(_SUFFIX), language, styles)
    left = len(said.findings) - MOST
    sheet = listing.sheet(entries, set(package.sheets()), reason, left)
    listing.add_to(package, sheet)
    styles.save()
    return package.bytes()


def _mark_sheet(
    package: Package,
    part: str,
    styles: Styles,
    entries: Iterable[Entry],
    title: str,
    language: str,
    *,
    is_rtl: bool,
) -> None:
    page = Page(package[part])
    cells: dict[Place, list[Entry]] = {}
    for entry in entries:
        if ref := corners(entry.cell):
            cells.setdefault(page.top_left(ref[:2]), []).append(entry)
    if not cells:
        return
    marks = [
        Mark(
            place=place,
            severity=min((entry.severity for entry in there), key=_SEVERITIES.index),
            heading=heading(title, [entry.line for entry in there]),
            text="\n".join(f"{entry.kind}: {entry.sentence}" for entry in there),
            location=f"{quoted(title)}!A{there[0].line}",
            tip=words.text(
                "Row {row} of the sheet “{sheet}”. To select this cell, hold the mouse button down.",
                language,
                row=there[0].line,
                sheet=title,
            ),
        )
        for place, there in cells.items()
    ]
    for place, look in mark(package, part, page, styles, marks, is_rtl=is_rtl).items():
        cells[place][0].place, cells[place][0].look = place, look


def _free_title(package: Package, wanted: str) -> str:
    taken = {name.casefold() for name in package.sheets()}
    title, number = sheet_name(wanted), 1
    while title.casefold() in taken:
        number += 1
        title = f"{sheet_name(wanted)[:26]} {number}"
    return title


# --- marks of before -------------------------------------------------------------------------


def _undo(package: Package, data: bytes, gate_: Gate) -> _Earlier:
    """Take the marks and the list of an earlier time away; return what was written there."""
    marker = replies.MARKER.encode()
    if not any(marker in package[name] for name in package.names()):
        return _Earlier()
    book = workbook.read(data, gate_)
    sheet = replies.find(book)
    if sheet is None:
        return _Earlier()
    looks: dict[str, dict[Place, Look]] = {}
    by_line: dict[int, Look] = {}
    for line in replies.lines(book):
        told = _look(line.about)
        if told:
            place, look = told
            looks.setdefault(str(line.about.get("sheet")), {})[place] = look
            by_line[int(line.about["line"])] = look
    styles = Styles(package)
    titles = (replies.title(book), sheet.name)
    for name, part in package.sheets().items():
        if name != sheet.name and part in package and b"sheetData" in package[part]:
            unmark(package, part, styles, looks.get(name, {}), by_line, titles)
    styles.save()
    _remove_sheet(package, sheet.name)
    return _Earlier(sheet.name, replies.read_answers(book), replies.justifications(book))


def _look(about: Mapping[str, Any]) -> tuple[Place, Look] | None:
    """Return where a line's mark was and what the cell looked like, as far as it is still told."""
    place = corners(str(about.get("place", "")))
    style, fill, line = about.get("style"), about.get("fill"), about.get("line")
    if not place or not isinstance(style, int) or not isinstance(fill, str):
        return None
    is_whole = isinstance(line, int) and style >= 0
    return (place[:2], Look(style, fill, about.get("new") is True)) if is_whole else None


def _remove_sheet(package: Package, name: str) -> None:
    """Take a sheet away, with the names that belong to it and the parts that only it has."""
    part = package.sheets()[name]
    changes, root = Changes(package[package.book]), parse(package[package.book])
    sheets = root.first("sheets")
    there = sheets.all("sheet") if sheets else []
    index = [sheet.attributes.get("name") for sheet in there].index(name)
    changes.remove(there[index])
    for parent in root.all("definedNames"):
        _remove_names(changes, parent, index)
    for parent in root.all("bookViews"):
        for view in parent.all("workbookView"):
            numbers = {
                attribute: int(view.attributes.get(attribute, "0"))
                for attribute in ("activeTab", "firstSheet")
            }
            moved = {
                attribute: str(0 if number == index else number - 1)
                for attribute, number in numbers.items()
                if number and number >= index
            }
            if moved:
                changes.set(view, **moved)
    package[package.book] = changes.made()
    package.unlink(package.book, part)
    own = {link.target for link in package.links(part)}
    package.drop(part)
    used = {link.target for other in package.sheets().values() for link in package.links(other)}
    for target in own - used:
        package.drop(target)


def _remove_names(changes: Changes, parent: Element, index: int) -> None:
    gone = []
    for name in parent.children:
        scope = name.attributes.get("localSheetId", "")
        if scope.isdecimal() and int(scope) == index:
            gone.append(name)
        elif scope.isdecimal() and int(scope) > index:
            changes.set(name, localSheetId=str(int(scope) - 1))
    if gone and len(gone) == len(parent.children):
        changes.remove(parent)
    else:
        for name in gone:
            changes.remove(name)
