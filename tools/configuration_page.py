"""Write docs/reference/configuration.md from the models of `blueline.config`."""

from pathlib import Path

from blueline.config.reference_page import reference_page

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"

if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
