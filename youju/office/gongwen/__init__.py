"""Official documents 公文 as .docx: GB/T 9704-2012, every figure linked with its row of the 数据出处表."""

from youju.office.gongwen.title import title_lines
from youju.office.gongwen.values import FigureNote, FigureTwice, FigureWithoutSource, GongwenMeta
from youju.office.gongwen.write import gongwen_bytes, write_gongwen

__all__ = [
    "FigureNote",
    "FigureTwice",
    "FigureWithoutSource",
    "GongwenMeta",
    "gongwen_bytes",
    "title_lines",
    "write_gongwen",
]
