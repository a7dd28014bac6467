"""What a PDF says to a program that reads it aloud: its words in the order of its structure.

Knows as much of PDF as our own files hold; every letter comes from what the file says its shapes mean.
"""

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf


@dataclass
class Element:
    """An element of the structure: its kind, what it says, and what is within it."""

    kind: str
    alt: str = ""
    language: str = ""
    parts: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that it says, its parts one after another."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def all(self, *kinds: str) -> list["Element"]:
        """Return the elements of some kinds within it, in order."""
        inner = [part for part in self.parts if isinstance(part, Element)]
        return [
            one
            for part in inner
            for one in ([part] if part.kind in kinds else []) + part.all(*kinds)
        ]


def opened(data: bytes) -> pikepdf.Pdf:
    """Return a file to look into."""
    return pikepdf.open(io.BytesIO(data))


def structure(data: bytes) -> Element:
    """Return the document as its structure tells it."""
    with opened(data) as pdf:
        said = {page.obj.objgen: _said(page) for page in pdf.pages}
        tree = pdf.Root.StructTreeRoot
        return Element("Root", parts=list(_parts(tree, None, said)))


def plain(text: str) -> str:
    """Return a text as it is compared: no marks of direction, hyphens or blanks that a line adds."""
    return re.sub(r"[\s\u00ad\u200b\u200e\u200f\u061c\u2066-\u2069]+", "", text)


def _parts(node: Any, page: Any, said: dict[Any, dict[int, str]]) -> Iterator[Element | str]:
    inner = node.get("/K", [])
    for part in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(part, int):
            yield said[page].get(part, "")
        elif "/S" in part:
            own = part["/Pg"].objgen if "/Pg" in part else page
            yield Element(
                str(part["/S"])[1:],
                str(part.get("/Alt", "")),
                str(part.get("/Lang", "")),
                list(_parts(part, own, said)),
            )
        elif "/MCID" in part:
            own = part["/Pg"].objgen if "/Pg" in part else page
            yield said[own].get(int(part["/MCID"]), "")


def beside(data: bytes) -> list[str]:
    """Return what each page says outside the structure: its header and footer, headers that repeat."""
    with opened(data) as pdf:
        return [_said(page)[BESIDE] for page in pdf.pages]


def reach(data: bytes) -> list[tuple[float, float, float, float]]:
    """Return how far the words of each page reach: left, right, and how wide and tall the page is."""
    with opened(data) as pdf:
        return [
            (*_Reader(page).read().ends, float(page.mediabox[2]), float(page.mediabox[3]))
            for page in pdf.pages
        ]


def lines(data: bytes) -> list[dict[int, list[tuple[float, float]]]]:
    """Return the words of each page by the line that they stand on: where each begins and ends."""
    with opened(data) as pdf:
        return [_Reader(page).read().lines for page in pdf.pages]


BESIDE = -1
"Where what is no part of the structure is kept."


def _said(page: Any) -> dict[int, str]:
    """Return what each marked piece of a page says."""
    return _Reader(page).read().found


class _Reader:
    """Reads a page: what its marked pieces say, and where its words are."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.found: dict[int, str] = {BESIDE: ""}
        self.open: list[dict[str, Any]] = []
        self.left, self.right = math.inf, -math.inf
        self.lines: dict[int, list[tuple[float, float]]] = {}

    @property
    def ends(self) -> tuple[float, float]:
        return self.left, self.right

    def read(self) -> "_Reader":
        self.stream(self.page.obj, self.page.resources, pikepdf.Matrix())
        return self

    def stream(self, stream: Any, resources: Any, matrix: pikepdf.Matrix) -> None:
        font, size, line = _Font.none(), 0.0, pikepdf.Matrix()
        kept: list[pikepdf.Matrix] = []
        for instruction in pikepdf.parse_content_stream(stream):
            operands: Any = list(instruction.operands)
            match str(instruction.operator):
                case "q":
                    kept.append(matrix)
                case "Q":
                    matrix = kept.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "BDC" | "BMC":
                    self.open.append(_mark(operands))
                case "EMC":
                    self.close(self.open.pop())
                case "Tm":
                    line = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "Tf":
                    font, size = _Font.of(resources["/Font"][operands[0]]), float(operands[1])
                case "Tj":
                    self.tell(operands, font, size, line)
                case "TJ":
                    self.tell(operands[0], font, size, line)
                case "Do":
                    form = resources["/XObject"][operands[0]]
                    if form.get("/Subtype") == "/Form":
                        inner = pikepdf.Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
                        self.stream(form, form.get("/Resources", resources), inner @ matrix)

    def tell(self, shown: Any, font: "_Font", size: float, line: pikepdf.Matrix) -> None:
        wide = 0.0
        for one in shown:
            if not isinstance(one, pikepdf.String):
                wide -= float(one)
                continue
            codes = bytes(one)
            glyphs = [int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)]
            wide += sum(font.widths.get(glyph, 0.0) for glyph in glyphs)
            if self.open:
                self.open[-1]["glyphs"] += [font.letters.get(glyph, "") for glyph in glyphs]
        ends = (line.transform((0.0, 0.0))[0], line.transform((wide * size / 1000, 0.0))[0])
        self.left, self.right = min(self.left, *ends), max(self.right, *ends)
        self.lines.setdefault(round(line.transform((0.0, 0.0))[1]), []).append(ends)

    def close(self, mark: dict[str, Any]) -> None:
        glyphs = mark["glyphs"] if mark["text"] is None else [mark["text"]]
        if mark["kind"] == "/ReversedChars":
            glyphs = glyphs[::-1]
        if mark["kind"] == "/Artifact":
            self.found[BESIDE] += "".join(glyphs) + "\n"
        elif mark["id"] is not None:
            self.found[int(mark["id"])] = "".join(glyphs)
        elif self.open:
            self.open[-1]["glyphs"] += glyphs


def _mark(operands: Any) -> dict[str, Any]:
    values = operands[1] if len(operands) > 1 else {}
    values = values if isinstance(values, pikepdf.Dictionary) else {}
    return {
        "kind": str(operands[0]),
        "id": values.get("/MCID"),
        "text": str(values["/ActualText"]) if "/ActualText" in values else None,
        "glyphs": [],
    }


@dataclass(frozen=True)
class _Font:
    """What the shapes of a font mean, and how wide they are, in thousandths of its size."""

    letters: dict[int, str]
    widths: dict[int, float]

    @staticmethod
    def none() -> "_Font":
        return _Font({}, {})

    @staticmethod
    def of(font: Any) -> "_Font":
        key = font.objgen, bytes(font["/ToUnicode"].read_bytes())
        if key not in FONTS:
            FONTS[key] = _Font(_letters(key[1].decode()), _widths(font["/DescendantFonts"][0]))
        return FONTS[key]


FONTS: dict[Any, _Font] = {}


def _widths(font: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    parts = list(font.get("/W", []))
    while parts:
        first, second = int(parts.pop(0)), parts.pop(0)
        if isinstance(second, pikepdf.Array):
            found |= {first + place: float(width) for place, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(parts.pop(0)))
    return found


def _letters(table: str) -> dict[int, str]:
    """Return what each shape of a font means, by its table."""
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letters in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int.from_bytes(bytes.fromhex(letters))
            for step in range(int(last, 16) - int(first, 16) + 1):
                raw = (start + step).to_bytes(len(letters) // 2)
                found[int(first, 16) + step] = raw.decode("utf-16-be")
    return found
