"""A process that takes scan numbers: ``python -m ... WHERE HOW_MANY``; told when all are ready."""

import sys

from blueline.settings import open_settings


def main(where: str, how_many: str) -> None:
    """Take numbers as fast as that goes, and write them."""
    settings = open_settings(where)
    print(flush=True)
    sys.stdin.readline()
    print(*(settings.increment("numbers", "scan") for _ in range(int(how_many))), flush=True)
    settings.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
