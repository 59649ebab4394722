// The system compromise: people, places, organisations and quotations, as compromise (npm) finds them.
//
// A program of the command protocol (docs/protocol.md). What it says of a term is looked for in the text
// again: its offsets count UTF-16 units, and its texts carry the punctuation and the white space around.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROTOCOL = "eventbench/1";
const NEAR = 20;
const MARKS = /["“”„‟«»‘’‚'`]/u;
const APART = /[,;:()[\]{}/—–]/u;
const POSSESSIVE = /['’]s?$/iu;

// From the folder that is told, else from where the program is called, else from beside this file.
function installed(folder) {
  for (const base of folder ? [join(folder, "_")] : [join(process.cwd(), "_"), import.meta.url]) {
    try {
      return createRequire(base)("compromise");
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  const where = folder ? `not in ${folder}` : "neither here nor in NODE_PATH";
  process.stderr.write(`run: npm install compromise; it is ${where}\n`);
  process.exit(1);
}

// Where each term stands in the line, in UTF-16 units: where the texts before it end, or else close behind.
// A term that is not there, or without a text of its own, has no place.
function anchored(doc, line) {
  const places = new Map();
  let cursor = 0;
  let between = "";
  for (const term of doc.docs.flat()) {
    between += term.pre;
    const expected = cursor + between.length;
    const start = line.startsWith(term.text, expected) ? expected : line.indexOf(term.text, cursor);
    if (term.text && start >= 0 && start <= expected + NEAR) {
      cursor = start + term.text.length;
      places.set(term, { start, end: cursor });
      between = "";
    }
    between += term.post;
  }
  return places;
}

// The stretches of a name: its terms without titles, cut where punctuation or a possessive ends a name.
function* names(terms, places) {
  let open = null;
  for (const term of terms) {
    const place = places.get(term);
    const title = term.tags.has("Honorific");
    if (open && (!place || title || APART.test(term.pre))) {
      yield open;
      open = null;
    }
    if (!place || title) continue;
    const ending = POSSESSIVE.exec(term.text)?.[0].length ?? 0;
    open = { start: open?.start ?? place.start, end: place.end - ending, tags: term.tags };
    if (ending || APART.test(term.post)) {
      yield open;
      open = null;
    }
  }
  if (open) yield open;
}

// A quotation with its marks.
function quoted(terms, places, line) {
  const inside = terms.filter((term) => places.has(term));
  if (inside.length === 0) return null;
  let { start } = places.get(inside[0]);
  let { end } = places.get(inside.at(-1));
  const before = inside[0].pre;
  const after = inside.at(-1).post;
  const opening = [...before].findLastIndex((mark) => MARKS.test(mark));
  const closing = after.search(MARKS);
  if (opening >= 0 && line.slice(start - before.length, start) === before) {
    start -= [...before].slice(opening).join("").length;
  }
  if (closing >= 0 && line.slice(end, end + after.length) === after) end += closing + 1;
  return { start, end };
}

function placeType(tags) {
  return ["Country", "City", "Region"].some((tag) => tags.has(tag)) ? "GPE" : "LOC";
}

function extract(nlp, text) {
  // Code points before each UTF-16 unit.
  const points = new Uint32Array(text.length + 1);
  for (let unit = 0, count = 0; unit < text.length; count++) {
    const width = text.codePointAt(unit) > 0xffff ? 2 : 1;
    points.fill(count, unit, unit + width);
    unit += width;
    points[unit] = count + 1;
  }
  const span = (start, end) => ({ start: points[start], end: points[end], text: text.slice(start, end) });
  const actors = new Map();
  const quotes = [];
  let base = 0;
  for (const line of text.split(/(?<=[\n\r\u2028\u2029])/u)) {
    const doc = nlp(line);
    const places = anchored(doc, line);
    const kinds = [
      [doc.people(), () => "PER"],
      [doc.places(), placeType],
      [doc.organizations(), () => "ORG"],
    ];
    for (const [view, typeOf] of kinds) {
      for (const { start, end, tags } of view.docs.flatMap((terms) => [...names(terms, places)])) {
        if (start >= end) continue;
        const mention = { ...span(base + start, base + end), level: "NAM" };
        const type = typeOf(tags);
        const key = `${type} ${mention.text.toLowerCase()}`;
        const actor = actors.get(key) ?? { type, name: mention.text, mentions: [] };
        actors.set(key, actor);
        actor.mentions.push(mention);
      }
    }
    for (const terms of doc.quotations().docs) {
      const found = quoted(terms, places, line);
      if (found) quotes.push({ content: span(base + found.start, base + found.end), kind: "direct" });
    }
    base += line.length;
  }
  return { actors: [...actors.values()], quotes };
}

let nlp;

function answer(message) {
  if ("protocol" in message) {
    nlp ??= installed(message.options?.modules);
    const details = { compromise: nlp.version, node: process.version };
    return { protocol: PROTOCOL, name: "compromise", version: "1", details };
  }
  try {
    return { id: message.id, ...extract(nlp, message.text) };
  } catch (error) {
    return { id: message.id, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
