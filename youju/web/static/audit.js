// 材料体检: J and K go from mark to mark, a file may be dropped. Everything works without it.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  const marks = [...document.querySelectorAll(".draft .claim")];
  if (!step || !marks.length) return;
  const at = marks.findIndex((each) => each.getAttribute("aria-current"));
  const next = marks[(at + step + marks.length) % marks.length];
  next.focus();
  next.click();
});

// What was found stands beside the draft without the page being read anew.
document.addEventListener("click", async (event) => {
  const mark = event.target.closest(".draft .claim");
  const detail = document.getElementById("detail");
  if (!mark || !detail || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const each of document.querySelectorAll(".draft [aria-current]")) each.removeAttribute("aria-current");
  mark.setAttribute("aria-current", "true");
  const answer = await fetch(mark.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) { location.assign(mark.href); return; }
  const kept = document.createElement("template");
  kept.innerHTML = await answer.text();
  detail.replaceWith(kept.content);
  history.replaceState(null, "", mark.href);
  // On a phone it stands below the draft, out of sight.
  const shown = document.getElementById("detail");
  if (shown.getBoundingClientRect().top > innerHeight - 120) shown.scrollIntoView({ block: "start" });
});

const drop = document.getElementById("drop");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}
