// A company's own fields: rows that are put into order, options that are added and removed, a default of its type.
import { enhance } from "./pickers.js";

let made = 0;
let dragged = null;

export function startDefinitions() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("dragstart", start);
  document.addEventListener("dragover", over);
  document.addEventListener("dragend", end);
  document.addEventListener("keydown", entered);
}

function clicked(event) {
  const add = event.target.closest("[data-option-add]");
  const row = event.target.closest("[data-option]");
  if (add) insert(add.closest("[data-options]"));
  if (!row) return;
  const move = event.target.closest("[data-option-move]")?.dataset.optionMove;
  if (move === "up") row.previousElementSibling?.before(row);
  if (move === "down") row.nextElementSibling?.after(row);
  if (move) event.target.closest("button").focus();
  if (event.target.closest("[data-option-remove]")) remove(row);
}

function insert(options) {
  const fresh = options.querySelector("template").content.firstElementChild.cloneNode(true);
  made += 1;
  for (const input of fresh.querySelectorAll("[name='options.key'], [name='options.default']")) input.value = `made${made}`;
  options.querySelector("ol").append(fresh);
  fresh.querySelector("[name='options.label']").focus();
}

/** An option that records have is only marked: the form asks what takes its place. */
function remove(row) {
  const heir = row.querySelector("select[name='options.heir']");
  if (row.dataset.used === "0" || !heir) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    next?.querySelector("[name='options.label']")?.focus();
    return;
  }
  const going = row.classList.toggle("going");
  heir.value = going ? "?" : heir.options[0].value;
  if (going) heir.focus();
}

function entered(event) {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[name='options.label']")) return;
  event.preventDefault(); // the next option, not the end of the form
  insert(event.target.closest("[data-options]"));
}

function changed({ target }) {
  if (target.matches("select[data-part-url]")) showDefault(target);
  if (target.matches("select[name='options.heir']")) {
    target.closest("[data-option]").classList.toggle("going", target.selectedIndex !== 0);
  }
  if (target.matches("[name='options.default']") && target.checked) onlyOne(target);
}

function onlyOne(box) {
  const options = box.closest("[data-options]");
  const kind = options.closest("form").querySelector("select[name='kind']:not([disabled])");
  if (kind ? kind.value === "choices" : options.dataset.several === "true") return;
  for (const other of options.querySelectorAll("[name='options.default']")) other.checked = other === box;
}

/** The control of the default as the chosen type has it. */
async function showDefault(select) {
  const old = select.closest("form").querySelector("[data-part='default']");
  if (!old || ["choice", "choices"].includes(select.value)) return;
  const answer = await fetch(`${select.dataset.partUrl}?kind=${encodeURIComponent(select.value)}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-part='default']");
  if (!found) return; // the login has ended: saving will say so
  const fresh = document.importNode(found, true);
  old.replaceWith(fresh);
  enhance(fresh);
}

// --- dragging; the buttons beside do the same by keyboard
function start(event) {
  dragged = event.target.closest?.("[data-option], [data-sortable] tbody tr") || null;
  if (!dragged) return;
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
}

function over(event) {
  const row = dragged && event.target.closest?.("[data-option], [data-sortable] tbody tr");
  if (!row || row === dragged || row.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (event.clientY < top + height / 2) row.before(dragged);
  else row.after(dragged);
}

function end() {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  const table = dragged.closest("[data-sortable]");
  dragged = null;
  if (table) save(table);
}

function save(table) {
  const form = document.getElementById("move");
  const order = Object.assign(document.createElement("input"), { type: "hidden", name: "order" });
  order.value = [...table.querySelectorAll("tbody tr")].map((row) => row.dataset.id).join(",");
  form.append(order);
  form.requestSubmit();
}
