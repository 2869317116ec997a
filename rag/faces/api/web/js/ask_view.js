// Asking: the question box, the conversation above it, examples while there is none.
import { addPages, archive, onArchive } from "./archive.js";
import { Failure, get, path, stream } from "./api.js";
import { turn } from "./answer.js";
import { fill, gait, h, icon } from "./dom.js";
import { filters, spanned } from "./filters.js";
import { count } from "./format.js";
import { t } from "./i18n.js";

const EXAMPLES = 4;
const ROOM = window.matchMedia(
  "(min-width: 48rem)",
); // a keyboard that rises would hide a phone's page

export function askView() {
  const turns = []; // of this conversation: {id} of the answers, oldest first
  let running = null; // what stops the answer that is being made
  let opened = null; // the question that the address named last
  let talking = false;
  const filter = filters("ask", () => {});
  const box = h("textarea", {
    class: "question", id: "question", rows: "1", maxlength: "2000", enterkeyhint: "send",
    "aria-label": () => t("question"), "aria-describedby": "question-keys",
    placeholder: () => t(talking ? "question_next" : "question_hint"),
  });
  const askButton = h("button", { type: "submit", class: "button first" }, () => t("ask"));
  const stopButton = h(
    "button",
    { type: "button", class: "button", hidden: true, onclick: () => stop() },
    icon("stop"),
    () => t("stop"),
  );
  const form = h(
    "form",
    { class: "composer" },
    filter.form,
    box,
    h(
      "div",
      { class: "composer-row" },
      filter.button,
      filter.chips,
      h("span", { class: "hidden", id: "question-keys" }, () => t("question_keys")),
      askButton,
      stopButton,
    ),
  );
  const about = h("p", { class: "soft" });
  const first = h("div");
  const hero = h(
    "header",
    { class: "hero" },
    h("h1", { tabindex: "-1" }, () => t("ask_heading")),
    about,
    first,
  );
  const fresh = h(
    "button",
    { type: "button", class: "quiet", onclick: () => restart() },
    icon("plus"),
    () => t("new_conversation"),
  );
  const bar = h(
    "div",
    { class: "thread-bar", hidden: true },
    h("h1", { class: "small-head", tabindex: "-1" }, () => t("conversation")),
    fresh,
  );
  const thread = h("div", { class: "thread" });
  const examples = h("section", { class: "examples", hidden: true });
  const element = h(
    "div",
    { class: "view ask" },
    hero,
    bar,
    thread,
    h("div", { class: "dock" }, form),
    examples,
  );


  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = box.value.trim();
    if (!asked || running) return;
    box.value = "";
    grow();
    ask(asked, filter.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener("input", grow);

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  async function ask(asked, under) {
    const shown = turn(asked, under, { again: (wanted) => again(asked, wanted) });
    const stopping = new AbortController();
    running = stopping;
    arrange(true);
    thread.append(shown.element);
    shown.element.scrollIntoView({ block: "start", behavior: gait() });
    try {
      await follow(asked, under, shown, stopping.signal);
    } catch (failure) {
      if (stopping.signal.aborted) shown.stop();
      else if (failure instanceof Failure) shown.fail(failure);
      else throw failure;
    } finally {
      if (running === stopping) {
        running = null;
        arrange();
      }
    }
  }

  async function follow(question, { from, to, publication }, shown, signal) {
    const body = {
      question,
      from: from || null,
      to: to || null,
      publication: publication || null,
      follows: turns.map(({ id }) => id),
      stream: true,
    };
    for await (const { event, data } of stream("POST", "ask", { body, signal })) {
      if (event === "error") throw new Failure(data.error.status ?? 500, data.error);
      if (event === "answer") {
        shown.finish(data, { empty: data.refused && !(await archive()).total });
        if (data.id) turns.push({ id: data.id });
        return;
      }
      if (event in shown) shown[event](data);
    }
    throw new Failure(-1);
  }

  function again(asked, wanted) {
    if (running) return;
    filter.set(wanted);
    ask(asked, filter.value);
  }

  function stop() {
    if (!running) return false;
    running.abort();
    box.focus();
    return true;
  }

  function restart() {
    running?.abort();
    running = null;
    turns.length = 0;
    thread.replaceChildren();
    arrange();
    box.focus();
  }

  function arrange(busy = false) {
    talking = thread.children.length > 0 || busy;
    hero.hidden = talking;
    bar.hidden = !talking;
    examples.hidden = talking || !examples.children.length;
    element.classList.toggle("talking", talking);
    askButton.hidden = busy;
    stopButton.hidden = !busy;
    box.placeholder = t(talking ? "question_next" : "question_hint");
  }

  async function describe() {
    try {
      const held = await archive();
      if (!held.total) {
        fill(about, () => t("archive_empty"), " ", () => t("archive_first"));
        fill(first, addPages());
        return fill(examples);
      }
      fill(first);
      const said = [
        () => t("ask_about", count(held.total)),
        () => t("ask_span", spanned(held)),
        () => t("ask_promise"),
      ];
      fill(about, said.map((words) => [h("span", {}, words), " "]));
      const { items } = await get(path("articles", { limit: 50 }));
      suggest(items.filter((one) => one.headline && [...one.headline].length <= 24));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(about, h("span", { class: "failed" }, () => failure.line));
    }
  }

  /** Questions after headlines, each of another day where there are several. */
  function suggest(articles) {
    const days = new Map();
    for (const one of articles) days.set(
      one.issue_date,
      [...(days.get(one.issue_date) ?? []), one],
    );
    const order = [];
    for (let row = 0; order.length < Math.min(EXAMPLES, articles.length); row++) {
      for (const ones of days.values()) if (ones[row]) order.push(ones[row]);
    }
    const each = order.slice(0, EXAMPLES).map(({ headline }) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "example",
            onclick: () => ask(t("example", headline), filter.value),
          },
          () => t("example", headline),
        ),
      ),
    );
    fill(examples, h("h2", { class: "small-head" }, () => t("examples")), h("ul", {}, each));
    arrange(Boolean(running));
  }

  onArchive(describe);
  describe();
  arrange();

  return {
    element,
    /** values: q, from, to, publication of a link to a question. */
    show({ q, from, to, publication }) {
      const named = q && JSON.stringify([q, from, to, publication]);
      if (named && named !== opened) {
        restart();
        filter.set({ from, to, publication });
        ask(q, filter.value);
      }
      opened = named ?? opened;
    },
    focus() {
      const heading = (talking ? bar : hero).querySelector("h1");
      (ROOM.matches ? box : heading).focus({ preventScroll: true });
    },
    seek: () => box.focus(),
    stop,
    restart,
  };
}
