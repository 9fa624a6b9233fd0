"""Office files become core values and back; works without Django."""
