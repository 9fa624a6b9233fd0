"""What the work summary of 禾澄镇 for 2024-01-01..2024-04-26 must say: every figure, its value, and the true ways to word it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demo.town import TOWN

PERIOD = "2024-01-01..2024-04-26"
Part = Literal["一", "二", "三", "四"]


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure of the report.

    name      what catalog/reports/work-summary.md calls it
    recipe    with unit and period
    value     the exact value with its unit; whole: out of how many, '' when it is no coverage
    wording   what the report writes
    accepted  every other wording that is true and may be asked for
    """

    part: Part
    name: str
    label: str
    recipe: str
    value: str
    wording: str
    whole: str = ""
    accepted: tuple[str, ...] = ()


def _goal(
    part: Part,
    name: str,
    label: str,
    measure: str,
    value: str,
    wording: str = "",
    *,
    whole: str = "",
    also: str = "",
) -> Goal:
    asked, _, dims = measure.partition(" ")
    recipe = f"{asked} @{TOWN} {PERIOD}{' ' + dims if dims else ''}"
    return Goal(part, name, label, recipe, value, wording or value, whole, tuple(also.split()))


GOALS: tuple[Goal, ...] = (
    _goal("一", "group_head", "领导小组组长", "leading_group.members [职责=组长]", "1人"),
    _goal("一", "group_deputies", "领导小组副组长", "leading_group.members [职责=副组长]", "2人"),
    _goal("一", "letters", "签订目标责任书的村", "villages.with_letter", "17个", "17个村全部", whole="17个", also="17个"),
    _goal("一", "rooms", "农家书屋", "reading_rooms.standing", "17个"),
    _goal("一", "new_books", "新增图书", "books.added", "5000册"),
    _goal("一", "books", "农家书屋藏书", "books.stock", "31450册", also="31000多册"),
    _goal("一", "permanent", "新增永久性标语", "publicity.slogans.added [类型=永久性标语]", "56条", also="50多条"),
    _goal("一", "boards", "新立宣传牌", "publicity.boards.added", "8个"),
    _goal("一", "billboards", "其中形象广告牌", "publicity.boards.added [类型=形象广告牌]", "2个"),
    _goal("一", "panels", "其中永久性宣传牌", "publicity.boards.added [类型=永久性宣传牌]", "6个"),
    _goal("一", "printed", "印制宣传资料", "publicity.leaflets.printed", "22000份"),
    _goal("一", "handed_out", "发放宣传资料", "publicity.leaflets.handed_out", "20350份", "20000多份", also="20350份"),
    _goal("一", "left", "结存宣传资料", "publicity.leaflets.left", "1560份", also="1500多份"),
    _goal("一", "spoiled", "报损宣传资料", "publicity.leaflets.spoiled", "90份"),
    _goal("二", "study", "专题学习会", "meetings.held [类型=专题学习会]", "4次"),
    _goal("二", "assembly", "干部学习大会", "meetings.held [类型=干部学习大会]", "6次"),
    _goal("二", "patrollers", "镇治安巡防队", "patrol.members", "42人", also="40多人"),
    _goal("二", "squads", "巡防小组", "patrol.squads", "6个"),
    _goal("二", "village_patrols", "建立巡逻队的村", "villages.with_patrol", "17个", "17个村全部", whole="17个", also="17个"),
    _goal("二", "accepted", "受理矛盾纠纷", "disputes.accepted", "41件", also="40多件"),
    _goal("二", "settled", "调结矛盾纠纷", "disputes.settled", "38件", also="30多件"),
    _goal("二", "drainage", "其中水田排水", "disputes.settled [类型=水田排水]", "1件"),
    _goal("二", "building", "其中建房规划相邻", "disputes.settled [类型=建房规划相邻]", "2件"),
    _goal("二", "legal", "大型法治宣传", "legal.events [规模=大型]", "3次"),
    _goal("二", "legal_people", "大型法治宣传到场", "legal.people [规模=大型]", "1017人次", also="1000多人次"),
    _goal("二", "schools", "设有教育室的学校", "schools.with_value_room", "11所", "11所学校全部", whole="11所", also="11所"),
    _goal("二", "rules", "屯规民约议定上墙", "hamlets.with_rules", "98个", "98个自然屯全部", whole="98个", also="98个"),
    _goal("二", "kept_clean", "保洁员和保洁费均落实", "hamlets.kept_clean", "98个", "98个自然屯全部", whole="98个", also="98个"),
    _goal("二", "roadside", "公路沿线建立长效机制", "roadside.with_mechanism", "31个", "31个自然屯全部", whole="31个", also="31个"),
    _goal("二", "clean_leaflets", "清洁行动发放资料", "publicity.leaflets.handed_out [专项=村庄清洁行动]", "10000份", also="1万份"),
    _goal("二", "clean_banners", "清洁行动横幅", "publicity.banners.hung [专项=村庄清洁行动]", "200条"),
    _goal("二", "clean_boards", "清洁行动板报", "publicity.board_issues [专项=村庄清洁行动]", "107期"),
    _goal(
        "二", "clean_slogans", "清洁行动固定标语", "publicity.slogans.added [类型=固定宣传标语; 专项=村庄清洁行动]", "460条"
    ),
    _goal("二", "vehicles", "购置环卫车辆", "sanitation.vehicles", "6辆"),
    _goal("二", "vehicle_money", "车辆投入", "sanitation.spent [品类=环卫车辆]", "44470元", "4.447万元"),
    _goal("二", "bins", "购置垃圾桶", "sanitation.bins", "1200个"),
    _goal("二", "bin_money", "垃圾桶投入", "sanitation.spent [品类=垃圾桶]", "150000元", "15万元"),
    _goal(
        "二", "waste", "过磅清运生活垃圾", "waste.removed [计量依据=过磅]", "1246.38吨", "1246.4吨", also="1246.38吨 1200多吨"
    ),
    _goal(
        "二", "squares", "建有健身广场的村", "villages.with_square", "16个", "17个村中16个", whole="17个", also="16个 17个村几乎都"
    ),
    _goal("二", "six", "六项设施齐全的村", "villages.six_facilities", "12个", "17个村中12个", whole="17个", also="12个"),
    _goal("三", "villages_nominated", "推荐行政村", "nominations.villages", "3个"),
    _goal("三", "hamlets_nominated", "推荐自然屯", "nominations.hamlets", "19个"),
    _goal("三", "households_nominated", "推荐文明户", "nominations.households", "23户", also="20余户 20多户"),
    _goal("三", "honours_count", "获得集体荣誉", "honours.received", "3项"),
    _goal("四", "partners", "有协议且有活动的共建单位", "partners.active", "15个", whole="15个"),
)  # fmt: skip

# What five villages lack of the six facilities.
MISSING_FACILITIES = {
    "榕汀村": ("文艺舞台",),
    "柚磜村": ("文化科技培训室", "娱乐活动室"),
    "莳岗村": ("灯光篮球场",),
    "椿垌村": ("卫生服务室",),
    "苎坪村": ("文艺舞台", "娱乐活动室"),
}
MISSING_SQUARE = "柚磜村"
# One village that did not report one month of one register: 未报, not zero.
NOT_REPORTED = ("publicity.leaflets.handed_out", "椿垌村", "2024-02")
