// The frame: the menu on small screens, menu groups that stay as they were left, panels that close.
const STORE = "ucc.menu";

export function startShell() {
  startMenu();
  rememberGroups();
  document.addEventListener("click", ({ target }) => {
    document.querySelectorAll("[data-pop][open]").forEach((pop) => {
      if (!pop.contains(target) || target.closest(".pop-body a")) pop.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    const pop = event.key === "Escape" && document.querySelector("[data-pop][open]");
    if (!pop) return;
    pop.open = false;
    pop.querySelector("summary").focus();
  });
}

function startMenu() {
  const side = document.getElementById("menu");
  const button = document.querySelector("[data-menu-open]");
  if (!side || !button) return;
  const frame = document.querySelector(".frame");
  button.setAttribute("role", "button");
  button.setAttribute("aria-expanded", "false");
  const set = (open) => {
    side.classList.toggle("open", open);
    frame.inert = open;
    button.setAttribute("aria-expanded", String(open));
    (open ? side.querySelector("[data-menu-close]") : button).focus();
  };
  button.addEventListener("click", (event) => { event.preventDefault(); set(true); });
  document.querySelectorAll("[data-menu-close]").forEach((close) => {
    close.addEventListener("click", (event) => { event.preventDefault(); set(false); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.classList.contains("open")) set(false);
  });
}

function rememberGroups() {
  const closed = new Set(JSON.parse(localStorage.getItem(STORE) || "[]"));
  document.querySelectorAll("[data-group]").forEach((group) => {
    const name = group.dataset.group;
    group.open = group.open || !closed.has(name);
    group.addEventListener("toggle", () => {
      group.open ? closed.delete(name) : closed.add(name);
      localStorage.setItem(STORE, JSON.stringify([...closed]));
    });
  });
}
