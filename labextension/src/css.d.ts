/** A style sheet imported as minified text (see esbuild.mjs). */
declare module '*.css' {
  const text: string;
  export default text;
}
