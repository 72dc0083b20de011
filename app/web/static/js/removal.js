// Deleting: the question of the server's page, in a dialog.
import { enhance } from "./pickers.js";
import { notify } from "./notices.js";

const LONGEST = 2000; // characters of an address that every server takes

/** Asks about the records `ids`. Resolves to the form to be sent, or to null when the person thinks better of it. */
export async function askRemoval(url, ids) {
  const found = await loadQuestion(url, ids.map((id) => ["ids", id]), "removal");
  return found ? showQuestion(document.importNode(found, true)) : null;
}

/** The section `name` of the server's question about what `pairs` say; null when the person has been told why not. */
export async function loadQuestion(url, pairs, name, posted = false) {
  const asked = new URLSearchParams(pairs);
  const address = `${url}?${asked}`;
  const short = !posted && address.length < LONGEST;
  try {
    const response = await (short ? fetch(address) : fetch(url, { method: "POST", body: withToken(asked) }));
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = doc.getElementById(name);
    const trouble = doc.querySelector("[data-error]");
    const notice = found ? null : doc.querySelector("[data-notice].tone-danger .notice-text");
    if (notice) notify(notice.textContent.trim(), "danger"); // led back to the list, which says why
    else if (!found && trouble) notify(trouble.dataset.errorText, "danger");
    else if (!found) location.assign(response.url); // the session has ended: this is the login page
    return found;
  } catch {
    notify(document.body.dataset.offline, "danger");
    return null;
  }
}

function withToken(asked) {
  asked.append("ask", "1");
  asked.append("csrf_token", document.querySelector('meta[name="csrf-token"]').content);
  return asked;
}

/** Shows the question in a dialog. Resolves to its form when the person agrees, else to null. */
export function showQuestion(section) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", `${section.id}-title`);
  dialog.append(section);
  document.body.append(dialog);
  enhance(dialog);
  dialog.showModal();
  const cancel = dialog.querySelector("[data-cancel]");
  (dialog.querySelector("[autofocus]") || dialog.querySelector("select:not(.tomselected), .ts-control input") || cancel).focus();
  return new Promise((resolve) => {
    let agreed = null;
    cancel.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      agreed = event.target;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      if (agreed) agreed.hidden = true;
      resolve(agreed);
      // The form may still be sent from the page: it goes when the page has had time to do so.
      setTimeout(() => dialog.remove(), 0);
    });
  });
}
