// The sheet at the side: one thing in full. A modal dialog, so the browser keeps the focus in it and gives it back.
import { byId, put, setText } from "./dom.js";

export function startSheet() {
  const sheet = byId("sheet");
  byId("sheet-close").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", event => {
    if (event.target === sheet) {
      sheet.close();
    }
  });
}

/** Opens it; returns a function that replaces its content later, unless something else was opened meanwhile. */
export function openSheet(title, ...content) {
  const sheet = byId("sheet");
  const mine = {};
  sheet.owner = mine;
  setText(byId("sheet-title"), title);
  put(byId("sheet-body"), ...content);
  if (!sheet.open) {
    sheet.showModal();
  }
  byId("sheet-title").focus();
  return (...later) => {
    if (sheet.owner === mine && sheet.open) {
      put(byId("sheet-body"), ...later);
    }
  };
}

export const closeSheet = () => byId("sheet").open && byId("sheet").close();
