"""Texts that are hard on patterns and encodings, or mean something to another program; and maps."""

# ruff: noqa: PLW0108 - every one is a function of its own, called when its file is sent

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from tests.hardness.hostile.file import WORDS, Hostile

Make = Callable[[], bytes]


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    for name, make in {**_texts(), **_meaning(web), **_maps()}.items():
        yield Hostile("plain", name, make)


def _texts() -> dict[str, Make]:
    return {
        "空字节.txt": lambda: b"\0" * 1_000 + WORDS.encode(),
        "坏编码.txt": lambda: b"\xff\xfe\xfd" * 400,
        "半个字.txt": lambda: WORDS.encode()[:-1],
        "半个双字节.txt": lambda: b"\xff\xfe" + WORDS.encode("utf-16-le")[:-1],
        "孤立代理.txt": lambda: b"\xed\xa0\x80" * 900,
        "一.txt": lambda: ("一" * 50_000).encode(),
        "数字.txt": lambda: ("9" * 20_000).encode(),
        "逗号.txt": lambda: ("1," * 9_000).encode(),
        "全部.txt": lambda: ("全部都均" * 4_000).encode(),
        "引号.txt": lambda: ("“" * 9_000).encode(),
        "括号.txt": lambda: ("（" * 9_000 + "20份").encode(),
        "至.txt": lambda: ("1月至" * 4_000).encode(),
        "其中.txt": lambda: ("其中发放宣传资料20份、" * 800).encode(),
        "村.txt": lambda: ("石塘村" * 4_000 + "20份").encode(),
        "空格.txt": lambda: (" " * 9_000_000 + "秘").encode(),
        "全角空格.txt": lambda: ("秘" + "\u3000" * 400_000 + "密").encode(),
        "换行.txt": lambda: b"\r\n\x85\x0b\x0c" * 3_000,
        "方向.txt": lambda: ("\u202e20份\u202c" * 900).encode(),
        "零宽.txt": lambda: ("发\u200b放\u200d20\ufeff份" * 900).encode(),
        "叠字.txt": lambda: ("份" + "\u0301" * 50_000).encode(),
        "公式.txt": lambda: '=HYPERLINK("http://x")20份\n@SUM(1)30份\n'.encode(),
        "标记.txt": lambda: "<script>alert(1)</script>20份{{ 7*7 }}{% load x %}".encode(),
        "太长.txt": lambda: ("发放宣传资料20份。" * 60_000).encode(),
        "长行.txt": lambda: b"A" * 48_000_000,
        "长行汉字.txt": lambda: ("长" * 16_000_000).encode(),
        "超限.txt": lambda: b"A" * 51_000_000,
        "远超限.txt": lambda: b"A" * 61_000_000,
        "空.txt": lambda: b"",
        "只有标记.txt": lambda: b"\xef\xbb\xbf",
        "空白.txt": lambda: b" \r\n\t" * 999,
    }


def _meaning(web: str) -> dict[str, Make]:
    mail = f"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<img src={web}/mht>".encode()
    return {
        "富文本.txt": lambda: b"{\\rtf1{\\field{\\*\\fldinst{ INCLUDEPICTURE x }}}}",
        "标记语言.txt": lambda: (
            f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{web}/t">]><a>&x;</a>'.encode()
        ),
        "网页.html": lambda: f"<img src={web}/html><script>alert(1)</script>".encode(),
        "网页.md": lambda: (
            f"# 汇报\n\n<img src={web}/md onerror=alert(1)>\n[a](javascript:alert(1))发放20份\n".encode()
        ),
        "邮件.mht": lambda: mail,
        "邮件.eml": lambda: mail,
        "快捷方式.lnk": lambda: b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60,
        "网址.url": lambda: f"[InternetShortcut]\nURL={web}/url\n".encode(),
        "批处理.bat": lambda: b"@echo off\r\ndel /q *.*\r\n",
        "脚本.vbs": lambda: b'CreateObject("WScript.Shell").Run "calc"',
        "脚本.js": lambda: b"new ActiveXObject('WScript.Shell').Run('calc')",
        "脚本.sh": lambda: b"#!/bin/sh\nrm -rf /\n",
        "脚本.txt": lambda: b"#!/bin/sh\nrm -rf /\n",
        "序列.pkl": lambda: b"cos\nsystem\n(S'id'\ntR.",
        "配置.yaml": lambda: b"a: !!python/object/apply:os.system [id]\n",
        "别名.yaml": lambda: (
            "a: &a [x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
            )
        ).encode(),
        "病毒样本.txt": lambda: (
            b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
        ),
        "命令.txt": lambda: b"$(curl x) `id` ; | && \n%n%n%n%s",
    }


def _maps() -> dict[str, Make]:
    def shape(rings: object) -> bytes:
        return json.dumps({"type": "Polygon", "coordinates": rings}).encode()

    return {
        "地图很深.geojson": lambda: b"[" * 200_000,
        "地图坐标怪.geojson": lambda: shape([[[1e308, -1e308], [float("nan"), 0], [0, float("inf")]]]),
        "地图很多点.geojson": lambda: shape([[[n % 180, 0] for n in range(300_000)]]),
        "地图缺项.json": lambda: b'{"type":"FeatureCollection"}',
        "地图重复键.json": lambda: b'{"a":1,' * 1_000 + b"}" * 1_000,
    }
