"""How the documentation is built: ``make docs``."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

project = "blueline"
author = "The blueline developers"
copyright = "2026, the blueline developers"
release = importlib.metadata.version("blueline")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_parser",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
templates_path = []
nitpicky = False

autosummary_generate = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = "blueline"
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2}

# pages that are made from the code, so that they cannot say anything else
from tools.virtual_beamline_pages import write  # noqa: E402 - needs the path above

write()
# a session of its own, in a process of its own
subprocess.run(
    [sys.executable, "-m", "tools.plot_pictures"], cwd=Path(__file__).parents[1], check=True
)
