import { defineConfig } from "vite";

// Remote fonts and style sheets inside a dependency would break the offline promise: they are cut out of every CSS file.
const face = /@font-face\s*\{[^}]*url\(\s*["']?(?:https?:)?\/\/[^}]*\}/g;
const imported = /@import\s+(?:url\()?\s*["']?(?:https?:)?\/\/[^;]+;/g;
const noRemoteCss = {
  name: "no-remote-css",
  enforce: "pre",
  transform(code, id) {
    if (/\.css($|\?)/.test(id)) {
      return { code: code.replace(face, "").replace(imported, ""), map: null };
    }
  },
};

// One entry for now, the public pages. The workbench becomes a second line of `input`.
export default defineConfig({
  plugins: [noRemoteCss],
  base: "./",
  build: {
    outDir: "../src/hechang/web/static/assets",
    emptyOutDir: true,
    modulePreload: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { public: "src/public.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "[name].js" } } },
});
