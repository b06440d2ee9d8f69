"""Run the command line as a user does."""

import subprocess
import sys
from pathlib import Path

BLUELINE = [sys.executable, "-m", "blueline"]


def run(
    *words: str, timeout: float = 60, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run ``blueline WORDS`` to its end."""
    return subprocess.run(
        [*BLUELINE, *words], capture_output=True, text=True, timeout=timeout, cwd=cwd, check=False
    )


def complaint(finished: "subprocess.CompletedProcess[str]") -> str:
    """Give the one sentence a failed command said; fail where it said more, or succeeded."""
    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
    (sentence,) = [line for line in finished.stderr.splitlines() if line.strip()]
    return sentence
