/**
 * Bundles the viewer for its three hosts.
 *
 *   src/anywidget.ts   -> autograd_viz/widget/static/player.js      an ES module, sent to each widget
 *   src/standalone.ts  -> autograd_viz/widget/static/standalone.js  a plain script, inlined in saved HTML
 *   src/plugin.ts      -> lib/plugin.js                             the entry `jupyter-builder` packs
 *
 * `node esbuild.mjs --watch` keeps rebuilding the bundles.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes('--watch');

/** Style sheets travel inside the bundle, as minified text. */
const cssText = {
  name: 'css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await esbuild.transform(source, { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text', watchFiles: [path] };
    });
  }
};

const shared = {
  bundle: true,
  minify: true,
  target: 'es2021',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'info',
  plugins: [cssText]
};

const bundles = [
  {
    ...shared,
    entryPoints: [here('src/anywidget.ts')],
    outfile: here('../autograd_viz/widget/static/player.js'),
    format: 'esm'
  },
  {
    ...shared,
    entryPoints: [here('src/standalone.ts')],
    outfile: here('../autograd_viz/widget/static/standalone.js'),
    format: 'iife'
  },
  {
    ...shared,
    minify: false, // jupyter-builder minifies it
    entryPoints: [here('src/plugin.ts')],
    outfile: here('lib/plugin.js'),
    format: 'esm',
    external: ['@jupyterlab/*', '@lumino/*']
  }
];

for (const options of bundles) {
  if (watch) {
    await (await esbuild.context(options)).watch();
  } else {
    await esbuild.build(options);
  }
}
