"""Comments in somebody else's workbook: the texts, and the drawing in which they have their boxes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from etl.book import lines_of
from etl.package import (
    LINKS,
    MAIN,
    Changes,
    Element,
    Package,
    PackageError,
    document,
    parse,
    xml_attribute,
    xml_plain,
    xml_text,
)
from etl.page import SHEET_ORDER, Page, Place, corners, place_address

AUTHOR = "MedTOWN"
_HEADING = re.compile(rf"(?:\n\n)?{AUTHOR} • [^\n:]*: (\d+)")
"How our comments begin: the sheet of the findings and the row where this one stands."
_MOST_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Note:
    """A comment on one cell; what its first line is, `heading` says."""

    place: Place
    heading: str
    text: str


def heading(title: str, lines: Sequence[int]) -> str:
    """Return the first line of a comment, which names the rows of the list of findings."""
    told = ", ".join(map(str, lines[:_MOST_LINES]))
    return f"{AUTHOR} • {title}: {told}{', …' if len(lines) > _MOST_LINES else ''}"


_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_DRAWING = (
    f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    "</xml>"
)
_KIND = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape {spaces} id="_x0000_s{number}" type="#_x0000_t202"'
    ' style="position:absolute;width:260pt;height:{height}pt;z-index:{order};visibility:hidden"'
    ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="{direction}"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_OLD_SHAPE = re.compile(rb"<(?:\w+:)?shape[\s>].*?</(?:\w+:)?shape\s*>", re.DOTALL)
_ANCHOR = re.compile(rb"(?<=Anchor>)([\d\s,]+)(?=<)")
_FONT = b'<%bsz val="9"/><%brFont val="Arial"/><%bfamily val="2"/>'
_WIDE = 48
"Characters in a line of a comment."
_MOST_TEXT = 32_000


@dataclass
class Notes:
    """The comments of one sheet and the drawing in which they have their boxes."""

    package: Package
    sheet: str
    page: Page
    comments: str = ""
    drawing: str = ""
    shapes: Changes = field(default_factory=lambda: Changes(b""))
    boxes: dict[Place, re.Match[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.comments = self.package.linked(self.sheet, "comments")
        if element := self.page.root.first("legacyDrawing"):
            identity = element.attributes.get(f"{{{LINKS}}}id")
            targets = {link.identity: link.target for link in self.package.links(self.sheet)}
            self.drawing = targets.get(identity or "", "")
            if self.drawing not in self.package:
                raise PackageError("the drawing of the comments is missing")
            self.shapes = Changes(self.package[self.drawing])
            self.boxes = dict(_boxes(self.shapes.part))

    def _grow(self, place: Place, lines: int) -> None:
        """Make the box of somebody else's comment higher, or as low again as it was."""
        box = self.boxes.get(place)
        anchor = _ANCHOR.search(self.shapes.part, box.start(), box.end()) if box else None
        if anchor:
            numbers = [int(number) for number in anchor[1].split(b",") if number.strip()]
            if len(numbers) == 8 and numbers[6] + lines >= numbers[2]:
                numbers[6] += lines
                told = b", ".join(b"%d" % number for number in numbers)
                self.shapes.replace(*anchor.span(1), told)

    # --- ours are added ---

    def add(self, notes: Iterable[Note], *, is_rtl: bool) -> None:
        """Write comments of ours; where somebody else's is, below it."""
        if not self.comments:
            whole = f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
            self.comments = self.package.add("xl/comments#.xml", document(whole), _COMMENTS_TYPE)
            self.package.link(self.sheet, self.comments, "comments")
        part = self.package[self.comments]
        changes, root = Changes(part), parse(part)
        authors, list_ = root.first("authors"), root.first("commentList")
        if authors is None or list_ is None:
            raise PackageError("the comments are none")
        names = [author.text for author in authors.all("author")]
        if AUTHOR not in names:
            names.append(AUTHOR)
            tag = root.prefix + b"author"
            changes.append(authors, b"<%b>%b</%b>" % (tag, AUTHOR.encode(), tag))
        there = {comment.attributes.get("ref"): comment for comment in list_.all("comment")}
        made, boxes, replies = [], [], []
        for note in notes:
            ref, text = place_address(note.place), note.text[:_MOST_TEXT]
            high = _height(note.heading, text)
            if comment := there.get(ref):
                self._append(changes, root.prefix, comment, note.heading, text)
                self._grow(note.place, high + 2)
                replies.append((ref, f"{note.heading}\n{text}"))
                continue
            runs = _runs(root.prefix, note.heading, text)
            told = b'<%bcomment ref="%b" authorId="%d"><%btext>%b</%btext></%bcomment>'
            filled = (root.prefix, ref.encode(), names.index(AUTHOR), root.prefix, runs)
            made.append(told % (*filled, root.prefix, root.prefix))
            boxes.append((note.place, high + 1))
        if made:
            changes.append(list_, b"".join(made))
        self.package[self.comments] = changes.made()
        self._draw(boxes, is_rtl=is_rtl)
        if replies:
            self._reply(replies)

    def _append(
        self, changes: Changes, prefix: bytes, comment: Element, heading: str, text: str
    ) -> None:
        parent = comment.first("text")
        if parent is None:
            raise PackageError("a comment has no text")
        runs = _runs(prefix, f"\n\n{heading}", text)
        written = [child for child in parent.children if child.name in ("t", "r")]
        for child in parent.all("t"):  # as a run it may stand before other runs
            changes.insert(child.begin, b"<%br>" % prefix)
            changes.insert(child.end, b"</%br>" % prefix)
        if written:
            changes.insert(written[-1].end, runs)
        else:
            changes.append(parent, runs)

    def _draw(self, boxes: list[tuple[Place, int]], *, is_rtl: bool) -> None:
        if not self.drawing:
            self.shapes = Changes(_DRAWING.encode())
            self.drawing = self.package.add("xl/drawings/vmlDrawing#.vml", b"", _DRAWING_TYPE)
            identity = self.package.link(self.sheet, self.drawing, "vmlDrawing")
            told = b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>'
            element = told % (self.page.prefix, LINKS.encode(), identity.encode())
            self.page.changes.add_in_order(self.page.root, "legacyDrawing", element, SHEET_ORDER)
        part = self.shapes.part
        numbers = [int(n) for n in re.findall(rb"_x0000_s(\d{1,9})\"", part)]
        first = max([1024, *numbers]) + 1
        made = [] if re.search(rb"shapetype\s[^>]*id=\"_x0000_t202\"", part) else [_KIND]
        made += [
            _SHAPE.format(
                spaces=_SPACES,
                number=first + n,
                order=n + 1,
                height=13 * lines,
                direction="text-align:right;direction:rtl" if is_rtl else "text-align:left",
                anchor=_anchor(place, lines),
                row=place[0],
                column=place[1],
            )
            for n, (place, lines) in enumerate(boxes)
        ]
        ends = [found.start() for found in re.finditer(rb"</(?:\w+:)?xml\s*>", part)]
        if not ends:
            raise PackageError("the drawing of the comments has no end")
        self.shapes.insert(ends[-1], "".join(made).encode() if boxes else b"")
        self.package.replace_unchecked(self.drawing, self.shapes.made())

    def _reply(self, replies: Iterable[tuple[str, str]]) -> None:
        """Answer in threads: where there is one, programs do not show the comment's own text."""
        name = self.package.linked(self.sheet, "threadedComment")
        people = self.package.linked(self.package.book, "person")
        if name not in self.package or people not in self.package:
            return
        changes, root = Changes(self.package[name]), parse(self.package[name])
        first = {
            comment.attributes.get("ref"): comment
            for comment in reversed(root.all("threadedComment"))
            if "parentId" not in comment.attributes
        }
        told = (
            b'<%bthreadedComment ref="%b" dT="%b" personId="%b" id="%b" parentId="%b">'
            b"<%btext>%b</%btext></%bthreadedComment>"
        )
        for ref, text in replies:
            if thread := first.get(ref):
                parent, day = (thread.attributes.get(key, "") for key in ("id", "dT"))
                about = [ref, day, _PERSON, _identity(f"{parent} {text}"), parent]
                filled = (root.prefix, *map(xml_attribute, about), root.prefix)
                changes.append(root, told % (*filled, xml_plain(text), root.prefix, root.prefix))
        if changes:
            self.package[name] = changes.made()
            self._introduce(people)

    def _introduce(self, people: str) -> None:
        """Name us among those who write in threads."""
        changes, root = Changes(self.package[people]), parse(self.package[people])
        if all(person.attributes.get("id") != _PERSON for person in root.all("person")):
            told = b'<%bperson displayName="%b" id="%b" userId="%b" providerId="None"/>'
            author = AUTHOR.encode()
            changes.append(root, told % (root.prefix, author, _PERSON.encode(), author))
            self.package[people] = changes.made()

    def _take_back(self) -> None:
        """Take our answers out of threads."""
        name = self.package.linked(self.sheet, "threadedComment")
        if name not in self.package:
            return
        changes, root = Changes(self.package[name]), parse(self.package[name])
        for comment in root.all("threadedComment"):
            text = comment.first("text")
            if "parentId" in comment.attributes and text and _HEADING.match(text.text):
                changes.remove(comment)
        self.package[name] = changes.made()

    # --- ours are taken away ---

    def remove(self) -> dict[Place, int]:
        """Take our comments away; return the cells where they were, and their rows in the list."""
        if not self.comments:
            return {}
        part = self.package[self.comments]
        changes, root = Changes(part), parse(part)
        places: dict[Place, int] = {}
        left = 0
        for comment in root.below("comment"):
            texts = list(comment.below("t"))
            found = _HEADING.search("".join(text.text for text in texts))
            if not found:
                left += 1
                continue
            ref = corners(comment.attributes.get("ref", ""))
            if ref is None:
                raise PackageError("a comment has no cell")
            r, c = ref[:2]
            places[r, c] = int(found[1])
            said = "".join(text.text for text in texts)
            if not said[: found.start()].strip():
                changes.remove(comment)
                if box := self.boxes.get((r, c)):
                    self.shapes.replace(box.start(), box.end(), b"")
                continue
            left += 1
            _cut(changes, comment, found.start())
            head, _, rest = said[found.start() :].strip().partition("\n")
            self._grow((r, c), -_height(head, rest) - 2)
        if places:
            self.package[self.comments] = changes.made()
            if self.drawing:
                self.package.replace_unchecked(self.drawing, self.shapes.made())
            if left:
                self._take_back()
            else:
                self._drop()
        return places

    def _drop(self) -> None:
        """Drop the comments where ours were the only ones, and a drawing with nothing else in it."""
        self.package.unlink(self.sheet, self.comments)
        self.package.drop(self.comments)
        element = self.page.root.first("legacyDrawing")
        if not element or _OLD_SHAPE.search(self.package[self.drawing]):
            return
        if not self.package.links(self.drawing):
            self.package.unlink(self.sheet, self.drawing)
            self.package.drop(self.drawing)
            self.page.changes.remove(element)


