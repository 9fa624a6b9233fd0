"""Passwords that are easily guessed: common ones, leaked ones, words of the place and the product, dates, walks over the keys.

The estimate is zxcvbn's, whose lists were taken from leaks; what is known of the person is added to its words.
No kind of character is asked for or forbidden. docs/security/signing-in.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from pypinyin import lazy_pinyin

from youju.core.grant import TITLES
from youju.core.privacy import scan
from youju.store.models import Login, UnitNaming
from youju.store.models.base import OPEN

GUESSES = 10**8  # fewer are made in minutes where the hash is known
READ = 72  # characters that are estimated; more make nothing easier to guess
# What somebody who knows the product or the trade would try.
WORDS = (
    "youju", "有据", "taizhang", "台账", "chuangcheng", "创城", "wenming", "文明", "chengshi", "城市", "zhengfu", "政府", "xiangzhen",
    "乡镇", "cunwei", "村委", "shequ", "社区", "mima", "密码", "denglu", "登录", "admin", "password", "woaini", "我爱你",
    "zhongguo", "中国",
    "system", "security", "audit",
)  # fmt: skip


class GuessableValidator:
    """Refuses a password that could be guessed in fewer than 10⁸ trials, and anybody's card or telephone number."""

    def validate(self, password: str, user: Login | None = None) -> None:
        """Raises ValidationError."""
        if any(found.end - found.start > len(password) // 2 for found in scan(password)):
            raise ValidationError("密码不能用手机号、身份证号或银行卡号。")
        if is_guessable(password, list(_known(user))):
            raise ValidationError(
                "密码太容易被猜中。请避开常见密码、姓名地名、日期和键盘上的连排，可用几个不相干的词连起来。"
            )

    def get_help_text(self) -> str:
        """What the page of the password says."""
        return (
            "不能是常见或已泄露的密码，也不能由姓名、单位名、日期等容易猜到的内容组成；字母、数字、符号不限。"
        )


def is_guessable(password: str, known: Sequence[str] = ()) -> bool:
    """Whether fewer than 10⁸ trials find the password. Chinese is tried as it is typed, in pinyin.

    known  words of the person and the place, in small Latin letters
    """
    from zxcvbn import zxcvbn  # a megabyte of word lists that no other page needs

    return bool(zxcvbn(_plain(password)[:READ], user_inputs=list(known))["guesses"] < GUESSES)


def _plain(text: str) -> str:
    """Chinese in pinyin, as the lists have it."""
    return "".join(lazy_pinyin(text)).lower()


def _known(user: Login | None) -> Iterator[str]:
    said: list[str] = [*WORDS, *TITLES.values()]
    if user is not None:
        member: Any = user.member
        names = UnitNaming.unscoped.filter(unit_id=member.unit_id, seq_to=OPEN).values_list("name", flat=True)
        said += [user.account, *re.split(r"[._-]", user.account), member.name, *names]
        said += [name.rstrip("镇村乡县社区街道") for name in names]
    for word in said:
        if len(word) > 1:
            yield _plain(word)
            yield "".join(each[0] for each in lazy_pinyin(word) if each)
