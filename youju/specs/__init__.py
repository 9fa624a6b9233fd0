"""Catalog files become core specs; every problem carries file and line."""
