// Digit keys: each sets a field of the record of this page, or of the row one is in, and can be undone (C1). The keys
// themselves are pressed by keys.js, which keeps out of inputs and dialogs and can be switched off.
import { notify } from "./notices.js";
import { csrfToken, takeToken } from "./send.js";

let aimed = null; // the row of the list that the keys are for
let last = Promise.resolve(); // one press after the other: what is undone is what was set

const bar = () => document.querySelector("[data-digits]");
const rowOf = (element) => element.closest?.("#list tbody tr");

export function startDigits() {
  document.addEventListener("focusin", (event) => aim(rowOf(event.target)));
  document.addEventListener("pointerdown", (event) => aim(rowOf(event.target)));
  document.addEventListener("keydown", step);
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digits] [data-value]");
    if (key) press(key.dataset.value);
  });
}

function aim(row) {
  if (!row || !bar()) return;
  aimed?.classList.remove("aimed");
  aimed = row;
  aimed.classList.add("aimed");
}

/** Up and down go from row to row, as far as nothing else wants these keys. */
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = rowOf(event.target);
  if (!by || !here || !bar() || event.target.matches("[data-row]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = by > 0 ? here.nextElementSibling : here.previousElementSibling;
  const same = event.target.matches("input") ? ".pick input" : "td:not(.pick) a";
  const found = next?.querySelector(same) || next?.querySelector("input, a");
  if (!found) return;
  event.preventDefault();
  found.focus();
}

function press(value) {
  const target = chosen();
  if (!target) return notify(bar().dataset.choose, "info");
  last = last.then(() => set(target, value));
}

/** The record of the page, or the row: the one last looked at, else the only one ticked. */
function chosen() {
  const page = document.querySelector("[data-record]");
  if (page) return { id: page.dataset.record, row: null };
  const ticked = document.querySelectorAll("#list tbody .pick input:checked");
  const row = aimed?.isConnected ? aimed : ticked.length === 1 ? rowOf(ticked[0]) : null;
  return row && { id: row.querySelector(".pick input")?.value || row.querySelector("[data-row]")?.dataset.row, row };
}

async function set(target, value, version = null) {
  const done = await send(target.id, value, version);
  if (!done) return;
  await show(target.row, done.title);
  const { undo, undone } = bar().dataset;
  if (version !== null) return notify(undone.replace("{text}", done.text), "success");
  if (done.before === done.value) return notify(done.text, "success");
  const back = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: undo });
  const takeBack = () => { last = last.then(() => set(target, done.before, done.version)); };
  back.addEventListener("click", takeBack, { once: true });
  notify(done.text, "success", back);
}

async function send(id, value, version) {
  const body = new URLSearchParams({ value, csrf_token: csrfToken(), ...(version !== null && { version }) });
  try {
    const response = await fetch(`${bar().dataset.url}${id}/digit`, { method: "POST", body });
    if (response.ok && !response.redirected) return await response.json();
    if (response.redirected) return location.assign(response.url); // the session has ended
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    takeToken(doc);
    notify(doc.querySelector("[data-error]")?.dataset.errorText || document.body.dataset.failed, "danger");
  } catch {
    notify(document.body.dataset.offline, "danger");
  }
  return null;
}

/** In the row the one cell; on the record's page all that is told of it. */
async function show(row, title) {
  if (row) {
    const head = document.getElementById(`sort-${bar().dataset.field}`)?.closest("th");
    const cell = head && row.cells[head.cellIndex];
    if (cell) (cell.querySelector("a") || cell).textContent = title;
    return;
  }
  const response = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".record");
  if (fresh) document.querySelector(".record").replaceWith(document.importNode(fresh, true));
}
