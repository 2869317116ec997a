// A month of issue dates as a grid: days with articles can be opened, arrows move by day.
import { fill, h, icon } from "./dom.js";
import { day, month, parts } from "./format.js";
import { t } from "./i18n.js";

const DAY = 86_400_000;
const at = (iso) => Date.UTC(parts(iso)[0], parts(iso)[1] - 1, parts(iso)[2]);
const iso = (time) => new Date(time).toISOString().slice(0, 10);

/** A calendar: {element, set(days, chosen)}; `open(iso)` is called for a day with articles. */
export function calendar(open) {
  const grid = h("table", { class: "days", role: "grid", "aria-labelledby": "calendar-month" });
  const months = h(
    "select",
    {
      class: "input",
      id: "calendar-month",
      "aria-label": () => t("month"),
      onchange: () => turn(months.value),
    },
  );
  const before = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-label": () => t("month_before"),
      onclick: () => leaf(-1),
    },
    icon("left"),
  );
  const after = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-label": () => t("month_after"),
      onclick: () => leaf(1),
    },
    icon("right"),
  );
  const element = h(
    "section",
    { class: "calendar", "aria-label": () => t("calendar") },
    h("div", { class: "calendar-bar" }, before, months, after),
    grid,
  );
  let counts = new Map();
  let cursor = null; // the day that the tab key comes to
  let chosen = null;

  grid.addEventListener("keydown", (event) => {
    const wanted = moved(event.key);
    if (wanted === null) return;
    event.preventDefault();
    if (wanted < at(bound("first")) || wanted > at(bound("last"))) return;
    cursor = iso(wanted);
    draw();
    grid.querySelector('[tabindex="0"]').focus();
  });

  function moved(key) {
    const now = at(cursor);
    const [year, number, date] = parts(cursor);
    const weekday = (new Date(now).getUTCDay() + 6) % 7;
    const inMonth = (step) => Date.UTC(
      year,
      number - 1 + step,
      Math.min(date, new Date(Date.UTC(year, number + step, 0)).getUTCDate()),
    );
    const moves = {
      ArrowLeft: () => now - DAY,
      ArrowRight: () => now + DAY,
      ArrowUp: () => now - 7 * DAY,
      ArrowDown: () => now + 7 * DAY,
      Home: () => now - weekday * DAY,
      End: () => now + (6 - weekday) * DAY,
      PageUp: () => inMonth(-1),
      PageDown: () => inMonth(1),
    };
    return moves[key]?.() ?? null;
  }

  /** The first day of the first month, or the last of the last, that has articles. */
  function bound(which) {
    const days = [...counts.keys()];
    const [year, number] = parts(which === "first" ? days[0] : days.at(-1));
    return which === "first" ? iso(Date.UTC(year, number - 1, 1)) : iso(Date.UTC(year, number, 0));
  }

  const monthsHeld = () => [...new Set([...counts.keys()].map((one) => one.slice(0, 7)))];

  /** To the next month that has articles, in a direction. */
  function leaf(step) {
    const held = monthsHeld();
    const here = cursor.slice(0, 7);
    const next = step > 0 ? held.find((one) => one > here) : held.findLast((one) => one < here);
    if (next) turn(next);
  }

  function turn(wanted) {
    cursor = [...counts.keys()].find((one) => one.startsWith(wanted));
    draw();
  }

  function draw() {
    const [year, number] = parts(cursor);
    const first = Date.UTC(year, number - 1, 1);
    const start = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY;
    const weeks = [];
    const end = Date.UTC(year, number, 1);
    for (let time = start; time < end; time += 7 * DAY) weeks.push(week(time, number));
    const names = h(
      "tr",
      {},
      [0, 1, 2, 3, 4, 5, 6].map(
        (n) => h("th", { scope: "col", abbr: () => t("weekday_names")[n] }, () => t("weekdays")[n]),
      ),
    );
    fill(grid, h("thead", {}, names), h("tbody", {}, weeks));
    drawMonths(`${cursor.slice(0, 7)}`);
  }

  function drawMonths(here) {
    const held = monthsHeld();
    const offered = held.includes(here) ? held : [...held, here].sort();
    fill(
      months,
      offered.map((one) => h("option", { value: one }, () => month(...one.split("-").map(Number)))),
    );
    months.value = here;
    before.disabled = here <= held[0];
    after.disabled = here >= held.at(-1);
  }

  function week(start, number) {
    const cells = [0, 1, 2, 3, 4, 5, 6].map((step) => {
      const date = iso(start + step * DAY);
      return parts(date)[1] === number ? cell(date) : h("td", { "aria-hidden": "true" });
    });
    return h("tr", {}, cells);
  }

  function cell(date) {
    const articles = counts.get(date) ?? 0;
    const label = () => t(articles ? "day_articles" : "day_none", day(date), articles);
    const button = h(
      "button",
      {
        type: "button",
        class: articles ? "day held" : "day",
        tabindex: date === cursor ? "0" : "-1",
        "aria-label": label,
        "aria-disabled": articles ? null : "true",
        "aria-current": date === chosen ? "date" : null,
        onclick: () => {
          cursor = date;
          if (articles) open(date);
        },
      },
      h("span", {}, `${parts(date)[2]}`),
      articles > 0 && h("small", {}, `${articles}`),
    );
    return h("td", { role: "gridcell" }, button);
  }

  return {
    element,
    set(days, wanted) {
      counts = new Map(days.map((one) => [one.date, one.articles]));
      chosen = wanted;
      const inside = wanted && wanted >= bound("first") && wanted <= bound("last");
      cursor = inside ? wanted : days.at(-1).date;
      const focused = grid.contains(document.activeElement);
      draw();
      if (focused) grid.querySelector('[tabindex="0"]').focus();
    },
  };
}
