// Drop-downs that search (tom-select) and calendars (flatpickr). Without them the plain controls still work.
import { startRich } from "./rich.js";

const NOTHING = "none"; // an option that came with the page: records that refer to nothing

const zh = document.documentElement.lang.startsWith("zh");

/** Turns every marked control inside `root` into its better self, once. */
export function enhance(root) {
  if (!root?.querySelectorAll) return;
  root.querySelectorAll("select[data-choose]:not(.tomselected)").forEach(choose);
  root.querySelectorAll("input[data-pick]:not(.flatpickr-input)").forEach(pick);
  startRich(root);
}

function choose(select) {
  if (!window.TomSelect) return;
  const { url, whole, placeholder, none, remove, loading } = select.dataset;
  const shared = {
    placeholder,
    maxOptions: null,
    hidePlaceholder: true,
    plugins: select.multiple ? { remove_button: { title: remove } } : {},
    allowEmptyOption: false,
    render: {
      no_results: () => message("no-results", none),
      loading: () => message("spinner", loading),
    },
  };
  const source = url ? (whole === undefined ? remote(url) : wholly(url)) : {};
  const picker = new window.TomSelect(select, { ...shared, ...source });
  nameIt(picker, select);
}

/** Options of a large table: asked for while typing; the first ones when the control gets the focus. */
function remote(url) {
  return {
    valueField: "value",
    labelField: "text",
    searchField: [],
    preload: "focus",
    loadThrottle: 200,
    shouldLoad: () => true,
    async load(query, done) {
      try {
        const address = `${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}`;
        const response = await fetch(address, { headers: { Accept: "application/json" } });
        this.clearOptions((option) => option.value === NOTHING || this.items.includes(option.value));
        done(response.ok ? await response.json() : []);
      } catch {
        done([]);
      }
    },
  };
}

/** All options there are, asked for once, when the control gets the focus; searched here. */
function wholly(url) {
  let asked = false;
  return {
    valueField: "value",
    labelField: "text",
    searchField: ["text"],
    preload: "focus",
    shouldLoad: () => !asked,
    async load(_query, done) {
      asked = true;
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" } });
        asked = response.ok;
        done(response.ok ? await response.json() : []);
      } catch {
        asked = false;
        done([]);
      }
    },
  };
}

function message(className, text) {
  const box = document.createElement("div");
  box.className = className;
  box.textContent = text;
  return box;
}

/** Screen readers: the list a control opens carries the control's own label; errors and help stay attached. */
function nameIt(picker, select) {
  const label = document.querySelector(`label[for="${select.id}"], label[for="${select.id}-ts-control"]`);
  for (const part of label ? [select, picker.dropdown_content] : []) {
    part.setAttribute("aria-label", label.textContent.trim());
  }
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = select.getAttribute(name);
    if (value) picker.control_input.setAttribute(name, value);
  }
}

/** What a screen reader calls the parts of a calendar: flatpickr's own Chinese leaves them English. */
function spoken() {
  const { year, month, hour, minute } = document.getElementById("calendar-words").dataset;
  return { yearAriaLabel: year, monthAriaLabel: month, hourAriaLabel: hour, minuteAriaLabel: minute };
}

function pick(input) {
  if (!window.flatpickr) return;
  const kind = input.dataset.pick;
  const calendar = window.flatpickr(input, {
    allowInput: true,
    disableMobile: true,
    enableTime: kind !== "date",
    noCalendar: kind === "time",
    time_24hr: true,
    dateFormat: { date: "Y-m-d", time: "H:i", datetime: "Y-m-d H:i" }[kind],
    defaultHour: 0,
    locale: { ...(zh && window.flatpickr.l10ns.zh), ...spoken(), firstDayOfWeek: 1 },
    static: Boolean(input.closest("dialog")), // a calendar in <body> would lie behind the dialog
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !calendar.isOpen) return;
    event.stopPropagation(); // one Esc closes one thing
    calendar.close();
  });
}
