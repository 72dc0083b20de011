// Deleting: the question of the server's page, in a dialog.
import { enhance } from "./pickers.js";
import { notify } from "./notices.js";
import { takeToken, tell } from "./send.js";

const LONGEST = 2000; // characters of an address that every server takes

/** Asks about the records `ids`. Resolves as `showQuestion` does. */
export async function askRemoval(url, ids, send) {
  const found = await loadQuestion(url, ids.map((id) => ["ids", id]), "removal");
  return found ? showQuestion(document.importNode(found, true), send) : null;
}

/** The section `name` of the server's question about what `pairs` say; null when the person has been told why not. */
export async function loadQuestion(url, pairs, name, posted = false) {
  const asked = new URLSearchParams(pairs);
  const address = `${url}?${asked}`;
  const short = !posted && address.length < LONGEST;
  try {
    const response = await (short ? fetch(address) : fetch(url, { method: "POST", body: withToken(asked) }));
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    takeToken(doc);
    const found = doc.getElementById(name);
    const trouble = doc.querySelector("[data-error]");
    const notice = found ? null : doc.querySelector("[data-notice].tone-danger .notice-text");
    if (notice) notify(notice.textContent.trim(), "danger"); // led back to the list, which says why
    else if (!found && trouble) tell(trouble, response);
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

/**
 * Shows the question in a dialog, with what is typed there, until `send(form)` has given something: not where the login
 * has ended or the server is out of reach. Resolves to what it gave, or to null when the person thinks better of it.
 */
export function showQuestion(section, send) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", `${section.id}-title`);
  const said = Object.assign(document.createElement("div"), { className: "ask-notices", role: "status" });
  said.dataset.notices = "";
  dialog.append(section, said);
  document.body.append(dialog);
  enhance(dialog);
  dialog.showModal();
  const cancel = dialog.querySelector("[data-cancel]");
  (dialog.querySelector("[autofocus]") || dialog.querySelector("select:not(.tomselected), .ts-control input") || cancel).focus();
  return new Promise((resolve) => {
    let sending = false;
    let given = null;
    cancel.addEventListener("click", (event) => {
      event.preventDefault();
      if (!sending) dialog.close();
    });
    dialog.addEventListener("cancel", (event) => { if (sending) event.preventDefault(); });
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return;
      const button = event.target.querySelector(".ask-foot button");
      sending = true;
      button.classList.add("busy");
      said.replaceChildren();
      given = await send(event.target);
      button.classList.remove("busy");
      sending = false;
      if (given) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(given);
    });
  });
}
