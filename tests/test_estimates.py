"""Estimates: from the form through the record to the report, with numbers worked by hand."""

import random
from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

import etl
from dashboard import estimates, figures, queries
from dashboard.estimates import Found
from dashboard.figures import Figure
from dashboard.reports import context
from dashboard.reports.context import Request
from dashboard.reports.document import Block, Chart, Facts, Heading, Paragraph, Table
from dashboard.reports.parts import PARTS
from dashboard.reports.subjects import Subject
from dashboard.svg import draw
from etl.records import Of, RecordError
from schemas import database, evaluation, fields
from schemas.codes import LANGUAGES, RecordKind
from schemas.evaluation import (
    BaselineChange,
    BeforeAfter,
    CostEffectiveness,
    CurrencyMultiplier,
    DiffInDiff,
    Estimate,
    Group,
    Known,
    LocalSpending,
    Mean,
    Money,
    MonthlySeries,
    Outcome,
    Recirculation,
    Refused,
    Share,
    SocialReturn,
    Span,
    Unit,
    Velocity,
    exactly,
)
from schemas.fields import Field, Shape
from schemas.records import SIGNATURE
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file
from tests.people import FROM, People, people
from tests.test_record_parts import texts
from tests.test_records import do, newest, seen
from tests.test_records import publish as publish_record
from tests.test_reports import ROWS, accept, of

__all__ = ["people"]

ACTOR = "account 7"
OURS = Of("MEDTOWN", "DA-GR")

LM3: dict[str, Any] = {
    "question": "What a euro of the market does here",
    "currency": "EUR",
    "price_year": "2023",
    "round_1": "100 000",
    "round_1_source": "Accounts of the market",
    "round_2": "60000",
    "round_2_source": "Survey of shops",
    "round_3": "20000 – 24000 – 28000",
    "round_3_source": "Survey of suppliers",
}
"(100,000 + 60,000 + 24,000) / 100,000 = 1.84."

SHARES: dict[str, Any] = {
    "question": "Do people trust the council?",
    "before_n": "40",
    "before_count": "10",
    "before_period": "2022",
    "before_source": "Survey 1",
    "after_n": "50",
    "after_count": "25",
    "after_period": "2023-S1",
    "after_source": "Survey 2",
}
"10 of 40, then 25 of 50: from 25 % to 50 %."

RETURN: dict[str, Any] = {
    "question": "What the gardens are worth",
    "currency": "EUR",
    "price_year": "2023",
    "discount_rate": "0",
    "discount_source": "None: one year alone",
    "investment": [{"name": "Grant", "amount": "50000", "source": "Contract"}],
    "outcomes": [
        {
            "name": "Neighbours meet",
            "quantity": "20 – 25 – 30",
            "worth": "4000",
            "years": "1",
            "deadweight": "20",
            "attribution": "25",
            "displacement": "0",
            "drop_off": "0",
            "source": "Survey of neighbours",
        }
    ],
}
"25 x 4,000 x 0.8 x 0.75 = 60,000 for 50,000: 1.20."


def write(method: str, of: Any = OURS, **given: Any) -> int:
    """Return the number of a new estimate."""
    said = {"question": "What is it?", **given, "method": method}
    kind = RecordKind.ESTIMATE
    with database.begin() as conn:
        return etl.records.write(conn, kind, of, language="en", given=said, actor=ACTOR)


def publish(number: int) -> None:
    with database.begin() as conn:
        publish_record(conn, number)


def sign_as(number: int, fingerprint: str) -> None:
    """Sign for an estimate as somebody."""
    with database.begin() as conn:
        said = {"by": "Evaluator", "fingerprint": fingerprint}
        etl.records.sign(conn, number, **said, seen=newest(conn, number), actor=ACTOR)


def found(number: int, scope: Scope = EVERYTHING, **more: Any) -> Found:
    """Return what an estimate says."""
    with database.connect() as conn:
        (row, *_) = queries.record(conn, EVERYTHING, number)
        told = estimates.find(conn, scope, row._mapping, "en", **more)
    assert told is not None
    return told


def answer(number: int, **more: Any) -> Estimate:
    told = found(number, **more).answer
    assert isinstance(told, Estimate), told
    return told


