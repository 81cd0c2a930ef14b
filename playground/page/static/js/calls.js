// The drawer with every Bot API call: method, what was asked, what was answered; newest first.
import { look } from "./api.js";
import { hour } from "./dates.js";
import { find, make } from "./make.js";
import { store, zoneOf } from "./store.js";
import { say } from "./words.js";

const SHOWN = 250;
const calls = new Map();
const drawer = find("calls");
let due = false;

/** Take in a call as the stream tells it. */
export function heard(call) {
  calls.set(call.n, call);
  if (calls.size > 4 * SHOWN) for (const n of [...calls.keys()].slice(0, 2 * SHOWN)) calls.delete(n);
  if (!drawer.hidden && !due) {
    due = true;
    setTimeout(() => { due = false; draw(); }, 100);
  }
}

function draw() {
  const wanted = find("calls-filter").value.trim().toLowerCase();
  const quiet = find("calls-quiet").checked;
  const fits = (call) => (!quiet || call.method.toLowerCase() !== "getupdates") && call.method.toLowerCase().includes(wanted);
  const shown = [...calls.values()].filter(fits).sort((a, b) => b.n - a.n).slice(0, SHOWN);
  const old = new Map([...find("calls-list").children].map((item) => [item.dataset.key, item]));
  const items = shown.map((call) => old.get(`${call.n}${call.status}`) ?? entry(call));
  // An element that is put back has lost the focus, and the keyboard with it.
  const focused = find("calls-list").contains(document.activeElement) ? document.activeElement : null;
  find("calls-list").replaceChildren(...(items.length ? items : [make("li", { class: "nothing" }, say("page.calls.none"))]));
  if (focused?.isConnected) focused.focus({ preventScroll: true });
}

function entry(call) {
  const state = call.ok === null ? ["wait", say("page.calls.waiting")] : call.ok ? ["good", call.status] : ["bad", call.status ?? say("page.calls.refused")];
  const pretty = (value) => make("pre", { tabindex: 0 }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  const details = make("details", {}, make("summary", {}, make("time", {}, hour(Date.parse(call.at), zoneOf(store.chat))), make("b", {}, call.method), make("span", { class: state[0] }, String(state[1]))));
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    if (call.fault) details.append(make("p", {}, say("page.calls.fault", { kind: call.fault })));
    details.append(make("h3", {}, say("page.calls.params")), pretty(call.params), make("h3", {}, say("page.calls.answer")), pretty(call.error ?? call.result ?? state[1]));
  });
  return make("li", { "data-key": `${call.n}${call.status}` }, details);
}

async function open(shown) {
  drawer.hidden = !shown;
  find("calls-open").setAttribute("aria-expanded", String(shown));
  if (!shown) {
    find("calls-open").focus();
    return;
  }
  find("calls-close").focus();
  for (const call of (await look("calls")).slice(-2 * SHOWN)) calls.set(call.n, call);
  draw();
}

find("calls-open").addEventListener("click", () => open(drawer.hidden));
find("calls-close").addEventListener("click", () => open(false));
document.addEventListener("keydown", (event) => {
  const here = drawer.contains(document.activeElement) || document.activeElement === document.body;
  if (event.key === "Escape" && !drawer.hidden && here) open(false);
});
find("calls-filter").addEventListener("input", draw);
find("calls-quiet").addEventListener("change", draw);
