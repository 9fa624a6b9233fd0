// The composer: a name that is clicked goes into the text where the cursor is. Everything else works without.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  const prose = document.getElementById("prose");
  if (!button || !prose) return;
  prose.focus();
  prose.setRangeText(button.dataset.insert, prose.selectionStart, prose.selectionEnd, "end");
  prose.dispatchEvent(new Event("input", { bubbles: true }));
});
window.addEventListener("beforeunload", (event) => {
  const prose = document.getElementById("prose");
  if (prose && prose.dataset.dirty) event.preventDefault();
});
document.addEventListener("input", (event) => {
  if (event.target.id === "prose") event.target.dataset.dirty = "1";
});
document.addEventListener("submit", () => { delete (document.getElementById("prose") || { dataset: {} }).dataset.dirty; });
document.addEventListener("htmx:afterRequest", (event) => {
  const prose = document.getElementById("prose");
  if (prose && event.detail.elt.id === "composer" && event.detail.successful) delete prose.dataset.dirty;
});
