"""What people of SPEC and of BLISS type here instead: pages made from the commands; pure."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from blueline.shell.commands import COMMANDS
from blueline.shell.spec_words import INSTEAD, TYPED_AS
from blueline.shell.usage import examples


@dataclass(frozen=True)
class Row:
    """One line of a sheet: what is typed there, what here, and what it does."""

    theirs: str
    ours: str
    sentence: str


#: Plans by what they are called in SPEC and in BLISS; each is typed as a command.
PLANS: Mapping[str, tuple[str, str]] = {
    "ascan": ("ascan", "ascan"),
    "dscan": ("dscan", "dscan"),
    "a2scan": ("a2scan", "a2scan"),
    "d2scan": ("d2scan", "d2scan"),
    "anscan": ("", "anscan"),
    "dnscan": ("", "dnscan"),
    "mesh": ("mesh", ""),
    "amesh": ("", "amesh"),
    "dmesh": ("", "dmesh"),
    "lookupscan": ("", "lookupscan"),
    "pointscan": ("", "pointscan"),
    "timescan": ("timescan", "timescan"),
    "loopscan": ("loopscan", "loopscan"),
    "ct": ("ct", "ct"),
    "sct": ("", "sct"),
    "lup": ("lup", ""),
    "lineup": ("", "lineup"),
    "cen": ("", "cen"),
    "peak": ("", "peak"),
    "com": ("", "com"),
    "fwhm": ("", "fwhm"),
    "goto_cen": ("", "goto_cen"),
    "goto_peak": ("", "goto_peak"),
    "goto_com": ("", "goto_com"),
    "goto_min": ("", "goto_min"),
    "goto_custom": ("", "goto_custom"),
    "find_position": ("", "find_position"),
    "restore_motor_positions": ("", "scan.restore_motor_positions"),
    "repeat": ("", ""),
}
#: What the prompt has besides, with its sentence.
OTHERS: tuple[tuple[str, str, str, str], ...] = (
    ("plotselect", "plotselect", 'plotselect("It")', "Choose what is plotted and looked at."),
    ("", "SCAN_SAVING", "data_policy.where()", "Say where data go, and what speaks against it."),
    (
        "",
        "SCAN_SAVING.add",
        'data_policy.add("run_type", "alignment")',
        "Give templates and runs a value of your own.",
    ),
    ("", "", "health()", "Look again which devices answer, and show the table."),
    ("", "", "consumers()", "Show who consumes what is recorded, and whether one is behind."),
)
#: What first lines say for those who look things up: rows of the specification, other plans.
_REFERENCES = re.compile(r" See `\w+`\.| \([A-Z]{2}-\d+(?:, [A-Z]{2}-\d+)*\)")
_HEADER = "<!-- generated from blueline/shell/commands.py by tools/cheat_sheets.py; edit that -->\n"
_INTRODUCTIONS = {
    "SPEC": """# Cheat sheet for SPEC users

What you type in SPEC, and what you type here. Words work as they do there: `umv x 3` is
`umv(x, 3)`, and `ascan x 0 5 10 0.1` is `RE(ascan(x, 0, 5, 10, 0.1))`; within a script write the
second form. Scans count *intervals*, as in SPEC: 10 intervals are 11 points.

- `set x 3` can be typed; the function is `set_pos`, since `set` stays Python's own. In the same way
  {typed}
  are words that can be typed.
- A negative count time counts to the monitor: `ct -10000`.
- Ctrl-C during a move stops the axes.
""",
    "BLISS": """# Cheat sheet for BLISS users

What you type in BLISS, and what you type here. Commands are called as they are there; scans are
given to the engine, `RE(ascan(x, 0, 5, 10, 0.1))`, or typed as words, `ascan x 0 5 10 0.1`.

- Limits and positions are in user units; the soft limits are kept on the dial.
- Properties of axes that move or redefine in BLISS are commands here: `x.position = 3` is
  `set_pos(x, 3)`, `x.dial = 3` is `set_dial(x, 3)`, `x.limits = -5, 5` is `set_lm(x, -5, 5)`.
- Ctrl-C during a move stops the axes.
""",
}


def page(system: str) -> str:
    """Give the sheet for ``"SPEC"`` or ``"BLISS"``: what they know, then what there is besides."""
    introduction = _INTRODUCTIONS[system].replace("{typed}", _typed_words())
    known = [_HEADER + introduction, _table(system, known_rows(system))]
    if system == "SPEC":
        known += ["## What is answered with a sentence\n", _instead_table()]
    besides = ["## What there is besides\n", _table("", _new_rows(system))]
    return "\n".join([*known, *besides])


def known_rows(system: str) -> list[Row]:
    """Give a row for each command and plan that a system has as well, sorted by its name there."""
    return sorted((row for row in _rows(system) if row.theirs), key=lambda row: row.theirs.lower())


def _typed_words() -> str:
    return ", ".join(
        f"`{word}` for `{ours}`" for word, ours in TYPED_AS.items() if word not in {"set", ours}
    )


def _instead_table() -> str:
    """Give what people of SPEC are told where there is no such command."""
    head = ["| SPEC | here |", "|---|---|"]
    lines = [f"| `{word}` | {_cell(said)} |" for word, said in sorted(INSTEAD.items())]
    return "\n".join([*head, *lines, ""])


def _new_rows(system: str) -> list[Row]:
    return sorted((row for row in _rows(system) if not row.theirs), key=lambda row: row.ours)


def _rows(system: str) -> list[Row]:
    index = ("SPEC", "BLISS").index(system)
    commands = [
        Row((each.spec, each.bliss)[index], each.example, each.sentence) for each in COMMANDS
    ]
    plans = [_plan_row(name, names[index]) for name, names in PLANS.items()]
    others = [Row(row[index], row[2], row[3]) for row in OTHERS]
    return [*commands, *plans, *others]


def _plan_row(name: str, theirs: str) -> Row:
    import planlib

    plan: Callable[..., object] = getattr(planlib, name)
    doc = inspect.getdoc(plan) or ""
    example = next(each for each in examples(plan) if each.startswith("RE("))
    inner = example.removeprefix("RE(").removesuffix(")")
    return Row(theirs, inner, _REFERENCES.sub("", doc.partition("\n")[0]))


def _table(system: str, rows: list[Row]) -> str:
    if system:
        head = [f"| {system} | here | what it does |", "|---|---|---|"]
        lines = [f"| `{row.theirs}` | `{_cell(row.ours)}` | {row.sentence} |" for row in rows]
    else:
        head = ["| here | what it does |", "|---|---|"]
        lines = [f"| `{_cell(row.ours)}` | {row.sentence} |" for row in rows]
    return "\n".join([*head, *lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
