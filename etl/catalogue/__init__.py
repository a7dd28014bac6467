"""The catalogue as administrators change it: one workbook, or one row, checked before it counts."""

from etl.catalogue.apply import CatalogueMovedError, apply_catalogue
from etl.catalogue.book import write_catalogue
from etl.catalogue.cells import LONGEST, CellError, cell_of, require_code, value_of
from etl.catalogue.changes import Act, Change, Proposal
from etl.catalogue.columns import Column, Form, Kind, explained, forms, label
from etl.catalogue.drafts import draft, forget_draft, keep_draft
from etl.catalogue.propose import check_catalogue, check_row
from etl.catalogue.rows import Rows, blank, edited, key_name
from etl.catalogue.sheets import or_default, with_texts

__all__ = [
    "LONGEST",
    "Act",
    "CatalogueMovedError",
    "CellError",
    "Change",
    "Column",
    "Form",
    "Kind",
    "Proposal",
    "Rows",
    "apply_catalogue",
    "blank",
    "cell_of",
    "check_catalogue",
    "check_row",
    "draft",
    "edited",
    "explained",
    "forget_draft",
    "forms",
    "keep_draft",
    "key_name",
    "label",
    "or_default",
    "require_code",
    "value_of",
    "with_texts",
    "write_catalogue",
]
