// Forms on a page of their own: sending one throws the page away, so it is asked first whether the login still holds;
// and it is sent once, however often the button is pressed until the next page is there. So is what any other form says.
import { notify } from "./notices.js";
import { askToLogIn } from "./send.js";

const TYPED = "main form.card[method=post], main #asking form";

const STOPPED = 10000; // ms; a page still here by then was kept by its reader, who may want to send it again

const sending = new WeakSet();
const cleared = new WeakSet(); // asked for, on their way
const sent = new Map(); // form → what it said last

const pulse = () => document.querySelector("[data-pulse]")?.dataset.pulse;

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || cleared.delete(form)) return;
    if (!form.matches(TYPED) || !pulse()) {
      if (isRepeated(form, event.submitter)) event.preventDefault();
      return;
    }
    event.preventDefault();
    if (!sending.has(form)) send(form, event.submitter);
  });
  window.addEventListener("pageshow", () => {
    sent.clear();
    document.querySelectorAll(TYPED).forEach((form) => rest(form));
  });
}

/** True for what the form has just said: the answer, a page or a file, is on its way. */
function isRepeated(form, button) {
  const said = [button?.formAction || form.action, button?.name, button?.value, new URLSearchParams(new FormData(form))].join(" ");
  if (sent.get(form) === said) return true;
  sent.set(form, said);
  setTimeout(() => { if (sent.get(form) === said) sent.delete(form); }, STOPPED);
  return false;
}

async function send(form, button) {
  sending.add(form);
  button?.classList.add("busy");
  const kept = await trouble();
  if (kept) {
    rest(form);
    kept();
    form.dispatchEvent(new Event("ucc:unsent"));
    return;
  }
  cleared.add(form);
  form.requestSubmit(button);
  setTimeout(rest, STOPPED, form);
}

/** The form may be sent (again). */
function rest(form) {
  sending.delete(form);
  form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
}

/** What there is to say instead of sending; null where the form may go. */
export async function trouble() {
  try {
    const response = await fetch(pulse(), { headers: { Accept: "application/json" }, redirect: "manual" });
    return response.status === 401 || response.type === "opaqueredirect" ? askToLogIn : null;
  } catch {
    return () => notify(document.body.dataset.offline, "danger");
  }
}
