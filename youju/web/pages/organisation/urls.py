"""组织与人员."""

from youju.core.grant import Verb
from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.organisation import members, units

UNIT, PERSON = {"unit": places.unit}, {"member": places.member}
LOOK: tuple[Verb, ...] = ("see", "units", "members", "grants", "close")
ROUTES = (
    Route("organisation", "organisation", units.tree, can(*LOOK), menu=Menu("组织与人员", 50)),
    Route("unit", "organisation/<uuid:unit>", units.show, can(*LOOK), of=UNIT),
    Route("unit_change", "organisation/<uuid:unit>/<slug:what>", units.change, can("units"), BOTH, of=UNIT),
    Route(
        "unit_close", "organisation/<uuid:unit>/books/close", units.close, can("close"), ("POST",), of=UNIT
    ),
    Route("people", "people", members.listed, can("members", "grants")),
    Route("person_new", "people/new", members.new, can("members"), BOTH),
    Route("person", "people/<uuid:member>", members.show, can("members", "grants"), of=PERSON),
    Route("person_grant", "people/<uuid:member>/grants", members.grant, can("grants"), ("POST",), of=PERSON),
    Route(
        "person_revoke",
        "people/<uuid:member>/grants/end",
        members.revoke,
        can("grants"),
        ("POST",),
        of=PERSON,
    ),
    Route("person_login", "people/<uuid:member>/login", members.login, can("grants"), ("POST",), of=PERSON),
    Route("person_end", "people/<uuid:member>/end", members.end, can("grants"), ("POST",), of=PERSON),
    Route(
        "person_factor", "people/<uuid:member>/factor", members.factor, can("grants"), ("POST",), of=PERSON
    ),
)
