"""The sheet that lists the findings of a workbook, asks the open questions and takes reasons."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from babel import dates, numbers

from etl.book import ACCENT, BAND, FONT, INK, INPUT, LINE, MUTED, lines_of
from etl.cell_styles import COLOURS, Look, Styles
from etl.markup import column_letters
from etl.package import LINKS, MAIN, Changes, Package, document, parse, xml_attribute, xml_text
from etl.page import Place, corners, quoted
from etl.questions import MONTHS, QUESTIONS, SKIP, is_question, key, options
from etl.replies import ANSWER, MARKED, MARKER, REASON
from etl.workbook import address
from schemas import words
from schemas.codes import Severity
from schemas.findings import Argument, Finding
from schemas.words import N_

FIRST_LINE = 6
"The row, from 1, of the first finding."

HEADERS = (
    *(N_("Kind"), N_("Sheet"), N_("Cell"), N_("Found there"), N_("What it is, and what to do")),
    *(N_("Your answer"), N_("Why it is right")),
)
WIDTHS = (12, 20, 9, 26, 64, 36, 36)
KINDS = {Severity.ERROR: N_("Error"), Severity.WARNING: N_("Warning"), Severity.NOTE: N_("Note")}
HOW = N_(
    "Correct the coloured cells, answer the questions and give reasons in the tinted cells below, save this workbook and hand it in again."
)

MOST_OPTIONS = 200
_MOST_TEXT = 32_000
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

# Marks that steer the direction of writing are boxes in some spreadsheet programs.
_DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


@dataclass(frozen=True)
class Remark:
    """What a person remarked on a cell, a row or the whole, and what was said to it since."""

    thread_id: int
    sheet: str
    cell: str
    text: str


@dataclass
class Entry:
    """One line of the list. Without a finding it is a remark, or an answer that was given before.

    `key` is that of a question, told once; `codes` and `labels` are what may be chosen. Place and
    look are those of the cell that was marked, told by the first of its lines.
    """

    line: int
    found: Finding | None
    severity: Severity
    kind: str
    sentence: str
    sheet: str
    cell: str
    key: str = ""
    codes: Sequence[str] = ()
    labels: Sequence[str] = ()
    answer: str = ""
    reason: str = ""
    place: Place | None = None
    look: Look | None = None
    thread_id: int = 0

    @property
    def is_marked(self) -> bool:
        """Whether the line is about the cell as it is, which then shows it."""
        return self.found is not None or self.thread_id > 0

    @property
    def takes_reason(self) -> bool:
        """Whether the line asks why something is right."""
        return self.found is not None and self.severity == Severity.WARNING and not self.key

    def about(self) -> bytes:
        """Return what the line says for the program (`etl.replies`)."""
        told: dict[str, object] = {"line": self.line, "sheet": self.sheet, "cell": self.cell}
        if self.found:
            told["code"] = self.found.code
        if self.thread_id:
            told["thread"] = self.thread_id
        if self.key:
            told |= {"key": self.key, "codes": self.codes, "labels": self.labels}
        if self.look and self.place:
            told |= {"place": address(*self.place), "style": self.look.style}
            told |= {"fill": self.look.fill, "new": self.look.is_new}
        return orjson.dumps(told)


def entries_of(
    findings: Sequence[Finding],
    language: str,
    answers: Mapping[str, str],
    reasons: Mapping[tuple[str, str, str], str],
    remarks: Sequence[Remark] = (),
) -> list[Entry]:
    """Return the lines of the list: remarks and questions first, then the findings as they come."""
    asked: set[str] = set()
    entries = [_remarked(FIRST_LINE + n, one, language) for n, one in enumerate(remarks)]
    for found in sorted(findings, key=lambda found: not is_question(found)):
        entry = Entry(
            line=FIRST_LINE + len(entries),
            found=found,
            severity=found.severity,
            kind=words.text("Question" if is_question(found) else KINDS[found.severity], language),
            sentence=words.sentence(found, language).translate(_DIRECTIONS),
            sheet=found.sheet,
            cell=found.cell,
        )
        if is_question(found) and key(found) not in asked:
            entry.key = key(found)
            asked.add(entry.key)
            _offer(entry, options(found), found.code, found.arguments, found.found, language)
            entry.answer = _told(entry, answers.get(entry.key, ""))
        elif entry.takes_reason:
            entry.reason = reasons.get((found.sheet, found.cell, found.code), "")
        entries.append(entry)
    for name, answer in answers.items():
        if name not in asked and answer:
            entries.append(_answered(FIRST_LINE + len(entries), name, answer, language))
    return entries


def _remarked(line: int, remark: Remark, language: str) -> Entry:
    """Return the line of a remark, beside which the answer is written."""
    return Entry(
        line=line,
        found=None,
        severity=Severity.WARNING,
        kind=words.text("Remark", language),
        sentence=remark.text.translate(_DIRECTIONS),
        sheet=remark.sheet,
        cell=remark.cell,
        thread_id=remark.thread_id,
    )


def _answered(line: int, name: str, answer: str, language: str) -> Entry:
    """Return the line of a question that was answered before and is not asked any more."""
    code, _, place = name.partition("@")
    sheet, _, letters = place.rpartition("!")
    code, _, word = code.partition(":")
    sentence = words.text("This was answered before. The answer can be changed here.", language)
    entry = Entry(
        line=line,
        found=None,
        severity=Severity.NOTE,
        kind=words.text("Answered", language),
        sentence=f"“{word}”: {sentence}" if word else sentence,
        sheet=sheet,
        cell=f"{letters}1" if letters else "",
        key=name,
    )
    _offer(entry, QUESTIONS.get(code, ()), code, {}, "", language)
    entry.answer = _told(entry, answer)
    return entry


# --- what may be answered --------------------------------------------------------------------


def _offer(
    entry: Entry,
    codes: Sequence[str],
    code: str,
    arguments: Mapping[str, Argument],
    found: str,
    language: str,
) -> None:
    """Give a line the answers to choose from, each with words that say what it means."""
    given = str(arguments.get("labels", "")).split("|") if arguments.get("labels") else []
    labels = [
        given[n]
        if n < len(given) and given[n]
        else _label(option, code, arguments, found, language)
        for n, option in enumerate(codes[:MOST_OPTIONS])
    ]
    entry.codes, entry.labels = list(codes[: len(labels)]), labels


def _label(
    option: str, code: str, arguments: Mapping[str, Argument], found: str, language: str
) -> str:
    """Return what an answer means, in the language of the reader."""
    if code == "ambiguous_numbers":
        value = arguments.get("with_point" if option == "." else "with_comma")
        example = arguments.get("example", found)
        which = (
            N_("The decimal mark is a point")
            if option == "."
            else N_("The decimal mark is a comma")
        )
        told = words.text(which, language)
        return f"{told}: {example} = {_plain(value, language)}" if example and value else told
    if code == "year_start_unknown" and option in MONTHS:
        locale = words.CALENDARS[language]
        return str(dates.get_month_names("wide", "stand-alone", locale=locale)[int(option)])
    if option == SKIP:
        return words.text("Left out", language)
    if (code, option) in _MEANINGS:
        return words.text(_MEANINGS[code, option], language)
    for named in str(arguments.get("suggestion", "")).split(" / "):
        if named.startswith(f"{option} "):
            return named
    return _period(option, language) if code == "ambiguous_periods" else option


_MEANINGS = {
    ("ambiguous_brackets", "negative"): N_("Below zero"),
    ("ambiguous_brackets", "unreliable"): N_("Not reliable"),
    ("ambiguous_dates", "dmy"): N_("Day, month, year"),
    ("ambiguous_dates", "mdy"): N_("Month, day, year"),
    ("ambiguous_dates", "ymd"): N_("Year, month, day"),
    ("role_unknown", "value"): N_("Figures"),
    ("role_unknown", "code"): N_("Code or number that names something"),
}


def _plain(value: Argument, language: str) -> str:
    """Return a number without marks for thousands, which could be read in two ways."""
    mark = numbers.get_decimal_symbol(words.LOCALES[language])
    return f"{value:.15g}".replace(".", mark) if isinstance(value, int | float) else str(value)


def _period(code: str, language: str) -> str:
    try:
        start, end = words.parse_period_code(code)
    except ValueError:
        return code
    return words.period(start, end, language).translate(_DIRECTIONS)


def _told(entry: Entry, answer: str) -> str:
    """Return an answer as it is chosen from the list."""
    return dict(zip(entry.codes, entry.labels, strict=True)).get(answer, answer)


# --- the sheet -------------------------------------------------------------------------------


class Listing:
    """The sheet of the findings, written in one language as the last of a workbook."""

    def __init__(self, title: str, file_name: str, language: str, styles: Styles) -> None:
        self.title, self.file_name, self.language = title, file_name, language
        self.is_rtl = words.is_rtl(language)
        self._links: list[bytes] = []
        self._choices: list[bytes] = []
        order = b' readingOrder="2"' if self.is_rtl else b""
        wrapped = b'<alignment vertical="top" wrapText="1"%b/>' % order
        # Hidden text does not spill over into the columns beside it.
        self._hidden = styles.add(font=_font(), alignment=b'<alignment horizontal="fill"/>')
        plain, bold, link = _font(), _font(bold=True), _font(colour=ACCENT, underlined=True)
        self._title = styles.add(font=_font(colour=ACCENT, bold=True, size=14))
        self._muted = styles.add(font=_font(colour=MUTED))
        self._plain = styles.add(font=plain)
        header = b'<alignment vertical="center" wrapText="1"%b/>' % order
        self._header = styles.add(font=bold, colour=_rgb(BAND), border=_BORDER, alignment=header)
        self._boxed = styles.add(font=plain, border=_BORDER, number_format=49, alignment=wrapped)
        self._link = styles.add(font=link, border=_BORDER, alignment=wrapped)
        self._kinds = {
            severity: styles.add(font=bold, colour=colour, border=_BORDER, alignment=wrapped)
            for severity, colour in COLOURS.items()
        }
        # As text: a period or a number that is typed here is not turned into something else.
        self._input = styles.add(
            font=plain, colour=_rgb(INPUT), border=_BORDER, number_format=49, alignment=wrapped
        )

    def text(self, msgid: str, **arguments: object) -> str:
        """Return a text in the language of the list."""
        return words.text(msgid, self.language, **arguments).translate(_DIRECTIONS)

    def sheet(
        self, entries: Sequence[Entry], sheets: Collection[str], reason: str, left: int
    ) -> bytes:
        """Return the sheet; `sheets` are those of the workbook, `left` the findings left out."""
        rows = [
            *self._top(reason),
            *(self._row(entry, sheets) for entry in entries),
            *self._end(FIRST_LINE + len(entries), left),
        ]
        last = MARKED + 1 + max((len(entry.labels) for entry in entries), default=0)
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(WIDTHS, 1)
        )
        rtl = ' rightToLeft="1"' if self.is_rtl else ""
        links = b"<hyperlinks>%b</hyperlinks>" % b"".join(self._links) if self._links else b""
        count = len(self._choices)
        choices = b'<dataValidations count="%d">%b</dataValidations>'
        return document(
            f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="{_rgb(ACCENT)}"/>'
            f'<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0"{rtl}'
            f' workbookViewId="0"><pane ySplit="{FIRST_LINE - 1}" topLeftCell="A{FIRST_LINE}"'
            ' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView>'
            f'</sheetViews><cols>{columns}<col min="{MARKED + 1}" max="{last}" hidden="1"'
            ' customWidth="1" width="0"/></cols><sheetData>'.encode()
            + b"".join(rows)
            + b"</sheetData>"
            + (choices % (count, b"".join(self._choices)) if count else b"")
            + links
            + b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        )

    def _top(self, reason: str) -> Iterator[bytes]:
        marker = _cell(MARKED, 1, self._hidden, MARKER)
        yield _row(1, _cell(0, 1, self._title, f"{self.title}: {self.file_name}"), marker)
        title = _cell(MARKED, 2, self._hidden, self.title)
        yield _row(2, _cell(0, 2, self._plain, reason or self.text(HOW)), title)
        yield _row(3, _cell(0, 3, self._plain, self.text(HOW)) if reason else b"")
        header = [
            _cell(n, FIRST_LINE - 1, self._header, self.text(told))
            for n, told in enumerate(HEADERS)
        ]
        yield _row(FIRST_LINE - 1, *header)

    def _row(self, entry: Entry, sheets: Collection[str]) -> bytes:
        line = entry.line
        found = entry.found.found if entry.found else ""
        is_linked = entry.sheet in sheets and corners(entry.cell) is not None
        if is_linked:
            where = xml_attribute(f"{quoted(entry.sheet)}!{entry.cell}")
            self._links.append(b'<hyperlink ref="C%d" location="%b"/>' % (line, where))
        if entry.labels:
            self._choices.append(self._choice(entry))
        told = [
            (0, self._kinds[entry.severity], entry.kind),
            (1, self._boxed, entry.sheet),
            (2, self._link if is_linked else self._boxed, entry.cell),
            (3, self._boxed, found.translate(_DIRECTIONS)),
            (4, self._boxed, entry.sentence),
            (ANSWER, self._input if entry.key or entry.thread_id else self._boxed, entry.answer),
            (REASON, self._input if entry.takes_reason else self._boxed, entry.reason),
            (MARKED, self._hidden, entry.about().decode()),
            *((MARKED + 1 + n, self._hidden, label) for n, label in enumerate(entry.labels)),
        ]
        high = max(lines_of(told[n][2], WIDTHS[n] - 1) for n in (1, 3, 4, ANSWER, REASON))
        cells = [_cell(column, line, style, text) for column, style, text in told]
        return _row(line, *cells, height=min(400, 4 + 13 * high))

    def _choice(self, entry: Entry) -> bytes:
        """Return the drop-down of an answer. What a finding offers need not be all there is."""
        is_all = not (entry.found and entry.found.arguments.get("options"))
        first, last = column_letters(MARKED + 1), column_letters(MARKED + len(entry.labels))
        cell = f"{column_letters(ANSWER)}{entry.line}"
        title = xml_attribute(self.text("Please look again")[:32])
        told = xml_attribute(self.text("Choose one of the answers in the list."))
        return (
            b'<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="%d"'
            b' errorTitle="%b" error="%b" sqref="%b"><formula1>$%b$%d:$%b$%d</formula1>'
            b"</dataValidation>"
        ) % (
            *(is_all, title, told, cell.encode()),
            *(first.encode(), entry.line, last.encode(), entry.line),
        )

    def _end(self, line: int, left: int) -> Iterator[bytes]:
        if line == FIRST_LINE:
            yield _row(
                line,
                _cell(0, line, self._muted, self.text("Nothing was found that needs a change.")),
            )
        if left > 0:
            more = words.plural(
                "{count} more finding is not listed: correct these first.",
                "{count} more findings are not listed: correct these first.",
                left,
                self.language,
            )
            yield _row(line, _cell(0, line, self._muted, more))

    def add_to(self, package: Package, sheet: bytes) -> None:
        """Put the sheet behind the others of a workbook."""
        part = package.add("xl/worksheets/sheet#.xml", sheet, _SHEET_TYPE)
        identity = package.link(package.book, part, "worksheet")
        changes, root = Changes(package[package.book]), parse(package[package.book])
        sheets = root.first("sheets")
        assert sheets is not None, "the gate knows no workbook without it"
        taken = [int(sheet.attributes.get("sheetId", "0")) for sheet in sheets.all("sheet")]
        told = b'<%bsheet xmlns:r="%b" name="%b" sheetId="%d" r:id="%b"/>'
        number = max(taken, default=0) + 1
        filled = (root.prefix, LINKS.encode(), xml_attribute(self.title), number, identity.encode())
        changes.append(sheets, told % filled)
        package[package.book] = changes.made()


def _row(number: int, *cells: bytes, height: int = 0) -> bytes:
    high = b' ht="%d" customHeight="1"' % height if height else b""
    return b'<row r="%d"%b>%b</row>' % (number, high, b"".join(cells))


def _cell(column: int, row: int, style: int, text: str) -> bytes:
    """Return a cell with a text, which never is a formula."""
    place = b'<c r="%b%d" s="%d"' % (column_letters(column).encode(), row, style)
    if not text:
        return place + b"/>"
    told = xml_text(text[:_MOST_TEXT])
    return place + b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % told


def _rgb(colour: str) -> str:
    return "FF" + colour.lstrip("#")


def _font(
    *, colour: str = INK, bold: bool = False, underlined: bool = False, size: int = 10
) -> bytes:
    looks = b"<b/>" * bold + b"<u/>" * underlined
    told = (looks, size, _rgb(colour).encode(), FONT.encode())
    return b'<font>%b<sz val="%d"/><color rgb="%b"/><name val="%b"/><family val="2"/></font>' % told


_SIDE = f'style="thin"><color rgb="{_rgb(LINE)}"/>'.encode()
_BORDER = b"<border>%b<diagonal/></border>" % b"".join(
    b"<%b %b</%b>" % (side, _SIDE, side) for side in (b"left", b"right", b"top", b"bottom")
)
