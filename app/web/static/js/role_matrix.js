// The matrix of a role: whole rows, columns and groups, the filter, what has changed, and a warning before it is lost.
import { askDiscard } from "./confirm.js";

let form = null;
let leaving = false;

export function startRoleMatrix() {
  form = document.querySelector("[data-matrix]");
  document.querySelector("[data-compare]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
  if (!form) return;
  form.querySelectorAll("[data-column], [data-row], [data-whole-group], [data-filter], [data-only]").forEach((part) => {
    part.hidden = false;
  });
  form.addEventListener("change", ({ target }) => changed(target));
  form.addEventListener("input", ({ target }) => { if (target.closest("[data-filter]")) filter(); });
  form.addEventListener("keydown", keyed);
  form.addEventListener("click", clicked);
  form.addEventListener("submit", () => { leaving = true; });
  form.addEventListener("ucc:unsent", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved().length) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { leaving = false; show(); });
  show();
}

const boxes = (within = form) => [...within.querySelectorAll('input[type=checkbox][name="grant"]')];
const open = (within) => boxes(within).filter((box) => !box.disabled && !box.closest("tr").hidden);
const sights = () => [...form.querySelectorAll("[data-saved-value]")];
const unsaved = () => [
  ...boxes().filter((box) => box.checked !== box.hasAttribute("data-saved")),
  ...sights().filter((one) => one.value !== one.dataset.savedValue),
];
const differs = (box) => box.closest("td").classList.contains("differs");
const column = (index) => [...form.querySelectorAll("tbody tr[data-page]")]
  .map((row) => row.cells[index + 1].querySelector("input[type=checkbox]"))
  .filter((box) => box && !box.disabled && !box.closest("tr").hidden);

/** What a box over several stands for. */
function below(box) {
  if (box.dataset.column !== undefined) return column(Number(box.dataset.column));
  if (box.dataset.row !== undefined) return open(box.closest("tr"));
  if (box.dataset.wholeGroup !== undefined) return open(box.closest("tbody"));
  return null;
}

function changed(box) {
  if (box.closest("[data-only]")) { filter(); return; }
  below(box)?.forEach((one) => { one.checked = box.checked; });
  show();
}

/** Enter in the filter is no wish to save. */
function keyed(event) {
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
}

async function clicked(event) {
  const restore = event.target.closest("[data-restore]");
  if (restore) {
    event.preventDefault();
    const row = restore.closest("tr");
    const cells = row ? boxes(row) : boxes();
    cells.filter((box) => !box.disabled).forEach((box) => { box.checked = box.hasAttribute("data-default"); });
    if (!row) sights().filter((one) => !one.disabled).forEach((one) => { one.value = ""; });
    show();
  }
  if (event.target.closest("[data-discard]") && await askDiscard()) {
    boxes().forEach((box) => { box.checked = box.hasAttribute("data-saved"); });
    sights().forEach((one) => { one.value = one.dataset.savedValue; });
    show();
  }
}

/** Marks, counts, and the boxes over rows, columns and groups. */
function show() {
  const compares = form.querySelector("[data-restore]") !== null;
  boxes().forEach((box) => {
    const cell = box.closest("td");
    cell.classList.toggle("changed", box.checked !== box.hasAttribute("data-saved"));
    if (compares) cell.classList.toggle("differs", box.checked !== box.hasAttribute("data-default"));
  });
  form.querySelectorAll("[data-column], [data-row], [data-whole-group]").forEach(reflect);
  form.querySelectorAll("tr [data-restore]").forEach((button) => {
    button.hidden = !boxes(button.closest("tr")).some((box) => !box.disabled && differs(box));
  });
  count();
}

function reflect(box) {
  const some = below(box);
  const ticked = some.filter((one) => one.checked).length;
  box.disabled = !some.length;
  box.hidden = box.dataset.column !== undefined && !some.length;
  box.checked = some.length > 0 && ticked === some.length;
  box.indeterminate = ticked > 0 && ticked < some.length;
}

function count() {
  const save = form.querySelector("[data-save]");
  if (!save) return;
  const all = unsaved();
  const added = all.filter((one) => one.checked || (one.dataset.savedValue !== undefined && one.value)).length;
  const state = form.querySelector("[data-state]");
  const counts = state.querySelector("[data-counts]");
  counts.dataset.first ??= counts.textContent;
  counts.replaceChildren(...all.length ? parts(added, all.length - added) : [counts.dataset.first || form.dataset.none]);
  state.classList.toggle("unsaved", all.length > 0);
  save.disabled = !all.length;
  form.querySelector("[data-discard]").hidden = !all.length;
}

function parts(added, removed) {
  const made = [];
  if (added) made.push(part(form.dataset.added, added, "given-n"));
  if (removed) made.push(part(form.dataset.removed, removed, "taken-n"));
  return made.length === 2 ? [made[0], " · ", made[1]] : made;
}

function part(text, n, className) {
  return Object.assign(document.createElement("span"), { textContent: text.replace("{n}", n), className });
}

function filter() {
  const text = form.querySelector("[data-filter] input").value.trim().toLowerCase();
  const only = form.querySelector("[data-only] input")?.checked;
  let found = 0;
  form.querySelectorAll("tbody").forEach((body) => {
    const rows = [...body.querySelectorAll("tr[data-page]")];
    rows.forEach((row) => {
      row.hidden = !row.dataset.page.includes(text) || (only && !boxes(row).some(differs));
    });
    body.hidden = rows.every((row) => row.hidden);
    found += rows.filter((row) => !row.hidden).length;
  });
  const nothing = form.querySelector("[data-nothing-found]");
  nothing.textContent = form.dataset.nothing;
  nothing.hidden = found > 0;
  form.querySelectorAll("[data-column], [data-row], [data-whole-group]").forEach(reflect);
}
