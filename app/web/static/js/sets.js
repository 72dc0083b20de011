// An option with data-sets fixes other fields while it is chosen: they show its values and cannot be typed into.
// The server fixes them whatever is sent.
const CHOOSERS = "select:has(option[data-sets])";

export function startSets() {
  applyAll(document);
  document.addEventListener("htmx:load", (event) => applyAll(event.detail.elt));
  document.addEventListener("change", (event) => {
    if (event.target.matches(CHOOSERS)) apply(event.target);
  });
}

const applyAll = (root) => root.querySelectorAll(CHOOSERS).forEach(apply);

function apply(chooser) {
  const fixed = JSON.parse(chooser.selectedOptions[0]?.dataset.sets || "{}");
  const names = new Set([...chooser.options].flatMap((option) => Object.keys(JSON.parse(option.dataset.sets || "{}"))));
  for (const name of names) {
    const field = chooser.form.elements[name];
    if (!field) continue;
    field.readOnly = name in fixed;
    field.closest(".field").classList.toggle("fixed", name in fixed);
    if (!(name in fixed) || field.value === fixed[name]) continue;
    field.value = fixed[name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
