"""`python -m youju`: the command line."""

import sys

from youju.cli import main

if __name__ == "__main__":
    sys.exit(main())
