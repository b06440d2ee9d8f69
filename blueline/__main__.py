"""``python -m blueline`` is the command ``blueline``."""

from blueline.cli import main

if __name__ == "__main__":
    main()
