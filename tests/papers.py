"""A document with every kind of block in it, in any language: what each format must be able to write."""

from datetime import UTC, date, datetime

from dashboard.reports.document import (
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Fact,
    Facts,
    Group,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Part,
    Span,
    Style,
    Table,
    plain,
)
from schemas import words
from tests.test_figures import family

MOMENT = datetime(2024, 7, 20, 9, 30, tzinfo=UTC)
ROWS = 90
"Of the long table, which takes several pages."

LINES = {
    "en": "People who were reached, of all who were expected",
    "es": "Personas alcanzadas, de todas las que se esperaban",
    "fr": "Personnes touchées, sur toutes celles qui étaient attendues",
    "pt": "Pessoas alcançadas, de todas as que eram esperadas",
    "el": "Άτομα που ωφελήθηκαν, από όσα αναμένονταν",
    "ar": "الأشخاص المستفيدون من بين جميع المتوقعين",
}


def sample(language: str = "en") -> Document:
    """Return the document."""
    line = LINES[language]
    parts = (
        Part("summary", words.text("Summary", language), (*_words(line), _key_figures(line))),
        Part("charts", words.text("At a glance", language), tuple(_charts(language))),
        Part("results", words.text("Results framework", language), (_results(line, language),)),
        Part(
            "annex",
            words.text("Annex: the cells behind the numbers", language),
            (_long(line, language),),
            is_annex=True,
        ),
    )
    return Document(
        kind="country",
        kind_title=words.text("Report on a country", language),
        title=line,
        language=language,
        publisher="MedTOWN",
        facts=(
            Fact(words.text("Programme", language), "MedTOWN"),
            Fact(words.text("Data as of", language), words.day(MOMENT.date(), language)),
            Fact(words.text("Source", language), line, "https://example.org/medtown?a=1&b=2"),
        ),
        notice=(Fact("", line), Fact(words.text("Source", language), "A < B & C")),
        parts=parts,
        moment=MOMENT,
        is_invented=True,
        description=line,
        keywords=("MedTOWN",),
    )


def _words(line: str) -> tuple[Paragraph | Heading | Bullets | Facts, ...]:
    mixed = (
        Span(f"{line}: "),
        Span("strong", is_strong=True),
        Span(" "),
        Span("emphasis", is_emphasis=True),
        Span(" "),
        Span("Παγγαίο 2023 (مأدبا) #1 $x$ *y* <z> @a _b_ \\c", is_verbatim=True),
        Span(" "),
        Span("example.org", url="https://example.org/?q=1&r=2"),
    )
    return (
        *(Paragraph(mixed, style) for style in Style),
        Heading(line),
        Bullets((mixed, plain(line))),
        Heading(line, 3),
        Bullets((plain(line), plain("=1+1")), is_numbered=True),
        Facts((Fact(line, "412"), Fact("", line, "https://example.org"))),
    )


def _key_figures(line: str) -> KeyFigures:
    nan = float("nan")
    value = Cell("431", 431.0, 431.0, "#,##0")
    some = Cell("≥ 1,250.5–1,300", 1250.5, 1300.0, "#,##0.0")
    return KeyFigures(
        (
            KeyFigure(line, value, "persons", 0.72, 0.6, "on_track", "On track", ("600", line)),
            KeyFigure(line, some, "hours", 1.2, nan, "exceeded", "Target exceeded"),
            KeyFigure(line, Cell("–"), "", nan, nan, "", "No status"),
        )
    )


def _charts(language: str) -> list[Chart]:
    return [
        Chart(f"chart-{place}", LINES[language], figure, "2023 · persons")
        for place, figure in enumerate(family(language).values())
    ]


def _results(line: str, language: str) -> Table:
    columns = (
        Column(line, 3),
        Column(words.text("Actual", language), 1, is_number=True),
        Column(words.text("Progress", language), 1, is_number=True),
        Column(words.text("Status", language), 2),
        Column(words.text("Period", language), 1),
    )
    day = Cell(words.day(date(2023, 6, 30), language), date(2023, 6, 30), pattern="yyyy-mm-dd")
    rows = (
        (
            Cell(line, under=("persons",)),
            Cell("≥ 1,250.5–1,300", 1250.5, 1300.0, "#,##0.0", under=("2023", line)),
            Cell("72 %", 0.72, 0.72, "0%"),
            Cell("On track", status="on_track", under=(line,)),
            day,
        ),
        (
            Cell("=SUM(A1:A9)", is_verbatim=True),
            Cell(line),
            Cell("–"),
            Cell("No status", status=""),
            Cell("2023", url="https://example.org/2023"),
        ),
    )
    return Table("results", line, columns, (Group(rows, line), Group(rows, "B")), about=line)


def _long(line: str, language: str) -> Table:
    columns = (
        Column(words.text("What", language), 2),
        Column(words.text("Value", language), 1, is_number=True),
        *(Column(words.text(title, language)) for title in ("File", "Sheet", "Cell")),
    )
    rows = tuple(
        (
            Cell(f"{line} {number}"),
            Cell(str(number), float(number), float(number), "#,##0"),
            Cell(f"Παγγαίο_τελικό-{number}.xlsx", is_verbatim=True, under=("1a2b3c4d",)),
            Cell("Φύλλο 1", is_verbatim=True),
            Cell(f"C{number}"),
        )
        for number in range(1, ROWS + 1)
    )
    return Table("sources", words.text("Source", language), columns, (Group(rows),))
