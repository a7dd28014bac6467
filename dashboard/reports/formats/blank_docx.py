"""The empty Word file that reports are written into: our styles, theme, lists and page."""

from functools import cache
from typing import NamedTuple

from dashboard import exports
from dashboard.reports.document import NO_DAY
from dashboard.reports.formats.office import (
    ARABIC,
    DECLARATION,
    LATIN,
    colour,
    spelling,
    theme_xml,
)
from schemas import words

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

WIDE, TALL = 11906, 16838
"A4 in twentieths of a point."

SIDE, TOP = 1247, 1474
"Margins: 22 mm at the sides, 26 mm above and below."

TEXT = WIDE - 2 * SIDE
"Between the margins of an upright page."

LANDSCAPE_TEXT = TALL - 2 * SIDE


class Style(NamedTuple):
    """A style: its name as Word knows it, its size in points, and what else it changes.

    `before` and `after` are points of space around a paragraph; `paragraph` and `letters` are
    properties in the order of the schema that follow or precede those.
    """

    name: str
    size: float = 0
    before: float = 0
    after: float = 0
    colour: str = ""
    is_bold: bool = False
    is_italic: bool = False
    keeps_next: bool = False
    breaks_page: bool = False
    level: int = -1
    "Of the outline."
    borders: str = ""
    tabs: str = ""
    indent: str = ""
    align: str = ""
    line: int = 0
    "Height of a line in 240ths; 0 is that of the body."
    based: str = "Normal"
    following: str = ""
    lists: int = 0


def _rule(side: str, name: str, size: int = 4, space: int = 6) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour(name)}"/>'


BOX = f"{_rule('top', 'line')}{_rule('bottom', 'line')}"
WARNING = f"{_rule('top', 'ochre', 12)}{_rule('bottom', 'ochre', 4)}"

STYLES: dict[str, Style] = {
    "BodyText": Style("Body Text", after=6),
    "Kind": Style("Report Kind", 11, 72, 6, "accent", is_bold=True),
    "Title": Style("Title", 28, 0, 10, "ink", is_bold=True, line=252, following="Subtitle"),
    "Subtitle": Style("Subtitle", 13, 0, 24, "muted", line=264),
    "Heading1": Style(
        "heading 1", 19, 0, 12, "accent", is_bold=True, keeps_next=True, breaks_page=True, level=0,
        borders=_rule("bottom", "accent", 8, 6), line=252, following="BodyText",
    ),
    "Heading2": Style(
        "heading 2", 13, 16, 6, "ink", is_bold=True, keeps_next=True, level=1, line=252,
        following="BodyText",
    ),
    "Heading3": Style(
        "heading 3", 10.5, 12, 4, "accent", is_bold=True, keeps_next=True, level=2, line=252,
        following="BodyText",
    ),
    "TOCHeading": Style("TOC Heading", 19, 0, 12, "accent", is_bold=True, breaks_page=True),
    "TOC1": Style(
        "toc 1", 10, 5, 1, "ink", is_bold=True, line=240,
        tabs=f'<w:tab w:val="right" w:leader="dot" w:pos="{TEXT}"/>',
    ),
    "TOC2": Style(
        "toc 2", 9, 0, 1, "muted", line=240, indent='<w:ind w:left="284"/>',
        tabs=f'<w:tab w:val="right" w:leader="dot" w:pos="{TEXT}"/>',
    ),
    "Lead": Style("Lead", 12, 0, 8, "ink", line=288, following="BodyText"),
    "Note": Style("Note", 8, 3, 10, "muted", line=252),
    "Quote": Style(
        "Quote", 0, 6, 8, "muted", is_italic=True, indent='<w:ind w:left="397" w:right="397"/>',
        following="BodyText",
    ),
    "Notice": Style("Notice", 9, 0, 0, "ink", borders=BOX, line=264),
    "Warning": Style("Warning", 9, 0, 0, "ink", borders=WARNING, line=264),
    "ListBullet": Style("List Bullet", after=3, lists=1),
    "ListNumber": Style("List Number", after=3, lists=2),
    "Fact": Style(
        "Fact", 9.5, 0, 3, tabs='<w:tab w:val="left" w:pos="2892"/>',
        indent='<w:ind w:left="2892" w:hanging="2892"/>',
    ),
    "Caption": Style("caption", 9.5, 14, 3, "ink", is_bold=True, keeps_next=True, line=252),
    "Sentence": Style("Chart Sentence", 9, 0, 4, "muted", keeps_next=True, line=252),
    "Legend": Style("Legend", 8, 0, 4, "muted", keeps_next=True, line=264),
    "Picture": Style("Picture", 8, 0, 4, keeps_next=True, line=240),
    "TableHead": Style("Table Head", 8, 2, 2, "muted", is_bold=True, keeps_next=True, line=240),
    "TableText": Style("Table Text", 8.5, 2, 2, "ink", line=240),
    "TableNumber": Style("Table Number", based="TableText", size=8.5, before=2, after=2, align="right", line=240),
    "TableSmall": Style("Table Small", 7.5, 0, 1, "muted", line=240),
    "TableGroup": Style("Table Group", 8.5, 5, 2, "accent", is_bold=True, keeps_next=True, line=240),
    "KeyName": Style("Key Name", 8.5, 2, 0, "muted", keeps_next=True, line=240),
    "KeyValue": Style("Key Value", 18, 2, 0, "accent", is_bold=True, keeps_next=True, line=240),
    "KeySmall": Style("Key Small", 8, 1, 1, "muted", keeps_next=True, line=240),
    "Header": Style(
        "header", 8, 0, 0, "muted", tabs=f'<w:tab w:val="right" w:pos="{TEXT}"/>', line=240,
        borders=_rule("bottom", "line", 4, 4),
    ),
    "Footer": Style(
        "footer", 8, 0, 0, "muted", tabs=f'<w:tab w:val="right" w:pos="{TEXT}"/>', line=240
    ),
}  # fmt: skip
"Every paragraph style by its id."


