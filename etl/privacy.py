"""Columns that look like persons rather than counts: refused at intake, with a clear word why.

Only totals belong into the shared database. One address in a note is no register; two cells of one
column are. Checksums (IBAN) and forms decide, and header words in the languages of the project.

A register without names is one too: somebody's age and sex in each row. What tells it from
statistics by age and sex is that each row is somebody (a number of a participant, the minute in
which a form was sent), or that nothing is counted and the ages come as people do, in no order.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, time
from itertools import islice, pairwise
from math import isnan

from etl import parse
from etl.workbook import Cell, Records, Sheet, Workbook, address
from schemas.findings import Finding, finding
from schemas.words import N_

ENOUGH = 2
"So many cells of one column make it a list of persons."

HEADERS_WITHIN = 30
"A header is among so many first texts of its column."

HEADERS = {
    N_("names"): {
        *("full name", "first name", "last name", "surname", "family name", "name and surname"),
        *("nombre y apellidos", "nombres y apellidos", "apellidos", "nom et prénom", "prénom"),
        *("nom de famille", "nome completo", "apelido", "ονοματεπώνυμο", "επώνυμο"),
        *("الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي", "اسم العائلة", "اسم المستفيد"),
    },
    N_("identity numbers"): {
        *("passport number", "national id", "id number", "dni", "nie", "dni/nie", "nif", "nif/nie"),
        *("pasaporte", "passaporte", "numéro de passeport", "cin", "n° cin", "cartão de cidadão"),
        *("αφμ", "α.φ.μ.", "αμκα", "α.μ.κ.α.", "αριθμός ταυτότητας"),
        *("رقم الهوية", "الرقم الوطني", "رقم جواز السفر", "رقم بطاقة التعريف"),
    },
    N_("telephone numbers"): {
        *("phone", "phone number", "telephone", "mobile", "mobile number", "teléfono", "móvil"),
        *("téléphone", "portable", "telefone", "telemóvel", "τηλέφωνο", "κινητό"),
        *("رقم الهاتف", "الهاتف", "رقم الجوال", "الجوال"),
    },
    N_("e-mail addresses"): {
        "e-mail",
        "email",
        "correo electrónico",
        "courriel",
        "البريد الإلكتروني",
    },
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
    signs: dict[str, tuple[str, str]] = {}
    for column, (rows, cells) in enumerate(_columns(sheet.rows)):
        # Persons differ from each other: it is enough to look at each distinct text once.
        texts = [text for text in dict.fromkeys(cells) if isinstance(text, str) and text.strip()]
        if told := _kind(cells, texts):
            kind, sign, header = told
            where = address(rows[cells.index(sign)], column)
            yield finding("personal_data", sheet.name, where, header=header[:60], kind=kind)
        for what, header in _signs(cells, texts[:HEADERS_WITHIN]):
            where = address(rows[cells.index(header)], column)
            signs.setdefault(what, (where, " ".join(header.split())))
    if sign := _of_register(signs, sheet):
        where, header = signs[sign]
        yield finding("personal_data", sheet.name, where, header=header[:60], kind=REGISTER)


def _columns(rows: Sequence[list[Cell]]) -> Iterator[tuple[Sequence[int], Sequence[Cell]]]:
    """Yield the columns of a sheet, one at a time: the rows that reach so far, and their cells."""
    if isinstance(rows, Records):
        for codes, texts in rows.columns:
            yield range(len(rows)), [texts[codes[row]] for row in rows.rows]
        return
    long = [(place, row) for place, row in enumerate(rows) if row]
    column = 0
    while long:
        yield [place for place, _ in long], [row[column] for _, row in long]
        column += 1
        long = [(place, row) for place, row in long if len(row) > column]


def _kind(cells: Sequence[Cell], texts: Sequence[str]) -> tuple[str, str, str] | None:
    """Return (kind, first sign of it, header) of a column by its distinct texts, or None."""
    for kind, is_one in KINDS.items():
        found = list(islice((text for text in texts if is_one(text.strip())), ENOUGH))
        if len(found) == ENOUGH:
            return kind, found[0], texts[0].strip()
    for text in texts[:HEADERS_WITHIN]:
        for kind, words in HEADERS.items():
            if fold(text) in words:
                below = islice(cells, cells.index(text) + 1, None)
                if sum(1 for _ in islice(filter(LIKENESS[kind], below), ENOUGH)) == ENOUGH:
                    return kind, text, text.strip()
    return None


# --- Registers: one person a row -----------------------------------------------------------------


def _signs(cells: Sequence[Cell], headers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what of a register a column is by its header and the cells below, with that header."""
    for header in headers:
        words = _words(header)
        if len(header) > LONGEST_HEADER or not words & REGISTER_WORDS or words & STAFF:
            continue
        below = _filled(cells, cells.index(header) + 1)
        if len(below) < FEWEST:
            continue
        if words & PERSON and words & NUMBER and _differ(below):
            yield "number", header
        if (
            parse.fold(header).strip(" :*_") in STAMPS
            and _differ(below)
            and _mostly(_is_minute, below)
        ):
            yield "minute", header
        if words & SEX and _mostly(_is_sex, below):
            yield "sex", header
        if words & AGE and _mostly(_is_age, below):
            yield "age", header
            if _in_no_order([_number(cell) for cell in below]):
                yield "ages in no order", header
        elif words & AGE and _mostly(_is_age_group, below):
            yield "age", header


