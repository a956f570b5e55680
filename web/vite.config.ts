import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { embed } from "./embed";

const assetsSource = process.env.FALCONET_WEB_ASSETS;

/** A service worker serves what lies below its own address, so its file stands at the root. */
const serviceWorker: Plugin = {
  name: "service-worker",
  apply: "build",
  generateBundle() {
    const source = readFileSync(new URL("./root/sw.js", import.meta.url));
    this.emitFile({ type: "asset", fileName: "sw.js", source });
  },
};

/** Every browser that runs the page reads woff2. */
const oneFontFormat: Plugin = {
  name: "one-font-format",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("katex.min.css")) return null;
    return code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, "");
  },
};

/** `npm run mock`: the page with a server in memory. */
const mock: Plugin = {
  name: "mock",
  async configureServer(server) {
    const { MockServer } = await import("./test/mock_server");
    const { fill } = await import("./test/mock_content");
    const backend = new MockServer();
    fill(backend.store);
    server.middlewares.use((request, response, next) => backend.handle(request, response, next));
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [
    oneFontFormat,
    svelte(),
    serviceWorker,
    ...(mode === "mock" ? [mock] : []),
    ...(assetsSource === undefined ? [] : [embed(assetsSource)]),
  ],
  worker: { format: "es" },
  build: {
    target: "es2022",
    emptyOutDir: true,
    // Inlined files would be data: URLs, which the page's content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    // `npm run dev` for work on the page, against a running falconet.
    ...(mode === "mock" ? {} : { proxy: { "/api": "http://127.0.0.1:8000" } }),
  },
}));
