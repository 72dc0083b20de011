// How htmx behaves here: CSRF header, tidy addresses, errors as notices, enhanced controls in what it swaps in.
import { notify } from "./notices.js";
import { enhance } from "./pickers.js";
import { csrfToken } from "./send.js";

export function startHtmx() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
    else tidy(detail);
  });
  document.addEventListener("htmx:load", ({ detail }) => enhance(detail.elt));
  document.addEventListener("htmx:sendError", () => notify(document.body.dataset.offline, "danger"));
  document.addEventListener("toast", ({ detail }) => notify(detail.text, detail.tone)); // from the header HX-Trigger
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.getResponseHeader("HX-Trigger")) return;
    const doc = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    notify(doc.querySelector("[data-error]")?.dataset.errorText || document.body.dataset.failed, "danger");
  });
}

/** An empty filter is no filter: keep it out of the address. Order and page size stay as they are now. */
function tidy({ elt, formData: data }) {
  for (const key of new Set(data.keys())) {
    const kept = data.getAll(key).filter((value) => value !== "");
    data.delete(key);
    kept.forEach((value) => data.append(key, value));
  }
  if (elt.id !== "filters") return;
  const now = new URLSearchParams(location.search);
  for (const key of ["order", "size"]) {
    data.delete(key);
    if (now.has(key)) data.append(key, now.get(key));
  }
}
