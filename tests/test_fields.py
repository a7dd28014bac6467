"""Numbers in narrative: what a field says, what is said of a mistyped one, and that any text is one."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from dashboard.reports import fields, narrative
from dashboard.reports.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Span,
    Style,
    Table,
    plain,
)
from dashboard.reports.fields import Values
from schemas import database
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.observed import PLACE, PROJECT, S2, observe, submit, withhold

AIM = date(2024, 12, 31)


@pytest.fixture
def values(seeded_sqlite: Engine) -> Iterator[Values]:
    """What fields say to whoever sees everything, of a database with a few values."""
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        due = {"value_type": "target", "period_start": AIM, "period_end": AIM}
        observe(
            conn,
            number,
            {"value": 100.0},
            {"value": 1036.0, "period_start": S2[0], "period_end": S2[1]},
            {"value": 60.0, "breakdown_key": "sex=F"},
            {"value": 40.0, "breakdown_key": "sex=M"},
            {"value": 2000.0, **due},
        )
    with database.connect(seeded_sqlite) as conn:
        yield Values(conn, EVERYTHING, "en", programme_code="MEDTOWN")


def said(values: Values, field: str) -> str:
    """Return the words of one field."""
    (block,) = fields.blocks(f"{{{{{field}}}}}", values)
    assert isinstance(block, Paragraph)
    return "".join(span.text for span in block.text)


def wrong(values: Values, text: str) -> list[str]:
    return [told.text for told in fields.problems(text, values)]


# --- What a field says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("value indicator=PPL-NEW project=PP-ES1", "1,136 persons"),
        ("value indicator=ppl-new project=pp-es1", "1,136 persons"),
        ("value indicator=PPL-NEW project=PP-ES1 unit=off", "1,136"),
        ("value indicator=PPL-NEW place=ES-SE-CAM", "1,136 persons"),
        ("value indicator=PPL-NEW country=ESP", "1,136 persons"),
        ("value indicator=PPL-NEW", "1,136 persons"),
        ("value indicator=PPL-NEW project=PP-ES1 period=2023-S1", "100 persons"),
        ("value indicator=PPL-NEW project=PP-ES1 period=2023-S2", "1,036 persons"),
        ("value indicator=PPL-NEW project=PP-ES1 until=2023-S1", "100 persons"),
        ("value indicator=PPL-NEW project=PP-ES1 period=2022", "not reported"),
        ("value target indicator=PPL-NEW project=PP-ES1", "2,000 persons"),
        ("value progress indicator=PPL-NEW project=PP-ES1 until=2023", "57%"),
        ("value progress indicator=PPL-NEW project=PP-ES1 until=2023-S1", "5%"),
        ("value baseline indicator=PPL-NEW project=PP-ES1", "0 persons"),
        ("value baseline indicator=JOB-NEW project=PP-ES1", "no baseline"),
        ("value indicator=PPL-NEW project=PP-ES1 sex=F", "60 persons"),
        ("value indicator=PPL-NEW place=ES-SE-CAM sex=M unit=off", "40"),
        ("value indicator=JOB-NEW project=PP-ES1", "not reported"),
        ("value target indicator=JOB-NEW project=PP-ES1", "no target"),
    ],
)
def test_a_field_says_what_pages_say(values: Values, field: str, expected: str) -> None:
    assert said(values, field) == expected


def test_a_field_is_in_the_language_of_its_document(seeded_sqlite: Engine, values: Values) -> None:
    french = Values(values.conn, EVERYTHING, "fr", programme_code="MEDTOWN")
    assert said(french, "value indicator=PPL-NEW unit=off") == "1\u202f136"


def test_ranges_and_qualifiers_are_told_as_pages_tell_them(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        observe(
            conn,
            number,
            {"value": 300.0, "qualifier": ">="},
            {"value": 60.0, "indicator_code": "PPL-DIR"},
            {
                "value": 40.0,
                "indicator_code": "PPL-DIR",
                "period_start": S2[0],
                "period_end": S2[1],
            },
        )
        values = Values(conn, EVERYTHING, "en", programme_code="MEDTOWN")
        assert said(values, "value indicator=PPL-NEW unit=off") == "≥ 300"
        assert said(values, "value indicator=PPL-DIR unit=off") == "60–100"
        assert fields.recorded("{{value indicator=PPL-NEW}}", values).endswith("was=>=300}}")
        assert fields.recorded("{{value indicator=PPL-DIR}}", values).endswith("was=60..100}}")


def test_what_is_withheld_is_said_to_be_and_nothing_of_it_is_told(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        hidden, part = observe(
            conn, number, {"value": 4.0}, {"value": 3.0, "breakdown_key": "sex=F"}
        )
        withhold(conn, hidden)
        withhold(conn, part)
        public = Values(conn, PUBLIC, "en", programme_code="MEDTOWN")
        own = Values(conn, Scope(projects=frozenset({PROJECT})), "en", programme_code="MEDTOWN")
        for more in ("", f" project={PROJECT}", f" place={PLACE}", " country=ESP", " sex=F"):
            field = f"value indicator=PPL-NEW{more}"
            assert said(public, field) == "withheld", more
            assert said(own, field) in ("4 persons", "3 persons"), more
        text = fields.recorded(f"{{{{value indicator=PPL-NEW project={PROJECT}}}}}", public)
        assert "was=withheld" in text


# --- Mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("value indicator=JOB-NWE", "“JOB-NWE” is not known in a field; did you mean “JOB-NEW”?"),
        ("value indicator=%%%", "“%%%” is not known in a field."),
        ("value indicator=JOB-NEW projct=DA-GR", "“projct” is not known in a field; did you mean “project”?"),
        ("value indicator=JOB-NEW project=DA-GRR", "“DA-GRR” is not known in a field; did you mean “DA-GR”?"),
        ("value indicator=JOB-NEW sex=FF", "“FF” is not known in a field; did you mean “F”?"),
        ("value indicator=JOB-NEW period=2023-S3", "“2023-S3” is not a period: write 2023, 2023-S1, 2023-Q2 or 2023-05."),
        ("value indicator=JOB-NEW indicator=PPL-NEW", "“indicator” stands twice in this field."),
        ("value target baseline indicator=JOB-NEW", "“shown” stands twice in this field."),
        ("value project=DA-GR", "This field does not say which indicator."),
        ("", "A field begins with “value”."),
        ("number indicator=JOB-NEW", "A field begins with “value”."),
        ('value indicator="JOB', "“\"JOB” is not known in a field; did you mean “JOB-NEW”?"),
        ("value target indicator=PPL-NEW sex=F", "A category has no baseline, target, progress or period here."),
    ],
)  # fmt: skip
def test_a_mistyped_field_is_said_with_what_may_be_meant(
    values: Values, field: str, expected: str
) -> None:
    text = f"{{{{{field}}}}}"
    assert wrong(values, text) == [expected]
    assert said(values, field) == text.replace("  ", " ")


def test_a_mistake_is_told_with_its_place_and_the_rest_is_read(values: Values) -> None:
    text = "# Title\n\nWe reached {{value indicator=PPL-NEW}} and {{value indicatr=X}}.\n"
    (told,) = fields.problems(text, values)
    assert (told.line, told.column) == (3, 44)
    assert text[told.start : told.end] == "{{value indicatr=X}}"
    _, paragraph = fields.blocks(text, values)
    assert paragraph == Paragraph(plain("We reached 1,136 persons and {{value indicatr=X}}."))


def test_a_field_within_code_is_only_an_example(values: Values) -> None:
    text = "Write `{{value indicator=…}}` so."
    assert fields.fields(text) == []
    assert wrong(values, text) == []
    (block,) = fields.blocks(text, values)
    assert block == Paragraph(
        (Span("Write "), Span("{{value indicator=…}}", is_verbatim=True), Span(" so."))
    )


# --- What was said before -------------------------------------------------------------------------


def test_a_changed_value_is_told_and_renewed(values: Values) -> None:
    text = "Of {{value indicator=PPL-NEW was=412}} people, {{value indicator=PPL-NEW sex=F}}."
    (told,) = fields.changes(text, values)
    assert told.text == "412 → 1,136 persons since you wrote this"
    assert text[told.start : told.end] == "{{value indicator=PPL-NEW was=412}}"
    renewed = fields.recorded(text, values)
    assert renewed == (
        "Of {{value indicator=PPL-NEW was=1136}} people, {{value indicator=PPL-NEW sex=F was=60}}."
    )
    assert fields.changes(renewed, values) == []
    assert fields.recorded(renewed, values) == renewed
    assert fields.blocks(text, values) == fields.blocks(renewed, values)


@pytest.mark.parametrize(
    ("was", "told"),
    [
        ("431..612", "431–612"),
        (">=300", "≥ 300"),
        ("missing", "not reported"),
        ("withheld", "withheld"),
        ("12.5EUR", "€12.50"),
        ("5%", "5%"),
        ("many", "many"),
    ],
)
def test_what_was_kept_is_told_as_people_read_it(values: Values, was: str, told: str) -> None:
    (one,) = fields.changes(f"{{{{value indicator=PPL-NEW was={was}}}}}", values)
    assert one.text == f"{told} → 1,136 persons since you wrote this"


def test_a_field_with_a_mistake_is_left_as_it_is(values: Values) -> None:
    text = "{{value indicator=NOPE was=1}} {{value indicator=PPL-NEW}}"
    assert fields.changes(text, values) == []
    assert fields.recorded(text, values).startswith("{{value indicator=NOPE was=1}} ")


def test_progress_keeps_its_share(values: Values) -> None:
    text = fields.recorded("{{value progress indicator=PPL-NEW project=PP-ES1 until=2023}}", values)
    assert text == "{{value progress indicator=PPL-NEW project=PP-ES1 until=2023 was=56.8%}}"


# --- Markdown -------------------------------------------------------------------------------------


def blocks(text: str) -> tuple[Block, ...]:
    return narrative.blocks(text, str, str, caption="Table")


def test_markdown_becomes_the_blocks_of_a_document() -> None:
    text = """# One
