"""Marks in the cells of somebody else's workbook: a colour, a comment, a link; and all of it undone.

Only the marked cells, the comments, their drawing, the links and the list of styles change. What a
cell looked like before is told by a `Look`, which the list of findings keeps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from etl.cell_styles import Look, Styles
from etl.notes import Note, Notes
from etl.package import LINKS, Element, Package, xml_attribute
from etl.page import SHEET_ORDER, Cell, Page, Place, corners, place_address, quoted
from schemas.codes import Severity


@dataclass(frozen=True, kw_only=True)
class Mark(Note):
    """What is to be seen in one cell; `location` is where its link leads, `tip` what it says."""

    severity: Severity
    location: str
    tip: str


def mark(
    package: Package, sheet: str, page: Page, styles: Styles, marks: Iterable[Mark], *, is_rtl: bool
) -> dict[Place, Look]:
    """Mark cells of a sheet, one mark a cell; return what they looked like before."""
    wanted = {one.place: one for one in marks}
    cells = page.visit(wanted)
    looks = {place: _look(styles, cell) for place, cell in cells.items()}
    page.set_styles(
        {place: styles.marked(cells[place].style, one.severity) for place, one in wanted.items()}
    )
    _add_links(page, wanted.values(), cells)
    Notes(package, sheet, page).add(wanted.values(), is_rtl=is_rtl)
    package[sheet] = page.changes.made()
    return looks


def _look(styles: Styles, cell: Cell) -> Look:
    look = styles.look(cell.style)
    return Look(look.style, look.fill, is_new=cell.element is None)


def unmark(
    package: Package,
    sheet: str,
    styles: Styles,
    looks: Mapping[Place, Look],
    by_line: Mapping[int, Look],
    titles: Iterable[str],
) -> None:
    """Take our marks from a sheet; cells that moved are found by their comments.

    `looks` are told by the places where the cells once were, `by_line` by their rows in the list.
    """
    page = Page(package[sheet])
    places = Notes(package, sheet, page).remove()
    before = dict(looks) | {
        place: by_line[line] for place, line in places.items() if line in by_line
    }
    wanted: dict[Place, int | None] = {}
    for place, cell in page.visit(before).items():
        if cell.element is None or not styles.is_marked(cell.style):
            continue
        look = before[place]
        is_gone = look.is_new and not cell.content
        wanted[place] = None if is_gone else styles.unmarked(cell.style, look)
    page.set_styles(wanted)
    _remove_links(page, titles)
    package[sheet] = page.changes.made()


def _links(page: Page) -> list[Element]:
    return [link for parent in page.root.all("hyperlinks") for link in parent.all("hyperlink")]


def _add_links(page: Page, marks: Iterable[Mark], cells: Mapping[Place, Cell]) -> None:
    """Link marked cells to the list, where the author has no link and no formula."""
    refs = [ref for link in _links(page) if (ref := corners(link.attributes.get("ref", "")))]
    taken = {ref[:2] for ref in refs}
    ranges = [ref for ref in refs if ref[:2] != ref[2:]]
    made = [
        b'<%bhyperlink ref="%b" location="%b" tooltip="%b"/>'
        % (
            *(page.prefix, place_address(mark.place).encode()),
            *(xml_attribute(mark.location), xml_attribute(mark.tip)),
        )
        for mark in marks
        if "f" not in cells[mark.place].content
        and mark.place not in taken
        and not any(
            r1 <= mark.place[0] <= r2 and c1 <= mark.place[1] <= c2 for r1, c1, r2, c2 in ranges
        )
    ]
    if not made:
        return
    parent = page.root.first("hyperlinks")
    if parent:
        page.changes.append(parent, b"".join(made))
    else:
        tag = page.prefix + b"hyperlinks"
        whole = b"<%b>%b</%b>" % (tag, b"".join(made), tag)
        page.changes.add_in_order(page.root, "hyperlinks", whole, SHEET_ORDER)


def _remove_links(page: Page, titles: Iterable[str]) -> None:
    beginnings = tuple(quoted(title) + "!" for title in titles)
    for parent in page.root.all("hyperlinks"):
        links = parent.all("hyperlink")
        ours = [
            link
            for link in links
            if link.attributes.get("location", "").startswith(beginnings)
            and f"{{{LINKS}}}id" not in link.attributes
        ]
        if ours and len(ours) == len(links):
            page.changes.remove(parent)
        else:
            for link in ours:
                page.changes.remove(link)
