/** A bundle of another entry, packed at build time (see esbuild.mjs). */
declare module "packed:*" {
  /** The text, as gzip in base64, and a digest that names it. */
  const viewer: { readonly digest: string; readonly base64: string };
  export default viewer;
}
