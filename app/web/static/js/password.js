// Passwords: show while typing, and say how strong they are. The server judges, here and when the form is sent.
import { csrfToken } from "./send.js";

const PAUSE = 250; // ms without a key before the server is asked

export function startPasswords() {
  startPasswordFields(document.body);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

/** Prepares the password fields inside `root` (a page or a form in the drawer). */
export function startPasswordFields(root) {
  root.querySelectorAll("[data-reveal]").forEach((button) => { button.hidden = false; });
  root.querySelectorAll("[data-meter]").forEach(measure);
  const form = root.querySelector("form[data-password]");
  if (form) compare(form);
}

function measure(meter) {
  const input = document.getElementById(meter.dataset.for);
  let timer = 0;
  let asked = 0;
  let pending = new AbortController();
  const look = () => {
    clearTimeout(timer);
    if (!input.value) show(meter, null);
    else timer = setTimeout(ask, PAUSE);
  };
  const ask = async () => {
    const question = ++asked;
    pending = new AbortController();
    const verdict = await judge(meter, input, pending.signal);
    if (verdict && question === asked && input.value) show(meter, verdict);
  };
  input.addEventListener("input", look);
  // Once the form is on its way the question has no answer any more: a new login would refuse the old page's token.
  input.form.addEventListener("submit", () => { clearTimeout(timer); pending.abort(); });
  // What else is typed about the person may not stand in the password.
  if (meter.dataset.own === undefined) input.form.addEventListener("change", (event) => event.target !== input && look());
}

/** What the server says of the password; null where it cannot be asked: the form's answer will say it then. */
async function judge(meter, input, signal) {
  const body = new URLSearchParams({ password: input.value });
  if (meter.dataset.own !== undefined) body.set("own", "1");
  else others(input).forEach((other) => body.set(other.name, other.value));
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  try {
    const response = await fetch(meter.dataset.meter, { method: "POST", body, headers, signal });
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
}

const others = (input) => [...input.form.elements].filter(
  (other) => /^(text|email|tel)$/.test(other.type) && other.name && other !== input && !isSecret(other),
);

const isSecret = (field) => field.autocomplete === "new-password" || field.autocomplete === "current-password";

function show(meter, verdict) {
  const bar = meter.querySelector("[data-score]");
  const reasons = meter.querySelector("[data-reasons]");
  bar.hidden = !verdict;
  bar.dataset.score = verdict ? verdict.score : "";
  const name = bar.querySelector(".meter-name");
  name.textContent = verdict ? `${name.dataset.label} · ${verdict.name}` : "";
  const texts = verdict ? verdict.reasons : [];
  reasons.hidden = !texts.length;
  reasons.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  meter.querySelectorAll("[data-rule]").forEach((rule) => {
    const missed = verdict && verdict.missed.includes(rule.dataset.rule);
    rule.classList.toggle("ok", Boolean(verdict) && !missed);
    rule.classList.toggle("bad", Boolean(missed));
  });
}

/** One's own new password, typed twice. */
function compare(form) {
  const { new: fresh, confirm } = form.elements;
  const match = form.querySelector(".match");
  const look = () => {
    const differ = confirm.value !== "" && fresh.value !== confirm.value;
    match.hidden = !differ;
    match.textContent = differ ? match.dataset.text : "";
  };
  fresh.addEventListener("change", look);
  confirm.addEventListener("change", look);
}
