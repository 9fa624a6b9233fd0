"""报告: written with live figures, signed off, answered for."""
