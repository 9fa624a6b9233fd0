"""批次."""

from youju.store.queries import places
from youju.web.access import Route, can
from youju.web.pages.batches import views

OF = {"batch": places.batch}

ROUTES = (
    Route("batches", "imports/batches", views.listed, can("see")),
    Route("batch", "imports/batches/<uuid:batch>", views.show, can("see"), of=OF),
    Route("batch_file", "imports/batches/<uuid:batch>/file", views.file, can("import"), of=OF),
    Route(
        "batch_take_back",
        "imports/batches/<uuid:batch>/take-back",
        views.take_back,
        can("record", "review"),
        ("POST",),
        of=OF,
    ),
)
