import { describe, expect, it } from "vitest";
import { number, shortTexts, valueText } from "../src/model/figures";
import { numbers } from "../src/model/value";

describe("numbers as text", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [3, "3"],
    [9999999, "9999999"],
    [1e7, "1e7"],
    [0.5, "0.5"],
    [1 / 3, "0.3333"],
    [1234.56, "1235"],
    [123456.7, "123457"],
    [0.000012345, "1.234e-5"],
    [-2.5e-9, "-2.5e-9"],
    [99999.6, "100000"],
    [NaN, "nan"],
    [-Infinity, "-inf"],
  ])("writes %f as %s", (found, text) => {
    expect(number(found)).toBe(text);
  });

  it("writes small arrays in full and large ones not at all", () => {
    expect(valueText({ shape: [2, 2], dtype: "float32", data: [1, 2.5, "NaN", 4] })).toBe("[[1, 2.5], [nan, 4]]");
    expect(valueText({ shape: [2], dtype: "bool", data: [0, 1] })).toBe("[False, True]");
    expect(valueText({ shape: [10], dtype: "float32", data: new Array<number>(10).fill(1) })).toBeNull();
  });
});

describe("short vectors", () => {
  const floats = { shape: [3], dtype: "float32", data: [0.2391, -0.03661, 1.25] };
  const bools = { shape: [3], dtype: "bool", data: [1, 0, 1] };

  it.each([
    [[floats], 30, ["[0.2391, -0.03661, 1.25]"]],
    [[floats], 23, ["[0.239, -0.0366, 1.25]"]],
    [[floats], 20, ["[0.24, -0.037, 1.3]"]],
    [[floats], 18, null],
    [[floats, floats], 40, ["[0.24, -0.037, 1.3]", "[0.24, -0.037, 1.3]"]],
    [[bools], 20, ["[True, False, True]"]],
    [[bools], 12, ["[T, F, T]"]],
    [[{ shape: [5], dtype: "int64", data: [1, 2, 3, 4, 5] }], 99, null],
    [[{ shape: [1, 1], dtype: "int64", data: [1] }], 99, null],
  ] as const)("are written in as many digits as there is room for (%#)", (values, longest, texts) => {
    expect(shortTexts(values, longest)).toEqual(texts);
  });
});

describe("values from bytes", () => {
  const encode = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

  it("reads little-endian floats", () => {
    const base64 = encode(new Float32Array([1.5, -2]).buffer);
    expect(Array.from(numbers({ shape: [2], dtype: "float32", base64 }) ?? [])).toEqual([1.5, -2]);
  });

  it("reads bools from single bytes", () => {
    const base64 = encode(new Uint8Array([1, 0, 1]).buffer);
    expect(Array.from(numbers({ shape: [3], dtype: "bool", base64 }) ?? [])).toEqual([1, 0, 1]);
  });

  it("has none where the bytes do not fit the shape", () => {
    expect(numbers({ shape: [3], dtype: "float32", base64: "AAAA" })).toBeNull();
    expect(numbers({ shape: [1], dtype: "toString", base64: "AAAA" })).toBeNull();
  });
});
