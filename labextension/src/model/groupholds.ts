/** What a group holds, in words: its operations and parameters, what goes in and what comes out, how far it is. */
import { shapeText } from "./figures";
import type { Frame } from "./frame";
import { groupsIn, marksIn, type Group, type Grouping } from "./grouping";
import { GroupContent, type GroupState } from "./groupstate";
import { badge, names, type Lookup } from "./lookup";

/** Most inputs or outputs named one by one. */
const MOST = 6;

export interface GroupHolds {
  /** `36 operations, 24 parameters (1,184 numbers), 6 groups`; of what is no module, `2 leaves`. */
  readonly inside: string;
  /** What is used within but made outside, or given (that stands beside its users), and what is used outside. */
  readonly inputs: string;
  readonly outputs: string;
  state(frame: Frame): string;
}

export function groupHolds(group: Group, grouping: Grouping, lookup: Lookup): GroupHolds {
  const content = new GroupContent(grouping, lookup, group.path);
  const own = new Set(marksIn(group));
  const all = new Set(lookup.trace.parameters);
  const leaves = [...own].flatMap((id) => (id.startsWith("t") ? (lookup.subject(id)?.tensors ?? []) : [])).filter(({ role }) => role === "leaf");
  const parameters = leaves.filter(({ id }) => all.has(id));
  // To a module, and to what holds parameters, other leaves are given; elsewhere nobody knows what they are.
  const isModule = parameters.length > 0 || group.module !== "";
  const given = new Set(isModule ? leaves.filter((each) => !all.has(each.id)) : []);
  const held = isModule ? parameters : leaves;
  const numbers = held.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const isGiven = (id: string): boolean => {
    const tensor = id.startsWith("t") ? lookup.subject(id)?.tensors[0] : undefined;
    return tensor !== undefined && (tensor.role === "constant" || given.has(tensor));
  };
  const parts = [
    counted(content.operations, "operation"),
    held.length ? `${isModule ? counted(held.length, "parameter") : counted(held.length, "leaf", "leaves")} (${counted(numbers, "number")})` : "",
    counted(groupsIn(group).length - 1, "group"),
  ];
  const { lines } = grouping.picture;
  const named = (ids: readonly string[]): string => {
    const told = [...new Set([...new Set(ids)].map((id) => nameOf(id, lookup)))];
    return told.length ? `${told.slice(0, MOST).join(", ")}${told.length > MOST ? ` and ${told.length - MOST} more` : ""}` : "nothing";
  };
  return {
    inside: parts.filter(Boolean).join(", "),
    inputs: named(lines.flatMap(({ from, to }) => (own.has(to) && (!own.has(from) || isGiven(from)) ? [from] : []))),
    outputs: named(lines.flatMap(({ from, to }) => (own.has(from) && !own.has(to) ? [from] : []))),
    state: (frame) => stateWords(content.state(frame)),
  };
}

/** `3 of 12 ran, gradient arriving`. */
export function stateWords({ state, done, expected, came }: GroupState): string {
  const says = {
    idle: expected ? "no gradient has arrived" : "no backward pass goes through it",
    waiting: came[0] < came[1] || !done ? "gradient arriving" : "under way",
    ready: "gradient arriving",
    running: "running now",
    done: "all ran",
    freed: expected ? "all ran, saved tensors freed" : "saved tensors freed",
    error: "the error is here",
  };
  return expected ? `${done} of ${expected} ran, ${says[state]}` : says[state];
}

function nameOf(id: string, lookup: Lookup): string {
  const subject = lookup.subject(id);
  if (!subject) return id;
  const shape = subject.tensors[0]?.shape ?? [];
  const size = shape.length ? ` ${shapeText(shape)}` : "";
  const made = id.startsWith("t") ? "given" : `the result of ${badge(subject)}`;
  const name = names(subject);
  if (!name) return `${made === "given" ? "a constant" : made}${size}`;
  const isShared = lookup.trace.tensors.filter((each) => each.name === name).length > 1;
  return `${name}${size}${isShared ? ` (${made}; others are called ${name} too)` : ""}`;
}

function counted(n: number, word: string, many = `${word}s`): string {
  return n ? `${n.toLocaleString("en")} ${n === 1 ? word : many}` : "";
}
