import { findAll, language, parse } from "./dom.js";

const HEADERS = { Accept: "text/html", "HX-Request": "true", "X-Chat-Fragment": "1", "X-Chat-Lang": language ?? "" };

/**
 * One request for a fragment. Never throws but for an abort: a network that
 * fails answers status 0.
 */
export async function request(address, { form = null, signal, keepalive = false } = {}) {
  let response;
  try {
    response = await fetch(address, {
      method: form ? "POST" : "GET",
      headers: HEADERS,
      body: form,
      credentials: "same-origin",
      cache: "no-store",
      signal,
      keepalive,
    });
    return answer(response, await response.text());
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { status: 0, ok: false, text: "", retryAfter: 0 };
  }
}

function answer(response, text) {
  // A redirect led to another page, and for a fragment that is the sign-in page.
  const status = response.redirected ? 401 : response.status;
  return { status, ok: status >= 200 && status < 300, text, retryAfter: wait(response.headers.get("Retry-After")) };
}

/** Retry-After in milliseconds: seconds or a date. */
function wait(header) {
  if (!header) return 0;
  const seconds = Number(header);
  return Math.max(0, Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now()) || 0;
}

/** The sentence that a refusal says to the person, "" where it has none. */
export function sentence(text) {
  const said = findAll("[role=alert]", parse(text)).map((element) => element.textContent.trim());
  return said.find(Boolean) ?? "";
}

/** Fields as a form's body. */
export const fields = (values) => new URLSearchParams(Object.entries(values).filter(([, v]) => v !== "" && v != null));
