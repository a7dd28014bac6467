"""Columns that look like persons rather than counts: refused at intake, with a clear word why.

Only totals belong into the shared database. One address in a note is no register; two cells of one
column are. Checksums (IBAN) and forms decide, and header words in the languages of the project.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from etl.workbook import Cell, Sheet, Workbook, address
from schemas.findings import Finding, finding

ENOUGH = 2
"So many cells of one column make it a list of persons."

HEADERS_WITHIN = 30
"A header is among so many first texts of its column."

HEADERS = {
    "names": {
        *("full name", "first name", "last name", "surname", "family name", "name and surname"),
        *("nombre y apellidos", "nombres y apellidos", "apellidos", "nom et prénom", "prénom"),
        *("nom de famille", "nome completo", "apelido", "ονοματεπώνυμο", "επώνυμο"),
        *("الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي", "اسم العائلة", "اسم المستفيد"),
    },
    "identity numbers": {
        *("passport number", "national id", "id number", "dni", "nie", "dni/nie", "nif", "nif/nie"),
        *("pasaporte", "passaporte", "numéro de passeport", "cin", "n° cin", "cartão de cidadão"),
        *("αφμ", "α.φ.μ.", "αμκα", "α.μ.κ.α.", "αριθμός ταυτότητας"),
        *("رقم الهوية", "الرقم الوطني", "رقم جواز السفر", "رقم بطاقة التعريف"),
    },
    "telephone numbers": {
        *("phone", "phone number", "telephone", "mobile", "mobile number", "teléfono", "móvil"),
        *("téléphone", "portable", "telefone", "telemóvel", "τηλέφωνο", "κινητό"),
        *("رقم الهاتف", "الهاتف", "رقم الجوال", "الجوال"),
    },
    "e-mail addresses": {"e-mail", "email", "correo electrónico", "courriel", "البريد الإلكتروني"},
}
"""Header words (folded) that announce persons; alone they are no proof, cells must follow.

“Name” alone is not among them: organisations, places and indicators have names too.
"""

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?")
PHONE = re.compile(r"(?:\+|00)\d{1,3}[\s().-]*(?:\d[\s().-]*){7,12}")
SPANISH_ID = re.compile(r"[XYZ]?\d{7,8}-?[A-Z]")
SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def personal_data(book: Workbook) -> list[Finding]:
    """Return one finding for each column, of any sheet, that lists persons; hidden sheets too."""
    return [found for sheet in book.sheets for found in _in_sheet(sheet)]


def _in_sheet(sheet: Sheet) -> Iterator[Finding]:
    for column, cells in enumerate(zip_longest(*sheet.rows)):
        if told := _kind(cells):
            kind, sign, header = told
            where = address(cells.index(sign), column)
            yield finding("personal_data", sheet.name, where, header=header[:60], kind=kind)


def _kind(cells: Sequence[Cell]) -> tuple[str, str, str] | None:
    """Return (kind, first sign of it, header) of a column's cells, or None."""
    # Persons differ from each other: it is enough to look at each distinct text once.
    texts = [text for text in dict.fromkeys(cells) if isinstance(text, str) and text.strip()]
    for kind, is_one in KINDS.items():
        if len(found := [text for text in texts if is_one(text.strip())]) >= ENOUGH:
            return kind, found[0], texts[0].strip()
    for text in texts[:HEADERS_WITHIN]:
        for kind, words in HEADERS.items():
            if fold(text) in words:
                below = cells[cells.index(text) + 1 :]
                is_told = _has_blank if kind == "names" else _is_filled
                if sum(map(is_told, below)) >= ENOUGH:
                    return kind, text, text.strip()
    return None


def _is_filled(cell: Cell) -> bool:
    return isinstance(cell, str | float) and cell != ""


def _has_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and " " in cell.strip()


def fold(text: str) -> str:
    """Return a header word without case, needless blanks and closing marks."""
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return " ".join(words).strip(" *:.") or text


def is_iban(text: str) -> bool:
    """Return whether a text is a bank account number: ISO 13616's form and its check digits."""
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34 or not IBAN.fullmatch(text.upper()):
        return False
    digits = "".join(str(int(c, 36)) for c in compact[4:] + compact[:4])
    return int(digits) % 97 == 1


def is_spanish_id(text: str) -> bool:
    """Return whether a text is a DNI or NIE: its last letter is a checksum of its number."""
    if not 9 <= len(text) <= 10 or not SPANISH_ID.fullmatch(text.upper()):
        return False
    number = text.upper().replace("-", "")
    for letter, digit in (("X", "0"), ("Y", "1"), ("Z", "2")):
        number = number.replace(letter, digit, 1) if number.startswith(letter) else number
    return SPANISH_LETTERS[int(number[:-1]) % 23] == number[-1]


KINDS: dict[str, Callable[[str], bool]] = {
    "e-mail addresses": lambda text: "@" in text and EMAIL.fullmatch(text) is not None,
    "bank accounts": is_iban,
    "telephone numbers": lambda text: text[0] in "+0" and PHONE.fullmatch(text) is not None,
    "identity numbers": is_spanish_id,
}
"Per kind of personal data what tells a text of it by its form."
