// Ctrl+K: one box over pages and records. The server finds; here are the keys, the list and the pages visited last.
const WAIT = 160; // milliseconds after the last key
const STORE = "ucc.recent"; // of this tab alone, and gone with the login: titles may be names of customers
const MOST = 6;

let asked = null;
let timer = 0;

const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-input");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("[role=option]")];

export function startPalette() {
  if (!dialog()) {
    sessionStorage.removeItem(STORE);
    return;
  }
  remember();
  document.querySelectorAll("[data-palette]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", open);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]:not(#palette)")) return; // what is open may hold typed text
    event.preventDefault();
    dialog().open ? dialog().close() : open();
  });
  input().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, input().value.trim() ? WAIT : 0);
  });
  input().addEventListener("keydown", onKey);
  dialog().addEventListener("click", (event) => {
    if (event.target === dialog() || event.target.closest("[data-palette-close]")) dialog().close();
  });
  list().addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option, false);
  });
}

function open() {
  input().value = "";
  dialog().showModal();
  input().focus();
  showRecent();
}

function onKey(event) {
  if (event.isComposing) return; // Enter and arrows belong to the input method
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    if (at >= 0) all[at].click();
  } else if (to !== undefined && all.length && (event.key.startsWith("Arrow") || event.ctrlKey)) {
    event.preventDefault();
    choose(all[(to + all.length) % all.length], true);
  }
}

function choose(option, scroll) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (!option) return input().removeAttribute("aria-activedescendant");
  input().setAttribute("aria-activedescendant", option.id);
  if (scroll) option.scrollIntoView({ block: "nearest" });
}

async function ask() {
  asked?.abort();
  const text = input().value.trim();
  if (!text) return showRecent();
  asked = new AbortController();
  try {
    const address = `${dialog().dataset.url}?q=${encodeURIComponent(text)}`;
    const response = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
    if (response.redirected || response.status === 401) return window.location.reload();
    show(response.ok ? await response.text() : "");
  } catch (error) {
    if (error.name !== "AbortError") show("");
  }
}

/** `html` is the server's own piece of a page. */
function show(html) {
  list().innerHTML = html;
  settle();
}

function settle() {
  const all = options();
  dialog().querySelector("[data-palette-hint]").hidden = Boolean(input().value.trim()) || all.length > 0;
  input().setAttribute("aria-expanded", String(all.length > 0));
  dialog().querySelector("[data-palette-status]").textContent = dialog().dataset.count.replace("{n}", String(all.length));
  choose(all[0], false);
  list().scrollTop = 0;
}

function visited() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  if (document.querySelector("main [data-error]")) return;
  const here = { url: location.pathname, title: document.title.split(" · ")[0] };
  const others = visited().filter((page) => page.url !== here.url);
  sessionStorage.setItem(STORE, JSON.stringify([here, ...others].slice(0, MOST + 1)));
}

function showRecent() {
  const pages = visited().filter((page) => page.url !== location.pathname);
  const group = document.createElement("div");
  group.className = "palette-group";
  group.setAttribute("role", "group");
  const title = document.createElement("div");
  title.className = "palette-title";
  title.id = "palette-1";
  title.textContent = dialog().dataset.recent;
  group.setAttribute("aria-labelledby", title.id);
  group.append(title, ...pages.map(recentEntry));
  list().replaceChildren(...(pages.length ? [group] : []));
  settle();
}

function recentEntry(page, index) {
  const entry = document.getElementById("palette-recent").content.firstElementChild.cloneNode(true);
  entry.id = `palette-o${index + 1}`;
  entry.href = page.url;
  entry.querySelector(".palette-name").textContent = page.title;
  return entry;
}
