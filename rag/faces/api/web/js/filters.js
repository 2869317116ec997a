// Dates and paper that a question or the library is kept to: a form, and chips of what is set.
import { archive, onArchive } from "./archive.js";
import { fill, h, icon } from "./dom.js";
import { day, period } from "./format.js";
import { t } from "./i18n.js";

/**
 * A filter: {button, chips, form, value, set}. `changed(value)` is called when the reader changes
 * it; value: {from, to, publication}, each "" where not set.
 */
export function filters(name, changed) {
  let value = { from: "", to: "", publication: "" };
  const field = (key) => h(
    "input",
    {
      class: "input",
      type: "date",
      id: `${name}-${key}`,
      onchange: () => edit({ [key]: inputs[key].value }),
    },
  );
  const inputs = {
    from: field("from"),
    to: field("to"),
    publication: h(
      "select",
      {
        class: "input",
        id: `${name}-paper`,
        onchange: () => edit({ publication: inputs.publication.value }),
      },
    ),
  };
  const span = h("p", { class: "small soft" });
  const problem = h("p", { class: "small failed", role: "alert" });
  const form = h(
    "fieldset",
    { class: "filter-form", id: `${name}-filters`, hidden: true },
    h("legend", { class: "hidden" }, () => t("filters")),
    labelled("from", inputs.from),
    labelled("until", inputs.to),
    labelled("paper", inputs.publication),
    span,
    problem,
  );
  const button = h(
    "button",
    { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": form.id },
    icon("filter"),
    () => t("filter"),
  );
  button.addEventListener("click", () => {
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) offer().then(() => inputs.from.focus());
  });
  const chips = h("ul", { class: "chips", "aria-label": () => t("filters") });

  function edit(change) {
    const wanted = { ...value, ...change };
    const backwards = wanted.from && wanted.to && wanted.to < wanted.from;
    fill(problem, backwards && (() => t("range_backwards")));
    if (backwards) return;
    set(wanted);
    changed(value);
  }

  function set(wanted) {
    value = { from: wanted.from ?? "", to: wanted.to ?? "", publication: wanted.publication ?? "" };
    for (const [key, input] of Object.entries(inputs)) {
      if (key === "publication") offerOption(input, value[key]);
      input.value = value[key];
    }
    fill(chips, ["from", "to", "publication"].filter((key) => value[key]).map(chip));
    chips.hidden = !chips.children.length;
  }

  /** A paper that a link names is among the choices before these are fetched. */
  function offerOption(input, name) {
    const offered = [...input.options].map((one) => one.value);
    if (name && !offered.includes(name)) input.append(new Option(name));
  }

  function chip(key) {
    const said = {
      from: () => t("span_from", day(value.from)),
      to: () => t("span_until", day(value.to)),
      publication: () => value.publication,
    }[key];
    const drop = () => {
      edit({ [key]: "" });
      button.focus();
    };
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "chip", "aria-label": () => t("remove", said()), onclick: drop },
        said,
        icon("close"),
      ),
    );
  }

  async function offer() {
    const { papers, first, last } = await archive();
    const offered = papers.map(
      ({ publication, articles }) => new Option(`${publication} (${articles})`, publication),
    );
    fill(inputs.publication, h("option", { value: "" }, () => t("any_paper")), offered);
    for (const input of [inputs.from, inputs.to]) {
      input.min = first ?? "";
      input.max = last ?? "";
    }
    fill(span, first && (() => t("archive_span", day(first), day(last))));
    set(value);
  }

  onArchive(() => form.hidden || offer());
  set(value);
  return { button, chips, form, set, get value() { return value; } };
}

/** A field under its name. */
export const labelled = (key, input, hint) =>
  h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, () => t(key)),
    input,
    hint && h("span", { class: "small" }, () => t(hint)),
  );

/** The days that the archive spans, in words. */
export const spanned = ({ first, last }) => period(first, last);
