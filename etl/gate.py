"""May these bytes be opened at all? Answered from the bytes alone: no library sees an upload first."""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath, PurePosixPath

from charset_normalizer import from_bytes

from etl.markup import (
    Hints,
    Limits,
    RefusedError,
    Styles,
    attributes,
    read_sheet,
    read_styles,
    read_table,
    tags,
)
from schemas.codes import Severity
from schemas.findings import Finding, finding

__all__ = ["LIMITS", "Gate", "Hints", "Limits", "examine"]

LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What was seen of a file from outside; a finding that is an error means: do not open it.

    `kind` is xlsx, xlsm, xls, ods or csv; `hints` go by the name of the sheet; encoding and
    delimiter are those of a csv.
    """

    file_name: str
    kind: str = ""
    findings: list[Finding] = field(default_factory=list)
    hints: dict[str, Hints] = field(default_factory=dict)
    date_1904: bool = False
    encoding: str = ""
    delimiter: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the file must not be opened."""
        return any(found.severity == Severity.ERROR for found in self.findings)


def examine(data: bytes, file_name: str, limits: Limits = LIMITS) -> Gate:
    """Return what a file is and what its reader would hide, or the finding that refuses it."""
    try:
        if not data:
            raise RefusedError("empty_file")
        named = PurePath(file_name.strip().lower()).suffix.lstrip(".")
        content = _content(data)
        is_csv = content == "text" and "csv" in _PROMISED.get(named, ())
        most = limits.csv_bytes if is_csv else limits.upload_bytes
        if len(data) > most:
            size, limit = len(data) / 2**20, most // 2**20
            raise RefusedError("file_too_large", size=f"{size:.1f}", limit=limit)
        if named not in _PROMISED:
            raise RefusedError("unknown_ending", file_name)
        if content == "zip":
            gate = _examine_zip(data, file_name, limits)
        elif content == "ole":
            gate = _examine_ole(data, file_name)
        elif content == "text":
            gate = _examine_text(data, file_name)
        else:
            raise RefusedError("not_a_spreadsheet", content)
        if gate.kind not in _PROMISED[named]:
            raise RefusedError("wrong_ending", file_name, named=named, kind=gate.kind)
    except RefusedError as refusal:
        return Gate(file_name=file_name, findings=[refusal.finding])
    return gate


_PROMISED = {
    "xlsx": ("xlsx", "xlsm"),  # macros are never run, so it does not matter who has them
    "xlsm": ("xlsx", "xlsm"),
    "xls": ("xls",),
    "ods": ("ods",),
    "csv": ("csv",),
    "tsv": ("csv",),
    "txt": ("csv",),
}
"The content that each ending of a file name promises."

_BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
    b"%PDF": "pdf",
    b"{\\rtf": "rtf",
    b"\x89PNG": "png",
    b"GIF8": "gif",
    b"\xff\xd8\xff": "jpeg",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"BZh": "bzip2",
    b"SQLite format": "sqlite",
}


def _content(data: bytes) -> str:
    """Return what the bytes themselves look like, whatever the file is called."""
    for beginning, content in _BEGINNINGS.items():
        if data.startswith(beginning):
            return content
    head = data[:4096]
    words = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(?:!doctype html|html|head|body|table|meta|style)\b", words):
        return "html"
    if words.startswith(b"<?xml"):
        return "html" if b"<html" in words else "xml"
    # A stray control character is a finding with its cell; where they abound, it is no text.
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return "binary" if controls > max(8, len(head) / 10) and not _utf_16(data) else "text"


# --- zip -------------------------------------------------------------------------------------


def _examine_zip(data: bytes, file_name: str, limits: Limits) -> Gate:
    parts = _parts(data, limits)
    for name, part in parts.items():
        _check_xml(name, part)
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return _examine_ods(parts, file_name, limits)
    return _examine_xlsx(parts, file_name, limits)


