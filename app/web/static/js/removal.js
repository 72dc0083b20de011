// Deleting: the question of the server's page, in a dialog.
import { enhance } from "./pickers.js";
import { notify } from "./notices.js";

const LONGEST = 2000; // characters of an address that every server takes

/** Asks about the records `ids`. Resolves to the form to be sent, or to null when the person thinks better of it. */
export async function askRemoval(url, ids) {
  const found = await load(url, ids);
  return found ? show(document.importNode(found, true)) : null;
}

async function load(url, ids) {
  const asked = new URLSearchParams(ids.map((id) => ["ids", id]));
  const address = `${url}?${asked}`;
  try {
    const response = await (address.length < LONGEST ? fetch(address) : fetch(url, { method: "POST", body: withToken(asked) }));
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = doc.getElementById("removal");
    const trouble = doc.querySelector("[data-error]");
    if (!found && trouble) notify(trouble.dataset.errorText, "danger");
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

function show(section) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", "removal-title");
  dialog.append(section);
  document.body.append(dialog);
  enhance(dialog);
  dialog.showModal();
  const cancel = dialog.querySelector("[data-cancel]");
  (dialog.querySelector("select, .ts-control input") || cancel).focus();
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