def _style(code: str, style: Style, *, is_rtl: bool) -> str:
    """Return a style; elements stand in the order that the schema prescribes."""
    spacing = f'w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}"'
    if style.line:
        spacing += f' w:line="{style.line}" w:lineRule="auto"'
    paragraph = (
        "<w:keepNext/><w:keepLines/>" * style.keeps_next
        + "<w:pageBreakBefore/>" * style.breaks_page
        + (f'<w:numPr><w:numId w:val="{style.lists}"/></w:numPr>' if style.lists else "")
        + (f"<w:pBdr>{style.borders}</w:pBdr>" if style.borders else "")
        + (f"<w:tabs>{style.tabs}</w:tabs>" if style.tabs else "")
        + "<w:bidi/>" * is_rtl
        + f"<w:spacing {spacing}/>"
        + style.indent
        + "<w:contextualSpacing/>" * (code.startswith("TOC") or bool(style.lists))
        + (f'<w:jc w:val="{style.align}"/>' if style.align else "")
        + (f'<w:outlineLvl w:val="{style.level}"/>' if style.level >= 0 else "")
    )
    letters = (
        "<w:b/><w:bCs/>" * style.is_bold
        + "<w:i/><w:iCs/>" * style.is_italic
        + (f'<w:color w:val="{colour(style.colour)}"/>' if style.colour else "")
        + (_size(style.size) if style.size else "")
    )
    following = f'<w:next w:val="{style.following}"/>' if style.following else ""
    return (
        f'<w:style w:type="paragraph"{"" if style.name[0].islower() or code in BUILT_IN else CUSTOM}'
        f' w:styleId="{code}"><w:name w:val="{style.name}"/><w:basedOn w:val="{style.based}"/>'
        f'{following}<w:uiPriority w:val="1"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f"<w:rPr>{letters}</w:rPr></w:style>"
    )


CUSTOM = ' w:customStyle="1"'
BUILT_IN = {"BodyText", "Title", "Subtitle", "TOCHeading", "Quote", "ListBullet", "ListNumber"}


def _size(points: float) -> str:
    # Arabic letters of the same size look smaller than ours.
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2) + 1}"/>'


