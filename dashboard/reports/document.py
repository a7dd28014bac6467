"""What a report is made of, whatever file it becomes: parts, and in them words, numbers and charts.

Every text is in the language of the document; every number stands as people read it, and exactly.
A document knows nothing of files: each format has a module of its own (`as_pdf`, `as_docx`, ...) that
writes every block there is, so that no format says less than another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from dashboard.figures import Figure

NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"When a file was made that rests on no data: the same document makes the same bytes."

# --- Words ----------------------------------------------------------------------------------------


def is_link(address: str) -> bool:
    """Return whether an address may be a link: on the web, or to write to, and nowhere else."""
    try:
        return urlsplit(address).scheme in ("http", "https", "mailto") and address.isprintable()
    except ValueError:
        return False


@dataclass(frozen=True)
class Span:
    """A piece of text that looks the same throughout."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    is_verbatim: bool = False
    "As somebody wrote it, in whatever language: it runs in its own direction."
    url: str = ""
    language: str = ""
    "The language that somebody wrote it in, where that is known."


Text = tuple[Span, ...]


def plain(text: str) -> Text:
    """Return a text without any emphasis."""
    return (Span(text),)


def led_by(text: Text) -> str:
    """Return the language of the first words of a text, whose direction is that of its lines.

    Empty for that of the document.
    """
    return text[0].language if text else ""


class Style(StrEnum):
    """What a paragraph is to its reader; formats have a style of their own for each."""

    BODY = "body"
    LEAD = "lead"
    "The first sentence under a title."
    NOTE = "note"
    "Small print: what a table or a number rests on."
    QUOTE = "quote"
    NOTICE = "notice"
    "What has to be known before any number is read."


@dataclass(frozen=True)
class Paragraph:
    """A text of its own line."""

    text: Text
    style: Style = Style.BODY


@dataclass(frozen=True)
class Heading:
    """A title within a part: level 2 below that of the part, level 3 below that."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[Text, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Fact:
    """What is known of a subject, with the address where it was published."""

    term: str
    text: str
    url: str = ""
    is_verbatim: bool = False
    "Whether it is the same in every language: a formula, a reference."


@dataclass(frozen=True)
class Facts:
    """Terms with what goes for them."""

    items: tuple[Fact, ...]


# --- Numbers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """What stands in a table: in words, and exactly where it is a number, a share of 1 or a day.

    `high` is the upper end of a range whose lower end is `value`; `pattern` is how a spreadsheet shows
    both (`#,##0.0`, `0%`, `yyyy-mm-dd`). `under` are smaller lines below. `status` is the code of a
    status, whose shape stands before its word. A text that somebody wrote is `is_verbatim`, in a
    `language` where that is known.
    `code` is what stands for the text in data, and `qualifier` the ≥, ≤ or ~ before the number: both
    are for formats that programs read.
    """

    text: str
    value: float | date | None = None
    high: float | None = None
    pattern: str = ""
    under: tuple[str, ...] = ()
    status: str | None = None
    url: str = ""
    is_verbatim: bool = False
    code: str = ""
    qualifier: str = ""
    language: str = ""

    @property
    def is_range(self) -> bool:
        """Whether it has two ends that differ."""
        return self.high is not None and self.high != self.value


@dataclass(frozen=True)
class Column:
    """A column of a table; `width` is relative to those of the others."""

    title: str
    width: float = 1
    is_number: bool = False
    "Numbers stand at the end of the line, below each other."
    under: str = ""
    "What the smaller lines of its cells are, where a format gives them a column of their own."
    has_ends: bool = False
    "Its values may be ranges: a format for programs has a column for each end."


@dataclass(frozen=True)
class Group:
    """Rows of a table that belong together, under a title unless there is only one group."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    code: str = ""
    "What stands for the title in data."


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first column says what a row is about.

    `code` names its sheet and its csv file, and is unique within a document. No format leaves rows out.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    about: str = ""
    "Unit, period, day and source, as below a chart."
    grouped_by: str = ""
    "What the groups are, where a format gives them a column of their own."

    @property
    def rows(self) -> list[tuple[Cell, ...]]:
        """The rows of all groups."""
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class KeyFigure:
    """One of the numbers at the head: how much, of what, how far on the way to its target.

    `share` and `expected` are of 1 (NaN where there is none); `lines` say target and coverage.
    """

    name: str
    value: Cell
    unit: str
    share: float
    expected: float
    status: str
    status_word: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyFigures:
    """Numbers that stand side by side."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Chart:
    """A figure with its title, and what stands under it: unit, period, day, source.

    Its sentence is `figure.title`, what a reader hears instead of it `figure.alt`, its twin in words
    `figure.table`. `code` names its sheet and its file, and is unique within a document.
    """

    code: str
    title: str
    figure: Figure
    about: str

    @property
    def is_map(self) -> bool:
        """Whether it shows borders, of which a disclaimer has to say whose they are not."""
        return "geo" in self.figure.dict["layout"]


Block = Paragraph | Heading | Bullets | Facts | Table | KeyFigures | Chart

# --- The whole ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Workbook:
    """An accepted file that numbers rest on; `sha256` is empty where its reader may not know it."""

    file_name: str
    sha256: str
    accepted_at: datetime


@dataclass(frozen=True)
class Part:
    """A chapter: what begins on a new page of paper, and on a slide of its own."""

    code: str
    title: str
    blocks: tuple[Block, ...]
    is_annex: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report. The same document makes the same bytes in every format.

    `moment` is when the data last changed that it rests on (aware); None where there are none. It is the
    day in the properties of a file, whenever that is made.
    """

    kind: str
    kind_title: str
    title: str
    language: str
    publisher: str
    "The programme, as it is named."
    facts: tuple[Fact, ...]
    "Of the cover: whose, where, which period, which day."
    notice: tuple[Fact, ...]
    "Invented or not, source, licence, what is withheld, who funded it."
    parts: tuple[Part, ...]
    moment: datetime | None
    is_invented: bool = False
    description: str = ""
    "One sentence, for the properties of a file."
    keywords: tuple[str, ...] = field(default=())
    workbooks: tuple[Workbook, ...] = field(default=())
    "What its numbers rest on, in the order in which it was accepted."
    observation_ids: tuple[int, ...] = ()
    "Every observation behind a number of it, those of fields in narrative included."

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of all parts in order."""
        for part in self.parts:
            yield from part.blocks

    def headed_charts(self) -> Iterator[tuple[str, Chart]]:
        """Yield the charts in order, each with the heading of its part that it stands under, if any."""
        for part in self.parts:
            heading = ""
            for block in part.blocks:
                if isinstance(block, Heading):
                    heading = block.text
                elif isinstance(block, Chart):
                    yield heading, block

    @property
    def stamp(self) -> datetime:
        """When its files say that they were made: `moment`, or `NO_DAY`."""
        return self.moment or NO_DAY

    @property
    def tables(self) -> Sequence[Table]:
        """All tables, in order."""
        return [block for block in self.blocks() if isinstance(block, Table)]

    @property
    def charts(self) -> Sequence[Chart]:
        """All charts, in order."""
        return [block for block in self.blocks() if isinstance(block, Chart)]
