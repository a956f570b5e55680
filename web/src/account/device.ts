// A browser's own name for itself, in words.
import { t } from "../text/text.svelte";

// The first that matches; browsers claim to be their rivals, so the order matters.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"], [/\bOPR\//, "Opera"], [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"], [/Chrom(e|ium)\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"], [/^curl\//, "curl"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, "Android"], [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux|X11/, "Linux"],
];

export function deviceName(userAgent: string): string {
  const find = (table: typeof browsers) => table.find(([sign]) => sign.test(userAgent))?.[1];
  const browser = find(browsers);
  const system = find(systems);
  if (browser && system) return t.accounts.deviceOn(browser, system);
  return browser ?? system ?? (userAgent.slice(0, 60) || t.accounts.unknownDevice);
}
