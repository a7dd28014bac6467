"""Pictures without a browser: our SVG as PNG, and the preview that others show beside a link.

Typst draws both, with the fonts of `assets/fonts/ttf` and no others, so that the same drawing is
the same bytes on every machine. Nothing is read but those fonts and what is handed over, and
nothing is asked of another host.
"""

import re
import struct
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import typst

from dashboard import theme
from schemas import words

ASSETS = Path(__file__).parent.parent / "assets"
FONTS = ASSETS / "fonts" / "ttf"
MARK = ASSETS / "icons" / "mark.svg"

SVG = "http://www.w3.org/2000/svg"
LATIN, ARABIC = "Inter", "IBM Plex Sans Arabic"

PREVIEW = (1200, 630)
"Width and height of a preview, as those who show it ask for."

LARGEST = 8000
"The widest and tallest picture in pixels: an address must not make the server paint acres."


class ImageError(Exception):
    "The drawing cannot be made into a picture"


def png(svg: str, width: int, scale: float = 2) -> bytes:
    """Return a drawing as PNG, `width` units wide and `scale` pixels to each; its height follows.

    The drawing must hold all that it shows: one that points to something else is refused.
    """
    root = _drawing(svg)
    wide, tall = _size(root)
    height = width * tall / wide
    if not (0 < width * scale <= LARGEST and 0 < height * scale <= LARGEST):
        raise ImageError(f"A picture is at most {LARGEST} pixels wide and tall")
    # A page of whole pixels: typst would round up, and leave a clear line at the edge.
    page = f"width: {round(width * scale) / scale}pt, height: {round(height * scale) / scale}pt"
    source = f'#set page({page}, margin: 0pt, fill: none)\n#image("figure.svg", width: 100%)'
    return _painted({"main.typ": source.encode(), "figure.svg": _lettered(root)}, scale)


def social(title: str, lead: str, figures_svg: str | None, language: str) -> bytes:
    """Return the preview of a page: the mark, its title and sentence, and its figures if any.

    `figures_svg` is a drawing of ours; whatever it shows must be what the public may see.
    """
    files = {"main.typ": TEMPLATE.encode(), "mark.svg": MARK.read_bytes()}
    ratio = 0.0
    if figures_svg is not None:
        root = _drawing(figures_svg)
        wide, tall = _size(root)
        ratio = wide / tall
        files["figure.svg"] = _lettered(root)
    said = {
        "title": _cut(title, 140),
        "lead": _cut(lead, 260),
        "what": words.text("Impact dashboard", language),
        "language": words.base(language),
        "direction": theme.direction(language),
        "ratio": f"{ratio:.4f}",
    }
    colours = {name: theme.light(name) for name in ("bg", "card", "line", "ink", "muted", "accent")}
    return _painted(files, 1, {**said, **colours})


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in pixels, as its header says."""
    if picture[:8] != b"\x89PNG\r\n\x1a\n":
        raise ImageError("This is not a PNG")
    wide, tall = struct.unpack(">II", picture[16:24])
    return wide, tall


def drawing(svg: str) -> bytes:
    """Return a drawing as typst can show it: whole in itself, and with a font for every letter."""
    return _lettered(_drawing(svg))


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that are shipped, and no others."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _painted(files: dict[str, bytes], scale: float, said: dict[str, str] | None = None) -> bytes:
    try:
        # Its types do not know that files may be handed over as they are.
        made = typst.compile(  # type: ignore[call-overload]
            files,
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="png",
            ppi=72 * scale,
            sys_inputs=said or {},
        )
    except typst.TypstError as error:
        raise ImageError(f"The drawing could not be painted: {error.message}") from error
    if not isinstance(made, bytes):
        raise ImageError("The drawing takes more than one page")
    return made


def _cut(text: str, longest: int) -> str:
    """Return a text no longer than what fits, on one line and without what nobody sees."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


# --- Drawings -------------------------------------------------------------------------------------

POINTING = frozenset({"image", "use", "script", "style", "foreignObject", "a", "feImage"})
"Elements that bring in what is not in the drawing, or that no picture has."


