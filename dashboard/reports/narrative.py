"""What people write in a report: Markdown without HTML and pictures, as blocks of a document.

A text may hold marks (`mark`): numbers of fields, which whoever asks for the blocks gives the words of.
Whatever is written becomes blocks: nothing is refused, nothing runs.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Group,
    Heading,
    Paragraph,
    Span,
    Style,
    Table,
    Text,
)

MARK = re.compile("\ue000(\\d{1,6})\ue001")
KEPT = "\n\t"
LINK = re.compile(r"(?:https?://|mailto:)[^\s\ue000\ue001]+", re.IGNORECASE)

Said = Callable[[int], str]
"What stands for the field of a number."


class _Markdown(MarkdownIt):
    """CommonMark with tables, and only such links as lead to pages and addresses."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - as the library calls it
        """Return whether an address may be a link."""
        return bool(LINK.fullmatch(url)) and "%EE%80%80" not in url


MARKDOWN = _Markdown("commonmark", {"html": False}).enable("table").disable("image")


MOST_HEADINGS, MOST_TABLES, MOST_COLUMNS = 100, 30, 12
"What a text has more of, or wider, stands as lines: no file would show it so that it can be read."


def _is_seen(text: str) -> bool:
    """Return whether there is anything to see in a text."""
    return any(unicodedata.category(sign)[0] not in "CMZ" for sign in text)


def mark(number: int) -> str:
    """Return what stands in a text for the field of a number until its words are known."""
    return f"\ue000{number}\ue001"


def plain(text: str) -> str:
    """Return a text of the same length without signs that nobody types: what is invisible is a blank."""
    return "".join(
        sign if sign in KEPT or unicodedata.category(sign) not in ("Cc", "Cs", "Co") else " "
        for sign in text
    )


def marks(text: str) -> set[int]:
    """Return the numbers of the fields that are read as such: not those within code."""
    found: set[int] = set()
    for token in MARKDOWN.parse(text):
        for child in token.children or ():
            if child.type == "text":
                found |= {int(number) for number in MARK.findall(child.content)}
    return found


def blocks(
    text: str, said: Said, literal: Said, *, code: str = "narrative", caption: str = ""
) -> tuple[Block, ...]:
    """Return a text as blocks, with the words of its fields (`said`); within code as they were written.

    `code` begins the codes of its tables, which `caption` names where no heading does.
    """
    writer = _Writer(said, literal, code, caption)
    for token in MARKDOWN.parse(text):
        writer.take(token)
    return tuple(writer.blocks)


@dataclass
class _Writer:
    """Makes blocks of tokens, one after the other."""

    said: Said
    literal: Said
    code: str
    caption: str
    blocks: list[Block] = field(default_factory=list)
    quotes: int = 0
    lists: list[bool] = field(default_factory=list)
    "For each list around what comes: whether it is numbered."
    items: list[list[Span]] = field(default_factory=list)
    rows: list[list[Text]] = field(default_factory=list)
    numbers: list[bool] = field(default_factory=list)
    "For each column of a table: whether its cells stand at the end of the line."
    level: int = 0
    is_cell: bool = False

    def take(self, token: Token) -> None:
        """Take the next token."""
        act = getattr(self, f"_{token.type}", None)
        if act is not None:
            act(token)

    # Words

    def _heading_open(self, token: Token) -> None:
        self.level = 2 if token.tag in ("h1", "h2") else 3

    def _heading_close(self, _token: Token) -> None:
        self.level = 0

    def _blockquote_open(self, _token: Token) -> None:
        self.quotes += 1

    def _blockquote_close(self, _token: Token) -> None:
        self.quotes -= 1

    def _fence(self, token: Token) -> None:
        text = MARK.sub(lambda found: self.literal(int(found[1])), token.content)
        for line in filter(str.strip, text.split("\n")):
            self._add((Span(line, is_verbatim=True),))

    _code_block = _fence

    def _inline(self, token: Token) -> None:
        spans = tuple(self._spans(token.children or ()))
        if self.is_cell:
            self.rows[-1].append(spans)
        elif self.level and not self.lists:
            self._head("".join(span.text for span in spans))
        elif spans:
            self._add(spans)

    def _head(self, text: str) -> None:
        if not _is_seen(text):
            return
        if sum(isinstance(block, Heading) for block in self.blocks) < MOST_HEADINGS:
            self.blocks.append(Heading(text.strip(), self.level))
        else:
            self._add((Span(text.strip(), is_strong=True),))

    def _add(self, spans: Text) -> None:
        if self.lists:
            item = self.items[-1]
            item += [Span(" "), *spans] if item else spans
        else:
            self.blocks.append(Paragraph(spans, Style.QUOTE if self.quotes else Style.BODY))

    # Lists: what is inside another list follows its item

    def _bullet_list_open(self, token: Token) -> None:
        self.lists.append(token.type == "ordered_list_open")

    _ordered_list_open = _bullet_list_open

    def _bullet_list_close(self, _token: Token) -> None:
        is_numbered = self.lists.pop()
        if not self.lists:
            items = tuple(tuple(item) for item in self.items if item)
            self.items = []
            if items:
                self.blocks.append(Bullets(items, is_numbered))

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, _token: Token) -> None:
        self.items.append([])

    # Tables

    def _table_open(self, _token: Token) -> None:
        self.rows, self.numbers = [], []

    def _tr_open(self, _token: Token) -> None:
        self.rows.append([])

    def _th_open(self, token: Token) -> None:
        self.is_cell = True
        self.numbers.append("right" in str(token.attrs.get("style", "")))

    def _td_open(self, _token: Token) -> None:
        self.is_cell = True

    def _td_close(self, _token: Token) -> None:
        self.is_cell = False

    _th_close = _td_close

    def _table_close(self, _token: Token) -> None:
        head, *body = [["".join(span.text for span in cell) for cell in row] for row in self.rows]
        tables = sum(isinstance(block, Table) for block in self.blocks)
        if len(head) > MOST_COLUMNS or tables >= MOST_TABLES:
            for line in (head, *body):
                self._add((Span(" | ".join(line)),))
            return
        columns = tuple(
            Column(title, is_number=is_number)
            for title, is_number in zip(head, self.numbers, strict=True)
        )
        count = sum(isinstance(block, Table) for block in self.blocks) + 1
        above = [block.text for block in self.blocks if isinstance(block, Heading)]
        rows = tuple(tuple(Cell(text) for text in row) for row in body)
        table = Table(
            f"{self.code}_{count}", above[-1] if above else self.caption, columns, (Group(rows),)
        )
        self.blocks.append(table)

    # Within a line

    def _spans(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Yield the pieces of a line, each in its look."""
        strong, emphasis, url = 0, 0, ""
        for token in tokens:
            look = Span("", is_strong=strong > 0, is_emphasis=emphasis > 0, url=url)
            if token.type in ("strong_open", "strong_close"):
                strong += token.nesting
            elif token.type in ("em_open", "em_close"):
                emphasis += token.nesting
            elif token.type == "link_open":
                url = str(token.attrs["href"])
            elif token.type == "link_close":
                url = ""
            elif token.type in ("softbreak", "hardbreak"):
                yield replace(look, text=" ")
            elif token.type == "code_inline":
                text = MARK.sub(lambda found: self.literal(int(found[1])), token.content)
                yield replace(look, text=text, is_verbatim=True)
            elif token.content:
                text = MARK.sub(lambda found: self.said(int(found[1])), token.content)
                yield replace(look, text=text)
