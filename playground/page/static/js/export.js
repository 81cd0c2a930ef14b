// A conversation dropped on the page: handed to this machine's own door, and its result shown beside. Nothing is kept.
import { find } from "./make.js";
import { language, say } from "./words.js";

let files = [];

function tell(words, wrong = false) {
  find("export-told").textContent = words;
  find("export-told").classList.toggle("wrong", wrong);
}

function clear() {
  find("export-order").hidden = find("export-page").hidden = find("export-foot").hidden = true;
  find("export-page").removeAttribute("src");
  delete find("export").dataset.shows;
}

async function analyse(order = "") {
  clear();
  tell(say("page.export.reading"));
  const form = new FormData();
  for (const [name, value] of Object.entries({ language, order, zone: find("export-zone").value })) form.append(name, value);
  for (const file of files) form.append("file", file);
  try {
    const answer = await fetch("/analysis", { method: "POST", body: form });
    if (!answer.ok) throw new Error(String(answer.status));
    shown(await answer.json());
  } catch {
    tell(say("page.export.lost"), true);
  }
}

function shown(told) {
  if (told.refused) return tell(told.refused, true);
  if (told.ask) {
    tell(told.ask);
    find("export-order").hidden = false;
    return find("export-order").firstElementChild.focus();
  }
  tell(say("page.export.done"));
  find("export-page").src = find("export-alone").href = told.page;
  find("export-page").hidden = find("export-foot").hidden = false;
  find("export").dataset.shows = ""; // on a phone the result needs the room
  return undefined;
}

function take(given) {
  files = [...given];
  if (!find("export").open) find("export").showModal();
  if (files.length) analyse();
}

function begin() {
  find("export-open").addEventListener("click", () => take([]));
  find("export-close").addEventListener("click", () => find("export").close());
  find("export-choose").addEventListener("click", () => find("export-pick").click());
  find("export-pick").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });
  find("export-order").addEventListener("click", (event) => event.target.dataset.order && analyse(event.target.dataset.order));
  find("export").addEventListener("close", () => { files = []; clear(); tell(""); });
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => isFile(event) && (event.preventDefault(), find("export-drop").classList.add("over")));
  addEventListener("dragleave", (event) => !event.relatedTarget && find("export-drop").classList.remove("over"));
  addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    find("export-drop").classList.remove("over");
    take(event.dataTransfer.files);
  });
}

if (find("export")) begin();