def _identity(text: str) -> str:
    return f"{{{uuid5(NAMESPACE_URL, text)}}}".upper()


_PERSON = _identity(AUTHOR)


def _boxes(shapes: bytes) -> Iterator[tuple[Place, re.Match[bytes]]]:
    """Yield the shapes in which comments are shown, by the cells that they belong to."""
    for found in _OLD_SHAPE.finditer(shapes):
        row = re.search(rb"Row\s*>\s*(\d{1,7})\s*<", found[0])
        column = re.search(rb"Column\s*>\s*(\d{1,5})\s*<", found[0])
        if b'"Note"' in found[0] and row and column:
            yield (int(row[1]), int(column[1])), found


def _runs(prefix: bytes, heading: str, text: str) -> bytes:
    font = _FONT % (prefix, prefix, prefix)
    return b"".join(
        b'<%br><%brPr>%b%b</%brPr><%bt xml:space="preserve">%b</%bt></%br>'
        % (prefix, prefix, bold, font, prefix, prefix, xml_text(said), prefix, prefix)
        for bold, said in ((b"<%bb/>" % prefix, heading), (b"", f"\n{text}"))
    )


def _cut(changes: Changes, comment: Element, at: int) -> None:
    """Keep the first characters of a comment only, with the way they are written."""
    end = 0
    for run in [*comment.below("r")] or [*comment.below("t")]:
        texts = [run] if run.name == "t" else run.all("t")
        said = "".join(text.text for text in texts)
        if end >= at:
            changes.remove(run)
        elif end + len(said) > at and len(texts) == 1:
            kept = xml_text(said[: at - end])
            changes.replace(texts[0].inner, texts[0].close, kept)
        end += len(said)


def _height(heading: str, text: str) -> int:
    return lines_of(heading.strip(), _WIDE) + lines_of(text, _WIDE)


def _anchor(place: Place, lines: int) -> str:
    """Return where the box of a comment is: columns and rows, each with an offset in pixels."""
    row, column = min(max(0, place[0] - 1), 1_048_500), min(place[1] + 1, 16_370)
    return f"{column}, 15, {row}, 4, {column + 5}, 15, {row + lines + 1}, 4"
