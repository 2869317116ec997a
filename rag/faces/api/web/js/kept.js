// What the browser keeps: choices for good, the key for this tab alone. Shut storage keeps nothing.

export const kept = (name) => read(() => localStorage.getItem(name));
export const keep = (name, value) => read(() => localStorage.setItem(name, value));
export const forget = (name) => read(() => localStorage.removeItem(name));

const KEY = "newsdesk.key";
const listeners = new Set();
let held = null; // where the tab's storage is shut
export const key = () => held ?? read(() => sessionStorage.getItem(KEY));
export function holdKey(value) {
  held = value;
  read(() => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)));
  for (const listen of listeners) listen();
}
/** `listen()` is called when a key is given or forgotten. */
export const onKey = (listen) => listeners.add(listen);

function read(action) {
  try {
    return action() ?? null;
  } catch {
    return null;
  }
}
