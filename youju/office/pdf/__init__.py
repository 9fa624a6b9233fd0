"""Official documents 公文 as .pdf: the layout of GB/T 9704-2012 on fixed fonts, PDF/A-3b, facts.json inside."""

from youju.office.pdf.fonts import missing_letters
from youju.office.pdf.write import pdf_bytes, preview_pages, write_pdf

__all__ = ["missing_letters", "pdf_bytes", "preview_pages", "write_pdf"]
