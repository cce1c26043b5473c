import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { unpack } from "../src/loader/unpack";

const TEXT = "export default 'dL/dw = xᵀ · dL/dz';\n".repeat(5000);
const packed = { digest: "", base64: gzipSync(TEXT).toString("base64") };

describe("a packed viewer", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is unpacked to the same text", async () => {
    expect(await unpack(packed)).toBe(TEXT);
  });

  it("says which browsers can where this one cannot", async () => {
    vi.stubGlobal("DecompressionStream", undefined);
    await expect(unpack(packed)).rejects.toThrow("Firefox 113");
  });
});