def codes(number: int, **more: Any) -> set[str]:
    """Return why there is no answer."""
    told = found(number, **more).answer
    assert isinstance(told, Refused)
    return {one.code for one in told.findings}


YEAR = (date(2023, 1, 1), date(2023, 12, 31))
THEN: dict[str, Any] = {"until": YEAR[1]}
"As a report of the year has it: what is reported later than a round after is too old to be compared."


def blocks(language: str = "en", **more: Any) -> tuple[Block, ...]:
    """Return the part of a report on DA-GR, of a year."""
    scope, as_of = more.get("scope", EVERYTHING), more.get("as_of")
    request = Request("mine", "DA-GR", language, "MEDTOWN", as_of, YEAR)
    with database.connect() as conn:
        return tuple(PARTS["estimates"].make(context.read(conn, scope, request, Subject.PROJECT)))


def tables(found: tuple[Block, ...]) -> dict[str, Table]:
    return {block.code: block for block in found if isinstance(block, Table)}


@pytest.fixture
def data(seeded_sqlite: Engine) -> Engine:
    """The values of a project in Paggaio, and jobs there and in Campo month by month or half by half."""
    halves = ("2021-S1", "2021-S2", "2022-S1", "2022-S2", "2023-S1")
    own = dict(zip(halves, (10, 12, 14, 16, 30), strict=True))
    other = dict(zip(halves, (20, 22, 24, 26, 28), strict=True))
    spain = {"project": "DA-ES", "place": "ES-SE-CAM"}
    accept(csv_file(*ROWS))
    accept(csv_file(*(of("SSE-SUP", when, value) for when, value in own.items())), "own.csv")
    rows = [of("SSE-SUP", when, value) | spain for when, value in other.items()]
    accept(csv_file(*rows), "other.csv")
    return seeded_sqlite


# --- What is typed --------------------------------------------------------------------------------


def test_typed_amounts_go_through_the_record_to_the_report(data: Engine) -> None:
    number = write("local_multiplier", **LM3)
    told = answer(number)
    assert (told.estimate, told.low, told.high) == pytest.approx((1.84, 1.80, 1.88))
    assert blocks()[:1] != (Heading("Local multiplier (LM3)"),)  # a draft is in no report
    publish(number)

    made = blocks()

    assert isinstance(made[0], Heading)
    assert made[0].text == "Local multiplier (LM3)"
    said = texts(made)
    assert "Each €1.00 that came in moved €1.84 in the territory within three rounds." in said
    assert "it lies between €1.80 and €1.88." in said
    inputs = tables(made)[f"estimate-{number}-inputs"]
    assert [[cell.text for cell in row] for row in inputs.rows] == [
        ["Currency", "EUR", "–"],
        ["Prices of the year", "2023", "–"],
        ["First round", "100,000", "Accounts of the market"],
        ["Second round", "60,000", "Survey of shops"],
        ["Third round", "20,000–28,000, most likely 24,000", "Survey of suppliers"],
    ]
    (facts,) = (block for block in made if isinstance(block, Facts))
    assert facts.items[0].text == "(R₁ + R₂ + R₃) / R₁"


def test_two_shares_are_compared_with_the_chance_that_moves_them(data: Engine) -> None:
    told = answer(write("shares", **SHARES))
    assert told.estimate == 25
    assert told.low < 25 < told.high
    assert "25.0%" in told.said("en")


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"before_count": "4"}, False),
        ({"before_count": "0"}, True),
        ({"before_count": "5"}, True),
        ({"after_count": "46"}, False),
        ({"after_count": "50"}, True),
    ],
)
def test_so_few_people_are_told_of_nobody(
    data: Engine, changes: dict[str, str], is_told: bool
) -> None:
    number = write("shares", **SHARES | changes)
    if is_told:
        publish(number)
    else:
        with pytest.raises(etl.records.RecordError, match="so few"):
            publish(number)
    with database.connect() as conn:
        told = queries.published_records(conn, programme_code="MEDTOWN")
    assert bool(told) == is_told


