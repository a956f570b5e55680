// Trusted Types: where a browser has them, the page's policy lets no text become a program but what
// passes one of three names: Svelte's templates, DOMPurify, and this one, which knows the page's own files.

interface ScriptPolicy {
  createScriptURL: (url: string) => string;
}
interface PolicyFactory {
  createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;

function ownAddress(url: string): string {
  const { origin, href } = new URL(url, location.href);
  if (origin !== location.origin) throw new TypeError(`${origin} is not where the page is from`);
  return href;
}

const policy = factory?.createPolicy("falconet", { createScriptURL: ownAddress });

/** The address of a script of the page's own, as workers take it. */
export const ownScript = (url: string): string => policy?.createScriptURL(url) ?? ownAddress(url);
