import { defineConfig } from "vite";
import { embed } from "./embed";

const assetsSource = process.env.FALCONET_WEB_ASSETS;

export default defineConfig({
  plugins: assetsSource === undefined ? [] : [embed(assetsSource)],
  build: {
    target: "es2022",
    emptyOutDir: true,
    // Inlined files would be data: URLs, which the page's content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    // `npx vite` for work on the page, against a running falconet.
    proxy: { "/v1": "http://127.0.0.1:8000", "/health": "http://127.0.0.1:8000" },
  },
});
