"""What the events of the ledger are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "ledger.started": "建立台账",
    "ledger.restored": "从备份恢复",
    "registers.synced": "启用或更新台账",
    "entry.recorded": "登记",
    "entry.corrected": "更正",
    "entry.confirmed": "审核通过",
    "entry.returned": "退回补正",
    "entry.voided": "作废",
    "evidence.attached": "附佐证材料",
    "batch.imported": "导入",
    "batch.taken_back": "撤回导入",
    "period.closed": "期间锁定",
    "report.signed": "报告定稿",
    "draft.checked": "材料体检",
    "unit.added": "新设组织",
    "unit.renamed": "组织更名",
    "unit.alias_added": "增加组织别名",
    "unit.tagged": "加标记",
    "unit.untagged": "去标记",
    "unit.moved": "划转",
    "unit.merged": "合并",
    "unit.dissolved": "撤销",
    "member.added": "新建账号",
    "grant.given": "授权",
    "grant.ended": "收回授权",
    "login.opened": "开通登录或重置密码",
    "login.factor_dropped": "解除动态码",
    "login.sessions_ended": "结束登录",
    "login.password_changed": "本人改密码",
    "token.issued": "发放接口令牌",
    "token.revoked": "收回接口令牌",
    "personal.erased": "个人信息到期删除",
    "workbook.sealed": "加密原工作簿",
    "town.opened": "上级查阅",
}


def title_of(kind: str) -> str:
    """The Chinese name of a kind of event; the kind itself for one that has none."""
    return TITLES.get(kind, kind)
