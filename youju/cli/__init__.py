"""The command line. One module per noun with `register(commands)` and functions that return the exit status.

Exit status: 0 done, 1 findings (problems in the data), 2 could not run. A module is imported only when its command
is called, and Django only for those that need the ledger: `extract` and `audit` without one start at once.
"""

from youju.cli.main import main

__all__ = ["main"]
