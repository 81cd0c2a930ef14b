// The control door of the playground: reads, deeds, and the stream of what happens.

async function answer(response) {
  const body = await response.json();
  if (!response.ok || body.error) throw new Error(body.error ?? response.statusText);
  return "result" in body ? body.result : body;
}

/** GET /playground/<name>; blanks of the query that are null stay away. */
export async function look(name, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return answer(await fetch(`/playground/${name}?${new URLSearchParams(kept)}`));
}

/** POST /playground/<name>. Throws with the sentence the playground answers. */
export async function act(name, what = {}) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) };
  return answer(await fetch(`/playground/${name}`, options));
}

export const fileUrl = (fileId) => `/playground/file/${encodeURIComponent(fileId)}`;

const KINDS = ["message", "edit", "delete", "reaction", "callback_answer", "action", "call", "clock", "chat", "story"];
let stream = null;

/** Follow what one viewer may see; `told(kind, data)`, with kind "open" and "lost" for the line itself. */
export function follow(viewer, told) {
  stream?.close();
  const mine = new EventSource(`/playground/events${viewer === null ? "" : `?viewer=${viewer}`}`);
  stream = mine;
  const pass = (kind) => (event) => { if (stream === mine) told(kind, event.data ? JSON.parse(event.data) : null); };
  for (const kind of KINDS) mine.addEventListener(kind, pass(kind));
  mine.addEventListener("open", () => stream === mine && told("open", null));
  mine.addEventListener("error", () => stream === mine && told("lost", null));
}

/** Bytes as base64, in slices a call can take. */
export async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(binary);
}
