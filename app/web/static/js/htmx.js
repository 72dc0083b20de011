// How htmx behaves here: CSRF header, tidy addresses, errors as notices, enhanced controls in what it swaps in.
import { notify } from "./notices.js";
import { enhance } from "./pickers.js";
import { csrfToken } from "./send.js";

export function startHtmx() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
    else dropEmpty(detail.formData);
  });
  document.addEventListener("htmx:load", ({ detail }) => enhance(detail.elt));
  document.addEventListener("htmx:sendError", () => notify(document.body.dataset.offline, "danger"));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const doc = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    notify(doc.querySelector("[data-error]")?.dataset.errorText || document.body.dataset.failed, "danger");
  });
}

/** An empty filter is no filter: keep it out of the address. */
function dropEmpty(data) {
  for (const key of new Set(data.keys())) {
    const kept = data.getAll(key).filter((value) => value !== "");
    data.delete(key);
    kept.forEach((value) => data.append(key, value));
  }
}
