// The question before something is lost: it names what would go.
const MOST_NAMES = 12;

/**
 * Asks in the one dialog of the page. `names` are listed and counted; `danger` paints the button red.
 * Resolves to true when the person agrees.
 */
export function ask({ title, text = "", names = [], ok, danger = false }) {
  const dialog = document.getElementById("confirm-dialog");
  const { count, more, title: fallback } = dialog.dataset;
  dialog.querySelector("h2").textContent = title || fallback;
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.querySelector("#confirm-text").hidden = !text;

  dialog.querySelector(".ask-what").hidden = !names.length;
  dialog.querySelector(".ask-count").textContent = count.replace("{n}", names.length);
  dialog.querySelector(".ask-count").hidden = names.length < 2;
  const items = names.slice(0, MOST_NAMES).map((name) => entry(name));
  if (names.length > MOST_NAMES) items.push(entry(more.replace("{n}", names.length - MOST_NAMES), "rest"));
  dialog.querySelector(".ask-names").replaceChildren(...items);

  const button = dialog.querySelector("[data-ok]");
  button.textContent = ok || button.dataset.ok;
  button.classList.toggle("btn-danger", danger);
  button.classList.toggle("btn-primary", !danger);

  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true });
  });
}

/** Asks whether typed but unsaved values may go. */
export function askDiscard() {
  const { unsavedTitle, unsavedText, unsavedOk } = document.getElementById("confirm-dialog").dataset;
  return ask({ title: unsavedTitle, text: unsavedText, ok: unsavedOk, danger: true });
}

function entry(text, className = "") {
  const item = document.createElement("li");
  item.textContent = text;
  item.className = className;
  return item;
}
