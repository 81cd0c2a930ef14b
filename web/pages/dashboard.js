// What Telegram tells a Mini App stands behind the # of its address: who opens it, and in which colours it is shown.
// Read here and nowhere else; nothing of Telegram's own is loaded.
"use strict";
(() => {
  const told = new URLSearchParams(location.hash.slice(1));
  const kept = (name, value) => {
    try {
      if (value) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch {
      return value; // a browser that keeps nothing
    }
  };

  // Colours are taken over only where what we write in our own can still be read on them.
  const light = (colour) => [1, 3, 5].reduce((sum, at, part) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return sum + [0.2126, 0.7152, 0.0722][part] * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  try {
    const paper = JSON.parse(kept("theme", told.get("tgWebAppThemeParams")) ?? "{}").bg_color;
    if (/^#[0-9a-f]{6}$/i.test(paper)) {
      const shine = light(paper);
      document.documentElement.dataset.theme = shine > 0.18 ? "light" : "dark";
      if (shine > 0.85 || shine < 0.02) document.documentElement.style.setProperty("--paper", paper);
    }
  } catch {
    // no colours, then
  }

  // Telegram's clients listen in three ways; the page is ready and would like the whole height.
  const say = (name) => {
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(name, "{}");
    else if (window.external && "notify" in window.external) window.external.notify(JSON.stringify({ eventType: name, eventData: {} }));
    else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType: name, eventData: {} }), "https://web.telegram.org");
  };
  if (kept("telegram", told.has("tgWebAppVersion") ? "1" : "")) {
    say("web_app_ready");
    say("web_app_expand");
  }

  const door = document.body.dataset.door;
  const word = told.get("tgWebAppData");
  const shown = (id, on) => { document.getElementById(id).hidden = !on; };
  const enter = async () => {
    shown("how", false);
    shown("checking", true);
    history.replaceState(null, "", location.pathname); // nobody finds the word in the address afterwards
    try {
      const answer = await fetch(door, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ data: word }) });
      const { ok, next } = await answer.json();
      if (ok) return location.replace(next);
    } catch {
      // no answer: the same words for whoever waits
    }
    shown("checking", false);
    return shown("refused", true);
  };
  if (door && word) enter();

  // An export may be dropped anywhere on its page, is not sent where it is too large, and stays chosen while a question
  // is asked. Without a script the form is an ordinary one.
  const over = (on) => document.querySelector(".drop").classList.toggle("over", on);
  const tell = (words) => { document.getElementById("reading").textContent = words; };
  const send = async (form) => {
    const { files } = form.elements.file;
    const says = document.getElementById("says").dataset;
    if ([...files].reduce((sum, one) => sum + one.size, 0) > Number(form.dataset.most)) return tell(says.large);
    const body = new FormData(form);
    tell(says.reading);
    form.querySelector("button").disabled = true;
    try {
      const answer = await fetch(location.href, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const chosen = page.querySelector("#ekspor fieldset") ? files : null;
      const main = page.getElementById("isi");
      document.getElementById("isi").replaceWith(main);
      if (chosen) main.querySelector("input[type=file]").files = chosen;
      scrollTo(0, 0);
      main.focus();
    } catch {
      tell(says.lost);
      form.querySelector("button").disabled = false;
    }
    return undefined;
  };
  if (document.getElementById("ekspor")) {
    document.addEventListener("submit", (event) => {
      if (event.target.id !== "ekspor") return;
      event.preventDefault();
      send(event.target);
    });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      document.addEventListener(kind, (event) => {
        if (!document.getElementById("ekspor") || ![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault(); // or the browser would open the file in place of the page
        over(kind === "dragenter" || kind === "dragover");
        if (kind === "drop") document.getElementById("ekspor").elements.file.files = event.dataTransfer.files;
      });
    }
  }
})();
