"""Measures of GB/T 9704-2012 in the units of OOXML: twips (1/20 point) for lengths, half points for letters.

Type area 156 mm × 225 mm. 28 letters of Word's 16 points need 448 points and do not fit into 442.2; 3号 is
15.75 points. So letters of 16 points stand 0.25 point closer: 28 × 15.75 = 441. Lines: 22 × 28.95 = 636.9 of
637.8. A `linesAndChars` grid is not written, because programs disagree about it: some put 14 letters on a line.
"""

from __future__ import annotations

TWIPS_PER_MM = 1440 / 25.4

PAGE_WIDTH = 11906  # 210 mm
PAGE_HEIGHT = 16838  # 297 mm
TOP = round(37 * TWIPS_PER_MM)
BOTTOM = round(35 * TWIPS_PER_MM)
LEFT = round(28 * TWIPS_PER_MM)
RIGHT = round(26 * TWIPS_PER_MM)

LINES = 22
LETTERS = 28
LINE = 579  # 28.95 points
LETTER = 315  # 15.75 points
CLOSER = -5  # 16 − 15.75 points

SIZE_2 = 44  # 2号
SIZE_3 = 32  # 3号
SIZE_4 = 28  # 4号
SIZE_5 = 21  # 5号, in tables
SIZE_SMALL_5 = 18  # 小5号

FOOTER_LINE = 320  # the exact line of a page number, 16 points
FOOTER = BOTTOM - round(7 * TWIPS_PER_MM) - FOOTER_LINE  # a page number begins 7 mm below the type area
FOOTER_LETTER = 280  # one letter of 4号

TABLE_LINE = 320
TABLE_LETTER = 210

FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
TITLE_FONT = "方正小标宋简体"
LATIN = "Times New Roman"

# What stands in when an office has not installed a font; never shipped, only named.
FALLBACKS = {FANGSONG: "仿宋", KAITI: "楷体", HEITI: "SimHei", SONGTI: "SimSun", TITLE_FONT: "华文中宋"}
