// Text with bold, lists and links. The plain textarea is what is sent, and what is left without scripts; over it stands
// an editor (squire) with a toolbar. The server cleans what it gets; what comes in here, by paste say, is cleaned too.
import Squire from "../vendor/squire.js";

const MARKED_UP = /<\/(p|strong|em|u|s|ul|ol|li|a|h[1-6]|blockquote|b|i|strike|del|ins|div|span)\s*>|<br\s*\/?>/i;
const KEPT = new Set(["P", "BR", "STRONG", "EM", "U", "S", "UL", "OL", "LI", "A", "H3", "BLOCKQUOTE"]);
const MEANT = { B: "STRONG", I: "EM", STRIKE: "S", DEL: "S", INS: "U", DIV: "P",
  H1: "H3", H2: "H3", H4: "H3", H5: "H3", H6: "H3" };
const GONE = "script,style,template,iframe,object,embed,svg,math,noscript,title,head,meta,link,select,textarea";
const TAG = /<\/?[a-z][^>]*>/gi;
const LOUD = /[\s/"'](?:style|on\w+)\s*=/gi;
const ADDRESS = /^(https?:\/\/|mailto:)\S/i;
const MAIL = /^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/;

/** Puts an editor over every marked textarea inside `root`, once. */
export function startRich(root) {
  root.querySelectorAll?.("textarea[data-rich]:not([hidden])").forEach((area) => new Editor(area));
}

class Editor {
  constructor(area) {
    this.area = area;
    this.box = document.getElementById(`${area.id}-editor`).content.firstElementChild.cloneNode(true);
    this.text = this.box.querySelector("[data-text]");
    const focused = document.activeElement === area;
    describe(this.text, area);
    area.before(this.box);
    area.hidden = true;
    this.squire = new Squire(this.text, {
      blockTag: "P",
      tagAttributes: { a: {} },
      sanitizeToDOMFragment: (html) => cleaned(html),
      addLinks: true,
    });
    this.dressKeys();
    this.squire.setHTML(MARKED_UP.test(area.value) ? area.value : marked(area.value));
    // What squire makes of the text is no change of the person's: it tells of it before this runs.
    queueMicrotask(() => this.listen());
    this.mark();
    this.count();
    if (focused || area.autofocus) this.squire.focus();
  }

  listen() {
    const { squire, area } = this;
    squire.addEventListener("input", () => {
      area.value = this.empty() ? "" : squire.getHTML();
      this.tool("undo").disabled = false;
      this.count();
    });
    squire.addEventListener("pathChange", () => this.mark());
    squire.addEventListener("undoStateChange", ({ detail }) => {
      this.tool("undo").disabled = !detail.canUndo;
      this.tool("redo").disabled = !detail.canRedo;
    });
    this.box.querySelector("[role=toolbar]").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      if (button) this.run(button.dataset.do);
    });
    this.box.querySelector("[role=toolbar]").addEventListener("keydown", (event) => this.walk(event));
    document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", (event) => {
      event.preventDefault();
      squire.focus();
    });
    const link = this.box.querySelector("[data-link]");
    link.addEventListener("click", (event) => {
      const pressed = event.target.closest("button")?.dataset.link;
      if (pressed === "ok") this.setLink();
      if (pressed === "no") this.closeLink();
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.setLink();
      if (event.key === "Escape") this.closeLink();
      if (["Enter", "Escape"].includes(event.key)) { event.preventDefault(); event.stopPropagation(); }
    });
  }

  /** Tab leaves the editor, as it leaves every other control; squire would make it indent a list. */
  dressKeys() {
    for (const key of ["Tab", "Shift-Tab"]) this.squire.setKeyHandler(key, () => {});
  }

  run(what) {
    const { squire } = this;
    const on = (tag) => squire.hasFormat(tag);
    const doing = {
      bold: () => (on("B") || on("STRONG") ? this.unset("STRONG", "B") : squire.bold()),
      italic: () => (on("I") || on("EM") ? this.unset("EM", "I") : squire.italic()),
      bullets: () => (on("UL") ? squire.removeList() : squire.makeUnorderedList()),
      numbers: () => (on("OL") ? squire.removeList() : squire.makeOrderedList()),
      link: () => (on("A") ? squire.removeLink() : this.openLink()),
      undo: () => squire.undo(),
      redo: () => squire.redo(),
    };
    doing[what]();
    if (what !== "link" || !this.linking) squire.focus();
    this.mark();
  }

  unset(...tags) {
    for (const tag of tags) if (this.squire.hasFormat(tag)) this.squire.changeFormat(null, { tag });
  }

  openLink() {
    const link = this.box.querySelector("[data-link]");
    this.linking = this.squire.getSelection();
    link.hidden = false;
    link.querySelector(".error").hidden = true;
    const input = link.querySelector("input");
    const chosen = this.squire.getSelectedText().trim();
    input.value = ADDRESS.test(chosen) ? chosen : "";
    input.focus();
  }

  setLink() {
    const link = this.box.querySelector("[data-link]");
    const typed = link.querySelector("input").value.trim();
    const url = ADDRESS.test(typed) ? typed : MAIL.test(typed) ? `mailto:${typed}` : `https://${typed}`;
    const wrong = !typed || /\s/.test(typed) || (!ADDRESS.test(typed) && /^[a-z][a-z0-9+.-]*:/i.test(typed));
    link.querySelector(".error").hidden = !wrong;
    if (wrong) return;
    const range = this.linking;
    this.closeLink();
    this.squire.setSelection(range);
    this.squire.makeLink(url);
  }

  closeLink() {
    this.box.querySelector("[data-link]").hidden = true;
    if (this.linking) this.squire.setSelection(this.linking);
    this.linking = null;
    this.squire.focus();
  }

  tool(name) {
    return this.box.querySelector(`[data-do=${name}]`);
  }

  /** The toolbar says what the text at the caret is. */
  mark() {
    const on = { bold: ["B", "STRONG"], italic: ["I", "EM"], bullets: ["UL"], numbers: ["OL"], link: ["A"] };
    for (const [name, tags] of Object.entries(on)) {
      const pressed = tags.some((tag) => this.squire.hasFormat(tag));
      this.tool(name).setAttribute("aria-pressed", String(pressed));
    }
  }

  empty() {
    return !this.text.textContent.trim();
  }

  count() {
    const most = Number(this.area.dataset.most);
    const label = this.box.querySelector(".editor-count");
    const n = [...this.text.innerText.trim().replace(/\n{2,}/g, "\n\n")].length;
    label.textContent = most ? `${n} / ${most}` : "";
    label.classList.toggle("over", most > 0 && n > most);
  }

  /** Arrow keys go from button to button: the toolbar is one stop for Tab. */
  walk(event) {
    const buttons = [...this.box.querySelectorAll("[data-do]:not(:disabled)")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = buttons.at(to % buttons.length);
    this.box.querySelectorAll("[data-do]").forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }
}

