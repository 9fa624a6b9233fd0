"""导入: a workbook is brought, looked at cell by cell, corrected, and imported in the background."""
