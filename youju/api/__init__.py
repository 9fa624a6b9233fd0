"""The interface for programs: the same figures, scope and actions as the pages, as JSON, CSV and XLSX."""
