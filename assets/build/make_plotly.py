"""Make `assets/js/plotly-<version>.min.js` (and `.br`): plotly.js with the traces that our figures use.

    python assets/build/make_plotly.py

Needs npm. The version must be the one inside the plotly wheel (a test compares them). Dash's
graph loader takes `window.Plotly` where it exists and then never asks for the full 4.8 MB.
"""

import subprocess
import tempfile
from pathlib import Path

import brotli
from npm import ASSETS, PACKAGES, fetch

TRACES = ("bar", "heatmap", "choropleth", "scattergeo")  # scatter is part of the core


def main() -> None:
    """Write the bundle, and remove the bundle of another version."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        modules = fetch(folder, "plotly.js", "esbuild")
        traces = ", ".join(f'require("plotly.js/lib/{trace}")' for trace in TRACES)
        entry = folder / "entry.js"
        entry.write_text(
            f'const Plotly = require("plotly.js/lib/core");\nPlotly.register([{traces}]);\n'
            "module.exports = Plotly;\n",
            encoding="utf-8",
        )
        target = ASSETS / "js" / f"plotly-{PACKAGES['plotly.js']}.min.js"
        for former in target.parent.glob("plotly-*.min.js*"):
            former.unlink()
        options = "--bundle --minify --format=iife --global-name=Plotly --define:global=window"
        # The style sheet that comes along is that of tile maps, which we have none of.
        options += " --loader:.css=empty --legal-comments=inline"
        esbuild = ["node", str(modules / "esbuild" / "bin" / "esbuild")]
        command = [*esbuild, str(entry), *options.split(), f"--outfile={target}"]
        subprocess.run(command, check=True)  # noqa: S603
        # What is sent: compressing it as well as can be takes seconds.
        small = brotli.compress(target.read_bytes(), quality=11)
        target.with_name(f"{target.name}.br").write_bytes(small)


if __name__ == "__main__":
    main()