## Two
### Three

Some *soft* and **loud** words,
and a [link](https://example.org/a?b=1&c=2).

> Somebody said so.

- first
- second
  - within
1. a number

| Name | Count |
| --- | ---: |
| A | 12 |
"""
    assert blocks(text) == (
        Heading("One", 2),
        Heading("Two", 2),
        Heading("Three", 3),
        Paragraph(
            (
                Span("Some "),
                Span("soft", is_emphasis=True),
                Span(" and "),
                Span("loud", is_strong=True),
                Span(" words,"),
                Span(" "),
                Span("and a "),
                Span("link", url="https://example.org/a?b=1&c=2"),
                Span("."),
            )
        ),
        Paragraph(plain("Somebody said so."), Style.QUOTE),
        Bullets((plain("first"), plain("second"), plain("within"))),
        Bullets((plain("a number"),), is_numbered=True),
        *(block for block in blocks(text) if isinstance(block, Table)),
    )
    (table,) = (block for block in blocks(text) if isinstance(block, Table))
    assert (table.code, table.title) == ("narrative_1", "Three")
    assert [column.title for column in table.columns] == ["Name", "Count"]
    assert [column.is_number for column in table.columns] == [False, True]
    assert [[cell.text for cell in row] for row in table.rows] == [["A", "12"]]


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](//evil.example)",
        "[a](/admin)",
        "<javascript:alert(1)>",
        "[a][b]\n\n[b]: vbscript:x",
        "![a](https://example.org/a.png)",
    ],
)
def test_only_pages_and_addresses_are_links(text: str) -> None:
    assert all(not span.url or span.url.startswith("https://") for span in _spans(blocks(text)))
    if not text.startswith("!"):
        assert not any(span.url for span in _spans(blocks(text)))


def test_html_is_text() -> None:
    text = "<script>alert(1)</script> <b>x</b>\n\n<div>y</div>"
    told = "".join(span.text for span in _spans(blocks(text)))
    assert told == "<script>alert(1)</script> <b>x</b><div>y</div>"


def _spans(found: tuple[Block, ...]) -> Iterator[Span]:
    for block in found:
        if isinstance(block, Paragraph):
            yield from block.text
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from item
        elif isinstance(block, Heading):
            yield Span(block.text)
        elif isinstance(block, Table):
            for row in block.rows:
                yield from (Span(cell.text) for cell in row)


SIGNS = st.sampled_from([*"#>*_-+`|~[]()<>!\\&;:{}=\"'\n\t 1aé٣م\u202e\x00\r\ue000\ue001", "{{value ", "}}", "https://"])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(SIGNS, max_size=60).map("".join))


@given(TEXTS)
def test_any_text_becomes_blocks(text: str) -> None:
    found = blocks(narrative.plain(text))
    assert all(isinstance(block, (Paragraph, Bullets, Heading, Table)) for block in found)
    for span in _spans(found):
        assert not span.url or re.match(r"(https?://|mailto:)", span.url, re.IGNORECASE)
        assert "\n" not in span.text


@given(TEXTS)
def test_fields_of_any_text_are_where_they_say(text: str) -> None:
    for one in fields.fields(text):
        assert narrative.plain(text)[one.start : one.end] == one.text
        assert one.text.startswith("{{")


WORDS = st.sampled_from(["value", "indicator=PPL-NEW", "indicator=", "=", "was=3", "sex=F", "period=2023", "target", "'", "unit=off", "x"])  # fmt: skip


@pytest.fixture(scope="module")
def quiet(request: pytest.FixtureRequest) -> Any:
    """What fields say of an empty programme: enough to read any of them."""
    databases = request.getfixturevalue("databases")
    engine = database.make_engine(databases.fresh("sqlite", is_seeded=True))
    with engine.connect() as conn:
        yield Values(conn, EVERYTHING, "ar", programme_code="MEDTOWN")
    engine.dispose()


@given(
    words=st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=6), around=st.text(max_size=20)
)
def test_no_field_is_refused_with_more_than_a_sentence(
    quiet: Values, words: list[str], around: str
) -> None:
    text = f"{around}{{{{{' '.join(words)}}}}}{around}"
    fields.blocks(text, quiet)
    told = [*fields.problems(text, quiet), *fields.changes(text, quiet)]
    assert all(one.text and one.line >= 1 and one.column >= 1 for one in told)
    assert fields.recorded(fields.recorded(text, quiet), quiet) == fields.recorded(text, quiet)
