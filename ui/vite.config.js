import react from "@vitejs/plugin-react";
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

// Entries and the sheet of the workbench have plain names, which the server's pages write down; everything else
// carries a hash and is kept for good.
const named = ["workbench.css"];
export default defineConfig({
  plugins: [noRemoteCss, react()],
  base: "./",
  build: {
    outDir: "../src/hechang/web/static/assets",
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0, // the policy of the pages takes fonts from files only
    manifest: "manifest.json", // tells the static site which files the public pages need
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { public: "src/public.ts", workbench: "src/workbench.tsx" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash:8].js",
        assetFileNames: (asset) => (named.includes(asset.names[0]) ? "[name][extname]" : "[name]-[hash:8][extname]"),
      },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "[name].js" } } },
});
