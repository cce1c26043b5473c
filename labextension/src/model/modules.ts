/** Which scopes of a trace are calls of modules, and of which classes. Twin of `autograd_viz/trace/modules.py`. */
import type { ModuleRecord } from "./trace";

export class Modules {
  private readonly byScope = new Map<string, ModuleRecord[]>();

  constructor(records: readonly ModuleRecord[] = []) {
    for (const record of records) this.byScope.set(record.scope, [...(this.byScope.get(record.scope) ?? []), record]);
  }

  /** The class of the module that a scope was when an operation ran in it, "" for other scopes. */
  name(scope: string, op: number): string {
    const known = (this.byScope.get(scope) ?? []).filter((each) => each.op <= op);
    return known[known.length - 1]?.name ?? "";
  }

  /** The classes of all modules that an operation ran in. */
  around(scope: string, op: number): readonly string[] {
    const parts = scope.split("/");
    return parts.map((_, i) => this.name(parts.slice(0, i + 1).join("/"), op));
  }
}
