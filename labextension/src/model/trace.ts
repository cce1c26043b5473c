/**
 * The trace as the Python side writes it (version 1): plain, read-only data. Every tensor value is an
 * index into `values`; every other cross reference is an id. This file owns the shapes and nothing else.
 */

export interface Trace {
  readonly format: "autograd-viz/trace";
  readonly version: 1;
  readonly producer: { readonly name: string; readonly version: string };
  readonly title: string;
  readonly sources: readonly Source[];
  readonly values: readonly Value[];
  readonly tensors: readonly TensorRecord[];
  readonly ops: readonly OpRecord[];
  readonly nodes: readonly NodeRecord[];
  readonly events: readonly Event[];
  readonly modules?: readonly ModuleRecord[] | undefined;
  /** Tensors that are `nn.Parameter`. */
  readonly parameters?: readonly number[] | undefined;
  /** Tensors that are the `.grad` of others. */
  readonly gradients?: readonly { readonly tensor: number; readonly of: number }[] | undefined;
  readonly layout: Layout | null;
}

/** From operation `op` on, a scope is a call of a module of class `name`. */
export interface ModuleRecord {
  readonly scope: string;
  readonly name: string;
  readonly op: number;
}

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A number as JSON carries it: the three that JSON lacks are spelt out. */
export type Scalar = number | "NaN" | "Infinity" | "-Infinity";

/** An array copied at one moment: exactly one of `data`, `base64`, `summary` is present. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data?: readonly Scalar[] | undefined;
  readonly base64?: string | undefined;
  readonly summary?: Summary | undefined;
}

export interface Summary {
  readonly min: Scalar | null;
  readonly max: Scalar | null;
  readonly mean: Scalar | null;
  readonly norm: Scalar | null;
  readonly nan: number;
  readonly inf: number;
}

export interface Line {
  readonly source: number;
  readonly line: number;
  readonly end_line: number | null;
}

export type Role = "leaf" | "constant" | "result" | "untracked" | "gradient";

export interface TensorRecord {
  readonly id: number;
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly role: Role;
  readonly requires_grad: boolean;
  readonly storage: number;
  readonly base: number | null;
  readonly op: number | null;
  readonly node: number | null;
  readonly output_nr: number;
  readonly value: number;
  readonly version: number;
  readonly grad: number | null;
}

export type Plain = null | boolean | number | string | readonly Plain[];

export interface OpRecord {
  readonly id: number;
  readonly name: string;
  readonly inputs: readonly { readonly param: string; readonly tensor: number }[];
  readonly options: { readonly [key: string]: Plain };
  readonly outputs: readonly number[];
  readonly node: number | null;
  readonly mutates: number | null;
  readonly layer: number;
  readonly reason: string | null;
  readonly line: Line | null;
  readonly scope: string;
  /** Operations with equal numbers were run by one call of the user's, to a function made of several. */
  readonly call: number | null;
}

export interface SavedRecord {
  readonly name: string;
  readonly tensor: number | null;
  readonly version: number;
  readonly value: number | null;
}

