// Entry forms on a phone: photos are made smaller before they leave, and what was typed survives a lost connection.
"use strict";
(() => {
  const SIZES = 0.82;

  // Photos: decoded and drawn anew, so that place and device are not in them any more. A file that no browser can
  // decode goes as it is; the server looks at it again.
  async function shrunk(file, side) {
    if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file;
    let picture;
    try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file; }
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", SIZES));
    return blob ? new File([blob], file.name.replace(/\.[^.]+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  }
  for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
    input.addEventListener("change", async () => {
      const list = new DataTransfer();
      for (const file of input.files) list.items.add(await shrunk(file, Number(input.dataset.shrink)));
      input.files = list.files;
      input.dispatchEvent(new Event("shrunk", { bubbles: true }));
    });
  }

  // Typed texts: kept in this browser under the person, register and unit, until they are handed in.
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = "youju-draft:" + form.dataset.keep;
  const done = "youju-sent:" + form.dataset.keep;
  const names = () => [...form.elements].filter((each) =>
    each.name && each.type !== "hidden" && each.type !== "file" && each.type !== "submit" && !("personal" in each.dataset));
  function save() {
    const said = {};
    for (const each of names()) {
      if (each.type !== "radio" || each.checked) said[each.name] = each.value;
    }
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), said })); } catch { /* no room: the draft button is there */ }
  }
  function restore() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(key) || "null"); } catch { return; }
    if (!kept || Date.now() - kept.at > 7 * 86400e3) { localStorage.removeItem(key); return; }
    let changed = false;
    for (const each of names()) {
      const said = kept.said[each.name];
      if (said === undefined) continue;
      if (each.type === "radio") { if (each.value === said && !each.checked) { each.checked = true; changed = true; } }
      else if (each.value !== said) { each.value = said; changed = true; }
    }
    if (changed) document.getElementById("restored").hidden = false;
  }
  // Handed in: the page that follows clears what was kept. A page that comes back with errors is data-fresh and keeps it.
  if (sessionStorage.getItem(done) && !("fresh" in form.dataset)) { localStorage.removeItem(key); }
  sessionStorage.removeItem(done);
  if (!("fresh" in form.dataset)) restore();
  form.addEventListener("input", save);
  document.querySelector("[data-forget]")?.addEventListener("click", () => { localStorage.removeItem(key); location.reload(); });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) { sessionStorage.setItem(done, "1"); return; }
    event.preventDefault();
    save();
    const note = document.getElementById("offline");
    note.textContent = "现在没有网络，内容已存在本机。有网络后再点“提交审核”，照片不用重选。";
    note.hidden = false;
    note.scrollIntoView({ block: "center" });
    // The common script has switched the buttons off for a submission that does not happen.
    setTimeout(() => { for (const each of form.querySelectorAll("button")) each.disabled = false; }, 50);
  });
  window.addEventListener("online", () => {
    const note = document.getElementById("offline");
    if (!note.hidden) note.textContent = "网络已恢复，可以提交了。";
  });
})();
