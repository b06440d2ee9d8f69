"""Say what a program thinks of each file named on the command line."""

import sys
import traceback
from collections.abc import Callable


def tell(check: Callable[[str], str]) -> None:
    """Call `check` with each path and print what it gives, or how it failed."""
    for path in sys.argv[1:]:
        sys.stdout.write(f"\nFILE {path}\n")
        sys.stdout.flush()
        try:
            said = check(path)
        except Exception:
            said = traceback.format_exc()
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
