"""Configuration of the documentation: `make docs`."""

from importlib.metadata import version as installed

project = "indicia"
author = "The indicia contributors"
release = version = installed("indicia")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.mathjax", "myst_parser", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3

# Members stand on the pages of their classes; numpydoc would list them a second time.
numpydoc_show_class_members = False
autosummary_generate = False  # numpydoc loads it; the reference is one page
autodoc_typehints = "none"

html_theme = "pydata_sphinx_theme"
html_title = f"indicia {release}"
html_theme_options = {"show_toc_level": 2}
