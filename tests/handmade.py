"""Workbooks put together part by part, also as no program would write them."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

Parts = dict[str, str | bytes]


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip: `packed` undone."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """Return a worksheet with the given XML inside and around its cells."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def cell(value: object, *, at: str = "A1", style: int = 0) -> str:
    """Return a sheet that holds one number."""
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return sheet(f'<row r="{row}"><c r="{at}" s="{style}"><v>{value}</v></c></row>')


def styles(*formats: str, fonts: str = "<font/>", xfs: str = "") -> str:
    """Return a style sheet in which cell style 1 has the first number format, and so on."""
    codes = "".join(
        f'<numFmt numFmtId="{170 + n}" formatCode="{code}"/>' for n, code in enumerate(formats)
    )
    own = "".join(f'<xf numFmtId="{170 + n}" fontId="0"/>' for n in range(len(formats)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><fonts>{fonts}</fonts>'
        f'<cellXfs><xf numFmtId="0" fontId="0"/>{own}{xfs}</cellXfs></styleSheet>'
    )


def parts(*sheets: str, style_sheet: str = "", texts: str = "", properties: str = "") -> Parts:
    """Return the parts of a small workbook, whose sheets are called S1, S2 ..."""
    numbers = range(1, len(sheets) + 1)
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(_link(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    made: Parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{TYPES}"/></Types>',
        "_rels/.rels": _links(_link("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{properties}<sheets>{names}</sheets></workbook>',
    }
    for n, xml in zip(numbers, sheets, strict=True):
        made[f"xl/worksheets/sheet{n}.xml"] = xml
    if style_sheet:
        made["xl/styles.xml"] = style_sheet
        links += _link("styles", "styles", "styles.xml")
    if texts:
        made["xl/sharedStrings.xml"] = texts
        links += _link("texts", "sharedStrings", "sharedStrings.xml")
    made["xl/_rels/workbook.xml.rels"] = _links(links)
    return made


def xlsx(*sheets: str, style_sheet: str = "", texts: str = "", properties: str = "") -> bytes:
    """Return a small workbook, whose sheets are called S1, S2 ..."""
    return packed(parts(*sheets, style_sheet=style_sheet, texts=texts, properties=properties))


def ods(table: str) -> bytes:
    """Return an OpenDocument workbook with the given rows."""
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="T">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def _link(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{LINKS}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
