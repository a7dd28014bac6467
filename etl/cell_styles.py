"""The cell styles of somebody else's workbook: some are added at the end, none is changed."""

import re
from dataclasses import dataclass

from etl.package import (
    MAIN,
    Changes,
    Element,
    Package,
    PackageError,
    document,
    parse,
    with_attributes,
    xml_attribute,
)
from schemas.codes import Severity

COLOURS = {Severity.ERROR: "FFF4B8A7", Severity.WARNING: "FFFDE39D", Severity.NOTE: "FFCDE5F3"}
"What marked cells are filled with; each a shade that hardly anybody else uses, to be known again."


@dataclass(frozen=True)
class Look:
    """What a cell looked like before: the number of its style, its fill, and whether it was there."""

    style: int
    fill: str = ""
    is_new: bool = False


_STYLES_ORDER = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
    *("tableStyles", "colors", "extLst"),
)
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_LISTS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}
_FIRST = {
    "fonts": [b'<font><sz val="11"/><name val="Calibri"/></font>'],
    "fills": [
        b'<fill><patternFill patternType="none"/></fill>',
        b'<fill><patternFill patternType="gray125"/></fill>',
    ],
    "borders": [b"<border><left/><right/><top/><bottom/><diagonal/></border>"],
    "cellXfs": [b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'],
}
"What a workbook without such a list is taken to have."
_PLAIN = (
    f'<styleSheet xmlns="{MAIN}"><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0"'
    ' borderId="0"/></cellStyleXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0"'
    ' builtinId="0"/></cellStyles></styleSheet>'
)
_MOST_STYLES = 64_000


def written(element: Element, prefix: bytes = b"") -> bytes:
    """Return an element as it would be written with sorted attributes and nothing between."""
    told = b"".join(
        b' %b="%b"' % (name.encode(), xml_attribute(value))
        for name, value in sorted(element.attributes.items())
        if not name.startswith("{")
    )
    tag = prefix + element.name.encode()
    inside = b"".join(written(child, prefix) for child in element.children)
    return b"<%b%b>%b</%b>" % (tag, told, inside, tag) if inside else b"<%b%b/>" % (tag, told)


class Styles:
    """The list of cell styles of a workbook, to which styles are added at its end."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.name = package.linked(package.book, "styles")
        if not self.name:
            self.name = package.add("xl/styles.xml", document(_PLAIN), _STYLES_TYPE)
            package.link(package.book, self.name, "styles")
        part = package[self.name]
        self._root = parse(part)
        if self._root.name != "styleSheet" or self._root.is_short:
            raise PackageError("the list of styles is none")
        self._prefix = self._root.prefix
        self._known: dict[str, int] = {}
        self._lists: dict[str, list[bytes]] = {}
        for name, item in _LISTS.items():
            parent = self._root.first(name)
            there = [part[e.begin : e.end] for e in parent.all(item)] if parent else []
            self._known[name] = len(there)
            self._lists[name] = there or [self._prefixed(first) for first in _FIRST[name]]
        fills = self._root.first("fills")
        parsed = fills.all("fill") if fills else []
        self._fills = [written(fill) for fill in parsed] or list(_FIRST["fills"])
        self._numbers = {
            name: {item: n for n, item in reversed([*enumerate(items)])}
            for name, items in self._lists.items()
        }
        self._unmarked: dict[tuple[int, Look], int] = {}

    def _prefixed(self, xml: bytes) -> bytes:
        return re.sub(rb"<(/?)", rb"<\1" + self._prefix, xml) if self._prefix else xml

    def _add(self, name: str, item: bytes) -> int:
        items, numbers = self._lists[name], self._numbers[name]
        if item not in numbers:
            numbers[item] = len(items)
            items.append(item)
        if len(items) > _MOST_STYLES:
            raise PackageError("there are too many cell styles")
        return numbers[item]

    def _fill(self, plain: bytes) -> int:
        if plain not in self._fills:
            self._fills.append(plain)
            self._lists["fills"].append(self._prefixed(plain))
        return self._fills.index(plain)

    def add(
        self,
        *,
        font: bytes = b"",
        colour: str = "",
        border: bytes = b"",
        number_format: int = 0,
        alignment: bytes = b"",
    ) -> int:
        """Return the number of a style of our own."""
        font_id = self._add("fonts", self._prefixed(font)) if font else 0
        border_id = self._add("borders", self._prefixed(border)) if border else 0
        fill_id = self._fill(_solid(colour)) if colour else 0
        told = b'<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d"' % (
            *(number_format, font_id, fill_id, border_id),
        )
        told += b' xfId="0"' if self._root.first("cellStyleXfs") else b""
        told += b' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
        told += b' applyAlignment="1">%b</xf>' % alignment if alignment else b"/>"
        return self._add("cellXfs", self._prefixed(told))

    def look(self, style: int) -> Look:
        """Return what a style looks like, so that it can be found again."""
        return Look(style, self._fills[self._fill_of(style)].decode())

    def marked(self, style: int, severity: Severity) -> int:
        """Return the number of the style that is like another, but for our colour."""
        return self._filled(style, self._fill(_solid(COLOURS[severity])))

    def is_marked(self, style: int) -> bool:
        """Return whether a style has one of our colours."""
        fill = self._fills[self._fill_of(style)]
        return any(colour.encode() in fill for colour in COLOURS.values())

    def unmarked(self, style: int, look: Look) -> int:
        """Return the number of the style that a cell had before it was marked, or one like it."""
        if (style, look) not in self._unmarked:
            self._unmarked[style, look] = self._before(style, look)
        return self._unmarked[style, look]

    def _before(self, style: int, look: Look) -> int:
        fill = look.fill.encode()
        if fill not in self._fills:
            fill = _safe_fill(fill) or _FIRST["fills"][0]
        same = _without_fill(self._xf(style))
        number = len(self._lists["cellXfs"])

        def is_it(other: int) -> bool:
            is_filled = other < number and self._fills[self._fill_of(other)] == fill
            return is_filled and _without_fill(self._xf(other)) == same

        found = next(filter(is_it, (look.style, *range(number))), None)
        return self._filled(style, self._fill(fill)) if found is None else found

    def _filled(self, style: int, fill: int) -> int:
        return self._add("cellXfs", _with(self._xf(style), fillId=str(fill), applyFill="1"))

    def _xf(self, style: int) -> bytes:
        xfs = self._lists["cellXfs"]
        return xfs[style] if style < len(xfs) else xfs[0]

    def _fill_of(self, style: int) -> int:
        told = re.search(rb"\sfillId\s*=\s*[\"'](\d{1,6})[\"']", _opening(self._xf(style)))
        fill = int(told[1]) if told else 0
        return fill if fill < len(self._fills) else 0

    def save(self) -> None:
        """Write what was added into the package."""
        part = self.package[self.name]
        changes = Changes(part)
        for name in _LISTS:
            items, known = self._lists[name], self._known[name]
            if len(items) == known:
                continue
            parent = self._root.first(name)
            if parent and not parent.is_short:
                changes.insert(parent.close, b"".join(items[known:]))
                changes.set(parent, count=str(len(items)))
                continue
            if parent:
                changes.remove(parent)
            tag = self._prefix + name.encode()
            whole = b'<%b count="%d">%b</%b>' % (tag, len(items), b"".join(items), tag)
            changes.add_in_order(self._root, name, whole, _STYLES_ORDER)
        if changes:
            self.package[self.name] = changes.made()


def _solid(colour: str) -> bytes:
    told = b'<fill><patternFill patternType="solid"><fgColor rgb="%b"/><bgColor indexed="64"/></patternFill></fill>'
    return told % colour.encode()


def _safe_fill(fill: bytes) -> bytes:
    """Return a fill that somebody may have changed in the workbook, if it still is one."""
    try:
        element = parse(fill)
    except PackageError:
        return b""
    known = {"fill", "patternFill", "fgColor", "bgColor", "gradientFill", "stop", "color"}
    names = {element.name, *(child.name for name in known for child in element.below(name))}
    return written(element) if element.name == "fill" and names <= known else b""


def _opening(xml: bytes) -> bytes:
    return xml[: xml.index(b">") + 1]


def _with(xml: bytes, **attributes: str | None) -> bytes:
    tag = _opening(xml)
    return with_attributes(tag, **attributes) + xml[len(tag) :]


def _without_fill(xml: bytes) -> bytes:
    return re.sub(rb"\s+(?=/?>)", b"", _with(xml, fillId=None, applyFill=None))
