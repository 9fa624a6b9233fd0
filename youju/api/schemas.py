"""What goes over the wire. Values are decimal texts with their unit; days are ISO dates; every number names its recipe."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class FigureOut(Schema):
    """One figure. `value` is null where nobody has reported; zero means somebody reported none."""

    recipe: str = Field(
        description="取数式，含台账序号；问“按现区划”的，写明是按哪一天的区划：以后再问仍得同一个数"
    )
    value: str | None
    unit: str
    text: str
    whole: str | None = Field(description="覆盖类数据项的总数；比率的分母")
    n: int = Field(description="由多少条已审核的记录构成")
    missing: int = Field(description="规定定期报送而未报的组织数")
    pending: int = Field(description="另有多少条待审核，未计入")
    seq: int = Field(description="台账序号")


class RecipesIn(Schema):
    """Recipes to be answered together."""

    recipes: list[str] = Field(min_length=1, max_length=500)


class SourceOut(Schema):
    """One line behind a figure."""

    entry: str
    unit: str
    day: date
    amount: str
    level: str | None
    dims: dict[str, str]
    transfer: bool


class TraceOut(Schema):
    """Some of the lines behind a figure."""

    figure: FigureOut
    sources: list[SourceOut]
    next_offset: int | None


class UnitOut(Schema):
    """One unit, as it is called today."""

    uid: str
    name: str
    kind: str
    code: str
    parent: str | None
    tags: list[str]


class EntryOut(Schema):
    """One entry as it stands; personal fields are never in it."""

    uid: str
    register_title: str
    unit: str
    day: date
    state: str
    values: dict[str, str]
    nil: bool
    number: int
    recorded_on: date
    late: bool
    author: str


class EntriesOut(Schema):
    """Some of the entries that fit, and how many fit in all."""

    total: int
    entries: list[EntryOut]


class FileOut(Schema):
    """A file attached to an entry."""

    name: str
    sha256: str


class EntryDetailOut(EntryOut):
    """One entry with its files."""

    files: list[FileOut]


class EntryIn(Schema):
    """An entry to record. Its fields are those of the register; values are written as on the form."""

    register_id: str = Field(max_length=80)
    unit: str = Field(max_length=120, description="组织名称或代码")
    values: dict[str, str | int | bool | None]
    provider: str = Field("", max_length=60, description="代录时由谁提供")


class RecordedOut(Schema):
    """What was written. The same Idempotency-Key gives the same answer."""

    uid: str
    number: int
    seq: int
    warnings: list[str]


class AttachedOut(Schema):
    """What was attached."""

    sha256: str
    size: int
    seq: int


class ReportOut(Schema):
    """One report."""

    uid: str
    title: str
    unit: str
    first: date
    last: date
    author: str
    version: int
    saved_at: datetime
    final: int = Field(description="最近一次定稿是第几次，0 为没有")


class SignIn(Schema):
    """Which version is signed, 成文日期 (today when left out) and a note."""

    version: int = Field(ge=1, le=10**8)
    day: date | None = None
    note: str = Field(default="", max_length=200)


class SignedOut(Schema):
    """What was signed."""

    number: int
    seq: int
    figures: int
    warnings: list[str]


class FrozenOut(Schema):
    """One figure as it was signed."""

    key: str
    name: str
    recipe: str
    value: str | None
    unit: str
    wording: str
    n: int
    missing: int
    pending: int


class ChangedOut(Schema):
    """One figure that would be another today, and the records that moved it."""

    key: str
    name: str
    wording: str
    change: str
    records: list[str]


class FinalOut(Schema):
    """A signed version of a report. `problems` is empty as long as the ledger bears it out."""

    number: int
    seq: int
    title: str
    day: date
    signer: str
    text: str
    figures: list[FrozenOut]
    problems: list[str]
    changes: list[ChangedOut]


class MeasureOut(Schema):
    """One measure of a register."""

    id: str
    title: str
    unit: str
    behaviour: str
    definition: str
    dimensions: list[str]


class RegisterOut(Schema):
    """One register with its fields and measures."""

    id: str
    title: str
    kind: str
    kept_by: str
    fields: dict[str, str]
    measures: list[MeasureOut]


class AuditIn(Schema):
    """A text to be checked; unit and day are read from it when they are not given."""

    text: str = Field(min_length=1, max_length=20_000)
    unit: str = Field(default="", description="组织的名称或代码")
    as_of: date | None = Field(default=None, description="按这一天的台账核对")


class AuditedFigureOut(Schema):
    """One figure of the text. Offsets are half-open, in code points."""

    start: int
    end: int
    text: str
    place: str
    subject: str
    verdict: str = Field(
        description="与台账一致、与台账不一致、口径待确认、台账无记录、不属核对范围、表述无数据支撑"
    )
    reason: str
    readings: list[dict[str, object]] = Field(description="每一种读法：取数式、台账的数、存疑之处")
    wordings: list[str] = Field(description="台账的数的真实写法")


class AuditOut(Schema):
    """What was found. `seq` is the ledger sequence that answered."""

    unit: str
    as_of: date
    period: str
    seq: int
    claims: list[AuditedFigureOut]
    findings: list[dict[str, object]] = Field(description="不需要台账的检查")
