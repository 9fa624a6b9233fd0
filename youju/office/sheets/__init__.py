"""Readers of workbooks, one per format. They run in the limited child process; `youju.office.workbook` is the way in."""
