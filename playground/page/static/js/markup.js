// A message's text with its entities, as nodes. Offsets are UTF-16 units, which is what JavaScript counts too.
import { make } from "./make.js";
import { say } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** Nodes for a text; `doors` opens links (`link(url)`) and sends tapped commands (`command(text)`). */
export function marked(text, entities, doors) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return level(text, 0, text.length, sorted, doors);
}

function level(text, from, to, entities, doors) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (entity.offset < at || end <= entity.offset) continue;
    const inside = [];
    while (index < entities.length && entities[index].offset < end) inside.push(entities[index++]);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    nodes.push(wrap(entity, text.slice(entity.offset, end), level(text, entity.offset, end, inside, doors), doors));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, words, children, doors) {
  if (PLAIN[entity.type]) return make(PLAIN[entity.type], {}, children);
  switch (entity.type) {
    case "pre":
      return make("pre", { tabindex: 0, "data-language": entity.language }, make("code", {}, children));
    case "spoiler":
      return spoiler(children);
    case "text_link":
      return link(entity.url, children, doors);
    case "url":
      return link(/^[a-z][a-z0-9+.-]*:/i.test(words) ? words : `https://${words}`, children, doors);
    case "email":
      return link(`mailto:${words}`, children, doors);
    case "bot_command":
      return make("button", { type: "button", onclick: () => doors.command(words) }, children);
    case "mention": case "hashtag": case "cashtag": case "text_mention": case "phone_number":
      return make("span", { class: "hint" }, children);
    default:
      return make("span", {}, children);
  }
}

function spoiler(children) {
  const button = make("button", { type: "button", class: "spoiler", "aria-label": say("page.spoiler") }, children);
  button.addEventListener("click", () => {
    button.classList.add("shown");
    button.removeAttribute("aria-label");
  });
  return button;
}

function link(url, children, doors) {
  if (!/^(https?|tg|mailto):/i.test(url)) return make("span", { class: "hint" }, children);
  const opened = (event) => { if (doors.link(url)) event.preventDefault(); };
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: opened }, children);
}
