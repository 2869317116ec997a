// The day's briefing by calendar: days on the left, the briefing beside them.
import { addPages, archive, onArchive } from "./archive.js";
import { Failure, get, path, stream } from "./api.js";
import { briefingPage } from "./briefing.js";
import { calendar } from "./calendar.js";
import { fill, gait, h } from "./dom.js";
import { failureLines } from "./failing.js";
import { labelled } from "./filters.js";
import { moment, period } from "./format.js";
import { has, language, t } from "./i18n.js";
import { go, hash } from "./route.js";

const EARLIER = 8;

export function briefingView() {
  const days = calendar((date) => go(hash("briefing", { date, ...options() })));
  const topic = h(
    "input",
    {
      class: "input",
      id: "briefing-topic",
      type: "text",
      maxlength: "100",
      placeholder: () => t("topic_hint"),
      onkeydown: (event) => event.key === "Enter" && changed(),
      onchange: () => changed(),
    },
  );
  const length = h(
    "select",
    { class: "input", id: "briefing-length", onchange: () => changed() },
    ["short", "standard", "long"].map(
      (one) => h("option", { value: one }, () => t(`length_${one}`)),
    ),
  );
  length.value = "standard";
  const settings = h(
    "section",
    { class: "briefing-options", "aria-label": () => t("briefing_options") },
    labelled("length", length),
    labelled("topic", topic),
  );
  const earlier = h("section", { class: "earlier" });
  const page = h("div", { class: "briefing-page" });
  const element = h(
    "div",
    { class: "view wide briefings" },
    h("header", { class: "view-head" }, h("h1", { tabindex: "-1" }, () => t("briefing_heading"))),
    h(
      "div",
      { class: "briefing-columns" },
      h("div", { class: "briefing-side" }, days.element, settings, earlier),
      page,
    ),
  );
  let shown = null;
  let making = new AbortController();
  let visited = false;

  const options = () => ({
    topic: topic.value.trim(),
    length: length.value === "standard" ? "" : length.value,
  });

  function changed() {
    if (shown?.date) go(hash("briefing", { date: shown.date, ...options() }));
  }

  async function offer(date) {
    try {
      const held = await archive();
      days.element.hidden = settings.hidden = !held.total;
      if (held.total) days.set(held.days, date ?? null);
      if (!date) invite(held);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(page, h("p", { class: "note bad", role: "alert" }, () => failure.line));
    }
  }

  function invite({ total }) {
    fill(
      page,
      h(
        "div",
        { class: "empty" },
        total ? h("p", {}, () => t("briefing_pick")) : [
          h("p", {}, () => t("archive_empty")),
          addPages(),
        ],
      ),
    );
  }

  async function make({ date, topic: about, length: size }, again) {
    making.abort();
    making = new AbortController();
    const { signal } = making;
    const said = h("p", { class: "waiting", role: "status" }, () => t("briefing_making"));
    const bar = h("progress", { "aria-label": () => t("briefing_making") });
    fill(page, h("div", { class: "briefing-waiting" }, said, bar));
    if (page.getBoundingClientRect().top > innerHeight / 2) page.scrollIntoView(
      { block: "start", behavior: gait() },
    );
    const body = {
      date,
      topic: about || null,
      length: size || "standard",
      lang: language(),
      again,
      stream: true,
    };
    try {
      const briefing = await made(body, signal, bar, said);
      draw(briefing, () => make({ date, topic: about, length: size }, true));
      list();
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof Failure)) throw failure;
      fill(
        page,
        h(
          "div",
          { class: "note bad", role: "alert" },
          failureLines(failure),
          h(
            "button",
            {
              type: "button",
              class: "button",
              onclick: () => make({ date, topic: about, length: size }, again),
            },
            () => t("try_again"),
          ),
        ),
      );
    }
  }

  async function made(body, signal, bar, said) {
    for await (const { event, data } of stream("POST", "briefings", { body, signal })) {
      if (event === "error") throw new Failure(data.error.status ?? 500, data.error);
      if (event === "briefing") return data;
      if (event === "progress") step(data, bar, said);
    }
    throw new Failure(-1);
  }

  function step({ stage, done, total }, bar, said) {
    const words = () => (has(`stage_${stage}`) ? t(`stage_${stage}`) : t("briefing_making"));
    if (said.dataset.stage !== stage) fill(said, words); // once a stage: each change is read out
    said.dataset.stage = stage;
    if (!total) return;
    bar.max = total;
    bar.value = done;
  }

  function draw(briefing, anew) {
    fill(page, briefingPage(briefing, anew));
    page.querySelector("h2").focus({ preventScroll: true });
  }

  async function open(id) {
    making.abort();
    fill(page, h("p", { class: "waiting", role: "status" }, () => t("loading")));
    try {
      const briefing = await get(`briefings/${encodeURIComponent(id)}`);
      draw(briefing, () => go(hash("briefing", { date: briefing.to, topic: briefing.topic })));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(page, h("p", { class: "note bad", role: "alert" }, () => failure.line));
    }
  }

  async function list() {
    try {
      const { items } = await get(path("briefings", { limit: 50 }));
      const latest = new Map(
        items.toReversed().map((one) => [`${one.from} ${one.to} ${one.topic}`, one]),
      );
      const rows = [...latest.values()].reverse().slice(0, EARLIER).map(
        (one) => h(
          "li",
          {},
          h(
            "a",
            { href: hash("briefing", { made: one.id }) },
            () => period(one.from, one.to),
            one.topic && `: ${one.topic}`,
          ),
          h("span", { class: "meta" }, h("span", {}, () => t("made_at", moment(one.made_at)))),
        ),
      );
      fill(
        earlier,
        rows.length > 0 && [
          h("h2", { class: "small-head" }, () => t("earlier")),
          h("ul", { class: "sources" }, rows),
        ],
      );
    } catch (failure) {
      // The list is beside the point: what it can't show is told where a briefing is made.
      if (!(failure instanceof Failure)) throw failure;
      fill(earlier);
    }
  }

  onArchive(() => visited && offer(shown?.date));

  return {
    element,
    /** values: date, topic, length; or made, the id of a finished one. */
    show(values) {
      const wanted = JSON.stringify(values);
      if (!visited) list();
      visited = true;
      if (wanted === JSON.stringify(shown)) return;
      shown = values;
      topic.value = values.topic ?? "";
      length.value = values.length ?? "standard";
      offer(values.date);
      if (values.made) open(values.made);
      else if (values.date) make(values, false);
      else making.abort();
    },
    focus: () => element.querySelector("h1").focus({ preventScroll: true }),
    seek: () => element.querySelector('.days [tabindex="0"]')?.focus(),
  };
}
