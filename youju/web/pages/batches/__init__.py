"""批次: imports that were made, their rows, and taking one back."""
