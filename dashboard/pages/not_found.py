"""What stands at an address where nothing is."""

from typing import Any

from dashboard import access
from dashboard.components import cards
from schemas import words
from schemas.words import N_

DESCRIPTION = N_("There is nothing at this address.")


def title(language: str) -> str:
    """Return no title: there is nothing."""
    return ""


def layout(**_arguments: Any) -> Any:
    """Return that there is nothing here, and where to go."""
    language = access.language()
    return cards.empty(
        words.text("There is nothing at this address", language),
        words.text(
            "The code may be misspelt, or what it named is no longer in the catalogue.", language
        ),
        link=(words.text("Back to the overview", language), "/"),
        is_page=True,
    )
