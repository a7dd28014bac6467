"""The style sheets and the scripts of our own, each as one file whose name changes with what is in it.

Twenty small files cost a phone far more in ways to the server than in bytes. What has no such name
(fonts, outlines of maps, plotly.js) is told apart by a fingerprint in its address, and lies
compressed beside itself where compressing it takes long.
"""

import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, make_response, request, send_from_directory

ASSETS = Path(__file__).parent.parent / "assets"
ROUTE = "/assets/<any(css, js):kind>/medtown-<digest>.<any(css, js):ending>"
YEAR = "public, max-age=31536000, immutable"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
GEOJSON = "application/geo+json"
COMPRESSIBLE = [
    *("text/html", "text/css", "text/javascript", "application/javascript", "application/json"),
    *("image/svg+xml", GEOJSON),
]
COMPRESSED = ".br"

ALONE = re.compile(r"^plotly-")
"Scripts that are fetched when they are needed."

ADDRESS = re.compile(r"url\(\"?\.\./([^\")?]+)\"?\)")
"What a style sheet asks for, from the folder that it lies in."


@dataclass(frozen=True)
class Bundle:
    """One file of many, and its address."""

    address: str
    data: str


def fingerprint(data: bytes) -> str:
    """Return a short text that is another one for other bytes."""
    return hashlib.sha256(data).hexdigest()[:12]


@cache
def address(name: str) -> str:
    """Return the address of a file in `assets/` that changes when the file does."""
    return f"/assets/{name}?v={fingerprint((ASSETS / name).read_bytes())}"


def _joined(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text("utf-8") for path in paths)


def _bundle(kind: str, data: str) -> Bundle:
    return Bundle(f"/assets/{kind}/medtown-{fingerprint(data.encode())}.{kind}", data)


@cache
def styles() -> Bundle:
    """Return all style sheets in the order of their names, without comments."""
    whole = _joined(sorted((ASSETS / "css").glob("*.css")))
    plain = re.sub(r"/\*.*?\*/\s*", "", whole, flags=re.DOTALL)
    return _bundle("css", ADDRESS.sub(lambda found: f'url("{address(found[1])}")', plain))


@cache
def scripts() -> Bundle:
    """Return all scripts in the order of their names; each is a function of its own."""
    paths = sorted((ASSETS / "js").glob("*.js"))
    return _bundle("js", _joined(path for path in paths if not ALONE.match(path.name)))


def bundle(kind: str, digest: str, ending: str) -> Response:
    """Return one of the two; 404 for one that was of another version."""
    found = {"css": styles, "js": scripts}[kind]()
    if kind != ending or digest not in found.address:
        abort(404)
    answer = make_response(found.data)
    answer.headers.update({"Content-Type": TYPES[kind], "Cache-Control": YEAR})
    return answer


def _kept(answer: Response) -> Response:
    """Return a file that is kept for good where its address says which it is, else asked for again."""
    answer.headers["Cache-Control"] = YEAR if "v" in request.args else "no-cache"
    return answer


def serve(plain: Callable[..., Response]) -> Callable[..., Response]:
    """Return a view of the files in `assets/` that prefers what was compressed beforehand."""

    def view(filename: str, **more: Any) -> Response:
        beside = ASSETS / f"{filename}{COMPRESSED}"
        is_inside = beside.resolve().is_relative_to(ASSETS)
        if is_inside and beside.exists() and request.accept_encodings["br"] > 0:
            kind = mimetypes.guess_type(filename)[0]
            answer = send_from_directory(ASSETS, f"{filename}{COMPRESSED}", mimetype=kind)
            answer.headers["Content-Encoding"] = "br"
            answer.vary.add("Accept-Encoding")
        else:
            answer = plain(filename=filename, **more)
        if filename.endswith(".geojson") and answer.status_code == 200:
            answer.direct_passthrough = False
            answer.headers["Content-Type"] = GEOJSON
            answer.set_data(answer.get_data())  # as a whole it is answered with 304, compressed too
        return _kept(answer)

    return view


class Compressed:
    """Compressed files that never change, as many as there are; nothing else is kept."""

    MOST = 200

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return a kept file."""
        return self.kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep a file; two answers of any other address may differ."""
        if re.search(";/(_dash-component-suites|assets)/", key) and len(self.kept) < self.MOST:
            self.kept[key] = value


def add(server: Flask, endpoint: str) -> None:
    """Add the two bundles to a server, and what lies compressed to the view of its assets."""
    server.add_url_rule(ROUTE, "bundle", bundle)
    plain: Callable[..., Any] = server.view_functions[endpoint]
    server.view_functions[endpoint] = serve(plain)


def tags() -> tuple[str, str]:
    """Return the elements that fetch the styles and the scripts."""
    sheet = f'<link rel="stylesheet" href="{styles().address}">'
    return sheet, f'<script src="{scripts().address}"></script>'
