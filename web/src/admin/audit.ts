// What the audit log says beyond who did what.

/** "role: researcher, groups: a, b"; "" if there is nothing to say. */
export function detailText(detail: Readonly<Record<string, unknown>> | null | undefined): string {
  return Object.entries(detail ?? {})
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${valueText(value)}`)
    .join(", ");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
