"""Write docs/reference/commands.md from commands.csv and defects.csv beside it.

The first says for each command of the systems that blueline unites which plan is used here, and
which test runs it; the second which of their defects a test keeps away. Run:
python -m tools.command_tables
"""

import csv
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGE = REFERENCE / "commands.md"
HEADER = (
    "<!-- generated from commands.csv and defects.csv by tools/command_tables.py; edit these "
    "instead -->\n"
)
INTRODUCTION = """# Commands of other systems

What people type elsewhere, and the plan or command that does it here; what is blueline's alone
comes last. Plans named `planlib.spec.…` and `planlib.py4syn.…` keep the grammar of their system;
see [how to scan](../how-to/scan.md).
"""
DEFECTS = """## Defects that are not repeated

Py4Syn's own (acquisition 2.12), each with the test that would notice.

| | defect | noticed by |
|---|---|---|"""


def table(name: str) -> list[dict[str, str]]:
    """Read ``commands`` or ``defects``."""
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """Give the whole page."""
    commands = table("commands")
    parts = [HEADER + INTRODUCTION]
    for system in dict.fromkeys(row["system"] for row in commands):
        parts += [f"## {system}\n", "| command | here | shown by |", "|---|---|---|"]
        parts += [_command(row) for row in commands if row["system"] == system]
        parts.append("")
    parts.append(DEFECTS)
    parts += [
        f"| {row['number']} | {row['defect']} | {_code(row['test'])} |" for row in table("defects")
    ]
    return "\n".join(parts) + "\n"


def _command(row: dict[str, str]) -> str:
    return f"| `{row['command']}` | {_code(row['plan'])} | {_code(row['test'])} |"


def _code(words: str) -> str:
    return "<br>".join(f"`{word}`" for word in words.split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
