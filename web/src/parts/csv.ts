// Tables as files that every spreadsheet opens.

export type Cell = string | number;

/** A text that begins so is a formula to a spreadsheet, whoever wrote it. */
const formula = /^[=+\-@\t\r]/;

function field(cell: Cell): string {
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180; the mark at its begin tells Excel that it is UTF-8. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `\ufeff${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

/** What a table shows, but for what is drawn in it. */
export function tableCells(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) =>
    [...row.cells]
      .filter((cell) => cell.querySelector("svg, [aria-hidden]") === null)
      .map((cell) => cell.textContent.replace(/\s+/g, " ").trim()),
  );
}
