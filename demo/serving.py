"""The demo's people can log in, and its pages are served."""

from __future__ import annotations

import os

from django.conf import settings
from rich.console import Console

from demo import making, town
from demo.plan import END
from youju.actions import logins
from youju.actions.setup import member_of
from youju.cli.accounts import open_logins
from youju.cli.context import print_table
from youju.cli.serve import check_port, serve
from youju.cli.setting_up import check_served
from youju.core.grant import TITLES
from youju.store.queries import scope

HOST, PORT = "127.0.0.1", 8000


def open_accounts(out: Console) -> None:
    """Give everybody who was granted something a first password, printed here and nowhere else."""
    mark = making.read_mark()
    untouched = mark is not None and making.ledger_end() == (mark.seq, mark.hash)
    opened = open_logins(logins.without_login(), by=member_of(town.SECURITY))
    if not opened:
        out.print(
            "账号此前已开通，密码只在开通时显示过。忘记密码可重置：\n"
            f"  ./run youju account open 账号 --as {town.SECURITY}",
            soft_wrap=True,
        )
        return
    rows = []
    for member, word in opened:
        roles = dict.fromkeys(TITLES[grant.role] for grant in scope.viewer_of(member).grants)
        rows.append((member.account, member.name, "、".join(roles), word))
    print_table(("账号", "姓名", "角色", "初始密码"), rows)
    out.print("初始密码只显示这一次，登录后先改密码；三名管理员还要设置动态码。", soft_wrap=True)
    if untouched:  # log-ins are no change of the town's: its ledger may still be made anew
        making.mark_end()


def serve_pages() -> None:
    """Serve until interrupted. Raises BadPort when another program has the port."""
    check_port(HOST, PORT)
    check_served()
    # The town's year ends in 2024; on today's day its pages would show nothing but what is not reported.
    settings.DEMO_CLOCK = os.environ["YOUJU_DEMO_CLOCK"] = END.isoformat()
    serve(HOST, PORT)