def _parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the parts of a zip by name, each inflated in full and none further than allowed."""
    # Each entry of the directory begins so: counted before it is read, 400,000 fit into 20 MB.
    if data.count(b"PK\x01\x02") > 2 * limits.parts:
        raise RefusedError("too_many_parts", limit=limits.parts)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # a dozen kinds; whichever it is, this is no directory
        raise RefusedError("damaged_file") from error
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if members and members[0].header_offset:  # another file stands in front
        raise RefusedError("damaged_file")
    if len(members) > limits.parts:
        raise RefusedError("too_many_parts", limit=limits.parts)
    parts: dict[str, bytes] = {}
    free, room = 0, limits.inflated_bytes
    for member in members:
        name = _normal(member.orig_filename)
        if "\0" in name or ":" in name or ".." in name.split("/"):
            raise RefusedError("unsafe_path", name)
        if name in parts:
            raise RefusedError("unsafe_duplicate", name)
        if member.flag_bits & 1:
            raise RefusedError("password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError("unsafe_method", name)
        if member.header_offset < free:
            raise RefusedError("unsafe_overlap", name)
        head = data[member.header_offset : member.header_offset + 30]
        lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        begin = member.header_offset + 30 + lengths  # behind its name and what follows the name
        free = begin + member.compress_size
        if not head.startswith(b"PK\x03\x04") or free > archive.start_dir:
            raise RefusedError("damaged_file", name)
        most = min(room, max(limits.ratio_free_bytes, limits.ratio * member.compress_size))
        parts[name] = _inflated(memoryview(data)[begin:free], member, most)
        room -= len(parts[name])
    return parts


def _normal(name: str) -> str:
    """Return a member's name as readers compare it: without case, with forward slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _inflated(packed: memoryview, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed[: most + 1])
    else:
        try:
            part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most + 1)
        except zlib.error as error:
            raise RefusedError("damaged_file", member.filename) from error
    if len(part) > most:
        raise RefusedError("inflates_too_far", member.filename)
    if len(part) != member.file_size or zlib.crc32(part) != member.CRC:
        raise RefusedError("damaged_file", member.filename)
    return part


def _check_xml(name: str, part: bytes) -> None:
    # Everything here searches for ASCII, so no part may be written in anything that hides it.
    declared = re.search(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w-]+)", part[:300])
    is_ascii = not declared or re.match(rb"(?i)utf-?8|us-ascii|iso-8859|windows-125", declared[1])
    if not is_ascii or part[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        raise RefusedError("unsafe_encoding", name)
    # A single byte is found twenty times as fast as a word, and this one hardly ever occurs.
    if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
        raise RefusedError("document_type", name)


def _examine_xlsx(parts: dict[str, bytes], file_name: str, limits: Limits) -> Gate:
    types = parts.get("[content_types].xml", b"")
    if b"sheet.binary" in types:
        raise RefusedError("not_a_spreadsheet", "xlsb")
    start = [link for link in _links(parts, "") if link["Type"].endswith("/officeDocument")]
    book_name = _normal(start[0]["Target"]) if start else "xl/workbook.xml"
    book = parts.get(book_name)
    if book is None:
        raise RefusedError("damaged_file") if types else RefusedError("not_a_spreadsheet", "zip")
    if not re.search(rb"<(?:[\w.-]+:)?workbook[\s>]", book):
        raise RefusedError("not_a_spreadsheet", book_name)
    sheets = list(islice(tags(book, b"sheet"), limits.sheets + 1))
    if not sheets:
        raise RefusedError("no_sheets")
    if len(sheets) > limits.sheets:
        raise RefusedError("too_many_sheets", limit=limits.sheets)

    targets: dict[str, str] = {}
    styles: Styles = {}
    for link in _links(parts, book_name):
        targets[link.get("Id", "")] = target = _target(book_name, link["Target"])
        if link["Type"].endswith("/styles"):
            styles = read_styles(parts.get(target, b""), limits)
        if link["Type"].endswith("/sharedStrings"):
            _check_texts(parts.get(target, b""), limits)
    names = {
        targets.get(value): sheet.get("name", "")
        for sheet in sheets
        for key, value in sheet.items()
        if key.endswith(":id")
    }
    hints: dict[str, Hints] = {}
    room = limits.cells
    for part_name, part in parts.items():
        if b"sheetData" in part:  # whether the workbook names it or not: a reader might find it
            name = names.get(part_name, "")
            hints[name], cells = read_sheet(part, name, styles, limits, room)
            room -= cells
    is_macro = b"macroEnabled" in types
    return Gate(
        file_name=file_name,
        kind="xlsm" if is_macro else "xlsx",
        findings=[finding("macros_ignored")] if is_macro else [],
        hints=hints,
        date_1904=next(tags(book, b"workbookPr"), {}).get("date1904") in ("1", "true"),
    )


def _links(parts: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """Return the relationships of one part; of the package, for the empty name."""
    path = PurePosixPath(name)
    part = parts.get(str(path.parent / "_rels" / f"{path.name}.rels"), b"")
    return [link for link in tags(part, b"Relationship") if {"Type", "Target"} <= link.keys()]


def _target(source: str, target: str) -> str:
    """Return the name of the part that a relationship of another part points to."""
    target = target.replace("\\", "/")
    folder = [] if target.startswith("/") else source.split("/")[:-1]
    for step in _normal(target).split("/"):
        folder = folder[:-1] if step == ".." else [*folder, step]
    return "/".join(folder)


def _check_texts(part: bytes, limits: Limits) -> None:
    head = next(tags(part[:4096], b"sst"), {})
    claims = [head.get(name, "0")[:18] for name in ("count", "uniqueCount")]
    # The reader sets aside memory for what is claimed before it looks at what is there.
    most = max(part.count(b"<si"), *(int(claim) for claim in claims if claim.isdecimal()))
    if most > limits.cells:
        raise RefusedError("too_many_texts", limit=limits.cells)


def _examine_ods(parts: dict[str, bytes], file_name: str, limits: Limits) -> Gate:
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise RefusedError("password")
    content = parts.get("content.xml", b"")
    count = content.count(b"<table:table ")
    if not count:
        raise RefusedError("no_sheets")
    if count > limits.sheets:
        raise RefusedError("too_many_sheets", limit=limits.sheets)
    hints: dict[str, Hints] = {}
    room = limits.cells
    for table in content.split(b"<table:table ")[1:]:
        tag, _, body = table.partition(b">")
        name = attributes(tag).get("table:name", "")
        hints[name], cells = read_table(body, name, limits, room)
        room -= cells
    return Gate(file_name=file_name, kind="ods", hints=hints)


# --- ole -------------------------------------------------------------------------------------

_LOCKED = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})"
    rb"(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
