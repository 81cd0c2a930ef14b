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
})();
