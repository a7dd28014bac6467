"""What stands on pages of paper, whichever program lays them out: where a page begins, what stays together."""

from dashboard.reports.document import (
    Block,
    Bullets,
    Chart,
    Facts,
    Heading,
    KeyFigures,
    Paragraph,
    Part,
    Table,
)

ROWS_OF_A_SHORT, LETTERS_OF_A_SHORT = 8, 1800
"What a part may hold that goes on below another instead of on a new page."

WITHOUT_COVER = frozenset({"factsheet"})
"Kinds that begin on their first page, and are short enough to need no contents."


def is_short(part: Part) -> bool:
    """Return whether a part is a few sentences and numbers, so that a page of its own looks empty."""
    if any(isinstance(block, Chart) for block in part.blocks):
        return False
    rows = sum(len(block.rows) for block in part.blocks if isinstance(block, Table))
    return rows <= ROWS_OF_A_SHORT and len(_told(part)) <= LETTERS_OF_A_SHORT


def _told(part: Part) -> str:
    """Return the words of a part, without those of its tables."""
    told: list[str] = []
    for block in part.blocks:
        match block:
            case Paragraph(text):
                told += [span.text for span in text]
            case Heading(text):
                told.append(text)
            case Bullets(items):
                told += [span.text for item in items for span in item]
            case Facts(items):
                told += [f"{fact.term} {fact.text}" for fact in items]
            case KeyFigures(items):
                told += [" ".join((item.name, *item.lines)) * 2 for item in items]
    return " ".join(told)


def is_lead(block: Block, following: Block | None) -> bool:
    """Return whether a block only leads to the next, so that no page may end between them."""
    return isinstance(block, Heading) or (
        isinstance(block, Paragraph) and isinstance(following, Table | Chart)
    )
