// What the page knows: who is looking, at which chat, the messages of each chat, what has been read.
import { look } from "./api.js";
import { say } from "./words.js";

export const store = {
  viewer: null, chat: null, users: new Map(), bots: [], chats: [], threads: new Map(), demo: null,
  ahead: 0, // playground's clock minus this computer's monotonic one, in ms
};
const READ = "sejawat-read";
const read = JSON.parse(sessionStorage.getItem(READ) ?? "{}");

export const now = () => performance.now() + store.ahead;
export const setNow = (iso) => { store.ahead = Date.parse(iso) - performance.now(); };
export const keyOf = (message) => (message.ephemeral ? `e${message.ephemeral_message_id}` : `m${message.message_id}`);

/** Ask who and what there is, as the viewer sees it. */
export async function refresh() {
  const everybody = await look("state");
  setNow(everybody.now);
  store.bots = everybody.bots;
  store.users = new Map([...everybody.users, ...everybody.bots].map((user) => [user.id, user]));
  store.people = everybody.users.filter((user) => !user.deactivated);
  if (store.viewer !== null && !store.users.has(store.viewer)) store.viewer = null;
  store.chats = store.viewer === null ? [] : own((await look("state", { viewer: store.viewer })).chats);
}

function own(chats) {
  const mine = chats.filter((chat) => chat.type !== "private");
  const bot = store.bots[0];
  const open = chats.find((chat) => chat.type === "private");
  const room = open ?? { id: store.viewer, type: "private", started: false, bot_id: bot?.id };
  return bot ? [...mine, room] : mine;
}

/** Ask for all messages of the viewer's chats. */
export async function refreshThreads() {
  const viewer = store.viewer;
  const started = store.chats.filter((chat) => chat.type !== "private" || chat.started);
  const lists = await Promise.all(started.map((chat) => look("messages", { chat: chat.id, viewer })));
  if (viewer !== store.viewer) return;
  store.threads = new Map(started.map((chat, at) => [chat.id, threadOf(lists[at])]));
}

const threadOf = (messages) => new Map(messages.map((message) => [keyOf(message), message]));

/** Ask for one chat's messages again. */
export async function refreshThread(chatId) {
  const viewer = store.viewer;
  const messages = await look("messages", { chat: chatId, viewer });
  if (viewer === store.viewer) store.threads.set(chatId, threadOf(messages));
}

/** Put a new or changed message where it belongs; an ephemeral one may take another's place. */
export function put(chatId, message) {
  if (!store.threads.has(chatId)) store.threads.set(chatId, new Map());
  store.threads.get(chatId).set(keyOf(message), message);
}

/** The viewer's messages of a chat, oldest first; one whose place an ephemeral message took is left out. */
export function messagesOf(chatId) {
  const all = [...(store.threads.get(chatId)?.values() ?? [])];
  const replaced = new Set(all.map((message) => message.replaces_message_id).filter(Boolean));
  return all.filter((message) => message.ephemeral || !replaced.has(message.message_id));
}

export const chatOf = (chatId) => store.chats.find((chat) => chat.id === chatId);
export const nameOf = (user) => (user?.first_name ? [user.first_name, user.last_name].filter(Boolean).join(" ") : say("page.deleted_account"));

/** What a chat is called for the viewer. */
export function titleOf(chat) {
  if (chat.type !== "private") return chat.title;
  return nameOf(store.users.get(chat.bot_id) ?? store.bots[0]);
}

/** The zone whose wall time a chat shows: the group's own, otherwise that of the person's school. */
export function zoneOf(chatId) {
  const zones = store.demo?.zones ?? {};
  return zones[chatId] ?? zones[store.viewer] ?? "Asia/Jakarta";
}

export function roleOf(userId) {
  const role = store.demo?.roles?.[userId];
  return role ? say(`role.${role}`) : "";
}

const mark = (chatId) => read[`${store.viewer}:${chatId}`] ?? [0, 0];
const later = (message, [date, id]) => message.date > date || (message.date === date && message.message_id > id);

/** How many messages of others came since the viewer last looked. */
export function unread(chatId) {
  const since = mark(chatId);
  return messagesOf(chatId).filter((message) => message.from?.id !== store.viewer && content(message) && later(message, since)).length;
}

/** The viewer has seen this chat to its end. */
export function markRead(chatId) {
  const last = messagesOf(chatId).at(-1);
  if (!last) return;
  read[`${store.viewer}:${chatId}`] = [last.date, last.message_id];
  sessionStorage.setItem(READ, JSON.stringify(read));
}

const KINDS = ["text", "photo", "document", "voice", "poll", "audio", "video", "video_note", "animation", "sticker", "location", "contact"];

/** Which kind of content a message has; null for a service message. */
export const content = (message) => KINDS.find((kind) => kind in message && !(kind === "document" && "animation" in message)) ?? null;

/** One line about a message, for lists and quotes. */
export function gist(message) {
  const kind = content(message);
  const words = message.text ?? message.caption ?? message.poll?.question ?? message.document?.file_name;
  if (words) return words;
  const names = { photo: "page.photo_small", voice: "page.voice", sticker: "page.sticker", video: "page.video", audio: "page.audio", contact: "page.contact", video_note: "page.video", animation: "page.video" };
  if (kind === "location") return say("page.location", { place: "" });
  return kind ? say(names[kind] ?? "page.unknown") : "";
}
