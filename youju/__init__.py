"""Youju 有据: the work ledger, reporting and assessment system of a township."""
