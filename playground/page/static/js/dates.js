// Moments as people in Indonesia's three zones read them.
import { language } from "./words.js";

const SHORT = { "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };
const shapes = new Map();

function shape(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!shapes.has(key)) {
    shapes.set(key, new Intl.DateTimeFormat(language === "id" ? "id-ID" : "en-GB", { timeZone: zone, ...options }));
  }
  return shapes.get(key);
}

export const zoneName = (zone) => SHORT[zone] ?? zone;
export const hour = (ms, zone) => shape(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
export const day = (ms, zone) => shape(zone, { weekday: "long", day: "numeric", month: "long" }).format(ms);
export const shortDay = (ms, zone) => shape(zone, { weekday: "short", day: "numeric", month: "short" }).format(ms);

/** The next moment strictly after `ms` whose wall time in the zone is "HH:MM". */
export function next(wall, ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const [h, m] = parts.format(ms).split(":").map(Number);
  const [toHour, toMinute] = wall.split(":").map(Number);
  const minute = 60_000;
  const ahead = (toHour * 60 + toMinute - (h * 60 + m) + 1440) % 1440 || 1440;
  return Math.floor(ms / minute) * minute + ahead * minute;
}
