"""A workbook's package (OOXML) changed in single places: whatever is not touched stays byte for byte.

Parts are read by expat, which says where each element stands, and are changed by cutting and
inserting bytes there. The gate has let the file through: no document types, nothing that inflates
without end.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count
from xml.parsers import expat

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class PackageError(Exception):
    "The package is not built so that single places of it can be changed safely"


# --- text ------------------------------------------------------------------------------------

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def xml_text(text: str) -> bytes:
    """Return a text as it stands in XML of any encoding, for elements and attributes alike.

    What XML cannot hold is left out; what spreadsheet programs take for an escaped character
    (`_x0041_`) is kept as it is read.
    """
    return xml_plain(_ESCAPED.sub("_x005F_", text))


def xml_plain(text: str) -> bytes:
    """Return a text as it stands in an element that knows no escaped characters of its own."""
    return escape(_NOT_XML.sub("", text)).encode("ascii", "xmlcharrefreplace")


def xml_attribute(text: str) -> bytes:
    """Return a text as it stands between the quotation marks of an attribute."""
    told = escape(_NOT_XML.sub("", text)).replace("\n", "&#10;").replace("\t", "&#9;")
    return told.encode("ascii", "xmlcharrefreplace")


def document(text: str | bytes) -> bytes:
    """Return a part of its own."""
    return _DECLARATION + (text.encode() if isinstance(text, str) else text)


# --- elements --------------------------------------------------------------------------------

_DEEPEST = 200
_TAG = re.compile(rb"<[^\s/>\"']+(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")


@dataclass(slots=True)
class Element:
    """An element and the bytes that it takes: its opening tag, what is inside, its closing tag.

    Attributes with a prefix go by `{namespace}name`. `inner` and `close` are where the content
    begins and ends; both are `end` where the element is written as one tag.
    """

    name: str
    space: str
    prefix: bytes
    attributes: dict[str, str]
    begin: int
    inner: int
    close: int = 0
    end: int = 0
    is_short: bool = False
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Element | None":
        """Return the first child of a name, if there is one."""
        return next((child for child in self.children if child.name == name), None)

    def below(self, name: str) -> Iterator["Element"]:
        """Yield the elements of a name anywhere inside, in their order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.below(name)

    @property
    def text(self) -> str:
        """The characters directly inside."""
        return "".join(self.pieces)


def parse(part: bytes) -> Element:
    """Return the root of a part; PackageError where it is no XML that can be read."""
    root: list[Element] = []
    path: list[Element] = []
    reader = _reader()

    def start(name: str, attributes: dict[str, str]) -> None:
        begin = reader.CurrentByteIndex
        tag = _TAG.match(part, begin)
        if not tag:
            raise PackageError("a tag could not be found again")
        space, _, local = name.rpartition(" ")
        prefix, colon, _ = re.split(rb"[\s/>]", tag[0][1:], maxsplit=1)[0].rpartition(b":")
        element = Element(
            name=local,
            space=space,
            prefix=prefix + colon,
            attributes={_key(key): value for key, value in attributes.items()},
            begin=begin,
            inner=tag.end(),
            is_short=tag[0].endswith(b"/>"),
        )
        if len(path) > _DEEPEST:
            raise PackageError("elements are nested too deeply")
        (path[-1].children if path else root).append(element)
        path.append(element)

    def end(_name: str) -> None:
        element = path.pop()
        if element.is_short:
            element.close = element.end = element.inner
        else:
            element.close = reader.CurrentByteIndex
            element.end = part.index(b">", element.close) + 1

    def characters(text: str) -> None:
        path[-1].pieces.append(text)

    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.CharacterDataHandler = characters
    _feed(reader, part)
    return root[0]


def check(part: bytes) -> None:
    """Raise PackageError where a part is not whole XML."""
    _feed(_reader(), part)


def _reader() -> "expat.XMLParserType":
    def refuse(*_: object) -> None:
        raise PackageError("a document type is declared")

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.buffer_text = True
    reader.StartDoctypeDeclHandler = reader.EntityDeclHandler = refuse
    return reader


def _feed(reader: "expat.XMLParserType", part: bytes) -> None:
    try:
        reader.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise PackageError(f"a part is no XML: {error}") from error