def test_the_spread_of_changes_tells_that_the_same_people_were_asked(data: Engine) -> None:
    same = {f"{when}_n": "30" for when in ("before", "after")}
    sds = {f"{when}_sd": "1" for when in ("before", "after")}
    rest = {
        "before_mean": "3",
        "after_mean": "3,5",
        "before_period": "2022",
        "after_period": "2023",
    }
    sources = {"before_source": "Survey 1", "after_source": "Survey 2"}
    given = {**same, **sds, **rest, **sources}
    alone = answer(write("means", **given))
    paired = answer(write("means", **given, sd_of_change="0,5"))
    assert alone.estimate == paired.estimate == 0.5
    assert [one.method.code for one in (alone, paired)] == ["welch", "paired"]
    # t(29) at 97.5 % is 2.045; 0.5 / √30 = 0.0913.
    assert paired.high - paired.estimate == pytest.approx(0.187, abs=0.001)


def test_measures_of_a_currency_are_those_of_its_accounts(data: Engine) -> None:
    own = {"currency": "REC"}
    paid = {"payments": "6000", "payments_source": "Ledger"}
    put = {"introduced": "2000", "introduced_source": "Ledger"}
    shops = {"earned": "1000", "earned_source": "Ledger", "spent": "300", "spent_source": "Ledger"}
    days = [{"day": f"2023-{m}-01", "amount": "1000", "source": "Ledger"} for m in ("02", "05")]
    multiplied = answer(write("currency_multiplier", **own, **paid, **put))
    again = answer(write("recirculation", **own, **shops))
    fast = answer(write("velocity", **own, **paid, period="2023-S1", supplies=days))
    assert (multiplied.estimate, again.estimate, fast.estimate) == pytest.approx((3, 30, 12))


