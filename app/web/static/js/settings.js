// Settings: "restore default" is offered beside a field only while the field holds something else.
export function startSettings() {
  document.addEventListener("input", ({ target }) => {
    const row = target.closest("[data-settings] .setting");
    const reset = row?.querySelector(".reset");
    if (reset) reset.hidden = held(row) === reset.dataset.default;
  });
}

/** What the row's controls hold, as the server writes a default: ticked boxes by their values, joined by commas. */
function held(row) {
  const control = row.querySelector("[name]:not(button)");
  if (control.getAttribute("role") === "switch") return control.checked ? "1" : "";
  if (control.type !== "checkbox") return control.value.trim();
  return [...row.querySelectorAll("input:checked")].map((box) => box.value).join(",");
}
