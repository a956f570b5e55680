// A Vite plugin that writes the built files as one C++ source: the bytes of each, plain and compressed.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".gz": "application/gzip",
};

/** A string literal. Bytes outside printable ASCII become octal escapes, which end after 3 digits. */
function literal(bytes: Uint8Array): string {
  const lines: string[] = [];
  const perLine = 4096; // compilers dislike lines of a megabyte
  for (let begin = 0; begin < bytes.length; begin += perLine) {
    let line = "";
    for (const byte of bytes.subarray(begin, begin + perLine)) {
      const isPlain = byte >= 0x20 && byte < 0x7f && !'"\\?'.includes(String.fromCharCode(byte));
      line += isPlain ? String.fromCharCode(byte) : "\\" + byte.toString(8).padStart(3, "0");
    }
    lines.push(`    "${line}"`);
  }
  return lines.length > 0 ? lines.join("\n") : '    ""';
}

const nothing = new Uint8Array();

/** What brotli must save beyond gzip to be in the program too: less is not worth a second copy. */
const leastGain = 1000;

function brotlied(bytes: Uint8Array, zipped: Uint8Array): Uint8Array {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const packed = brotliCompressSync(bytes, { params });
  return zipped.length - packed.length >= leastGain ? packed : nothing;
}

function assetSource(path: string, bytes: Uint8Array): string {
  const type = contentTypes[extname(path === "/" ? "index.html" : path)];
  if (type === undefined) throw new Error(`no content type is known for ${path}`);
  // Fonts and archives are compressed already; an empty copy says so.
  const isPacked = type.startsWith("font/") || type === "application/gzip";
  const zipped = isPacked ? nothing : gzipSync(bytes, { level: 9 });
  const brotli = isPacked ? nothing : brotlied(bytes, zipped);
  const etag = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return `  WebAsset{"${path}", "${type}", "${etag}",
   std::string_view(\n${literal(bytes)}, ${bytes.length}),
   std::string_view(\n${literal(zipped)}, ${zipped.length}),
   std::string_view(\n${literal(brotli)}, ${brotli.length})},\n`;
}

export function embed(outputPath: string): Plugin {
  return {
    name: "embed",
    writeBundle(_options, bundle) {
      const assets = Object.entries(bundle)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, file]) => {
          const content = file.type === "chunk" ? file.code : file.source;
          const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
          return assetSource(name === "index.html" ? "/" : `/${name}`, bytes);
        });
      writeFileSync(
        outputPath,
        `// Generated from web/ by web/embed.ts.
#include "server/web_assets.h"

namespace {
using falconet::WebAsset;
constexpr WebAsset kAssets[] = {
${assets.join("")}};
}  // namespace

std::span<const falconet::WebAsset> falconet::web_assets() { return kAssets; }
`,
      );
    },
  };
}
