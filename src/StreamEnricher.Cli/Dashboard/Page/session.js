// The token, and calls of the API with it. It lives in this tab only and is never written into an address.
const KEY = "streamenricher.token";

/** The token is not taken (any more). */
export class SignedOut extends Error {}

export const session = {
  get token() {
    return sessionStorage.getItem(KEY);
  },
  keep(token) {
    sessionStorage.setItem(KEY, token);
  },
  forget() {
    sessionStorage.removeItem(KEY);
  },
  may: { manage: false, post: false },
};

/** A call; the answer's JSON. Refusals become errors with the server's own sentence. */
export async function call(path, options = {}) {
  const response = await open(path, options);
  return response.json();
}

/** A call whose answer the caller reads. */
export async function open(path, { method = "GET", body, signal } = {}) {
  const headers = { Authorization: `Bearer ${session.token}` };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), credentials: "omit", cache: "no-store", redirect: "error" });
  if (response.ok) {
    return response;
  }
  const problem = await response.json().catch(() => ({}));
  const detail = problem.detail ?? problem.title ?? `the server answers ${response.status}`;
  throw response.status === 401 ? new SignedOut(detail) : new Error(detail);
}
