/**
 * Bundles the viewer for its three hosts.
 *
 *   src/anywidget.ts   -> autograd_viz/widget/static/player.js      an ES module, sent to each widget
 *   src/standalone.ts  -> autograd_viz/widget/static/standalone.js  a plain script, inlined in saved HTML
 *   src/plugin.ts      -> lib/plugin.js                             the entry `jupyter-builder` packs
 *
 * The first two are sent and stored once a player, so they travel packed: the built file is the loader of
 * the same name in src/loader/, which holds the bundle as gzip in base 85 (see src/base85.ts, and
 * autograd_viz/widget/assets.py) and unpacks it in the browser.
 * `node esbuild.mjs --watch` keeps rebuilding the bundles.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { minify } from 'terser';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes('--watch');

/** Style sheets travel inside the bundle, as minified text: importing one imports all of its folder, it first. */
const cssText = {
  name: 'css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const folder = dirname(path);
      const names = (await readdir(folder)).filter((name) => name.endsWith('.css')).sort();
      const paths = [path, ...names.map((name) => join(folder, name)).filter((other) => other !== path)];
      const source = (await Promise.all(paths.map((each) => readFile(each, 'utf8')))).join('\n');
      const { code } = await esbuild.transform(source, { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text', watchFiles: paths, watchDirs: [folder] };
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

/** What esbuild has minified once more: packed, it is a twentieth shorter then. */
const minified = async (text) => (await minify(text, { module: true, ecma: 2021, compress: { passes: 2 }, format: { ecma: 2021 } })).code;

/** `packed:anywidget` is the bundle of src/anywidget.ts, packed, with a digest of its text. */
const packed = (format) => ({
  name: 'packed',
  setup(build) {
    build.onResolve({ filter: /^packed:/ }, ({ path }) => ({ path: path.slice(7), namespace: 'packed' }));
    build.onLoad({ filter: /.*/, namespace: 'packed' }, async ({ path }) => {
      const entry = here(`src/${path}.ts`);
      const bundle = await esbuild.build({ ...shared, logLevel: 'silent', entryPoints: [entry], format, write: false, metafile: true });
      const source = await minified(bundle.outputFiles[0].text);
      const bytes = gzipSync(source, { level: 9 });
      bytes[9] = 255; // the operating system, which must not show in the file
      const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
      const inputs = Object.keys(bundle.metafile.inputs).map((input) => join(process.cwd(), input));
      return {
        contents: JSON.stringify({ digest, size: bytes.length, base85: base85(bytes) }),
        loader: 'json',
        watchFiles: inputs,
        watchDirs: [here('src/style')]
      };
    });
  }
});

/** Four bytes as five letters from `#` on; `x` and `y` stand for a backslash and `<`. */
const base85 = (bytes) => {
  const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  let text = '';
  for (let i = 0; i < padded.length; i += 4) {
    const word = padded.readUInt32BE(i);
    for (let power = 85 ** 4; power >= 1; power /= 85) text += String.fromCharCode(35 + (Math.floor(word / power) % 85));
  }
  return text.replaceAll('\\', 'x').replaceAll('<', 'y');
};

const loader = (name, outfile, format) => ({
  ...shared,
  entryPoints: [here(`src/loader/${name}.ts`)],
  outfile: here(`../autograd_viz/widget/static/${outfile}`),
  format,
  plugins: [packed(format)]
});

const bundles = [
  loader('anywidget', 'player.js', 'esm'),
  loader('standalone', 'standalone.js', 'iife'),
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