"The first record of an old workbook (version 8 or 5) and behind it the one about its password."


def _examine_ole(data: bytes, file_name: str) -> Gate:
    """Return what is known of an old workbook, or of a new one that a password has wrapped up."""
    if "EncryptedPackage".encode("utf-16-le") in data or _LOCKED.search(data):
        raise RefusedError("password")
    if not any(stream.encode("utf-16-le") in data for stream in ("Workbook", "WORKBOOK", "Book")):
        raise RefusedError("not_a_spreadsheet", "ole")
    # Error values and number formats are in records that only the reader goes through.
    return Gate(file_name=file_name, kind="xls", findings=[finding("old_format")])


# --- text ------------------------------------------------------------------------------------

_CODE_PAGES = ["cp1252", "cp1253", "cp1256"]
"How spreadsheet programs write text in Western Europe, in Greece and in the Arab countries."

_DELIMITERS = "\t;|,"
"Where several fit a file equally well, the first of them; a comma is also a decimal mark."


def _examine_text(data: bytes, file_name: str) -> Gate:
    encoding = _encoding(data)
    findings = [finding("encoding_guessed", found=encoding)] if encoding in _CODE_PAGES else []
    sample = data[: 2**16].decode(encoding, "replace")
    return Gate(
        file_name=file_name,
        kind="csv",
        findings=findings,
        encoding=encoding,
        delimiter=_delimiter(sample),
    )


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if encoding := _utf_16(data):
        return encoding
    try:
        data.decode()
    except UnicodeDecodeError as error:
        around = data[max(0, error.start - 2**15) : error.start + 2**15]
        # A broken character or two do not make a text of another encoding.
        whole = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", around))
        if whole > 10 * around.decode("utf-8", "replace").count("\ufffd"):
            return "utf-8"
        # Not all the encodings there are: a few accents also look like Chinese.
        best = from_bytes(around, cp_isolation=_CODE_PAGES).best()
        return best.encoding if best else "cp1252"
    return "utf-8"


def _utf_16(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = data[:2000:2].count(0), data[1:2000:2].count(0)
    half = len(data[:2000]) // 2
    if max(even, odd) * 3 < half or min(even, odd) * 20 > half:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _delimiter(sample: str) -> str:
    """Return the mark that cuts most records of a text into the same number of fields."""
    if directive := re.match(r"\ufeff?sep=([^\r\n])[\r\n]", sample):
        return directive[1]

    def alike(delimiter: str) -> int:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        with suppress(csv.Error):  # a field of more than 128 kB: what came before it counts
            # A quotation mark inside a field was cut in two by the wrong delimiter.
            widths.update(
                len(record) for record in islice(records, 200) if '"' not in "".join(record)
            )
        return max((count for width, count in widths.items() if width > 1), default=0)

    best = max(_DELIMITERS, key=alike)
    return best if alike(best) else ","