def _styles(language: str) -> str:
    is_rtl = words.is_rtl(language)
    tag = spelling(language)
    own = "".join(_style(code, style, is_rtl=is_rtl) for code, style in STYLES.items())
    return (
        f'{DECLARATION}<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia"'
        ' w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"/>'
        f'<w:color w:val="{colour("ink")}"/>{_size(9.5)}'
        f'<w:lang w:val="{spelling("en") if is_rtl else tag}" w:eastAsia="en-GB"'
        f' w:bidi="{tag if is_rtl else spelling("ar")}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="0" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"<w:qFormat/><w:pPr><w:widowControl/>{'<w:bidi/>' * is_rtl}</w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        "</w:style>"
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        f"{own}"
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{colour("accent")}"/><w:u w:val="single"/></w:rPr></w:style>'
        f'<w:style w:type="table"{CUSTOM} w:styleId="ReportTable"><w:name w:val="Report Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
        f"{_rule('top', 'ink', 8, 0)}{_rule('bottom', 'ink', 8, 0)}{_rule('insideH', 'line', 4, 0)}"
        "</w:tblBorders></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
        f"{_rule('bottom', 'ink', 6, 0)}</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
        f'<w:style w:type="table"{CUSTOM} w:styleId="KeyTable"><w:name w:val="Key Figures"/>'
        '<w:basedOn w:val="TableNormal"/></w:style></w:styles>'
    )


def _level(format_: str, text: str, *, is_rtl: bool) -> str:
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr>{"<w:bidi/>" * is_rtl}'
        '<w:ind w:left="340" w:hanging="340"/></w:pPr>'
        f'<w:rPr><w:color w:val="{colour("accent")}"/></w:rPr></w:lvl>'
    )


def _numbering(language: str) -> str:
    kinds = (("bullet", "•"), ("decimal", "%1."))
    levels = [_level(*kind, is_rtl=words.is_rtl(language)) for kind in kinds]
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>{level}'
        "</w:abstractNum>"
        for number, level in enumerate(levels)
    )
    lists = "".join(
        f'<w:num w:numId="{number + 1}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in range(len(kinds))
    )
    return f'{DECLARATION}<w:numbering xmlns:w="{MAIN}">{abstract}{lists}</w:numbering>'


def _settings(language: str) -> str:
    tag = spelling(language)
    latin, bidi = (spelling("en"), tag) if words.is_rtl(language) else (tag, spelling("ar"))
    return (
        f'{DECLARATION}<w:settings xmlns:w="{MAIN}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{latin}" w:bidi="{bidi}"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )


def _fonts() -> str:
    """Return what Word takes instead where ours are not installed."""
    fonts = ((LATIN, "Segoe UI"), (ARABIC, "Segoe UI"))
    told = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="00"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
        for name, other in fonts
    )
    return f'{DECLARATION}<w:fonts xmlns:w="{MAIN}">{told}</w:fonts>'


def _body(language: str) -> str:
    return (
        f'{DECLARATION}<w:document xmlns:w="{MAIN}"><w:body><w:sectPr>'
        f'<w:pgSz w:w="{WIDE}" w:h="{TALL}"/>{MARGINS}'
        f"{'<w:bidi/>' * words.is_rtl(language)}</w:sectPr></w:body></w:document>"
    )


MARGINS = (
    f'<w:pgMar w:top="{TOP}" w:right="{SIDE}" w:bottom="{TOP}" w:left="{SIDE}" w:header="680"'
    ' w:footer="624" w:gutter="0"/><w:cols w:space="708"/>'
)

PARTS = (
    ("styles", "wordprocessingml.styles"),
    ("numbering", "wordprocessingml.numbering"),
    ("settings", "wordprocessingml.settings"),
    ("fontTable", "wordprocessingml.fontTable"),
    ("theme", "theme"),
)


@cache
def blank(language: str) -> bytes:
    """Return the empty file for a language."""
    kind = "application/vnd.openxmlformats-officedocument"
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{type_}+xml"/>'
        for name, type_ in (("document", "wordprocessingml.document.main"), *PARTS)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
        for number, (name, _) in enumerate(PARTS, 1)
    )
    files = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        f'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats'
        '-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": core(),
        "word/_rels/document.xml.rels": f"{DECLARATION}<Relationships"
        f' xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": _body(language),
        "word/styles.xml": _styles(language),
        "word/numbering.xml": _numbering(language),
        "word/settings.xml": _settings(language),
        "word/fontTable.xml": _fonts(),
        "word/theme.xml": theme_xml(),
    }
    return exports.zipped({name: text.encode() for name, text in files.items()})


def core() -> str:
    """Return the properties of a file about which nothing is known yet."""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dcterms:created'
        f' xsi:type="dcterms:W3CDTF">{NO_DAY:%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
        "</cp:coreProperties>"
    )
