"""What there is to download, described for catalogues of open data.

DCAT-AP 3.0 as JSON-LD: <https://semiceu.github.io/DCAT-AP/releases/3.0.0/>, over DCAT 3
(<https://www.w3.org/TR/vocab-dcat-3/>) and JSON-LD 1.1 (<https://www.w3.org/TR/json-ld11/>). The context
stands in the file: nothing is fetched to read it. Languages, countries, themes, frequencies and file types
are those of the EU's authority tables.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import frames
from dashboard.frames import Data
from dashboard.settings import Reporter
from dashboard.views import View, address
from schemas import words
from schemas.codes import ValueType

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

AUTHORITY = "http://publications.europa.eu/resource/authority"

LANGUAGES = {"en": "ENG", "es": "SPA", "fr": "FRA", "pt": "POR", "el": "ELL", "ar": "ARA"}

FREQUENCIES = {1: "MONTHLY", 3: "QUARTERLY", 6: "ANNUAL_2", 12: "ANNUAL"}
"By the months of a programme's rounds."

TITLE = {"en": "Impacts of co-produced social services"}

DESCRIPTION = {
    "en": "Baselines, targets and results of projects of the social and solidarity economy, with their"
    " indicators, places and sources. Values that rest on few people are withheld."
}


@dataclass(frozen=True)
class Offer:
    """One file that a dataset comes as: its title, its types, the standard that it obeys."""

    title: str
    file_type: str
    media_type: str
    standard: str


OFFERS = {
    "iati": Offer(
        "IATI activities with results (IATI 2.03)",
        "XML",
        "application/xml",
        "https://iatistandard.org/en/iati-standard/203/",
    ),
    "sdmx": Offer(
        "Observations (SDMX-CSV 2.0)", "CSV", "text/csv", "https://sdmx.org/?page_id=5008"
    ),
    "structure": Offer(
        "Structure of the SDMX file (SDMX-ML 3.0)",
        "XML",
        "application/xml",
        "https://sdmx.org/?page_id=5008",
    ),
    "hxl": Offer(
        "Observations with HXL hashtags (HXL 1.1)",
        "CSV",
        "text/csv",
        "https://hxlstandard.org/standard/1-1final/",
    ),
    "datapackage": Offer(
        "All tables (Data Package 2.0)",
        "ZIP",
        "application/zip",
        "https://datapackage.org/standard/data-package/",
    ),
}
"The files of a dataset by their addresses, `/open/<name>`."


def write(programmes: Sequence[Data], reporter: Reporter, base: str) -> bytes:
    """Return the catalogue of the datasets of programmes; `base` is what addresses of pages begin with.

    Each of `programmes` is a view of a whole programme with its observations.
    """
    publisher = {"en": reporter.name} if reporter.name else TITLE
    catalogue = {
        "@context": CONTEXT,
        "@id": f"{base}/open/dcat",
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLE),
        "dct:description": _texts(DESCRIPTION),
        "dct:publisher": _agent(publisher),
        "dct:language": _languages(),
        "foaf:homepage": {"@id": f"{base}/"},
        "dcat:themeTaxonomy": {"@id": f"{AUTHORITY}/data-theme"},
        "dcat:dataset": [_dataset(data, reporter, base) for data in programmes],
    }
    return (json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n").encode()


def _dataset(data: Data, reporter: Reporter, base: str) -> dict[str, Any]:
    programme, notice = data.programme, data.programme.notice
    view = View(programme=programme.programme_code, as_of=data.view.as_of)
    described = {
        tag: " ".join(filter(None, (text, words.name(notice, tag))))
        for tag, text in programme.description.items()
    }
    made: dict[str, Any] = {
        "@id": f"{base}{address('/open/dcat', view)}#{programme.programme_code}",
        "@type": "dcat:Dataset",
        "dct:identifier": programme.programme_code,
        "dct:title": _texts(programme.names),
        "dct:description": _texts(described or programme.names),
        "dct:publisher": _agent({"en": reporter.name} if reporter.name else programme.names),
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"},
        "dct:language": _languages(),
        "dcat:theme": [{"@id": f"{AUTHORITY}/data-theme/SOCI"}],
        "dcat:landingPage": {"@id": f"{base}{address('/method', view)}"},
        "dct:accrualPeriodicity": {
            "@id": f"{AUTHORITY}/frequency/{FREQUENCIES.get(programme.round_months, 'IRREG')}"
        },
        "dct:spatial": [{"@id": f"{AUTHORITY}/country/{code}"} for code in data.countries()],
        "dcat:distribution": [
            _distribution(data, f"{base}{address(f'/open/{name}', view)}", offer)
            for name, offer in OFFERS.items()
        ],
    }
    if data.freshness.accepted_at:
        made["dct:modified"] = _typed(data.freshness.accepted_at.isoformat(), "dateTime")
    if span := frames.span(_actuals(data.observations)):
        made["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(span[0].isoformat(), "date"),
            "dcat:endDate": _typed(span[1].isoformat(), "date"),
        }
    if programme.source_url:
        made["dct:source"] = {"@id": programme.source_url}
    return made


def _actuals(observations: pd.DataFrame) -> pd.DataFrame:
    return observations[observations["value_type"] == ValueType.ACTUAL]


def _distribution(data: Data, url: str, offer: Offer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": _texts({"en": offer.title}),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{offer.file_type}"},
        "dcat:mediaType": {
            "@id": f"http://www.iana.org/assignments/media-types/{offer.media_type}"
        },
        "dct:conformsTo": {"@id": offer.standard, "@type": "dct:Standard"},
    }
    if licence := data.programme.licence:
        # The programme's own words: no licence of a list is claimed for it.
        made["dct:license"] = {"@type": "dct:LicenseDocument", "rdfs:label": licence}
    return made


def _texts(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": tag, "@value": names[tag]} for tag in words.LANGUAGES if names.get(tag)]


def _agent(names: Mapping[str, str]) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": _texts(names)}


def _languages() -> list[dict[str, str]]:
    return [{"@id": f"{AUTHORITY}/language/{LANGUAGES[tag]}"} for tag in words.LANGUAGES]


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}
