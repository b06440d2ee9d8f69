"""Write docs/reference/capabilities.md and faults.md from the tables beside them.

The tables (CSV) say for each row what it is, how far it is (planned, partial, done; not applicable
where there is nothing to do here) and which test shows it; ids are those that docstrings and tests
cite. Run: python -m tools.reference_tables
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
STATES = ("done", "partial", "planned", "not applicable")
HEADER = "<!-- generated from {source} by tools/reference_tables.py; edit that file instead -->\n"
FAMILIES = {
    "PS": "Py4Syn",
    "BL": "BLISS",
    "ES": "StepScan and epicsscan",
    "GT": "GumTree",
    "SC": "Where the systems contradict each other: what was decided",
}
XFEL = "European XFEL SCS Toolbox"
FAULTS = {
    "H": "Hardware and IOC",
    "P": "Process death",
    "D": "Disk",
    "C": "Callbacks",
    "U": "Bad user input",
    "Y": "Configuration",
    "Q": "Queue",
    "M": "Documents",
    "W": "The virtual beamline's own robustness",
    "S": "Security",
    "K": "Concurrency",
    "T": "Time",
    "L": "Load",
}


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    id: str
    name: str
    state: str
    test: str

    @property
    def tests(self) -> list[str]:
        """The tests that show it, as ``path::name``."""
        return self.test.split()


def rows(table: str) -> list[Row]:
    """Read ``capabilities`` or ``faults``."""
    with (REFERENCE / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return [Row(*line) for line in list(csv.reader(file))[1:]]


def page(table: str, title: str, introduction: str) -> str:
    """Give the whole page of one table."""
    found = rows(table)
    counted = Counter(row.state for row in found)
    summary = ", ".join(f"{counted[state]} {state}" for state in STATES if counted[state])
    parts = [HEADER.format(source=f"{table}.csv"), f"# {title}\n", introduction]
    parts.append(f"{len(found)} rows: {summary}.\n")
    for family in dict.fromkeys(_family(table, row.id) for row in found):
        parts += [f"## {family}\n", "| id | what | state | shown by |", "|---|---|---|---|"]
        parts += [_line(row) for row in found if _family(table, row.id) == family]
        parts.append("")
    return "\n".join(parts)


def _family(table: str, row_id: str) -> str:
    if table == "faults":
        return FAULTS[row_id[0]]
    return FAMILIES.get(row_id.partition("-")[0], XFEL)


def _line(row: Row) -> str:
    shown = "<br>".join(f"`{test}`" for test in row.tests) or "–"
    return f"| {row.id} | {row.name} | {row.state} | {shown} |"


PAGES = {
    "capabilities": (
        "Capabilities",
        "What the systems that blueline unites can do, row by row, and how far blueline is.\n",
    ),
    "faults": (
        "Faults",
        "What may go wrong, and which test injects it and shows that the data stay true.\n",
    ),
}


def main() -> None:
    """Write both pages."""
    for table, (title, introduction) in PAGES.items():
        text = page(table, title, introduction)
        (REFERENCE / f"{table}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
