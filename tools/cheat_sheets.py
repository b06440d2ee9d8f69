"""Write the cheat sheets for SPEC and BLISS users from the commands of the prompt.

Run: python -m tools.cheat_sheets
"""

from pathlib import Path

from blueline.shell.cheat_sheets import page

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
#: Which page is for whom.
PAGES = {
    "SPEC": REFERENCE / "cheat-sheet-spec.md",
    "BLISS": REFERENCE / "cheat-sheet-bliss.md",
}


if __name__ == "__main__":
    for system, path in PAGES.items():
        path.write_text(page(system), encoding="utf-8")
