// Keeps open pages up to date with the workbench: asks once a minute, and at the very moment something starts or ends.
// A browser's clock may be wrong, so moments come as milliseconds from now.
import { showMain } from "./send.js";
import { startWorkbench } from "./workbench.js";

const EVERY = 60_000;
const KEY = "ucc-pulse";

let timer = 0;
let asked = 0;

const banner = () => document.querySelector("[data-pulse]");
const bench = () => document.querySelector("[data-stamp]");

export function startPulse() {
  if (!banner()) {
    sessionStorage.removeItem(KEY); // nobody is logged in: what was remembered was somebody else's
    return;
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > EVERY / 4) ask();
  });
  if (bench()) {
    startRows();
    const { pending, text, next } = bench().dataset;
    remember({ pending: Number(pending), text, next: next ? Number(next) : null });
    return;
  }
  const known = JSON.parse(sessionStorage.getItem(KEY) || "null");
  if (known && known.lang === document.documentElement.lang && Date.now() - known.at < EVERY) {
    asked = known.at;
    tell(known);
    wait(known.next === null ? null : known.next - (Date.now() - known.at));
  } else ask();
}

async function ask() {
  clearTimeout(timer);
  asked = Date.now();
  let answer = null;
  try {
    // "Unattended": a page left open does not keep the login from ending.
    const headers = { Accept: "application/json", "X-Unattended": "1" };
    const response = await fetch(banner().dataset.pulse, { headers, redirect: "error" });
    if (response.status === 401) return; // the login has ended: the next click will say so
    if (response.ok) answer = await response.json();
  } catch { /* the server cannot be reached for the moment: ask again later */ }
  if (!answer) {
    wait(null);
    return;
  }
  remember(answer);
  if (bench() && bench().dataset.stamp !== answer.stamp) await refresh();
}

function remember(answer) {
  asked = Date.now();
  sessionStorage.setItem(KEY, JSON.stringify({ ...answer, at: asked, lang: document.documentElement.lang }));
  tell(answer);
  wait(answer.next);
}

/** The banner of pages other than the workbench, which itself shows what waits. */
function tell({ pending, text }) {
  const box = banner();
  box.hidden = !pending || bench() !== null;
  if (!box.hidden) box.querySelector("[data-pulse-text]").textContent = text;
}

function wait(next) {
  clearTimeout(timer);
  const soon = next === null ? EVERY : Math.min(EVERY, Math.max(0, next) + 30);
  timer = setTimeout(() => (document.hidden && soon === EVERY ? wait(next === null ? null : next - soon) : ask()), soon);
}

/** Rows go at their own moment, server or no server. */
function startRows() {
  document.querySelectorAll("[data-left]").forEach((row) => {
    setTimeout(() => {
      const list = row.parentElement;
      row.remove();
      if (list && !list.querySelector("[data-row-id]")) ask();
    }, Number(row.dataset.left));
  });
}

/** The workbench as it is now, in the place of what is shown; what stood open stays open. */
async function refresh() {
  const open = [...document.querySelectorAll("[data-row-id] details[open]")].map((one) => one.parentElement.dataset.rowId);
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Unattended": "1" } });
    const doc = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!doc.querySelector("[data-stamp]")) return;
    const typing = document.activeElement?.closest("[data-row-id]")?.dataset.rowId;
    showMain(doc);
    for (const id of open) {
      const details = document.querySelector(`[data-row-id="${CSS.escape(id)}"] details`);
      if (details) details.open = true;
    }
    if (typing) document.querySelector(`[data-row-id="${CSS.escape(typing)}"] :is(summary, button)`)?.focus();
    startWorkbench();
    startRows();
  } catch { /* tried again at the next question */ }
}
