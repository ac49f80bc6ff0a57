/** The measured app for platforms that call a module's `fetch`. */
import app from "./measured_app.ts";

export default { fetch: (request: Request) => app.fetch(request) };
