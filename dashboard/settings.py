"""The settings of the web server, read from the environment in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"The names of this machine for itself."


@dataclass(frozen=True)
class Settings:
    """How the pages are served; every default works on a fresh clone."""

    host: str = "127.0.0.1"
    "MEDTOWN_HOST: the address to listen on. Only a server that listens on loopback takes uploads."
    port: int = 8050
    "PORT"
    secret_key: str = field(default="", repr=False)
    "MEDTOWN_SECRET_KEY: signs the session; without it a random one is kept in MEDTOWN_HOME."
    workers: int = 2
    "MEDTOWN_WORKERS: processes that answer requests."
    threads: int = 4
    "MEDTOWN_THREADS: requests that one process answers at a time."
    upload_mb: int = 20
    "MEDTOWN_UPLOAD_MB: the largest workbook that is taken."

    @property
    def is_local(self) -> bool:
        """Whether the server can be reached from this machine alone."""
        return self.host.strip("[]").lower() in LOOPBACK


class SettingError(Exception):
    "A setting of the environment cannot be understood"


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name} is {text!r}; write a whole number above 0.")
    return int(text)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, by default this process's own."""
    known = os.environ if environment is None else environment
    return Settings(
        host=known.get("MEDTOWN_HOST", "").strip() or Settings.host,
        port=_number(known, "PORT", Settings.port),
        secret_key=known.get("MEDTOWN_SECRET_KEY", ""),
        workers=_number(known, "MEDTOWN_WORKERS", Settings.workers),
        threads=_number(known, "MEDTOWN_THREADS", Settings.threads),
        upload_mb=_number(known, "MEDTOWN_UPLOAD_MB", Settings.upload_mb),
    )
