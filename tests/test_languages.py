"""Every text that people read is in the catalogues of all languages, on every page and in every file.

Two nets: what the code says is held against the catalogues, and every page is read in a language
that exists in these tests alone and is written in letters of its own (“Ⓞⓥⓔⓡⓥⓘⓔⓦ”). A word in plain
letters did not come from a catalogue.
"""

import ast
import csv
import functools
import html
import io
import re
import shutil
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard import app, charts
from etl import reference
from schemas import catalogues, database, words
from schemas.codes import LANGUAGES
from schemas.evaluation import ASKED
from tests.test_pages import FULL

TRANSLATED = [language for language in LANGUAGES if language != "en"]
said = functools.cache(catalogues.said)
JAVASCRIPT = catalogues.ROOT / "assets" / "js"


# --- The catalogues hold what the code says -----------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_that_is_said_is_translated(language: str) -> None:
    told = catalogues.translations(language)
    assert [one for one in said() if not all(told.get(one, [""]))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_is_not_said(language: str) -> None:
    assert [one for one in catalogues.translations(language) if one not in said()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_as_make_words_leaves_it(language: str) -> None:
    told = catalogues.translations(language)
    entries = {one: told.get(one, ("",)) for one in said()}
    written = (words.FOLDER / f"{language}.po").read_text("utf-8")
    assert written == catalogues.written(language, entries, said())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    for one, told in catalogues.translations(language).items():
        for form in told:
            lost = catalogues.places(one[-1]) - catalogues.places(form)
            assert catalogues.places(form) <= catalogues.places(one[-1]), (one, form)
            # “one month” may do without its number.
            assert lost <= ({"count", "times"} if len(one) == 2 else set()), (one, form)


def test_no_sentence_is_counted_in_two_ways() -> None:
    counted = [one[0] for one in said() if len(one) == 2]
    assert sorted(counted) == sorted(set(counted))


def test_updating_keeps_translations_adds_what_is_new_and_drops_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    (tmp_path / "ar.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Target"\nmsgstr "القيمة المستهدفة"\n\nmsgid "gone"\nmsgstr "مضى"\n',
        encoding="utf-8",
    )
    said = {("Target",): ["a.py"], ("{count} day", "{count} days"): ["a.py", "b.py"]}
    monkeypatch.setattr(catalogues, "said", lambda: said)
    assert catalogues.update("ar") == [("{count} day", "{count} days")]
    assert catalogues.translations("ar") == {
        ("Target",): ("القيمة المستهدفة",),
        ("{count} day", "{count} days"): ("",) * 6,
    }
    assert "#: a.py b.py\n" in (tmp_path / "ar.po").read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('words.text("Yes" if low else "No", language)', [("Yes",), ("No",)]),
        ('words.plural("{count} day", "{count} days", n, "en")', [("{count} day", "{count} days")]),
        ('HEADS = (N_("Place"), N_("Value"))', [("Place",), ("Value",)]),
        ('book.text("Project")', [("Project",)]),
        ("words.text(name, language)", []),
        ('sa.text("coalesce(a, b)")', []),
    ],
)
def test_what_code_says_is_found(source: str, said: list[tuple[str, ...]]) -> None:
    assert list(catalogues.said_in(ast.parse(source))) == said


# --- What is kept to be said later is marked ------------------------------------------------------

TECHNICAL = {
    *(
        "Cookie",
        "{percent}",
        "Forwarded",
        "Origin",
        "Referer",
        "Lax",
        "Strict",
        "Table",
        "Figure",
        "Inter",
    ),
    # Styles of a Word file, and what a text may hold.
    *("Lead", "Note", "Quote", "Notice", "Warning", "TOCHeading", "Kind", "Title", "Subtitle"),
    *("Sentence", "{page}", "{pages}", "{{value indicator=JOB-NEW period=2023-S1}}"),
    # What a browser says of itself, and what browsers and systems are called.
    *("Firefox", "Edg", "Edge", "Chrome", "Safari", "Opera"),
    *("Android", "Windows", "Mac OS", "Linux"),
    # RFC 8058.
    "List-Unsubscribe=One-Click",
    *("IBM Plex Sans Arabic", "Excel", "General"),
}
"Headers, types, formats and fonts: nothing that is read as a sentence."

