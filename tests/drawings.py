"""One chart of each newer kind, and its designed states, for the tests that hold for all of them."""

import math
from typing import Any

import pandas as pd

from dashboard import figures
from dashboard.figures.figure import Figure

PLACES = {"SEV": "Seville", "TUN": "Tunis", "KOU": "Al Koura", "TUL": "Tulkarm"}
SEXES = {"F": "Women", "M": "Men"}
AGES = {"18-29": "18–29", "30-44": "30–44", "45-64": "45–64"}
STAGES = [
    {"EU": "European Union", "GOV": "Ministry"},
    {"P1": "Gardens", "P2": "Kitchen"},
    {"C1": "Staff", "C2": "Equipment"},
]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).as_unit("s")


def results(*rows: tuple[str, float, float, str], by: str = "place_code") -> pd.DataFrame:
    """Return rows like those of `impact.results`: a code, both ends of its value, its qualifier."""
    numbers = enumerate(rows, 1)
    return pd.DataFrame(
        [
            {by: code, "low": low, "high": high, "qualifier": how, "observation_ids": (number,)}
            for number, (code, low, high, how) in numbers
        ],
        columns=[by, "low", "high", "qualifier", "observation_ids"],
    )


def parts(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return rows like those of `impact.by_category` for several places: place, category, value, coverage."""
    return pd.DataFrame(
        [
            {
                "place_code": place,
                "category_code": category,
                "low": value,
                "high": value,
                "qualifier": "=",
                "coverage": coverage,
                "observation_ids": (number,),
            }
            for number, (place, category, value, coverage) in enumerate(rows, 1)
        ]
    )


PARTS = parts(
    *(("SEV", "F", 60.0, 0.8), ("SEV", "M", 20.0, 0.8)),
    *(("TUN", "F", 30.0, 1.0), ("TUN", "M", 30.0, 1.0)),
)
RANGED_PARTS = PARTS.assign(high=[70.0, 20.0, 30.0, 45.0])

CELLS = pd.DataFrame(
    [
        {"age_group": age, "sex": sex, "low": low, "high": high, "qualifier": how}
        for age, sex, low, high, how in (
            *(("18-29", "F", 40.0, 40.0, "="), ("18-29", "M", 25.0, 30.0, "=")),
            *(("30-44", "F", 55.0, 55.0, ">="), ("30-44", "M", math.nan, math.nan, "=")),
            ("45-64", "F", 0.0, 0.0, "="),
        )
    ]
).assign(observation_ids=pd.Series([(1,), (2,), (3,), (), (4,)], dtype=object))

BOARD = pd.DataFrame(
    [
        {"indicator_code": code, "place_code": place, "low": low, "high": low, "status": status}
        for code, place, low, status in (
            *(("JOBS", "SEV", 400.0, "achieved"), ("JOBS", "TUN", 90.0, "moving_away")),
            *(("JOBS", "KOU", math.nan, ""), ("GRANTS", "SEV", 7.0, "")),
            *(("GRANTS", "TUN", 3.0, "on_track"), ("GRANTS", "KOU", 5.0, "not_achieved")),
        )
    ]
).assign(
    qualifier="=",
    is_withheld=False,
    observation_ids=pd.Series([(n,) for n in range(1, 7)], dtype=object),
)

CONTRIBUTIONS = results(
    *(("SEV", 400.0, 400.0, "="), ("TUN", 300.0, 360.0, "="), ("KOU", 100.0, 100.0, ">="))
)
TOTAL = {"low": 700.0, "high": 860.0, "qualifier": ">=", "observation_ids": (1, 2, 3)}


def over_time(**series: dict[int, float]) -> pd.DataFrame:
    """Return rows like those of `impact.trend`: per place its value at the end of each year."""
    rows = [
        {
            "place_code": place,
            "period_start": day(f"{year}-01-01"),
            "period_end": day(f"{year}-12-31"),
            "low": value,
            "high": value,
            "qualifier": "=",
            "observation_ids": (year,),
        }
        for place, values in series.items()
        for year, value in values.items()
    ]
    return pd.DataFrame(rows)


LINES = over_time(
    SEV={2020: 50.0, 2021: 100.0, 2022: 150.0},
    TUN={2020: 10.0, 2021: 40.0, 2023: 60.0},
    KOU={2021: 80.0, 2022: 40.0},
)
TARGETS = pd.DataFrame(
    {
        "place_code": ["SEV", "TUN"],
        "low": [150.0, 60.0],
        "target": [300.0, 50.0],
        "target_date": [day("2027-12-31")] * 2,
        "status": ["on_track", "achieved"],
    }
)

PAIRS = pd.DataFrame(
    {
        "place_code": list(PLACES),
        "x_low": [100.0, 200.0, 205.0, math.nan],
        "x_high": [100.0, 260.0, 205.0, math.nan],
        "y_low": [10.0, 40.0, 41.0, 5.0],
        "y_high": [10.0, 40.0, 47.0, 5.0],
        "status": ["on_track", "", "achieved", ""],
        "observation_ids": [(1,), (2,), (3,), (4,)],
    }
)

SPREAD = results(
    *(("SEV", 10.0, 10.0, "="), ("TUN", 30.0, 40.0, "=")),
    *(("KOU", 31.0, 31.0, ">="), ("TUL", 90.0, 90.0, "=")),
)
SCORES = pd.concat(
    [
        SPREAD.assign(group="residents", low=[2.0, 3.0, 3.0, 4.5], high=math.nan),
        SPREAD.assign(group="officials", low=[4.0, 4.0, 4.2, 5.0], high=math.nan),
    ]
)

LINKS = pd.DataFrame(
    [
        {"source": source, "target": target, "low": value, "high": value, "observation_ids": (n,)}
        for n, (source, target, value) in enumerate(
            [
                *(("EU", "P1", 600.0), ("EU", "P2", 200.0), ("GOV", "P2", 200.0)),
                *(("P1", "C1", 450.0), ("P1", "C2", 150.0), ("P2", "C1", 400.0)),
            ],
            1,
        )
    ]
)

GAPS = pd.DataFrame(
    {
        "place_code": list(PLACES),
        "first": [3.6, 4.2, 3.0, 3.5],
        "first_n": 12.0,
        "first_ids": pd.Series([(1,), (2,), (3,), (4,)], dtype=object),
        "second": [4.2, 3.7, math.nan, 3.5],
        "second_n": [6.0, 7.0, math.nan, 9.0],
        "second_ids": pd.Series([(5,), (6,), (), (7,)], dtype=object),
    }
)


STEPS = pd.DataFrame(
    [
        (7, "inputs", "Grant", [3, 99], ""),
        (3, "activities", "Five groups of 20 people are trained", [5, 4], "People can come"),
        (4, "activities", "Round tables", [5], ""),
        (5, "outcomes", "People find work", [3], "Firms hire"),
    ],
    columns=["step", "stage", "text", "leads_to", "assumption"],
)
"A chain whose steps lead ahead, back, within their stage and to one that is gone."


def charts(language: str, name: str) -> dict[str, Figure]:
    """Return one figure of each kind, and each of its designed states; `name` is in every word."""
    places = {code: f"{name} {place}" for code, place in PLACES.items()}
    sexes = {code: f"{sex} {name}" for code, sex in SEXES.items()}
    ages = {code: f"{age} {name}"[:40] for code, age in AGES.items()}
    board = {"JOBS": name, "GRANTS": f"{name} Grants"}
    stages = [{code: f"{one} {name}" for code, one in stage.items()} for stage in STAGES]
    by: dict[str, Any] = {
        "by": "place_code",
        "names": places,
        "unit": name,
        "language": language,
    }
    heat = {**by, "indicators": board}
    del heat["unit"]
    withheld = BOARD.assign(is_withheld=[False, True, False, False, False, False])
    bullets = CONTRIBUTIONS.assign(
        baseline=0.0,
        target=[400.0, 500.0, 200.0],
        expected=0.5,
        status=["achieved", "", "on_track"],
    )
    said: dict[str, Any] = {"unit": name, "language": language}
    categories: dict[str, Any] = {**by, "categories": sexes}
    marks = {**by, "x_name": name, "y_name": "Grants", "x_unit": name, "y_unit": ""}
    del marks["unit"]
    groups = {"residents": f"Residents {name}", "officials": "Officials"}
    return {
        "trend_with_gap": figures.trend(
            LINES[LINES["place_code"] == "TUN"].assign(target_path=50.0), name=name, **said
        ),
        "trend_long": figures.trend(months(100).assign(high=55.0), name=name, **said),
        "bullet": figures.bullet(bullets, **by),
        "bullet_empty": figures.bullet(bullets.iloc[:0], **by),
        "dumbbell_units": figures.dumbbell(
            bullets.assign(progress=[1.0, math.nan, 0.5], progress_low=0.6, progress_high=0.72),
            **by,
            units=dict.fromkeys(PLACES, name),
        ),
        "stacked": figures.stacked_bars(RANGED_PARTS, **categories),
        "stacked_shares": figures.stacked_bars(PARTS, **categories, as_shares=True),
        "stacked_empty": figures.stacked_bars(PARTS.iloc[:0], **categories),
        "pyramid": figures.pyramid(CELLS, ages=ages, sexes=sexes, coverage=0.78, **said),
        "pyramid_empty": figures.pyramid(CELLS.iloc[:0], ages=ages, sexes=sexes, **said),
        "heat": figures.heat(withheld, **heat),
        "heat_wide": figures.heat(
            BOARD,
            **heat
            | {
                "names": {
                    **places,
                    **{str(n): name for n in range(4)},
                    "x": f"{name} of a district with quite a long name",
                }
            },
        ),
        "heat_empty": figures.heat(BOARD.iloc[:0], **heat),
        "chain": figures.chain(STEPS.assign(text=[name, *STEPS["text"][1:]]), language=language),
        "chain_empty": figures.chain(STEPS.iloc[:0], language=language),
        "waterfall": figures.waterfall(CONTRIBUTIONS, TOTAL, **by),
        "waterfall_empty": figures.waterfall(CONTRIBUTIONS.iloc[:0], {}, **by),
        "compare": figures.compare(LINES, **by),
        "compare_index": figures.compare(LINES, **by, way="index"),
        "compare_target": figures.compare(LINES, **by, way="target", results=TARGETS),
        "compare_empty": figures.compare(LINES.iloc[:0], **by),
        "scatter": figures.scatter(PAIRS, **marks),
        "scatter_empty": figures.scatter(PAIRS.iloc[:0], **marks),
        "distribution": figures.distribution(SPREAD, **by, highlight="TUN"),
        "distribution_scores": figures.distribution(SCORES, **by, groups=groups, scale=(1, 5)),
        "distribution_empty": figures.distribution(SPREAD.iloc[:0], **by),
        "flows": figures.flows(LINKS, stages=stages, **said),
        "gap": figures.gap(GAPS, **by, sides=[name, f"{name} Officials"], scale=(1, 5)),
        "gap_empty": figures.gap(GAPS.iloc[:0], **by, sides=[name, "Officials"]),
        "flows_empty": figures.flows(LINKS.iloc[:0], stages=stages, **said),
    }


def months(count: int) -> pd.DataFrame:
    """Return rows like those of `impact.trend`: so many months from 1955 on, each with its number."""
    starts = pd.date_range("1955-01-01", periods=count, freq="MS").as_unit("s")
    return pd.DataFrame(
        {
            "period_start": starts,
            "period_end": starts + pd.offsets.MonthEnd(0),
            "low": [float(n % 50) for n in range(count)],
            "high": [float(n % 50) for n in range(count)],
            "qualifier": "=",
            "target_path": math.nan,
            "observation_ids": pd.Series([(n,) for n in range(count)], dtype=object),
        }
    )
