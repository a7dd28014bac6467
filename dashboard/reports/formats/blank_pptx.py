"""The empty deck that reports are written into: our master and layouts, 16:9."""

from functools import cache
from typing import NamedTuple

from dashboard import exports
from dashboard.reports.formats.blank_docx import PACKAGE, RELATIONS, core
from dashboard.reports.formats.office import (
    DECLARATION,
    DRAWING,
    colour,
    inner,
    spelling,
    theme_xml,
)
from schemas import words

MAIN = "http://schemas.openxmlformats.org/presentationml/2006/main"

INCH = 914400
WIDE, TALL = 12192000, 6858000
SIDE = round(0.6 * INCH)
TEXT = WIDE - 2 * SIDE
TOP, BOTTOM = round(1.5 * INCH), round(6.75 * INCH)
"Between the title of a slide and the line below it."

KICKER, ABOUT = 13, 14
"The places of what stands above a title, and of what stands below a chart."

TITLE, WORDS, FIGURE = range(3)
"The layouts."


class Place(NamedTuple):
    """A place of a layout: what it is for, where it is (in inches), how its letters look."""

    kind: str
    slot: int
    name: str
    x: float
    y: float
    cx: float
    cy: float
    size: float
    colour: str = "ink"
    is_bold: bool = False
    anchor: str = "t"
    prompt: str = ""


HEAD = (
    Place("title", 0, "Title", 0.6, 0.62, 12.13, 0.82, 22, "ink", is_bold=True),
    Place("body", KICKER, "Part", 0.6, 0.34, 12.13, 0.3, 11, "accent", is_bold=True),
)
FOOT = (
    Place("ftr", 11, "Footer", 0.6, 7.02, 10.5, 0.3, 9, "muted", anchor="ctr"),
    Place("sldNum", 12, "Number", 11.73, 7.02, 1.0, 0.3, 9, "muted", anchor="ctr"),
)
LAYOUTS: tuple[tuple[str, str, tuple[Place, ...]], ...] = (
    (
        "Title",
        "title",
        (
            Place("ctrTitle", 0, "Title", 0.6, 1.75, 12.13, 1.4, 36, "ink", is_bold=True),
            Place("body", KICKER, "Kind", 0.6, 1.25, 12.13, 0.4, 14, "accent", is_bold=True),
            Place("subTitle", 1, "Publisher", 0.6, 3.25, 12.13, 0.5, 18, "muted"),
            Place("body", ABOUT, "Facts", 0.6, 4.0, 12.13, 2.9, 13, "ink"),
        ),
    ),
    ("Words", "obj", (*HEAD, Place("body", 1, "Words", 0.6, 1.55, 12.13, 5.3, 16, "ink"), *FOOT)),
    (
        "Figure",
        "obj",
        (*HEAD, Place("body", ABOUT, "About", 0.6, 6.5, 12.13, 0.42, 10, "muted", anchor="b"), *FOOT),
    ),
)  # fmt: skip


FONT = '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'


def _letters(place: Place) -> str:
    return (
        f'<a:defRPr sz="{round(place.size * 100)}" b="{int(place.is_bold)}"><a:solidFill>'
        f'<a:srgbClr val="{colour(place.colour)}"/></a:solidFill>{FONT}</a:defRPr>'
    )


def _direction(language: str) -> str:
    return 'algn="r" rtl="1"' if words.is_rtl(language) else 'algn="l" rtl="0"'


def box(x: float, y: float, cx: float, cy: float, language: str) -> tuple[int, int, int, int]:
    """Return a box in units of drawings, from inches; mirrored where a language runs from the right."""
    left, top, wide, tall = (round(inches * INCH) for inches in (x, y, cx, cy))
    return (WIDE - left - wide if words.is_rtl(language) else left), top, wide, tall


def _shape(place: Place, number: int, language: str, *, is_master: bool = False) -> str:
    x, y, cx, cy = box(*place[3:7], language)
    ends = place.kind == "sldNum"
    direction = _direction(language)
    if ends:
        direction = direction.replace('algn="r"', 'algn="x"').replace('algn="l"', 'algn="r"')
        direction = direction.replace('algn="x"', 'algn="l"')
    index = "" if place.slot == 0 else f' idx="{place.slot}"'
    field = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
    text = f'{field}<a:rPr lang="{spelling(language)}"/><a:t>‹#›</a:t></a:fld>' if ends else ""
    if not ends:
        text = f'<a:r><a:rPr lang="en-GB"/><a:t>{inner(place.name)}</a:t></a:r>'
    kind = {"ctrTitle": "title"}.get(place.kind, place.kind) if is_master else place.kind
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{place.name}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{index}/></p:nvPr>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
        f'<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"'
        f' anchor="{place.anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle>'
        f'<a:lvl1pPr marL="0" indent="0" {direction}><a:buNone/>{_letters(place)}</a:lvl1pPr>'
        f"</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _rule(number: int, y: float, name: str, tall: float = 0.01, wide: float = 12.13) -> str:
    """Return a thin line over the width of a slide, which nobody hears of."""
    place = [round(inches * INCH) for inches in (0.6, y, wide, tall)]
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Rule {number}"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{place[0]}" y="{place[1]}"/><a:ext cx="{place[2]}" cy="{place[3]}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
        f'<a:srgbClr val="{colour(name)}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/>'
    "</a:xfrm></p:grpSpPr>"
)
NAMES = f'xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" xmlns:p="{MAIN}"'


