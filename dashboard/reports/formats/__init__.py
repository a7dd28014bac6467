"""Formats of reports: each writes every block that a document can have, and knows nothing of reports."""

from importlib import import_module

from dashboard.reports.document import Document

WRITERS = {
    "pdf": "as_pdf",
    "docx": "as_docx",
    "pptx": "as_pptx",
    "xlsx": "as_xlsx",
    "html": "as_html",
    "zip": "as_package",
}
"The modules that write each format, by the ending of its files."

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}
"The media types of the formats."


def write(whole: Document, file_format: str) -> bytes:
    """Return a document as a file; the same document makes the same bytes."""
    # Late: each brings libraries that no page needs.
    writer = import_module(f"dashboard.reports.formats.{WRITERS[file_format]}")
    data: bytes = writer.write(whole)
    return data
