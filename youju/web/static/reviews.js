// The review queue by keyboard. Everything it does can be done with the mouse and without scripts.
"use strict";
(() => {
  const form = document.getElementById("queue");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=entries]")];
  const pick = form.querySelector("[data-pick]");
  pick.hidden = false;
  pick.addEventListener("click", () => { for (const box of boxes) box.checked = !("look" in box.dataset); });
  const reason = form.elements.reason;
  const at = () => boxes.findIndex((box) => box.closest("tr").contains(document.activeElement));
  function go(step) {
    const here = at();
    const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), boxes.length - 1);
    boxes[next].focus();
    boxes[next].closest("tr").scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const here = at();
    const keys = {
      j: () => go(1),
      k: () => go(-1),
      x: () => { if (here >= 0) boxes[here].checked = !boxes[here].checked; },
      o: () => { if (here >= 0) boxes[here].closest("tr").querySelector("td.long a").click(); },
      t: () => form.querySelector("button[value=confirm]").click(),
      r: () => reason.focus(),
    };
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "return" && !reason.value.trim()) {
      event.preventDefault();
      reason.setCustomValidity("退回必须写明理由。");
      reason.reportValidity();
      // The common script has switched the buttons off for a submission that does not happen.
      setTimeout(() => { for (const each of form.querySelectorAll("button")) each.disabled = false; }, 50);
    }
  });
  reason.addEventListener("input", () => reason.setCustomValidity(""));
})();
