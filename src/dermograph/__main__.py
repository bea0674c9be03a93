"""Lets ``python -m dermograph`` do what the command does."""

import sys

from dermograph.cli import main

if __name__ == "__main__":
    sys.exit(main())
