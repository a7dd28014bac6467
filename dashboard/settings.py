"""The settings of the web server, read from the environment in this one place."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"The names of this machine for itself."


@dataclass(frozen=True)
class Provider:
    """Another provider of accounts (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "OpenID"


@dataclass(frozen=True)
class Mail:
    """The server that takes our mails (SMTP)."""

    host: str
    sender: str
    "What mails are from: `MedTOWN <no-reply@example.org>`."
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    "starttls, ssl or none."


@dataclass(frozen=True)
class Reporter:
    """Who reports to IATI, as registered there; without an identifier none is made up."""

    identifier: str = ""
    "MEDTOWN_IATI_ORG: the IATI organisation identifier (`XM-DAC-47066`)."
    name: str = ""
    "MEDTOWN_IATI_ORG_NAME: else the programme's name."
    kind: str = "90"
    "MEDTOWN_IATI_ORG_TYPE: a code of IATI's list OrganisationType; 90 is “other”."


@dataclass(frozen=True)
class Keeping:
    """How long what is about people is kept, in days."""

    notices: int = 180
    "MEDTOWN_KEEP_NOTICES_DAYS: notices that were read, from then on."
    refused: int = 365
    "MEDTOWN_KEEP_REFUSED_DAYS: the names of refused files; their bytes are never kept."


@dataclass(frozen=True)
class Settings:
    """How the pages are served; every default works on a fresh clone."""

    host: str = "127.0.0.1"
    "MEDTOWN_HOST: the address to listen on."
    port: int = 8050
    "PORT"
    secret_key: str = field(default="", repr=False)
    "MEDTOWN_SECRET_KEY: signs the session; without it a random one is kept in MEDTOWN_HOME."
    workers: int = 2
    "MEDTOWN_WORKERS: processes that answer requests."
    threads: int = 4
    "MEDTOWN_THREADS: requests that one process answers at a time."
    is_demo: bool = False
    """MEDTOWN_DEMO: whoever visits from this machine acts as the coordinator of the demonstration.

    Only where the server listens on loopback, over a database that was made as a demonstration.
    """
    address: str = ""
    "MEDTOWN_URL: where people find the pages (`https://impact.example.org`), for links in mails."
    oidc: Provider | None = None
    "MEDTOWN_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _NAME: who else may vouch for an account."
    mail: Mail | None = None
    "MEDTOWN_SMTP_HOST, _PORT, _USER, _PASSWORD, _TLS, MEDTOWN_MAIL_FROM: who takes our mails."
    contact: str = ""
    "MEDTOWN_CONTACT: whom people write to about their data, as the privacy page says it."
    reporter: Reporter = Reporter()
    "Who reports to IATI."
    keeping: Keeping = Keeping()
    "How long what is about people is kept."
    proxies: int = 0
    """MEDTOWN_PROXIES: how many proxies stand before the server, one behind the other.

    As many `X-Forwarded-*` headers are believed; without it everybody would come from the proxy.
    """
    upload_mb: int = 20
    "MEDTOWN_UPLOAD_MB: the largest workbook that is taken."
    metrics_token: str = field(default="", repr=False)
    "MEDTOWN_METRICS_TOKEN: who shows it sees metrics and details of the health from elsewhere."
    metrics_folder: str = ""
    "PROMETHEUS_MULTIPROC_DIR: where the processes of one server count together."

    @property
    def is_local(self) -> bool:
        """Whether the server can be reached from this machine alone."""
        return self.host.strip("[]").lower() in LOOPBACK

    @property
    def base(self) -> str:
        """What the addresses of pages begin with where no request tells it: in mails."""
        return self.address or f"http://{self.host}:{self.port}"


class SettingError(Exception):
    "A setting of the environment cannot be understood"


def _number(environment: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SettingError(f"{name} is {text!r}; write a whole number above {least - 1}.")
    return int(text)


def _provider(known: Mapping[str, str]) -> Provider | None:
    issuer = known.get("MEDTOWN_OIDC_ISSUER", "").strip()
    client_id = known.get("MEDTOWN_OIDC_CLIENT_ID", "").strip()
    secret = known.get("MEDTOWN_OIDC_CLIENT_SECRET", "").strip()
    name = known.get("MEDTOWN_OIDC_NAME", "").strip()
    if not issuer:
        return None
    if not client_id:
        raise SettingError("MEDTOWN_OIDC_ISSUER needs MEDTOWN_OIDC_CLIENT_ID beside it.")
    return Provider(issuer, client_id, secret, name or Provider.name)


REGISTERED = re.compile(r"[^/&|?\s]+")
"What an organisation identifier may look like, by the rules of IATI's standard."


def _reporter(known: Mapping[str, str]) -> Reporter:
    identifier = known.get("MEDTOWN_IATI_ORG", "").strip()
    kind = known.get("MEDTOWN_IATI_ORG_TYPE", "").strip() or Reporter.kind
    if identifier and not REGISTERED.fullmatch(identifier):
        raise SettingError(
            f"MEDTOWN_IATI_ORG is {identifier!r}; write the identifier without blanks, / & | ?."
        )
    if not re.fullmatch(r"\d\d", kind):
        raise SettingError(f"MEDTOWN_IATI_ORG_TYPE is {kind!r}; write a code such as 22.")
    return Reporter(identifier, known.get("MEDTOWN_IATI_ORG_NAME", "").strip(), kind)


PORTS = {"starttls": 587, "ssl": 465, "none": 25}
"The usual port by the way in which a connection is sealed."


def _mail(known: Mapping[str, str]) -> Mail | None:
    host, user, sender = (
        known.get(name, "").strip()
        for name in ("MEDTOWN_SMTP_HOST", "MEDTOWN_SMTP_USER", "MEDTOWN_MAIL_FROM")
    )
    if not host:
        return None
    tls = known.get("MEDTOWN_SMTP_TLS", "").strip().lower() or Mail.tls
    if tls not in PORTS:
        raise SettingError(f"MEDTOWN_SMTP_TLS is {tls!r}; write starttls, ssl or none.")
    if "@" not in sender or not sender.isprintable():
        raise SettingError("MEDTOWN_SMTP_HOST needs MEDTOWN_MAIL_FROM: the address mails are from.")
    port = _number(known, "MEDTOWN_SMTP_PORT", PORTS[tls])
    return Mail(host, sender, port, user, known.get("MEDTOWN_SMTP_PASSWORD", ""), tls)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, by default this process's own."""
    known = os.environ if environment is None else environment
    return Settings(
        host=known.get("MEDTOWN_HOST", "").strip() or Settings.host,
        port=_number(known, "PORT", Settings.port),
        secret_key=known.get("MEDTOWN_SECRET_KEY", ""),
        workers=_number(known, "MEDTOWN_WORKERS", Settings.workers),
        threads=_number(known, "MEDTOWN_THREADS", Settings.threads),
        is_demo=known.get("MEDTOWN_DEMO", "") not in ("", "0"),
        address=known.get("MEDTOWN_URL", "").strip().rstrip("/"),
        oidc=_provider(known),
        mail=_mail(known),
        contact=known.get("MEDTOWN_CONTACT", "").strip(),
        reporter=_reporter(known),
        keeping=Keeping(
            _number(known, "MEDTOWN_KEEP_NOTICES_DAYS", Keeping.notices),
            _number(known, "MEDTOWN_KEEP_REFUSED_DAYS", Keeping.refused),
        ),
        proxies=_number(known, "MEDTOWN_PROXIES", Settings.proxies, least=0),
        upload_mb=_number(known, "MEDTOWN_UPLOAD_MB", Settings.upload_mb),
        metrics_token=known.get("MEDTOWN_METRICS_TOKEN", "").strip(),
        metrics_folder=known.get("PROMETHEUS_MULTIPROC_DIR", ""),
    )
