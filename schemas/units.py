"""A value together with its unit, as people say it: “1 person”, “2 persons”, “74.2%”.

The catalogue names a unit in the plural, for columns and axes. Beside a number it has the form of
that number in the reader's language; what is not counted here (kg, m², a currency) stays as it is.
"""

from functools import lru_cache

from schemas import words
from schemas.words import N_

COUNTED = (
    N_("{value} person", "{value} persons"),
    N_("{value} contact", "{value} contacts"),
    N_("{value} session", "{value} sessions"),
    N_("{value} household", "{value} households"),
    N_("{value} time", "{value} times"),
    N_("{value} time a year", "{value} times a year"),
    N_("{value} job", "{value} jobs"),
    N_("{value} full-time equivalent", "{value} full-time equivalents"),
    N_("{value} entity", "{value} entities"),
    N_(
        "{value} unit of the complementary currency",
        "{value} units of the complementary currency",
    ),
    N_("{value} space", "{value} spaces"),
    N_("{value} service", "{value} services"),
    N_("{value} agreement", "{value} agreements"),
    N_("{value} policy or plan", "{value} policies and plans"),
    N_("{value} account", "{value} accounts"),
    N_("{value} hour", "{value} hours"),
    N_("{value} point", "{value} points"),
    N_("{value} document", "{value} documents"),
    N_("{value} adopter", "{value} adopters"),
    N_("{value} community", "{value} communities"),
    N_("{value} area", "{value} areas"),
    N_("{value} school", "{value} schools"),
    N_("{value} centre", "{value} centres"),
    N_("{value} committee", "{value} committees"),
    N_("{value} mechanism", "{value} mechanisms"),
    N_("{value} item", "{value} items"),
    N_("{value} kit", "{value} kits"),
    N_("{value} month", "{value} months"),
)
"The units of the catalogue that are counted, beside one of them and beside many."

PERCENT = "%"
"The name of the unit `percent` in every language."

FEW = 3
"A number whose plural is the name of a unit: that of all numbers in most languages, of few in Arabic."


@lru_cache
def _of_name(language: str) -> dict[str, tuple[str, str]]:
    """Return the forms of a counted unit by its name in a language."""
    return {_bare(words.plural(*forms, FEW, language, value="")): forms for forms in COUNTED}


def beside(unit: str, value: float, language: str, *, decimals: int | None = None) -> str:
    """Return a unit as it stands beside a value, apart from it; empty where the value has its sign.

    >>> beside("persons", 1, "en"), beside("persons", 2, "en"), beside("kg", 1, "en")
    ('person', 'persons', 'kg')
    """
    if unit == PERCENT:
        return ""
    forms = _of_name(language).get(_bare(unit))
    if forms is None:
        return unit
    return words.plural(*forms, words.form(value, language, decimals), language, value="").strip()


def shown(
    low: float,
    high: float,
    unit: str,
    language: str,
    *,
    qualifier: str = "=",
    decimals: int | None = None,
) -> str:
    """Return a value, or the range it lies in, with its unit, which has the form of the higher end.

    >>> shown(1, 1, "spaces", "en"), shown(431, 612, "persons", "en"), shown(74.2, 74.2, "%", "en")
    ('1 space', '431–612 persons', '74.2%')
    """
    if unit == PERCENT:
        return words.percents(
            low / 100, high / 100, language, qualifier=qualifier, decimals=decimals
        )
    number = words.range_(low, high, language, qualifier=qualifier, decimals=decimals)
    forms = _of_name(language).get(_bare(unit))
    if forms is None:
        return f"{number} {unit}".strip()
    return words.plural(*forms, words.form(high, language, decimals), language, value=number)


def of_name(name: str, unit: str, language: str) -> str:
    """Return the unit of what has a name; empty where the name says it already.

    >>> of_name("Jobs created", "jobs", "en"), of_name("People trained", "persons", "en")
    ('', 'persons')
    """
    forms = _of_name(language).get(_bare(unit))
    said = (words.plural(*forms, n, language, value="") for n in (FEW, words.MANY)) if forms else ()
    return "" if any(_bare(one) in _bare(name) for one in (unit, *said)) else unit


def _bare(text: str) -> str:
    """Return a text in small letters, Arabic words without their article."""
    return " ".join(word.removeprefix("ال") for word in text.casefold().split())


def named(name: str, unit: str, language: str) -> str:
    """Return a name with its unit where it does not say it itself, and brackets only once.

    >>> named("People trained", "persons", "en"), named("Households taking part", "households", "en")
    ('People trained (persons)', 'Households taking part')
    >>> named("People reached (estimate)", "persons", "en")
    'People reached (estimate) – persons'
    """
    own = of_name(name, unit, language)
    if not own:
        return name
    return f"{name} – {own}" if "(" in name else f"{name} ({own})"
