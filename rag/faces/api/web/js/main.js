// The page: its head, its views, the article beside them, and what holds for all.
import { onKeyNeeded } from "./api.js";
import { articlePanel } from "./article_panel.js";
import { archiveChanged } from "./archive.js";
import { askView } from "./ask_view.js";
import { briefingView } from "./briefing_view.js";
import { installPopover } from "./citation.js";
import { installToast } from "./clipboard.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { askForKey, installKeyDialog } from "./key_dialog.js";
import { libraryView } from "./library_view.js";
import { masthead, VIEWS } from "./masthead.js";
import { closeArticle, go, onRoute, route, start } from "./route.js";
import { installShortcuts } from "./shortcuts.js";
import { uploadView } from "./upload_view.js";

const MAKERS = { ask: askView, briefing: briefingView, library: libraryView, upload: uploadView };

onKeyNeeded(askForKey);
installKeyDialog();
installToast();
installPopover();

const views = new Map(); // by name, each made when it is first gone to
const main = h("main", { id: "main", tabindex: "-1" });
const panel = articlePanel();
let current = null;

const skip = h("a", { class: "skip", href: "#main" }, () => t("skip"));
skip.addEventListener("click", (event) => {
  event.preventDefault(); // what is after # is a view, not a place
  main.focus();
});
document.body.prepend(skip, masthead(archiveChanged), main, panel.element);

onRoute(({ view, values, article }) => {
  if (!views.has(view)) {
    views.set(view, MAKERS[view]());
    main.append(views.get(view).element);
  }
  const first = current === null;
  const moved = current !== view;
  current = view;
  for (const [name, one] of views) one.element.hidden = name !== view;
  views.get(view).show(values);
  if (moved) {
    scrollTo(0, 0);
    if (!article && (!first || view === "ask")) views.get(view).focus();
  }
  panel.show(article);
});

installShortcuts(
  {
    ...Object.fromEntries(VIEWS.map(([, to], place) => [String(place + 1), () => go(to)])),
    "/": () => views.get(current).seek(),
    n: () => {
      go("#");
      views.get("ask").restart();
    },
    "[": () => panel.step(-1),
    "]": () => panel.step(1),
  },
  () => {
    if (route().article) closeArticle();
    else if (current === "ask") views.get("ask").stop();
  },
);
start();