def _layout(number: int, language: str) -> str:
    name, kind, places = LAYOUTS[number]
    rules = _rule(90, 1.0, "accent", 0.05) if number == TITLE else _rule(90, 6.98, "line")
    shapes = "".join(_shape(place, n, language) for n, place in enumerate(places, 2))
    return (
        f'{DECLARATION}<p:sldLayout {NAMES} type="{kind}" preserve="1"><p:cSld name="{name}">'
        f"<p:spTree>{TREE}{rules}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/>"
        "</p:clrMapOvr></p:sldLayout>"
    )


def _master(language: str) -> str:
    body = Place("body", 1, "Words", 0.6, 1.55, 12.13, 5.3, 16)
    places = (HEAD[0], body, *FOOT)
    shapes = "".join(
        _shape(place, n, language, is_master=True) for n, place in enumerate(places, 2)
    )
    direction = _direction(language)
    fill = '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
    levels = "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * 285750}" indent="0" {direction}>'
        '<a:lnSpc><a:spcPct val="105000"/></a:lnSpc><a:spcBef><a:spcPts val="600"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{1600 - 100 * level}">{fill}{FONT}</a:defRPr></a:lvl{level}pPr>'
        for level in range(1, 10)
    )
    maps = "".join(
        f' {name}="{name.replace("bg", "lt").replace("tx", "dk") if name[:2] in ("bg", "tx") else name}"'
        for name in (
            "bg1",
            "tx1",
            "bg2",
            "tx2",
            *(f"accent{n}" for n in range(1, 7)),
            "hlink",
            "folHlink",
        )
    )
    layouts = "".join(
        f'<p:sldLayoutId id="{2147483649 + n}" r:id="rId{n + 1}"/>' for n in range(len(LAYOUTS))
    )
    return (
        f"{DECLARATION}<p:sldMaster {NAMES}><p:cSld><p:bg><p:bgPr><a:solidFill>"
        '<a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        f"<p:spTree>{TREE}{shapes}</p:spTree></p:cSld><p:clrMap{maps}/>"
        f"<p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst><p:txStyles><p:titleStyle>"
        f'<a:lvl1pPr {direction}><a:lnSpc><a:spcPct val="95000"/></a:lnSpc><a:buNone/>'
        f'<a:defRPr sz="2200" b="1">{fill}{FONT}</a:defRPr></a:lvl1pPr></p:titleStyle>'
        f"<p:bodyStyle>{levels}</p:bodyStyle><p:otherStyle><a:lvl1pPr {direction}>"
        f'<a:defRPr sz="1400">{fill}{FONT}</a:defRPr></a:lvl1pPr></p:otherStyle></p:txStyles>'
        "</p:sldMaster>"
    )


def _relations(*told: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(told, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


@cache
def blank(language: str) -> bytes:
    """Return the empty deck for a language."""
    kind = "application/vnd.openxmlformats-officedocument"
    layouts = [f"slideLayouts/slideLayout{n + 1}.xml" for n in range(len(LAYOUTS))]
    parts = {
        "presentation.xml": "presentationml.presentation.main",
        "slideMasters/slideMaster1.xml": "presentationml.slideMaster",
        "theme/theme1.xml": "theme",
        **dict.fromkeys(layouts, "presentationml.slideLayout"),
    }
    types = "".join(
        f'<Override PartName="/ppt/{name}" ContentType="{kind}.{type_}+xml"/>'
        for name, type_ in parts.items()
    )
    files = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        f'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats'
        '-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="ppt/presentation.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": core(),
        "ppt/presentation.xml": f"{DECLARATION}<p:presentation {NAMES}"
        f"{' rtl=' + chr(34) + '1' + chr(34) if words.is_rtl(language) else ''}>"
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="{WIDE}" cy="{TALL}"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _relations(
            ("slideMaster", "slideMasters/slideMaster1.xml"), ("theme", "theme/theme1.xml")
        ),
        "ppt/slideMasters/slideMaster1.xml": _master(language),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            *(("slideLayout", f"../{name}") for name in layouts), ("theme", "../theme/theme1.xml")
        ),
        "ppt/theme/theme1.xml": theme_xml(),
    }
    for number, name in enumerate(layouts):
        files[f"ppt/{name}"] = _layout(number, language)
        files[f"ppt/slideLayouts/_rels/{name.rpartition('/')[2]}.rels"] = _relations(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        )
    return exports.zipped({name: text.encode() for name, text in files.items()})
