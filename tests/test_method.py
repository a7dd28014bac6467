"""Method and data: what it says is what is done, and everything that it offers is there."""

import re
from datetime import date

import pandas as pd
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard import app, static, theme
from dashboard.components import about, definitions, method
from dashboard.pages import about as about_page
from dashboard.pages import method as page
from schemas import impact
from schemas.codes import LANGUAGES
from schemas.series import Row


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    return app.create_app().server.test_client()  # type: ignore[no-any-return]


def said(name: str) -> str:
    (rule,) = [rule for rule in method.RULES if rule.name == name]
    return method.example(rule, "en").replace("\u00a0", "")


# --- The examples are worked out right: by hand, and by the arithmetic itself ------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "Sums",
            "46 people in the first half and 38 in the second make 84; with 63 of another project, 147.",
        ),
        ("Stocks", "18, then 27, then 41 households take part: the value is 41, not 86."),
        ("Figures to date", "52 by December and 97 by June, both to date, make 97, not 149."),
        ("Ratios", "17 of 22 and 29 of 40 people complete a course: 46 of 62, which is 74%."),
        ("Scores", "3.4 from 20 answers and 4 from 10 make 3.6."),
        ("Ranges", "57 people in one period and 66 in the next of one place: between 66 and 123."),
        ("Inexact values", "≥ 300 and 136 make ≥ 436."),
        (
            "Parts and coverage",
            "31 women and 14 men of 46 people: 69% women; sex is known for 98%.",
        ),
        ("Progress", "From 30 down to 20, now 25: 50% of the way."),
        ("Status", "45% of the way is covered, 50% was expected: that is 90% of it."),
        ("Currencies", "100 JOD at 0.75 JOD for 1 EUR are 133.33 EUR."),
        (
            "Periods",
            "12 in the first and 15 in the second quarter, then 27 for the half: a finding, not 54.",
        ),
    ],
)
def test_an_example_says_its_numbers(name: str, words: str) -> None:
    assert said(name) == words


def test_every_rule_has_its_example_here() -> None:
    assert len({rule.name for rule in method.RULES}) == len(method.RULES) == 12


def total(measure: str, *told: dict[str, object], **rules: object) -> impact.Total:
    """What the arithmetic makes of some periods of one series, each half a year after the other."""
    known = impact.Rules(
        **{  # type: ignore[arg-type]
            "indicator_code": "X",
            "measure": measure,
            "time_rule": "sum",
            "place_rule": "weighted" if measure in ("ratio", "score") else "sum",
            **rules,
        }
    )
    frame = pd.DataFrame(
        [
            {
                "observation_id": number,
                "programme_code": "P",
                "project_code": "A",
                "place_code": "ES-SE",
                "country_code": "ESP",
                "indicator_code": "X",
                "period_start": pd.Timestamp(2022 + number, 1, 1),
                "period_end": pd.Timestamp(2022 + number, 12, 31),
                "value_type": "actual",
                "breakdown_key": "",
                "value": None,
                "numerator": None,
                "denominator": None,
                "n": None,
                "qualifier": "=",
                "reported_as": "in_period",
                "currency": "",
                "value_eur": None,
                "answer": "value",
                **row,
            }
            for number, row in enumerate(told)
        ],
        columns=list(Row._fields),
    )
    return impact.total(frame, known, as_of=date(2030, 1, 1))


def test_the_examples_are_what_the_arithmetic_makes() -> None:
    assert total("count", {"value": 46.0}, {"value": 38.0}).low == 84
    assert total("count", {"value": 27.0}, {"value": 41.0}, time_rule="last").low == 41
    to_date = [{"value": value, "reported_as": "to_date"} for value in (52.0, 97.0)]
    assert total("count", *to_date).low == 97
    ratio = total(
        "ratio",
        {"numerator": 17.0, "denominator": 22.0},
        {"numerator": 29.0, "denominator": 40.0},
        factor=100.0,
        numerator_time_rule="sum",
        denominator_time_rule="sum",
    )
    assert round(ratio.low) == 74
    people = total("count", {"value": 57.0}, {"value": 66.0}, overlap="periods")
    assert (people.low, people.high) == (66, 123)
    inexact = total("count", {"value": 300.0, "qualifier": ">="}, {"value": 136.0})
    assert (inexact.low, inexact.qualifier) == (436, ">=")
    assert impact.progress(30, 20, 25) == 0.5
    assert impact.status(0.45, 0.5) == ("acceleration_needed", "")


# --- Statuses ---------------------------------------------------------------------------------------


def test_every_status_says_what_it_takes_with_the_thresholds_of_the_settings() -> None:
    strict = impact.Settings(on_track=0.9, acceleration=0.5)

    assert set(definitions.RULES) == set(map(str, theme.STATUS))
    assert definitions.rule("on_track", impact.DEFAULT, "en").startswith("At least 95")
    assert "50" in definitions.rule("limited_progress", strict, "en")
    assert "90" in definitions.rule("on_track", strict, "en")


# --- What is offered is there -----------------------------------------------------------------------


def links(html: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', html)}


@pytest.mark.parametrize("shown", [page, about_page])
def test_every_link_leads_somewhere(client: FlaskClient, shown: object) -> None:
    with client.application.test_request_context("/"):
        html = static.render(shown.layout(), "en")  # type: ignore[attr-defined]

    found = links(html)
    for link in found:
        assert client.get(link).status_code == 200, link
    if shown is page:
        files = {link.partition("?")[0] for link in found if link.startswith("/download/")}
        assert files == {
            f"/download/{table}.{kind}"
            for table in ("observations", "results", "indicators")
            for kind in ("csv", "xlsx")
        }


def test_what_is_to_be_copied_for_another_page_works(client: FlaskClient) -> None:
    with client.application.test_request_context("/method", base_url="https://medtown.test"):
        html = static.render(method.embedding("en", page._origin()), "en")

    (frame, image) = re.findall(
        r"src=&quot;https://medtown\.test(/[^&]*(?:&amp;[^&]*)*?)&quot;", html
    )
    for address in (frame, image):
        assert (
            client.get(address.replace("&amp;amp;", "&").replace("&amp;", "&")).status_code == 200
        )


def test_links_to_sections_find_them(client: FlaskClient) -> None:
    with client.application.test_request_context("/method"):
        html = static.render(page.layout(), "en")
    for key in ("few", "progress", "rules", "embed", "data", "maps", "versions"):
        assert f'id="{key}"' in html


# --- About --------------------------------------------------------------------------------------------


def test_every_fact_about_the_project_has_its_source() -> None:
    for term, said_, source in about.FACTS:
        assert term
        assert said_
        assert source.startswith(("https://", "http://"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_says_what_is_known_in_every_language(seeded_sqlite: Engine, language: str) -> None:
    with app.create_app().server.test_request_context(f"/about?lang={language}"):
        html = static.render(about_page.layout(), language)
    for key in ("funding", "toolbox", "languages", "privacy", "accessibility"):
        assert f'id="{key}"' in html
    assert html.count('class="source"') == len(about.FACTS)
