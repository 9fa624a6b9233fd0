"""Values and rules: standard library and rapidfuzz only; no Django, files, clock or gettext."""
