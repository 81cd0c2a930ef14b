// A poll or a quiz in a bubble: its options, what the viewer chose, and of a quiz what Telegram shows then.
import { icon, make } from "./make.js";
import { say } from "./words.js";

/** The poll of a message, if it has one. */
export function poll(message, deeds) {
  const asked = message.poll;
  if (!asked) return null;
  const chosen = deeds.chosen(message);
  const told = asked.type === "quiz" && (asked.is_closed || chosen.length > 0); // a quiz tells after the vote, not before
  const right = told ? asked.correct_option_ids ?? [] : [];
  const shut = asked.is_closed || (chosen.length > 0 && !asked.allows_revoting);
  const options = asked.options.map((option, at) => {
    const mark = right.includes(at) ? "right" : told && chosen.includes(at) ? "wrong" : null;
    return make("button", { type: "button", class: mark, disabled: shut, "aria-pressed": String(chosen.includes(at)), onclick: () => deeds.vote(message, at) },
      make("span", {}, option.text, mark && make("span", { class: "unseen" }, `, ${say(`page.quiz_${mark}`)}`)),
      make("span", { class: "count" }, mark && icon(mark === "right" ? "tick" : "close"), String(option.voter_count)),
      make("meter", { min: 0, max: Math.max(1, asked.total_voter_count), value: option.voter_count, "aria-hidden": "true" }));
  });
  return make("div", { class: "poll" }, make("strong", {}, asked.question), make("small", {}, say(`page.${name(asked)}`)), options,
    told && explained(asked, chosen.every((at) => right.includes(at))), make("small", {}, say("page.poll_votes", { count: asked.total_voter_count })));
}

function name(asked) {
  const what = asked.type === "quiz" ? "quiz" : "poll";
  return `${what}_${asked.is_closed ? "closed" : asked.is_anonymous ? "anonymous" : "open"}`;
}

/** Why it is so: at once after a wrong answer, by a tap after a right one. */
function explained(asked, correct) {
  if (!asked.explanation) return null;
  return make("details", { open: !correct }, make("summary", {}, say("page.quiz_why")), make("p", {}, asked.explanation));
}
