// Announcements: opening one marks it read.
import { csrfToken, post } from "./send.js";

export function startWorkbench() {
  document.querySelectorAll("[data-read-url]").forEach((panel) => {
    panel.querySelectorAll("details.unread").forEach((row) => {
      row.addEventListener("toggle", () => { if (row.open) read(panel, [row]); });
    });
    panel.querySelector("[data-read-all]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      read(panel, [...panel.querySelectorAll("details.unread")]);
    });
  });
}

async function read(panel, rows) {
  const fresh = rows.filter((row) => row.classList.contains("unread"));
  if (!fresh.length) return;
  fresh.forEach((row) => row.classList.remove("unread"));
  recount(panel);
  const data = new FormData();
  data.append("csrf_token", csrfToken());
  fresh.forEach((row) => data.append("ids", row.dataset.id));
  const answer = await post(panel.dataset.readUrl, data, "application/json");
  if (answer) return;
  fresh.forEach((row) => row.classList.add("unread"));
  recount(panel);
}

function recount(panel) {
  const n = panel.querySelectorAll("details.unread").length;
  const label = panel.querySelector("[data-unread]");
  label.textContent = n ? label.dataset.text.replace("{n}", n) : "";
  label.hidden = n === 0;
  const all = panel.querySelector("[data-read-all]");
  if (all) all.hidden = n === 0;
}
