"""What the codes of closed vocabularies are called where somebody chooses one."""

from enum import StrEnum

from dashboard import sentences
from dashboard.components import definitions
from schemas import codes, words
from schemas.words import N_

WORDS: dict[type[StrEnum], dict[str, str]] = {
    codes.PlaceKind: {
        "country": N_("Country"),
        "region": N_("Region"),
        "territory": N_("Territory"),
    },
    codes.ProjectKind: sentences.PROJECT_KINDS,
    codes.RateKind: {
        "day": N_("rate of a day"),
        "month": N_("rate of a month"),
        "period_end": N_("rate at the end of a period"),
        "annual_average": N_("average of a year"),
    },
    codes.Measure: {str(code): word for code, word in sentences.MEASURES.items()},
    codes.TimeRule: {str(code): word for code, word in sentences.TIME.items()},
    codes.PlaceRule: {str(code): word for code, word in sentences.PLACES.items()},
    codes.Overlap: {
        **{str(code): word for code, word in sentences.OVERLAPS.items()},
        "none": N_("Nobody is counted twice."),
    },
    codes.Direction: {str(code): word for code, word in sentences.DIRECTIONS.items()},
    codes.Level: sentences.LEVELS,
    codes.ReportedAs: definitions.REPORTED,
    codes.TargetBasis: definitions.BASES,
}
"By vocabulary and code."


def word(vocabulary: type[StrEnum], code: str, language: str) -> str:
    """Return what a code of a vocabulary is called."""
    return words.text(WORDS[vocabulary][code], language)
