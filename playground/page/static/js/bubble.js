// One message as a bubble: who, what, its files, poll, buttons and reactions.
import { fileUrl } from "./api.js";
import { hour } from "./dates.js";
import { find, icon, make } from "./make.js";
import { marked } from "./markup.js";
import { poll } from "./poll.js";
import { service } from "./service.js";
import { gist, keyOf, nameOf, roleOf, store, zoneOf, content } from "./store.js";
import { say } from "./words.js";

export const EMOJI = ["👍", "❤", "🙏", "👏"];

/** The initials of a person or chat on a coloured disc. */
export function face(id, name, { small = false, kind = "" } = {}) {
  const letters = name.replace(/^(Bu|Pak|Ibu|Bapak)\s+/, "").split(/\s+/).slice(0, kind === "group" ? 2 : 1).map((word) => [...word][0] ?? "").join("");
  const tone = kind === "bot" ? "bot" : `tone-${[...String(id)].reduce((sum, digit) => (sum * 3 + Number(digit === "-" ? 1 : digit)) % 8, 0)}`;
  return make("span", { class: `face ${tone} ${kind} ${small ? "small" : ""}`, "aria-hidden": "true" }, letters.toUpperCase());
}

/** The list item of a message. `previous` decides whether the name is told again. */
export function bubble(message, previous, deeds) {
  if (!content(message)) return make("li", { class: "service", "data-key": keyOf(message) }, service(message));
  const mine = message.from?.id === store.viewer && !message.sender_chat;
  const next = previous && content(previous) && sender(previous).id === sender(message).id && message.date - previous.date < 600 && !message.ephemeral;
  const who = sender(message);
  const item = make(
    "li",
    { class: ["message", mine && "mine", next && "next", message.ephemeral && "ephemeral"].filter(Boolean).join(" "), "data-key": keyOf(message) },
    face(who.id, nameOf(who), { small: true, kind: who.is_bot ? "bot" : "" }),
    make("div", { class: "bubble", onclick: (event) => tapped(event, message, deeds) }, inside(message, who, mine, next, deeds)),
  );
  const keys = buttons(message, deeds);
  if (keys) item.append(keys);
  return item;
}

/** A tap on a bubble opens its menu, as the small button in it does; links and selected words are left alone. */
function tapped(event, message, deeds) {
  if (event.target.closest("a, button, pre") || String(getSelection())) return;
  deeds.open(message, event.currentTarget.querySelector(".more"));
}

/** Who speaks: a person, a bot, or a chat in its own name. */
export function sender(message) {
  if (message.sender_chat) return { id: message.sender_chat.id, first_name: message.sender_chat.title };
  return message.from ?? { id: 0, first_name: "" };
}

function inside(message, who, mine, next, deeds) {
  const parts = [];
  if (message.ephemeral) parts.push(make("p", { class: "only-you", title: say("page.only_you_hint") }, icon("eye"), say("page.only_you")));
  if (!mine && !next) {
    const role = who.is_bot ? say("role.bot") : roleOf(who.id);
    parts.push(make("p", { class: "by" }, nameOf(who), role && make("small", {}, role)));
  } else parts.push(make("span", { class: "unseen" }, nameOf(who)));
  if (message.forward_origin) {
    parts.push(make("p", { class: "by" }, make("small", {}, say("page.forwarded", { name: nameOf(message.forward_origin.sender_user) }))));
  }
  if (message.reply_to_message && content(message.reply_to_message)) parts.push(quoted(message, deeds));
  parts.push(...files(message, who), poll(message, deeds));
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities;
    parts.push(make("div", { class: "words" }, marked(text, entities, { link: deeds.link, command: deeds.command })));
  }
  parts.push(reactions(message, deeds), foot(message, deeds));
  return parts;
}

function quoted(message, deeds) {
  const original = message.reply_to_message;
  const words = message.quote?.text ?? gist(original);
  return make("button", { type: "button", class: "quoted", onclick: () => deeds.jump(original) }, make("b", {}, nameOf(sender(original))), make("span", {}, words.slice(0, 140)));
}

function files(message, who) {
  const { photo, document: paper, voice, sticker, location, contact: card } = message;
  if (photo) {
    const best = photo.at(-1);
    const shown = { class: best.width < 100 ? "photo tiny" : "photo", src: fileUrl(best.file_id), width: best.width, height: best.height };
    const picture = make("img", { ...shown, alt: message.caption ?? say("page.photo_alt", { name: nameOf(who) }), onload: () => find("log").dispatchEvent(new Event("grown")) });
    return [make("a", { href: shown.src, target: "_blank", rel: "noopener" }, picture)];
  }
  if (voice) {
    const bars = Array.from({ length: 22 }, (_, at) => make("i", { class: `h${1 + ((voice.file_id.charCodeAt(10 + at) * 7 + at * 5) % 5)}` }));
    return [make("div", { class: "voice" }, make("span", { class: "sheetmark" }, icon("mic")), make("span", { class: "wave", "aria-hidden": "true" }, bars), make("span", {}, `${say("page.voice")}, ${say("page.seconds", { count: voice.duration })}`))];
  }
  const file = paper ?? message.audio ?? message.video ?? message.animation ?? message.video_note;
  if (file) {
    const name = file.file_name ?? say("page.file");
    const size = file.file_size > 99_000 ? `${(file.file_size / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(file.file_size / 1000))} kB`;
    return [make("a", { class: "paper", href: fileUrl(file.file_id), download: name, "aria-label": say("page.download", { name }) }, make("span", { class: "sheetmark" }, icon("file")), make("span", {}, make("b", {}, name), make("small", {}, size)))];
  }
  if (sticker) return [make("p", {}, sticker.emoji ?? say("page.sticker"))];
  if (location) return [make("p", {}, say("page.location", { place: `${location.latitude.toFixed(3)}, ${location.longitude.toFixed(3)}` }))];
  if (card) return [make("p", {}, `${say("page.contact")}: ${card.first_name} ${card.phone_number}`)];
  return [];
}

function reactions(message, deeds) {
  const counts = new Map();
  for (const { user_id: user, reaction } of message.reactions ?? []) {
    for (const { emoji } of reaction) counts.set(emoji, [...(counts.get(emoji) ?? []), user]);
  }
  if (!counts.size) return null;
  return make("div", { class: "reactions" }, [...counts].map(([emoji, users]) => {
    const own = users.includes(store.viewer);
    const names = users.map((user) => nameOf(store.users.get(user))).join(", ");
    return make("button", { type: "button", "aria-pressed": String(own), title: names, "aria-label": `${emoji} ${users.length}: ${names}`, onclick: () => deeds.react(message, own ? null : emoji) }, `${emoji} ${users.length}`);
  }));
}

function foot(message, deeds) {
  const at = hour(message.date * 1000, zoneOf(message.chat.id));
  const more = make("button", { type: "button", class: "more", "aria-label": say("page.actions"), title: say("page.actions"), "aria-expanded": "false", onclick: (event) => deeds.open(message, event.currentTarget) }, icon("more"));
  return make("p", { class: "foot" }, message.via_bot && make("span", {}, say("page.via", { name: message.via_bot.username })), message.edit_date && make("span", {}, say("page.edited")), make("time", { datetime: new Date(message.date * 1000).toISOString() }, at), more);
}

function buttons(message, deeds) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return make("div", { class: "keys" }, rows.map((row) => make("div", {}, row.map((button) =>
    make("button", { type: "button", onclick: (event) => deeds.press(message, button, event.currentTarget) }, button.text, (button.url || button.web_app) && icon("link"))))));
}
