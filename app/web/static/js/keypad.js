// The keypad above a list: chips move from key to key by dragging or by their drop-down, and swap where one is there.
import { post, settle } from "./send.js";

const FAR = 6; // pixels after which a press is a drag

const pad = () => document.querySelector("[data-keypad]");

export function startKeypad() {
  document.addEventListener("change", (event) => {
    const chip = event.target.closest("[data-keypad] [data-chip]");
    if (chip) move(chip, event.target.value);
  });
  document.addEventListener("pointerdown", press);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keypad] [data-undo]")) undo();
  });
  document.addEventListener("submit", save);
  window.addEventListener("beforeunload", (event) => {
    if (pad() && moved().length) event.preventDefault();
  });
}

const chips = () => [...pad().querySelectorAll("[data-chip]")];
const select = (chip) => chip.querySelector("select");
const slotOf = (key) => pad().querySelector(`[data-key="${key}"] [data-slot]`);
const keyOf = (chip) => chip.closest("[data-key]").dataset.key;
const before = (chip) => [...select(chip).options].find((option) => option.defaultSelected)?.value ?? "";
const moved = () => chips().filter((chip) => select(chip) && keyOf(chip) !== before(chip));

/** Puts the chip on the key; one that is there takes its place. "" is no key, where there is room for all. */
function move(chip, key) {
  const from = keyOf(chip);
  if (from === key) return show();
  const other = key === "" ? null : slotOf(key).querySelector("[data-chip]");
  const focused = chip.contains(document.activeElement) ? document.activeElement : null;
  place(chip, key);
  if (other) place(other, from);
  focused?.focus();
  say(chip, key);
  return show();
}

function place(chip, key) {
  slotOf(key).append(chip);
  select(chip).value = key;
}

function say(chip, key) {
  const { moved: text, loose } = pad().dataset;
  const name = chip.querySelector(".chip-name").textContent;
  pad().querySelector("[data-said]").textContent = text.replace("{name}", name).replace("{key}", key || loose);
}

function show() {
  const changed = moved();
  chips().forEach((chip) => chip.classList.toggle("moved", changed.includes(chip)));
  pad().querySelector("[data-foot]").hidden = changed.length === 0;
}

function undo() {
  chips().forEach((chip) => place(chip, before(chip)));
  show();
}

async function save(event) {
  if (!event.target.matches("[data-keypad]")) return;
  event.preventDefault();
  const button = event.target.querySelector("[data-foot] .btn-primary");
  if (button.classList.contains("busy")) return;
  button.classList.add("busy");
  const answer = await post(event.target.action, new FormData(event.target));
  button.classList.remove("busy");
  if (answer) settle(answer);
}

// --- dragging: a finger takes the grip, a mouse the whole chip
function press(event) {
  const chip = event.target.closest("[data-keypad] [data-chip]");
  if (!chip || event.button !== 0 || !select(chip) || event.target.closest("select")) return;
  if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
  event.preventDefault();
  follow(chip, event);
}

function follow(chip, start) {
  const at = chip.getBoundingClientRect();
  let target = null;
  const drag = (event) => {
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!chip.classList.contains("dragged") && Math.hypot(x, y) < FAR) return;
    if (!chip.classList.contains("dragged")) chip.style.width = `${at.width}px`;
    chip.classList.add("dragged");
    chip.style.transform = `translate(${x}px, ${y}px)`;
    aim(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-keypad] [data-key]") || null);
  };
  const aim = (found) => {
    target?.classList.remove("aimed");
    target = found;
    target?.classList.add("aimed");
  };
  const end = (event) => {
    stop.abort();
    const key = target?.dataset.key;
    const dropped = event.type === "pointerup" && chip.classList.contains("dragged") && key !== undefined;
    aim(null);
    chip.classList.remove("dragged");
    chip.removeAttribute("style");
    if (dropped) move(chip, key);
  };
  const stop = new AbortController();
  const here = { signal: stop.signal };
  document.addEventListener("pointermove", drag, here);
  document.addEventListener("pointerup", end, here);
  document.addEventListener("pointercancel", end, here);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(event); }, here);
}
