// Builds elements. Texts become text nodes and nothing else: there is no way from here to markup.
const SVG = "http://www.w3.org/2000/svg";

/** An element: el("td.num", { title: "…" }, "text", child). Attributes that are null or false are left out. */
export function el(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  return fill(document.createElement(tag), classes, attributes, children);
}

/** An SVG element. */
export function svg(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  return fill(document.createElementNS(SVG, tag), classes, attributes, children);
}

export const byId = id => document.getElementById(id);

/** Sets a text only when it changes, so that selections and screen readers are left alone. */
export function setText(node, text) {
  const wanted = String(text);
  if (node.textContent !== wanted) {
    node.textContent = wanted;
  }
}

/** Replaces all children. */
export function put(node, ...children) {
  node.replaceChildren(...children.flat(2).filter(child => child !== null && child !== undefined && child !== ""));
}

/** Keeps a list of elements in step with items: the same key keeps its element, its focus and its state. */
export function keyed(parent, items, keyOf, create, update) {
  const known = parent.keyedElements ?? (parent.keyedElements = new Map());
  const wanted = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    wanted.add(key);
    let node = known.get(key);
    if (!node) {
      node = create(item);
      known.set(key, node);
    }
    update?.(node, item);
    if (node === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(node, place);
    }
  }
  for (const [key, node] of known) {
    if (!wanted.has(key)) {
      node.remove();
      known.delete(key);
    }
  }
}

let announced = "";

/** Says something to screen readers; sparingly. */
export function announce(text) {
  if (text !== announced) {
    announced = text;
    byId("announce").textContent = text;
  }
}

function fill(node, classes, attributes, children) {
  if (classes.length > 0) {
    node.setAttribute("class", classes.join(" "));
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.flat(2).filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}
