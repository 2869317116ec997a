// Jobs that take pages in: how far each is, and then what was read.
import { Failure, get, remove, stream } from "./api.js";
import { archiveChanged } from "./archive.js";
import { toast } from "./clipboard.js";
import { fill, h } from "./dom.js";
import { last } from "./format.js";
import { t } from "./i18n.js";
import { jobReport } from "./job_report.js";
import { reasonLines } from "./failing.js";

const OPEN = ["waiting", "running"];
const EVERY = 2000; // ms between questions where the stream of a job is cut

/** The list of jobs: {element, load(), add(job)}; `ended()` is called when one is over. */
export function jobList(ended) {
  const rows = h("ul", { class: "jobs" });
  const aloud = h("p", { class: "hidden", role: "status" }); // how the last job ended
  const none = h("p", { class: "soft" }, () => t("jobs_none"));
  const element = h(
    "section",
    { "aria-labelledby": "jobs-head" },
    h("h2", { id: "jobs-head" }, () => t("jobs")),
    none,
    aloud,
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
    fill(aloud, namesOf(now), () => ` ${t(`state_${now.state}`)}`);
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
    job.error && h("div", { class: "note bad small" }, reasonLines(job.error)),
    job.report && jobReport(job),
  );
}

/** The first of the files or addresses of a job, and of how many. */
function namesOf({ inputs }) {
  const names = inputs.map(last);
  return [
    () => t("list", names.slice(0, 3)),
    names.length > 3 && ` … (${names.length})`,
  ];
}

function head(job, open) {
  const { id, state } = job;
  const stop = () => told(remove(`jobs/${id}`));
  return h(
    "div",
    { class: "job-head" },
    h(
      "strong",
      { class: "job-names" },
      namesOf(job),
    ),
    h("span", { class: `job-state ${state}` }, () => t(`state_${state}`)),
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