@pytest.mark.parametrize(
    ("method", "given", "field"),
    [
        ("local_multiplier", {**LM3, "round_1": "9" * 70}, "round_1"),
        ("shares", {**SHARES, "before_period": "0001"}, "before_period"),
        ("shares", {**SHARES, "after_period": "2023-01-01/9999-12-31"}, "after_period"),
    ],
)
def test_what_is_beyond_all_measure_is_not_kept(
    method: str, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(RecordError) as raised:
        etl.records.checked(RecordKind.ESTIMATE, {**given, "method": method})
    assert set(raised.value.wrong) == {field}


@pytest.mark.parametrize(
    ("rate", "years"), [("0", 10**12), ("-99.9999999", 100), ("900000000000000", 100)]
)
def test_an_answer_beyond_all_measure_is_refused(
    seeded_sqlite: Engine, rate: str, years: int
) -> None:
    rows = [{**RETURN["outcomes"][0], "years": str(years)}]
    number = write("social_return", **{**RETURN, "discount_rate": rate, "outcomes": rows})
    sign_as(number, found(number).fingerprint)
    assert codes(number) == {"number_too_large"}


def test_all_that_is_wrong_is_said_at_once_and_beside_its_row(data: Engine) -> None:
    rows = [{**RETURN["outcomes"][0], "quantity": "30 – 20", "source": ""}]
    wrong = {
        "discount_rate": "1.234",
        "price_year": "about 2023",
        "investment": [],
        "outcomes": rows,
    }
    with pytest.raises(RecordError) as raised:
        write("social_return", **{**RETURN, **wrong})
    assert set(raised.value.wrong) == {
        *("discount_rate", "price_year", "investment"),
        *("outcomes-0-quantity", "outcomes-0-source"),
    }
    assert "thousands" in raised.value.wrong["discount_rate"]


NUMBER = Field("number", "", Shape.NUMBER)


@given(st.decimals(-(10**8), 10**8, places=6).map(float))
def test_a_number_that_was_kept_is_typed_again_as_the_same(number: float) -> None:
    assert etl.records._checked(NUMBER, fields.digits(number)) == number


# --- What is read from the data -------------------------------------------------------------------


def test_a_change_since_the_baseline_is_that_of_the_page(data: Engine) -> None:
    number = write("since_baseline", indicator="TRN-CMP")
    told = found(number, **THEN)
    assert answer(number, **THEN).estimate == pytest.approx(200 / 3 - 55)
    assert [(one.label, one.text) for one in told.inputs] == [
        ("Baseline", "55.0%"),
        ("Actual", "66.7%"),
    ]
    assert all("paggaio.csv" in one.cells for one in told.inputs)


def test_a_territory_is_compared_with_another(data: Engine) -> None:
    given = {"indicator": "SSE-SUP", "own": "GR-A-PAG", "other": "ES-SE-CAM"}
    number = write("difference_in_differences", **given, began="2023-01-01")
    assert answer(number).estimate == (30 - 16) - (28 - 26)
    told = found(number)
    assert len(told.inputs) == 10
    assert told.inputs[0].cells.startswith("own.csv")
    assert not told.needs_signature
    few = write("difference_in_differences", **given, began="2021-10-01")
    assert "earlier_missing" in codes(few)
    assert found(few).needs_signature


def test_who_signs_for_parallel_trends_signs_for_these_figures(data: Engine) -> None:
    given = {"indicator": "SSE-SUP", "own": "GR-A-PAG", "other": "ES-SE-CAM"}
    number = write("difference_in_differences", **given, began="2022-01-01")
    told = found(number)
    assert told.needs_signature
    sign_as(number, told.fingerprint)
    assert answer(number).estimate == (30 - 12) - (28 - 22)


def test_months_are_held_against_the_trend_before(seeded_sqlite: Engine) -> None:
    rows = [
        of("SSE-SUP", f"{2022 + n // 12}-{n % 12 + 1:02}", 10 + n + n % 2 + (20 if n >= 12 else 0))
        for n in range(24)
    ]
    accept(csv_file(*rows), "months.csv")
    given = {"indicator": "SSE-SUP", "began": "2023-01-15"}
    number = write("interrupted_time_series", **given)
    told = found(number)
    assert answer(number).estimate == pytest.approx(20, abs=1)
    assert len(told.inputs) == 24
    assert all(one.cells.count("months.csv") == 1 for one in told.inputs)
    early = write("interrupted_time_series", **{**given, "began": "2022-03-01"})
    assert codes(early) == {"months_too_few"}


def test_costs_are_divided_by_the_people_of_the_page(data: Engine) -> None:
    told = answer(write("cost_effectiveness", cost="FIN-SPT", indicator="PPL-DIR"))
    assert (told.low, told.high) == pytest.approx((41000.5 / 281, 41000.5 / 150))


def test_what_is_not_known_in_the_programme_is_refused(data: Engine) -> None:
    assert codes(write("since_baseline", indicator="RW-582")) == {"figure_missing"}


def test_a_past_day_has_the_data_of_that_day(data: Engine) -> None:
    number = write("since_baseline", indicator="TRN-CMP")
    assert codes(number, as_of=date(2022, 1, 1)) == {"baseline_not_reported"}
    publish(number)
    assert "Estimate" not in texts(blocks(as_of=date(2022, 1, 1)))


def test_what_is_withheld_from_the_public_is_in_no_estimate_of_theirs(data: Engine) -> None:
    few = [
        of("CUR-ACT", "2022-06-30", 1, value_type="baseline"),
        of("CUR-ACT", "2023-12-31", 9, value_type="target"),
        of("CUR-ACT", "2023-S2", 3),
    ]
    accept(csv_file(*few), "few.csv")
    number = write("since_baseline", indicator="CUR-ACT")
    assert answer(number, **THEN).estimate == 2
    publish(number)
    assert "+2" in texts(blocks())
    shown = texts(blocks(scope=PUBLIC))
    assert "No answer: " in shown
    assert "+2" not in shown
    assert "few.csv" not in shown
    assert codes(number, scope=PUBLIC, **THEN) <= {"figure_missing", "baseline_not_reported"}


def test_key_results_with_a_baseline_are_compared_without_anybody(data: Engine) -> None:
    (row,) = tables(blocks())["since-baseline"].rows
    assert row[0].code == "TRN-CMP"
    baseline, actual, change, projects = row[1:]
    assert baseline.value == 55
    assert actual.value == pytest.approx(200 / 3)
    assert change.value == pytest.approx(200 / 3 - 55)
    assert change.text == "+11.7 percentage points"
    assert projects.value == 1


# --- Signing --------------------------------------------------------------------------------------


def sent(method: str, given: dict[str, Any], **changes: Any) -> dict[str, str]:
    """Return what a browser sends of the form of a method."""
    told = {"language": "en"}
    for name, value in {**given, **changes}.items():
        if isinstance(value, list):
            told |= {
                f"r_{name}-{number}-{column}": text
                for number, row in enumerate(value)
                for column, text in row.items()
            }
        else:
            told[f"r_{name}"] = value
    return told


def begin(people: People, method: str, given: dict[str, Any], who: str = "evaluator") -> Any:
    where = f"/work/records/new/estimate?lang=en&method={method}"
    return people.post(who, where, of="MEDTOWN/DA-GR", place="", **sent(method, given))


def sign(people: People, who: str = "evaluator", **changes: str) -> Any:
    own = found(1).fingerprint
    fields = {
        "seen": str(seen()),
        "fingerprint": own,
        "by": "Evaluator of the programme",
        "agreed": "y",
    }
    named = {f"sign-{name}": value for name, value in {**fields, **changes}.items()}
    token = people.token(who)
    data = {**named, "csrf_token": token, "sign-csrf_token": token}
    return people.clients[who].post("/work/records/1/sign?lang=en", data=data, environ_base=FROM)


def page(people: People, who: str = "evaluator") -> str:
    return people.get(who, "/work/records/1?lang=en").text


def test_a_social_return_is_shown_once_signed_and_no_more_once_changed(people: People) -> None:
    assert begin(people, "social_return", RETURN).status_code == 303
    for who in ("evaluator", "coordinator", "partner"):
        unsigned = page(people, who)
        assert "Neighbours meet" in unsigned
        assert "20–30, most likely 25" in unsigned
        assert "None: one year alone" in unsigned  # of a rate of 0, which is a value
        assert "1.20" not in unsigned
        assert "What has to be true" not in unsigned
    assert do(people, "evaluator", "publish") == 400
    assert sign(people, "partner").status_code == 403
    assert sign(people, agreed="").status_code == 400
    assert sign(people, by=" ").status_code == 400
    assert sign(people, fingerprint="0" * 64).status_code == 400
    assert "1.20" not in page(people)

    assert sign(people).status_code == 303

    signed = page(people)
    assert "a value of €1.20 was created" in signed
    assert "Evaluator of the programme" in signed
    assert "Attribution to others" in signed
    assert do(people, "evaluator", "publish") == 303

    def edit(**changes: Any) -> int:
        told = sent("social_return", RETURN, **changes)
        where = "/work/records/1/edit?lang=en"
        return people.post("evaluator", where, seen=str(seen()), **told).status_code

    assert edit(question="What the gardens bring") == 303
    assert "a value of €1.20 was created" in page(people)  # no input changed
    rows = [{**RETURN["outcomes"][0], "deadweight": "10"}]
    assert edit(outcomes=rows) == 303
    changed = page(people)
    assert "was created" not in changed
    assert do(people, "evaluator", "publish") == 400
    with database.connect() as conn:
        assert SIGNATURE not in queries.record(conn, EVERYTHING, 1)[0].fields
        # What was published stays so, as it was signed, until the draft is.
        (row,) = queries.published_records(conn, programme_code="MEDTOWN")
        told = estimates.find(conn, PUBLIC, row, "en")
        assert told
        assert isinstance(told.answer, Estimate)


def test_a_signature_under_other_inputs_is_none(data: Engine) -> None:
    number = write("social_return", **RETURN)
    sign_as(number, "0" * 64)
    assert codes(number) == {"signed_otherwise"}


# --- The pages ------------------------------------------------------------------------------------


def test_a_method_is_chosen_and_its_form_follows_from_its_declaration(people: People) -> None:
    chosen = people.get("evaluator", "/work/records/new/estimate?lang=en").text
    for code, one in evaluation.ASKED.items():
        assert f"method={code}" in chosen
        form = people.get("evaluator", f"/work/records/new/estimate?lang=en&method={code}").text
        for asked in one.fields:
            name = f"r_{asked.name}"
            if asked.shape is Shape.ROWS:
                name += f"-0-{asked.columns[0].name}"
            assert f'name="{name}"' in form, (code, name)
    assert "method=nonsense" not in chosen
    assert (
        "Choose a method"
        in people.get("evaluator", "/work/records/new/estimate?lang=en&method=nonsense").text
    )


def test_a_refused_estimate_is_a_draft_that_says_why_and_is_not_published(people: People) -> None:
    grows = {**LM3, "round_3": "70000"}
    assert begin(people, "local_multiplier", grows).status_code == 303
    assert "More money" in page(people)
    assert do(people, "evaluator", "publish") == 400
    with database.connect() as conn:
        assert queries.published_records(conn, programme_code="MEDTOWN") == []


def test_estimates_are_written_by_evaluators_and_read_by_those_whose_they_are(
    people: People,
) -> None:
    where = "/work/records/new/estimate?lang=en&method=local_multiplier"
    assert people.get("partner", where).status_code == 403
    assert begin(people, "local_multiplier", LM3, "partner").status_code == 403
    assert "records/new/estimate" not in people.get("partner", "/work/records?lang=en").text
    assert begin(people, "local_multiplier", LM3).status_code == 303
    assert "€1.84" in page(people, "partner")
    assert people.get("partner", "/work/records/1/edit").status_code == 403
    assert people.get("other", "/work/records/1").status_code == 404
    project = "/project/DA-GR?lang=en"
    assert "€1.84" not in people.get("public", project).text
    assert do(people, "evaluator", "publish") == 303
    assert "€1.84" in people.get("public", project).text
    assert do(people, "partner", "withdraw") == 403
    assert do(people, "evaluator", "erase") == 303
    assert "erased" in page(people)
    assert "€1.84" not in people.get("public", project).text


def test_what_was_typed_stays_where_something_is_wrong(people: People) -> None:
    wrong = {**RETURN, "outcomes": [{**RETURN["outcomes"][0], "years": "some"}]}
    refused = begin(people, "social_return", wrong)
    assert refused.status_code == 400
    assert 'value="some"' in refused.text
    assert 'id="r_outcomes-0-years-error"' in refused.text
    assert refused.text.count("form-error") == 1


# --- The charts -----------------------------------------------------------------------------------

BEFORE, LATER = (date(2022, 1, 1), date(2022, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31))
HALVES = [(date(y, m, 1), date(y, m + 5, 30)) for y in (2021, 2022, 2023) for m in (1, 7)][:5]


def euros(*ends: float) -> Money:
    return Money(Span(*ends), "EUR", 2023)


def group(*values: float) -> Group:
    known = [Known(value, value, *half) for value, half in zip(values, HALVES, strict=True)]
    return Group(known[-2], known[-1], tuple(known[:-2]))


def inputs() -> dict[str, Any]:
    """Return inputs of every method."""
    shaken = random.Random(1)
    months = tuple(
        (date(2021 + n // 12, n % 12 + 1, 1), 100 + n + 15 * (n >= 12) + shaken.gauss(0, 3))
        for n in range(24)
    )
    shares = (Span(0.1, 0.3, 0.2),) * 4
    outcome = Outcome("x", Span(20, 30, 25), euros(3000, 5000, 4000), 3, *shares)
    worth = SocialReturn((euros(50000, 50000),), (outcome,), 0.035)
    recs = [Money(exactly(number), "REC", 0) for number in (5000, 1000)]
    return {
        "since_baseline": BaselineChange(Known(40, 40, *BEFORE), Known(50, 60, *LATER)),
        "means": BeforeAfter(Mean(40, 3.1, 0.8, *BEFORE), Mean(38, 3.6, 0.7, *LATER)),
        "shares": BeforeAfter(Share(40, 10, *BEFORE), Share(50, 25, *LATER)),
        "difference_in_differences": DiffInDiff(
            group(10, 12, 15, 16, 30), group(20, 22, 24, 26, 27)
        ),
        "interrupted_time_series": MonthlySeries(months, date(2022, 1, 1), Unit()),
        "cost_effectiveness": CostEffectiveness((euros(900, 900),), Span(5, 9), BEFORE, BEFORE),
        "social_return": evaluation.signed(worth, "Somebody", date(2024, 1, 1)),
        "local_multiplier": LocalSpending(euros(10, 10), euros(6, 7), euros(2, 3)),
        "currency_multiplier": CurrencyMultiplier(*recs),
        "recirculation": Recirculation(recs[1], recs[0]),
        "velocity": Velocity(recs[0], ((date(2023, 3, 1), recs[1]),), *LATER),
    }


INPUTS = inputs()


def drawn(code: str, language: str = "en") -> list[Figure]:
    told = evaluation.ASKED[code].answer(INPUTS[code])
    assert isinstance(told, Estimate), told
    return figures.estimate_figures(told, language)


@pytest.mark.parametrize("code", list(evaluation.ASKED))
def test_every_method_is_drawn_in_every_language(code: str) -> None:
    for language in LANGUAGES:
        for figure in drawn(code, language):
            go.Figure(figure.dict)
            for width in (340, 640):
                assert "<svg" in draw(figure.dict, width)
            if language != "en":
                english = {str(name) for name in drawn(code)[0].table.columns if name}
                assert not english & set(map(str, figure.table.columns))
    assert drawn(code)


def test_what_chance_does_is_drawn_and_said() -> None:
    (figure,) = drawn("shares")
    (band,) = (shape for shape in figure.dict["layout"]["shapes"] if shape["line"]["width"] == 7)
    assert (band["x0"], band["x1"]) == pytest.approx((4.8, 42.2), abs=0.1)
    assert figure.keys == (("band", "Allowing for chance (95% confidence)"),)
    assert "95% confidence" in figure.alt
    assert list(figure.table[""]) == ["Before", "After", "Difference"]


def test_a_range_without_a_best_guess_has_two_ends() -> None:
    (figure,) = drawn("since_baseline")
    (ends,) = (trace for trace in figure.dict["data"] if trace["name"] == "ends")
    assert ends["x"] == [50, 60, 10, 20]


def test_the_course_is_drawn_before_the_jump_with_its_range() -> None:
    course, jump = drawn("interrupted_time_series")
    assert [len(trace["x"]) for trace in course.dict["data"]] == [24, 24, 12]
    assert [word for _, word in course.keys] == [
        "Observed",
        "Fitted line",
        "Expected from the earlier trend",
    ]
    assert len(jump.table) == 3


# --- The report -----------------------------------------------------------------------------------


def own_words(found: tuple[Block, ...]) -> set[str]:
    """Return the sentences of some blocks that are ours, and not somebody's or a method's symbols."""
    said: set[str] = set()
    for block in found:
        if isinstance(block, Heading):
            said.add(block.text)
        elif isinstance(block, Facts):
            said |= {fact.term for fact in block.items}
        elif isinstance(block, Chart):
            said |= {block.title, block.figure.title, block.figure.alt}
            said |= {word for _, word in block.figure.keys}
        elif isinstance(block, Paragraph):
            said |= {span.text for span in block.text if not span.is_verbatim}
        elif isinstance(block, Table):
            said |= {block.title, *(column.title for column in block.columns)}
            said |= {
                cell.text
                for row in block.rows
                for cell in row
                if not cell.is_verbatim and cell.text.isalpha()
            }
        else:
            said |= {span.text for item in block.items for span in item}  # type: ignore[union-attr]
    return {text for text in said if any(letter.isalpha() for letter in text)} - {"EUR"}


def test_no_word_of_ours_is_left_in_english(data: Engine) -> None:
    publish(write("local_multiplier", **LM3))
    publish(write("shares", **SHARES))
    publish(write("since_baseline", indicator="TRN-CMP", limitations="Few answers."))
    number = write("social_return", **RETURN)
    sign_as(number, found(number).fingerprint)
    publish(number)
    english = own_words(blocks())
    assert len(english) > 50
    for language in LANGUAGES[1:]:
        # “Total” may be a word of two languages; none of these is.
        alike = english & own_words(blocks(language))
        assert {text for text in alike if len(text) > 9} == set(), language


def test_a_report_on_the_programme_says_whose_an_estimate_is(data: Engine) -> None:
    publish(write("local_multiplier", Of("MEDTOWN", "DA-GR", "GR-A-PAG"), **LM3))
    request = Request("mine", "MEDTOWN", "en", "MEDTOWN")
    with database.connect() as conn:
        read = context.read(conn, EVERYTHING, request, Subject.PROGRAMME)
        made = PARTS["estimates"].make(read)
    title = next(one for one in made if isinstance(one, Heading))
    assert title.text == (
        "Local multiplier (LM3): Local action plan for employment in Paggaio, Paggaio"
    )
