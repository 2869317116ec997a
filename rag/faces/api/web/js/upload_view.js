// Adding pages: files dropped or chosen, web addresses, and what became of them.
import { Failure, get, post, upload } from "./api.js";
import { onArchive } from "./archive.js";
import { fill, h, icon, put } from "./dom.js";
import { failureLines, reasonLines } from "./failing.js";
import { labelled } from "./filters.js";
import { last, moment } from "./format.js";
import { t } from "./i18n.js";
import { jobList } from "./jobs.js";

export function uploadView() {
  const picker = h(
    "input",
    {
      type: "file",
      multiple: true,
      class: "hidden",
      id: "upload-files",
      onchange: () => send(picker.files),
    },
  );
  const drop = h(
    "div",
    { class: "drop" },
    icon("up"),
    h(
      "p",
      {},
      h(
        "span",
        { class: "only-desk" },
        () => t("upload_drop"),
        h("span", { class: "soft" }, () => ` ${t("upload_or")} `),
      ),
      h("label", { class: "button first", for: picker.id }, () => t("upload_pick")),
    ),
    picker,
  );
  const issueDate = h("input", { class: "input", type: "date", id: "upload-date" });
  const publication = h(
    "input",
    { class: "input", type: "text", id: "upload-paper", maxlength: "100" },
  );
  const urls = h(
    "textarea",
    { class: "input", id: "upload-urls", rows: "3", placeholder: "https://", spellcheck: "false" },
  );
  const urlForm = h(
    "form",
    { class: "urls" },
    labelled("upload_urls", urls, "upload_urls_hint"),
    h("button", { type: "submit", class: "button" }, () => t("upload_urls_send")),
  );
  const defaults = h(
    "details",
    { class: "defaults" },
    h("summary", {}, () => t("upload_defaults")),
    h(
      "div",
      { class: "pair" },
      labelled("issue_date", issueDate, "issue_date_hint"),
      labelled("publication", publication, "publication_hint"),
    ),
  );
  let visited = false;
  const said = h("div", { role: "status", class: "upload-said" });
  const failures = h("section", { class: "failures" });
  const jobs = jobList(() => attempt(offer));
  const refused = h("div", { class: "refused" });
  const forms = h("div", { class: "upload-forms" }, drop, defaults, urlForm);
  const element = h(
    "div",
    { class: "view upload" },
    h(
      "header",
      { class: "view-head" },
      h("h1", { tabindex: "-1" }, () => t("upload_heading")),
      h("p", { class: "soft" }, () => t("upload_about")),
    ),
    refused,
    forms,
    said,
    jobs.element,
    failures,
  );

  for (const name of ["dragenter", "dragover"]) {
    element.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  element.addEventListener(
    "dragleave",
    (event) => element.contains(event.relatedTarget) || drop.classList.remove("over"),
  );
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    send(event.dataTransfer.files);
  });
  urlForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const named = urls.value.split(/\s+/).filter(Boolean);
    if (named.length) attempt(async () => {
      const body = {
        urls: named,
        issue_date: issueDate.value || null,
        publication: publication.value.trim() || null,
      };
      begin(await post("ingest/urls", body));
      urls.value = "";
    });
  });

  async function send(files) {
    if (!files.length) return;
    const form = new FormData();
    for (const one of files) form.append("files", one, one.name);
    if (issueDate.value) form.append("issue_date", issueDate.value);
    if (publication.value.trim()) form.append("publication", publication.value.trim());
    const bar = h("progress", { max: "1", value: 0, "aria-label": () => t("upload_pick") });
    const percent = h("span", { class: "small soft" });
    fill(said, bar, percent);
    const progress = (share) => {
      bar.value = share;
      fill(percent, () => t("sending", Math.round(share * 100)));
    };
    await attempt(async () => begin(await upload("ingest/files", form, progress)));
    picker.value = "";
  }

  function begin({ job }) {
    fill(said);
    jobs.add(job);
  }

  /** Do something with the server, and tell where it refuses. */
  async function attempt(action) {
    try {
      await action();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(said, h("div", { class: "note bad" }, failureLines(failure)));
    }
  }

  async function offer() {
    const [{ items }, { scope }] = await Promise.all([get("failures"), get("key")]);
    const writes = scope === "write";
    forms.hidden = !writes; // adding is offered to those alone whose key allows it
    fill(refused, !writes && h("p", { class: "note" }, () => t("write_needed")));
    if (!items.length) return fill(failures);
    const again = (ids) => () => attempt(async () => begin(await post("failures/retry", { ids })));
    const rows = items.map((one) =>
      h(
        "li",
        {},
        h(
          "div",
          {},
          h("strong", {}, last(one.source)),
          reasonLines(one.reason),
          h(
            "p",
            { class: "meta" },
            h("span", {}, () => t("tries", one.tries)),
            h("span", {}, () => moment(one.last_at)),
          ),
        ),
        writes && h(
          "button",
          {
            type: "button",
            class: "button",
            "aria-label": () => `${t("retry")} ${last(one.source)}`,
            onclick: again([one.id]),
          },
          () => t("retry"),
        ),
      ),
    );
    fill(
      failures,
      h(
        "div",
        { class: "failures-head" },
        h("h2", {}, () => t("failures")),
        writes && items.length > 1 && h(
          "button",
          { type: "button", class: "quiet", onclick: again(items.map((one) => one.id)) },
          icon("again"),
          () => t("retry_all"),
        ),
      ),
      h("p", { class: "soft small" }, () => t("failures_about")),
    );
    put(failures, h("ul", {}, rows));
  }

  const load = () => attempt(() => Promise.all([jobs.load(), offer()]));
  onArchive(() => visited && load()); // the key may be another, too

  return {
    element,
    show() {
      if (!visited) load();
      visited = true;
    },
    focus: () => element.querySelector("h1").focus({ preventScroll: true }),
    seek: () => picker.focus(),
  };
}
