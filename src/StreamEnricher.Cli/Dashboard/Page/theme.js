// Light, dark, or as the system says. The choice is kept for this browser.
import { byId, setText } from "./dom.js";

const KEY = "streamenricher.theme";
const NAMES = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

export function startTheme() {
  const button = byId("theme");
  const show = theme => {
    document.documentElement.dataset.theme = theme;
    setText(button, NAMES[theme]);
  };
  const kept = localStorage.getItem(KEY);
  show(kept in NAMES ? kept : "auto");
  button.addEventListener("click", () => {
    const order = Object.keys(NAMES);
    const next = order[(order.indexOf(document.documentElement.dataset.theme) + 1) % order.length];
    localStorage.setItem(KEY, next);
    show(next);
  });
}
