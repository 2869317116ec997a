// Jobs that take pages in: how far each is, and then what was read.
import { Failure, get, remove, stream } from "./api.js";
import { archiveChanged } from "./archive.js";
import { toast } from "./clipboard.js";
import { fill, h } from "./dom.js";
import { day, last } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { openArticle } from "./route.js";

const OPEN = ["waiting", "running"];
const EVERY = 2000; // ms between questions where the stream of a job is cut

/** The list of jobs: {element, load(), add(job)}; `ended()` is called when one is over. */
export function jobList(ended) {
  const rows = h("ul", { class: "jobs" });
  const none = h("p", { class: "soft" }, () => t("jobs_none"));
  const element = h(
    "section",
    { "aria-labelledby": "jobs-head" },
    h("h2", { id: "jobs-head" }, () => t("jobs")),
    none,
    rows,
  );
  const cards = new Map();

  function put(job, first) {
    if (cards.has(job.id)) return cards.get(job.id);
    const card = h("li", { class: "job" });
    cards.set(job.id, card);
    rows[first ? "prepend" : "append"](card);
    none.hidden = true;
    draw(card, job);
    return card;
  }

  async function follow(job) {
    const card = put(job, true);
    let now = job;
    while (OPEN.includes(now.state)) {
      now = await next(now, (seen) => draw(card, seen));
      draw(card, now);
    }
    if (now.state !== "cancelled" || now.report) archiveChanged();
    ended();
  }

  return {
    element,
    async load() {
      const { items } = await get("jobs");
      for (const job of items) {
        if (!cards.has(job.id) && OPEN.includes(job.state)) told(follow(job));
        else put(job, false);
      }
    },
    add: (job) => told(follow(job)),
  };
}

/** The job when it is over, or as it is once its stream is cut. */
async function next(job, seen) {
  try {
    for await (const { data } of stream("GET", `jobs/${job.id}/events`)) {
      if (!data?.state) continue;
      seen(data);
      if (!OPEN.includes(data.state)) break;
    }
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status > 0) throw failure;
    await new Promise((done) => setTimeout(done, EVERY));
  }
  return get(`jobs/${job.id}`);
}

const told = (following) =>
  following.catch((failure) => {
    if (!(failure instanceof Failure)) throw failure;
    toast(failure.line);
  });

/** Draw a job in its card; while it only goes on, nothing that may have the focus is replaced. */
function draw(card, job) {
  const open = OPEN.includes(job.state);
  const stage = `${job.state} ${job.error ?? ""}`;
  const running = card.querySelector(".job-progress");
  if (open && running && card.dataset.stage === stage) return running.replaceWith(progress(job));
  card.dataset.stage = stage;
  fill(
    card,
    head(job, open),
    open && progress(job),
    job.error && h("p", { class: "note bad small" }, job.error),
    job.report && report(job),
  );
}

function head({ id, state, inputs }, open) {
  const names = inputs.map(last);
  const stop = () => told(remove(`jobs/${id}`));
  return h(
    "div",
    { class: "job-head" },
    h(
      "strong",
      { class: "job-names" },
      () => t("list", names.slice(0, 3)),
      names.length > 3 && ` … (${names.length})`,
    ),
    h("span", { class: `job-state ${state}`, role: "status" }, () => t(`state_${state}`)),
    open && h("button", { type: "button", class: "quiet", onclick: stop }, () => t("job_cancel")),
  );
}

function progress({ done, total }) {
  const known = total ? { max: String(total), value: done } : {};
  return h(
    "div",
    { class: "job-progress" },
    h("progress", { "aria-label": () => t("state_running"), ...known }),
    h("span", { class: "small soft" }, () => t("job_progress", done, total)),
  );
}

function report({ report: said, articles }) {
  const nothing = !articles.length && (said.new + said.updated > 0 || !said.failed.length);
  return [
    h("p", { class: "small soft" }, () => t("job_counts", said)),
    said.failed.length > 0 && failed(said.failed),
    nothing ? h("p", { class: "small soft" }, () => t("nothing_read")) : read(articles),
  ];
}

const failed = (list) =>
  h(
    "div",
    { class: "note bad small" },
    h("h3", { class: "small-head" }, () => t("failed_n", list.length)),
    h("ul", {}, list.map((one) => h("li", {}, h("strong", {}, last(one.source)), " ", one.reason))),
  );

/** The articles read, under the file that each came from. */
function read(articles) {
  const files = Map.groupBy(articles, (one) => one.source);
  return [...files].map(([source, list]) => {
    const rows = list.map((one) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "plain link",
            lang: languageOf(one.headline),
            onclick: () => openArticle({ id: one.id }),
          },
          one.headline || (() => t("no_headline")),
        ),
        h(
          "span",
          { class: "meta" },
          one.issue_date && h("span", {}, () => day(one.issue_date)),
          one.page && h("span", {}, () => t("page", one.page)),
        ),
        one.notes.length > 0 && h(
          "ul",
          { class: "doubts small" },
          one.notes.map((line) => h("li", {}, line)),
        ),
      ),
    );
    const doubtful = list.filter((one) => one.notes.length).length;
    return h(
      "div",
      { class: "read" },
      h(
        "h3",
        { class: "small-head" },
        () => t("read_from", last(source), list.length),
        doubtful > 0 && h("span", { class: "tag" }, () => t("doubt_n", doubtful)),
      ),
      h("ul", {}, rows),
    );
  });
}
