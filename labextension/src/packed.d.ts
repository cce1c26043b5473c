/** A bundle of another entry, packed at build time (see esbuild.mjs). */
declare module "packed:*" {
  /** The text, as gzip of so many bytes in base 85, and a digest that names it. */
  const viewer: { readonly digest: string; readonly size: number; readonly base85: string };
  export default viewer;
}
