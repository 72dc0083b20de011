// The API's pages. Reads carry the login cookie; writes its CSRF token as well.
import { csrfToken } from "./send.js";

const home = document.getElementById("swagger");
const words = new Map(Object.entries(JSON.parse(home.dataset.words)));

window.SwaggerUIBundle({
  url: home.dataset.url,
  dom_id: "#swagger",
  deepLinking: false, // its links lie inside buttons, where neither keyboard nor screen reader finds them
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (!/^(GET|HEAD)$/i.test(request.method || "GET")) request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});

/** Puts our words in the place of Swagger UI's own, text by text, also in what it adds later. */
function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const word = text.nodeValue.trim();
    if (words.has(word) && words.get(word) !== word && !text.parentElement.closest("code, pre, .opblock-summary-path")) {
      text.nodeValue = text.nodeValue.replace(word, words.get(word));
    }
  }
}

new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    translate(node.nodeType === Node.TEXT_NODE ? node.parentNode : node);
  }
}).observe(home, { childList: true, subtree: true });
