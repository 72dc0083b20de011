// The column chooser: columns may be moved. The order of the form is the order that is sent.
export function startColumns() {
  prepare();
  document.addEventListener("ucc:list", prepare);
  document.addEventListener("htmx:afterSettle", prepare);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-columns] [data-up], [data-columns] [data-down]");
    if (button) move(button);
  });
}

function prepare() {
  document.querySelectorAll("[data-columns]").forEach((form) => {
    form.querySelectorAll("[data-up], [data-down]").forEach((button) => { button.hidden = false; });
    mark(form);
  });
}

function move(button) {
  const row = button.closest("[data-column]");
  const up = "up" in button.dataset;
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  up ? other.before(row) : other.after(row);
  mark(row.closest("[data-columns]"));
  const next = button.disabled ? row.querySelector(up ? "[data-down]" : "[data-up]") : button;
  next.focus();
}

/** The first cannot go up, nor the last down. */
function mark(form) {
  form.querySelectorAll("[data-up]").forEach((button, place) => { button.disabled = place === 0; });
  const downs = form.querySelectorAll("[data-down]");
  downs.forEach((button, place) => { button.disabled = place === downs.length - 1; });
}
