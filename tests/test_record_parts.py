"""What reports tell in words: parts made of published records, and the drawn chain of a theory of change."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Engine

import etl
from dashboard import figures
from dashboard.reports import context
from dashboard.reports.context import Request
from dashboard.reports.document import Block, Bullets, Chart, Paragraph, Span, Style, Table
from dashboard.reports.parts import PARTS
from dashboard.reports.subjects import Subject
from dashboard.svg import draw
from etl.records import Of
from schemas import database, words
from schemas.codes import RecordKind
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.drawings import STEPS
from tests.test_records import ACTOR, newest, publish, write

TOLD = ("theory_of_change", "outcomes", "stories", "judgements", "lessons", "recommendations")
"The parts that are told in words."

OTHER = Of("MEDTOWN", "DA-ES", "ES-SE-CAM")


@pytest.fixture
def told(seeded: Engine) -> Iterator[Connection]:
    """A record of each kind of DA-GR, published; drafts of the same, and a few of elsewhere."""
    with database.begin(seeded) as conn:
        for kind in RecordKind:
            publish(conn, write(conn, kind))
        write(conn, RecordKind.LESSON, learned="Only a draft")
        publish(conn, write(conn, RecordKind.LESSON, OTHER, learned="Of another"))
        more = {"change": "Shops moved away", "nature": "unintended", "side": "negative"}
        publish(conn, write(conn, RecordKind.OUTCOME, OTHER, **more))
        yield conn


def blocks(
    conn: Connection,
    code: str,
    language: str = "en",
    *,
    project: str = "",
    scope: Scope = EVERYTHING,
    as_of: date | None = None,
) -> tuple[Block, ...]:
    """Return the blocks of a part, of a project where it is named."""
    subject = Subject.PROJECT if project else Subject.PROGRAMME
    request = Request("mine", project or "MEDTOWN", language, "MEDTOWN", as_of)
    return tuple(PARTS[code].make(context.read(conn, scope, request, subject)))


def texts(found: tuple[Block, ...]) -> str:
    """Return all words of some blocks."""
    said: list[str] = []
    for block in found:
        if isinstance(block, Paragraph):
            said += [span.text for span in block.text]
        elif isinstance(block, Bullets):
            said += [span.text for item in block.items for span in item]
        elif isinstance(block, Table):
            said += [group.title for group in block.groups]
            said += [
                line for row in block.rows for cell in row for line in (cell.text, *cell.under)
            ]
        elif isinstance(block, Chart):
            said += [block.title, block.figure.title, block.figure.alt]
    return "\n".join(said)


def test_outcomes_stand_by_their_kind_and_are_counted(told: Connection) -> None:
    lead, table = blocks(told, "outcomes")
    assert isinstance(lead, Paragraph)
    assert lead.text == (Span("2 outcomes are recorded. Unintended: 1; negative: 1."),)
    assert isinstance(table, Table)
    assert [(group.title, len(group.rows)) for group in table.groups] == [
        ("Unintended", 1),
        ("Change of policy", 1),
    ]
    change, side, contribution, _, evidence = table.groups[1].rows[0]
    assert change.text == "The municipality hires through the local action plan"
    assert change.is_verbatim
    assert change.under[0] == "For whom: People out of work · When: spring 2023"
    assert change.under[1] == "Local action plan for employment in Paggaio"
    assert (side.text, contribution.text) == (
        "Positive",
        "The round table of the project wrote the rules.",
    )
    assert evidence.under == ("Source of the evidence: Minutes",)


def test_a_story_is_a_quote_without_what_is_not_published(told: Connection) -> None:
    quote, teller, note = blocks(told, "stories", project="DA-GR")
    assert quote == Paragraph(
        (Span("I was alone; now I teach others to prune.", is_verbatim=True, language="en"),),
        Style.QUOTE,
    )
    assert teller == Paragraph(
        (Span("“Daphne”, trainee", is_strong=True, is_verbatim=True, language="en"),), Style.NOTE
    )
    assert "signed form" not in texts((quote, teller, note))


def test_lessons_are_a_list(told: Connection) -> None:
    (found,) = blocks(told, "lessons", project="DA-GR")
    assert isinstance(found, Bullets)
    assert texts((found,)).split("\n") == [
        "Begin with the merchants",
        " ",
        "Shops joined late",
        " For whom it is useful: Who plans a currency",
    ]
    assert "Of another" in texts(blocks(told, "lessons"))
    assert "Only a draft" not in texts(blocks(told, "lessons"))


def test_recommendations_have_the_response_and_what_became_of_it(told: Connection) -> None:
    publish(told, write(told, RecordKind.RECOMMENDATION, priority="low", response="", due=""))
    (table,) = blocks(told, "recommendations", project="DA-GR")
    assert isinstance(table, Table)
    assert [group.title for group in table.groups] == ["Priority: High", "Priority: Low"]
    _, addressed, response, action, due = table.rows[0]
    assert addressed.text == "The municipality"
    assert (response.text, response.under) == ("Partly accepted", ("Only until 2025",))
    assert action.under == ("Who does it: Social services",)
    assert (due.text, due.value, due.under) == (
        words.day(date(2024, 6, 30), "en"),
        date(2024, 6, 30),
        ("Under way",),
    )
    assert [cell.text for cell in table.rows[1][2:]] == [
        "No response yet",
        "Two mornings a week",
        "–",
    ]


def test_the_evaluation_matrix_has_all_six_criteria(told: Connection) -> None:
    (table,) = blocks(told, "judgements")
    assert isinstance(table, Table)
    assert [group.title for group in table.groups] == [
        *("Relevance", "Coherence", "Effectiveness", "Efficiency", "Impact", "Sustainability")
    ]
    assert [cell.text for cell in table.groups[0].rows[0]] == [
        "Did it answer a need?",
        "Yes, for the long-term unemployed.",
        "Survey and interviews",
        "Moderate",
        "Few answers",
    ]
    assert [cell.text for cell in table.groups[1].rows[0]] == ["Not judged", *"––––"]


def test_a_theory_of_change_is_a_chart_for_each_chain(told: Connection) -> None:
    publish(told, write(told, RecordKind.STEP, text="They find work", stage="outcomes"))
    publish(told, write(told, RecordKind.STEP, Of("MEDTOWN"), text="Of all", assumption=""))
    found = blocks(told, "theory_of_change")
    charts = [block for block in found if isinstance(block, Chart)]
    assert [chart.code for chart in charts] == ["theory_da_gr", "theory"]
    assert charts[0].title == "Theory of change: Local action plan for employment in Paggaio"
    assert "They find work" in charts[0].figure.alt
    assert "They come" in texts(found)
    (only,) = (b for b in blocks(told, "theory_of_change", project="DA-GR") if isinstance(b, Chart))
    assert only.title == "Theory of change"


@pytest.mark.parametrize("code", TOLD)
def test_a_part_without_a_record_has_nothing_to_say(told: Connection, code: str) -> None:
    assert blocks(told, code, project="DA-PT") == ()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_words_of_ours_are_in_the_language_and_others_as_they_were_written(
    told: Connection, language: str
) -> None:
    for code in TOLD:
        said = texts(blocks(told, code, language))
        for ours in ("Positive", "Partly", "Moderate", "Relevance", "For whom", "Outputs", "Leads"):
            assert ours not in said, code
    assert "Begin with the merchants" in texts(blocks(told, "lessons", language))


def test_a_report_of_a_past_day_tells_what_was_published_then(told: Connection) -> None:
    assert blocks(told, "lessons", as_of=date(2024, 1, 1)) == ()


def test_the_public_is_told_the_same_as_anybody(told: Connection) -> None:
    for code in TOLD:
        assert texts(blocks(told, code, scope=PUBLIC)) == texts(blocks(told, code)) != ""


def test_a_text_with_several_lines_is_one_line_of_a_table(told: Connection) -> None:
    number = write(told, RecordKind.OUTCOME, Of("MEDTOWN", "DA-JO"), change="One\n\ntwo")
    etl.records.publish(told, number, seen=newest(told, number), actor=ACTOR)
    _, table = blocks(told, "outcomes", project="DA-JO")
    assert isinstance(table, Table)
    assert table.rows[0][0].text == "One two"


# --- The chain ------------------------------------------------------------------------------------


def test_a_chain_stands_in_the_order_of_its_stages() -> None:
    figure = figures.chain(STEPS.iloc[::-1], language="en")
    assert list(figure.table["Stage"]) == ["Inputs", "Activities", "Activities", "Outcomes"]
    assert figure.title == "The theory of change has 4 steps, from “Inputs” to “Outcomes”."


def test_a_line_leads_from_each_step_to_each_that_it_leads_to() -> None:
    layout = figures.chain(STEPS, language="en").dict["layout"]
    lines = [one for one in layout["shapes"] if one["type"] == "line" and one["line"]["width"] < 3]
    # One to 3 (99 is gone), two from 3, one each from 4 and 5: each line with the two strokes of its tip.
    assert len(lines) == 3 * 5
    assert len([one for one in layout["shapes"] if one["type"] == "rect"]) == 4


def test_a_chain_says_in_words_what_leads_where() -> None:
    figure = figures.chain(STEPS, language="en")
    assert figure.alt == (
        "The theory of change has 4 steps, from “Inputs” to “Outcomes”. 1 (Inputs): Grant."
        " Leads to: 2. 2 (Activities): Five groups of 20 people are trained. Leads to: 4 and 3."
        " 3 (Activities): Round tables. Leads to: 4. 4 (Outcomes): People find work. Leads to: 2."
    )
    assert list(figure.table["Leads to"]) == ["2", "4 and 3", "4", "2"]
    assert figure.table["Assumption"].iloc[1] == "People can come"


def test_boxes_of_a_chain_do_not_lie_upon_each_other_nor_outside() -> None:
    layout = figures.chain(STEPS, language="en").dict["layout"]
    for shapes, height in (
        (layout["shapes"], layout["yaxis"]["range"][0]),
        (layout["meta"]["narrow"]["shapes"], layout["meta"]["narrow"]["yaxis"]["range"][0]),
    ):
        boxes = [one for one in shapes if one["type"] == "rect"]
        assert all(0 <= one["y0"] < one["y1"] <= height + 0.1 for one in boxes)
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                apart_across = one["x1"] <= other["x0"] or other["x1"] <= one["x0"]
                assert apart_across or one["y1"] <= other["y0"] or other["y1"] <= one["y0"]


def test_an_arabic_chain_begins_at_the_right() -> None:
    layout = figures.chain(STEPS, language="ar").dict["layout"]
    assert layout["xaxis"]["range"][0] > layout["xaxis"]["range"][1]
    assert {one["xanchor"] for one in layout["annotations"]} == {"right"}


@pytest.mark.parametrize("width", [340, 640])
def test_a_chain_is_drawn_on_a_phone_and_on_paper(width: int) -> None:
    drawing = draw(figures.chain(STEPS, language="en").dict, width)
    assert "Round tables" in drawing
    assert ("Leads to: 2" in drawing.partition("</title>")[2]) is (width == 340)