def _key(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{{{space}}}{local}" if space else local


# --- changes ---------------------------------------------------------------------------------


class Changes:
    """Changes to one part, collected by the places of the part as it was, made all at once."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self._changes: list[tuple[int, int, bytes]] = []

    def __bool__(self) -> bool:
        return bool(self._changes)

    def replace(self, begin: int, end: int, text: bytes) -> None:
        """Put a text where others stood."""
        self._changes.append((begin, end, text))

    def insert(self, at: int, text: bytes) -> None:
        """Put a text at a place, behind what else is put there."""
        self.replace(at, at, text)

    def remove(self, element: Element) -> None:
        """Take an element away."""
        self.replace(element.begin, element.end, b"")

    def append(self, parent: Element, text: bytes) -> None:
        """Put a text at the end of what is inside an element."""
        if parent.is_short:
            tag = self.part[parent.begin : parent.end]
            name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
            opened = tag[:-2].rstrip() + b">"
            self.replace(parent.begin, parent.end, opened + text + b"</" + name + b">")
        else:
            self.insert(parent.close, text)

    def set(self, element: Element, **attributes: str | None) -> None:
        """Give the opening tag of an element other attributes; None takes one away."""
        tag = self.part[element.begin : element.inner]
        self.replace(element.begin, element.inner, with_attributes(tag, **attributes))

    def add_in_order(self, root: Element, name: str, text: bytes, order: Sequence[str]) -> None:
        """Put an element where the order of its siblings wants it; the root is not a short tag."""
        before = set(order[: order.index(name)])
        earlier = [child for child in root.children if child.name in before]
        self.insert(earlier[-1].end if earlier else root.inner, text)

    def made(self) -> bytes:
        """Return the part with all changes, each of which stands in a place of its own."""
        pieces, last = [], 0
        for begin, end, text in sorted(self._changes, key=lambda change: change[:2]):
            if begin < last:
                raise PackageError("two changes overlap")
            pieces += [self.part[last:begin], text]
            last = end
        return b"".join([*pieces, self.part[last:]])


def with_attributes(tag: bytes, **attributes: str | None) -> bytes:
    """Return an opening tag with other attributes; None takes one away."""
    for name, value in attributes.items():
        own = rb"\s+" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
        written = b"" if value is None else b' %b="%b"' % (name.encode(), xml_attribute(value))
        if found := re.search(own, tag):
            tag = tag[: found.start()] + written + tag[found.end() :]
        elif written:
            end = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:end].rstrip() + written + tag[end:]
    return tag


# --- the package -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """What one part says of another: kind (the last word of its type), name of the part."""

    identity: str
    kind: str
    target: str


class Package:
    """The parts of a workbook by their names in small letters, and what they say of each other."""

    def __init__(self, data: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._members = archive.infolist()
                self._parts = {
                    _normal(member.filename): archive.read(member) for member in self._members
                }
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            raise PackageError("the zip cannot be read") from error
        starts = [link for link in self.links("") if link.kind == "officeDocument"]
        self.book = starts[0].target if starts else "xl/workbook.xml"
        if self.book not in self._parts:
            raise PackageError("the workbook's own part is missing")
        if parse(self[self.book]).space != MAIN:
            raise PackageError("the workbook is of the strict kind")

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __getitem__(self, name: str) -> bytes:
        try:
            return self._parts[name]
        except KeyError as error:
            raise PackageError(f"the part {name} is missing") from error

    def __setitem__(self, name: str, part: bytes) -> None:
        if self._parts[name] != part:
            check(part)
            self._parts[name] = part

    def replace_unchecked(self, name: str, part: bytes) -> None:
        """Change a part that need not be XML, as drawings of comments seldom are."""
        self._parts[name] = part

    def names(self) -> Iterator[str]:
        """Yield the names of all parts."""
        yield from self._parts

    def add(self, name: str, part: bytes, content_type: str) -> str:
        """Add a part, `#` of whose name becomes the first free number; return its name."""
        numbers = map(str, count(1))
        free, wanted = name.replace("#", "1"), name if "#" in name else name.replace(".", "#.", 1)
        while _normal(free) in self._parts:
            free = wanted.replace("#", next(numbers))
        name = free
        self._members.append(_member(name))
        self._parts[_normal(name)] = part
        self._declare(name, content_type)
        return _normal(name)

    def drop(self, name: str) -> None:
        """Take a part away, with what it says of others and what kind of part it is."""
        for gone in (name, _links_name(name)):
            if self._parts.pop(gone, None) is not None:
                self._members = [m for m in self._members if _normal(m.filename) != gone]
        changes, root = self._changes(_CONTENT_TYPES)
        for override in root.all("Override"):
            if _normal(override.attributes.get("PartName", "")) == name:
                changes.remove(override)
        self[_CONTENT_TYPES] = changes.made()

    def _changes(self, name: str) -> tuple[Changes, Element]:
        return Changes(self[name]), parse(self[name])

    def _declare(self, name: str, content_type: str) -> None:
        changes, root = self._changes(_CONTENT_TYPES)
        extension = name.rpartition(".")[2].lower()
        defaults = {
            default.attributes.get("Extension", "").lower(): default.attributes.get("ContentType")
            for default in root.all("Default")
        }
        if defaults.get(extension) == content_type:
            return
        if extension == "vml" and extension not in defaults:
            what = b'<%bDefault Extension="vml" ContentType="%b"/>'
            told = what % (root.prefix, content_type.encode())
        else:
            what = b'<%bOverride PartName="/%b" ContentType="%b"/>'
            told = what % (root.prefix, xml_attribute(name), content_type.encode())
        changes.append(root, told)
        self[_CONTENT_TYPES] = changes.made()

    def links(self, name: str) -> list[Link]:
        """Return what a part, or for the empty name the package, says of other parts."""
        part = self._parts.get(_links_name(name))
        if part is None:
            return []
        return [
            Link(
                link.attributes.get("Id", ""),
                link.attributes.get("Type", "").rpartition("/")[2],
                _target(name, link.attributes.get("Target", "")),
            )
            for link in parse(part).all("Relationship")
            if link.attributes.get("TargetMode") != "External"
        ]

    def linked(self, name: str, kind: str) -> str:
        """Return the part that another names for a purpose, empty where there is none."""
        return next((link.target for link in self.links(name) if link.kind == kind), "")

    def link(self, name: str, target: str, kind: str) -> str:
        """Let a part name another; return the identity by which it does."""
        own = _links_name(name)
        if own not in self._parts:
            # The member's name keeps the letters of the part that it belongs to.
            written = next(m.filename for m in self._members if _normal(m.filename) == name)
            made = _links_name(written.replace("\\", "/"))
            self._members.append(_member(made))
            empty = f'<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'
            self._parts[own] = document(empty)
            self._declare(made, _RELATIONSHIPS_TYPE)
        changes, root = self._changes(own)
        taken = {link.attributes.get("Id") for link in root.all("Relationship")}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        written = next(m.filename for m in self._members if _normal(m.filename) == target)
        told = b'<%bRelationship Id="rId%d" Type="%b/%b" Target="/%b"/>'
        filled = (root.prefix, number, LINKS.encode(), kind.encode(), xml_attribute(written))
        changes.append(root, told % filled)
        self[own] = changes.made()
        return f"rId{number}"

    def unlink(self, name: str, target: str) -> None:
        """Let a part no longer name another."""
        changes, root = self._changes(_links_name(name))
        for link in root.all("Relationship"):
            is_inside = link.attributes.get("TargetMode") != "External"
            if is_inside and _target(name, link.attributes.get("Target", "")) == target:
                changes.remove(link)
        self[_links_name(name)] = changes.made()

    def sheets(self) -> dict[str, str]:
        """Return the part of each sheet by the sheet's name, in their order."""
        targets = {link.identity: link.target for link in self.links(self.book)}
        sheets = parse(self[self.book]).first("sheets")
        return {
            sheet.attributes.get("name", ""): targets.get(
                sheet.attributes.get(f"{{{LINKS}}}id", ""), ""
            )
            for sheet in (sheets.all("sheet") if sheets else ())
        }

    def bytes(self) -> bytes:
        """Return the file; parts stand in the order in which they stood, new ones at the end."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in self._members:
                about = zipfile.ZipInfo(member.filename, member.date_time)
                about.compress_type = member.compress_type
                about.external_attr = member.external_attr
                archive.writestr(about, self._parts[_normal(member.filename)], compresslevel=6)
        return stream.getvalue()


_CONTENT_TYPES = "[content_types].xml"


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _links_name(name: str) -> str:
    folder, own = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{own}.rels")


def _target(source: str, target: str) -> str:
    target = target.replace("\\", "/")
    whole = target if target.startswith("/") else f"/{posixpath.dirname(source)}/{target}"
    return _normal(posixpath.normpath(whole))
