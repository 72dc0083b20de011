// Passwords: show while typing, and say which demands of the policy are met so far. The server decides.
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
  const form = root.querySelector("form[data-password]");
  if (form) checklist(form);
}

const LEFT = 4; // characters that must remain beside the login name, as in app/fields/common_passwords.py

/** How much of `text` is neither `name` nor its reverse. A very short name says nothing. */
function beyond(text, name) {
  if (name.length < LEFT) return text.length;
  return Math.min(...[name, [...name].reverse().join("")].map((way) => text.replaceAll(way, "").length));
}

const TESTS = {
  length: (text, n) => [...text].length >= n,
  classes: (text, n) => [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((group) => group.test(text)).length >= n,
  name: (text, _n, name) => beyond(text.toLowerCase(), name.toLowerCase()) >= LEFT,
};

function checklist(form) {
  const { new: fresh, confirm } = form.elements;
  const rules = [...form.querySelectorAll("[data-rule]")].filter((rule) => rule.dataset.rule in TESTS);
  const match = form.querySelector(".match");
  const look = () => {
    for (const rule of rules) {
      const meets = TESTS[rule.dataset.rule];
      const met = fresh.value !== "" && meets(fresh.value, Number(rule.dataset.n), form.dataset.username);
      rule.classList.toggle("ok", met);
    }
  };
  const compare = () => {
    const differ = confirm.value !== "" && fresh.value !== confirm.value;
    match.hidden = !differ;
    match.textContent = differ ? match.dataset.text : "";
  };
  fresh.addEventListener("input", look);
  fresh.addEventListener("change", compare);
  confirm.addEventListener("change", compare);
}
