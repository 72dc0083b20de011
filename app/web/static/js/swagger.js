// The API's pages. Reads carry the login cookie; writes its CSRF token as well.
import { csrfToken } from "./send.js";

window.SwaggerUIBundle({
  url: document.getElementById("swagger").dataset.url,
  dom_id: "#swagger",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (!/^(GET|HEAD)$/i.test(request.method || "GET")) request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
