// What pages do beyond their HTML; everything works without it.
"use strict";

// A form sent twice by impatience is one write anyway (its request number); the button says that it is on its way.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button:not([type=button])")) {
    // After the browser has read which button it was.
    setTimeout(() => { button.disabled = true; }, 0);
  }
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button[disabled]")) button.disabled = false;
});

// One open question at a time, and Escape closes it.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("details.confirm[open]")) return;
  for (const other of document.querySelectorAll("details.confirm[open]")) {
    if (other !== event.target) other.open = false;
  }
  event.target.querySelector(".panel input:not([type=hidden]), .panel textarea, .panel select, .panel button")?.focus();
}, true);
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.confirm[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

// A wording is copied where the browser lets us, else selected for Ctrl+C; plain http has no clipboard of its own.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    let copied = false;
    try { copied = document.execCommand("copy"); } catch { /* said below */ }
    button.textContent = copied ? "已复制" : "已选中，请按 Ctrl+C";
  });
}
