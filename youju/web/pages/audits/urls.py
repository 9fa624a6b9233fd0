"""材料体检 (交稿前核一遍数): drafts, each its uploader's alone; learned words; registers a report asks for."""

from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.audits import exports, views, words

_OWN = {"draft": places.audit_draft}

ROUTES = (
    Route("audits", "audits", views.listed, can("see"), BOTH, menu=Menu("材料体检", 40), costly=True),
    Route("audit", "audits/<uuid:draft>", views.show, can("see"), of=_OWN),
    Route("audit_change", "audits/<uuid:draft>/change", views.change, can("see"), ("POST",), of=_OWN),
    Route("audit_settle", "audits/<uuid:draft>/settle", views.settle, can("see"), ("POST",), of=_OWN),
    Route("audit_learn", "audits/<uuid:draft>/learn", words.learn, can("see"), ("POST",), of=_OWN),
    Route("audit_discard", "audits/<uuid:draft>/discard", views.discard, can("see"), ("POST",), of=_OWN),
    Route("audit_lacking", "audits/<uuid:draft>/lacking", views.lacking, can("see"), of=_OWN),
    Route("audit_docx", "audits/<uuid:draft>/docx", exports.docx, can("see"), of=_OWN, costly=True),
    Route("audit_xlsx", "audits/<uuid:draft>/xlsx", exports.xlsx, can("see"), of=_OWN, costly=True),
    Route("audit_json", "audits/<uuid:draft>/json", exports.json_file, can("see"), of=_OWN),
    Route("learned_words", "audits/words", words.listed, can("review")),
    Route(
        "learned_decide",
        "audits/words/<uuid:word>",
        words.decide,
        can("review"),
        ("POST",),
        of={"word": places.learned_words},
    ),
    Route("registers_wanted", "audits/registers", words.wanted, can("registers"), BOTH),
)
