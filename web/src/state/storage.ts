// What the browser keeps between visits. A browser may refuse to; then nothing is kept.

export function load<Value>(key: string): Value | null {
  try {
    const text = localStorage.getItem(`falconet.${key}`);
    return text === null ? null : (JSON.parse(text) as Value);
  } catch {
    return null;
  }
}

/** Null removes. */
export function store(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(`falconet.${key}`);
    else localStorage.setItem(`falconet.${key}`, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page works without.
  }
}

export function storedKeys(prefix: string): string[] {
  try {
    const full = `falconet.${prefix}`;
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(full))
      .map((key) => key.slice("falconet.".length));
  } catch {
    return [];
  }
}
