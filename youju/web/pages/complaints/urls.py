"""意见箱."""

from youju.store.queries import places
from youju.web.access import BOTH, MEMBER, PUBLIC, Menu, Route, role
from youju.web.pages.complaints import views

ROUTES = (
    Route("complaint", "complaints/new", views.write, PUBLIC, BOTH),
    Route("complaint_kept", "complaints/kept", views.kept, PUBLIC),
    Route("complaints", "complaints", views.listed, role("county", "security"), menu=Menu("意见箱", 90)),
    Route("complaints_own", "complaints/mine", views.own, MEMBER),
    Route(
        "complaint_answer",
        "complaints/<uuid:complaint>",
        views.answer,
        role("county", "security"),
        BOTH,
        of={"complaint": places.complaint},
    ),
)