def _drawing(svg: str) -> ElementTree.Element:
    """Return the root of a drawing that is one, and that points to nothing outside itself."""
    if re.search(r"<!(?:DOCTYPE|ENTITY)", svg, re.IGNORECASE):
        raise ImageError("A drawing declares nothing: DOCTYPE and ENTITY are refused")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - without declarations nothing expands
    except ElementTree.ParseError as error:
        raise ImageError(f"This is not a drawing: {error}") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ImageError("This is not a drawing: its root is not <svg>")
    for element in root.iter():
        name = str(element.tag).rsplit("}", 1)[-1]
        outside = [key for key in element.attrib if key.rsplit("}", 1)[-1] == "href"]
        urls = [value for value in element.attrib.values() if re.search(r"url\((?!#)", value)]
        if name in POINTING or outside or urls:
            raise ImageError(f"A drawing holds all that it shows: <{name}> is refused")
    return root


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Return width and height of a drawing in its own units."""
    try:
        _, _, wide, tall = (float(number) for number in root.get("viewBox", "").split())
    except ValueError as error:
        raise ImageError("The drawing does not say its size: it has no viewBox") from error
    if not (0 < wide < float("inf") and 0 < tall < float("inf")):
        raise ImageError("The drawing has no size")
    return wide, tall


ARABIC_LETTERS = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
MARKS = "\u200e\u200f\u2066-\u2069"
OTHERS = re.compile(
    rf"[^\s{ARABIC_LETTERS}{MARKS}](?:[^{ARABIC_LETTERS}{MARKS}]*[^\s{ARABIC_LETTERS}{MARKS}])?"
)
"What stands between Arabic words: Latin, Greek, digits."


def _lettered(root: ElementTree.Element) -> bytes:
    """Return a drawing whose every letter has a font that knows it.

    A browser looks for each letter in the next font of the list, typst does so in no drawing.
    """
    for element in list(root.iter(f"{{{SVG}}}text")):
        if re.search(f"[{ARABIC_LETTERS}]", "".join(element.itertext())):
            element.set("font-family", ARABIC)
            # Each chunk is laid out in the font it begins with, and an Arabic ligature comes out
            # right in no other; so it begins with a mark that is never seen.
            _letter(element, begins=True)
    # Titles are what a pointer shows.
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == f"{{{SVG}}}title"]:
            parent.remove(child)
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return written


def _letter(element: ElementTree.Element, *, begins: bool) -> None:
    """Give what is not Arabic in an element its own font; what `begins` a chunk is marked."""
    children = list(element)
    first = "\u200e" if begins or "x" in element.attrib else ""
    pieces: list[ElementTree.Element] = []

    def add(text: str) -> str:
        """Append a text as pieces, and return what stands before the first of them."""
        before, end = "", 0
        for match in OTHERS.finditer(text):
            between = text[end : match.start()]
            if end == 0:
                before = between
            else:
                pieces[-1].tail = between
            piece = ElementTree.Element(f"{{{SVG}}}tspan", {"font-family": LATIN})
            piece.text = match[0]
            pieces.append(piece)
            end = match.end()
        if end == 0:
            return text
        pieces[-1].tail = text[end:]
        return before

    head = first + add(element.text or "")
    for child in children:
        element.remove(child)
        tail, child.tail = child.tail or "", ""
        _letter(child, begins=False)
        pieces.append(child)
        child.tail = add(tail) if tail else ""
    element.text = head
    element.extend(pieces)


# --- The preview ------------------------------------------------------------------------------------

TEMPLATE = """
#let said = sys.inputs
#let ratio = float(said.ratio)
#let ink = rgb(said.ink)
#set page(width: 1200pt, height: 630pt, margin: 0pt, fill: rgb(said.bg))
#set text(
  font: ("Inter", "IBM Plex Sans Arabic"), lang: said.language,
  dir: if said.direction == "rtl" { rtl } else { ltr }, fill: ink, hyphenate: false,
)
#set par(spacing: 0pt)
#set block(spacing: 0pt)
#let words(large, small) = {
  block(below: small * 1.15, text(size: large, weight: 700, par(leading: 0.42em, said.title)))
  block(text(size: small, fill: rgb(said.muted), par(leading: 0.6em, said.lead)))
}
#let sizes = ((60pt, 30pt), (54pt, 28pt), (48pt, 26pt), (42pt, 25pt), (37pt, 23pt), (32pt, 21pt), (27pt, 19pt))
#let fitting(width, height, sizes) = context {
  let found = sizes.find(((large, small)) => measure(block(width: width, words(large, small))).height <= height)
  let (large, small) = if found == none { sizes.last() } else { found }
  block(width: width, height: height, clip: true, align(horizon, words(large, small)))
}
#let card(width, height) = block(
  width: width, height: height, fill: rgb(said.card), stroke: 1.5pt + rgb(said.line), radius: 18pt, inset: 26pt,
  align(center + horizon, {
    let (wide, tall) = (width - 52pt, height - 52pt)
    if wide / tall > ratio { image("figure.svg", height: tall) } else { image("figure.svg", width: wide) }
  }),
)
#place(top + start, dx: 0pt, rect(width: 100%, height: 10pt, fill: rgb(said.accent)))
#pad(top: 52pt, x: 64pt, bottom: 48pt, {
  grid(
    columns: (auto, auto, auto), column-gutter: 16pt, align: horizon,
    image("mark.svg", width: 48pt), text(size: 30pt, weight: 700, "MedTOWN"),
    text(size: 24pt, fill: rgb(said.muted), said.what),
  )
  v(28pt)
  let (wide, tall) = (1072pt, 630pt - 52pt - 48pt - 48pt - 28pt)
  if ratio == 0 {
    fitting(wide, tall, sizes)
  } else if ratio > 2.6 {
    fitting(wide, tall - (wide - 52pt) / ratio - 76pt, sizes)
    v(24pt)
    card(wide, (wide - 52pt) / ratio + 52pt)
  } else {
    grid(
      columns: (1fr, 600pt), column-gutter: 40pt, align: horizon,
      fitting(432pt, tall, sizes.slice(2)), card(600pt, calc.min(tall, 548pt / ratio + 52pt)),
    )
  }
})
"""
"Texts come in as values and are never read as markup."
