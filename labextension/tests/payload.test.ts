import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { gunzip } from "../src/gunzip";
import { show } from "../src/host";
import { memoryLink } from "../src/link";
import { isPacked, unpacked } from "../src/payload";
import { goldenText } from "./golden";

const TEXT = "export default 'dL/dw = xᵀ · dL/dz';\n".repeat(5000);
const packed = (text: string): string => gzipSync(text).toString("base64");

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("a packed text", () => {
  it("is unpacked to the same text", async () => {
    expect(await gunzip(packed(TEXT))).toBe(TEXT);
  });

  it("says which browsers can unpack it where this one cannot", async () => {
    vi.stubGlobal("DecompressionStream", undefined);
    await expect(gunzip(packed(TEXT))).rejects.toThrow("Firefox 113");
  });

  it("is refused where it goes on and on", async () => {
    await expect(gunzip(packed(TEXT), TEXT.length)).rejects.toThrow(`longer than ${TEXT.length} bytes`); // xᵀ takes more
  });
});

describe("a trace that comes packed", () => {
  const text = goldenText("handmade");

  it("is told from JSON", () => {
    expect([isPacked(packed(text)), isPacked(text), isPacked(JSON.parse(text)), isPacked(null)]).toEqual([true, false, false, false]);
  });

  it("is the same data as its text", async () => {
    expect(await unpacked(packed(text))).toEqual(JSON.parse(text));
    expect(await unpacked(text)).toEqual(JSON.parse(text));
  });

  it("is shown once it is unpacked", async () => {
    const hide = show(document.body, packed(text), memoryLink());
    await vi.waitFor(() => expect(document.querySelector(".av-card")).not.toBeNull());
    hide();
    expect(document.querySelector(".av-player")).toBeNull();
  });

  it("is not shown where it was taken away before", async () => {
    show(document.body, packed(text), memoryLink())();
    await unpacked(packed(text));
    await new Promise((done) => setTimeout(done, 50));
    expect(document.querySelector(".av-player")).toBeNull();
  });

  it.each([
    ["broken", "H4sInonsense", /cannot show this trace/],
    ["cut short", packed(text).slice(0, 400), /cannot show this trace/],
    ["no trace", packed("[1, 2]"), /expected an object, got a list/],
    ["not JSON", packed("x".repeat(99)), /not complete JSON/],
  ])("is refused in words where it is %s", async (_, trace, says) => {
    show(document.body, trace, memoryLink());
    await vi.waitFor(() => expect(document.querySelector("[role=alert]")?.textContent).toMatch(says));
  });
});
