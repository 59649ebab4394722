// The system skeleton as a command: JSON objects come in, one a line, and each is answered by a line.
import { createInterface } from "node:readline";

const MET = /(?<![\p{L}\p{M}\p{N}_])met(?![\p{L}\p{M}\p{N}_])/gu;

// JavaScript counts UTF-16 units, offsets count Unicode code points.
function* events(text) {
  let units = 0;
  let points = 0;
  for (const found of text.matchAll(MET)) {
    points += [...text.slice(units, found.index)].length;
    units = found.index;
    const end = points + [...found[0]].length;
    yield { type: "CONSULT", trigger: { start: points, end, text: found[0] } };
  }
}

function answer(message) {
  if ("protocol" in message) {
    return { protocol: "eventbench/1", name: "skeleton", version: "1" };
  }
  try {
    return { id: message.id, events: [...events(message.text)] };
  } catch (error) {
    return { id: message.id, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
