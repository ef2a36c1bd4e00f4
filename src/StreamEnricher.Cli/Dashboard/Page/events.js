// The latest events. What they hold is shown as text, whatever it is.
import { byId, el, keyed, setText } from "./dom.js";
import { eventSections } from "./evidence.js";
import { moment, percent } from "./format.js";
import { openSheet } from "./sheet.js";
import { openTechnique } from "./matrix.js";

const KEPT = 200;
const SHOWN = 50;
let events = [];
let held = false;
let waiting = 0;

export function startEvents() {
  byId("events-attributed").addEventListener("change", render);
  byId("events-hold").addEventListener("click", event => {
    held = !held;
    waiting = 0;
    event.currentTarget.setAttribute("aria-pressed", String(held));
    render();
  });
}

/** New events, oldest first. */
export function addEvents(fresh) {
  const known = new Set(events.map(event => event.event_id));
  const added = fresh.filter(event => !known.has(event.event_id)).reverse();
  waiting += added.length;
  events = [...added, ...events].slice(0, KEPT);
  if (held) {
    setText(byId("events-sub"), `Held still; ${waiting} new`);
  } else {
    render();
  }
}

export function forgetEvents() {
  events = [];
  render();
}

function render() {
  const attributedOnly = byId("events-attributed").checked;
  const shown = events.filter(event => !attributedOnly || (event.technique_ids ?? []).length > 0).slice(0, SHOWN);
  keyed(byId("event-rows"), shown, event => event.event_id, row);
  byId("events-empty").hidden = shown.length > 0;
  setText(byId("events-sub"), held ? "Held still" : "A sample of what passes, newest first");
}

function row(event) {
  const techniques = event.technique_ids ?? [];
  const severity = String(event.severity ?? "informational");
  const title = event.event_type ?? event.source_service ?? "event";
  const flow = [event.source, event.destination].filter(Boolean).join(" → ");
  return el("tr", {},
    el("td.time", {}, moment(event.timestamp)),
    el("td", {}, el(`span.level.${/^[a-z]+$/.test(severity) ? severity : "other"}`, {}, severity)),
    el("td.event", {}, el("p.title", {}, title), event.description && event.description !== title ? el("p.note", {}, clip(event.description)) : null),
    el("td.flow", {}, flow),
    el("td", {}, el("div.tags", {}, techniques.slice(0, 6).map(id => el("button.tag", { type: "button", click: () => openTechnique(id), "aria-label": `Technique ${id}` }, id)), techniques.length > 6 ? el("span.sub", {}, `and ${techniques.length - 6} more`) : null)),
    el("td.num", {}, techniques.length > 0 ? percent(event.confidence_score ?? 0) : ""),
    el("td", {}, el("button.quiet", { type: "button", click: () => openSheet(title, ...eventSections(event)), "aria-label": `Details of ${title}` }, "Details")));
}

const clip = text => String(text).length > 240 ? `${String(text).slice(0, 240)}…` : String(text);
