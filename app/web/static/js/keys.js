// Single keys: "/" search, "n" new, "e" edit. They can be switched off in the profile menu (WCAG 2.1.4).
const STORE = "ucc.keys";
const on = () => localStorage.getItem(STORE) !== "off";

export function startKeys() {
  const toggle = document.querySelector("[data-keys]");
  if (toggle) {
    const show = () => {
      toggle.setAttribute("aria-pressed", String(on()));
      const state = toggle.querySelector(".state");
      state.textContent = on() ? state.dataset.on : state.dataset.off;
    };
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      localStorage.setItem(STORE, on() ? "off" : "on");
      show();
    });
    show();
  }
  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
    const aim = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!aim) return;
    event.preventDefault();
    if (aim.matches("input")) aim.select();
    aim.matches("input") ? aim.focus() : aim.click();
  });
}

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog, [role=menu]";
const busy = (element) => element.closest(TYPING) !== null;