COMMANDS = ("dashboard/cli.py", "dashboard/server.py", "dashboard/operations/health.py")
STANDARDS = (
    "dashboard/open_data/",
    *(f"dashboard/reports/formats/{name}.py" for name in ("blank_docx", "blank_pptx", "chart_xml")),
)
"""What is read on the command line, in the log and by whoever watches the server is English; so is what
the formats of others say of themselves."""


def _unmarked(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings of a module that look like sentences and are said by nothing."""
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            told |= {id(one.value) for one in body if isinstance(one, ast.Expr)}
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.JoinedStr | ast.Compare | ast.Raise):
            parts = list(ast.iter_child_nodes(node))
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        elif isinstance(node, ast.Dict):
            parts = list(node.keys)
        elif isinstance(node, ast.FunctionDef):
            parts = [node.returns]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            parts = [node.value]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        for part in parts:
            told |= {id(one) for one in ast.walk(part)} if part else set()
    for name, call in catalogues.calls(tree):
        for argument in call.args[: catalogues.SAY[name]]:
            told |= {id(one) for one in ast.walk(argument)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            is_name = re.fullmatch(
                r"SELECT .*|[A-Z][a-z]+[A-Z]\w*|[A-Za-z]+(-[A-Za-z]+)+", node.value
            )
            looks_read = re.match("[A-Z“{]", node.value) and re.search("[a-z]{2}", node.value)
            if looks_read and not is_name:
                yield node


def test_a_sentence_that_is_said_later_is_marked() -> None:
    found = [
        f"{path}:{one.lineno} {one.value!s}"
        for path, tree in catalogues.modules()
        if path.startswith("dashboard/") and not path.startswith((*COMMANDS, *STANDARDS))
        for one in _unmarked(tree)
        if one.value not in TECHNICAL
    ]
    assert found == []


def test_scripts_have_their_words_from_the_page() -> None:
    for path in sorted(JAVASCRIPT.glob("*.js")):
        if path.name.startswith("plotly-"):
            continue
        code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text("utf-8"), flags=re.DOTALL)
        said = re.findall(r"([\"'`])([A-Z][a-z]+(?: [^\"'`]*)?)\1", code)
        keys = {"Accept", "Enter", "Escape", "Home", "End", "Tab", "Content-Type"}
        assert [text for _, text in said if text not in keys] == [], path.name


# --- Names of the catalogue -----------------------------------------------------------------------


def test_reference_files_lack_no_language_that_readers_see() -> None:
    linked = {
        target for row in reference.read_files().indicators.values() for target in row.sdg_targets
    }
    for path in sorted(reference.FOLDER.glob("*.csv")):
        if path.name == "sdg_indicator.csv":
            continue  # shown nowhere
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = {name[:-3] for name in rows[0] if name.endswith("_en")}
        if path.name == "sdg_target.csv":
            rows = [row for row in rows if row["sdg_target"] in linked]
        for column in columns:
            for row in rows:
                told = [row.get(f"{column}_{language}", "") for language in LANGUAGES]
                assert all(told) or not any(told), (path.name, column, row)


def test_goals_say_in_which_languages_the_wording_is_ours() -> None:
    with (reference.FOLDER / "sdg_goal.csv").open(encoding="utf-8", newline="") as file:
        assert {row["unofficial"] for row in csv.DictReader(file)} == {"pt;el"}


# --- Every page in a language of its own ----------------------------------------------------------

LETTERS = str.maketrans(
    {
        **{chr(ord("A") + n): chr(0x24B6 + n) for n in range(26)},
        **{chr(ord("a") + n): chr(0x24D0 + n) for n in range(26)},
    }
)


def strange(text: object) -> str:
    return str(text).translate(LETTERS)


def strange_sentence(msgid: str) -> str:
    """Return a sentence in strange letters, its places as they are."""
    parts = []
    for literal, name, spec, conversion in Formatter().parse(msgid):
        parts.append(strange(literal).replace("{", "{{").replace("}", "}}"))
        if name is not None:
            ending = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            parts.append(f"{{{name}{ending}}}")
    return "".join(parts)


class Strange:
    """A catalogue of the strange language, which knows what the code says and nothing else."""

    def __init__(self) -> None:
        self.known = {sentence for one in said() for sentence in one}
        self.unknown: set[str] = set()

    def gettext(self, msgid: str) -> str:
        if msgid not in self.known:
            self.unknown.add(msgid)
            return msgid
        return strange_sentence(msgid)

    def ngettext(self, one: str, many: str, count: int) -> str:
        if (one, many) not in said():
            self.unknown.add(many)
        return strange_sentence(one if count == 1 else many)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Strange:
    """The strange language, `xx`, beside the others."""
    made, known = Strange(), words._catalogue
    monkeypatch.setattr(words, "_catalogue", lambda base: made if base == "xx" else known(base))
    monkeypatch.setattr(words, "TAGS", (*words.TAGS, "xx"))
    monkeypatch.setitem(words.LANGUAGES, "xx", strange("xx"))
    for locales in (words.LOCALES, words.CALENDARS):
        monkeypatch.setitem(locales, "xx", "en_GB")
    for name in ("name", "day", "period", "money"):
        plain = getattr(words, name)

        def told(*arguments: Any, _plain: Any = plain) -> str:
            said = _plain(*arguments)
            return strange(said) if arguments[-1] == "xx" else said

        monkeypatch.setattr(words, name, told)
    lists = SimpleNamespace(format_list=lambda names, **_: " & ".join(names))
    monkeypatch.setattr(words, "lists", lists)
    return made


READ = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title"}
"Attributes that people read or hear."

UNREAD = {"script", "style", "code", "pre", "kbd", "q"}

NAMES = re.compile(
    r"[A-Z]{2,}[\w-]*|\d[\w.,:%/–-]*|[\w.-]+\.(?:xlsx|xlsm|xls|ods|csv|toml|svg|png)|(?:xlsx|xls|ods|csv|svg|png|html)\b"
    r"|[\w-]+(?:\.[\w-]+)+ · .*|\b[a-z]+(?:_[a-z]+)+\b|MedTOWN|Excel|kB|MB|https?://\S+|[0-9a-f]{8,}|as_of|medtown \w+|R²"
)
"Codes, files, formats and addresses; programs that are called the same in every language."


class Texts(HTMLParser):
    """Collects what a page says: its texts, and the attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.said += [own[name] or "" for name in READ if name in own]
        if tag == "meta" and own.get("name") in ("description", "twitter:title"):
            self.said.append(own.get("content") or "")
        self.said += [
            text or ""
            for name, text in attrs
            if name.startswith("data-") and re.match("[A-Z][a-z]+( |$)", text or "")
        ]
        is_quoted = own.get("translate") == "no" or own.get("lang") not in (None, "xx")
        if tag not in ("meta", "link", "input", "img", "br", "hr"):
            self.inside.append("code" if is_quoted or tag in UNREAD else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "link", "input", "img", "br", "hr") and self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not UNREAD & set(self.inside):
            self.said.append(data)


OWN_NAMES = frozenset(words.LANGUAGES.values())


def is_plain(text: str) -> bool:
    """Return whether a text has words in plain letters."""
    is_own = text.strip() in OWN_NAMES
    return not is_own and re.search("[A-Za-z]{2}", NAMES.sub("", text)) is not None


def plain(html: str, address: str = "") -> list[str]:
    """Return the texts of a page that have words in plain letters, but for those of its address."""
    page = Texts()
    page.feed(html)
    asked = [f"“{word}”" for _, word in parse_qsl(urlsplit(address).query)]
    for quoted in asked:
        page.said = [text.replace(quoted, "") for text in page.said]
    return [text for text in page.said if is_plain(text)]


@pytest.fixture(scope="module")
def home(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    shutil.copy(demo_database, folder / "medtown.sqlite")
    return folder


@pytest.fixture(scope="module")
def made_server(home: Path) -> Flask:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDTOWN_HOME", str(home))
        patch.setenv("MEDTOWN_DEMO", "1")
        return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def server(home: Path, made_server: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("MEDTOWN_HOME", str(home))
    monkeypatch.setenv("MEDTOWN_DEMO", "1")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home / 'medtown.sqlite'}")
    yield made_server
    database.engine().dispose()


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


PAGES = [
    *FULL.values(),
    *("/project/DA-ES", "/country/TUN", "/country/PSE", "/indicator/CUR-VEL", "/sdg/8"),
    *("/?programme=ROWCA2014", "/?as_of=2022-03-01", "/?as_of=yesterday", "/nowhere"),
    *("/submissions/19", "/submissions/22", "/value/400"),
]


def visitor(address: str) -> dict[str, str]:
    """Return who asks: a coordinator at this machine, or anybody elsewhere."""
    return {"REMOTE_ADDR": address}


@pytest.mark.parametrize("path", PAGES)
def test_every_text_of_a_page_is_from_a_catalogue(
    catalogue: Strange, client: FlaskClient, path: str
) -> None:
    shown = client.get(in_language(path, "xx"))
    assert plain(shown.text, path) == []
    assert catalogue.unknown == set()


@pytest.mark.parametrize("path", ["/", "/country/TUN", "/submissions", "/submissions/1", "/try"])
def test_so_is_what_the_public_reads(catalogue: Strange, client: FlaskClient, path: str) -> None:
    shown = client.get(in_language(path, "xx"), environ_base=visitor("203.0.113.7"))
    assert plain(shown.text) == []
    assert catalogue.unknown == set()


@pytest.mark.parametrize("path", FULL.values())
def test_so_is_what_stands_where_there_is_nothing(
    catalogue: Strange, empty_sqlite: Engine, path: str
) -> None:
    shown = app.create_app().server.test_client().get(in_language(path, "xx"))
    assert plain(shown.text, path) == []
    assert catalogue.unknown == set()


@pytest.mark.parametrize("kind", charts.KINDS)
def test_so_is_a_chart_that_stands_alone(
    catalogue: Strange, client: FlaskClient, kind: str
) -> None:
    by = "sex" if charts.KINDS[kind].has_dimension else "country"
    if kind.startswith("compare"):
        by = "project&among=PP-ES1,DA-ES&other=JOB-NEW"
    path = f"/chart/{kind}?indicator=PPL-DIR&country=ESP&by={by}"
    shown = client.get(in_language(path, "xx"))
    assert shown.status_code == 200
    assert plain(shown.text) == []
    image = client.get(in_language(path.replace("?", ".svg?"), "xx"))
    assert plain(image.text) == []
    assert catalogue.unknown == set()


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/download/none.csv", "get", 404),
        ("/template/PP-ES1.xlsx?period=soon", "get", 400),
        ("/health", "delete", 405),
        ("/upload", "post", 400),
    ],
)
def test_so_is_what_an_error_says(
    catalogue: Strange, client: FlaskClient, path: str, method: str, status: int
) -> None:
    shown = getattr(client, method)(in_language(path, "xx"))
    assert shown.status_code == status
    told = [shown.get_json()["message"]] if shown.is_json else [shown.text]
    assert [plain(one) for one in told] == [[]]
    assert catalogue.unknown == set()


