// Short messages in the corner. Good news goes by itself; trouble and secrets stay until closed.
const LINGER = 6000;
const LINGER_TO_UNDO = 15000; // where there is something to press
const GLYPH = { success: "circle-check", danger: "alert-circle", error: "alert-circle", warning: "alert-triangle" };

export function startNotices() {
  prepareNotices();
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-notice-close]");
    if (close) dismiss(close.closest("[data-notice]"));
    const copy = event.target.closest("[data-copy-text]");
    if (copy) copyText(copy);
  });
}

/** Gives the notices that came with the page their close button and their end. */
export function prepareNotices() {
  document.querySelectorAll("[data-notice]").forEach(prepare);
}

/** Shows `text`, and `button` beside it. Tones: success, info, warning, danger. */
export function notify(text, tone = "info", button = null) {
  const notice = document.getElementById("notice-template").content.firstElementChild.cloneNode(true);
  notice.classList.add(`tone-${tone}`);
  notice.querySelector("p").textContent = text;
  if (button) {
    notice.querySelector(".notice-text").append(button);
    button.addEventListener("click", () => dismiss(notice));
  }
  const use = notice.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${GLYPH[tone] || "info-circle"}`));
  add(notice);
}

/** Moves the notices of another page of ours (just fetched) into this one. */
export function takeNotices(doc) {
  doc.querySelectorAll("[data-notice]").forEach((notice) => add(document.importNode(notice, true)));
}

function add(notice) {
  // Behind an open dialog nobody would see it, and it could not be closed.
  const inDialog = document.querySelector("dialog[open] [data-notices]");
  (inDialog || document.getElementById("notices")).append(notice);
  prepare(notice);
}

function prepare(notice) {
  notice.querySelector("[data-notice-close]").hidden = false;
  const stays = notice.matches(".tone-danger, .tone-error, .tone-warning, [data-keep]");
  if (stays) return;
  const linger = notice.querySelector(".notice-text .btn") ? LINGER_TO_UNDO : LINGER;
  let timer = setTimeout(() => dismiss(notice), linger);
  const hold = () => clearTimeout(timer);
  const resume = () => { clearTimeout(timer); timer = setTimeout(() => dismiss(notice), linger); };
  notice.addEventListener("pointerenter", hold);
  notice.addEventListener("focusin", hold);
  notice.addEventListener("pointerleave", resume);
  notice.addEventListener("focusout", resume);
}

function dismiss(notice) {
  notice.classList.add("leaving");
  setTimeout(() => notice.remove(), 200);
}

async function copyText(button) {
  const text = button.dataset.copyText;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an address without TLS has no clipboard: select the text, so that Ctrl+C takes it
    const code = button.parentElement.querySelector("code");
    getSelection().selectAllChildren(code);
    return;
  }
  button.querySelector("span").textContent = document.body.dataset.copied;
}
