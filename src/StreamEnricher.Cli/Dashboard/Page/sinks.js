// What each sink does, and what to do when it does not.
import { announce, byId, el, keyed, put, setText } from "./dom.js";
import { ago, bytes, count, rate } from "./format.js";
import { call, session } from "./session.js";
import { Sparkline } from "./sparkline.js";

const KINDS = { elasticsearch: "Elasticsearch", splunk_hec: "Splunk HEC", stix: "STIX", taxii: "TAXII", kafka: "Kafka", file: "Files" };

function stateOf(sink) {
  if (!sink.enabled) {
    return ["off", "Off"];
  }
  if (sink.held) {
    return ["bad", "Held"];
  }
  if (sink.paused) {
    return ["warn", "Paused"];
  }
  return sink.attached ? ["good", "Delivering"] : ["warn", "Catching up"];
}

export function renderSinks(live) {
  const on = live.sinks.filter(sink => sink.enabled);
  const held = on.filter(sink => sink.held);
  setText(byId("sinks-sub"), held.length > 0 ? `${held.length} of ${on.length} held` : `${on.length} on, all taking events`.replace("all taking events", on.some(sink => sink.paused) ? "some paused" : "all taking events"));
  keyed(byId("sink-list"), live.sinks, sink => sink.name, create, update);
  announce(held.length > 0 ? `Held: ${held.map(sink => sink.name).join(", ")}` : "");
}

function create(sink) {
  const node = el("li.sink", { "data-sink": sink.name });
  node.state = el("span.pill");
  node.where = el("p.where");
  node.held = el("div.held-box", { hidden: true }, el("b"), el("p"), el("p.do"));
  node.spark = new Sparkline();
  node.figures = el("dl.figures");
  node.last = el("p.last", { hidden: true });
  node.pause = el("button.admin", { type: "button", click: () => toggle(node) }, "Pause");
  node.append(el("div.sink-head", {}, el("span.name", {}, sink.name), el("span.sub", {}, KINDS[sink.kind] ?? sink.kind), node.state, node.pause), node.where, node.held, node.spark.element, node.figures, node.last);
  return node;
}

function update(node, sink) {
  node.sink = sink;
  const [kind, text] = stateOf(sink);
  node.setAttribute("class", `sink ${sink.held ? "held" : ""} ${sink.enabled ? "" : "off"}`);
  node.state.setAttribute("class", `pill ${kind}`);
  setText(node.state, text);
  setText(node.where, sink.enabled ? sink.url ?? "" : "It has no address, so it is off.");
  node.held.hidden = !sink.held;
  if (sink.held) {
    setText(node.held.children[0], `Held ${sink.held_since ? ago(sink.held_since) : ""}. Its events are kept.`);
    setText(node.held.children[1], sink.held_reason);
    setText(node.held.children[2], sink.advice);
  }
  node.last.hidden = sink.held || !sink.last_error;
  setText(node.last, sink.last_error ? `Last error: ${sink.last_error}` : "");
  node.spark.element.toggleAttribute("hidden", !sink.enabled);
  node.figures.hidden = node.pause.hidden = !sink.enabled;
  node.spark.push(sink.rate);
  setText(node.pause, sink.paused ? "Resume" : "Pause");
  node.pause.setAttribute("aria-label", `${sink.paused ? "Resume" : "Pause"} ${sink.name}`);
  const figures = {
    "Items/s": rate(sink.rate), Delivered: count(sink.delivered), Lag: count(sink.lag), Queue: bytes(sink.queue.bytes),
    Retries: count(sink.retries), Duplicates: count(sink.duplicates), "Dead letters": count(sink.dead_letters), Sent: bytes(sink.bytes),
  };
  if (node.figures.childElementCount === 0) {
    put(node.figures, Object.keys(figures).map(name => el("div", {}, el("dt", {}, name), el("dd"))));
  }
  Object.values(figures).forEach((value, i) => setText(node.figures.children[i].lastElementChild, value));
}

async function toggle(node) {
  const { name, paused } = node.sink;
  if (!session.may.manage) {
    return;
  }
  node.pause.disabled = true;
  try {
    await call(`api/sinks/${encodeURIComponent(name)}/${paused ? "resume" : "pause"}`, { method: "POST" });
    announce(`${name} ${paused ? "resumes" : "is paused"}`);
  } catch (error) {
    announce(error.message);
    setText(node.last, error.message);
    node.last.hidden = false;
  } finally {
    node.pause.disabled = false;
  }
}
