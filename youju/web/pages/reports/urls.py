"""报告."""

from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.reports import finals, inserting, views, writing

REPORT = {"report": places.report}

ROUTES = (
    Route("reports", "reports", views.listed, can("see"), menu=Menu("报告", 30)),
    Route("report_new", "reports/new", views.new, can("report"), BOTH),
    Route("report", "reports/<uuid:report>", views.show, can("see"), of=REPORT),
    Route("report_versions", "reports/<uuid:report>/versions", views.versions, can("see"), of=REPORT),
    Route(
        "report_comment", "reports/<uuid:report>/comments", views.comment, can("see"), ("POST",), of=REPORT
    ),
    Route("report_next", "reports/<uuid:report>/next", views.next_one, can("report"), BOTH, of=REPORT),
    Route("report_write", "reports/<uuid:report>/write", writing.write, can("report"), BOTH, of=REPORT),
    Route(
        "report_preview",
        "reports/<uuid:report>/preview",
        writing.preview,
        can("report"),
        ("POST",),
        of=REPORT,
        costly=True,
    ),
    Route("report_checks", "reports/<uuid:report>/checks", writing.checks, can("report"), of=REPORT),
    Route("report_insert", "reports/<uuid:report>/insert", inserting.insert, can("report"), BOTH, of=REPORT),
    Route("report_phrase", "reports/<uuid:report>/phrase", inserting.phrase, can("report"), BOTH, of=REPORT),
    Route("report_drawer", "reports/<uuid:report>/figures", inserting.drawer, can("see"), of=REPORT),
    Route(
        "report_proof", "reports/<uuid:report>/proof.pdf", finals.proof, can("see"), of=REPORT, costly=True
    ),
    Route("report_sign", "reports/<uuid:report>/sign", finals.sign, can("sign"), BOTH, of=REPORT),
    Route("report_final", "reports/<uuid:report>/final", finals.show, can("see"), of=REPORT),
    Route(
        "report_file",
        "reports/<uuid:report>/final/<str:kind>",
        finals.file,
        can("see"),
        of=REPORT,
        costly=True,
    ),
    Route("report_filled", "reports/<uuid:report>/filled", finals.filled, can("see"), ("POST",), of=REPORT),
    Route("report_ask", "reports/<uuid:report>/ask", finals.ask, can("see"), of=REPORT),
)
