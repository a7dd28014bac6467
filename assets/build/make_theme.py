"""Make `assets/css/00-tokens.css` from `dashboard/theme.py`.

    python assets/build/make_theme.py

A test fails when the file is not what the theme says.
"""

from npm import ASSETS

from dashboard import theme


def main() -> None:
    """Write the style sheet."""
    (ASSETS / "css" / "00-tokens.css").write_text(theme.style_sheet(), encoding="utf-8")


if __name__ == "__main__":
    main()
