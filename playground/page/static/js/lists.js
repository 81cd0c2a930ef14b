// The column with people and chats.
import { face } from "./bubble.js";
import { hour, shortDay } from "./dates.js";
import { find, make } from "./make.js";
import { gist, messagesOf, nameOf, now, roleOf, store, titleOf, unread, zoneOf } from "./store.js";
import { service } from "./service.js";
import { say } from "./words.js";

/** Who may be played, and who is. */
export function drawPeople(choose) {
  const person = store.users.get(store.viewer);
  find("who-now").replaceChildren(person ? card(person) : make("span", { class: "nothing" }, say(store.people.length ? "page.choose_person" : "page.nobody")));
  refill(find("people"), store.people.map((user) =>
    make("li", {}, make("button", { type: "button", "data-id": user.id, "aria-current": user.id === store.viewer && "true", onclick: () => choose(user.id) }, card(user)))));
}

function card(user) {
  const role = roleOf(user.id);
  return make("span", { class: "person" }, face(user.id, nameOf(user)), make("span", { class: "names" }, make("b", {}, nameOf(user)), role && make("span", {}, role)));
}

/** The viewer's chats, the one with the newest message first. */
export function drawChats(open) {
  const last = (chat) => messagesOf(chat.id).at(-1);
  const sorted = [...store.chats].sort((a, b) => (last(b)?.date ?? 0) - (last(a)?.date ?? 0));
  refill(find("chats"), sorted.map((chat) => {
    const count = chat.id === store.chat ? 0 : unread(chat.id);
    const label = titleOf(chat);
    const newest = last(chat);
    const about = newest ? line(newest) : hint(chat);
    return make("li", {}, make("button", { type: "button", class: "chat", "data-id": chat.id, "aria-current": chat.id === store.chat && "true", onclick: () => open(chat.id) },
      face(chat.id, label, { kind: chat.type === "private" ? "bot" : "group" }),
      make("span", { class: "names" }, make("b", {}, label), make("span", {}, about)),
      make("span", { class: "stamp" }, newest && make("span", {}, stamp(newest.date * 1000, zoneOf(chat.id))), count > 0 && make("span", { class: "count" }, String(count), make("span", { class: "unseen" }, ` ${say("page.unread", { count: "" })}`)))));
  }));
  const none = find("chats").nextElementSibling;
  if (!store.chats.length && store.viewer !== null && !none) find("chats").after(make("p", { class: "nothing" }, say("page.no_chats")));
  if (store.chats.length) none?.remove();
}

export function hint(chat) {
  if (chat.type === "private") return say("page.private_hint");
  return say("page.group_hint", { count: chat.members?.length ?? "" });
}

function line(message) {
  const words = gist(message) || service(message);
  const who = message.from?.id === store.viewer || message.chat.type === "private" || !gist(message) ? "" : `${message.from?.first_name ?? ""}: `;
  return (who + words).replace(/\s+/g, " ").slice(0, 80);
}

const stamp = (ms, zone) => (now() - ms < 20 * 3_600_000 ? hour(ms, zone) : shortDay(ms, zone));

function refill(list, items) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  list.replaceChildren(...items);
  if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus();
}
