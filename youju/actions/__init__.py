"""Every write: permission, transaction, core decides, rows, sequence, log."""
