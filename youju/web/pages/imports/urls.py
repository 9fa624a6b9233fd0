"""导入."""

from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.imports import views

MAY = can("import")
OF = {"upload": places.upload}

ROUTES = (
    Route("imports", "imports", views.bring, MAY, BOTH, menu=Menu("导入", 35), costly=True),
    Route("import_template", "imports/templates/<slug:register>", views.template, MAY),
    Route("import_upload", "imports/<uuid:upload>", views.show, MAY, of=OF),
    Route("import_correct", "imports/<uuid:upload>/columns", views.correct, MAY, ("POST",), of=OF),
    Route("import_commit", "imports/<uuid:upload>/commit", views.commit, MAY, ("POST",), of=OF),
    Route("import_adjust", "imports/<uuid:upload>/adjust", views.adjust, MAY, ("POST",), of=OF),
    Route("import_discard", "imports/<uuid:upload>/discard", views.discard, MAY, ("POST",), of=OF),
    Route("import_refused", "imports/<uuid:upload>/refused", views.refused_rows, MAY, of=OF, costly=True),
)