export interface NodeRecord {
  readonly id: number;
  readonly name: string;
  readonly kind: "op" | "accumulate";
  readonly op: number | null;
  readonly next: readonly { readonly node: number | null; readonly index: number }[];
  readonly inputs: readonly string[];
  readonly input_tensors: readonly (number | null)[];
  readonly formulas: { readonly [param: string]: string };
  readonly constants: { readonly [name: string]: Plain };
  readonly saved: readonly SavedRecord[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[];
  readonly leaf: number | null;
  readonly layer: number;
  readonly line: Line | null;
  readonly scope: string;
  /** Its saved tensors had been dropped before the recording met it. */
  readonly freed: boolean;
}

export interface ErrorInfo {
  readonly type: string;
  readonly message: string;
  readonly code: string | null;
}

export interface Root {
  readonly node: number;
  readonly index: number;
  readonly tensor: number | null;
}

export interface OpEvent {
  readonly kind: "op";
  readonly op: number;
  readonly writes: readonly { readonly tensor: number; readonly version: number; readonly value: number }[];
}
export interface RefusedEvent {
  readonly kind: "refused";
  readonly op_name: string;
  readonly inputs: readonly number[];
  readonly error: ErrorInfo;
  readonly line: Line | null;
}
export interface GradChangeEvent {
  readonly kind: "grad_change";
  readonly tensor: number;
  readonly how: string;
  readonly old: number | null;
  readonly new: number | null;
  readonly line: Line | null;
}
export interface BeginEvent {
  readonly kind: "begin";
  readonly pass: number;
  readonly call: "backward" | "grad";
  readonly retain_graph: boolean;
  readonly create_graph: boolean;
  readonly roots: readonly Root[];
  readonly inputs: readonly number[] | null;
  readonly expected: { readonly [node: string]: number };
  readonly line: Line | null;
}
export interface SeedEvent {
  readonly kind: "seed";
  readonly node: number;
  readonly index: number;
  readonly value: number;
  readonly buffer: number;
}
export interface RunEvent {
  readonly kind: "run";
  readonly node: number;
}
export interface HookEvent {
  readonly kind: "hook";
  readonly node: number;
  readonly index: number | null;
  readonly where: string;
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly tensor: number | null;
}
export interface UnpackEvent {
  readonly kind: "unpack";
  readonly node: number;
  readonly saved: number;
  readonly version: number;
}
export interface VjpEvent {
  readonly kind: "vjp";
  readonly node: number;
  readonly input: number;
  readonly value: number | null;
}
export interface SumToEvent {
  readonly kind: "sum_to";
  readonly node: number;
  readonly input: number;
  readonly before: number;
  readonly after: number;
}
export interface ReleaseEvent {
  readonly kind: "release";
  readonly node: number;
  readonly freed: boolean;
}
export interface SendEvent {
  readonly kind: "send";
  readonly node: number;
  readonly input: number;
  readonly to: number;
  readonly index: number;
  readonly value: number | null;
  readonly buffer: number | null;
  readonly arrived: number;
  readonly expected: number;
}
export interface AccumulateEvent {
  readonly kind: "accumulate";
  readonly node: number;
  readonly tensor: number;
  readonly old: number | null;
  readonly incoming: number;
  readonly new: number;
}
export interface CaptureEvent {
  readonly kind: "capture";
  readonly node: number;
  readonly index: number;
  readonly tensor: number | null;
  readonly value: number;
}
export interface EndEvent {
  readonly kind: "end";
  readonly pass: number;
}
export interface ErrorEvent {
  readonly kind: "error";
  readonly error: ErrorInfo;
  readonly node: number | null;
  readonly saved: number | null;
  readonly tensor: number | null;
  readonly line: Line | null;
}

export type Event =
  | OpEvent
  | RefusedEvent
  | GradChangeEvent
  | BeginEvent
  | SeedEvent
  | RunEvent
  | HookEvent
  | UnpackEvent
  | VjpEvent
  | SumToEvent
  | ReleaseEvent
  | SendEvent
  | AccumulateEvent
  | CaptureEvent
  | EndEvent
  | ErrorEvent;

/** Where things stand, in pixels, y down; `x`, `y` are centres. Ids: `n<node>`, `t<tensor>`, `o<op>`, `r<node>:<index>`, `g<path>`. */
export interface Layout {
  readonly version: 1;
  readonly width: number;
  readonly height: number;
  readonly items: readonly LayoutItem[];
  readonly edges: readonly LayoutEdge[];
  /** The boxes of open groups, outer ones first. */
  readonly frames?: readonly LayoutBox[] | undefined;
  /** Paths of the groups that are open; without it every mark stands here. */
  readonly expanded?: readonly string[] | undefined;
  /** Sizes of the marks that closed groups hide. */
  readonly hidden?: readonly { readonly w: number; readonly h: number; readonly ids: readonly string[] }[] | undefined;
}

export interface LayoutBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type ItemKind = "leaf" | "constant" | "op" | "untracked" | "refused" | "root" | "group";

export interface LayoutItem extends LayoutBox {
  readonly kind: ItemKind;
}

export type Point = readonly [number, number];

export interface LayoutEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: "tracked" | "untracked" | "cut" | "refused";
  readonly input: number | null;
  /** Control points of a cubic Bezier spline: one start, then three a segment. */
  readonly path: readonly Point[];
  readonly label?: { readonly text: string; readonly x: number; readonly y: number } | undefined;
}
