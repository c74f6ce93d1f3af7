import { defineConfig, type Plugin } from "vite";
import peggy from "peggy";
import { readFileSync } from "node:fs";

/** Grammars become parsers when the atlas is built. */
const grammars: Plugin = {
  name: "grammars",
  transform(_, id) {
    if (!id.endsWith(".peggy")) return null;
    // Without the cache each pair of parentheses would be read again for each rule that may begin with one.
    const code = peggy.generate(readFileSync(id, "utf-8"), { output: "source", format: "es", cache: true });
    return { code, map: null };
  },
};

/** A page opened from a disk may load plain scripts, but no modules; the data and functions come before the program. */
const plainScripts: Plugin = {
  name: "plain-scripts",
  enforce: "post",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html
        .replace(
          /<script type="module"[^>]*src="([^"]*)"><\/script>/,
          '<script defer src="data.js"></script>\n    <script defer src="functions.js"></script>\n    <script defer src="$1"></script>',
        )
        .replace(/<link rel="stylesheet" crossorigin/, '<link rel="stylesheet"'),
  },
};

export default defineConfig({
  base: "./",
  plugins: [grammars, plainScripts],
  build: {
    outDir: "../src/softknee/atlas/app",
    emptyOutDir: true,
    target: "es2020",
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { output: { format: "iife", entryFileNames: "app.js", assetFileNames: "app[extname]" } },
  },
});
