// Buttons with data-act: delete, enable, reset a password… They post the ids of ticked rows, or of their own row.
import { ask } from "./confirm.js";
import { trouble } from "./forms.js";
import { askRemoval, loadQuestion, showQuestion } from "./removal.js";
import { post, settle } from "./send.js";

const STOPPED = 10000; // ms; a page still here by then was kept by its reader, who may want to send it again

const begun = new Set(); // what is being done: it is done once, however often its button is pressed

export function startActions() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    event.preventDefault();
    const rows = aimedAt(button);
    const what = [button.formAction, button.dataset.ask, ...rows.ids].join(" ");
    if (begun.has(what)) return;
    begun.add(what);
    try {
      await act(button, rows);
    } finally {
      begun.delete(what);
    }
  });
  window.addEventListener("pageshow", () => {
    begun.clear();
    document.querySelectorAll("[data-act].busy").forEach((button) => button.classList.remove("busy"));
  });
}

async function act(button, rows) {
  if (isWhole(button)) return askFirst(button, button.dataset.everyDo, wholeQuery(button));
  if (button.dataset.remove !== undefined) return remove(button, rows.ids);
  if (button.dataset.ask) return askFirst(button, button.dataset.ask, rows.ids.map((id) => ["ids", id]));
  const { title, confirm: text, ok, danger } = button.dataset;
  const go = !text || await ask({ title, text, ok: ok || title, danger: danger !== undefined, names: rows.names });
  return go && send(button, rows.ids);
}

/** The ids and names a button is about. */
function aimedAt(button) {
  if (button.dataset.many !== undefined) {
    const ticked = [...document.querySelectorAll("#list tbody .pick input:checked")];
    return { ids: ticked.map((box) => box.value), names: ticked.map((box) => box.closest("tr").dataset.title) };
  }
  const named = button.closest("[data-title]:not([data-act])") || button.closest("#row-menu");
  return { ids: [button.value], names: [named?.dataset.title || ""].filter(Boolean) };
}

/** True where the button is about all that the filter finds. */
function isWhole(button) {
  return button.dataset.everyDo !== undefined && button.closest("[data-bulk]").dataset.chosenEvery !== undefined;
}

function wholeQuery(button) {
  const { search } = new URL(button.closest("[data-bulk]").dataset.every, location.href);
  return [["query", search.slice(1)]];
}

/** Deleting asks the server first: what goes, who refers to it, who takes over. */
async function remove(button, ids) {
  const onList = document.getElementById("list") !== null;
  const answer = await askRemoval(button.formAction, ids, onList ? sendForm : leaveBy);
  if (answer?.doc) settle(answer);
}

/** An action that needs values: asked for until the server takes them, or the person thinks better of it. */
async function askFirst(button, url, asked) {
  let section = await loadQuestion(url, asked, "asking", isWhole(button));
  while (section) {
    const answer = await showQuestion(document.importNode(section, true), sendForm);
    if (!answer) return;
    section = answer.doc.getElementById("asking");
    if (!section) settle(answer);
  }
}

const sendForm = (form) => post(form.action, new FormData(form));

/** The answer is a page of its own: the browser goes there, unless that would be the login page. */
async function leaveBy(form) {
  const kept = await trouble();
  if (kept) {
    kept();
    return null;
  }
  form.submit();
  return new Promise(() => {}); // busy until this page is gone
}

async function send(button, ids) {
  const data = new FormData(button.form);
  data.delete("ids");
  ids.forEach((id) => data.append("ids", id));
  button.classList.add("busy");
  const onList = document.getElementById("list") !== null;
  const answer = onList ? await post(button.formAction, data) : await submitPlainly(button);
  button.classList.remove("busy");
  if (answer) settle(answer);
}

/** On a page without a list the answer is a page of its own: let the browser go there. */
function submitPlainly(button) {
  button.form.requestSubmit(button);
  return new Promise((resolve) => { setTimeout(resolve, STOPPED); });
}
