"""The tables. `unscoped` is every model's only manager: reading for a person goes through store.queries.scope."""

from youju.store.models.audit import AcceptedFinding, AuditDraft, LearnedWords
from youju.store.models.batch import Batch, ImportedRow
from youju.store.models.entry import Draft, Entry, Facet, Review, Revision, SavedView, Void
from youju.store.models.evidence import Blob, EvidenceLink
from youju.store.models.job import Job, JobEffect
from youju.store.models.ledger import Event, Ledger, Request
from youju.store.models.login import CacheLine, Complaint, Login
from youju.store.models.member import Grant, Member
from youju.store.models.observation import Observation
from youju.store.models.org import OrgUnit, UnitNaming, UnitPlacement, UnitTagging
from youju.store.models.period import PeriodClose
from youju.store.models.personal import PersonalValue, Tombstone
from youju.store.models.report import FinalReport, FrozenFigure, Report, ReportComment, ReportText
from youju.store.models.rollup import Reach, RollUp
from youju.store.models.session import LoginSession
from youju.store.models.spec import MeasureKey, SpecVersion
from youju.store.models.token import Token
from youju.store.models.upload import LearnedHeading, Upload
from youju.store.models.workbook import SealedWorkbook, WorkbookKey, WorkbookTombstone

__all__ = [
    "AcceptedFinding",
    "AuditDraft",
    "Batch",
    "Blob",
    "CacheLine",
    "Complaint",
    "Draft",
    "Entry",
    "Event",
    "EvidenceLink",
    "Facet",
    "FinalReport",
    "FrozenFigure",
    "Grant",
    "ImportedRow",
    "Job",
    "JobEffect",
    "LearnedHeading",
    "LearnedWords",
    "Ledger",
    "Login",
    "LoginSession",
    "MeasureKey",
    "Member",
    "Observation",
    "OrgUnit",
    "PeriodClose",
    "PersonalValue",
    "Reach",
    "Report",
    "ReportComment",
    "ReportText",
    "Request",
    "Review",
    "Revision",
    "RollUp",
    "SavedView",
    "SealedWorkbook",
    "SpecVersion",
    "Token",
    "Tombstone",
    "UnitNaming",
    "UnitPlacement",
    "UnitTagging",
    "Upload",
    "Void",
    "WorkbookKey",
    "WorkbookTombstone",
]
