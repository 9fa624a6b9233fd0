"""What `youju verify` does not vouch for, and why: every table and column that nothing it computes would show changed.

A test compares this list with the schema: a column is either here, or one changed bit of it is found.
"""

from __future__ import annotations

from collections.abc import Mapping

_DERIVED_KEY = "派生行的内部编号，重建即变，没有含义"
_LOGIN = "登录凭据，只决定谁能登录；谁办理了什么以链上事件为准"
_OWN = "个人办理中的内容，未提交，不属于台账"
_QUEUE = "后台任务的运行状态，不是事实；其结果若写入台账，由链覆盖"
_LIBRARY = "程序库的运行数据，不属于台账"
_LEARNED = "程序记住的填写习惯，只影响建议，不影响已登记内容"

# Table of the database → reason.
TABLES: Mapping[str, str] = {
    "auth_group": _LIBRARY,
    "auth_group_permissions": _LIBRARY,
    "auth_permission": _LIBRARY,
    "account_emailaddress": _LIBRARY,
    "account_emailconfirmation": _LIBRARY,
    "django_content_type": _LIBRARY,
    "django_migrations": "升级记录，启动时与程序逐项对照",
    "django_session": "不再使用，会话存于 store_loginsession",
    "django_tasks_database_dbtaskresult": _QUEUE,
    "mfa_authenticator": _LOGIN,
    "cache": "限流计数，过期即弃",
    "store_acceptedfinding": _OWN,
    "store_auditdraft": _OWN,
    "store_complaint": "意见箱，不属于台账",
    "store_draft": _OWN,
    "store_job": _QUEUE,
    "store_jobeffect": _QUEUE,
    "store_learnedheading": _LEARNED,
    "store_learnedwords": _LEARNED,
    "store_reportcomment": "批注，供修改文稿时讨论，定稿不含批注",
    "store_loginsession": "登录会话，过期即弃",
    "store_request": "请求号，只用于辨认重复提交，90天后删除",
    "store_savedview": "个人的列表视图",
    "store_upload": _OWN,
}
# Table → column → reason.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "store_entry": {"words": "检索用的文字，由记录内容派生，只影响能否搜到"},
    "store_facet": {"id": _DERIVED_KEY},
    "store_observation": {"id": _DERIVED_KEY},
    "store_personalvalue": {"id": _DERIVED_KEY},
    "store_reach": {"id": _DERIVED_KEY},
    "store_rollup": {"id": _DERIVED_KEY},
    "store_workbookkey": {"id": _DERIVED_KEY},
    "store_login": {
        "id": _DERIVED_KEY,
        "password": _LOGIN,
        "last_login": "上次登录时间，仅供提示",
        "must_change": _LOGIN,
        "epoch": _LOGIN,
        "password_at": _LOGIN,
    },
}
# What is covered only from some moment on, for people to read.
PARTLY: tuple[tuple[str, str], ...] = (
    ("报告及其各稿文字", "定稿时起，定稿所用的各稿受链保护；未定稿的文稿不受保护"),
    ("佐证材料的大小与类型、记录所用台账版本", "第2版摘要起受链保护；此前登记的按文件内容核对"),
)


def is_outside(table: str, column: str) -> bool:
    """Whether nothing is promised about a column."""
    return table in TABLES or column in COLUMNS.get(table, {})
