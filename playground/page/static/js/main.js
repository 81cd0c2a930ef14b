// The chat page: whoever is chosen sees their chats, as the simulated Telegram shows them.
import { act, follow, look } from "./api.js";
import { heard } from "./calls.js";
import "./export.js";
import { drawComposer, send, setContext } from "./composer.js";
import { drawChats, drawPeople } from "./lists.js";
import { find, make } from "./make.js";
import { alertBox, toast, trying } from "./notes.js";
import { chatOf, keyOf, nameOf, put, refresh, refreshThread, refreshThreads, setNow, store } from "./store.js";
import { tellStory } from "./story.js";
import { drawThread, jump, menu, typing } from "./thread.js";
import { drawClock } from "./turn.js";
import { say } from "./words.js";

const waiting = new Map(); // taps by callback id
const votes = new Map(); // the viewers' own votes, which only they know

const deeds = {
  jump, link, press, react, vote,
  command: (words) => send({ text: words }),
  open: (message, button) => menu(message, button, deeds),
  reply: (message) => setContext({ kind: "reply", message }),
  edit: (message) => setContext({ kind: "edit", message }),
  delete: (message) => trying(() => act("delete", { user: store.viewer, chat: store.chat, message_id: message.message_id })),
  chosen: (message) => (message.poll ? votes.get(`${store.viewer}:${message.poll.id}`) ?? [] : []),
};

let due = 0;
/** Draw soon: many events of one moment are one drawing. */
function draw() {
  cancelAnimationFrame(due);
  due = requestAnimationFrame(drawNow);
}

function drawNow() {
  document.body.dataset.screen = store.chat !== null && chatOf(store.chat) ? "talk" : "list";
  drawThread(deeds);
  drawComposer();
  drawPeople(choose);
  drawChats((chat) => go(store.viewer, chat).then(() => requestAnimationFrame(() => find("log").focus({ preventScroll: true }))));
  drawClock();
}

function choose(viewer) {
  find("who").open = false;
  find("who").firstElementChild.focus();
  const wide = matchMedia("(min-width: 820px)").matches;
  return go(viewer, null).then(() => wide && store.chats.length && go(viewer, store.chats[0].id));
}

/** Look through this person's eyes, at this chat. */
async function go(viewer, chat, { remember = true } = {}) {
  const other = viewer !== store.viewer;
  store.viewer = viewer;
  store.chat = chat;
  typing(null);
  if (other) await reload();
  if (remember) history.replaceState(null, "", `#${viewer ?? ""}/${chat ?? ""}`);
  for (const tongue of document.querySelectorAll("[data-tongue]")) tongue.hash = location.hash;
  draw();
}

async function reload() {
  await refresh();
  if (store.viewer !== null) await refreshThreads();
  follow(store.viewer, told);
}

async function told(kind, data) {
  if (kind === "lost") return toast(say("page.offline"));
  if (kind === "open" || kind === "chat") return catchUp();
  if (kind === "call") return heard(data.call);
  if (kind === "clock") return setNow(data.clock.now), drawClock();
  if (kind === "story") return staged(data);
  if (kind === "callback_answer") return answered(data.callback);
  if (kind === "action") return data.chat_id === store.chat && typing(nameOf(store.bots[0]));
  if (kind === "delete") removed(data);
  else if (kind === "reaction") reacted(data);
  else if (data.message) arrived(data, kind);
  draw();
}

/** The story has moved on; or the demo school has just moved in, and there is somebody to be. */
function staged(status) {
  const first = store.demo === null && status.demo !== null;
  store.demo = status.demo;
  if (first && store.chat === null) return begin();
  return tellStory(status, go);
}

/** After a broken line, or when a chat or its members changed: ask for everything again. */
async function catchUp() {
  await refresh();
  if (store.viewer !== null) await refreshThreads();
  staged(await look("story"));
  draw();
}

function arrived(data, kind) {
  put(data.chat_id, data.message);
  if (kind === "message" && data.chat_id === store.chat && data.message.from?.is_bot) typing(null);
  const chat = chatOf(data.chat_id);
  if (!chat || (chat.type === "private" && !chat.started)) catchUp();
}

function removed({ chat_id: chatId, message_ids: ids }) {
  for (const id of ids) store.threads.get(chatId)?.delete(`m${id}`);
  if (ids.includes(0)) refreshThread(chatId).then(draw);
}

