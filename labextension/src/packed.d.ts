/** A bundle of another entry, packed at build time (see esbuild.mjs). */
declare module "packed:*" {
  const viewer: import("./loader/unpack").Packed;
  export default viewer;
}
