// The page's phrases in the reader's language, with their blanks filled.
const given = JSON.parse(document.getElementById("words").textContent);

export const language = given.language;

/** The phrase of a key such as "page.send"; {blanks} are filled in, and {n:day|days} goes by the number in n.
 *  A missing key shows itself. */
export function say(key, blanks = {}) {
  const phrase = given.phrases[key] ?? key;
  return phrase.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
    const value = blanks[name] ?? whole;
    if (one === undefined) return String(value);
    return String(value) === "1" ? one : many;
  });
}
