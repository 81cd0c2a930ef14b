// The open conversation: bubbles kept in step with the store, scrolling, typing, the small menu of a message.
import { bubble, EMOJI, face } from "./bubble.js";
import { day } from "./dates.js";
import { hint } from "./lists.js";
import { find, make } from "./make.js";
import { chatOf, content, keyOf, markRead, messagesOf, store, titleOf, zoneOf } from "./store.js";
import { say } from "./words.js";

const log = find("log");
const list = find("bubbles");
let drawn = null; // which viewer and chat the bubbles belong to
let sticky = true;

/** Show the open chat; only what changed is drawn anew, so focus and scrolling stay. */
export function drawThread(deeds) {
  const chat = chatOf(store.chat);
  find("talk-head").hidden = !chat;
  const fresh = drawn !== `${store.viewer}:${store.chat}`;
  drawn = `${store.viewer}:${store.chat}`;
  if (!chat) {
    list.replaceChildren();
    blank(say("page.pick_chat"));
    return;
  }
  head(chat);
  const messages = messagesOf(chat.id);
  blank(messages.length || (chat.type === "private" && !chat.started) ? "" : say("page.empty_chat"));
  log.setAttribute("aria-live", fresh ? "off" : "polite");
  if (fresh) sticky = true;
  step(messages, fresh, deeds);
  if (sticky) toEnd();
  else find("down").hidden = false;
  if (document.visibilityState === "visible") markRead(chat.id);
}

function head(chat) {
  const title = titleOf(chat);
  find("talk-title").textContent = title;
  find("talk-hint").textContent = hint(chat);
  find("talk-face").replaceChildren(face(chat.id, title, { kind: chat.type === "private" ? "bot" : "group" }));
  log.setAttribute("aria-label", say("page.messages", { chat: title }));
}

function blank(words) {
  find("blank").textContent = words;
  find("blank").hidden = !words;
}

function step(messages, fresh, deeds) {
  const zone = zoneOf(store.chat);
  const wanted = [];
  let before = null;
  let date = "";
  for (const message of messages) {
    const today = day(message.date * 1000, zone);
    if (today !== date) {
      wanted.push([`d${today}`, today, () => make("li", { class: "day", "data-key": `d${today}` }, today)]);
      before = null;
    }
    date = today;
    const previous = before;
    const print = JSON.stringify([message, previous?.from?.id, previous?.date, deeds.chosen(message)]);
    wanted.push([keyOf(message), print, () => bubble(message, previous, deeds)]);
    before = content(message) ? message : null;
  }
  const old = fresh ? new Map() : new Map([...list.children].map((item) => [item.dataset.key, item]));
  const items = wanted.map(([key, print, draw]) => {
    const kept = old.get(key);
    if (kept && kept.print === print) return kept;
    const item = draw();
    item.print = print;
    return item;
  });
  settle(items);
}

function settle(items) {
  const keep = new Set(items);
  for (const item of [...list.children]) if (!keep.has(item)) item.remove();
  items.forEach((item, at) => { if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null); });
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  find("down").hidden = true;
}

log.addEventListener("scroll", () => {
  sticky = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (sticky) find("down").hidden = true;
}, { passive: true });
log.addEventListener("grown", () => sticky && toEnd());
new ResizeObserver(() => sticky && toEnd()).observe(log);
find("down").addEventListener("click", toEnd);

/** Scroll to a message that was answered, and mark it for a moment. */
export function jump(message) {
  const item = list.querySelector(`[data-key="${keyOf(message)}"]`);
  if (!item) return;
  sticky = false;
  item.scrollIntoView({ block: "center" });
  item.classList.add("marked");
  setTimeout(() => item.classList.remove("marked"), 1500);
}

/** Show where a message ends (its last lines and its buttons), or the end of the conversation. */
export function showEndOf(messageId) {
  const item = messageId === null ? null : list.querySelector(`[data-key="m${messageId}"]`);
  sticky = !item;
  if (sticky) return toEnd();
  item.scrollIntoView({ block: "end" });
  log.scrollTop += 24;
  return undefined;
}

let typingUntil;
/** Show for five seconds that the bot is busy in the open chat. */
export function typing(name) {
  find("typing").hidden = !name;
  find("typing").firstElementChild.textContent = name ? say("page.typing", { name }) : "";
  clearTimeout(typingUntil);
  if (name) {
    typingUntil = setTimeout(() => typing(null), 5000);
    if (sticky) toEnd();
  }
}

/** Open or close the small menu under a message. */
export function menu(message, button, deeds) {
  const item = button.closest("li");
  const open = item.querySelector(".deeds");
  for (const other of list.querySelectorAll(".deeds")) {
    other.parentElement.querySelector(".more").setAttribute("aria-expanded", "false");
    other.remove();
  }
  if (open) return;
  button.setAttribute("aria-expanded", "true");
  const mine = message.from?.id === store.viewer && !message.sender_chat;
  const deed = (label, done) => make("button", { type: "button", onclick: () => { menu(message, button, deeds); done(); } }, label);
  const row = make("div", { class: "deeds" }, !message.ephemeral && [
    deed(say("page.reply"), () => deeds.reply(message)),
    mine && (message.text ?? message.caption) !== undefined && deed(say("page.edit"), () => deeds.edit(message)),
    mine && deed(say("page.delete"), () => deeds.delete(message)),
    EMOJI.map((emoji) => {
      const react = deed(emoji, () => deeds.react(message, emoji));
      react.setAttribute("aria-label", say("page.react", { emoji }));
      return react;
    }),
  ]);
  if (!row.children.length) return;
  item.append(row);
  row.firstElementChild.focus();
  item.scrollIntoView({ block: "nearest" });
}
