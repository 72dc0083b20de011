// Forms beside the list: a link with data-drawer shows the #form of its page in the drawer, and saves without leaving.
import { askDiscard } from "./confirm.js";
import { notify } from "./notices.js";
import { enhance } from "./pickers.js";
import { startPasswordFields } from "./password.js";
import { post, settle } from "./send.js";

const WRITABLE = ".ts-control input, input:not([type=hidden]):not([readonly]):not([disabled]), textarea:not([hidden]), [contenteditable=true], select";

let opener = null;
let untouched = "";

const drawer = () => document.getElementById("drawer");
const form = () => drawer().querySelector("form");
const typed = () => (form() ? new URLSearchParams(new FormData(form())).toString() : "");

export function startDrawer() {
  if (!drawer()) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (link && plainClick(event)) {
      event.preventDefault();
      open(link);
    }
    if (event.target.closest("#drawer [data-drawer-close]")) {
      event.preventDefault();
      close();
    }
  });
  drawer().addEventListener("keydown", (event) => {
    // Esc closes what is open inside first: a calendar, a list of options.
    const inside = drawer().querySelector(".flatpickr-calendar.open, .dropdown-active");
    if (event.key === "Escape" && inside) event.preventDefault();
  }, true);
  drawer().addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  drawer().addEventListener("pointerdown", (event) => {
    if (event.target === drawer() && event.clientX < drawer().getBoundingClientRect().left) close();
  });
  drawer().addEventListener("submit", save);
}

const plainClick = (event) => !(event.metaKey || event.ctrlKey || event.shiftKey || event.button);

async function open(link) {
  opener = link;
  const body = drawer().querySelector(".drawer-body");
  const wait = Object.assign(document.createElement("p"), { className: "wait", textContent: drawer().dataset.loading });
  body.replaceChildren(wait);
  drawer().querySelector("h2").textContent = link.textContent.trim();
  drawer().showModal();
  const found = await load(link.href);
  if (!found) drawer().close();
  else if (drawer().open) show(found);
}

async function load(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = doc.getElementById("form");
    if (found) return found;
    const trouble = doc.querySelector("[data-error]");
    if (trouble) notify(trouble.dataset.errorText, "danger");
    else location.assign(url);
  } catch {
    notify(document.body.dataset.offline, "danger");
  }
  return null;
}

function show(found) {
  const here = document.importNode(found, true);
  drawer().querySelector(".drawer-body").replaceChildren(here);
  drawer().querySelector("h2").textContent = here.dataset.title;
  enhance(here);
  startPasswordFields(here);
  untouched = typed();
  (here.querySelector("[autofocus]") || here.querySelector(WRITABLE))?.focus();
}

async function close() {
  if (typed() !== untouched && !(await askDiscard())) return;
  drawer().close();
  opener?.focus();
}

async function save(event) {
  event.preventDefault();
  const button = form().querySelector("[data-submit]");
  if (button.classList.contains("busy")) return;
  const label = button.textContent;
  button.classList.add("busy");
  button.textContent = form().dataset.busy;
  const answer = await post(form().action, new FormData(form()));
  button.classList.remove("busy");
  button.textContent = label;
  if (!answer) return;
  const again = answer.doc.getElementById("form");
  if (again) {
    const before = untouched;
    show(again);
    untouched = before; // what was typed is still unsaved
    return;
  }
  drawer().close();
  settle(answer);
}
