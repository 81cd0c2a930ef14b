// Short notes and questions over the page: toasts, alerts, links that lead out, the voice note's length.
import { find, make } from "./make.js";
import { say } from "./words.js";

/** A note that goes by itself. */
export function toast(words) {
  const note = make("p", {}, words);
  find("toasts").append(note);
  setTimeout(() => note.remove(), Math.max(3500, words.length * 70));
}

/** An alert that stays until it is closed; with an address it offers to open it. */
export function alertBox(words, url = null) {
  find("alert-text").textContent = words;
  find("alert-link").hidden = find("alert-open").hidden = !url;
  find("alert-link").textContent = url ?? "";
  if (url) find("alert-open").href = url;
  else find("alert-open").removeAttribute("href");
  if (find("alert").open) find("alert").close();
  find("alert").showModal();
}

/** Do something that may be refused; what the playground says is shown. */
export async function trying(doing) {
  try {
    return await doing();
  } catch (error) {
    toast(say("page.outcome_failed", { reason: error.message }));
    return undefined;
  }
}

/** Ask for a length in seconds; null when the question was closed. */
export function askSeconds() {
  const box = find("voice");
  const slider = find("voice-seconds");
  const show = () => { find("voice-shown").value = say("page.seconds", { count: slider.value }); };
  slider.oninput = show;
  show();
  box.returnValue = "";
  box.showModal();
  return new Promise((done) => box.addEventListener("close", () => done(box.returnValue === "send" ? Number(slider.value) : null), { once: true }));
}
