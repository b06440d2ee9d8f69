"""Judge the files of a folder: python -m tools.validate FOLDER."""

import sys
from pathlib import Path

from tools.validate.validators import judge, validators_python


def main(arguments: list[str]) -> int:
    """Say what every program says of every file; 0 where all are valid and there is any."""
    if len(arguments) != 1:
        sys.stderr.write("name one folder: python -m tools.validate FOLDER\n")
        return 2
    verdicts = judge(validators_python(), Path(arguments[0]))
    for verdict in verdicts:
        sys.stdout.write(f"{verdict}\n")
    invalid = sum(not verdict.is_valid for verdict in verdicts)
    sys.stdout.write(f"{len(verdicts)} verdicts, {invalid} invalid\n")
    return 0 if verdicts and not invalid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
