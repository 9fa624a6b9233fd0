"""登记 and 记录."""

from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.entries import recording, shown

ENTRY = {"entry": places.entry}
ROUTES = (
    Route("record", "record", recording.choose, can("record"), BOTH, menu=Menu("登记", 20)),
    Route(
        "record_entry", "record/<slug:register>/<uuid:unit>", recording.write, can("record"), BOTH,
        of={"unit": places.unit},
    ),
    Route(
        "record_nil", "record/<slug:register>/<uuid:unit>/nil", recording.nil, can("record"), BOTH,
        of={"unit": places.unit},
    ),
    Route(
        "draft_discard", "drafts/<uuid:draft>/discard", recording.discard, can("record"), ("POST",),
        of={"draft": places.draft},
    ),
    Route("adjustments", "adjustments", recording.adjustments, can("adjust")),
    Route(
        "adjustment", "adjustments/<uuid:draft>", recording.adjust, can("adjust"), ("POST",),
        of={"draft": places.adjustment},
    ),
    Route("entry", "entries/<uuid:entry>", shown.show, can("see"), of=ENTRY),
    Route("entry_correct", "entries/<uuid:entry>/correct", shown.correct, can("record"), BOTH, of=ENTRY),
    Route("entry_void", "entries/<uuid:entry>/void", shown.void, can("record", "review"), ("POST",), of=ENTRY),
    Route("entry_review", "entries/<uuid:entry>/review", shown.review, can("review"), ("POST",), of=ENTRY),
    Route("entry_attach", "entries/<uuid:entry>/files", shown.attach, can("record"), ("POST",), of=ENTRY),
    Route("entry_file", "entries/<uuid:entry>/files/<slug:sha256>", shown.download, can("see"), of=ENTRY),
    Route(
        "entry_preview", "entries/<uuid:entry>/files/<slug:sha256>/preview", shown.preview, can("see"), of=ENTRY
    ),
)  # fmt: skip
