// Copying, and the short word at the foot of the window that says it was done.
import { h } from "./dom.js";
import { t } from "./i18n.js";

const box = h("div", { class: "toast", role: "status" });
let fading = 0;

export const installToast = () => document.body.append(box);

export function toast(words) {
  clearTimeout(fading);
  (document.querySelector("dialog:modal") ?? document.body).append(box);
  box.textContent = words;
  fading = setTimeout(() => (box.textContent = ""), 4000);
}

export async function copyText(text) {
  toast((await copied(text)) ? t("copied") : t("copy_failed"));
}

/** The clipboard's own door is shut on plain http; the old command works there. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h(
      "textarea",
      { class: "hidden", readonly: true, value: text, "aria-hidden": "true" },
    );
    const before = document.activeElement;
    (document.querySelector("dialog:modal") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
}
