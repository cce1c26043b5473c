import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ERRORS, REFUSALS, UNKNOWN_AT_NODE } from "../src/model/remedy";

it("explains errors in the words that Python uses", () => {
  const path = join(import.meta.dirname, "../../tests/golden/remedies.json");
  expect({ refusals: REFUSALS, errors: ERRORS, unknown: UNKNOWN_AT_NODE }).toEqual(JSON.parse(readFileSync(path, "utf8")));
});