/** The editor is called and described as its textarea is. */
function describe(text, area) {
  const label = document.querySelector(`label[for="${area.id}"]`);
  if (label) {
    label.id ||= `${area.id}-label`;
    text.setAttribute("aria-labelledby", label.id);
  }
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) text.setAttribute(name, area.getAttribute(name));
  }
  if (area.required) text.setAttribute("aria-required", "true");
}

/** Plain text as HTML: an empty line parts paragraphs. */
function marked(text) {
  const box = document.createElement("div");
  for (const part of text.split(/\n\s*\n/)) {
    const lines = part.split("\n");
    const paragraph = document.createElement("p");
    lines.forEach((line, at) => paragraph.append(...(at ? [document.createElement("br"), line] : [line])));
    box.append(paragraph);
  }
  return box.innerHTML;
}

/** Foreign HTML with nothing in it but what may be here. Parsed in a document of its own, where nothing runs or loads. */
function cleaned(html) {
  const doc = new DOMParser().parseFromString(html.replace(TAG, tame), "text/html");
  doc.querySelectorAll(GONE).forEach((element) => element.remove());
  const made = document.createDocumentFragment();
  copy(doc.body, made);
  return made;
}

/** Styles and handlers by another name: none would count there, but the browser reports each that it refuses. */
function tame(tag) {
  return tag.replace(LOUD, " data-was=").replace(/^<(\/?)(style|script)\b/i, "<$1template");
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replace(/\s*[\r\n\t]+\s*/g, " "));
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const tag = MEANT[node.tagName] || node.tagName;
    const href = tag === "A" ? (node.getAttribute("href") || "").trim() : "";
    if (!KEPT.has(tag) || (tag === "A" && !ADDRESS.test(href))) {
      copy(node, to);
      continue;
    }
    const element = document.createElement(tag);
    if (href) element.setAttribute("href", href);
    to.append(element);
    copy(node, element);
  }
}
