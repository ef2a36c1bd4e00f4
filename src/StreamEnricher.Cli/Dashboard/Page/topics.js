// Throughput and lag of each topic and partition.
import { byId, el, keyed, setText } from "./dom.js";
import { count, duration, rate } from "./format.js";
import { Sparkline } from "./sparkline.js";

export function renderTopics(live) {
  keyed(byId("topic-rows"), live.topics, topic => topic.topic, create, update);
  keyed(byId("partition-rows"), live.partitions, one => `${one.topic}/${one.partition}`, createPartition, updatePartition);
}

function createPartition(one) {
  const row = el("tr");
  Object.assign(row, { lag: el("td.num"), age: el("td.num"), worst: el("td") });
  row.append(el("th", { scope: "row" }, `${one.topic}/${one.partition}`), row.lag, row.age, row.worst);
  return row;
}

function updatePartition(row, one) {
  const [sink, lag] = Object.entries(one.sink_lags).reduce((most, next) => next[1] > most[1] ? next : most, ["", 0]);
  setText(row.lag, count(one.lag));
  setText(row.age, one.age > 0 ? duration(one.age) : "–");
  setText(row.worst, lag > 0 ? `${sink}: ${count(lag)}` : "–");
}

function create(topic) {
  const row = el("tr");
  Object.assign(row, { rate: el("td.num"), lag: el("td.num"), read: el("td.num"), rates: new Sparkline(), lags: new Sparkline("lag") });
  row.append(el("th", { scope: "row" }, topic.topic), row.rate, el("td.drawn", {}, row.rates.element), row.lag, el("td.drawn", {}, row.lags.element), row.read);
  return row;
}

function update(row, topic) {
  setText(row.rate, rate(topic.rate));
  setText(row.lag, count(topic.lag));
  setText(row.read, count(topic.records));
  row.rates.push(topic.rate);
  row.lags.push(topic.lag);
}
