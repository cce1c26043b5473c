import { describe, expect, it } from "vitest";
import { number, valueText } from "../src/model/figures";
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
