"""What the code says to people, and the catalogues of its translations, `data/words/<language>.po`.

`make words` brings the catalogues up to date: a sentence that the code says for the first time is
added without a translation, one that it no longer says is removed, and nothing is guessed.
"""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import normalize, read_po

from schemas import codes, words
from schemas.findings import SENTENCES, SINGULAR
from schemas.impact import REASONS

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "etl", "dashboard")
SAY = {"text": 1, "N_": 2, "plural": 2}
"The functions that say something, and how many sentences they begin with: one, or singular and plural."

NOT_OURS = frozenset({"sa", "filters"})
"Modules that have such a function too."

Said = tuple[str] | tuple[str, str]
"A sentence, or its forms for one and for many."


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a module that say something, with the name of the function, in their order."""
    found, foreign = [], _foreign(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node.func)
            if name in SAY and not (isinstance(node.func, ast.Name) and name in foreign):
                found.append((name, node))
    yield from sorted(found, key=lambda one: (one[1].lineno, one[1].col_offset))


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        owner = function.value
        return "" if isinstance(owner, ast.Name) and owner.id in NOT_OURS else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _foreign(tree: ast.AST) -> set[str]:
    """Return the names that a module has from SQLAlchemy, which has a `text` too."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
    }


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the sentences that an argument may be, as far as they stand there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def said_in(tree: ast.AST) -> Iterator[Said]:
    """Yield what a module says, in its order."""
    for name, call in calls(tree):
        told = [list(literals(one)) for one in call.args[: SAY[name]]]
        if told and all(told):
            yield from zip(*told, strict=True)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of ours: its path as people write it, and its syntax tree."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


REFERENCE = {
    "dimension": ("dimension_code",),
    "unit": ("name_en",),
    "indicator": ("frequency", "responsible", "assumptions", "reason", "instrument"),
    "programme": ("source", "licence"),
}
"Columns of the reference files that are in one language there; the catalogues hold the others."


def _in_documents() -> Iterator[tuple[str, Said]]:
    """Yield what the templates of documents say, in their order."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.html")):
            for _, one in re.findall(r"""\.text\((["'])(.+?)\1""", path.read_text("utf-8")):
                yield path.relative_to(ROOT).as_posix(), (one,)


def _in_outlines() -> Iterator[tuple[str, Said]]:
    """Yield the titles that the outlines of reports have, and those of their parts."""
    for path in sorted((ROOT / "data" / "reports").glob("*.toml")):
        raw = tomllib.loads(path.read_text("utf-8"))
        for one in (raw, *raw["parts"]):
            if "title" in one:
                yield path.relative_to(ROOT).as_posix(), (one["title"],)


def _elsewhere() -> Iterator[tuple[str, Said]]:
    """Yield what is said by a code: findings, reasons for no number, and words of the reference."""
    for code, (_, many) in SENTENCES.items():
        yield "schemas/findings.py", (SINGULAR[code], many) if code in SINGULAR else (many,)
    yield from (("schemas/impact.py", (reason,)) for reason in REASONS.values())
    for table, columns in REFERENCE.items():
        path = ROOT / "data" / "reference" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                told = [row[column] for column in columns if row[column]]
                yield from ((path.relative_to(ROOT).as_posix(), (_plain(one),)) for one in told)


def _plain(word: str) -> str:
    """Return a code as the words it is made of."""
    return word if " " in word else word.replace("_", " ")


def said() -> dict[Said, list[str]]:
    """Return everything that is said to people, and the files that say it."""
    found: dict[Said, list[str]] = {}
    for path, tree in modules():
        for one in said_in(tree):
            found.setdefault(one, []).append(path)
    for path, one in [*_in_documents(), *_in_outlines(), *_elsewhere()]:
        found.setdefault(one, []).append(path)
    # What is said alone and counted is one entry, for gettext knows it by its singular.
    counted = {one[0]: one for one in found if len(one) == 2}
    for one in [one for one in found if len(one) == 1 and one[0] in counted]:
        found[counted[one[0]]] += found.pop(one)
    return {one: sorted(set(paths)) for one, paths in found.items()}


def key(message: Message) -> Said:
    """Return what a message of a catalogue translates."""
    return tuple(message.id) if isinstance(message.id, tuple) else (message.id,)  # type: ignore[return-value]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or those of the plural's forms."""
    told = message.string
    return (told or "",) if told is None or isinstance(told, str) else tuple(told)


def read(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with (words.FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translations(language: str) -> dict[Said, tuple[str, ...]]:
    """Return what the catalogue of a language translates, and how; nothing that is unsure."""
    return {key(one): forms(one) for one in read(language) if one.id and not one.fuzzy}


def places(sentence: str) -> set[str]:
    """Return the named places of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def written(
    language: str, entries: dict[Said, tuple[str, ...]], files: dict[Said, list[str]]
) -> str:
    """Return a catalogue as the text of its file."""
    plural = read(language).plural_forms
    out = StringIO()
    out.write('msgid ""\nmsgstr ""\n"Project-Id-Version: medtown\\n"\n')
    out.write(f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n')
    out.write(
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    out.write(f'"Plural-Forms: {plural}\\n"\n')
    for one, told in entries.items():
        out.write(f"\n#: {' '.join(files[one])}\nmsgid {normalize(one[0], width=0)}\n")
        if len(one) == 2:
            out.write(f"msgid_plural {normalize(one[1], width=0)}\n")
            for number, form in enumerate(told):
                out.write(f"msgstr[{number}] {normalize(form, width=0)}\n")
        else:
            out.write(f"msgstr {normalize(told[0], width=0)}\n")
    return out.getvalue()


def update(language: str) -> list[Said]:
    """Bring the catalogue of a language up to date; return what is not translated."""
    files, known = said(), read(language)
    told = translations(language)
    entries: dict[Said, tuple[str, ...]] = {}
    for one in files:
        empty = ("",) * (known.num_plurals if len(one) == 2 else 1)
        entries[one] = told.get(one, empty)
    path = words.FOLDER / f"{language}.po"
    path.write_text(written(language, entries, files), encoding="utf-8")
    return [one for one, translated in entries.items() if not all(translated)]


def main() -> None:
    """Bring all catalogues up to date, and list what is not translated."""
    for language in codes.LANGUAGES[1:]:
        missing = update(language)
        print(f"{language}: {len(missing)} sentences are not translated")
        for one in missing:
            print(f"  {' | '.join(one)}")


if __name__ == "__main__":
    main()
