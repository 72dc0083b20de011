// Forms on a page of their own: sending one throws the page away, so it is asked first whether the login still holds.
import { notify } from "./notices.js";
import { askToLogIn } from "./send.js";

const TYPED = "main form.card[method=post], main #asking form";

const asking = new WeakSet();
const held = new WeakSet();

const pulse = () => document.querySelector("[data-pulse]")?.dataset.pulse;

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(TYPED) || !pulse() || held.delete(form)) return;
    event.preventDefault();
    if (!asking.has(form)) send(form, event.submitter);
  });
}

async function send(form, button) {
  asking.add(form);
  const kept = await trouble();
  asking.delete(form);
  if (kept) {
    kept();
    form.dispatchEvent(new Event("ucc:unsent"));
    return;
  }
  held.add(form);
  form.requestSubmit(button);
}

/** What there is to say instead of sending; null where the form may go. */
async function trouble() {
  try {
    const response = await fetch(pulse(), { headers: { Accept: "application/json" }, redirect: "manual" });
    return response.status === 401 || response.type === "opaqueredirect" ? askToLogIn : null;
  } catch {
    return () => notify(document.body.dataset.offline, "danger");
  }
}
