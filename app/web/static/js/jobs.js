// Says when a job of this person has ended, on whatever page they are. A cookie holds the jobs under way: while there
// are none, nothing is asked.
import { notify } from "./notices.js";

const COOKIE = "ucc_jobs";
const SOON = 2_000;
const LATER = 5_000; // once it takes longer than half a minute
const LONG = 30_000;
const WAITING = 60_000; // for a second person to approve

let timer = 0;
let since = 0;
let watched = "";

const place = () => document.querySelector("[data-jobs-news]");

export function startJobs() {
  if (!place()) return;
  document.addEventListener("visibilitychange", look);
  document.addEventListener("ucc:answered", look);
  document.addEventListener("htmx:afterRequest", look);
  look();
}

const ids = () => (document.cookie.match(/(?:^|; )ucc_jobs=([\d.]*)/)?.[1] || "").split(".").filter(Boolean);

/** Begins to ask where there is something to ask for, and nobody is asking yet. */
function look() {
  if (ids().join() !== watched) since = Date.now(); // a new one: ask often again
  else if (timer) return;
  watched = ids().join();
  wait(SOON / 2);
}

function wait(time) {
  clearTimeout(timer);
  timer = 0;
  if (!document.hidden && ids().length) timer = setTimeout(ask, time);
}

async function ask() {
  const asked = ids();
  if (!asked.length) return wait(SOON);
  let jobs;
  try {
    // "Unattended": a page left open does not keep the login from ending.
    const headers = { Accept: "application/json", "X-Unattended": "1" };
    const query = new URLSearchParams(asked.map((id) => ["id", id]));
    const response = await fetch(`${place().dataset.jobsNews}?${query}`, { headers, redirect: "manual" });
    if (response.status === 401 || response.type === "opaqueredirect") return; // the login has ended
    if (!response.ok) throw new Error(response.status);
    ({ jobs } = await response.json());
  } catch { // the server cannot be reached for the moment: ask again later
    return wait(WAITING);
  }
  const known = new Map(jobs.map((job) => [job.id, job]));
  const over = asked.filter((id) => !known.get(id)?.live);
  const untold = over.filter((id) => ids().includes(id)); // another window may have been quicker
  forget(over);
  untold.forEach((id) => known.has(id) && tell(known.get(id)));
  const left = jobs.filter((job) => job.live);
  if (left.every((job) => job.waits)) return wait(WAITING);
  return wait(Date.now() - since > LONG ? LATER : SOON);
}

function forget(over) {
  const left = ids().filter((id) => !over.includes(id));
  watched = left.join();
  const path = new URL(place().dataset.jobsNews, location.href).pathname.replace(/\/jobs\/news\/$/, "") || "/";
  document.cookie = `${COOKIE}=${left.join(".")}; path=${path}; SameSite=Lax${left.length ? "" : "; max-age=0"}`;
}

function tell({ text, tone, link }) {
  const button = document.createElement("a");
  button.className = "btn btn-sm";
  button.href = link.url;
  button.textContent = link.label;
  button.toggleAttribute("download", link.download);
  notify(text, tone, button);
}
