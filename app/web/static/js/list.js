// List pages: ticked rows, the menu of a row, the foldable filter bar.
export function startList() {
  if (!document.getElementById("list")) return;
  prepare();
  startFilters();
  document.addEventListener("change", ticked);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", inMenu);
  document.addEventListener("htmx:afterSettle", prepare);
  document.addEventListener("ucc:list", prepare);
  window.addEventListener("resize", () => closeMenu());
  document.addEventListener("scroll", () => closeMenu(), true);
}

const boxes = () => [...document.querySelectorAll("#list tbody .pick input")];

function prepare() {
  const scroll = document.querySelector("#list .scroll");
  scroll?.classList.toggle("over", scroll.scrollWidth > scroll.clientWidth + 1);
  document.querySelectorAll("[data-row]").forEach((link) => {
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "menu");
    link.setAttribute("aria-expanded", "false");
  });
  count();
}

// --- ticked rows
function ticked(event) {
  if (!event.target.closest("#list .pick")) return;
  if (event.target.matches("[data-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
  count();
}

function count() {
  const bulk = document.querySelector("[data-bulk]");
  if (!bulk) return;
  const all = boxes();
  const n = all.filter((box) => box.checked).length;
  all.forEach((box) => box.closest("tr").classList.toggle("on", box.checked));
  const head = document.querySelector("[data-all]");
  head.checked = n > 0 && n === all.length;
  head.indeterminate = n > 0 && n < all.length;
  bulk.querySelectorAll("[data-many]").forEach((button) => { button.disabled = n === 0; });
  const chosen = bulk.querySelector("[data-chosen]");
  chosen.hidden = n === 0;
  const text = chosen.querySelector("[data-text]");
  text.textContent = text.dataset.text.replace("{n}", n);
  offerWhole(bulk, n > 0 && n === all.length);
}

// --- all that the filter finds: offered once every row of the page is ticked
async function offerWhole(bulk, all) {
  const offer = bulk.querySelector("[data-every-offer]");
  if (!offer) return;
  delete bulk.dataset.chosenEvery;
  offer.hidden = true;
  if (!all) return;
  bulk.found ||= askHowMany(bulk.dataset.every);
  const found = await bulk.found;
  const boxed = boxes();
  if (!found || !bulk.isConnected || !boxed.every((box) => box.checked) || found.number <= boxed.length) return;
  offer.textContent = found.offer;
  offer.hidden = bulk.dataset.chosenEvery !== undefined;
}

async function askHowMany(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // what is ticked can be acted upon all the same
  }
}

async function chooseWhole(offer) {
  const bulk = offer.closest("[data-bulk]");
  const found = await bulk.found;
  bulk.dataset.chosenEvery = "";
  bulk.querySelector("[data-chosen] [data-text]").textContent = found.chosen;
  offer.hidden = true;
  bulk.querySelector("[data-clear]").focus();
}

// --- the menu of a row: one menu for all rows, moved to the row that asks
function clicked(event) {
  if (event.target.closest("[data-clear]")) {
    boxes().forEach((box) => { box.checked = false; });
    count();
  }
  const offer = event.target.closest("[data-every-offer]");
  if (offer) chooseWhole(offer);
  const more = event.target.closest("[data-row]");
  const menu = document.getElementById("row-menu");
  if (!more || !menu) return closeMenu();
  event.preventDefault();
  return menu.opener === more ? closeMenu() : openMenu(menu, more);
}

function openMenu(menu, more) {
  closeMenu();
  const row = more.closest("tr");
  menu.dataset.title = row.dataset.title;
  menu.querySelectorAll("button").forEach((button) => { button.value = more.dataset.row; });
  menu.hidden = false;
  const at = more.getBoundingClientRect();
  const below = at.bottom + menu.offsetHeight + 8 < innerHeight;
  menu.style.insetBlockStart = `${below ? at.bottom + 4 : at.top - menu.offsetHeight - 4}px`;
  menu.style.insetInlineStart = `${Math.max(8, at.right - menu.offsetWidth)}px`;
  more.setAttribute("aria-expanded", "true");
  menu.opener = more;
  menu.querySelector("button").focus({ preventScroll: true });
}

function closeMenu(refocus = false) {
  const menu = document.getElementById("row-menu");
  if (!menu || menu.hidden) return;
  menu.hidden = true;
  menu.opener.setAttribute("aria-expanded", "false");
  if (refocus) menu.opener.focus();
  menu.opener = null;
}

function inMenu(event) {
  const menu = document.getElementById("row-menu");
  if (event.target.matches?.("[data-row]") && [" ", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    event.target.click();
    return;
  }
  if (!menu || menu.hidden) return;
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length).focus();
  }
  if (event.key === "Escape" || event.key === "Tab") closeMenu(event.key === "Escape");
}

// --- the filter bar folds on small screens
function startFilters() {
  const bar = document.getElementById("filters");
  const toggle = bar?.querySelector("[data-filter-toggle]");
  if (!toggle || !bar.querySelector(".filter-more")) return;
  toggle.hidden = false;
  const fold = (folded) => {
    bar.classList.toggle("folded", folded);
    toggle.setAttribute("aria-expanded", String(!folded));
  };
  fold(true);
  toggle.addEventListener("click", () => fold(!bar.classList.contains("folded")));
}