def _of_register(signs: Collection[str], sheet: Sheet) -> str:
    """Return the sign by which a sheet is a register, empty where it is none."""
    if "number" in signs and {"age", "sex"} & set(signs):
        return "number"
    if {"minute", "age"} <= set(signs) and not any(map(_counts, _cells(sheet))):
        return "minute"
    if {"ages in no order", "sex"} <= set(signs) and not any(map(_has_figures, _cells(sheet))):
        return "ages in no order"
    return ""


def _cells(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    return (cells for _, cells in _columns(sheet.rows))


def _words(header: str) -> frozenset[str]:
    """Return the words of a header, folded: those of "BeneficiaryID" are two."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return frozenset(re.findall(r"[^\W\d_]+", parse.fold(apart)))


def _filled(cells: Sequence[Cell], start: int = 0) -> list[Cell]:
    return [cell for cell in islice(cells, start, None) if cell not in (None, "")]


def _mostly(is_one: Callable[[Cell], bool], cells: Sequence[Cell]) -> bool:
    return sum(map(is_one, cells)) >= MOSTLY * len(cells)


def _differ(cells: Sequence[Cell]) -> bool:
    return len(set(cells)) >= MOSTLY * len(cells)


def _number(cell: Cell) -> float:
    """Return a cell as a number, NaN where it begins as none: "12 500,5" is one, 12."""
    if isinstance(cell, bool):
        return float("nan")
    if isinstance(cell, float):
        return cell
    match = re.match(r"\s*[-+]?\d+(?:[.,]\d+)?", cell) if isinstance(cell, str) else None
    return float(match[0].replace(",", ".")) if match else float("nan")


def _is_age(cell: Cell) -> bool:
    """Return whether a cell is the age of somebody, in whole years."""
    if isinstance(cell, str):
        cell = float(cell) if re.fullmatch(r"\s*[0-9]{1,3}\s*", cell) else None
    return isinstance(cell, float) and cell.is_integer() and 0 <= cell <= OLDEST


def _is_age_group(cell: Cell) -> bool:
    """Return whether a cell is a span of ages: "18-29", "60+", "30 a 44 años"."""
    if not isinstance(cell, str) or len(cell) > 25:
        return False
    numbers = [int(number) for number in re.findall(r"\d+", cell)]
    return 1 <= len(numbers) <= 2 and max(numbers) <= OLDEST


def _is_sex(cell: Cell) -> bool:
    return isinstance(cell, str) and parse.fold(cell).strip(" .") in SEXES


def _is_minute(cell: Cell) -> bool:
    """Return whether a cell tells a day and the time of it."""
    if isinstance(cell, datetime):
        return cell.time() != time()
    return isinstance(cell, str) and re.search(r"\d\D+\d.*[T ]\d{1,2}:\d\d", cell) is not None


def _in_no_order(ages: Sequence[float]) -> bool:
    """Return whether ages come as people do: some again, and going down as often as up."""
    if len(ages) < MANY or len(set(ages)) == len(ages):
        return False
    return sum(later < age for age, later in pairwise(ages)) >= len(ages) / 4


def _counts(cells: Sequence[Cell]) -> bool:
    """Return whether a column holds numbers below a header that says what they count."""
    texts = (cell for cell in cells if isinstance(cell, str) and cell.strip())
    for header in islice(dict.fromkeys(texts), HEADERS_WITHIN):
        if _words(header) & COUNTED:
            below = _filled(cells, cells.index(header) + 1)
            if sum(not isnan(_number(cell)) for cell in below) * 2 > len(below):
                return True
    return False


def _has_figures(cells: Sequence[Cell]) -> bool:
    """Return whether half of a column is numbers that are no ages, years or numbers of rows."""
    filled = _filled(cells)
    numbers = [number for number in map(_number, filled) if not isnan(number)]
    if len(numbers) * 2 <= len(filled):
        return False
    if all(later - number == 1 for number, later in pairwise(numbers)):
        return False
    if all(1900 <= number <= 2100 for number in numbers):
        return False
    return not _is_age_column(filled)


def _is_age_column(filled: Sequence[Cell]) -> bool:
    headers = [cell for cell in filled[:HEADERS_WITHIN] if isinstance(cell, str)]
    return any(_words(header) & AGE for header in headers)


def _has_digits(cell: Cell) -> bool:
    """Return whether a cell has as many digits as a telephone number or an identity card."""
    text = cell if isinstance(cell, str) else str(int(cell)) if isinstance(cell, float) else ""
    return sum(map(str.isdecimal, text)) >= 5


def _has_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and " " in cell.strip()


LIKENESS: dict[str, Callable[[Cell], bool]] = {
    "names": _has_blank,
    "identity numbers": _has_digits,
    "telephone numbers": _has_digits,
    "e-mail addresses": lambda cell: isinstance(cell, str) and "@" in cell,
}
"Per kind what a cell below its header must look like; a form has the next label there."


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
    N_("bank accounts"): is_iban,
    "telephone numbers": lambda text: text[0] in "+0" and PHONE.fullmatch(text) is not None,
    "identity numbers": is_spanish_id,
}
"Per kind of personal data what tells a text of it by its form."

REGISTER = N_("one person a row")
"The kind of personal data where no column alone tells who somebody is."

FEWEST, MANY = 3, 15
"So many rows make a register where each row is somebody; where its ages alone say so."

MOSTLY = 0.9
OLDEST = 110

LONGEST_HEADER = 80
"Questions of forms are headers, too; what is longer is prose."


def _folded(*lines: str) -> frozenset[str]:
    return frozenset(parse.fold(word) for line in lines for word in line.split("|"))


PERSON = _folded(
    "beneficiary|participant|respondent|client|patient|student|trainee|learner|applicant|person",
    "beneficiario|beneficiaria|participante|encuestado|encuestada|paciente|alumno|alumna|usuario",
    "usuaria|persona|bénéficiaire|participant|participante|répondant|répondante|personne|usager",
    "beneficiário|beneficiária|inquirido|inquirida|utente|pessoa|aluno|aluna|formando|formanda",
    "ωφελούμενος|ωφελούμενου|ωφελούμενη|ωφελουμένου|συμμετέχων|συμμετέχοντα|συμμετέχοντος|ατόμου",
    "ερωτώμενου|ασθενούς|ασθενή|مستفيد|المستفيد|المستفيدة|مشارك|المشارك|المريض|الطالب|الشخص",
    "участник|участника|получатель|получателя|бенефициара|респондент|респондента|пациента|клиента",
    "partecipante|beneficiaria|paziente|teilnehmer|teilnehmerin|befragte",
)
"One person, in the singular: “Number of beneficiaries” is a count."

NUMBER = _folded(
    "id|code|no|nr|number|num|uuid|key|n|nº|código|cod|identificador|número|expediente|numéro",
    "matricule|identifiant|κωδικός|αριθμός|رقم|رمز|كود|معرف|код|номер|ид|codice|numero|nummer|kennung",
)

STAFF = _folded(
    "enum|enumerator|interviewer|surveyor|encuestador|encuestadora|enquêteur|enquêtrice",
    "entrevistador|entrevistadora|inquiridor|inquiridora|συνεντευκτής|ερευνητή|الباحث|интервьюер",
    "интервьюера|rilevatore|interviewer",
)
"Who asks; the row is about somebody or something else."

AGE = _folded("age|ages|edad|edades|âge|idade|ηλικία|ηλικίας|ηλικιακή|العمر|عمر|السن|العمرية")
AGE |= _folded("возраст|курагы|жашы|età|alter")

SEX = _folded(
    "sex|gender|sexo|género|sexe|genre|φύλο|φύλου|الجنس|النوع|جنس|пол|жынысы|sesso|genere"
)
SEX |= _folded("geschlecht")

SEXES = _folded(
    "f|m|w|h|v|x|female|male|woman|man|women|men|girl|boy|mujer|hombre|mujeres|hombres|femenino",
    "femenina|masculino|masculina|varón|niña|niño|femme|homme|femmes|hommes|féminin|masculin|fille",
    "garçon|mulher|homem|mulheres|homens|feminino|feminina|γυναίκα|άνδρας|άντρας|γυναίκες|άνδρες",
    "θήλυ|άρρεν|θ|α|γ|κορίτσι|αγόρι|أنثى|ذكر|امرأة|رجل|إناث|ذكور|نساء|رجال|بنت|ولد|ж|м|жен|муж",
    "женский|мужской|женщина|мужчина|аял|эркек|donna|uomo|femmina|maschio|frau|mann|weiblich",
    "männlich|other|otro|otra|autre|outro|outra|άλλο|آخر|другое|altro|non-binary|no binario",
    "non binaire|não binário|prefer not to say|prefiero no decirlo|prefiere no decirlo",
    "je préfère ne pas répondre|prefiro não dizer|unknown",
)
"What a cell says of one person's sex; a total is no sex."

STAMPS = _folded(
    "timestamp|submission time|submission date|date submitted|submitted at|submitted on|start time",
    "completion time|marca temporal|hora de inicio|hora de finalización|fecha de envío|horodateur",
    "heure de début|heure de fin|date de soumission|carimbo de data/hora|hora de início",
    "hora de conclusão|χρονική σήμανση|ώρα έναρξης|ώρα ολοκλήρωσης|طابع زمني|وقت البدء|وقت الإكمال",
    "отметка времени|время начала|время завершения|informazioni cronologiche|ora di inizio|zeitstempel",
    "startzeit|submission_time",
)
"How programs for forms head the column of the minute in which one was sent."

COUNTED = _folded(
    "number|num|hh|ind|count|total|value|participants|people|persons|women|men|girls|boys|attendees|many",
    "beneficiaries|households|cases|population|número|cantidad|valor|personas|mujeres|hombres",
    "participantes|beneficiarios|asistentes|cuántos|cuántas|hogares|población|nombre|effectif|valeur",
    "femmes|hommes|personnes|bénéficiaires|combien|ménages|quantidade|pessoas|mulheres|homens",
    "beneficiários|quantos|quantas|αριθμός|πλήθος|σύνολο|τιμή|άτομα|γυναίκες|άνδρες|πόσοι|πόσα",
    "ωφελούμενοι|συμμετέχοντες|عدد|العدد|القيمة|قيمة|إجمالي|المجموع|نساء|رجال|المشاركين|المستفيدين",
    "число|количество|всего|значение|человек|участников|anzahl|numero|totale|gesamt",
)
"A form about an event tells how many came; one about a person does not."

REGISTER_WORDS = PERSON | AGE | SEX | frozenset(word for stamp in STAMPS for word in _words(stamp))
"Words without one of which a header says nothing of a register."