def test_so_is_an_error_of_ours(
    catalogue: Strange, server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite")
    for path in ("/", "/report/country/TUN.html"):
        assert plain(server.test_client().get(in_language(path, "xx")).text) == []
    assert catalogue.unknown == set()


@functools.cache
def quoted() -> tuple[str, ...]:
    """Return what records of the demonstration say, and methods of evaluation quote; the longest first."""
    told: list[str] = []
    waits: list[Any] = [
        tomllib.loads((catalogues.ROOT / "data/demo/records.toml").read_text("utf-8"))
    ]
    while waits:
        one = waits.pop()
        if isinstance(one, str):
            told += [" ".join(line.split()) for line in one.splitlines() if line.strip()]
            told.append(" ".join(one.split()))
        elif isinstance(one, dict | list):
            waits += one.values() if isinstance(one, dict) else one
    told += [text for ask in ASKED.values() for m in ask.methods for text in (m.source, m.formula)]
    return tuple(sorted({text for text in told if len(text) > 3}, key=len, reverse=True))


@functools.cache
def steps() -> list[str]:
    """Return the steps of theories of change, which a drawing breaks into lines."""
    told = tomllib.loads((catalogues.ROOT / "data/demo/records.toml").read_text("utf-8"))
    return [one["text"] for one in told["records"] if one["kind"] == "step"]


def unquoted(text: str) -> str:
    """Return a text without what is only quoted in it, which no catalogue has."""
    text = " ".join(text.split())
    if any(re.sub(r"^\d+\. ", "", text) in step for step in steps()):
        return ""
    for one in quoted():
        text = text.replace(one, "")
    return text


REPORTS = [
    *("country/TUN", "project/DA-GR", "sdg/8", "sdg/14", "territory/GR-A-PAG", "roadmap/DA-GR"),
    *("summative/MEDTOWN", "formative/MEDTOWN", "indicator/PPL-DIR", "factsheet/ESP"),
    "round/MEDTOWN-2023-S2",
]


@pytest.mark.parametrize("subject", REPORTS)
def test_so_is_a_report(catalogue: Strange, client: FlaskClient, subject: str) -> None:
    page = client.get(in_language(f"/report/{subject}.html", "xx"))
    assert [text for text in plain(page.text) if is_plain(unquoted(text))] == []
    data = client.get(in_language(f"/report/{subject}.xlsx", "xx")).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    told = [str(cell.value) for sheet in book for cell in sheet[1] if cell.value]
    # The last sheet quotes what partners wrote; codes are for programs, and cells have their addresses.
    code = words.text("Code", "xx").lower()
    for sheet in book.worksheets[:-1]:
        for head, *column in sheet.iter_cols(values_only=True):
            if code not in str(head).lower():
                texts = [cell for cell in column if isinstance(cell, str)]
                told += [text for text in texts if not re.search(r"![A-Z]+\d+$", text)]
    assert [text for text in [*book.sheetnames, *told] if is_plain(unquoted(text))] == []
    assert catalogue.unknown == set()


def test_so_is_what_an_upload_is_told(
    catalogue: Strange, server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.config, "WTF_CSRF_ENABLED", False)
    sent = {"file": (io.BytesIO(b""), "new.xlsx"), "language": "xx"}
    answer = server.test_client().post("/upload", data=sent)
    assert answer.status_code == 200
    told = answer.get_json()
    assert plain(told["message"]) == []
    shown = server.test_client().get(in_language(told["url"], "xx"))
    assert plain(shown.text) == []
    assert catalogue.unknown == set()


# --- The six languages ----------------------------------------------------------------------------


@pytest.mark.thorough(3)
@pytest.mark.parametrize("language", words.TAGS)
@pytest.mark.parametrize("path", ["/", "/country/TUN", "/indicator/PPL-DIR", "/method"])
def test_a_page_says_in_which_language_and_direction_it_is(
    client: FlaskClient, path: str, language: str
) -> None:
    shown = client.get(in_language(path, language)).text
    direction = "rtl" if language.startswith("ar") else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in shown


@pytest.mark.parametrize(
    ("path", "said", "not_said"),
    [
        ("/project/DA-ES?lang=en", " 22 Nov 2022 ", " 2022-11-22 "),
        ("/sdg/8?lang=ar", "</a>، <a", "</a>, <a"),
        ("/sdg/8?lang=ar", "العمل اللائق", "\u0640"),
        ("/coproduction?lang=es", "Cuestionario propio", "Own questionnaire"),
        ("/submissions/22?lang=es", "para 31 dic 2023 era 5 y ahora", "2023-12-31"),
        ("/submissions/15?lang=es", "M Hombres / F Mujeres", "Men / F Women"),
        ("/submissions/15?lang=fr", "31 déc. 2203", "2203-12-31"),
        ("/submissions/15?lang=el", ">Πρότυπο<", ">template<"),
        ("/?lang=pt", ", depois ", ">depois<"),
        ("/board?lang=en", "Households taking part", ">households<"),
        ("/country/ESP?lang=ar", "\u206830-54 سنة\u2069", "78,6 %"),
    ],
)
def test_a_page_says_it_as_people_of_its_language_do(
    client: FlaskClient, path: str, said: str, not_said: str
) -> None:
    shown = html.unescape(html.unescape(client.get(path).text))
    assert said in shown
    assert not_said not in shown


def test_numbers_of_a_page_have_the_digits_of_the_reader(client: FlaskClient) -> None:
    def figures(tag: str) -> list[str]:
        found = re.findall(r'class="kpi-value"[^>]*>([^<]+)', client.get(f"/?lang={tag}").text)
        return [re.sub(r"[^0-9٠-٩]", "", one) for one in found]

    latin, indic = figures("ar-TN"), figures("ar-JO")
    assert latin == figures("ar")
    assert any(latin)
    assert indic == [one.translate(words.ARABIC_INDIC) for one in latin]


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("de, ja;q=0.5", "en"),
        ("ca, pt-BR;q=0.8, fr;q=0.5", "pt"),
        ("fr;q=0, el;q=0.1", "el"),
        ("en-US,en;q=0.9,ar;q=0.8", "en"),
        ("ar", "ar"),
        ("ar-JO,ar;q=0.9", "ar-JO"),
        ("ar-PS", "ar-PS"),
        ("ar-tn", "ar-TN"),
        ("ar-MA", "ar"),
        ("ar-EG", "ar-JO"),
        ("ar-nonsense-_/..", "ar"),
        ("*", "en"),
    ],
)
def test_the_first_visit_is_in_the_language_of_the_browser(header: str, tag: str) -> None:
    assert words.best(header) == tag
