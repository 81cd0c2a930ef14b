// The line to write on: text, reply, edit, files, photo, voice, the answers a bot offers, Start.
import { act, base64 } from "./api.js";
import { sender } from "./bubble.js";
import { find, make } from "./make.js";
import { askSeconds, trying } from "./notes.js";
import { silence, whiteboard } from "./samples.js";
import { chatOf, gist, messagesOf, nameOf, store } from "./store.js";
import { say } from "./words.js";

const field = find("text");
const drafts = new Map(); // what was begun in which chat, by viewer
let shownFor = null;
let context = null; // {kind: "reply" | "edit", message}

/** Show the line (or Start) for the open chat. */
export function drawComposer() {
  const chat = chatOf(store.chat);
  const closed = chat?.type === "private" && !chat.started;
  find("composer").hidden = !chat || closed;
  find("starter").hidden = !closed;
  const here = `${store.viewer}:${store.chat}`;
  if (here !== shownFor) {
    if (shownFor) drafts.set(shownFor, field.value);
    shownFor = here;
    field.value = drafts.get(here) ?? "";
    setContext(null);
    grow();
  }
  const label = say("page.write_as", { name: nameOf(store.users.get(store.viewer)) });
  field.previousElementSibling.textContent = label;
  if (chat && !closed) drawOffers();
}

/** A forced reply names what to write and answers the message; a reply keyboard lies above the line. */
function drawOffers() {
  const last = messagesOf(store.chat).filter((message) => message.keyboard).at(-1);
  const offer = last?.keyboard ?? {};
  const since = last ? messagesOf(store.chat).some((message) => message.from?.id === store.viewer && message.message_id > last.message_id) : false;
  field.placeholder = (!since && offer.input_field_placeholder) || say("page.write");
  if (offer.force_reply && !since && !context && last.message_id !== drawOffers.asked) {
    drawOffers.asked = last.message_id;
    setContext({ kind: "reply", message: last });
  }
  const rows = offer.keyboard && !(since && offer.one_time_keyboard) ? offer.keyboard : [];
  find("answers").hidden = !rows.length;
  find("answers").replaceChildren(...rows.map((row) => make("div", {}, row.map((key) => {
    const words = typeof key === "string" ? key : key.text;
    return make("button", { type: "button", onclick: () => send({ text: words }) }, words);
  }))));
}

/** Begin a reply to a message or the change of one's own; null ends it. */
export function setContext(next) {
  context = next;
  find("context").hidden = !next;
  if (!next) return;
  const reply = next.kind === "reply";
  find("context-title").textContent = say(reply ? "page.replying" : "page.editing", { name: nameOf(sender(next.message)) });
  find("context-text").textContent = gist(next.message).slice(0, 120);
  if (!reply) field.value = next.message.text ?? next.message.caption ?? "";
  grow();
  field.focus();
}

/** Send as the viewer into the open chat. */
export async function send(what) {
  const reply = context?.kind === "reply" ? context.message.message_id : null;
  const done = await trying(async () => (await act("send", { user: store.viewer, chat: store.chat, reply_to: reply, ...what }), true));
  if (done && reply !== null) setContext(null);
  return done;
}

async function submit() {
  const text = field.value.trim();
  if (!text) return;
  if (context?.kind === "edit") {
    const changed = await trying(async () => (await act("edit", { user: store.viewer, chat: store.chat, message_id: context.message.message_id, text }), true));
    if (!changed) return;
    setContext(null);
  } else if (/^\/start(\s|$)/.test(text) && store.chat === store.viewer) {
    if ((await trying(() => act("start", { user: store.viewer, payload: text.slice(6).trim() }))) === undefined) return;
  } else if (!(await send({ text }))) return;
  field.value = "";
  grow();
  field.focus();
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 152)}px`;
}

async function attach(kind) {
  find("attach").open = false;
  if (kind === "sample") {
    await sendFile("photo", "papan-tulis.png", await whiteboard());
  } else if (kind === "voice") {
    const seconds = await askSeconds();
    if (seconds) await sendFile("voice", "suara.oga", silence(seconds));
  } else {
    find("pick").accept = kind === "photo" ? "image/*" : "";
    find("pick").dataset.kind = kind;
    find("pick").value = "";
    find("pick").click();
  }
}

async function sendFile(kind, name, blob) {
  const caption = kind === "voice" || context?.kind === "edit" ? "" : field.value.trim();
  const done = await send({ kind, text: caption, file_name: name, content: await base64(blob), mime_type: blob.type || null });
  if (done && caption) {
    field.value = "";
    grow();
  }
}

find("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
field.addEventListener("input", grow);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && context) setContext(null);
});
find("context-drop").addEventListener("click", () => {
  if (context?.kind === "edit") field.value = "";
  setContext(null);
});
for (const button of document.querySelectorAll("[data-attach]")) button.addEventListener("click", () => attach(button.dataset.attach));
find("pick").addEventListener("change", () => {
  const [file] = find("pick").files;
  if (file) sendFile(find("pick").dataset.kind, file.name, file);
});
find("start").addEventListener("click", () => trying(() => act("start", { user: store.viewer })));
document.addEventListener("click", (event) => { if (!find("attach").contains(event.target)) find("attach").open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find("attach").open) {
    find("attach").open = false;
    find("attach").firstElementChild.focus();
  }
});
