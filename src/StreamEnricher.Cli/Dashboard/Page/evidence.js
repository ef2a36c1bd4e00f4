// Why an event has its techniques, and the event in full.
import { el } from "./dom.js";
import { moment, percent } from "./format.js";

const PROVIDERS = { declared: "Declared by the producer", table: "Table", sigma: "Sigma rule", service: "Attribution service" };

/** One evidence. */
export function evidenceCard(evidence) {
  const rule = evidence.rule ?? {};
  const facts = [PROVIDERS[evidence.provider] ?? evidence.provider, rule.level, rule.author ? `by ${rule.author}` : null, rule.name ? rule.id : null];
  return el("div.evidence", {},
    el("p.rule", {}, rule.name ?? rule.id ?? (evidence.techniques ?? []).join(", ")),
    el("p.sub", {}, facts.filter(Boolean).join(" · ")),
    evidence.field ? el("p.match", {}, `${evidence.field}${evidence.value === undefined || evidence.value === null ? "" : ` = ${evidence.value}`}`) : null,
    el("div.tags", {}, (evidence.techniques ?? []).map(id => el("span.tag", {}, id)), typeof evidence.confidence === "number" ? el("span.sub", {}, `confidence ${percent(evidence.confidence)}`) : null));
}

/** The sheet's content for an event. */
export function eventSections(event) {
  const evidence = event.metadata?.evidence ?? [];
  const position = event.metadata?.kafka;
  const facts = {
    "Event id": event.event_id, Time: moment(event.timestamp), Severity: event.severity, "Source service": event.source_service, Source: event.source, Destination: event.destination,
    Kafka: position ? `${position.topic}/${position.partition}/${position.offset}` : null,
  };
  return [
    el("section", {}, el("p", {}, event.description ?? event.event_type ?? ""), el("dl.figures", {},
      Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))))),
    el("section", {}, el("h3", {}, evidence.length > 0 ? "Evidence" : "No technique was found in it"), evidence.map(evidenceCard)),
    el("details.raw", {}, el("summary", {}, "The enriched event"), el("pre", { tabindex: "0" }, JSON.stringify(event, null, 2))),
  ];
}
