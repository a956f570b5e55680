// A password to hand to someone, until they choose their own.

// Without letters and digits that look like others.
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** Four groups of four, 79 bits: easy to read out, not to be guessed. */
export function newPassword(): string {
  const numGroups = 4;
  const perGroup = 4;
  const picked: string[] = [];
  while (picked.length < numGroups * perGroup) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Bytes past the last whole run of the letters would make the first ones likelier.
    if (byte < 256 - (256 % letters.length)) picked.push(letters[byte % letters.length] ?? "");
  }
  return picked.join("").replace(/(.{4})(?=.)/g, "$1-");
}
