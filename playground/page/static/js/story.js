// The story of a school day: start, pause, hurry, stop, and the caption under the conversation.
import { act } from "./api.js";
import { find } from "./make.js";
import { trying } from "./notes.js";
import { store } from "./store.js";
import { showEndOf } from "./thread.js";
import { say } from "./words.js";

let last = null;

/** Show where the story stands; `go(viewer, chat)` moves the screen along with a new caption, which may be about one message. */
export function tellStory(status, go) {
  const running = ["starting", "playing", "paused"].includes(status.state);
  find("story-start").hidden = !store.demo || running;
  find("caption").hidden = status.state === "idle" || (!running && last === null);
  const moved = status.caption && status.step !== last?.step;
  find("caption-text").textContent = words(status);
  find("caption-progress").value = status.state === "done" ? 1 : status.step / Math.max(1, status.total);
  find("caption-progress").setAttribute("aria-valuetext", say("page.story.progress", status));
  find("story-pause").textContent = say(status.state === "paused" ? "page.story.resume" : "page.story.pause");
  find("story-pause").hidden = find("story-skip").hidden = !running;
  find("story-stop").textContent = say(running ? "page.story.stop" : "page.close");
  if (running && moved) go(status.caption.viewer, status.caption.chat).then(() => requestAnimationFrame(() => showEndOf(status.caption.message)));
  last = status;
}

function words(status) {
  if (status.state === "done") return say("page.story.done");
  if (status.state === "failed") return say("page.story.failed", { reason: status.reason });
  if (!status.caption) return say("page.story.starting");
  return say(`story.caption.${status.caption.key}`, status.caption.blanks);
}

const running = () => ["starting", "playing", "paused"].includes(last?.state);

find("story-play").addEventListener("click", () => { last = { step: 0 }; trying(() => act("story/start")); });
find("story-pause").addEventListener("click", () => trying(() => act(last?.state === "paused" ? "story/resume" : "story/pause")));
find("story-skip").addEventListener("click", () => trying(() => act("story/hurry")));
find("story-stop").addEventListener("click", () => {
  if (running()) trying(() => act("story/stop"));
  else find("caption").hidden = true;
});
