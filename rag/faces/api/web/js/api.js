// The server: requests with the tab's key, answers as JSON, event streams, files.
import { holdKey, key } from "./kept.js";
import { eventsOf } from "./event_stream.js";
import { has, t } from "./i18n.js";

const BASE = "api/v1/";
let askForKey = async () => null;

/** Who is asked for a key where the server wants one: `ask(wrong)` gives it, or null. */
export const onKeyNeeded = (ask) => (askForKey = ask);

/** Why a request came to nothing. status, type: the server's; status 0 where it wasn't reached. */
export class Failure extends Error {
  constructor(status, { type = "", message = "", request_id: id = "", retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { status, type, id, retryAfter });
  }

  /** In the reader's language, in one line. */
  get line() {
    if (this.status === 0) return t("fail_offline");
    if (this.status === -1) return t("fail_broken");
    const known = [this.type, this.status].map((one) => `fail_${one}`).find(has);
    return t(known ?? "fail_500", this.retryAfter);
  }
}

/** A path with those of the values that say something. */
export function path(where, values = {}) {
  const said = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const query = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
  return said.length ? `${where}?${query}` : where;
}

export const get = async (where, signal) => (await send("GET", where, { signal })).json();
export const remove = async (where) => (await send("DELETE", where)).status;
export const post = async (where, body, signal) => (await send(
  "POST",
  where,
  { body, signal },
)).json();

/** A file of the server as a Blob: an image or a download, for which a link could carry no key. */
export const file = async (where, signal) => (await send(
  "GET",
  where,
  { signal, accept: "*/*" },
)).blob();

/** The events of a stream, each {event, data}. Throws Failure where it can't begin or breaks. */
export async function* stream(method, where, { body, signal } = {}) {
  const response = await send(method, where, { body, signal, accept: "text/event-stream" });
  try {
    yield* eventsOf(response.body);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(-1, { message: String(error.message ?? error) });
  }
}

/** Send a form with files; `progress(share)` tells how much has gone, 0 to 1. Gives the JSON. */
export async function upload(where, form, progress) {
  for (let wrong = false; ; wrong = true) {
    const { status, body, retryAfter } = await uploaded(where, form, progress);
    if (status >= 200 && status < 300) return body;
    if (status === 401 && (await newKey(wrong))) continue;
    throw new Failure(status, { ...body?.error, retryAfter });
  }
}

async function send(method, where, { body, signal, accept = "application/json" } = {}) {
  for (let wrong = false; ; wrong = true) {
    const response = await sent(method, where, { body, signal, accept });
    if (response.ok) return response;
    if (response.status === 401 && (await newKey(wrong))) continue;
    throw await failureOf(response);
  }
}

async function sent(method, where, { body, signal, accept }) {
  const headers = { accept, ...authorization() };
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(
      BASE + where,
      { method, headers, signal, body: body && JSON.stringify(body) },
    );
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(0, { message: String(error.message) });
  }
}

/** By XMLHttpRequest: fetch doesn't tell how much of a file has gone. */
function uploaded(where, form, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + where);
    for (const header of Object.entries(authorization())) request.setRequestHeader(...header);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(
      event.loaded / event.total,
    );
    request.onerror = () => reject(new Failure(0));
    request.onload = () =>
      resolve({
        status: request.status,
        body: request.response,
        retryAfter: Number(request.getResponseHeader("retry-after")) || 0,
      });
    request.send(form);
  });
}

const authorization = () => (key() ? { authorization: `Bearer ${key()}` } : {});

let asking = null; // one dialog, however many requests wait for the key

async function newKey(wrong) {
  asking ??= askForKey(wrong || Boolean(key())).finally(() => (asking = null));
  const given = await asking;
  if (given) holdKey(given);
  return Boolean(given);
}

async function failureOf(response) {
  const retryAfter = Number(response.headers.get("retry-after")) || 0;
  const body = await response.json().catch(() => null); // a proxy's page, say: no JSON
  return new Failure(response.status, { ...body?.error, retryAfter });
}
