// Before anything is drawn: the theme and the language that were chosen, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is shut: the browser's own preferences hold
    }
  };
  const theme = kept("newsdesk.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const language = kept("newsdesk.language") ?? navigator.language ?? "";
  root.lang = language.toLowerCase().startsWith("zh") ? "zh-Hans" : "en";
})();
