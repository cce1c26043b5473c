/**
 * What a whole turn did, a node's from its start to its last send: the sentences of its telling events, joined.
 * Twin of `autograd_viz/trace/turn.py`.
 */
import { endsNode } from "./timeline";
import type { Event, Trace } from "./trace";

/** More sentences than these nobody reads; the rest are counted. */
const MOST = 4;
const RESULT = " and gets ";

/** The steps that tell what happened since the last turn ended: `k` itself where no other does. */
export function tellingSteps({ events }: Trace, k: number): readonly number[] {
  let start = k - 1;
  while (start > 0 && !endsNode(events[start - 1], events[start])) start -= 1;
  const steps: number[] = [];
  for (let each = Math.max(start, 0) + 1; each <= k; each++) if (tells(events[each - 1])) steps.push(each);
  return steps.length ? steps : [k];
}

/** Join sentences; those that differ in their results only become one, and a subject is named once. */
export function joined(sentences: readonly string[]): string {
  let made: string[] = [];
  for (const each of sentences) {
    const [doing, ...results] = each.split(RESULT);
    const last = made[made.length - 1];
    if (results.length && last !== undefined && last.split(RESULT)[0] === doing) {
      made[made.length - 1] = `${last.replace(/\.$/, "")}, and ${results.join(RESULT)}`;
    } else made.push(each);
  }
  if (made.length > MOST) {
    made = [...made.slice(0, MOST - 1), `The other ${made.length - MOST + 1} gradients are worked out alike.`];
  }
  return made.map((each, i) => {
    const subject = made[i - 1]?.split(" ")[0] ?? "";
    const isSame = i > 0 && each.includes(RESULT) && each.startsWith(`${subject} `);
    return isSame ? `It${each.slice(subject.length)}` : each;
  }).join(" ");
}

/** Whether an event is what its turn is about. */
function tells(event: Event | undefined): boolean {
  switch (event?.kind) {
    case "hook":
      return event.where === "retain_grad" || event.before !== event.after;
    case "begin":
    case "seed":
    case "vjp":
    case "sum_to":
    case "accumulate":
    case "capture":
      return true;
    default:
      return false;
  }
}
