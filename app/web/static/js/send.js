// Posting a form and understanding the page that comes back, so that an action need not throw the open page away.
import { notify, prepareNotices, takeNotices } from "./notices.js";

const MOST_KEPT = 60000; // characters; browsers refuse keepalive beyond 64 kB

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

/**
 * Posts `data` to `url` as a browser would and follows the redirect; `accept` is the kind of answer wanted. It is sent
 * even where the person leaves the page at once (keepalive): what was read or deleted by then stays so.
 * Gives { ok, doc, url } or null when it failed and the person has been told.
 */
export async function post(url, data, accept = "text/html") {
  const body = new URLSearchParams(data);
  const keepalive = body.toString().length < MOST_KEPT;
  let response;
  try {
    response = await fetch(url, { method: "POST", body, headers: { Accept: accept }, keepalive });
  } catch {
    notify(document.body.dataset.offline, "danger");
    return null;
  }
  document.dispatchEvent(new Event("ucc:answered"));
  const text = await response.text();
  if (loggedOut(response)) return null;
  const doc = new DOMParser().parseFromString(text, "text/html");
  takeToken(doc);
  const trouble = doc.querySelector("[data-error]");
  if (trouble || response.status >= 500) {
    tell(trouble, response);
    return null;
  }
  return { ok: response.ok, doc, url: response.url };
}

/** Says what went wrong. Where rows of the list were chosen that are gone meanwhile, it is shown as it is now. */
export function tell(trouble, response) {
  const gone = response.status === 404 && document.getElementById("list") && !document.querySelector("#drawer[open]");
  const { failed, gone: text } = document.body.dataset;
  notify(gone ? text : trouble?.dataset.errorText || failed, "danger");
  if (gone) loadList();
}

/** Forms of this page go on under the token of the login that answered: people log in anew in another window. */
export function takeToken(doc) {
  const fresh = doc.querySelector('meta[name="csrf-token"]')?.content;
  if (!fresh || fresh === csrfToken()) return;
  document.querySelector('meta[name="csrf-token"]').content = fresh;
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = fresh; });
}

/** Sends the person to the login page when the session has ended; true if so. What stands in a form is kept. */
function loggedOut(response) {
  const landed = new URL(response.url);
  const login = response.redirected && /\/(login|password)$/.test(landed.pathname);
  if (!login && response.status !== 401) return false;
  if (login && document.querySelector("#drawer[open], dialog.ask[open] form[method=post]")) askToLogIn();
  else location.assign(login ? landed.href : location.href);
  return true;
}

/** Says that the login has ended and nothing is saved yet; the form stays as it is. */
export function askToLogIn() {
  const { loggedOut: text, login: textContent, loginUrl: href } = document.body.dataset;
  const link = Object.assign(document.createElement("a"), { className: "btn btn-sm", target: "_blank", textContent, href });
  notify(text, "warning", link);
}

/** Shows what the answer says and brings this page up to date: its list, or where it has none, all of it. */
export function settle(answer) {
  const here = answer.url === location.href.replace(/#.*/, "");
  if (!document.getElementById("list")) {
    if (here) showMain(answer.doc);
    else location.assign(answer.url);
    return;
  }
  takeNotices(answer.doc);
  if (answer.doc.querySelector("[data-notice].tone-danger")) return; // nothing happened: what was ticked stays ticked
  const fresh = answer.doc.getElementById("list");
  if (here) showBeside(answer.doc);
  if (fresh && here) showList(document.importNode(fresh, true));
  else loadList();
}

function loadList() {
  const how = { target: "#list", select: "#list", swap: "outerHTML" };
  window.htmx.ajax("GET", location.pathname + location.search, how);
}

/** The answer is this very page, with its notices: loading it again would lose them, for they are said once. */
export function showMain(doc) {
  document.title = doc.title;
  document.getElementById("main").replaceWith(document.importNode(doc.getElementById("main"), true));
  prepareNotices();
}

/** What stands beside the list and tells the same rows. */
function showBeside(doc) {
  document.querySelectorAll("[data-beside-list]").forEach((old) => {
    const fresh = doc.getElementById(old.id);
    if (fresh) old.replaceWith(document.importNode(fresh, true));
  });
}

function showList(fresh) {
  document.getElementById("list").replaceWith(fresh);
  window.htmx.process(fresh);
  document.dispatchEvent(new Event("ucc:list"));
}
