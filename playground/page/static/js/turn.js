// The playground's clock: shown in the zone of the open chat, and turned forward.
import { act } from "./api.js";
import { day, hour, next, shortDay, zoneName } from "./dates.js";
import { find } from "./make.js";
import { toast, trying } from "./notes.js";
import { now, setNow, store, zoneOf } from "./store.js";
import { say } from "./words.js";

/** Show the time; called every second and after every turn. */
export function drawClock() {
  const zone = zoneOf(store.chat);
  const time = hour(now(), zone);
  for (const name of ["clock", "talk"]) {
    find(`${name}-time`).textContent = time;
    find(`${name}-zone`).textContent = zoneName(zone);
  }
  find("clock-day").textContent = day(now(), zone);
}

async function turn(how) {
  const zone = zoneOf(store.chat);
  const what = how.includes(":") ? { to: new Date(next(how, now(), zone)).toISOString() } : { by_seconds: Number(how) };
  const hands = document.querySelectorAll("[data-turn]");
  for (const hand of hands) hand.disabled = true;
  const turned = await trying(() => act("clock", what));
  for (const hand of hands) hand.disabled = false;
  if (!turned) return;
  setNow(turned.now);
  drawClock();
  toast(say("page.clock.turned", { time: `${shortDay(now(), zone)}, ${hour(now(), zone)} ${zoneName(zone)}` }));
}

for (const hand of document.querySelectorAll("[data-turn]")) hand.addEventListener("click", () => turn(hand.dataset.turn));
setInterval(drawClock, 1000);
