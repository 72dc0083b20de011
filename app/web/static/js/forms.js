// Forms on a page of their own: sending one throws the page away, so it is asked first whether the login still holds;
// and it is sent once, however often the button is pressed until the next page is there.
import { notify } from "./notices.js";
import { askToLogIn } from "./send.js";

const TYPED = "main form.card[method=post], main #asking form";

const STOPPED = 10000; // ms; a page still here by then was kept by its reader, who may want to send it again

const sending = new WeakSet();
const cleared = new WeakSet(); // asked for, on their way

const pulse = () => document.querySelector("[data-pulse]")?.dataset.pulse;

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(TYPED) || !pulse() || cleared.delete(form)) return;
    event.preventDefault();
    if (!sending.has(form)) send(form, event.submitter);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll(TYPED).forEach((form) => rest(form)));
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