function reacted({ chat_id: chatId, message_id: id, reactions }) {
  const message = store.threads.get(chatId)?.get(`m${id}`);
  if (message) put(chatId, { ...message, reactions });
}

async function press(message, button, element) {
  if (button.url) return link(button.url) || alertBox(say("page.link_title"), button.url);
  if (button.web_app) return openApp(message, button);
  if (button.callback_data === undefined) return alertBox(say("page.unknown"));
  const tap = { user: store.viewer, chat: message.chat.id, message_id: message.message_id, data: button.callback_data };
  element.setAttribute("aria-busy", "true");
  const id = await trying(() => act("press", message.ephemeral ? { ...tap, ephemeral_id: message.ephemeral_message_id } : tap));
  if (id === undefined) return element.removeAttribute("aria-busy");
  const give = setTimeout(() => { rest(id); toast(say("page.no_answer")); }, 15_000);
  waiting.set(id, { element, give, key: keyOf(message) });
  const early = await look("callback", { id });
  if (early) answered({ callback_query_id: id, ...early });
  return undefined;
}

/** A Mini App opens in a tab of its own; on a phone it would lie over the chat. */
async function openApp(message, button) {
  const what = { user: store.viewer, chat: message.chat.id, message_id: message.message_id, label: button.text };
  const href = await trying(() => act("mini_app", what));
  if (href) make("a", { href, target: "_blank", rel: "noopener" }).click();
}

function rest(id) {
  const tap = waiting.get(id);
  waiting.delete(id);
  clearTimeout(tap?.give);
  tap?.element.removeAttribute("aria-busy");
  return tap;
}

function answered(callback) {
  const here = rest(callback.callback_query_id);
  if (callback.text) (here && callback.show_alert ? alertBox : toast)(callback.text);
  if (!here) return; // tapped elsewhere, by the story for one: the person's own screen shows the note
  if (callback.url && !link(callback.url)) alertBox(say("page.link_title"), callback.url);
}

/** Open a link as Telegram does: t.me/<our bot>?start=… goes to the private chat. True when it was opened here. */
function link(url) {
  const found = /^https?:\/\/t\.me\/([A-Za-z0-9_]+)(?:\?start=([A-Za-z0-9_-]*))?$/.exec(url) ?? /^tg:\/\/resolve\?domain=([A-Za-z0-9_]+)(?:&start=([A-Za-z0-9_-]*))?$/.exec(url);
  const bot = found && store.bots.find((one) => one.username?.toLowerCase() === found[1].toLowerCase());
  if (!bot || store.viewer === null) return false;
  go(store.viewer, store.viewer).then(() => found[2] !== undefined && trying(() => act("start", { user: store.viewer, payload: found[2] })));
  return true;
}

function react(message, emoji) {
  return trying(() => act("react", { user: store.viewer, chat: message.chat.id, message_id: message.message_id, emoji }));
}

async function vote(message, option) {
  const key = `${store.viewer}:${message.poll.id}`;
  const before = votes.get(key) ?? [];
  const chosen = before.includes(option) ? before.filter((one) => one !== option) : message.poll.allows_multiple_answers ? [...before, option] : [option];
  const done = await trying(async () => (await act("vote", { user: store.viewer, chat: message.chat.id, message_id: message.message_id, options: chosen }), true));
  if (done) votes.set(key, chosen);
  draw();
}

async function begin() {
  await refresh();
  const status = await look("story");
  store.demo = status.demo;
  const [viewer, chat] = location.hash.slice(1).split("/").map((part) => (part ? Number(part) : null));
  const known = store.users.has(viewer) ? viewer : store.people[0]?.id ?? null;
  store.viewer = undefined; // nobody yet, so that the first look is a change
  await go(known, known === viewer ? chat ?? null : null, { remember: known === viewer });
  if (matchMedia("(min-width: 820px)").matches && store.chat === null && store.chats.length) await go(store.viewer, store.chats[0].id, { remember: false });
  tellStory(status, go);
}

find("back").addEventListener("click", () => {
  const left = store.chat;
  go(store.viewer, null).then(() => requestAnimationFrame(() => document.querySelector(`#chats [data-id="${left}"]`)?.focus()));
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && draw());
addEventListener("hashchange", () => location.reload());
begin();
